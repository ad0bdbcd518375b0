"""What a report is about, by the editable table `rag/themes.csv`: for the filter 主题 and the tab 语料."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from corpus.errors import TashanError
from index.types import Store, StoredReport
from rag.terms import rows

THEMES_FILE = Path(__file__).with_name("themes.csv")
OTHER = "其他"  # a report that no theme fits
_MENTIONS = 3  # in the text, where no heading says it: once or twice is in passing


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme and the words that reports have for it."""

    name: str
    terms: tuple[str, ...]


@lru_cache(maxsize=4)
def load(path: Path = THEMES_FILE) -> tuple[Theme, ...]:
    """The themes of a table with the columns theme, terms, note; lines that start with # are comments.

    Raises:
        TashanError: the table can't be read; the message names the line.
    """
    found: dict[str, Theme] = {}
    for at, row in rows(path, ("theme", "terms", "note")):
        name = row[0].strip()
        said = row[1].split("|") if len(row) > 1 else []
        terms = tuple(dict.fromkeys(term.strip() for term in said if term.strip()))
        if not name or not terms or name in found or any(len(term) < 2 for term in terms):
            raise TashanError(
                f"{path.name} 第 {at} 行：主题名不能重复，说法至少要有一个，不能是单字。", "请改正后重试。"
            )
        found[name] = Theme(name, terms)
    return tuple(found.values())


def of(report: StoredReport, themes: Sequence[Theme]) -> tuple[str, ...]:
    """The names of the themes that a report belongs to, in the order of the table; empty where none fits."""
    heads = "\n".join((report.head.title or "", *(section.heading for section in report.sections)))
    return tuple(theme.name for theme in themes if _fits(theme, heads, report.text))


def _fits(theme: Theme, heads: str, text: str) -> bool:
    if any(term in heads for term in theme.terms):
        return True
    return sum(text.count(term) for term in theme.terms) >= _MENTIONS


@dataclass(frozen=True, slots=True)
class Themed:
    """The themes of every report of one generation."""

    of: Mapping[str, tuple[str, ...]]  # report → names of themes

    def reports(self, theme: str) -> tuple[str, ...]:
        """The reports of a theme; of `OTHER`, those of none."""
        wanted = () if theme == OTHER else (theme,)
        return tuple(r for r, names in self.of.items() if (theme in names if wanted else not names))

    def counts(self) -> list[tuple[str, int]]:
        """(theme, number of reports), largest first, `OTHER` last; a report may count under several."""
        counted = Counter(name for names in self.of.values() for name in names).most_common()
        rest = sum(not names for names in self.of.values())
        return [*counted, *([(OTHER, rest)] if rest else [])]


class Themes:
    """The themes of a store's reports, read once a report. Safe to share between threads."""

    def __init__(self, store: Store, themes: Sequence[Theme] | None = None) -> None:
        self._store, self._themes = store, load() if themes is None else themes
        self._known: dict[tuple[str, ...], tuple[str, ...]] = {}  # (report, sha256, cleaner) → themes
        self._mark: tuple[object, ...] | None = None
        self._now = Themed({})
        self._turn = threading.Lock()

    def now(self) -> Themed:
        """Of the generation in use; after a change only what is new is read (a second for 5,000 reports)."""
        self._store.refresh()
        with self._turn:
            mark = self._store.mark
            if mark != self._mark:
                self._now, self._mark = self._read(), mark
            return self._now

    def _read(self) -> Themed:
        docs, known, out = self._store.documents(), {}, {}
        for head in self._store.heads():
            key = (head.report, *docs.get(head.doc, ()))
            names = self._known.get(key)
            if names is None:
                report = self._store.report(head.report)
                names = of(report, self._themes) if report is not None else ()
            known[key] = out[head.report] = names
        self._known = known
        return Themed(out)
