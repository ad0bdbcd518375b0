"""The sentences of the chosen reports that answer: the best that fit, in the order of the text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from corpus.types import Span
from rag.amounts import parts, told
from rag.asked_by_name import asked_beside, wanted_first
from rag.candidates import Candidate, candidates
from rag.cues import idle, story, trouble
from rag.figures import AMOUNT, measured
from rag.leaning import between, leans
from rag.sentences import grams, raw_span
from rag.sources import Source, gram_weights, shape
from rag.types import OF_PLACES, Evidence, Intent, Question


def evidence(question: Question, chosen: Sequence[Source]) -> tuple[Evidence, ...]:
    """The sentences of `chosen` that answer, in the order of the reports and then of the text."""
    limits = shape(question, alone=len(chosen) == 1)
    weights = gram_weights(question, [hit for source in chosen for hit in source.hits])
    found: list[Evidence] = []
    left, least = limits.characters, 0
    fill = _FILLS.get(question.intent, _FILL if len(chosen) > 1 else _FILL_ALONE)
    for rank, source in enumerate(chosen):
        waiting = len(chosen) - rank - 1
        room = max(limits.least, min(limits.each, left - waiting * limits.least))
        sentences = candidates(question, source, weights)
        if question.intent in OF_PLACES and source.head.locality.county:  # an event, no order handed down
            sentences = _not_told_before(sentences, found)
        if not sentences:
            continue
        picked = _pick(sentences, weights, room, fill, wanted=wanted_first(question, sentences, weights))
        said = _said(question, picked)
        if said < least or (rank and question.many and _of_no_deed(picked)):
            continue
        if rank == 0 and question.intent in OF_PLACES:
            least = _wanted(question, said)
        left -= sum(len(one.text) for one in picked)
        found.extend(as_evidence(one) for one in _led(question, _joined(picked), weights))
    return tuple(_with_the_figure(found, question) if question.intent is Intent.FIGURE else found)


def _not_told_before(sentences: list[Candidate], found: Sequence[Evidence]) -> list[Candidate]:
    """Those that no quote of another report says in nearly the same words: two papers on one event.

    A sentence with another figure stays: which of the two is right is for the reader to see.
    """
    told = [(set(grams(one.text)), set(one.figures)) for one in found]

    def repeats(one: Candidate) -> bool:
        own, told_figures = set(grams(one.text)), set(measured(one.text))
        return any(len(own & said) >= _AGAIN * len(own) and told_figures <= known for said, known in told)

    return [one for one in sentences if not repeats(one)] if told else sentences


def _of_no_deed(picked: Sequence[Candidate]) -> bool:
    """Whether nothing that would be quoted tells of a deed: of several places one without is none."""
    return all(one.weak or one.deed < _A_DEED for one in picked)


def _with_the_figure(found: list[Evidence], question: Question) -> list[Evidence]:
    """Those quotes that may hold a figure that is asked for: others are no answer."""
    asked = parts(question)
    if question.many:
        found = [one for one in found if _is_of(question, one)] or found
    if len(asked) == 1 and len(AMOUNT.findall(question.asked)) != 1:
        return found
    kept: set[int] = set()
    kept.update(at for at, one in enumerate(found) if _answers_beside(question, one))
    for part in (*asked, question):
        worth = [max(told(part, one.text).values(), default=0.0) for one in found]
        least = _ASKED * max(worth, default=0.0)
        kept.update(at for at, value in enumerate(worth) if value >= least > 0)
    return [one for at, one in enumerate(found) if at in kept] or found


def _is_of(question: Question, one: Evidence) -> bool:
    """Whether a quote or its headings name one of the things asked for."""
    texts = (one.text, *one.hit.stored.passage.heading_path)
    return not question.concepts or any(
        w in text for words in question.concepts for w in words for text in texts
    )


def _answers_beside(question: Question, one: Evidence) -> bool:
    """Whether a quote says something of what is asked beside figures."""
    said = set(grams(one.text))
    return any(said & own for own in asked_beside(question))


_ASKED = 0.5  # of what the best quote says of the question


def _led(question: Question, picked: list[Candidate], weights: Mapping[str, float]) -> list[Candidate]:
    """The pieces of one report in the order of its text, behind the best one where the first says little.

    So what a place did stands first, and the scene that a report opens with behind it.
    """
    if question.intent not in OF_PLACES or not picked:
        return picked
    picked = sorted(picked, key=lambda one: idle(one.text))
    first = picked[0]
    able = [one for one in picked if _opens(one.text)] or picked
    best = max(able, key=lambda one: one.worth)
    said = {id(one): sum(weights.get(gram, 0.0) for gram in set(grams(one.text))) for one in picked}
    on_it = first.at.start == 0 or said[id(first)] >= _ON_IT * max(said.values())  # a report sums up first
    if first.deed >= _LED * best.deed and on_it and _opens(first.text):
        return picked
    least = best.worth - (1 - _GOOD) * abs(best.worth)
    good = [one for one in able if one.worth >= least]
    return [good[0], *(one for one in picked if one is not good[0])]


def _opens(text: str) -> bool:
    """Whether a card may begin with it: not what goes on, was wrong, is only meant or befell somebody."""
    return not (_CONTINUES.match(text) or trouble(text) or idle(text) or story(text))


_A_DEED = 0.35  # what the best quote of one of several places tells of a deed at least
_LED = 0.6  # of what the best piece tells of a deed
_ON_IT = 0.2  # of what the best piece says of the question
_GOOD = 0.75  # of what the best piece is worth: the first such one in the text begins
# How a sentence begins that goes on from the one before it.
_CONTINUES = re.compile(
    r"^(?:[（(]?[二三四五六七八九十][）)是、]|第[二三四五六]|其[二三四五]|[2-9][.．、]|同时|此外|另外|随后|接着|最终|最后|"
    r"而|但|并|也|还|在此|原来|虽然|尽管|[他她它]|这|.这|该|其)"
)


def _said(question: Question, picked: Sequence[Candidate]) -> int:
    """How many of the things asked for stand in what is quoted of one report, its title and its headings."""
    texts = [text for one in picked for text in (one.text, *one.hit.stored.passage.heading_path)]
    texts += [one.hit.stored.head.title or "" for one in picked[:1]]
    return sum(any(word in text for text in texts for word in words) for words in question.concepts)


def _wanted(question: Question, said: int) -> int:
    """How many of the things asked for a further report says, when the first one says `said` of them.

    Of several places each says something of it.
    """
    return min(said, 1) if question.many else said


# A sentence is quoted when it is worth this share of the best one: room alone is no reason. howto-dev,
# 2026-11-22: evidence .85 (how, figure, mechanism, follow-up), .83 at .35, .70 at .5.
_FILL = 0.3
_FILL_ALONE = 0.2  # of the only report that is quoted: 150 new questions told .003 more, one place's .023
_FILLS = {Intent.FACT: 0.0}  # told in few of the asker's words


def _pick(
    found: list[Candidate],
    weights: Mapping[str, float],
    room: int,
    fill: float,
    wanted: Sequence[Candidate] = (),
) -> list[Candidate]:
    """Greedily the best sentences that fit, each gram counted once, in text order; `wanted` among them."""
    whole = sum(weights.values()) or 1.0
    seen: set[str] = set()
    top = max((one for one in found if not one.weak), key=lambda one: one.score, default=None)
    picked = list(wanted)
    if wanted and top and not any(top is one for one in wanted):
        picked.append(top)
    left = room - sum(one.room for one in picked)
    able = any(not one.weak for one in found)
    least = fill * max((one.worth for one in found if not one.weak), default=0.0)
    waiting = [one for one in found if not any(one is other for other in picked)]
    while waiting:
        best = max(waiting, key=lambda one: one.score - _repeated(one.text, seen, weights) / whole)
        waiting.remove(best)
        if able and best.weak:
            continue
        if picked and (best.room > left or best.weak or best.worth < least):
            continue
        if any(_again(best, one) for one in picked):
            continue
        picked.append(best)
        seen.update(grams(best.text))
        left -= best.room
        if left < 12:
            break
    picked += (listed := _listed(found, picked))
    left -= sum(one.room for one in listed)
    between = _between(found, picked, left)
    picked += between
    picked += _behind(found, picked, left - sum(one.room for one in between))
    quoted = [one.whole for one in picked]
    return sorted(quoted, key=lambda one: (one.hit.stored.passage.span.start, one.span.start))


def _listed(found: list[Candidate], picked: list[Candidate]) -> list[Candidate]:
    """The items behind a quote that ends with a colon and announces them, whatever room there is.

    「按下列档次补贴：」 with one of four lines behind it would be worse than nothing.
    """
    order = sorted(found, key=lambda one: one.at.start)
    place = {id(one): at for at, one in enumerate(order)}
    added: list[Candidate] = []
    for one in picked:
        if one.text.rstrip()[-1:] not in ("：", ":"):
            continue
        behind = order[place[id(one)] + 1 :]
        items = [
            other
            for other in behind[:_ITEMS]
            if other.hit.stored.number == one.hit.stored.number and len(other.text) <= _ITEM
        ]
        added += [item for item in items if not any(item is other for other in (*picked, *added))]
    return added


_ITEMS, _ITEM = 5, 90  # so many at most, and characters of each


def _between(found: list[Candidate], picked: list[Candidate], left: int) -> list[Candidate]:
    """What stands between two quotes of a report and fits, the shortest first: the thread of the story."""
    order = sorted(found, key=lambda one: one.at.start)
    taken = [at for at, one in enumerate(order) if any(one is other for other in picked)]
    gaps = [order[one + 1 : other] for one, other in pairwise(taken)]
    added: list[Candidate] = []
    for gap in sorted(gaps, key=lambda gap: sum(one.room for one in gap)):
        room = sum(one.room for one in gap)
        if 0 < len(gap) <= _GAP and room <= left and all(_bridges(one, picked) for one in gap):
            added += gap
            left -= room
    return added


def _behind(found: list[Candidate], picked: list[Candidate], left: int) -> list[Candidate]:
    """The sentence that goes on from each quote, where it fits, behind the best one first.

    In its passage or at the head of the next: a passage often ends where a measure does and the next begins.
    """
    order = sorted(found, key=lambda one: one.at.start)
    place = {id(one): at for at, one in enumerate(order)}
    added: list[Candidate] = []
    for one in sorted(picked, key=lambda one: -one.worth):
        following = next(iter(order[place[id(one)] + 1 :]), None)
        if following is None or any(following is other for other in picked + added):
            continue
        near = following.hit.stored.number - one.hit.stored.number <= 1
        goes_on = near and following.worth >= _GOES_ON
        if goes_on and following.room <= left and _bridges(following, picked + added):
            added.append(following)
            left -= following.room
    return added


# sample.jsonl: facts .820, so .826, evidence .729 and .733; howto-dev facts .795 and .797, its median length
# the same; at .1 30 characters more and no fact
_GOES_ON = 0.2


def _bridges(one: Candidate, picked: list[Candidate]) -> bool:
    """Whether it may stand between two quotes: no illustration, nothing of what was wrong, nothing again."""
    aside = story(one.text) or trouble(one.text) or (one.weak and not one.thin)
    return not aside and not any(_again(one, other) for other in picked)


_GAP = 4  # sentences; more is another part of the report


def _again(one: Candidate, picked: Candidate) -> bool:
    """Whether another place of the report says nearly the same."""
    apart = one.at.start >= picked.at.end or one.at.end <= picked.at.start
    own = set(grams(one.text))
    return apart and len(own & set(grams(picked.whole.text))) >= _AGAIN * len(own)


_AGAIN = 0.75  # of its grams


def _repeated(text: str, seen: set[str], weights: Mapping[str, float]) -> float:
    """What a sentence repeats of the question's grams that were already answered, at half."""
    return 0.5 * sum(weights.get(gram, 0.0) for gram in set(grams(text)) & seen)


