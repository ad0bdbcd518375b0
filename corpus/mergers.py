"""Streets that were put together of two neighbours, of which the division table has the halves only.

花楼水塔街道 is the former 花楼街道 and 水塔街道 of one district: who reads its second half alone credits a
street that no longer is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from corpus.types import Locality, Span

if TYPE_CHECKING:
    from corpus.gazetteer import Mention

_KINDS = ("街道", "镇", "乡")
_STEMS = (2, 3)  # characters of the first half
_COUNTY_CODE = 6  # digits


def merged(
    text: str, named: Sequence[Mention], listed: Callable[[str, Locality], Locality | None]
) -> list[Mention]:
    """`named`, a town with a neighbour's name right in front of it as the one town that both became.

    Somewhere the whole name follows its county or city, or 新区 in front of a street would be one, too.

    Args:
        text: where the names stand.
        named: in the order of the text.
        listed: finds the town of a name in a county.
    """
    wholes: list[Mention | None] = []
    told: set[str] = set()
    last: Mention | None = None
    for mention in named:
        whole = _whole(text, mention, mention.span.start - (last.span.end if last else 0), listed)
        if whole and last and last.span.end == whole.span.start and _lies_in(whole, last):
            told.add(whole.word)
        wholes.append(whole)
        last = mention
    return [w if w and w.word in told else m for m, w in zip(named, wholes, strict=True)]


def _lies_in(town: Mention, parent: Mention) -> bool:
    return any(place.within(around) for place in town.candidates for around in parent.candidates)


def _whole(
    text: str, mention: Mention, free: int, listed: Callable[[str, Locality], Locality | None]
) -> Mention | None:
    kind = next((kind for kind in _KINDS if mention.word.endswith(kind)), "")
    if not kind or mention.short:
        return None
    for size in _STEMS:
        start = mention.span.start - size
        if size > free or start < 0:
            return None
        first = text[start : mention.span.start]
        both = [
            p
            for p in mention.candidates
            if p.town == mention.word and listed(first + kind, replace(p, town=None))
        ]
        if both:
            word = first + mention.word
            places = tuple(replace(p, town=word, code=(p.code or "")[:_COUNTY_CODE] or None) for p in both)
            return replace(mention, span=Span(start, mention.span.end), word=word, candidates=places)
    return None
