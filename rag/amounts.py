"""Which of the figures of a quote are those that a question asks for."""

from __future__ import annotations

from rag.cards import figure_clauses
from rag.figures import could_be, of_unit
from rag.sentences import grams, sentences
from rag.types import Intent, Question

_WHOLE = 64  # characters of a sentence that is shown whole when its figure is what was asked for


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
            found[shown] = max(found.get(shown, 0.0), worth)
    return found


def _worth(clause: str, sentence: str, asked: set[str]) -> float:
    """How much of what was asked a clause says, and at half weight the sentence that it stands in."""
    return len(asked & set(grams(clause))) + 0.5 * len(asked & set(grams(sentence)))
