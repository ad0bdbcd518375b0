"""A conversation on the page, without the page: what was chosen, what was struck out, what was answered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from corpus.errors import TashanError
from corpus.types import Locality
from rag.access.journal import Rated
from rag.names import short_name
from rag.service import Service, Update
from rag.types import Citation, Question
from rag.ui import html

ALL = "全部"
HISTORY = "history"  # struck out: the question stands alone


@dataclass(frozen=True, slots=True)
class Choice:
    """The filters beside the question box."""

    place: Locality | None = None
    since: int | None = None
    until: int | None = None
    home: str = ""
    exclude_home: bool = False
    theme: str = ""

    @classmethod
    def of(
        cls,
        province: str | None,
        city: str | None,
        county: str | None,
        theme: str | None,
        since: str | None,
        until: str | None,
        home: str | None,
        exclude_home: bool,
    ) -> Choice:
        """From the values of the page's controls; anything unknown counts as not chosen."""
        place = Locality(_name(province), _name(city), _name(county))
        return cls(
            place if place.known else None,
            _year(since),
            _year(until),
            (home or "").strip(),
            bool(exclude_home),
            _name(theme) or "",
        )

    @property
    def words(self) -> str:
        """What is chosen, for the head of the closed filters; empty where nothing is."""
        years = html.years(self.since, self.until) if self.since or self.until else ""
        leave = f"除{self.home}外" if self.home and self.exclude_home else ""
        place = self.place.full if self.place else ""
        return "，".join(part for part in (place, self.theme, years, leave) if part)


def _name(choice: str | None) -> str | None:
    return None if choice in (None, "", ALL) else choice


def _year(text: str | None) -> int | None:
    return int(text) if text and str(text).isdigit() else None


@dataclass(frozen=True, slots=True)
class Turn:
    """One question with its reply as shown, and what a follow-up needs of it."""

    asked: str
    html: str
    citations: tuple[Citation, ...] = ()
    struck: frozenset[str] = frozenset()
    choice: Choice = Choice()
    rated: Rated | None = None  # what a rating is kept with; None until the reply is complete


class Narrowed(Service):
    """A service that reads questions under the page's filters and without what the asker struck out."""

    def __init__(self, service: Service, choice: Choice, struck: frozenset[str]) -> None:
        super().__init__(service.settings, service.store)
        self._base, self._choice, self._struck = service, choice, struck

    def heads(self) -> Any:
        """The base service keeps them; nothing is read twice."""
        return self._base.heads()

    def searched(self) -> Any:
        """As of the base service."""
        return self._base.searched()

    def themes(self) -> Any:
        """As of the base service."""
        return self._base.themes()

    def understand(self, text: str, history: Sequence[str] = (), **places: Any) -> Question:
        """As of the base service, then corrected.

        Raises:
            TashanError: the question is empty, or asks for a place outside the chosen one.
        """
        question = narrow(self._base.understand(text, history, **places), self._choice, self._struck)
        if not question.theme:
            return question
        return replace(question, within=self.themes().reports(question.theme))


def narrow(question: Question, choice: Choice, struck: frozenset[str] = frozenset()) -> Question:
    """A question with what was struck out left out and with the filters laid over it.

    Filters narrow and never widen: a chosen province and a county of it in the question mean the county.

    Raises:
        TashanError: the question asks for places that all lie outside the chosen one.
    """
    include = tuple(p for p in question.include if f"include:{p.full}" not in struck)
    exclude = tuple(p for p in question.exclude if f"exclude:{p.full}" not in struck)
    gone = (
        *(p for p in question.include if p not in include),
        *(p for p in question.exclude if p not in exclude),
    )
    place = choice.place if choice.place and f"include:{choice.place.full}" not in struck else None
    if place:
        include = _inside(include, place)
    since, until = (None, None) if "years" in struck else _years(question, choice)
    synonyms = tuple((word, weight) for word, weight in question.synonyms if f"synonym:{word}" not in struck)
    return replace(
        question,
        standalone=_without(question.standalone, gone),
        include=include,
        exclude=exclude,
        since=since,
        until=until,
        synonyms=synonyms,
        theme="" if "theme" in struck else choice.theme,
    )


def _without(text: str, places: Sequence[Locality]) -> str:
    """A question without the names of places that were struck out: else they would still draw it there."""
    for place in places:
        name = next((level for level in reversed(place.levels) if level), "")
        for word in (name, short_name(name)):
            text = text.replace(word, " ") if word else text
    return " ".join(text.split()) or text


def _inside(asked: tuple[Locality, ...], place: Locality) -> tuple[Locality, ...]:
    if not asked or any(place.within(one) for one in asked):
        return (place,)
    kept = tuple(one for one in asked if one.within(place))
    if not kept:
        names = "、".join(one.full for one in asked)
        raise TashanError(
            f"问题问的是{names}，筛选选的是{place.full}，两者没有交集。", "请改问题，或清除筛选。"
        )
    return kept


def _years(question: Question, choice: Choice) -> tuple[int | None, int | None]:
    lows = [year for year in (question.since, choice.since) if year]
    highs = [year for year in (question.until, choice.until) if year]
    return max(lows, default=None), min(highs, default=None)


def stream(
    service: Service, text: str, turns: Sequence[Turn], choice: Choice, struck: frozenset[str] = frozenset()
) -> Iterator[Update]:
    """Ask in a conversation."""
    exclude = (choice.home,) if choice.home and choice.exclude_home else ()
    return Narrowed(service, choice, struck).stream(
        text,
        history(turns, struck),
        exclude=exclude,
        home=choice.home or None,
        cited=turns[-1].citations if turns and HISTORY not in struck else (),
        llm=service.settings.llm.configured,
    )


def history(turns: Sequence[Turn], struck: frozenset[str] = frozenset()) -> list[str]:
    """The earlier questions that a question may lean on: none beyond where the asker cut it off."""
    if HISTORY in struck:
        return []
    cut = max((at for at, turn in enumerate(turns) if HISTORY in turn.struck), default=0)
    return [turn.asked for turn in turns[cut:]]


@dataclass(frozen=True, slots=True)
class Choices:
    """What the store offers to choose from."""

    places: tuple[Locality, ...]
    years: tuple[str, ...]
    themes: tuple[str, ...] = ()

    @classmethod
    def of(cls, service: Service) -> Choices:
        """From the heads of all reports."""
        heads = service.heads()
        placed = [h.locality for h in heads if h.locality.province]
        places = {Locality(p.province, p.city, p.county) for p in placed}
        years = sorted({h.date[:4] for h in heads if h.date and h.date[:4].isdigit()}, reverse=True)
        themes = tuple(name for name, _ in service.themes().counts())
        return cls(tuple(sorted(places, key=lambda p: p.full)), tuple(years), themes)

    def provinces(self) -> list[str]:
        """All provinces that have reports."""
        return _names(p.province for p in self.places)

    def cities(self, province: str | None) -> list[str]:
        """Cities of a province; counties of a municipality have none."""
        return _names(p.city for p in self.places if p.province == province)

    def counties(self, province: str | None, city: str | None) -> list[str]:
        """Counties of a city, or of a whole province while no city is chosen."""
        free = city in (None, "", ALL)
        return _names(p.county for p in self.places if p.province == province and (free or p.city == city))


def _names(names: Any) -> list[str]:
    return [ALL, *sorted({name for name in names if name})]
