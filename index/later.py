"""Vectors that are computed after the words: by the same program behind, or in shards on several machines.

A store that was built `--fast` answers by words at once. Its vectors are filled in some hundreds at a time;
the lock is held only while they are written, so others can add and remove meanwhile. A shard is a file of
hashes and vectors with a checksum; what belongs to which is decided by the hash, so shards never overlap.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np

from corpus.errors import StoreDamaged, StoreMismatch, TashanError
from index import arrays, compute
from index.catalog import Catalog
from index.store import LocalStore
from index.types import Embedder, Layout, Progress

_AT_ONCE = 256  # texts between two commits

Texts = dict[bytes, str]  # by hash


def lacking(root: Path, embedder: Embedder, shard: tuple[int, int] = (1, 1)) -> Texts:
    """The texts without a vector that belong to a shard (i of n, from 1), by hash."""
    with closing(Catalog(Layout(root).catalog)) as catalog:
        found = catalog.rows("SELECT number FROM makers WHERE name = ?", (embedder.name,))
        texts = compute.passages_without(catalog, "vectors", found[0][0] if found else -1)
    at, of = shard
    mine = (key for key in texts if int.from_bytes(key[:8], "big") % of == at - 1)
    return {key: texts[key] for key in sorted(mine, key=lambda key: (len(texts[key]), key))}


def fill(store: LocalStore, embedder: Embedder, progress: Progress) -> int:
    """Compute the vectors that a store lacks; how many there were. Killed, it goes on where it stopped.

    Raises:
        StoreBusy: another process has been writing for a minute.
    """
    texts, done = lacking(store.layout.root, embedder), 0
    for keys in _groups(list(texts)):
        progress("补算向量", done, len(texts))
        store.keep_vectors(keys, embedder.passages([texts[key] for key in keys]))
        done += len(keys)
    if store.pending:  # those that were lacking have come or gone since
        store.keep_vectors([], np.zeros((0, embedder.dimension), np.float32))
    if done:
        progress("补算向量", done, len(texts))
    return done


def _groups(keys: Sequence[bytes]) -> list[Sequence[bytes]]:
    return [keys[start : start + _AT_ONCE] for start in range(0, len(keys), _AT_ONCE)]


def write_shard(
    root: Path, embedder: Embedder, shard: tuple[int, int], file: Path, progress: Progress
) -> int:
    """Compute the vectors of a shard into a file and change nothing else; how many there are."""
    texts, parts, done = lacking(root, embedder, shard), [np.zeros((0, embedder.dimension), np.float16)], 0
    for keys in _groups(list(texts)):
        progress("计算向量", done, len(texts))
        parts.append(embedder.passages([texts[key] for key in keys]).astype(np.float16))
        done += len(keys)
    vectors, hashes = np.concatenate(parts), np.frombuffer(b"".join(texts), np.uint8).reshape(-1, 16)
    about = {"model": embedder.name, "dimension": embedder.dimension, "sha256": _sum(hashes, vectors)}
    kept: dict[str, arrays.Array] = {"hashes": hashes, "vectors": vectors}
    unfinished = file.with_name(f".{file.name}.part")
    arrays.save(unfinished, kept | {"about": np.frombuffer(json.dumps(about).encode(), np.uint8)})
    unfinished.replace(file)
    return done


def merge(store: LocalStore, embedder: Embedder, files: Sequence[Path], progress: Progress) -> int:
    """Take in the vectors of shards; how many texts still lack one.

    Raises:
        StoreDamaged: a file does not agree with its checksum; nothing of it was taken in.
        StoreMismatch: another model computed it.
    """
    for at, file in enumerate(files):
        progress("并入向量", at, len(files))
        hashes, vectors = read_shard(file, embedder)
        keys, known = [row.tobytes() for row in hashes], lacking(store.layout.root, embedder)
        rows = [row for row, key in enumerate(keys) if key in known]
        for group in (rows[start : start + _AT_ONCE] for start in range(0, len(rows), _AT_ONCE)):
            store.keep_vectors([keys[row] for row in group], vectors[group].astype(np.float32))
    progress("并入向量", len(files), len(files))
    return len(lacking(store.layout.root, embedder))


def read_shard(file: Path, embedder: Embedder) -> tuple[arrays.Array, arrays.Array]:
    """Hashes, shape (n, 16), and vectors of a shard, shape (n, dimension), checked.

    Raises:
        StoreDamaged, StoreMismatch: as `merge` says.
    """
    try:
        kept = arrays.load(file)
        about = json.loads(kept["about"].tobytes())
        good = about["sha256"] == _sum(kept["hashes"], kept["vectors"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoreDamaged(f"{file}：读不了这个向量文件。", "请重新计算这一份后再并入。") from error
    if not good:
        raise StoreDamaged(f"{file}：向量文件与校验值不符，没有并入。", "请重新复制或计算这一份。")
    if (about["model"], about["dimension"]) != (embedder.name, embedder.dimension):
        raise StoreMismatch(
            f"{file}：由模型 {about['model']} 计算，当前模型是 {embedder.name}。", "请用同一个模型计算各份。"
        )
    return kept["hashes"], kept["vectors"]


def _sum(hashes: arrays.Array, vectors: arrays.Array) -> str:
    return hashlib.sha256(hashes.tobytes() + vectors.tobytes()).hexdigest()


def parse_shard(text: str) -> tuple[int, int]:
    """``2/4`` as (2, 4).

    >>> parse_shard("2/4")
    (2, 4)

    Raises:
        TashanError: it is written otherwise, or there is no such shard.
    """
    at, slash, of = text.partition("/")
    if not (slash and at.isdigit() and of.isdigit() and 1 <= int(at) <= int(of)):
        raise TashanError(f"--shard {text}：写法不对。", "请写成 --shard 1/4（四份里的第一份）。")
    return int(at), int(of)
