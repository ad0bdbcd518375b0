"""Cards: what one place did, as quotes with their citations, before it becomes text.

One citation is one quote; one card holds the quotes of one place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from corpus.types import Locality
from index.types import ReportHead
from rag.figures import measured
from rag.types import Citation, Evidence

UNPLACED = "地点未注明"


@dataclass(frozen=True, slots=True)
class Card:
    """The quotes of one place."""

    place: str  # 辽宁省·阜新市·彰武县, or 地点未注明
    locality: Locality
    measure: str  # the name of the measure, as it stands in the report; may be empty
    citations: tuple[Citation, ...]
    evidence: tuple[Evidence, ...]

    @property
    def name(self) -> str:
        """The place as people say it, or the report's title where it has none."""
        return self.locality.name or f"《{short(self.citations[0].title)}》"


def place_name(head: ReportHead) -> str:
    """The full name of the place whose practice a report tells, or that it is not known."""
    return head.locality.full or UNPLACED


def short(title: str, most: int = 28) -> str:
    """A title that fits on a line."""
    return title if len(title) <= most else title[: most - 1] + "…"


def cite(evidence: Sequence[Evidence], first: int = 1) -> tuple[Citation, ...]:
    """One citation a piece of evidence, numbered from `first`."""
    return tuple(_citation(n, one) for n, one in enumerate(evidence, first))


def _citation(n: int, one: Evidence) -> Citation:
    passage, head = one.hit.stored.passage, one.hit.stored.head
    return Citation(
        n=n,
        doc=head.doc,
        report=head.report,
        passage=passage.passage,
        title=head.shown_title,
        title_made=head.title_made,
        locality=head.locality,
        date=head.date,
        source=head.source,
        quote=one.text,
        span=one.span,
        raw_span=one.raw_span,
        heading_path=passage.heading_path,
    )


def cards(evidence: Sequence[Evidence]) -> tuple[Card, ...]:
    """Evidence grouped by place, in order, numbered through; reports of unknown place stay apart."""
    groups: dict[str, list[Evidence]] = {}
    for one in evidence:
        head = one.hit.stored.head
        groups.setdefault(head.locality.full or head.report, []).append(one)
    found: list[Card] = []
    first = 1
    for group in groups.values():
        cited = cite(group, first)
        first += len(cited)
        head = group[0].hit.stored.head
        found.append(Card(place_name(head), head.locality, _measure(group), cited, tuple(group)))
    return tuple(found)


def _measure(group: Sequence[Evidence]) -> str:
    """The measure that nearly all of the quoted characters stand under: one step of several is no subject."""
    weight: dict[str, int] = {}
    for one in group:
        passage = one.hit.stored.passage
        name = passage.measure or (passage.heading_path[-1] if passage.heading_path else "")
        before = passage.text[: one.span.start - passage.span.start]
        if name and name in before and "\n" in before:  # a step of its own behind that of the name
            name = ""
        weight[name] = weight.get(name, 0) + len(one.text)
    most = max(weight, key=lambda name: weight[name])
    heading = _NUMBERED.sub("", most).strip("。：:—■● ")
    part = weight[most] < _WHOLE * sum(weight.values())
    named = _SHORTEST <= len(heading) <= _NAME and not re.search(r"[，,。；;？?！!]", heading)
    return heading if named and not part else ""


_WHOLE = 0.8  # of what is quoted of a place: a heading of less is one step among others
_SHORTEST = 4  # characters; a shorter heading says nothing beside a place's name
_NAME = 20  # characters; a longer heading, or one with a comma, is a sentence and no measure's name
_NUMBERED = re.compile(
    r"^(?:[（(]?[一二三四五六七八九十\d]{1,3}[）)、.．]|[一二三四五六七八九十]是|—+)[，,、\s]*"
)
_CLAUSE = re.compile(r"[^，；。！？,;!?]+[，；。！？,;!?]?")
_LEAN = 7  # a clause shorter than this is quoted together with the one before it


def figure_clauses(text: str) -> tuple[str, ...]:
    """The clauses of a quote that hold figures: verbatim stretches of it, without the comma they end in.

    >>> figure_clauses("坚持党建引领，组建8个工作专班，深化协调联动，累计投入7.59亿元。")
    ('组建8个工作专班', '累计投入7.59亿元')
    """
    spans = [match.span() for match in _CLAUSE.finditer(text)]
    found: list[str] = []
    for at, (start, end) in enumerate(spans):
        clause = text[start:end].rstrip("，；。！？,;!? ")
        if not measured(clause) or clause.count("“") != clause.count("”"):
            continue
        if len(clause) < _LEAN and at and text[start - 1] in "，,":
            clause = text[spans[at - 1][0] : start + len(clause)]
            if found and clause.strip().startswith(found[-1]):
                found.pop()
        found.append(clause.strip())
    return tuple(found)


_NAMED = re.compile(r"“([^“”，。；]{2,14})”")


def shared_names(
    found: Iterable[Card], terms: Sequence[str] = ()
) -> tuple[tuple[str, tuple[Citation, ...]], ...]:
    """Named mechanisms that the quotes of at least two places hold, with one citation a place.

    Names are what reports put in “ ”; `terms` are further words to look for.
    """
    all_cards = list(found)
    names = dict.fromkeys(
        name for card in all_cards for c in card.citations for name in _NAMED.findall(c.quote)
    )
    names.update(dict.fromkeys(terms))
    shared: list[tuple[str, tuple[Citation, ...]]] = []
    for name in sorted(names, key=len, reverse=True):
        held = [next((c for c in card.citations if name in c.quote), None) for card in all_cards]
        cited = tuple(c for c in held if c)
        if len(cited) >= 2 and not any(name in other for other, _ in shared):
            shared.append((name, cited))
    return tuple(sorted(shared, key=lambda pair: -len(pair[1])))
