"""Put adapters together: the sum of what each has learnt, each at a strength of its own.

    python -m index.blend --out DIR 0.5=ONE.safetensors 0.35=OTHER.safetensors

Adapters that were trained from the same model on other questions add up to one that is good at both and
forgets less of the model than either (weights averaged: Wortsman et al. 2022, arXiv:2203.05482; differences
added: Ilharco et al. 2023, arXiv:2212.04089). Ranks add up: two of rank 16 are one of rank 32.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from corpus.errors import TashanError
from index.model import SHIPPED_ADAPTER

Parts = Mapping[str, npt.NDArray[np.float16]]


def blend(adapters: Sequence[tuple[float, Parts]]) -> dict[str, npt.NDArray[np.float16]]:
    """One adapter that does what all of them do, each times its strength.

    Args:
        adapters: (strength, tensors) of each, named as index.model.merge_adapter reads them.

    Raises:
        TashanError: they do not change the same matrices and vectors, or not of the same sizes.
    """
    (_, first), *_ = adapters
    if any(parts.keys() != first.keys() for _, parts in adapters):
        raise TashanError("这些适配器改动的不是同样的层，合不到一起。", "请用同一个模型训练出来的适配器。")
    try:
        return {name: _joined(name, [(s, parts[name]) for s, parts in adapters]) for name in first}
    except ValueError as error:
        raise TashanError(
            "这些适配器的大小不一样，合不到一起。", "请用同一个模型训练出来的适配器。"
        ) from error


def _joined(name: str, tensors: Sequence[tuple[float, npt.NDArray[np.float16]]]) -> npt.NDArray[np.float16]:
    """Vectors add up; the products B1 A1 + B2 A2 are [B1 B2] [A1; A2]. The strength is in B."""
    if name.endswith(".lora_a"):
        return np.concatenate([part for _, part in tensors], axis=0)
    scaled = [strength * part.astype(np.float32) for strength, part in tensors]
    if name.endswith(".lora_b"):
        return np.concatenate(scaled, axis=1).astype(np.float16)
    total: npt.NDArray[np.float32] = np.stack(scaled).sum(axis=0)
    return total.astype(np.float16)


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line, write the blended adapter; 0, or 2 with a line that says why not."""
    from safetensors.numpy import load_file, save_file

    parser = argparse.ArgumentParser(prog="python -m index.blend", description="Put adapters together.")
    parser.add_argument("adapters", nargs="+", metavar="STRENGTH=FILE")
    parser.add_argument("--out", type=Path, required=True, help="folder of the new adapter")
    chosen = parser.parse_args(arguments)
    try:
        pairs = [text.partition("=") for text in chosen.adapters]
        made = blend([(float(strength), load_file(file)) for strength, _, file in pairs])
    except TashanError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except (OSError, ValueError) as error:
        sys.stderr.write(f"读不了适配器：{error}。写法：0.5=文件.safetensors\n")
        return 2
    chosen.out.mkdir(parents=True, exist_ok=True)
    save_file(made, chosen.out / SHIPPED_ADAPTER.name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
