"""Where a long stretch of one section is cut: at sentence ends, where readers would turn the page.

Every sentence end has a cost: behind a lead-in or a topic sentence, between a quotation and its speaker or
inside an item of a list a cut costs much, in front of the next item or paragraph it costs nothing. The parts
are those whose costs and unequal lengths together are least (dynamic programming over sentence ends, as
lines are broken in Knuth and Plass, Breaking Paragraphs into Lines, 1981).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from corpus.costs import FIRST_ITEM, ITEM, LIST, NEVER, SHORTEST, cut_cost, new_paragraph, number_kind
from corpus.lines import trimmed
from corpus.types import Span

CRUMB = 60
SHORT, LONG = 120, 350  # characters; howto-dev and ncpqa-dev fared no better with 80–250 or 200–500
LONGEST = LONG + SHORT  # of one part; a sentence as long as that stays whole
_WANTED = 335  # what a chunk is divided by to say how many parts it has; howto-dev told less at 290
_SENTENCE = re.compile(
    r"[^。！？!?\n]*(?:[。！？!?]+[”」』）)》\"]*"
    # who is responsible for an item, in brackets behind its full stop; a number in brackets begins the next
    r"(?:\s?[（(](?![一二三四五六七八九十\d]{1,3}[）)]|附|注)(?:[^（）()\n。]|[（(][^（）()\n。]{0,30}[）)]){2,140}[）)])?|\n|$)"
)
_SAID = re.compile(
    r"(?:[^“”，。：]{2,28}，)?[^“”，。：]{2,28}(?:说道?|表[示态]|介绍[到道]?|坦言|[感赞]叹道?|感慨道?|笑[道言]|告诉记者"
    r"|(?:称赞|点赞|回忆|补充|评价|解释|分享|反映|建议|强调|回答|问|答|喊|叮嘱)道)[。！]$"
)  # behind 「…。”」


def sentence_spans(text: str, span: Span) -> list[Span]:
    """The sentences of a stretch, blanks at their ends left out; a quotation of several is one sentence."""
    out: list[Span] = []
    for match in _SENTENCE.finditer(text, span.start, span.end):
        piece = trimmed(text, match.start(), match.end())
        if not len(piece):
            continue
        if (
            out
            and (_quotes(text, out[-1]) or _spoken_by(text, out[-1], piece))
            and piece.end - out[-1].start <= LONG
        ):
            out[-1] = Span(out[-1].start, piece.end)
        else:
            out.append(piece)
    return out


def _quotes(text: str, span: Span) -> bool:
    """Whether a quotation that begins in `span` is still open at its end."""
    said = span.of(text)
    return said.count("“") > said.count("”")


def _spoken_by(text: str, span: Span, piece: Span) -> bool:
    """Whether `piece` only says who spoke the quotation that `span` ends with, or goes on from it."""
    said = text[piece.start : piece.end]
    return text[span.end - 1 : span.end] == "”" and (said[0] in "，、等" or _SAID.match(said) is not None)


@dataclass(frozen=True, slots=True)
class _Unit:
    """Sentences that stay together, with the cost of a cut in front of them."""

    span: Span
    cost: float


def packed(text: str, span: Span) -> list[Span]:
    """A stretch cut into about equal parts of at most `LONG` characters, or a little more."""
    if len(span) <= LONG:
        return [span]
    units = _units(text, span)
    want = len(span) / -(-len(span) // _WANTED)
    best: list[tuple[float, int]] = [(0.0, 0)]  # least cost of all up to here, where the last part begins
    for end in range(1, len(units) + 1):
        stop = units[end - 1].span.end
        options: list[tuple[float, int]] = []
        for start in range(end - 1, -1, -1):
            size = stop - units[start].span.start
            if options and size > LONGEST:
                break
            options.append((best[start][0] + units[start].cost + _size_cost(size, want), start))
        best.append(min(options))
    starts, at = [], len(units)
    while at > 0:
        at = best[at][1]
        starts.append(units[at].span.start)
    edges = [*reversed(starts), span.end]
    return [trimmed(text, a, b) for a, b in pairwise(edges)]


def _size_cost(size: int, want: float) -> float:
    cost = ((size - want) / want) ** 2
    if size < CRUMB:
        cost += 1.0
    return cost + (((size - LONG) / SHORT) ** 2 if size > LONG else 0.0)


def _units(text: str, span: Span) -> list[_Unit]:
    sentences = [s for x in sentence_spans(text, span) for s in _bounded(text, x)]
    kinds = [number_kind(text, s) for s in sentences]
    units = [_Unit(sentences[0], 0.0)]
    whole = _second_items(text, sentences)
    listed = False
    for at, sentence in enumerate(sentences[1:], 1):
        before = sentences[at - 1]
        following = sentences[at + 1] if at + 1 < len(sentences) else None
        listed = (listed or kinds[at - 1] is not None) and not new_paragraph(text, before, sentence)
        cost = cut_cost(text, before, sentence, following)
        if kinds[at] is None and listed and (kinds[at - 1] or any(kinds[at + 1 : at + _ITEMS_APART])):
            cost += ITEM
        elif at in whole:
            cost += LIST
        last = units[-1]
        glued = cost >= NEVER or len(last.span) < SHORTEST
        if glued and sentence.end - last.span.start <= LONGEST:
            units[-1] = _Unit(Span(last.span.start, sentence.end), last.cost)
        else:
            units.append(_Unit(sentence, cost))
    return units


_ITEMS_APART = 6  # sentences of one item


def _second_items(text: str, sentences: list[Span]) -> set[int]:
    """The sentences that go on with a list in one paragraph, short enough for one passage.

    「…达成共识：一、…。|二、…。」
    """
    found: set[int] = set()
    kind, run = "", list[int]()
    for at, sentence in enumerate(sentences):
        first = FIRST_ITEM.search(text, sentence.start, sentence.end)
        own = number_kind(text, Span(first.end(), sentence.end) if first else sentence)
        if own is None:
            continue
        apart = at > 0 and sentence.start > sentences[at - 1].end
        if first or own != kind or apart or at - run[-1] > _ITEMS_APART:
            kind, run = own, []
        run.append(at)
        told = sentences[min(at + 1, len(sentences) - 1)]
        if told.end - sentences[run[0]].start > LONG:
            found.difference_update(run)
            run = [run[0], at]  # no part of a list that is too long counts as another list
        elif len(run) > 1:
            found.add(at)
    return found


def _bounded(text: str, sentence: Span) -> list[Span]:
    """A sentence too long for one passage, cut at semicolons, or at commas where it has none."""
    if len(sentence) <= LONGEST:
        return [sentence]
    said = sentence.of(text)
    stops = r"[；;]|$" if re.search(r"[；;]", said) else r"[，、,]|$"
    out, start = [], sentence.start
    for match in re.finditer(stops, said):
        end = sentence.start + match.end()
        if end - start >= LONG * 2 // 3 or match.end() == len(sentence):
            if end > start:
                out.append(Span(start, end))
            start = end
    return out
