"""Markdown: the marks stay in the raw text and out of the report; front matter becomes fields."""

from __future__ import annotations

import re

from corpus.decode import decode, lost
from corpus.extracted import Extracted
from corpus.tables import column_names
from corpus.types import Record, Runs, Span

_FRONT = re.compile(r"\A\ufeff?---[ \t]*\r?\n(?P<x>.*?)^---[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE)
_KEY = re.compile(r"^(?P<k>[\w\u4e00-\u9fff ]{1,20})\s*[:：]\s*(?P<v>.*?)\s*$", re.MULTILINE)
_FENCE = re.compile(r"^[ \t]*(?:```|~~~)[^\r\n]*(?:\r?\n|\Z)", re.MULTILINE)
_COMMENT = re.compile(r"<!--.*?-->|</?[A-Za-z][^<>\n]{0,200}>", re.DOTALL)
_RULE = re.compile(
    r"^[ \t]*(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,}|=+[ \t]*)(?:\r?\n|\Z)", re.MULTILINE
)
_TABLE_RULE = re.compile(
    r"^[ \t]*\|?(?:[ \t]*:?-{2,}:?[ \t]*\|)*[ \t]*:?-{2,}:?[ \t]*\|?[ \t]*(?:\r?\n|\Z)", re.MULTILINE
)
_HEADING = re.compile(
    r"^(?P<a> {0,3}(?P<n>#{1,6})[ \t]+)(?P<t>[^\r\n]*?)(?P<b>[ \t]+#+)?[ \t]*$", re.MULTILINE
)
_QUOTE = re.compile(r"^(?:[ \t]{0,3}>[ \t]?)+", re.MULTILINE)
_BULLET = re.compile(r"^[ \t]*[-*+][ \t]+(?:\[[ xX]\][ \t]+)?", re.MULTILINE)
_ROW = re.compile(r"^[ \t]*\|(?P<r>[^\r\n]*)\|[ \t]*$", re.MULTILINE)
_IMAGE = re.compile(r"!\[[^\]\n]*\]\([^)\n]*\)")
_LINK = re.compile(r"(?P<a>\[)[^\[\]\n]+(?P<b>\]\([^)\n]*\))")
_STRONG = re.compile(r"(?P<a>\*\*|__|~~|`)(?=\S)[^\n]*?\S(?P<b>(?P=a))")
_EMPHASIS = re.compile(r"(?<![*\w])(?P<a>[*])(?=[^\s*])[^*\n]*[^\s*](?P<b>[*])(?![*\w])")
_ESCAPE = re.compile(r"\\(?=[\\`*_{}\[\]()#+\-.!|>~])")
_WHOLE = (_FENCE, _COMMENT, _TABLE_RULE, _RULE, _QUOTE, _BULLET, _IMAGE, _ESCAPE)
_AROUND = (_LINK, _STRONG, _EMPHASIS)


def read_md(data: bytes, doc: str) -> Extracted:
    """A Markdown file. Offsets are those of the file's own characters."""
    raw = decode(data, doc)
    front = _FRONT.match(raw)
    start = front.end() if front else 0
    marks = [Span(0, start), *_marks(raw, start)]
    headings = tuple(
        (len(m["n"]), Span(*m.span("t")))
        for m in _HEADING.finditer(raw, start)
        if m["t"].strip() and m.end("t") > m.start("t")
    )
    body = Runs([Span(0, len(raw))])
    kept = Runs(_without(len(raw), marks))
    whole = Span(0, len(raw))
    record = Record(
        whole, kept.spans if len(kept) else body.spans, _fields(front["x"] if front else "", raw, headings)
    )
    return Extracted(raw, (record,), headings, lost(raw))


def _marks(raw: str, start: int) -> list[Span]:
    """Everything that is a mark rather than text."""
    found = [Span(*m.span()) for pattern in _WHOLE for m in pattern.finditer(raw, start)]
    found += [
        Span(*m.span(g)) for pattern in _AROUND for m in pattern.finditer(raw, start) for g in ("a", "b")
    ]
    found += [Span(*m.span(g)) for m in _HEADING.finditer(raw, start) for g in ("a", "b") if m[g]]
    for row in _ROW.finditer(raw, start):
        found.append(Span(row.start(), row.start("r")))
        found.append(Span(row.end("r"), row.end()))
        found += [
            Span(row.start("r") + m.start(), row.start("r") + m.end())
            for m in re.finditer(r"(?<=[ \t])\|[ \t]*", row["r"])
        ]
    return found


def _without(size: int, marks: list[Span]) -> list[Span]:
    """What is left of a text of `size` characters."""
    kept, at = [], 0
    for mark in sorted(marks):
        if mark.start > at:
            kept.append(Span(at, mark.start))
        at = max(at, mark.end)
    return [*kept, Span(at, size)]


def _fields(front: str, raw: str, headings: tuple[tuple[int, Span], ...]) -> tuple[tuple[str, str], ...]:
    """Front matter, and the title: the only heading of the first level."""
    keys = [(m["k"], m["v"].strip("\"'")) for m in _KEY.finditer(front)]
    columns = column_names([k for k, _ in keys])
    fields = {name: keys[at][1] for name, at in columns.items() if name != "body" and keys[at][1]}
    tops = [span.of(raw).strip() for level, span in headings if level == 1]
    if len(tops) == 1:
        fields.setdefault("title", tops[0])
    return tuple(fields.items())
