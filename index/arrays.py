"""Named arrays in one file, mapped from disk: the safetensors format, which holds no code.

The library writes it. It would read a file as a whole, so the few lines that map one stand here
(https://github.com/huggingface/safetensors#format: length of header, header as JSON, arrays).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from safetensors import SafetensorError
from safetensors.numpy import save_file

Array = npt.NDArray[Any]

_TYPES = {"I64": "<i8", "I32": "<i4", "U32": "<u4", "U8": "|u1", "F32": "<f4", "F16": "<f2"}
_LENGTH = 8  # bytes that hold the length of the header


def save(path: Path, arrays: Mapping[str, Array]) -> None:
    """Write arrays into a file.

    Raises:
        OSError: the disk is full or can't be written.
    """
    try:
        save_file({name: np.ascontiguousarray(array) for name, array in arrays.items()}, path)
    except SafetensorError as error:  # what the library raises for any failed write
        raise OSError(f"{path.name}：{error}") from error


def load(path: Path) -> dict[str, Array]:
    """The arrays of a file, mapped: a part that nobody looks at takes no memory.

    Raises:
        OSError, ValueError, KeyError, TypeError: there is no such file or it is damaged.
    """
    whole = np.asarray(np.memmap(path, np.uint8, "r"))
    start = _LENGTH + int.from_bytes(whole[:_LENGTH].tobytes(), "little")
    header = json.loads(whole[_LENGTH:start].tobytes())
    out = {}
    for name, about in header.items():
        if name != "__metadata__":
            begin, end = about["data_offsets"]
            flat = whole[start + begin : start + end].view(_TYPES[about["dtype"]])
            out[name] = flat.reshape(about["shape"])
    return out
