"""Reprints: the same report published again, perhaps with another title, head or tail."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache

from datasketch import MinHash, MinHashLSH

THRESHOLD = (
    0.7  # Jaccard similarity of 5-character shingles; reprints differ in title, byline and last line only
)
_PERMUTATIONS = 64
_SHINGLE = 5


def _signature(text: str) -> MinHash:
    signature = MinHash(num_perm=_PERMUTATIONS, seed=1)
    squeezed = "".join(text.split())
    signature.update_batch(
        [squeezed[i : i + _SHINGLE].encode() for i in range(max(1, len(squeezed) - _SHINGLE + 1))]
    )
    return signature


def bands(text: str) -> tuple[str, ...]:
    """What decides whether two texts are reprints, for stores elsewhere: those that share a band are.

    The same bands as `clusters` compares, each hashed to 16 hexadecimal digits.

    >>> set(bands("甲县推行积分制。" * 5)) & set(bands("甲县 推行积分制。" * 5)) != set()
    True
    """
    values = _signature(text).hashvalues
    return tuple(
        hashlib.blake2b(bytes([at]) + values[start:end].tobytes(), digest_size=8).hexdigest()
        for at, (start, end) in enumerate(_ranges())
    )


@cache
def _ranges() -> list[tuple[int, int]]:
    ranges: list[tuple[int, int]] = MinHashLSH(threshold=THRESHOLD, num_perm=_PERMUTATIONS).hashranges
    return ranges


def clusters(texts: Iterable[str]) -> list[int]:
    """For each text the smallest index of a text that it reprints, its own index where there is none.

    MinHash with locality-sensitive hashing (Broder 1997): cost grows linearly with the number of texts.

    >>> clusters(["甲县推行积分制，村民以分换物。" * 5, "别的事", "甲县推行积分制，村民以分换物。" * 5])
    [0, 1, 0]
    """
    lsh = MinHashLSH(threshold=THRESHOLD, num_perm=_PERMUTATIONS)
    out: list[int] = []
    for at, text in enumerate(texts):
        signature = _signature(text)
        near = [int(k) for k in lsh.query(signature)]
        out.append(min((out[k] for k in near), default=at))
        lsh.insert(str(at), signature)
    return out
