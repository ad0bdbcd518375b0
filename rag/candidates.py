"""What might be quoted of a report: every sentence of the passages found, scored.

No model runs here. A sentence is worth its share of the question's rarer character bigrams, how much it
tells of what was done at all, the cues of the question's intent (figures for 成效, 《》 for 机制文件,
verbs for 做法) and, for the choice, the score of the passage that holds it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from corpus.types import Locality, Span
from rag.cues import WEAK, crumb, cue, empty, form, held, idle, talk, unsolved, visit
from rag.figures import measured
from rag.leaning import bare, leans, named, supported
from rag.sentences import grams, statements
from rag.set_aside import only_aside
from rag.sources import Source
from rag.telling import telling
from rag.told_elsewhere import told_elsewhere
from rag.types import OF_PLACES, Hit, Intent, Question


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that might be quoted. `span` is in ``passage.text``."""

    hit: Hit
    span: Span
    score: float
    worth: float = 0.0  # the same without the passage's own score
    deed: float = 0.0  # and without the question's words, which name the trouble as often as the practice
    weak: bool = False  # talk, scene, slogan: quoted only where nothing else is
    quote: Span | None = None  # with the sentences before it that it leans on
    never: bool = False  # weak, however much it says of the question: captions, another place's deeds
    thin: bool = False  # weak, only because it says little by itself

    @property
    def text(self) -> str:
        """The sentence."""
        return self.span.of(self.hit.stored.passage.text)

    @property
    def whole(self) -> Candidate:
        """The same with the sentences that it leans on, as it is quoted."""
        return replace(self, span=self.quote) if self.quote else self

    @property
    def at(self) -> Span:
        """Where it is quoted in the report."""
        start = self.hit.stored.passage.span.start
        return Span(start + self.whole.span.start, start + self.whole.span.end)

    @property
    def room(self) -> int:
        """Characters that it takes of the room there is; what it only leans on takes half."""
        return (len(self.span) + len(self.whole.span)) // 2


# quoted without the numbers of headings; the steps of an order keep them
_BARE = frozenset(Intent) - {Intent.STEPS, Intent.FACT}
# It speaks of figures or lines that are not quoted with it.
_ABOVE = re.compile(r"(?:以上|上述|如上|下列|以下)(?:均|都|皆|数字|数据|图表|内容|情况)")
_BESIDE = 0.03  # of the question: less of it, in a passage that the search did not bring, is another matter
# a measure that the passage found begins to tell goes on in the one beside it: 二是…
_NEXT_POINT = re.compile("[二三四五六七八九]是")
_LEAST = 0.36  # and at least so much, or it neither names what was asked nor tells what was done


def candidates(question: Question, source: Source, weights: Mapping[str, float]) -> list[Candidate]:
    """Every sentence of the passages found in a report, scored."""
    best = max(hit.score for hit in source.hits) or 1.0
    whole = sum(weights.values()) or 1.0
    place = _told_of(question, source.head.locality)
    found = []
    for hit in source.hits:
        passage = hit.stored.passage
        spans = statements(passage.text, passage.cuts)
        for at, sentence in enumerate(spans):
            span = bare(passage.text, sentence, numbered=question.intent not in _BARE)
            text = span.of(passage.text)
            if empty(text) or text.strip("。：: ") == passage.measure:
                continue
            overlap = _overlap(text, weights) / whole
            shaped = form(text, question.intent)
            back = supported if leans(text) else named
            quote = back(passage.text, spans, at, passage.cuts)
            quote = quote and bare(passage.text, quote, numbered=question.intent not in _BARE)
            deed = telling(text) + 0.4 * cue(question.intent, text) + shaped
            worth = overlap + deed
            score = worth + 0.6 * hit.score / best
            said = _says_nothing(question.intent, text, shaped)
            aside = hit.beside and question.intent in OF_PLACES and overlap < _BESIDE
            aside = aside and _NEXT_POINT.match(text) is None
            weak = said or aside or _thin(question.intent, worth)
            never = _captions(passage.text, spans, at)
            never = never or bool(question.aside and only_aside(text, question.aside))
            never = never or (quote is None and _ABOVE.match(text) is not None)
            never = never or told_elsewhere(passage.text, spans, at, passage.cuts, place)
            thin = weak and not (said or never or aside)
            found.append(Candidate(hit, span, score, worth, deed, weak or never, quote, never, thin))
    found = [one for one in found if not crumb(one.text)] or found
    least = _STANDS_OUT * max((one.worth for one in found if not one.weak), default=0.0)
    found = [replace(one, weak=one.never) if one.worth >= least > 0 else one for one in found]
    return _in_its_section(found, weights) if question.intent in OF_PLACES else found


