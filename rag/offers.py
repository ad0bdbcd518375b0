"""What a refusal says: what was searched, what came nearest, and what can be asked instead."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from rag.amounts import told
from rag.candidates import Candidate, candidates
from rag.cards import cite, short
from rag.evidence import as_evidence, evidence
from rag.further import HALF, Able, Look, Measures, mostly_named, on_parts, on_subject, questions, share
from rag.rarity import Rarity
from rag.rescore import texts_of
from rag.sentences import grams
from rag.sources import Source, gram_weights, leader
from rag.types import Citation, Evidence, Hit, Intent, Question, Reason, Searched

_NEAREST = 140  # characters of a sentence that is offered as the nearest


@dataclass(frozen=True, slots=True)
class Offer:
    """A refusal in writing."""

    text: str
    nearest: tuple[Citation, ...]
    next_questions: tuple[str, ...]  # on the subject
    beside: tuple[str, ...]  # on others
    theme: str  # what those on others share with what was asked, as it is shown; empty: they are of any


def offer(
    question: Question,
    reason: Reason,
    nearest: Sequence[Hit],
    searched: Searched,
    rarity: Rarity | None = None,
    *,
    here: Sequence[Hit] = (),
    calibrated: bool = True,
    able: Able,
    sure: Able,
    measures: Measures,
    look: Look = lambda *_: (),
) -> Offer:
    """Says what was searched and what came nearest (never as an answer), and asks what can be answered.

    Args:
        question: as understood.
        reason: why it is not answered.
        nearest: what came nearest, best first.
        searched: how much was.
        rarity: of bigrams in this store.
        here: what the reports of the places asked for came nearest with, best first.
        calibrated: whether cosines are those of the embedded model; only these tell which report is meant.
        able: whether a further question would be answered out of a passage.
        sure: whether it is, out of a report.
        measures: what the reports tell of, for questions where the subject gives none.
        look: finds passages on one of the things asked for.
    """
    cosine = max((hit.dense for hit in nearest), default=0.0)
    leads = any(hit.dense >= cosine - _LEADS for hit in here)
    parts_of = on_parts(question, look, rarity, cosine - _NEAR)
    if reason is _PLACE:
        nearest, parts_of = _elsewhere(question, nearest), _elsewhere(question, parts_of)
    near = [hit for hit in nearest if on_subject(question, hit)]
    parts_of = _ranked(question, parts_of, rarity)
    said = [hit for hit in (*near, *parts_of) if mostly_named(question, hit, rarity)]
    ranked = _ranked(question, said, rarity)
    nearby = _nearest(question, ranked, rarity, HALF if reason is _PLACE else _MOSTLY)
    if reason is _PLACE:  # its place is what a question lacks
        lead = (
            leader(nearest, by_far=False) if calibrated else None
        )  # it is of the matter, whatever it calls it
        nearby = (_told(question, lead.hits[:1], lead.hits) if lead else []) or nearby
        nearby = nearby or _nearest(question, ranked, rarity, 0.0)  # any practice of the kind
    at_place = [hit for hit in here if hit.dense >= _OWN][:1] if reason is _PLACE else []
    own = _told(question, at_place, here) if leads else _nearest(question, at_place, rarity, _ANY)
    cited = cite((*own, *nearby))
    of_place, cited_elsewhere = cited[: len(own)], cited[len(own) :]
    asked = "、".join([*(p.name or "" for p in question.include), *question.unknown_places])
    years = f"；注明日期的为{_span(searched.years)}年" if searched.years else ""
    scope = f"检索了{searched.reports}份报告（{searched.places}个地方{years}）"
    parts = [f"{_WHY[reason].format(asked=asked or '所问地方')}{scope}。"]
    if of_place:
        parts.append(
            f"**{asked}的报告里最接近的内容，未必是所问的做法：**\n" + "\n".join(map(_line, of_place))
        )
    if cited_elsewhere:
        label = (
            "以下是其他地方的相近做法，不是对所问地方的回答"
            if reason is _PLACE
            else "以下内容最接近，但不足以回答"
        )
        parts.append(f"**{label}：**\n" + "\n".join(map(_line, cited_elsewhere)))
    follow = questions(question, (*at_place, *near, *parts_of), able, _QUESTIONS, rarity)
    beside, theme = _beside(
        question,
        nearest,
        lambda asked, head, text: asked not in follow and sure(asked, head, text),
        measures,
        look,
        _QUESTIONS - len(follow),
    )
    for label, asking in ((ON_SUBJECT, follow), (beside_label(theme), beside)):
        if asking:
            parts.append(f"**{label}：**\n" + "\n".join(f"- {one}" for one in asking))
    return Offer("\n\n".join(parts), cited, follow, beside, theme)


ON_SUBJECT, BESIDE = "可以这样问", "本库里另有"  # labels of further questions


def beside_label(theme: str) -> str:
    """What stands above questions that are not on the subject: what they share with it, if anything."""
    return f"{BESIDE}（{theme}）" if theme else f"{BESIDE}（与所问主题不同）"


def _beside(
    question: Question, nearest: Sequence[Hit], sure: Able, measures: Measures, look: Look, most: int
) -> tuple[tuple[str, ...], str]:
    """At most so many questions that share most with what was asked, and what that is.

    They are of the nearest theme that has any, else of the place asked for, else of the nearest reports; what
    is left is of any, and shares nothing.
    """
    for theme in measures.themes(question, nearest[:_OF_THEME])[:_THEMES] if most else ():
        named = measures.beside((theme,), sure, most)
        of_theme = replace(question, include=(), concepts=(theme.terms,))
        more = questions(of_theme, look(question, theme.terms), sure, most) if len(named) < most else ()
        if asked := tuple(dict.fromkeys((*named, *more)))[:most]:
            return asked, f"主题：{theme.name}"
    if most and (asked := measures.of_places(question.include, sure, most)):
        return asked, f"地方：{'、'.join(place.name or '' for place in question.include)}"
    close = dict.fromkeys(hit.stored.head.report for hit in nearest[:_CLOSE])
    if most and (asked := measures.of_reports(tuple(close), sure, most)):
        return asked, "出自最接近的报告"
    return (measures.examples(sure, most) if most else ()), ""


_THEMES = 2  # that are looked for
_OF_THEME = 5  # hits that may say the theme where the question does not
_CLOSE = 10  # hits whose reports are near enough to be asked about, though they do not answer


def _elsewhere(question: Question, hits: Sequence[Hit]) -> list[Hit]:
    return [h for h in hits if not any(h.stored.head.locality.within(place) for place in question.include)]


def _ranked(question: Question, hits: Iterable[Hit], rarity: Rarity | None) -> list[Hit]:
    """What names most of the question and is nearest to it first; each passage once."""
    once = {hit.stored.number: hit for hit in hits}.values()
    return sorted(once, key=lambda hit: -(hit.dense + _NAMING * share(question, texts_of(hit), rarity)))


# howto-dev and sample.jsonl, read by eye: below it the thing stands in another matter (a farm's hens for hens
# that neighbours keep); naming all rather than half of what was asked is worth that much of cosine.
_NEAR, _NAMING = 0.096, 0.275
_MOSTLY = 0.6  # of the things asked for: with less, 庄稼 for 野猪拱庄稼, it is another matter
_QUESTIONS = 3


def _span(years: tuple[int, int]) -> str:
    """As it is written: 2022—2024, or one year alone."""
    return "—".join(map(str, dict.fromkeys(years)))


_PLACE = Reason.PLACE_WITHOUT_PRACTICE
_WHY = {
    Reason.NOTHING_FOUND: "没有找到相关报告，未作回答。",
    Reason.WEAK_EVIDENCE: "现有报告里没有足够依据回答这个问题，未作回答。",
    Reason.PLACE_WITHOUT_PRACTICE: "没有在现有报告里找到{asked}的这项做法，未作回答。",
}


def _line(c: Citation) -> str:
    where = c.locality.full or f"《{short(c.title)}》"
    return f"- {where}：{c.quote}[{c.n}]"


# Cosine with which a place's own passage is shown: told in other words, it may be what was asked after all.
# howto-dev: 15 of 16 questions for a place that has it come this near, 2 of 7 for one that has not.
_OWN, _ANY = 0.54, -1.0


def _told(question: Question, at_place: Sequence[Hit], here: Sequence[Hit]) -> list[Evidence]:
    """The best of what a place's report tells, where no report of any place comes nearer."""
    if not at_place:
        return []
    head = at_place[0].stored.head
    hits = tuple(hit for hit in here if hit.stored.head.report == head.report)
    quotes = evidence(question, (Source(head, hits, at_place[0].score),))
    best = sorted(quotes, key=lambda one: -one.score)[:_TOLD]
    return [one for one in quotes if one in best]


