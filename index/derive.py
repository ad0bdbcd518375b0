"""Making a generation out of the catalog, and switching readers to it.

A generation is built in a hidden folder, flushed to disk, given its name, and then becomes the one that
CURRENT names: at every moment CURRENT names a complete one.
"""

from __future__ import annotations

import os
import secrets
import shutil
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt

from corpus import duplicates
from corpus.errors import StoreDamaged
from index import lexical
from index.catalog import Catalog
from index.dense import DenseIndex
from index.filters import FilterTable
from index.generation import (
    FILES,
    FORMAT,
    LEXICONS,
    MANIFEST,
    PASSAGES,
    Generation,
    Makers,
    Manifest,
    sha256_of,
)
from index.lexical import Lexicon
from index.types import Counts, Layout, Progress

_FEW_NEW = 32  # up to so many new reports are compared with their likeliest reprints only
_LIKELY = 8  # reports that share the most telling character pairs with a new one

Rows = npt.NDArray[np.int64]


def build(
    layout: Layout, catalog: Catalog, makers: Makers, before: Generation | None, progress: Progress
) -> str:
    """Write a new generation of what the catalog holds now and return its name. Readers don't see it yet.

    Args:
        layout: the store's files.
        catalog: the truth.
        makers: whose vectors and words to use.
        before: the generation in use, which spares comparing old reports with each other again.
        progress: called with (stage, done, of).

    Raises:
        StoreDamaged: vectors or tokens are missing from the catalog.
        OSError: the disk is full or can't be written; nothing is left behind.
    """
    revision = catalog.revision
    name = f"{revision:08d}-{secrets.token_hex(4)}"
    folder = layout.generation(name)
    making = folder.with_name(f".{name}")
    making.mkdir(parents=True)
    try:
        counts = _write_files(making, catalog, revision, makers, before, progress)
        files = {file: _settled(making / file) for file in FILES}
        built = datetime.now(UTC).isoformat(timespec="seconds")
        manifest = Manifest(FORMAT, catalog.meta("store"), revision, built, makers, counts, files)
        write_durably(making / MANIFEST, manifest.dumps())
        for inside in (making, *(making / kind for kind in LEXICONS)):
            sync_folder(inside)
        making.rename(folder)
        sync_folder(folder.parent)
    except BaseException:
        shutil.rmtree(making, ignore_errors=True)
        raise
    return name


def _write_files(
    folder: Path,
    catalog: Catalog,
    revision: int,
    makers: Makers,
    before: Generation | None,
    progress: Progress,
) -> Counts:
    steps = iter(range(1, 6))

    def step() -> None:
        progress("更新检索文件", next(steps), 5)

    numbers, reports = catalog.live_passages(revision)
    have, vectors = catalog.vectors(revision, makers.embedder, makers.dimension)
    _complete(catalog, have, numbers, "向量")
    DenseIndex.build(vectors, makers.dimension).save(folder)
    step()
    have, words, bigrams = catalog.passage_postings(revision, makers.tokenizer)
    _complete(catalog, have, numbers, "词语")
    for kind, postings in (("words", words), ("bigrams", bigrams)):
        Lexicon.build(postings).save(folder / kind)
        step()
    live = catalog.live_reports(revision)
    have, whole = catalog.report_postings(revision, makers.tokenizer)
    _complete(catalog, have, np.array([row[0] for row in live], np.int64), "词语")
    lexicon = Lexicon.build(whole)
    lexicon.save(folder / "whole")
    step()
    table = FilterTable.build(live, _clusters(catalog, have, whole, lexicon, before))
    table.save(folder)
    passages = np.stack([numbers, np.searchsorted(table.numbers, reports)], axis=1)
    np.save(folder / PASSAGES, passages.astype(np.int64), allow_pickle=False)
    step()
    return catalog.counts(revision)


def _complete(catalog: Catalog, have: Rows, wanted: Rows, what: str) -> None:
    if not np.array_equal(have, wanted):
        raise StoreDamaged(
            f"{catalog.path}：目录库缺少 {len(wanted) - len(have)} 段文字的{what}。",
            "请运行 python -m index build … 修复。",
        )


# ---- reprints


def _clusters(
    catalog: Catalog, numbers: Rows, postings: lexical.Postings, whole: Lexicon, before: Generation | None
) -> list[int]:
    """For each report the row of the first report that it reprints, its own where there is none.

    Comparing all reports takes milliseconds each. When only a few are new, the partition of the old ones is
    kept, and a new one is compared with those that share its most telling pairs of characters: a reprint
    shares nearly all of them.
    """
    old = np.isin(numbers, before.table.numbers) if before is not None else np.zeros(len(numbers), np.bool_)
    new = np.flatnonzero(~old)
    if before is None or len(new) > _FEW_NEW:
        return duplicates.clusters(catalog.texts_of(numbers.tolist()))
    out = _kept(before, numbers, old)
    if len(new):
        _place_new(out, catalog, numbers, new, postings, whole)
    return out


def _kept(before: Generation, numbers: Rows, old: npt.NDArray[np.bool_]) -> list[int]:
    """The old partition among the reports that are still there; the first one left stands for its cluster."""
    out = list(range(len(numbers)))
    first: dict[int, int] = {}
    for row in np.flatnonzero(old).tolist():
        out[row] = first.setdefault(before.cluster(int(numbers[row])), row)
    return out


def _place_new(
    out: list[int], catalog: Catalog, numbers: Rows, new: Rows, postings: lexical.Postings, whole: Lexicon
) -> None:
    likely = {row for at in new.tolist() for row in _alike(postings, whole, at)}
    rows = sorted({*likely, *new.tolist()})
    near = duplicates.clusters(catalog.texts_of([int(numbers[row]) for row in rows]))
    for at, row in enumerate(rows):
        if out[row] == row and near[at] != at:
            out[row] = out[rows[near[at]]]


def _alike(postings: lexical.Postings, whole: Lexicon, row: int) -> list[int]:
    terms = postings.terms[postings.starts[row] : postings.starts[row + 1]]
    scores = whole.scores(dict.fromkeys(terms.tolist(), 1.0))
    return [int(found) for found in lexical.best(scores, _LIKELY)]


# ---- switching


def switch(layout: Layout, name: str) -> None:
    """Make a generation the one that readers open: all of it, at once, also across a power cut."""
    fresh = layout.current.with_name("CURRENT.new")
    write_durably(fresh, name + "\n")
    fresh.replace(layout.current)
    sync_folder(layout.root)


def sweep(layout: Layout, keep: str) -> None:
    """Remove every other generation, finished or not. A reader that has one open keeps it."""
    for folder in layout.generation(keep).parent.iterdir():
        if folder.name != keep:
            shutil.rmtree(folder, ignore_errors=True)


def write_durably(path: Path, text: str) -> None:
    """Write a small file so that it is on disk when this returns."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable, where the system has such a thing."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _settled(path: Path) -> tuple[int, str]:
    """Flush a file to disk; its size and sha256."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())
    return path.stat().st_size, sha256_of(path)
