"""Which reports an answer quotes: near enough to the best one, and about the same thing."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from index.types import ReportHead
from rag.amounts import told, untold
from rag.rarity import Rarity
from rag.rescore import names
from rag.sentences import grams, statements
from rag.telling import telling
from rag.types import OF_PLACES, Hit, Intent, Question


@dataclass(frozen=True, slots=True)
class Shape:
    """How much an answer of one kind quotes.

    Attributes:
        places: at most so many reports.
        ratio: a further report is quoted when its score is at least this share of the best one's.
        characters: of quotes in the whole answer.
        each: at most so many characters of one report.
        least: and at least so many, where the report has them.
        nearness: a further report is quoted when the cosine of its best passage is at most this below that of
            the nearest one: shared words alone may be another subject.
    """

    places: int
    ratio: float
    characters: int
    each: int
    least: int
    nearness: float


@dataclass(frozen=True, slots=True)
class Source:
    """A report that is quoted, with the passages of it that were found, best first."""

    head: ReportHead
    hits: tuple[Hit, ...]
    score: float


# Set on howto-dev and ncpqa-dev, 2026-11-22: evidence .69, facts .78, cited_gold .88, median 760 and 560
# characters. `each` matters most: key facts .67 at 540 characters of the first report, .75 at 720, .78 at
# 800 and 900; a third place for one question of how costs .02 of the evidence.
# Without `nearness` cited_gold is .80 and a median answer 917 characters, with no fact more; of the further
# reports of sample.jsonl .08 keeps 88 % of the right ones and 39 % of the others. Of 40 new comparisons read
# row by row, six places hold .61 rows on the subject and 10 tables without one off it, four .65 and 17;
# howto-dev compare cited_gold .77 and .83, facts .57 and .54. `nearness` has since become 1.376 of
# what it was there, as cosines have with the third adapter (2026-11-23).
_DEEP = Shape(places=2, ratio=0.88, characters=1250, each=1000, least=90, nearness=0.0605)
_NARROW = Shape(places=2, ratio=0.93, characters=520, each=520, least=60, nearness=0.096)
_NAMED = Shape(places=2, ratio=0.93, characters=620, each=620, least=60, nearness=0.096)
_WIDE = Shape(places=4, ratio=0.65, characters=2400, each=560, least=90, nearness=0.107)
_SHAPES: dict[Intent, Shape] = {
    Intent.HOW: _DEEP,
    Intent.STEPS: _DEEP,
    Intent.COMPARE: _WIDE,
    Intent.LIST: _WIDE,
    Intent.FIGURE: _NARROW,
    Intent.FACT: _NARROW,
    Intent.MECHANISM: _NAMED,
    Intent.FUNDING: _NAMED,
}


def shape(question: Question, alone: bool = False) -> Shape:
    """How much an answer to `question` quotes: several places when several are wanted.

    A report that is `alone` with what was asked has the room of a case, however many were wanted.
    """
    if alone and question.intent in (Intent.LIST, Intent.COMPARE):
        return _DEEP
    if question.many and not alone and question.intent in (Intent.HOW, Intent.STEPS, Intent.FIGURE):
        return _SHAPES[Intent.LIST]
    return _SHAPES[question.intent]


def sources(
    question: Question, hits: Sequence[Hit], calibrated: bool = True, rarity: Rarity | None = None
) -> tuple[Source, ...]:
    """The reports worth quoting, best first.

    Args:
        question: as understood.
        hits: what it finds.
        calibrated: whether cosines are those of the embedded model, for which `Shape.nearness` was set.
        rarity: of bigrams in this store: a further report names what is rare in the question.
    """
    ranked = _ranked(hits)
    limits = shape(question)
    by_far = question.many or question.intent is Intent.FIGURE
    first = leader(hits, by_far=by_far) if calibrated else None
    if first:
        ranked = [first, *(one for one in ranked if one.head.report != first.head.report)]
    nearest = max((_cosine(source) for source in ranked), default=0.0) if calibrated else 0.0
    near = [
        source
        for source in ranked
        if source is ranked[0]
        or (
            source.score >= limits.ratio * ranked[0].score
            and _cosine(source) >= nearest - limits.nearness - _further(question, source, ranked[0])
        )
    ]
    if question.intent is Intent.FIGURE and not first:
        near = _with_a_figure(question, near, ranked)
    near = _alike(question, near, gram_weights(question, hits))
    chosen = _fitting(question, near, rarity, first)
    chosen = (_of_places_apart(chosen) if question.many else chosen)[: limits.places]
    if calibrated and question.intent in OF_PLACES and not question.many:
        chosen = _with_the_nearest(question, chosen, ranked, limits.places, gram_weights(question, hits))
        nearest = max(map(_cosine, chosen), default=0.0)
        chosen = [source for source in chosen if _cosine(source) >= nearest - _APART]
    if question.intent in OF_PLACES:
        chosen.sort(key=lambda source: (source is not first, _behind(question, source)))
        if calibrated and chosen and question.many:
            first = min(chosen, key=lambda source: (*_behind(question, source), -_near(source)))
            chosen = [first, *(source for source in chosen if source is not first)]
    return tuple(chosen)


def _ranked(hits: Sequence[Hit]) -> list[Source]:
    """The reports of some passages, the best first."""
    by_report: dict[str, list[Hit]] = {}
    for hit in hits:
        by_report.setdefault(hit.stored.head.report, []).append(hit)
    found = (Source(group[0].stored.head, tuple(group), _worth(group)) for group in by_report.values())
    return sorted(found, key=lambda source: -source.score)


def leader(hits: Sequence[Hit], *, by_far: bool) -> Source | None:
    """The report that is meant, whatever others name: by far the nearest in meaning, or first in words, too.

    Args:
        hits: what a question finds.
        by_far: only one that is by far the nearest: where many places or a figure are wanted no other is.
    """
    ranked = _ranked(hits)
    if len(ranked) < 2:
        return None
    by_meaning = sorted(ranked, key=_cosine, reverse=True)
    nearest, second = by_meaning[:2]
    if _cosine(nearest) - _cosine(second) >= _FAR_NEARER:
        return replace(nearest, score=max(nearest.score, ranked[0].score))
    if not by_far and _cosine(nearest) - _cosine(second) >= _NEARER_IN_WORDS and _first_in_words(nearest):
        return replace(nearest, score=max(nearest.score, ranked[0].score))
    first = ranked[0]
    ahead, nearer = first.score - ranked[1].score, _cosine(first) - _cosine(second)
    level = _LEVEL + _MORE * max(0.0, ahead - _AHEAD)
    leads = ahead >= _AHEAD and _cosine(first) >= _cosine(nearest) - level
    leads = leads or (first is nearest and ahead + nearer >= _BOTH)
    return first if leads and not by_far else None


def _first_in_words(source: Source) -> bool:
    """Whether no passage found shares more of the question's words, by the lexical search."""
    return any(dict(hit.parts).get("words", 0.0) >= 1.0 for hit in source.hits)