_TOLD, _LEADS = 3, 0.02  # quotes; of cosine


def _nearest(question: Question, hits: Sequence[Hit], rarity: Rarity | None, least: float) -> list[Evidence]:
    """The best sentence of the nearest report, and of a second one that says as much of what was asked.

    A sentence names more than the share `least` of the things asked for.
    """
    figure = question.intent is Intent.FIGURE
    able: list[Candidate] = []
    weights = gram_weights(question, hits)
    rare = {gram: rarity(gram) for gram in grams(question.topic)} if rarity else weights
    close = max((hit.dense for hit in hits), default=0.0) - _BESIDE_FIGURE
    for of_report in _by_report(hits)[:_LOOKED_AT]:
        first = of_report[0]
        if figure and max(hit.dense for hit in of_report) < close:  # its figure would be of something else
            continue
        looked_at = tuple(of_report) if figure else (first,)
        said = candidates(question, Source(first.stored.head, looked_at, first.score), weights)
        wholes = (one.whole for one in said if not one.weak)
        short_ones = (one for one in wholes if len(one.span) <= _NEAREST)
        fitting = [one for one in short_ones if _named(question, one, rarity) > least]
        if fitting:
            able.append(max(fitting, key=lambda one: (_figure(question, one), one.score)))
    if figure:  # that was asked for, where any report tells one
        able.sort(key=lambda one: -_figure(question, one))
    near = [one for one in able if _as_near(question, one, able[0], rare)]
    return [as_evidence(one) for one in near[:_OFFERED]]


