"""Run-in headings that are built like one found before: as long, with the same pause, with a name at the end.

Where a text holds one heading that lost its line it holds others, most of which no unmistakable opening
follows. What a cut between two sentences looks like (`corpus.boundary`) and how like the known headings the
words are decide together.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from corpus.boundary import balanced, end_score, start_score
from corpus.headlike import GOES_ON, LONGEST, NO_FIRST_HALF, OPENING, REST, headlike
from corpus.joints import joint
from corpus.types import Span

# the joint weighed so, 5 more are right and 15 fewer wrong in 13,363 news items
_SURE = 6.55
_SECOND = 16  # characters of the longest second half, its pause with it
_KNOWN = 12  # headings that a candidate is compared with
_SENTENCE = re.compile(  # words that a sentence has and a heading hardly
    r"[。；：！？]|此次|本次|现场|据悉|近日|\d|[将对给还也已正都则并由很更再是该]|进行|通过|作为|提供|表示|以及|(?<!到)从(?!.{1,8}到)"
)
_ACTS = re.compile(  # who does something, at the start
    r"[\u4e00-\u9fff]{0,12}?(?:社区|街道|镇|(?<!乡)村(?!民)|乡(?!村|风|愁)|大队|党?支部|[党团工]委|[局站]|中心|法院|办公室|志愿者|队员?们?"
    r"|居民|村民|孩子们?|老人们?|书记|同志|学生们?|他们|大家)"
)
_BEGUN = re.compile(r"结合|围绕|举办|召开|开展|深入")  # a sentence, unless a known heading begins so
_PAUSE = re.compile(r"[，、 \u3000]")
_SHORT = re.compile(r"(?=.{6}$)(?:.*[，、 \u3000].*|.*活动)")  # of six characters, no heading
_QUOTES = re.compile("[“”‘’《》]")


@dataclass(frozen=True, slots=True)
class _Shape:
    """How words are built; lengths are in characters without quotation marks."""

    words: str
    first: int  # of the part in front of the pause, 0 where there is none
    length: int
    pause: str
    named: bool  # whether a quoted name ends them


def companions(text: str, starts: Sequence[int], sure: Sequence[str]) -> dict[int, Span]:
    """Headings at `starts`, the beginnings of sentences, that are built like one of `sure`."""
    known = [_shape(words) for words in sure[:_KNOWN]]
    pairs = Counter(pairwise(text))
    found: dict[int, Span] = {}
    for start in starts:
        score, span = max(
            _options(text, start, known, pairs), default=(0.0, None), key=lambda option: option[0]
        )
        if span is not None and score >= _SURE:
            found[start] = span
    return found


def _options(
    text: str, start: int, known: Sequence[_Shape], pairs: Counter[tuple[str, str]]
) -> Iterator[tuple[float, Span]]:
    """Every way to end a heading that begins at `start`, with its score."""
    furthest = min(start + LONGEST + 6, len(text) - 12)
    if told := _SENTENCE.search(text, start, furthest):
        furthest = told.end()
    if acts := _ACTS.match(text, start, furthest):
        furthest = acts.end()
    for end in range(start + 6, furthest):
        words = text[start:end]
        if words[-1] in "，、 \u3000（“《" or text[end] in "中里上下前后内" or text[end + 1] in "，、。":
            continue
        opened = OPENING.match(text, end) is not None
        if (text[end] == "“" and not opened) or GOES_ON.match(text, end) or not REST.match(text, end):
            continue
        if (
            not balanced(words)
            or not headlike(words)
            or NO_FIRST_HALF.match(words)
            or _SHORT.fullmatch(words)
        ):
            continue
        shape = _shape(words)
        if shape.first and shape.length - shape.first > _SECOND:
            continue
        likeness = max((_likeness(shape, other) for other in known), default=-1.0)
        cut = start_score(text[end : end + 4]) + end_score(words[-3:]) + 5.0 * opened
        cut -= 2.5 * (pairs[text[end - 1], text[end]] > 1 and words[-1] != "”" and text[end] != "“")
        halves = bool(shape.pause) and shape.first * 2 + 1 == shape.length
        if likeness >= 1.0 or (halves and cut >= 3.0 and likeness >= 0.0):
            yield cut + likeness + 2.0 * halves + 0.7 * joint(text, start, end), Span(start, end)


def _shape(words: str) -> _Shape:
    pause = _PAUSE.search(words)
    first = len(_QUOTES.sub("", words[: pause.start()])) if pause else 0
    mark = pause[0].replace("\u3000", " ") if pause else ""
    return _Shape(words, first, len(_QUOTES.sub("", words)), mark, words[-1] == "”")


def _likeness(one: _Shape, other: _Shape) -> float:
    """How much two headings are built alike, from -1 (not at all) to 7."""
    named = one.named and other.named
    if one.pause != other.pause and not (one.pause and other.pause and named):
        return -1.0
    if _BEGUN.match(one.words) and one.words[:2] != other.words[:2]:
        return -1.0
    like = max(0.0, 1.0 - abs(one.length - other.length) / 4)
    if (one.first, one.length) == (other.first, other.length):
        like += 3.0 if one.first else 2.0
    elif one.first and one.first == other.first:
        like += 1.0
    like += 1.5 if one.words[:2] == other.words[:2] else 0.5 * (one.words[0] == other.words[0])
    like += 1.0 if one.words[-1] == other.words[-1] and not named else 1.5 * named
    return like - 0.5 * (one.pause != other.pause)