# Of 158 questions by people who had not seen the system that one report answers, it stands first for .823
# without a leader and .848 with one; of 106 made for other reports one fewer is quoted (2026-11-23). Of
# cosine, .07 to .1 the same; of the score, .02 to .04 the same and .06 one fewer. Another report may be a
# trifle nearer than the one that is first in words.
_FAR_NEARER, _AHEAD, _LEVEL = 0.09, 0.04, 0.01
_NEARER_IN_WORDS = 0.05
_MORE = 0.5  # it may be further behind in meaning, the further it is ahead in words
_BOTH = 0.06  # of score and cosine together; of 233 questions one is led otherwise, rightly (2026-11-23)


def _further(question: Question, source: Source, first: Source) -> float:
    """How much further in meaning one of several ways may be which names all that the first one names."""
    alike = 0 < _named(question, first) <= _named(question, source)
    return _NAMED_TOO if question.many and alike else 0.0


_NAMED_TOO = 0.033  # howto-dev: .800 of the right rows of comparisons are shown, .792 without


def _behind(question: Question, source: Source) -> tuple[float, bool]:
    """What names more of what was asked for comes first, then what has a place."""
    return -_named(question, source), not source.head.locality.known


def _near(source: Source) -> float:
    return source.score + _BY_MEANING * _cosine(source)


# howto-dev, where several places are wanted: the first is of the gold ones in .875 by the score alone, in
# .906 so; where one is, in .962 by the score alone, in .923 so, and of 107 questions by people who had not
# seen the system in .841 and .813 (2026-11-23).
_BY_MEANING = 5.8
_APART = 0.138  # of cosine: what is so far behind the other case is another subject


