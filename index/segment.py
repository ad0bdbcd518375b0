"""Part of the derived files: vectors, words and passages of a stretch of documents. It never changes.

Documents get their numbers in the order in which they come, and so do their reports and passages: a stretch
of document numbers is a stretch of each.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from corpus.errors import StoreDamaged
from index import arrays, dense
from index.catalog import Catalog, Stretch
from index.dense import DenseIndex, Made, Sizing
from index.durable import making, settled
from index.lexical import Lexicon, Postings
from index.types import Layout, Makers, Vectors

ARRAYS = "passages.safetensors"
FILES = (dense.FILE, ARRAYS)  # and dense.EXACT beside an approximate index
LEXICONS = ("words", "bigrams", "whole")
LATER = "later"  # a setting of a store: vectors may be lacking, they are computed later
KIND, MEMORY = "dense", "memory_mib"  # settings of a store: kind of dense index, MiB it may take

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Part:
    """What a manifest says of a segment.

    Attributes:
        name: of its folder.
        first, last: the document numbers that it covers.
        reports, passages: how many it has, those that were removed since included.
        dense: what kind of index its vectors have.
        lacking: passages whose vectors are still to be computed; zeros stand for them.
        files: name → (bytes, sha256).
    """

    name: str
    first: int
    last: int
    reports: int
    passages: int
    dense: Made
    files: dict[str, tuple[int, str]]
    lacking: int = 0


class Segment:
    """The files of a segment as a reader holds them."""

    def __init__(self, folder: Path, part: Part) -> None:
        self.part = part
        kept = arrays.load(folder / ARRAYS)
        self.dense = DenseIndex.load(folder, part.dense)
        self.words, self.bigrams, self.whole = (Lexicon.of(kept, kind) for kind in LEXICONS)
        self.passages: Rows = kept["passages"]  # shape (n, 2): passage number, row of its report
        if self.dense.size != part.passages or len(self.passages) != part.passages:
            raise ValueError(f"{part.name}：段数不符")


def write(layout: Layout, catalog: Catalog, revision: int, makers: Makers, first: int, last: int) -> Part:
    """Make the segment of the documents first … last as they are visible at a revision.

    Raises:
        StoreDamaged: vectors or tokens are missing from the catalog.
        OSError: the disk is full or can't be written; nothing is left behind.
    """
    name = f"{first:08d}-{secrets.token_hex(4)}"
    folder = layout.segment(name)
    with making(folder) as unfinished:
        reports, passages, made, lacking = _write_files(unfinished, catalog, revision, makers, (first, last))
        files = {path.name: settled(path) for path in sorted(unfinished.iterdir())}
    return Part(name, first, last, reports, passages, made, files, lacking)


def _write_files(
    folder: Path, catalog: Catalog, revision: int, makers: Makers, span: Stretch
) -> tuple[int, int, Made, int]:
    numbers, reports = catalog.live_passages(revision, span)
    have, vectors = catalog.vectors(revision, makers.embedder, makers.dimension, span)
    lacking = len(numbers) - len(have)
    if lacking and catalog.meta(LATER):
        filled = np.zeros((len(numbers), makers.dimension), np.float32)
        filled[np.searchsorted(numbers, have)] = vectors
        vectors = filled
    else:
        _complete(catalog, have, numbers, "向量")
    have, words, bigrams = catalog.passage_postings(revision, makers.tokenizer, span)
    _complete(catalog, have, numbers, "词语")
    live = catalog.live_report_numbers(revision, span)
    have, whole = catalog.report_postings(revision, makers.tokenizer, span)
    _complete(catalog, have, live, "词语")
    passages = np.stack([numbers, np.searchsorted(live, reports)], axis=1).astype(np.int64)
    sizing = Sizing(catalog.meta(KIND, "auto"), int(catalog.meta(MEMORY, "2048")), catalog.passage_count())
    made = save(folder, passages, vectors.reshape(-1, makers.dimension), (words, bigrams, whole), sizing)
    return len(live), len(numbers), made, lacking


def save(
    folder: Path, passages: Rows, vectors: Vectors, postings: Sequence[Postings], sizing: Sizing
) -> Made:
    """Write the files of a segment.

    Args:
        folder: where.
        passages: shape (n, 2): passage numbers, ascending, and the row of each one's report.
        vectors: shape (n, dimension).
        postings: words and bigrams of the passages, bigrams of the reports.
        sizing: how large the dense index may be.
    """
    index = DenseIndex.build(vectors, vectors.shape[1], sizing.choose(*vectors.shape))
    index.save(folder)
    kept: dict[str, arrays.Array] = {"passages": passages}
    for kind, counts in zip(LEXICONS, postings, strict=True):
        kept |= Lexicon.build(counts).arrays(kind)
    arrays.save(folder / ARRAYS, kept)
    return index.made


def _complete(catalog: Catalog, have: Rows, wanted: Rows, what: str) -> None:
    if not np.array_equal(have, wanted):
        raise StoreDamaged(
            f"{catalog.path}：目录库缺少 {len(wanted) - len(have)} 段文字的{what}。",
            "请运行 python -m index build … 修复。",
        )