def _told_of(question: Question, place: Locality) -> Locality:
    """Whose sentences count: the place of the report, or the part of it that was asked for.

    A province's report of cases in several counties answers for one of them, in the sentences on that one.
    """
    return next((one for one in question.include if one != place and one.within(place)), place)


# of what the best other sentence is worth: however it is dressed up, this one answers
_STANDS_OUT = 1.3


def _overlap(text: str, weights: Mapping[str, float]) -> float:
    return sum(weights.get(gram, 0.0) for gram in set(grams(text)))


def _in_its_section(found: list[Candidate], weights: Mapping[str, float]) -> list[Candidate]:
    """`found`, what stands under other headings weak: a report of many measures, one of which was asked for.

    The section is that of the best sentence; a short report is of one measure. A sentence of another section
    is kept where its passage is found as well, or where it says as much of the question.
    """
    able = [one for one in found if not one.weak]
    if not able or max(one.hit.stored.passage.span.end for one in found) < _OF_MANY:
        return found
    best = max(able, key=lambda one: one.score).hit
    least = _SAYS_AS_MUCH * max(_overlap(one.text, weights) for one in found)
    nearest = max(one.hit.score for one in found)
    path = best.stored.passage.heading_path

    def aside(one: Candidate) -> bool:
        other = one.hit.stored.passage.heading_path
        away = bool(path and other) and other != path and one.hit.score < _FOUND_AS_WELL * nearest
        return away and _overlap(one.text, weights) < least

    return [replace(one, weak=True) if aside(one) else one for one in found]


# howto-dev and ncpqa-dev, 2026-11-22: no evidence and no fact less, 7 % fewer characters in ncpqa-dev's
# answers. The same without a look at headings costs .02 of the facts at any setting: what a report does about
# a thing it says in other words than the asker's.
_SAYS_AS_MUCH = 0.7
_OF_MANY = 1500  # characters: the sections of a shorter report are the steps of one practice
_FOUND_AS_WELL = 0.95


def _captions(text: str, spans: Sequence[Span], at: int) -> bool:
    """Whether a sentence says in the same words what one beside it says, both without a pause: pictures."""
    beside = [spans[other].of(text) for other in (at - 1, at + 1) if 0 <= other < len(spans)]
    own = spans[at].of(text)
    return any(_alike(own, other) for other in beside)


def _alike(one: str, other: str) -> bool:
    if max(len(one), len(other)) > _CAPTION or any(mark in one + other for mark in "，,：:；;"):
        return False
    said, too = set(grams(one)), set(grams(other))
    return len(said & too) >= _SAME * max(len(said), len(too)) > 0


_CAPTION = 45  # characters
_SAME = 0.5  # of the grams of the longer one


def _says_nothing(intent: Intent, text: str, shaped: float) -> bool:
    """Whether a sentence is quoted only where a report has nothing else to say."""
    if intent is Intent.FIGURE:
        return not measured(text)
    if intent is Intent.FACT:
        return False
    said = intent in OF_PLACES and (visit(text) or idle(text) or held(text) or talk(text) or unsolved(text))
    return said or shaped < WEAK


def _thin(intent: Intent, worth: float) -> bool:
    return intent not in (Intent.FIGURE, Intent.FACT) and worth < _LEAST
