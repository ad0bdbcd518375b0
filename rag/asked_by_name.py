"""The sentences that are chosen first: those that say what is asked by name.

Who pays, how much and what “六联” are is asked in a few words that the sentence which answers may lack;
and what a resident tells may say more of the question than any deed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rag.candidates import Candidate
from rag.figures import AMOUNT, of_kind
from rag.marked_names import in_marks
from rag.question import strip_asking
from rag.sentences import grams
from rag.subquestions import asking, money, tells_money
from rag.types import OF_PLACES, Intent, Question


def wanted_first(
    question: Question, found: Sequence[Candidate], weights: Mapping[str, float]
) -> list[Candidate]:
    """The sentences chosen first: who pays, how much, what “六联” are, and talk in the asker's own words."""
    able = [
        _of_money(question, found) or _beside_figures(question, found, weights),
        *_amounts(question, found),
        *_in_marks(question, found),
        _in_its_words(question, found, weights),
    ]
    return list({id(one): one for one in able if one is not None}.values())


def _amounts(question: Question, found: Sequence[Candidate]) -> list[Candidate]:
    """The best sentence for each figure that is asked for beside how it is done: 大概要多久？"""
    if question.intent not in OF_PLACES:
        return []
    asked = (clause for clause in asking(question.asked) if AMOUNT.search(clause))
    able = ([one for one in found if not one.never and of_kind(clause, one.text)] for clause in asked)
    return [max(fitting, key=lambda one: one.worth) for fitting in able if fitting]


def _in_marks(question: Question, found: Sequence[Candidate]) -> list[Candidate]:
    """For each name that the question puts in quotation marks the best sentence that has it."""
    able = ([one for one in found if name in one.text and not one.never] for name in in_marks(question.asked))
    return [max(named, key=lambda one: one.score) for named in able if named]


def _in_its_words(
    question: Question, found: Sequence[Candidate], weights: Mapping[str, float]
) -> Candidate | None:
    """Of the sentences that are talk or story the one that says of the question what no other says."""
    if question.intent not in OF_PLACES or question.many:
        return None
    plain = [one for one in found if not one.weak]
    said = {gram for one in plain for gram in grams(one.text)}
    least = _AS_MUCH * max(map(_of_question, plain), default=0.0)
    able = [one for one in found if one.weak and not one.never and _of_question(one) >= least]

    def alone(one: Candidate) -> float:
        return sum(weights.get(gram, 0.0) for gram in set(grams(one.text)) - said)

    most = max(able, key=alone, default=None)
    return most if most and alone(most) >= _ALONE * sum(weights.values()) else None


def _of_question(one: Candidate) -> float:
    """The share of the question's words, by rarity, that a sentence says."""
    return one.worth - one.deed


# It says about as much of the question as the best other one, and so much that no other says. 106 questions
# of how by people who had not seen the system are told .786 of what answers them, .769 without; howto-dev's
# facts .903 and .897, .897 with .1 (2026-11-23).
_AS_MUCH, _ALONE = 0.6, 0.05


def _of_money(question: Question, found: Sequence[Candidate]) -> Candidate | None:
    """The best sentence that says who pays, where that is asked beside how it is done."""
    if question.intent not in OF_PLACES or not money(question):
        return None
    able = (one for one in found if not one.never and tells_money(one.text))
    return max(able, key=lambda one: one.score, default=None)


def _beside_figures(
    question: Question, found: Sequence[Candidate], weights: Mapping[str, float]
) -> Candidate | None:
    """The best sentence for what is asked beside figures: 收了多少？领头的受了什么处分？"""
    if question.intent is not Intent.FIGURE:
        return None
    best: tuple[float, Candidate] | None = None
    for own in asked_beside(question):
        for one in found:
            said = sum(weights.get(gram, 0.0) for gram in own & set(grams(one.text)))
            if said and not one.never and (best is None or said > best[0]):
                best = (said, one)
    return best[1] if best else None


def asked_beside(question: Question) -> list[set[str]]:
    """The grams of each clause that asks for something else than a figure."""
    clauses = (clause for clause in asking(question.asked) if not AMOUNT.search(clause))
    return [set(grams(strip_asking(clause))) for clause in clauses]
