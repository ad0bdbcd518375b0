"""Which of the figures of a quote are those that a question asks for."""

from __future__ import annotations

import re
from dataclasses import replace

from rag import terms
from rag.cards import figure_clauses
from rag.figures import AMOUNT, could_be, of_unit
from rag.question import strip_asking
from rag.sentences import grams, sentences
from rag.types import Intent, Question

_WHOLE = 64  # characters of a sentence that is shown whole when its figure is what was asked for


_PAUSE = re.compile(r"[，,。？?；;、]")


def parts(question: Question) -> tuple[Question, ...]:
    """The question once for each figure that it asks for (花了多少钱、修了多久), or itself."""
    asked, waiting = list[str](), ""
    for piece in _PAUSE.split(question.asked):
        waiting += piece
        if AMOUNT.search(piece):
            asked.append(waiting)
            waiting = ""
    if len(asked) < 2:
        return (question,)
    return tuple(
        replace(question, asked=one, standalone=one, topic=strip_asking(one), concepts=terms.concepts(one))
        for one in asked
    )


def told(question: Question, quote: str) -> dict[str, float]:
    """The clauses with figures of a quote, each with how much of the question it says.

    Where figures are asked for, clauses that can't be an answer are left out, and a short sentence stands for
    its clauses: whose figure it is stands in the sentence.
    """
    asked = set(grams(question.topic or question.standalone))
    figure = question.intent is Intent.FIGURE
    whole = [span.of(quote) for span in sentences(quote)]
    found: dict[str, float] = {}
    for clause in figure_clauses(quote):
        if not any(char.isdigit() for char in clause):
            continue
        sentence = next((one for one in whole if clause in one), clause)
        if not figure:
            found[clause] = _worth(clause, sentence, asked)
        elif could_be(question.standalone, clause, sentence):
            shown = sentence if len(sentence) <= _WHOLE else clause
            worth = _worth(clause, sentence, asked) + of_unit(question.standalone, clause)
            if worth:  # the thing alone, with no word of what was asked of it, is another figure
                worth += sum(any(word in clause for word in words) for words in question.concepts)
            found[shown] = max(found.get(shown, 0.0), worth)
    return found


def _worth(clause: str, sentence: str, asked: set[str]) -> float:
    """How much of what was asked a clause says, and at half weight the sentence that it stands in."""
    return len(asked & set(grams(clause))) + 0.5 * len(asked & set(grams(sentence)))
