"""What became of whole folders, in one table: files, reports, passages, removals by rule, places, seconds.

`pace` measures how the seconds grow with the number of items.
"""

from __future__ import annotations

import lzma
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from corpus.gazetteer import LEVELS, depth
from corpus.load import read_bytes
from corpus.read import read_all, read_document
from corpus.types import CleanFile, Failure

UNPLACED = "unplaced"


@dataclass(slots=True)
class Survey:
    """Counts over files; seconds are those of this process, on one core."""

    files: int = 0
    failed: list[str] = field(default_factory=list)
    reports: int = 0
    passages: int = 0
    raw: int = 0  # characters read
    kept: int = 0  # characters of the reports
    removed: Counter[str] = field(default_factory=Counter)  # characters by rule
    levels: Counter[str] = field(default_factory=Counter)  # reports by the deepest level of their place
    seconds: float = 0.0

    @property
    def files_per_second(self) -> float:
        """Files read, cleaned, split and placed in a second; 0 where none was."""
        return self.files / self.seconds if self.seconds else 0.0

    def add(self, file: CleanFile) -> None:
        """Count one file."""
        self.files += 1
        self.reports += len(file.reports)
        self.passages += sum(map(len, file.passages))
        self.raw += len(file.document.raw)
        self.kept += sum(len(report.text) for report in file.reports)
        for removal in file.removed:
            self.removed[removal.rule] += len(removal.text)
        for report in file.reports:
            at = depth(report.locality)
            self.levels[LEVELS[at] if at >= 0 else UNPLACED] += 1

    def as_json(self) -> dict[str, object]:
        """The object that ``survey --json`` prints."""
        return {
            "files": self.files,
            "failed": self.failed,
            "reports": self.reports,
            "passages": self.passages,
            "raw_characters": self.raw,
            "kept_characters": self.kept,
            "removed_characters": dict(self.removed.most_common()),
            "localities": {level: self.levels[level] for level in (*LEVELS, UNPLACED)},
            "seconds": round(self.seconds, 2),
            "files_per_second": round(self.files_per_second, 1),
        }


def survey(sources: Sequence[Path]) -> Survey:
    """Read everything under `sources`, on one core and without embedding."""
    out = Survey()
    began = time.process_time()
    for result in read_all(sources):
        if isinstance(result, Failure):
            out.failed.append(result.message)
        else:
            out.add(result)
    out.seconds = time.process_time() - began
    return out


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds of one core for so many items of a table."""

    items: int
    passages: int
    seconds: float

    @property
    def rate(self) -> float:
        """Items a second."""
        return self.items / self.seconds if self.seconds else 0.0


def pace(table: Path, sizes: Sequence[int]) -> Iterator[Pace]:
    """Read the first so many rows of a .jsonl (or .jsonl.xz) table, for each of `sizes` that it has.

    Raises:
        UnreadableFile: the table has no column of texts.
    """
    for size in sizes:
        lines = list(_lines(table, size))
        if len(lines) < size:
            return
        began = time.process_time()
        file = read_document(read_bytes(b"".join(lines), table.name.removesuffix(".xz")))
        seconds = time.process_time() - began
        yield Pace(size, sum(map(len, file.passages)), seconds)


_ROWS = 2000  # read at once


def texts(table: Path) -> Iterator[str]:
    """The texts of a .jsonl (or .jsonl.xz) table, row by row.

    Raises:
        UnreadableFile: the table has no column of texts.
    """
    rows = _lines(table, None)
    while lines := list(islice(rows, _ROWS)):
        document = read_bytes(b"".join(lines), table.name.removesuffix(".xz"))
        for record in document.records:
            yield "".join(span.of(document.raw) for span in record.body)


def _lines(table: Path, most: int | None) -> Iterator[bytes]:
    with lzma.open(table) if table.suffix == ".xz" else table.open("rb") as file:
        yield from islice(file, most)
