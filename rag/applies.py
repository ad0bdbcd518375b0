"""Whether a report of no known place, or of a wider one, is about the places of a question."""

from __future__ import annotations

from collections.abc import Iterable

from corpus.types import Locality
from index.types import StoredPassage
from rag.names import short_name


def may_apply_to(stored: StoredPassage, places: Iterable[Locality]) -> bool:
    """Whether a report is of no known place or of one around `places`: not another place's."""
    own = stored.head.locality
    return not own.known or any(place.within(own) for place in places)


def applies_to(stored: StoredPassage, places: Iterable[Locality]) -> bool:
    """Whether a report of no known or a wider place names one of `places`.

    A province's document that names the city applies there; another county's that mentions it does not.
    """
    return any(may_apply_to(stored, (place,)) and _names(stored, place) for place in places)


def names_excluded(stored: StoredPassage, places: Iterable[Locality]) -> bool:
    """Whether a report is about one of the excluded `places`, its own place unknown or wider though it be."""
    own = (stored.head.locality, *stored.head.also)
    return any(
        any(one.within(place) for one in own) or (may_apply_to(stored, (place,)) and _names(stored, place))
        for place in places
    )


def names_word(stored: StoredPassage, words: Iterable[str]) -> bool:
    """Whether a report of no known place names one of `words`: a place that no table and no report has.

    So a question about a foreign country finds what is written about it, and nothing of anywhere else.
    """
    head = stored.head
    return not head.locality.known and any(
        word in text for word in words for text in (head.title or "", stored.passage.text)
    )


def _names(stored: StoredPassage, place: Locality) -> bool:
    word = short_name(next((name for name in reversed(place.levels) if name), ""))
    head = stored.head
    return any(word in text for text in (head.title or "", head.source or "", stored.passage.text))