def _with_the_nearest(
    question: Question,
    chosen: list[Source],
    ranked: Sequence[Source],
    places: int,
    weights: Mapping[str, float],
) -> list[Source]:
    """`chosen`, and where there is room the report whose passage is nearest in meaning, worded otherwise."""
    nearest = max(ranked, key=_cosine, default=None)
    if nearest is None or not nearest.head.locality.known or not 0 < len(chosen) < places:
        return chosen
    if nearest.score < _ANY_WORDS * ranked[0].score or _cosine(nearest) <= max(map(_cosine, chosen)):
        return chosen
    if _words_held(question, nearest, weights) < _SOME_WORDS * _words_held(question, chosen[0], weights):
        return chosen
    return [*chosen, nearest]


# of the best score; howto-dev: evidence of how-to questions .790, with it .797, facts .849, .854
_ANY_WORDS = 0.7
# … and of its words: without them 4 more of the quotes that readers found beside the question
_SOME_WORDS = 0.1


def _with_a_figure(question: Question, near: list[Source], ranked: Sequence[Source]) -> list[Source]:
    """`near`, behind the next report that tells more of the figures asked for, where there is one."""
    able = [source for source in near if _holds_figure(question, source)]
    least = min((_untold(question, source) for source in able), default=math.inf)
    behind = (source for source in ranked[:_BEHIND] if source.score >= _FIGURE * ranked[0].score)
    others = [source for source in behind if source not in near and _holds_figure(question, source)]
    more = min(others, key=lambda source: _untold(question, source), default=None)
    if more is None or _untold(question, more) >= least:
        return near
    return [more, *able]


_BEHIND, _FIGURE = 5, 0.7  # so many reports, down to this share of the best score


def _untold(question: Question, source: Source) -> int:
    return len(untold(question, [hit.stored.passage.text for hit in source.hits]))


def _holds_figure(question: Question, source: Source) -> bool:
    return any(told(question, hit.stored.passage.text) for hit in source.hits)


def _alike(question: Question, near: list[Source], weights: Mapping[str, float]) -> list[Source]:
    """Those of `near` that say enough of the question's words beside the one that says most of them."""
    if len(near) < 2 or not weights:
        return near
    held = {source.head.report: _words_held(question, source, weights) for source in near}
    first = held[near[0].head.report]
    share = _ALIKE_WAYS if question.intent is Intent.COMPARE else _ALIKE
    return [source for source in near if held[source.head.report] >= share * first]


def _words_held(question: Question, source: Source, weights: Mapping[str, float]) -> float:
    """What a source says of the question's words, by rarity; another wording of a thing says the thing."""
    texts = [source.head.title or "", *(hit.stored.passage.text for hit in source.hits)]
    texts += [word for words in question.concepts if _names(source, words) for word in words]
    return sum(weights.get(gram, 0.0) for gram in {gram for text in texts for gram in grams(text)})


_ALIKE_WAYS = 0.25  # where ways that differ are wanted, they are worded differently
_ALIKE = 0.4  # howto-dev compare: 60 characters less at as many facts (.730, .731 without); at .5 .04 fewer


def _fitting(
    question: Question, near: list[Source], rarity: Rarity | None, leader: Source | None
) -> list[Source]:
    """Those of `near` that name as much of what was asked as the best one, and whose place is known.

    Where practice is asked for, a further case is of use only as the practice of some place. Of cases about
    as near the one that names most of what was asked comes first, behind a `leader`; of many, behind the best
    one, those that tell of deeds, and what was ordered in an epidemic only where one is spoken of.
    """
    if not near:
        return near
    if question.intent is Intent.LIST:  # one that names all that was asked for shows what the others lack
        all_named = max(_named(question, source, rarity) for source in near)
        near = [one for one in near if _named(question, one, rarity) >= _LISTED * all_named]
    if question.intent in OF_PLACES and not question.many:
        near = sorted(near, key=lambda source: (source is not leader, -_named(question, source)))
    least = _HALF.get(question.intent, _MOST) if question.many else 1.0
    most = _named(question, near[0], rarity)
    alike = max(map(_cosine, near)) - _MEANT if question.many else 2.0
    full = [
        one
        for one in near
        if one is near[0] or _cosine(one) >= alike or _named(question, one, rarity) >= least * most
    ]
    if question.many and question.intent in OF_PLACES and not _of_epidemic(question, near[0]):
        full = [one for one in full if not _EPIDEMIC.search(one.head.title or "")]
    if question.many:
        full[1:] = sorted(full[1:], key=lambda source: -source.score * (1 + _TOLD * _deeds(source)))
    if not question.many and question.intent in OF_PLACES:
        full = [one for one in full if one is near[0] or _deeds(one) >= _AS_MUCH_DONE * _deeds(near[0])]
    if not (question.many or (question.intent in OF_PLACES and near[0].head.locality.known)):
        return full
    return [source for source in full if source is near[0] or source.head.locality.known]


