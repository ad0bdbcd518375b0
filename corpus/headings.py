"""Numbered headings, and numbered lines that are items of a list: 一、, （一）, 1., ①."""

from __future__ import annotations

import re
from dataclasses import dataclass

from corpus.boundary import balanced
from corpus.lines import NUMBERED, Line
from corpus.types import Span

LEVELS = {"a": 1, "b": 3, "c": 4, "d": 5}
UNNUMBERED, LEAD_LEVEL = 2, 9
_RUN_IN = re.compile(r"^[^。！？；\n]{2,42}[。！？：:]")
_CITED_LAW = re.compile(
    r"^第[一二三四五六七八九十百]+条(?:第[一二三四五六七八九十]+款)?(?:之[一二三])?(?:的?规定|[、，和及])"
)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading found in a text, with its outline level (1 is the outermost)."""

    span: Span
    text: str
    level: int


_FIGURES = frozenset("一二三四五六七八九十0123456789（(")


def numbering(text: str) -> tuple[str, int] | None:
    """The kind and the value of the number that a line begins with, for those that run on."""
    match = NUMBERED.match(text) if text[0] in _FIGURES else None
    if match is None or match.lastgroup not in ("a", "b", "c"):
        return None
    if digits := re.search(r"\d+", match[0]):
        return match.lastgroup, int(digits[0])
    value = 0
    for figure in re.findall("[一二三四五六七八九十]", match[0]):
        value = max(value, 1) * 10 if figure == "十" else value + "一二三四五六七八九".index(figure) + 1
    return match.lastgroup, value


# a heading whose line break became a blank; a longer one in front of a label
_BLANK_BEHIND = re.compile(
    r"(?:[一二三四五六七八九十]{1,3}、[ \u3000])?(?:\S{4,40}(?=[ \u3000\xa0])|\S{4,64}(?=[ \u3000\xa0]【))"
)


# a sentence behind a blank
_TOLD = re.compile("[^，]*，|[ \u3000\xa0]+[^ \u3000\xa0：]{12,}(?:[。；]|如下[：:])$")


def numbered(line: Line) -> Heading | None:
    """The heading that a line with a number is or begins with."""
    match = NUMBERED.match(line.text)
    if not match:
        return None
    level = LEVELS[match.lastgroup or "a"]
    if match[0].rstrip().endswith("条") and len(line.text) > 60:
        return _article(line, match, level)
    blank = _BLANK_BEHIND.match(line.text)
    told = blank is not None and _TOLD.match(line.text, blank.end()) is not None
    if len(line.text) <= 60 and "。" not in line.text[:-1] and not told:
        return Heading(line.span, line.text, level)
    run = _RUN_IN.match(line.text[match.end() :])
    if run and told and blank is not None and "，" not in blank[0]:
        run = None
    if run:
        end = match.end() + run.end()
        return Heading(Span(line.span.start, line.span.start + end), line.text[:end], level)
    if blank and balanced(blank[0]) and not re.search(r"[。；]", blank[0]):
        return Heading(Span(line.span.start, line.span.start + blank.end()), blank[0], level)
    return None


_NAMED = re.compile(r"[^，。；：！？]{2,20}[。：]")


def _article(line: Line, number: re.Match[str], level: int) -> Heading:
    """An article's number, with its name where it has one: 第七条 蔬菜面积（8分）。"""
    named = _NAMED.match(line.text, number.end())
    end = named.end() if named else len(number[0].rstrip())
    return Heading(Span(line.span.start, line.span.start + end), line.text[:end], level)


# 四、做好认定 各地要落实…: a heading whose line break became a blank
_HEADED = re.compile(
    r"[一二三四五六七八九十]{1,3}、[^\s，。；：]{4,24}(?:，[^\s，。；：]{4,20})?[ \u3000\xa0](?=[^\s]{12})"
)


def item_kind(line: Line, following: Line | None, items: str | None) -> str | None:
    """The kind of number of an item of an enumeration or a quoted law, which heads nothing."""
    match = NUMBERED.match(line.text)
    if not match or _HEADED.match(line.text):
        return None
    kind = match.lastgroup
    if line.text[-1] in "；;" or _CITED_LAW.match(line.text):
        return kind
    if line.text[-1] != "。" or "。" in line.text[:-1]:
        return None
    if items == kind:
        return kind
    if following is None:
        return None
    sibling = NUMBERED.match(following.text)
    return kind if len(line.text) >= 24 and sibling is not None and sibling.lastgroup == kind else None


def quoted(text: str, at: int) -> bool:
    """Whether a quotation that began before `at`, within reach, is still open."""
    before = text[max(0, at - 600) : at]
    return before.rfind("“") > before.rfind("”") and text.count("“", 0, at) > text.count("”", 0, at)
