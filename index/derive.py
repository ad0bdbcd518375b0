"""Making a generation out of the catalog, and switching readers to it.

New documents become a small segment of their own; small segments are put together as they become many, so
that one more report costs about the same however large the store is (O'Neil et al. 1996: the log-structured
merge tree). Everything is built in hidden folders, flushed to disk, given its name, and then CURRENT is
replaced: at every moment it names a complete generation.
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt

from index import reprints, segment
from index.catalog import Catalog
from index.durable import making, settled, sync_folder, write_durably
from index.filters import ReportRow, joined
from index.generation import FILES, FORMAT, MANIFEST, Generation, Manifest, read_manifest
from index.lexical import Bm25
from index.segment import Part, Segment
from index.types import Counts, Layout, Makers, Progress

_RATIO = 4  # a segment is put together with the one behind it when that has a quarter of its passages or more
_MOST_DEAD = 1 / 3  # a segment of which so much was removed is written anew
_LARGEST = 250_000  # passages in one segment: what is in memory while it is written

Mask = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Some documents: a segment that is kept, or one to be written (`part` is None)."""

    first: int
    last: int
    passages: int  # that are there
    part: Part | None = None


def build(
    layout: Layout,
    catalog: Catalog,
    makers: Makers,
    before: Generation | None,
    progress: Progress,
    *,
    together: bool = False,
) -> str:
    """Write a new generation of what the catalog holds now and return its name. Readers don't see it yet.

    Args:
        layout: the store's files.
        catalog: the truth.
        makers: whose vectors and words to use.
        before: the generation in use, whose segments are kept; None to write everything anew.
        progress: called with (stage, done, of).
        together: write all segments anew, as few as there can be.

    Raises:
        StoreDamaged: vectors or tokens are missing from the catalog.
        OSError: the disk is full or can't be written; nothing is left behind.
    """
    revision, written = catalog.revision, list[Part]()
    went, gone = catalog.gone(before.revision, revision) if before else (0, np.zeros(0, np.int64))
    alive = before.table.alive & ~np.isin(before.table.numbers, gone) if before else np.zeros(0, np.bool_)
    last = catalog.last_document()
    plan, came = _plan(catalog, revision, before, alive, last, together)
    steps = len(plan) + 1
    try:
        parts = []
        for at, one in enumerate(plan):
            progress("更新检索文件", at, steps)
            if one.part is None:
                written.append(segment.write(layout, catalog, revision, makers, one.first, one.last))
            parts.append(one.part or written[-1])
        counts = Counts((before.manifest.counts.documents if before else 0) - went + came, 0, 0)
        store, built = catalog.meta("store"), datetime.now(UTC).isoformat(timespec="seconds")
        draft = Manifest(FORMAT, store, revision, last, built, makers, counts, tuple(parts), {})
        progress("更新检索文件", steps - 1, steps)
        name = _write(layout, catalog, draft, before, alive)
        progress("更新检索文件", steps, steps)
        return name
    except BaseException:
        for part in written:
            shutil.rmtree(layout.segment(part.name), ignore_errors=True)
        raise


# ---- which segments


def _plan(
    catalog: Catalog, revision: int, before: Generation | None, alive: Mask, last: int, together: bool
) -> tuple[list[_Stretch], int]:
    """The segments of the next generation, and how many documents are new in it."""
    first = before.manifest.last + 1 if before else 0
    sizes = catalog.sizes(revision, (first, last))
    if together:
        return _pieces(catalog.sizes(revision, (0, last)), 0, last), len(sizes)
    filled = not catalog.meta(segment.LATER)
    plan = _left(before, alive, filled) if before else []
    for new in _pieces(sizes, first, last):
        plan.append(new)
        while len(plan) > 1 and _belong(*plan[-2:]):
            two, one = plan.pop(), plan.pop()
            plan.append(_Stretch(one.first, two.last, one.passages + two.passages))
    return plan, len(sizes)


def _belong(one: _Stretch, two: _Stretch) -> bool:
    """Whether two neighbours should be one segment."""
    return two.passages * _RATIO >= one.passages and one.passages + two.passages <= _LARGEST


