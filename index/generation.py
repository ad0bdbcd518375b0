"""One complete set of derived files, as readers hold it. index/derive.py makes them."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from corpus.errors import StoreDamaged
from index import filters
from index.dense import FLAT, Dense, Made
from index.durable import sha256_of
from index.filters import FilterTable
from index.lexical import Bm25
from index.segment import Part, Segment
from index.types import Counts, Layout, Makers, Problem, ReportHead

FORMAT = 2
MANIFEST = "manifest.json"
FILES = (filters.FILE,)

_NAME = re.compile(r"[0-9]{8,}-[0-9a-f]{8}")

Rows = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Files = dict[str, tuple[int, str]]  # name → (bytes, sha256)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation was built from, its segments, and the checksum of each file.

    Attributes:
        last: the highest document number when it was built: what has a higher one is new.
    """

    format: int
    store: str
    revision: int
    last: int
    built: str
    makers: Makers
    counts: Counts
    parts: tuple[Part, ...]
    files: Files

    def dumps(self) -> str:
        """As JSON, sealed with its own checksum."""
        body = asdict(self)
        return json.dumps(body | {"seal": _seal(body)}, ensure_ascii=False, indent=1) + "\n"

    @classmethod
    def loads(cls, text: str) -> Manifest:
        """The manifest of `dumps`.

        Raises:
            ValueError: it was changed.
        """
        body = json.loads(text)
        if body.pop("seal", None) != _seal(body):
            raise ValueError("清单与校验值不符")
        parts = tuple(_part(part) for part in body["parts"])
        made = {"makers": Makers(**body["makers"]), "counts": Counts(**body["counts"])}
        return cls(**{**body, **made, "parts": parts, "files": _files(body["files"])})

    def all_files(self, layout: Layout, name: str) -> Iterator[tuple[Path, int, str]]:
        """Every file of the generation of this name, with its size and sha256."""
        for folder, files in (
            (layout.generation(name), self.files),
            *((layout.segment(part.name), part.files) for part in self.parts),
        ):
            for file, (size, sha256) in files.items():
                yield folder / file, size, sha256


def _part(body: dict[str, Any]) -> Part:
    kind = body.get("dense")  # the first manifests did not say: all were flat
    return Part(**{**body, "files": _files(body["files"]), "dense": Made(**kind) if kind else FLAT})


def _files(body: dict[str, list[object]]) -> Files:
    return {name: (size, sha) for name, (size, sha) in body.items()}  # type: ignore[misc]


