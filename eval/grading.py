"""Grading on the page: one document at a time, each grade on disk at once, to be gone on with later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from eval import making
from eval.making import Pooled
from eval.types import Item
from rag.service import Service


@dataclass(frozen=True, slots=True)
class Sitting:
    """Where somebody is in grading the questions of a dataset.

    Attributes:
        out: the file of grades.
        items: the questions.
        at: number of the question that is being graded.
        left: what is still to be graded for it, the document that is shown first.
    """

    out: Path
    items: tuple[Item, ...]
    at: int = -1
    left: tuple[Pooled, ...] = ()

    @property
    def shown(self) -> Pooled | None:
        """The document to grade; None when all is done."""
        return self.left[0] if self.left else None

    @property
    def total(self) -> int:
        """How many grades the file holds."""
        return sum(map(len, making.graded(self.out).values()))


def begin(service: Service, items: Sequence[Item], out: Path) -> Sitting:
    """Start, or go on where the last sitting stopped.

    Raises:
        TashanError: the file is no file of grades.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    return _onward(service, Sitting(out, tuple(items)), making.graded(out))


def grade(service: Service, sitting: Sitting, given: int) -> Sitting:
    """Keep a grade (0…3) for the document shown, then go to the next one."""
    if sitting.shown is None:
        return sitting
    making.keep(sitting.out, sitting.shown, given)
    rest = replace(sitting, left=sitting.left[1:])
    return rest if rest.left else _onward(service, rest, making.graded(sitting.out))


def skip(service: Service, sitting: Sitting) -> Sitting:
    """Leave the rest of this question for another time."""
    return _onward(service, replace(sitting, left=()), making.graded(sitting.out))


def _onward(service: Service, sitting: Sitting, known: Mapping[str, Mapping[str, int]]) -> Sitting:
    """The next question with something that nobody has graded."""
    for at in range(sitting.at + 1, len(sitting.items)):
        item = sitting.items[at]
        seen = {*known.get(item.id, {}), *item.grades}
        left = making.pool(service, item, seen)
        if left:
            return replace(sitting, at=at, left=tuple(left))
    return replace(sitting, at=len(sitting.items), left=())