def _of_places_apart(found: Sequence[Source]) -> list[Source]:
    """`found` without those whose place lies in that of a better one, or around it: a street's village."""
    kept: list[Source] = []
    for source in found:
        own = source.head.locality
        others = (one.head.locality for one in kept)
        nested = (own != one and one.town and (own.within(one) or one.within(own)) for one in others)
        if not any(nested):
            kept.append(source)
    return kept


def _of_epidemic(question: Question, first: Source) -> bool:
    """Whether an epidemic is asked about: it is spoken of, or the best report is of one."""
    return bool(_OF_EPIDEMIC.search(question.asked) or _EPIDEMIC.search(first.head.title or ""))


# A further case of how tells about as much of deeds, or it is a notice on the subject: above .75 ncpqa-dev
# loses answers (.819, .810 at .85), howto-dev none at any setting.
_AS_MUCH_DONE = 0.75
_MEANT = 0.062  # of cosine below the nearest: howto-dev compare evidence .330, so .356
_HALF = {Intent.COMPARE: 0.5}  # where many places are wanted: of what the best one names, by rarity
_MOST = 0.7  # where a list is wanted, not ways that differ
_LISTED = 0.7  # and of what any of them names, or it shows what the others lack
# howto-dev, facts of comparisons: .560 without, .580 at .4, .590 at .6 and .8, .580 at 1.2
_TOLD = 0.7
# What was ordered in an epidemic is no way of doing the like in other times: 红事一律停办. Of the rows of 33
# comparisons by people who had not seen the system 61 of 118 are on the subject, without it 60 of 119.
_EPIDEMIC = re.compile("疫情|肺炎|抗疫|防疫|战“?疫|复工|复产|新冠|确诊")
_OF_EPIDEMIC = re.compile(f"{_EPIDEMIC.pattern}|口罩|隔离|核酸|健康码|封控|病毒|传染|消毒|停工")
_DEEDS = 3  # sentences of a report that tell most of what was done


def _deeds(source: Source) -> float:
    """How much a report's passages tell of what was done, 0 to 1: a lesson for children tells little."""
    texts = ((hit.stored.passage.text, hit.stored.passage.cuts) for hit in source.hits)
    told = sorted((telling(span.of(text)) for text, cuts in texts for span in statements(text, cuts)))
    return sum(told[-_DEEDS:]) / _DEEDS


def _named(question: Question, source: Source, rarity: Rarity | None = None) -> float:
    """How many of the things asked for a source names, in any wording; by rarity, or each as one."""
    said = [words for words in question.concepts if _names(source, words)]
    return sum(map(rarity.of_group, said)) if rarity and question.many else len(said)


def _names(source: Source, words: Sequence[str]) -> bool:
    return any(names(hit, words) for hit in source.hits)


def _cosine(source: Source) -> float:
    return max(hit.dense for hit in source.hits)


def _worth(hits: Sequence[Hit]) -> float:
    """A report is as good as its best passage, a little better when others agree."""
    best, *others = sorted((hit.score for hit in hits), reverse=True)
    return best + 0.03 * sum(others[:2])


def gram_weights(question: Question, hits: Sequence[Hit]) -> dict[str, float]:
    """The question's grams, each weighted by how few of the found passages hold it."""
    held: Counter[str] = Counter()
    for hit in hits:
        held.update(set(grams(hit.stored.passage.text)))
    wanted = {gram: 1.0 for gram in grams(question.topic or question.standalone)}
    if question.own_topic:
        wanted |= dict.fromkeys(wanted.keys() - set(grams(question.own_topic)), _EARLIER)
    for synonym, weight in question.synonyms:
        for gram in grams(synonym):
            wanted.setdefault(gram, weight)
    total = len(hits) + 1
    return {
        gram: weight * math.log(1 + total / (1 + held[gram])) for gram, weight in wanted.items() if held[gram]
    }


# What a follow-up takes over says which case is meant, its own words what of it. Evidence of howto-dev's six
# follow-ups .78 and, with their whole reports read (rag/around.py), .94; at .15 .86.
_EARLIER = 0.1
