"""Which of the figures of a quote are those that a question asks for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rag import terms
from rag.cards import figure_clauses
from rag.figures import AMOUNT, could_be, in_all, measured, of_kind
from rag.question import strip_asking
from rag.sentences import grams, sentences
from rag.types import Intent, Question

_WHOLE = 64  # characters of a sentence that is shown whole when its figure is what was asked for


_PAUSE = re.compile(r"[，,。？?；;]")


def parts(question: Question) -> tuple[Question, ...]:
    """The question once for each figure that it asks for (花了多少钱、修了多久), or itself."""
    asked = _asked(question.asked)
    return tuple(_part(question, *one) for one in asked) if len(asked) > 1 else (question,)


def _asked(text: str) -> list[tuple[str, str]]:
    """For each figure asked for the text since the one before it, and of that the clause which asks."""
    found, waiting = list[tuple[str, str]](), ""
    for clause in _PAUSE.split(text):
        pieces = _apart(clause)
        for piece in pieces:
            waiting += piece
            if AMOUNT.search(piece):
                found.append((waiting, piece))
                waiting = ""
    return found


def _apart(clause: str) -> list[str]:
    """A clause, once for each figure that it asks for (花了多少钱、修了多久), with what stands beside."""
    pieces: list[str] = []
    for item in clause.split("、"):
        if pieces and not (AMOUNT.search(item) and AMOUNT.search(pieces[-1])):
            pieces[-1] += f"、{item}"
        else:
            pieces.append(item)
    return pieces


def _part(question: Question, text: str, own: str) -> Question:
    topic = strip_asking(own)
    topic = topic if grams(topic) else strip_asking(text)
    return replace(question, asked=own, standalone=text, topic=topic, concepts=terms.concepts(text))


def untold(question: Question, quotes: Sequence[str]) -> tuple[str, ...]:
    """The clauses that ask for a figure which no quote can hold.

    Money is asked for and none is named; or there is no figure in the unit asked for, and none of the
    characters of what is asked for stands beside a figure.
    """
    beside = [span.of(quote) for quote in quotes for span in sentences(quote)]
    beside = [one for one in beside if measured(one) or _RATIO.search(one)]
    said = set("".join(beside))

    def lacking(own: str) -> bool:
        if any(of_kind(own, text, alike=False) for text in beside):
            return False
        chars = set(_BARE.sub("", own))
        return _PRICE.search(own) is not None or (bool(chars) and chars.isdisjoint(said))

    return tuple(own for _, own in _asked(question.asked) if lacking(own))


def untold_beside(question: Question, quotes: Sequence[str]) -> tuple[str, ...]:
    """The same for a figure that is asked for beside how it is done: what a clause ends with.

    谈了几回都谈不拢 and 几个孩子 tell of the trouble and ask for no figure.
    """
    found = untold(question, quotes)
    return tuple(own for own in found if _AT_END.search(own) and not any(of_kind(own, one) for one in quotes))


_AT_END = re.compile(rf"(?<![哪没])(?:{AMOUNT.pattern})[^百千万十都才也]{{0,4}}$")


def none_told(question: Question, quotes: Sequence[str]) -> bool:
    """Whether several figures are asked for and no quote can hold any of them.

    Of one figure that would be too much said: a report may call the thing by another name.
    """
    asked = _asked(question.asked)
    return len(asked) > 1 and len(untold(question, quotes)) == len(asked)


_RATIO = re.compile(r"\d\s?[:：比]\s?\d")  # 红糖、菜叶、水按1:3:10
_PRICE = re.compile(r"多少钱|几个钱|几块钱|几毛钱")
# asking words with the unit behind them, and what stands in any question
_BARE = re.compile(
    r"(?:多少|几)[\u4e00-\u9fff]?|多[高大久长]|什么程度|[^\u4e00-\u9fff]|一共|总共|分别|目前|现在|今年|去年|最后|"
    r"[了的被有各个是那在和与及从到为要给能又还就每这次共都让用以后年月日里上下中一二两三四五六七八九十]"
)


def told(question: Question, quote: str) -> dict[str, float]:
    """The clauses with figures of a quote, each with how much of the question it says.

    Where figures are asked for, clauses that can't be an answer are left out, and a short sentence stands for
    its clauses: whose figure it is stands in the sentence.
    """
    asked = set(grams(question.topic or question.standalone))
    around = set(grams(question.standalone)) - asked
    figure = question.intent is Intent.FIGURE
    whole = [span.of(quote) for span in sentences(quote)]
    found: dict[str, float] = {}
    for clause in figure_clauses(quote):
        if not any(char.isdigit() for char in clause):
            continue
        sentence = next((one for one in whole if clause in one), clause)
        if not figure:
            found[clause] = _worth(clause, sentence, asked, around)
        elif could_be(question.standalone, clause, sentence):
            shown = sentence if len(sentence) <= _WHOLE else clause
            worth = _worth(clause, sentence, asked, around)
            worth += of_kind(question.asked, clause)
            worth = worth or _SUM * in_all(question.asked, clause)
            if worth:  # the thing alone, with no word of what was asked of it, is another figure
                worth += sum(any(word in clause for word in words) for words in question.concepts)
            found[shown] = max(found.get(shown, 0.0), worth)
    return found


def _worth(clause: str, sentence: str, asked: set[str], around: set[str]) -> float:
    """How much of what was asked a clause says; at less weight its sentence, and the rest of the question."""
    said, beside = set(grams(clause)), set(grams(sentence))
    return len(asked & said) + 0.5 * len(asked & beside) + _AROUND * len(around & said)


_AROUND = 0.3
_SUM = 0.9  # a sum told in other words: worth a quote, where no clause says more
