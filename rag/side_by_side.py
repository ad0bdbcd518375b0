"""Places named beside one another, A县和B县各…: each is asked for by itself, told of or missed by name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from corpus.types import Locality
from rag.types import Evidence, Intent, Question, Reason

_MOST = 6  # places; who names more asks for a region
REPORTS = 2  # of one place that are quoted
_ONE_BY_ONE = frozenset(
    {Intent.HOW, Intent.STEPS, Intent.COMPARE, Intent.LIST, Intent.FUNDING, Intent.FIGURE}
)
_SEVERAL = re.compile(r"[两三四五六几](?:个?地方|地(?![方区])|处|家|省|市|县|区|边|者)|分别|各自|各是|各有")


@dataclass(frozen=True, slots=True)
class Sides:
    """What was found of places that were named beside one another; nothing where none of them has it.

    Attributes:
        quoted: of those that have it, in the order in which they were named.
        missed: those whose reports don't tell of it.
    """

    quoted: tuple[Evidence, ...]
    missed: tuple[Locality, ...] = ()


def told(question: Question, look: Callable[[Question], tuple[Evidence, ...] | Reason]) -> Sides:
    """What each place that a question names beside others has; nothing where it names fewer than two.

    Args:
        question: as understood.
        look: what answers a question, or why nothing does.
    """
    quoted: list[Evidence] = []
    missed: list[Locality] = []
    for side in apart(question):
        found = look(side)
        if isinstance(found, Reason) or not found:
            missed.extend(side.include)
        else:
            quoted.extend(found)
    return Sides(tuple(quoted), tuple(missed)) if quoted else Sides(())


def apart(question: Question) -> tuple[Question, ...]:
    """The question once for each place that it names, in their order; empty where it names fewer than two.

    Namesakes are one place of which it is not known which. Places chosen outside the question bound it only.
    """
    if question.chosen or question.subjects or question.intent not in _ONE_BY_ONE:
        return ()
    named: dict[str, list[Locality]] = {}
    for place in question.include:
        named.setdefault(place.name or "", []).append(place)
    nested = any(one != other and one.within(other) for one, other in _pairs(question.include))
    if nested or not 1 < len(named) <= _MOST:
        return ()
    figure = question.intent is Intent.FIGURE and not _SEVERAL.search(question.asked)
    intent = Intent.FIGURE if figure else Intent.COMPARE
    return tuple(replace(question, include=tuple(same), intent=intent, many=False) for same in named.values())


def _pairs(places: tuple[Locality, ...]) -> Iterator[tuple[Locality, Locality]]:
    return ((one, other) for one in places for other in places)
