"""Rebuilds `sentence_starts.tsv`: how reports begin and how titles end, counted from texts that mark it.

A boundary is marked where a title is printed twice in front of its report, or where a dateline
(「某某日报讯（记者 …）」) stands between the two. The value of an n-gram is the log of how much more often it
stands at such a boundary than inside titles and first sentences, with add-half smoothing.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

HEADER = (
    "# log odds of n-grams at the start of a report's first sentence (right)"
    " and at the end of its title (left)"
)
_RIGHT, _LEFT = 4, 3  # characters of the longest n-grams
_LEAST = 3  # an n-gram seen less often at boundaries says nothing
_SMOOTH = 0.5
_OPENING = 60  # characters of a report that count as its first sentence
_FURNITURE = re.compile(r"^\s*(?:[^，。]{0,500}?，正文[：:])?\s*(?:原标题[：:])?\s*")
_DATELINE = re.compile(r"(?:讯|电|消息)\s?[（(][^（）()]{2,50}[)）]\s*")
_NO_START = set("，。、；：！？）》”’ \u3000\xa0")


@dataclass(slots=True)
class Counts:
    """N-grams at boundaries and elsewhere, to the right and to the left of a cut."""

    right: Counter[str] = field(default_factory=Counter)
    left: Counter[str] = field(default_factory=Counter)
    inner_right: Counter[str] = field(default_factory=Counter)
    inner_left: Counter[str] = field(default_factory=Counter)
    titles: int = 0
    reports: int = 0

    def add(self, text: str) -> None:
        """Count the boundary that a text marks, if it marks one."""
        found = boundary(text)
        if found is None:
            return
        title, body = found
        self.reports += 1
        self.right.update(_heads(body, 0))
        opening = body[:_OPENING]
        for at in range(4, len(opening) - _RIGHT):
            self._inside(opening, at)
        if title:
            self.titles += 1
            self.left.update(_tails(title, len(title)))
            for at in range(_LEFT, len(title) - 1):
                self._inside(title, at)

    def _inside(self, text: str, at: int) -> None:
        if text[at] not in _NO_START:
            self.inner_right.update(_heads(text, at))
            self.inner_left.update(_tails(text, at))

    def table(self) -> str:
        """The file's text: header, then ``side<TAB>n-gram<TAB>log odds``, sorted."""
        rows = [*_odds("right", self.right, self.inner_right), *_odds("left", self.left, self.inner_left)]
        return "\n".join([HEADER, *rows]) + "\n"


def count(texts: Iterable[str]) -> Counts:
    """Count all `texts`; the same texts in any order give the same table."""
    counts = Counts()
    for text in texts:
        counts.add(text)
    return counts


def boundary(text: str) -> tuple[str, str] | None:
    """(title, report) of a text that marks where the one ends; the title is empty behind a dateline alone.

    >>> boundary("街道办实事街道办实事近日，某街道组织志愿者走进小区，为老人义诊。")
    ('街道办实事', '近日，某街道组织志愿者走进小区，为老人义诊。')
    """
    found = _FURNITURE.match(text)
    head = text[found.end() :] if found else text
    for size in range(62, 4, -1):
        title = head[:size]
        rest = head[size:].lstrip()
        if len(title) == size and rest.startswith(title) and title.strip() == title and "。" not in title:
            body = rest[size:].lstrip()
            return (title, body) if len(body) > _RIGHT else None
    dateline = _DATELINE.search(head[:170])
    if dateline and len(head) > dateline.end() + _RIGHT:
        return "", head[dateline.end() :]
    return None


def _heads(text: str, at: int) -> Iterator[str]:
    return (text[at : at + n] for n in range(1, _RIGHT + 1) if at + n <= len(text))


def _tails(text: str, at: int) -> Iterator[str]:
    return (text[at - n : at] for n in range(1, _LEFT + 1) if at >= n)


def _odds(side: str, there: Counter[str], elsewhere: Counter[str]) -> list[str]:
    rows = []
    total = {n: _sum(there, n) for n in range(1, _RIGHT + 1)}
    others = {n: _sum(elsewhere, n) for n in range(1, _RIGHT + 1)}
    for gram in sorted(there.keys() | {g for g, times in elsewhere.items() if len(g) == 1 and times >= 20}):
        if (there[gram] < _LEAST and len(gram) > 1) or re.search(r"[\t\r\n]", gram):
            continue
        n = len(gram)
        value = math.log((there[gram] + _SMOOTH) / (total[n] + 1)) - math.log(
            (elsewhere[gram] + _SMOOTH) / (others[n] + 1)
        )
        rows.append(f"{side}\t{gram}\t{value:.2f}")
    return rows


def _sum(counts: Counter[str], n: int) -> int:
    return sum(times for gram, times in counts.items() if len(gram) == n)
