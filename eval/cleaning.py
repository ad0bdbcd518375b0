"""Cleaning and metadata against gold: what must go, stay and be joined; titles, dates, sources, places.

The gold is JSONL, one file a line: doc, reports [{title, region, date, source, first, last}], drop, keep,
join, once, headings. Strings are compared after NFKC with white space and zero-width characters left out.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from corpus.errors import TashanError
from corpus.read import read_file
from corpus.types import NOWHERE, CleanFile, Report

LEVELS = ("province", "city", "county", "town", "community")
LABELS = {
    "files": "读到的文件", "reports": "篇数正确", "drop": "噪声已去", "keep": "正文保留", "join": "断行已接",
    "once": "重复只留一次", "headings": "小标题", "bounds": "首尾正确", "title": "标题", "date": "日期",
    "source": "来源", "province": "省", "city": "市", "county": "县", "town": "乡镇", "community": "村社区",
    "whole": "整份无误",
}  # fmt: skip
_TEXTUAL = {"drop", "keep", "join", "once"}
_NOTHING = dict.fromkeys((0x200B, 0x200C, 0x200D, 0xFEFF))
_NEAR = 40  # characters that may stand before the first or behind the last words of a report


@dataclass(frozen=True, slots=True)
class Score:
    """How often each thing was right, and what was wrong where."""

    tally: dict[str, tuple[int, int]]  # kind → (right, of)
    wrong: tuple[tuple[str, str, str], ...]  # (doc, kind, what)


@dataclass(slots=True)
class _Tally:
    """Collects the outcome of checks."""

    counts: dict[str, list[bool]] = field(default_factory=dict)
    wrong: list[tuple[str, str, str]] = field(default_factory=list)
    doc: str = ""

    def note(self, kind: str, right: bool, what: str = "") -> None:
        """One check."""
        self.counts.setdefault(kind, []).append(right)
        if not right and what:
            self.wrong.append((self.doc, kind, what))


def norm(text: str | None) -> str:
    """A string as it is compared."""
    return "".join(unicodedata.normalize("NFKC", text or "").translate(_NOTHING).split())


def score(gold: Path, corpus: Path, progress: Callable[[str, int, int], None]) -> Score:
    """Clean every file of the gold and compare.

    Raises:
        TashanError: the gold can't be read.
    """
    rows, tally = _rows(gold), _Tally()
    for at, row in enumerate(rows):
        progress("清洗", at, len(rows))
        tally.doc = row["doc"]
        try:
            got: CleanFile | None = read_file(corpus / row["doc"], corpus)
        except TashanError:
            got = None
        tally.note("files", got is not None, "读不了")
        before = len(tally.wrong)
        _texts(row, got, tally)
        tally.note("whole", not any(kind in _TEXTUAL for _, kind, _ in tally.wrong[before:]))
        _reports(row, got.reports if got else (), tally)
    progress("清洗", len(rows), len(rows))
    counts = {
        kind: (sum(tally.counts[kind]), len(tally.counts[kind])) for kind in LABELS if kind in tally.counts
    }
    return Score(counts, tuple(tally.wrong))


def _texts(row: dict[str, Any], got: CleanFile | None, tally: _Tally) -> None:
    """What must go, stay, be joined, stand once."""
    reports = got.reports if got else ()
    tally.note(
        "reports", len(reports) == len(row["reports"]), f"{len(reports)} 篇，应为 {len(row['reports'])} 篇"
    )
    text = norm("\n".join(report.text for report in reports))
    passages = norm("\n".join(p.text for pieces in (got.passages if got else ()) for p in pieces))
    for words in row["drop"]:
        tally.note("drop", got is not None and norm(words) not in text + passages, words)
    for words in row["keep"]:
        tally.note("keep", norm(words) in text, words)
    for first, second in row["join"]:
        tally.note("join", norm(first) + norm(second) in text, f"{first} + {second}")
    for words in row["once"]:
        tally.note("once", text.count(norm(words)) == 1, words)


def _reports(row: dict[str, Any], reports: Sequence[Report], tally: _Tally) -> None:
    """Headings, bounds and metadata."""
    headings = [norm(section.heading) for report in reports for section in report.sections]
    for heading in map(norm, row["headings"]):
        tally.note("headings", any(heading in one or (one and one in heading) for one in headings), heading)
    for want in row["reports"]:
        report, exact = _match(want, reports)
        tally.note("bounds", exact, f"{want['first']} … {want['last']}")
        got = (report.title, report.date, report.source) if report else ("?", "?", "?")
        for kind, mine in zip(("title", "date", "source"), got, strict=True):
            tally.note(kind, norm(mine) == norm(want[kind]), f"{mine}，应为 {want[kind]}")
        for level, mine in zip(LEVELS, (report.locality if report else NOWHERE).levels, strict=True):
            tally.note(
                level, norm(mine) == norm(want["region"][level]), f"{mine}，应为 {want['region'][level]}"
            )


def _match(want: dict[str, Any], reports: Sequence[Report]) -> tuple[Report | None, bool]:
    """The report that begins and ends where the gold's does; else one that holds either end."""
    first, last = norm(want["first"]), norm(want["last"])
    texts = [(report, norm(report.text)) for report in reports]
    for report, text in texts:
        if 0 <= text.find(first) < _NEAR and text.rfind(last) >= len(text) - len(last) - _NEAR:
            return report, True
    return next(((report, False) for report, text in texts if first in text or last in text), (None, False))


def _rows(path: Path) -> list[dict[str, Any]]:
    try:
        rows = [json.loads(line) for line in path.read_text("utf-8-sig").splitlines() if line.strip()]
    except (OSError, ValueError) as error:
        raise TashanError(f"{path}：无法读取清洗标准（{error}）。", "请检查文件路径和内容。") from error
    lacking = {"doc", "reports", "drop", "keep", "join", "once", "headings"} - (
        rows[0].keys() if rows else set()
    )
    if lacking:
        raise TashanError(
            f"{path}：不是清洗标准（缺少 {'、'.join(sorted(lacking))}）。", "格式见 eval/cleaning.py。"
        )
    return rows
