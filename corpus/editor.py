"""Taking stretches out of a raw text while every kept character still knows where it stood."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from corpus.types import Removal, Runs, Span

_MANY = 64  # cuts at once; more are made in one pass


@dataclass(frozen=True, slots=True)
class View:
    """What is still there of a stretch of the raw text."""

    text: str
    runs: Runs

    def raw(self, start: int, end: int) -> Span:
        """The raw span of ``text[start:end]``."""
        return self.runs.raw_span(Span(start, end))


class Editor:
    """The kept stretches of one raw text, and a record of everything that was cut out of it.

    Cutting is the only operation: what is kept is always a subsequence of the raw text, and
    kept stretches + removals = the stretches it began with.
    """

    def __init__(self, raw: str, body: Iterable[Span]) -> None:
        self.raw = raw
        self._kept = list(Runs(body).spans)
        self._views: dict[Span | None, View] = {}  # of the text as it is now
        self.removals: list[Removal] = []

    def view(self, region: Span | None = None) -> View:
        """The kept text inside a raw region (the whole when None)."""
        if region not in self._views:
            runs = Runs.parted(self._kept if region is None else self._inside(region))
            self._views[region] = View(runs.apply(self.raw), runs)
        return self._views[region]

    def _inside(self, region: Span) -> list[Span]:
        low, high = self._touching(region)
        spans = self._kept[low:high]
        if spans:
            spans[0] = Span(max(spans[0].start, region.start), spans[0].end)
            spans[-1] = Span(spans[-1].start, min(spans[-1].end, region.end))
        return spans if len(region) else []

    def cut(self, cut: Span, rule: str) -> None:
        """Take out a raw stretch; what was cut from it before stays with its own rule."""
        if not len(cut):
            return
        self._views.clear()
        first, last = self._touching(cut)
        kept: list[Span] = []
        for span in self._kept[first:last]:
            low, high = max(span.start, cut.start), min(span.end, cut.end)
            self.removals.append(Removal(Span(low, high), rule, self.raw[low:high]))
            kept.extend(s for s in (Span(span.start, low), Span(high, span.end)) if len(s))
        self._kept[first:last] = kept

    def _touching(self, region: Span) -> tuple[int, int]:
        """Which kept stretches share a character with a raw region: from the first to behind the last."""
        first = bisect_right(self._kept, region.start, key=lambda s: s.end)
        return first, max(first, bisect_left(self._kept, region.end, key=lambda s: s.start))

    def cut_text(self, view: View, start: int, end: int, rule: str) -> None:
        """Take out ``view.text[start:end]``."""
        if end > start:
            self.cut(view.raw(start, end), rule)

    def cut_all(self, pattern: re.Pattern[str], rule: str, region: Span | None = None) -> None:
        """Take out every match (its group ``x`` where it has one)."""
        view = self.view(region)
        group = "x" if "x" in pattern.groupindex else 0
        self.cut_parts(view, [(Span(*m.span(group)), rule) for m in pattern.finditer(view.text)])

    def cut_parts(self, view: View, parts: Sequence[tuple[Span, str]]) -> None:
        """Take out stretches of ``view.text``, in order and apart from each other, each by its rule."""
        cuts = [(view.runs.raw_span(part), rule) for part, rule in parts if part.end > part.start]
        if len(cuts) < _MANY:
            for cut, rule in cuts:
                self.cut(cut, rule)
        else:
            self._cut_in_order(cuts)

    def _cut_in_order(self, cuts: Sequence[tuple[Span, str]]) -> None:
        """Many cuts, which are in order and apart, in one pass."""
        self._views.clear()
        kept: list[Span] = []
        at = 0
        for span in self._kept:
            start = span.start
            while at < len(cuts) and cuts[at][0].end <= start:
                at += 1
            n = at
            while n < len(cuts) and cuts[n][0].start < span.end:
                cut, rule = cuts[n]
                low, high = max(start, cut.start), min(span.end, cut.end)
                self.removals.append(Removal(Span(low, high), rule, self.raw[low:high]))
                if low > start:
                    kept.append(Span(start, low))
                start = high
                n += 1
            if start < span.end:
                kept.append(Span(start, span.end))
        self._kept = kept
