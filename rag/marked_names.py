"""Names in quotation marks: those that a question gives, and those that reports coined, 「互信人」."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from rag.rescore import names
from rag.types import Found, Hit, Question

_IN_MARKS = re.compile(r"[“「『‘]([^“「『‘’”」』]{2,20})[’”」』]")
_COINED, _AGAIN = 3, 3  # characters of a name, and how often its report puts marks around it


def in_marks(text: str) -> list[str]:
    """What stands in quotation marks, of a name's length, in order.

    >>> in_marks("让“互信人”和“点题公示”一起用")
    ['互信人', '点题公示']
    """
    return _IN_MARKS.findall(text)


def all_said(question: Question, hits: Sequence[Hit]) -> bool:
    """Whether the question gives names in quotation marks, and the passages found have them all."""
    given = in_marks(question.asked)
    return bool(given) and not _lacking(given, hits)


def unsaid(question: Question, hits: Sequence[Hit]) -> bool:
    """Whether the question gives a name in quotation marks that no passage found has: 让“互信人”调解."""
    return _lacking(in_marks(question.asked), hits)


def coined_elsewhere(question: Question, hits: Sequence[Hit], elsewhere: Found | None) -> bool:
    """Whether the question names, without marks, what reports of elsewhere coined and no passage found has.

    互信人 is such a name where one report puts it in quotation marks again and again, or in its title;
    what is in marks once may be a saying: 避免“踢皮球”.
    """
    marked: dict[str, Counter[str]] = {}
    for hit in elsewhere.hits if elsewhere else ():
        seen = marked.setdefault(hit.stored.head.report, Counter())
        seen.update(in_marks(hit.stored.passage.text))
        seen.update(dict.fromkeys(in_marks(hit.stored.head.title or ""), _AGAIN))
    coined = {name for seen in marked.values() for name, times in seen.items() if times >= _AGAIN}
    asked = [name for name in coined if len(name) >= _COINED and name in question.asked]
    return _lacking(asked, hits)


def _lacking(given: Sequence[str], hits: Sequence[Hit]) -> bool:
    return any(not any(names(hit, (name,)) for hit in hits) for name in given)
