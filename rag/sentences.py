"""Passages to complete sentences, and sentences to the grams that compare them with a question."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import pairwise

from corpus.types import Passage, Span

_ENDS = "。！？!?"
_SPEECH = "”」』"
_CLOSERS = "”’」』）)》】\"'"
_PAIRS = {"”": "“", "」": "「", "』": "『", "）": "（", ")": "(", "》": "《", "】": "【"}
_LONGEST_QUOTATION = 60  # a longer “…” is speech: its inner full stops end sentences
_LONG = 110  # a sentence longer than this may be cut at its ；
_SHORT = 14  # a part shorter than this stays with its neighbour

_RUNS = re.compile(r"[0-9][0-9.,]*%?|[a-z]+|[\u3400-\u9fff]+")
_FILLER = frozenset("的了和与及等在是为对把被将由从向也都而并其这那个我们他们")


def sentences(text: str, cuts: Iterable[int] = ()) -> tuple[Span, ...]:
    """The complete sentences of `text`, in order, none of which crosses one of `cuts`.

    A sentence ends at 。！？ (with the closing quotes and brackets behind it) or at a line break;
    full stops inside a short “quotation” do not end it. Very long ones are cut at ；.

    >>> text = "一是建队伍。他说：“好。”二是建机制！"
    >>> [span.of(text) for span in sentences(text)]
    ['一是建队伍。', '他说：“好。”', '二是建机制！']
    """
    edges = sorted({0, len(text), *_ends(text), *(at for at in cuts if 0 < at < len(text))})
    fixed = frozenset(cuts)
    found: list[Span] = []
    for start, end in pairwise(edges):
        found.extend(_split_long(text, Span(start, end)))
    return tuple(
        _trimmed(text, span) for span in _glued(found, text, fixed) if text[span.start : span.end].strip()
    )


_LEAD = 18  # a paragraph's first sentence, when no longer than this, announces the one behind it
_POINT = 34  # so does one that opens a point (一是…。), when no longer than this
_ASKED = 40  # and a question of the report's own, which the sentence behind it answers
_OPENS_POINT = re.compile(
    r"(?:[一二三四五六七八九十]{1,2}[是要、]|其[一二三四五六]|第[一二三四五六七八九十]{1,2}[，、步])"
)
_LABEL = 16  # a line of its own, no longer than this and without an end, is a heading or a cell of a table
_STOPS = _ENDS + _SPEECH + "；;…"


def statements(text: str, cuts: Iterable[int] = ()) -> tuple[Span, ...]:
    r"""The sentences that can be quoted: a lead phrase with the sentence it announces, no mere labels.

    Where there are only labels they are all there is to quote.

    >>> text = "二、怎么管\n分级办理。一般的事三天办结。难的事提级。"
    >>> [span.of(text) for span in statements(text)]
    ['分级办理。一般的事三天办结。', '难的事提级。']
    """
    fixed = frozenset(cuts)
    spans = [_bared(text, span) for span in sentences(text, fixed)]
    found: list[Span] = []
    held: Span | None = None
    for at, span in enumerate(spans):
        if held is not None:
            span, held = Span(held.start, span.end), None
        elif at + 1 < len(spans) and _announces(text, span, spans[at + 1], fixed):
            held = span
            continue
        found.append(span)
    return tuple(span for span in found if not _label(text, span)) or tuple(found)


def _announces(text: str, span: Span, following: Span, cuts: frozenset[int]) -> bool:
    """Whether `span` says little without `following`, which goes on in the same paragraph.

    So a short phrase that opens a paragraph, a point (一是…。) and a question that the report answers itself.
    """
    between = text[span.end : following.start]
    if "\n" in between or any(span.end <= at <= following.start for at in cuts):
        return False
    said = span.of(text)
    if asks(said):
        return len(span) <= _ASKED
    return len(span) <= (_LEAD if _opens(text, span) else 0) or (
        len(span) <= _POINT and _OPENS_POINT.match(said) is not None
    )


def asks(text: str) -> bool:
    """Whether a sentence only asks: what it says is the answer behind it.

    >>> asks("“值班”的力量不够怎么办？"), asks("他问：“怎么办？”")
    (True, False)
    """
    said = _SHORT_NAME.sub("", text)
    return text[-1:] in "？?" and not any(char in said for char in "“”：:")


_SHORT_NAME = re.compile(r"“[^“”]{1,10}”")  # in marks, but not said by anybody


def _opens(text: str, span: Span) -> bool:
    before = text[: span.start].rstrip(" \u3000")
    return not before or before.endswith("\n")


def _label(text: str, span: Span) -> bool:
    """Whether a span is a short line of its own without an end."""
    behind = text[span.end :].lstrip(" \u3000")
    alone = _opens(text, span) and (not behind or behind.startswith("\n"))
    return alone and len(span) <= _LABEL and text[span.end - 1] not in _STOPS


def _bared(text: str, span: Span) -> Span:
    """`span` without punctuation that a label or a by-line cut off before it has left at its start."""
    start = span.start
    while start < span.end - 1 and text[start] in "：:，,、；;。 ）)】」”":
        start += 1
    return Span(start, span.end)


def _ends(text: str) -> Iterator[int]:
    """Offsets just behind the ends of sentences."""
    held = _quoted(text)
    at = 0
    while at < len(text):
        if text[at] == "\n":
            yield at + 1
        elif text[at] in _ENDS and not any(a < at < b - 1 for a, b in held):
            while at + 1 < len(text) and text[at + 1] in _ENDS + _CLOSERS:
                at += 1
            if text[at] not in _SPEECH or _ends_here(text, at):
                yield at + 1
        elif text[at] in _SPEECH and at and text[at - 1] in _ENDS and _ends_here(text, at):
            yield at + 1
        at += 1


_SAYS = re.compile(r"[^。！？!?\n“”]{0,20}(?:说|表示|介绍|道|告诉|感慨|称赞|坦言|感叹|回忆)")


def _ends_here(text: str, at: int) -> bool:
    """Whether a sentence ends behind a quotation that ends in a full stop: not in “好。”他说."""
    return at + 1 >= len(text) or not (text[at + 1] in "，,、；：的" or _SAYS.match(text, at + 1))


def _quoted(text: str) -> list[tuple[int, int]]:
    """The short matched “…”, 《…》, （…） of `text`: [start, end)."""
    opened: list[tuple[str, int]] = []
    pairs = []
    for at, char in enumerate(text):
        if char in _PAIRS.values():
            opened.append((char, at))
        elif char in _PAIRS and opened and opened[-1][0] == _PAIRS[char]:
            start = opened.pop()[1]
            if at - start <= _LONGEST_QUOTATION:
                pairs.append((start, at + 1))
        elif char == "\n":
            opened.clear()
    return pairs


def _split_long(text: str, span: Span) -> Iterator[Span]:
    """`span`, or its parts between ； where it is very long."""
    if len(span) <= _LONG:
        yield span
        return
    start = span.start
    for at in range(span.start, span.end):
        if text[at] in "；;" and at + 1 - start >= _SHORT and span.end - at - 1 >= _SHORT:
            yield Span(start, at + 1)
            start = at + 1
    yield Span(start, span.end)


def _glued(spans: list[Span], text: str, cuts: frozenset[int]) -> Iterator[Span]:
    """Spans with crumbs (a lone closing quote, “一、”) joined to the sentence behind or before them."""
    held: Span | None = None
    for span in spans:
        if held is not None:
            span, held = (Span(held.start, span.end), None) if span.start not in cuts else (span, None)
        crumb = (
            len(text[span.start : span.end].strip()) < 3
            and span.end not in cuts
            and text[span.end - 1] != "\n"
        )
        if crumb and span.end < len(text):
            held = span
        else:
            yield span
    if held is not None:
        yield held


def _trimmed(text: str, span: Span) -> Span:
    """`span` without white space at its ends."""
    start, end = span.start, span.end
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)


def raw_span(passage: Passage, span: Span) -> Span:
    """Where a stretch of ``passage.text`` stands in the raw file, from the gaps alone.

    The raw offset of text offset o is ``raw_span.start + o`` and the gaps at or before o.
    """

    def raw(offset: int) -> int:
        return passage.raw_span.start + offset + sum(gap for at, gap in passage.breaks if at <= offset)

    return Span(raw(span.start), raw(span.end - 1) + 1)


@functools.lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """`text` for comparing only: NFKC, lower case, no white space."""
    return "".join(unicodedata.normalize("NFKC", text).lower().split())


@functools.lru_cache(maxsize=8192)
def grams(text: str) -> tuple[str, ...]:
    """Character bigrams of Chinese runs, whole numbers and Latin words; those of filler characters left out.

    >>> grams("建立3支队伍")
    ('建立', '3', '支队', '队伍')
    """
    found: list[str] = []
    for run in _RUNS.findall(fold(text)):
        if run[0].isascii():
            found.append(run.rstrip(".,"))
        elif len(run) == 1:
            found.append(run)
        else:
            pairs = (run[at : at + 2] for at in range(len(run) - 1))
            found.extend(pair for pair in pairs if not (pair[0] in _FILLER or pair[1] in _FILLER))
    return tuple(found)