def _joined(picked: Iterable[Candidate]) -> list[Candidate]:
    """Neighbouring sentences of one passage as one quote, as long as nothing was cut out between them.

    A long quote ends where a sentence begins that can be read alone.
    """
    found: list[Candidate] = []
    for one in picked:
        if found and _touch(found[-1], one) and not _ends(found[-1], one):
            last = found.pop()
            one = Candidate(
                last.hit,
                Span(last.span.start, max(last.span.end, one.span.end)),
                max(last.score, one.score),
                max(last.worth, one.worth),
                max(last.deed, one.deed),
            )
        found.append(one)
    return found


def _ends(one: Candidate, other: Candidate) -> bool:
    """Whether a quote that `other` follows is long enough, and `other` can be read alone."""
    alone = not (leans(other.text) or _CONTINUES.match(other.text))
    return alone and len(one.text) >= _LONG and other.span.start >= one.span.end


_LONG = 200  # characters of a quote


def _touch(one: Candidate, other: Candidate) -> bool:
    """Whether `other` follows `one` in the same paragraph of a passage, with no cut between."""
    passage = one.hit.stored.passage
    if passage.passage != other.hit.stored.passage.passage:
        return False
    if other.span.start < one.span.end:
        return True
    gap = passage.text[one.span.end : other.span.start]
    cut = any(one.span.end <= at <= other.span.start for at in passage.cuts)
    return between(gap.strip()) and "\n" not in gap and not cut


def as_evidence(one: Candidate) -> Evidence:
    """A chosen sentence with its place in the report and in the raw file."""
    passage = one.hit.stored.passage
    start = passage.span.start
    return Evidence(
        hit=one.hit,
        span=Span(start + one.span.start, start + one.span.end),
        raw_span=raw_span(passage, one.span),
        text=one.text,
        score=one.score,
        figures=measured(one.text),
    )