_LOOKED_AT, _OFFERED = 4, 2  # reports
_BESIDE_FIGURE = 0.069  # of cosine
_AS_NEAR = 0.7  # of what the first sentence says of the question, by rarity


def _figure(question: Question, one: Candidate) -> float:
    """How well a figure of the sentence answers, where one is asked for."""
    if question.intent is not Intent.FIGURE:
        return 0.0
    return max(told(question, one.text).values(), default=0.0)


def _named(question: Question, one: Candidate, rarity: Rarity | None) -> float:
    """How much of the things asked for a sentence names; where the question names none, all of it.

    A figure may leave it to the report's title to say of what it is.
    """
    texts = [one.text, *one.hit.stored.passage.heading_path]
    if question.intent is Intent.FIGURE:
        texts.append(one.hit.stored.head.title or "")
    return share(question, texts, rarity) if question.concepts else 1.0


def _as_near(question: Question, one: Candidate, first: Candidate, weights: Mapping[str, float]) -> bool:
    """Whether a further sentence is of as much use: the words asked for, and the figure."""
    if question.intent is Intent.FIGURE and told(question, first.text) and not told(question, one.text):
        return False
    return _says(question, one, weights) >= _AS_NEAR * _says(question, first, weights)


def _says(question: Question, one: Candidate, weights: Mapping[str, float]) -> float:
    """What a sentence says of the question's words; another wording of a thing says the thing."""
    held = set(grams(one.text))
    for words in question.concepts:
        if any(word in one.text for word in words):
            held.update(gram for word in words if word in question.topic for gram in grams(word))
    return sum(weights.get(gram, 0.0) for gram in held)


def _by_report(hits: Iterable[Hit]) -> list[list[Hit]]:
    found: dict[str, list[Hit]] = {}
    for hit in hits:
        found.setdefault(hit.stored.head.report, []).append(hit)
    return list(found.values())
