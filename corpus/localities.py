"""Which place a report is about: the place whose practice it tells, not every place that it names.

Names in title, text and source are joined into chains (see ``corpus.chains``), namesakes are told apart by
what else is named, and chains that don't merely mention a place vote. The answer goes down from the province
as far as one place has the votes: a wrong place is worse than none, so a doubt stops the descent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from corpus.abroad import of_others
from corpus.chains import Chain, chains
from corpus.gazetteer import gazetteer
from corpus.journeys import of_the_sender
from corpus.namesakes import Resolver, same_line
from corpus.national import is_central, is_national
from corpus.types import NOWHERE, Locality
from corpus.unnamed import unnamed_city
from corpus.votes import Vote


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a report belongs.

    Attributes:
        locality: the place whose practice is reported, with confidence in [0, 1] and the words that decided.
        also: further places that the report covers to the same extent.
        mentioned: names of places that are merely mentioned, as written, each once.
    """

    locality: Locality = NOWHERE
    also: tuple[Locality, ...] = ()
    mentioned: tuple[str, ...] = ()


_LONGEST = 200_000  # characters that are searched for names; the longest work report has 40,000
_GOVERNMENT = re.compile("(?:委员?会?)?(?:人民)?政府|(?:市|省|区|县)?委")


def locate(
    title: str | None,
    text: str,
    *,
    source: str | None = None,
    byline: str | None = None,
    head: str = "",
    default: Locality = NOWHERE,
) -> Placed:
    """Find the place whose practice a report tells.

    Args:
        title: the report's title; None where it has none.
        text: the cleaned report.
        source: who published it (新城区融媒体中心, 中共琼中县委组织部).
        byline: the line with the writers' names, which may name a place.
        head: what cleaning cut in front of the first sentence; the office that it names decides where nothing
            else does (某市人民政府办公厅文件).
        default: what the neighbours in the same file imply; used to tell namesakes apart and, for lack of any
            name in the report itself, as a guess of low confidence down to the city.
    """
    table = gazetteer()
    text = text[:_LONGEST]
    seen = [
        *chains(table, title or "", "title"),
        *chains(table, text, "body"),
        *chains(table, source or "", "source"),
        *chains(table, byline or "", "source"),
    ]
    resolved = Resolver(seen, default, f"{title or ''}\n{text}", outlet=_outlet(source)).resolve()
    resolved = of_others(of_the_sender(resolved, text), text)
    issuers = _issuers(head)
    if is_national(title, text, resolved, issuers) or is_central(source, title, text, resolved):
        return Placed(mentioned=_mentioned(resolved, NOWHERE))
    vote = Vote(resolved, text)
    place = vote.descend()
    if not place.known:
        place = unnamed_city(text, head, resolved)
    if not place.known:
        place = Vote([*issuers, *resolved], text).descend() if issuers else place
    if not place.known and default.known and not any(c.weight for c in resolved if c.candidates):
        place = replace(default, county=None, town=None, community=None, confidence=0.3)
    also = vote.also(place)
    return Placed(place, also, _mentioned(resolved, place, *also))


# media of one province: they tell namesakes apart, and say nothing else of whose practice it is
_OUTLETS = {
    "南都|南方都市报|南方日报|羊城晚报|深圳": "440000",
    "红网|华声在线": "430000",
    "大众网|齐鲁|鲁网": "370000",
    "荆楚网": "420000",
    "华西社区报|四川在线": "510000",
    "扬子晚报|现代快报": "320000",
    "北青社区报|千龙网": "110000",
    "新民晚报|解放日报|上观": "310000",
    "东南网": "350000",
    "大河网|大象新闻": "410000",
    "中安在线": "340000",
    "天山网": "650000",
    "多彩贵州|天眼新闻": "520000",
}


def _outlet(source: str | None) -> Locality:
    """The province whose medium published the report."""
    code = next((code for names, code in _OUTLETS.items() if source and re.match(names, source)), None)
    return gazetteer().place(code) if code else NOWHERE


def _issuers(head: str) -> list[Chain]:
    """The governments that are named in front of the report."""
    seen = [c for c in chains(gazetteer(), head, "source") if _GOVERNMENT.match(head, c.start + len(c.word))]
    return [c for c in Resolver(seen, NOWHERE, head).resolve() if c.candidates] if seen else []


def _mentioned(resolved: Iterable[Chain], *places: Locality) -> tuple[str, ...]:
    """Names outside `places`, in order of appearance, each once."""
    names: dict[str, None] = {}
    for chain in resolved:
        known = [c for c in chain.candidates if c.province]
        if known and not any(same_line(c, place) for c in known for place in places):
            names.setdefault(chain.word)
    return tuple(names)