def _seal(body: dict[str, object]) -> str:
    canonical = json.dumps(body, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(canonical.encode()).hexdigest()


class Generation:
    """The derived files that a reader holds. Nothing in it changes.

    Rows of passages and of reports count through all segments, those of removed reports included.
    """

    def __init__(
        self, name: str, manifest: Manifest, segments: Sequence[Segment], table: FilterTable
    ) -> None:
        self.name, self.manifest, self.segments, self.table = name, manifest, segments, table
        starts = np.cumsum([0, *(segment.part.reports for segment in segments)])
        passages = [np.zeros((0, 2), np.int64)]
        passages += [s.passages + np.array((0, start)) for s, start in zip(segments, starts, strict=False)]
        both = np.concatenate(passages)
        self.numbers: Rows = np.ascontiguousarray(both[:, 0])  # ascending
        self.report_rows: Rows = np.ascontiguousarray(both[:, 1])
        reports = table.alive
        self.alive: Mask | None = None if reports.all() else reports[self.report_rows]
        by_report = np.split(reports, starts[1:-1]) if len(segments) else []
        by_passage = [mask[segment.passages[:, 1]] for mask, segment in zip(by_report, segments, strict=True)]
        self.dense = Dense([segment.dense for segment in segments])
        self.words = Bm25([segment.words for segment in segments], _needed(by_passage))
        self.bigrams = Bm25([segment.bigrams for segment in segments], _needed(by_passage))
        self.whole = Bm25([segment.whole for segment in segments], _needed(by_report))
        self.heads: dict[int, ReportHead] = {}  # by report number, filled as they are asked for

    @property
    def pending(self) -> int:
        """Passages whose vectors are still to be computed; until there are none, words alone decide."""
        return sum(part.lacking for part in self.manifest.parts)

    @property
    def revision(self) -> int:
        """The catalog revision that it shows."""
        return self.manifest.revision

    def cluster(self, report: int) -> int:
        """The reprint cluster of a report number."""
        row = int(np.searchsorted(self.table.numbers, report))
        return int(self.table.clusters[row])

    def in_cluster(self, number: int, head: ReportHead) -> ReportHead:
        """A head out of the catalog, told which reprint cluster it belongs to."""
        cluster = self.cluster(number)
        return head if head.cluster == cluster else replace(head, cluster=cluster)

    def rows_of(self, numbers: Sequence[int]) -> dict[int, int]:
        """Passage number → row, of those that are there."""
        rows = np.searchsorted(self.numbers, numbers).tolist()
        return {
            number: row
            for number, row in zip(numbers, rows, strict=True)
            if row < len(self.numbers)
            and self.numbers[row] == number
            and (self.alive is None or self.alive[row])
        }

    def report_at(self, row: int) -> int:
        """The number of the report that a passage belongs to."""
        return int(self.table.numbers[self.report_rows[row]])

    def report_numbers(self) -> list[int]:
        """The numbers of the reports that are there, in order."""
        there: list[int] = self.table.numbers[self.table.alive].tolist()
        return there

    def take_over(self, before: Generation) -> None:
        """Keep the heads that the generation before had read."""
        here = set(self.report_numbers())
        kept = {number: head for number, head in before.heads.items() if number in here}
        rows = np.searchsorted(self.table.numbers, list(kept))
        for (number, head), cluster in zip(kept.items(), self.table.clusters[rows].tolist(), strict=True):
            self.heads[number] = head if head.cluster == cluster else replace(head, cluster=cluster)

    @classmethod
    def load(cls, layout: Layout, name: str, before: Generation | None = None) -> Generation:
        """Open a generation. Sizes are checked here, checksums by `check`.

        Args:
            layout: the store's files.
            name: which.
            before: one that is open already; the segments that both have are not opened again.

        Raises:
            StoreDamaged: a file is missing, has another size or can't be read.
        """
        folder = layout.generation(name)
        manifest = read_manifest(folder)
        held = {one.part.name: one for one in before.segments} if before is not None else {}
        try:
            for path, size, _ in manifest.all_files(layout, name):
                if path.stat().st_size != size:
                    raise _damaged(folder, f"{path.name} 不完整")
            segments = [
                held.get(part.name) or Segment(layout.segment(part.name), part) for part in manifest.parts
            ]
            made = cls(name, manifest, segments, FilterTable.load(folder))
        except (OSError, ValueError, RuntimeError, KeyError, TypeError, IndexError) as error:
            raise _damaged(folder, str(error)) from error
        if before is not None:
            made.take_over(before)
        return made


def _needed(masks: Sequence[Mask]) -> list[Mask | None]:
    """None in place of a mask under which everything is there."""
    return [None if mask.all() else mask for mask in masks]


def _damaged(folder: Path, what: str) -> StoreDamaged:
    return StoreDamaged(f"{folder}：索引文件已损坏（{what}）。", "请运行 python -m index build … 修复。")


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a generation.

    Raises:
        StoreDamaged: it is missing, was changed, or is of another format.
    """
    try:
        text = (folder / MANIFEST).read_text(encoding="utf-8")
        if (version := json.loads(text)["format"]) != FORMAT:
            raise _damaged(folder, f"{MANIFEST}：第 {version} 版格式")
        return Manifest.loads(text)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _damaged(folder, f"{MANIFEST}：{error}") from error


def current(layout: Layout) -> str | None:
    """The name of the generation in use, None when there is none yet.

    Raises:
        StoreDamaged: CURRENT does not hold a name.
    """
    try:
        text = layout.current.read_bytes().decode("ascii", "replace")
    except FileNotFoundError:
        return None
    if not text.endswith("\n") or not _NAME.fullmatch(text[:-1]):
        raise _damaged(layout.root, layout.current.name)
    return text[:-1]


def check(layout: Layout, name: str) -> Iterator[Problem]:
    """Every file of a generation that is missing, changed, or not in its manifest."""
    folder = layout.generation(name)
    try:
        manifest = read_manifest(folder)
    except StoreDamaged as error:
        yield Problem(_where(layout, folder / MANIFEST), error.message, True)
        return
    for path, size, sha256 in manifest.all_files(layout, name):
        if not path.is_file():
            yield Problem(_where(layout, path), "文件不见了", True)
        elif path.stat().st_size != size or sha256_of(path) != sha256:
            yield Problem(_where(layout, path), "内容与校验值不符", True)


def _where(layout: Layout, path: Path) -> str:
    return path.relative_to(layout.root).as_posix()