def _left(before: Generation, alive: Mask, filled: bool) -> list[_Stretch]:
    """What is left of the segments in use: one that lost much is written anew, an empty one goes."""
    out, start = [], 0
    for one in before.segments:
        part, reports = one.part, alive[start : start + one.part.reports]
        there = int(np.count_nonzero(reports[one.passages[:, 1]]))
        worn = part.passages - there > _MOST_DEAD * part.passages or (filled and part.lacking)
        if reports.any():
            out.append(_Stretch(part.first, part.last, there, None if worn else part))
        start += part.reports
    return out


def _pieces(sizes: Sequence[tuple[int, int]], first: int, last: int) -> list[_Stretch]:
    """New documents, cut where a segment would become too large."""
    out, begin, passages = list[_Stretch](), first, 0
    for number, size in sizes:
        if passages and passages + size > _LARGEST:
            out.append(_Stretch(begin, number - 1, passages))
            begin, passages = number, 0
        passages += size
    return [*out, _Stretch(begin, last, passages)] if sizes else []


# ---- what belongs to all segments


def _write(layout: Layout, catalog: Catalog, draft: Manifest, before: Generation | None, alive: Mask) -> str:
    """Write the generation itself: the table of reports and the manifest."""
    old = before.table if before else None
    pieces, there = _pieces_of(catalog, draft, before, alive)
    segments = [Segment(layout.segment(part.name), part) for part in draft.parts]
    table = joined(old, pieces)
    starts = np.cumsum([0, *(part.reports for part in draft.parts)])
    masks = [there[start : start + part.reports] for part, start in zip(draft.parts, starts, strict=False)]
    whole = Bm25([one.whole for one in segments], masks)
    clusters = reprints.clusters(catalog, table, there, old, whole, draft.makers.tokenizer)
    passages = sum(int(np.count_nonzero(m[s.passages[:, 1]])) for m, s in zip(masks, segments, strict=True))
    counts = Counts(draft.counts.documents, int(np.count_nonzero(there)), passages)
    name = f"{draft.revision:08d}-{secrets.token_hex(4)}"
    with making(layout.generation(name)) as unfinished:
        table.changed(clusters, there).save(unfinished)
        files = {file: settled(unfinished / file) for file in FILES}
        manifest = Manifest(
            draft.format, draft.store, draft.revision, draft.last, draft.built, draft.makers, counts,
            draft.parts, files,
        )  # fmt: skip
        write_durably(unfinished / MANIFEST, manifest.dumps())
    return name


def _pieces_of(
    catalog: Catalog, draft: Manifest, before: Generation | None, alive: Mask
) -> tuple[list[range | Sequence[ReportRow]], Mask]:
    """Where the rows of each segment's reports come from, and which of them are there."""
    known, start = dict[str, range](), 0
    for part in before.manifest.parts if before else ():
        known[part.name] = range(start, start + part.reports)
        start += part.reports
    pieces, masks = list[range | Sequence[ReportRow]](), [np.zeros(0, np.bool_)]
    for part in draft.parts:
        if rows := known.get(part.name):
            pieces.append(rows)
            masks.append(alive[rows.start : rows.stop])
        else:
            pieces.append(catalog.live_reports(draft.revision, (part.first, part.last)))
            masks.append(np.ones(part.reports, np.bool_))
    return pieces, np.concatenate(masks)


# ---- switching


def switch(layout: Layout, name: str) -> None:
    """Make a generation the one that readers open: all of it, at once, also across a power cut."""
    fresh = layout.current.with_name("CURRENT.new")
    write_durably(fresh, name + "\n")
    fresh.replace(layout.current)
    sync_folder(layout.derived)


def sweep(layout: Layout, name: str) -> None:
    """Remove every other generation and its segments, finished or not. Who has one open keeps it."""
    used = {layout.generation(name)}
    used |= {layout.segment(part.name) for part in read_manifest(layout.generation(name)).parts}
    for parent in (layout.generation(name).parent, layout.segment(name).parent):
        for folder in parent.iterdir() if parent.is_dir() else ():
            if folder not in used:
                shutil.rmtree(folder, ignore_errors=True)
