"""The headings of a report: numbered ones, unnumbered ones, and lead phrases that name a measure."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import attrgetter
from types import MappingProxyType

from corpus.closing import closing
from corpus.headings import LEAD_LEVEL, LEVELS, UNNUMBERED, Heading, item_kind, numbered, numbering, quoted
from corpus.lines import Line, hard_lines, lines_of
from corpus.plain import DASHED, LABEL, annex_title, lead, lead_alone, plain
from corpus.types import Section, Span

_NUMBERED_LEVELS = frozenset(LEVELS.values())
# a document that is cited, with its number; who somebody is
_CITATION = re.compile(
    r"(?P<n>\d{1,2}\s?[.．、]|[（(]\s?\d{1,2}\s?[)）]|[①②③④⑤⑥⑦⑧⑨⑩])?\s?"
    r"(?:《[^《》]{4,90}》(?(n)(?:[（(][^（）()]{2,40}[)）])?|[（(][^（）()]{2,36}号[^（）()]{0,4}[)）])[、；;。]?\s?(?:及解读|规定)?"
    r"|[\u4e00-\u9fff 、]{2,24}公告[（(]?20\d\d年第\d{1,3}号[)）]?)"
)
_CHAPTER, _ARTICLE = (re.compile(rf"第[一二三四五六七八九十百]+{kind}") for kind in ("[章节]", "条"))
TURN = re.compile(r"^各位(?:代表|委员)[！!，,：:]", re.MULTILINE)


def _outline(
    text: str, lines: Sequence[Line], marked: Mapping[str, int]
) -> tuple[list[Heading], list[_Item]]:
    """The headings among the lines of a text, and the numbered lines that are none."""
    hard = {line.span for line in hard_lines(text)} if "\n" in text else set()
    found: list[Heading] = []
    listed: list[_Item] = []
    labels = _Labels()
    titled = {at: annex for at, two in enumerate(pairwise(lines)) if (annex := annex_title(*two))}
    chapters = headed = annexes = False
    items: str | None = None  # the kind of number of the enumeration that the line before belongs to
    for at, line in enumerate(lines):
        following = lines[at + 1] if at + 1 < len(lines) else None
        if at in titled or at - 1 in titled:
            found += [titled[at]] if at in titled else []
            annexes, items = False, None
            continue
        level = marked.get(line.text)
        known = Heading(line.span, line.text, level) if level is not None else None
        items = item_kind(line, following, items)
        heading = known or (None if items else numbered(line)) or plain(line, following, at) or lead(line)
        annexes = _ANNEXES.match(line.text) is not None or (annexes and numbering(line.text) is not None)
        if annexes and known is None:
            heading = None
        if heading is None and following is not None and (alone := lead_alone(line, following)):
            own = {line.span, following.span} <= hard or DASHED.fullmatch(line.text)
            heading = alone if own else None
        elif heading is not None and heading.level == LEAD_LEVEL and headed:
            heading = None  # the first sentence below a lead phrase that has a line of its own
        headed = (
            heading is not None and heading.level == LEAD_LEVEL and _NAMES.fullmatch(line.text) is not None
        )
        if heading is not None and _is_text(text, heading, found[-1:], lines[at - 1]):
            heading = None
        if heading is not None and known is None:
            heading = labels.seen(heading) if not _CITATION.fullmatch(line.text) else None
        if heading is not None:
            heading = _below_chapter(heading) if chapters else heading
            chapters = chapters or _CHAPTER.match(heading.text) is not None
            found.append(_with_label(text, heading, lines[at - 1]) if at else heading)
        elif item := numbering(line.text):
            listed.append(_Item(line.span.start, *item))
    return found, listed


def _below_chapter(heading: Heading) -> Heading:
    """A heading of a document in chapters, whose articles stand below them."""
    article = heading.level == 1 and _ARTICLE.match(heading.text)
    return Heading(heading.span, heading.text, UNNUMBERED) if article else heading


def _is_text(text: str, heading: Heading, above: Sequence[Heading], before: Line) -> bool:
    """Whether a heading is text after all: quoted, or a question that opens the text below another one."""
    if heading.level in _NUMBERED_LEVELS:
        return quoted(text, heading.span.start)
    asks = heading.level == UNNUMBERED and heading.text[-1] in "？?" and heading.text[0] != "问"
    return asks and any(
        head.level == UNNUMBERED and head.span.start == before.span.start and head.span.end >= before.span.end
        for head in above
    )


_ANNEXES = re.compile(r"附件[：:]\s*1\s?[.．、]")  # the list of annexes, which no text follows
_NAMES = re.compile(
    rf"[^，,]{{6,22}}。|{DASHED.pattern}"
)  # a lead phrase on a line of its own; a longer one is a sentence


@dataclass(frozen=True, slots=True)
class _Item:
    """A numbered line that is no heading: where it begins, the kind of its number, the number."""

    at: int
    kind: str
    number: int


_FIRST_HALF = re.compile(
    r"(?!附件|来源|备注|说明)[\u4e00-\u9fff]{2,12}(?<![人话箱址式下间点住答问注])[：:]|(?:问题?|Q)\s?\d{1,2}[：:]"
)


def _with_label(text: str, heading: Heading, before: Line) -> Heading:
    """A heading with its first half, which stands on the line before: 「税收扶持：」「多措并举助企」."""
    near = heading.span.start - before.span.end == 1
    if heading.level != UNNUMBERED or not near or not _FIRST_HALF.fullmatch(before.text):
        return heading
    span = Span(before.span.start, heading.span.end)
    return Heading(span, text[span.start : span.end], UNNUMBERED)


class _Labels:
    """Labels of a guide (【享受主体】 … 【政策依据】) stand below the numbered entry that they describe."""

    def __init__(self) -> None:
        self.entry: Heading | None = None  # the numbered heading above the first label
        self.inside = False  # whether a label has been seen below it

    def seen(self, heading: Heading) -> Heading | None:
        """The heading with its level; None for a numbered line below a label: an item of its list."""
        if heading.text[0] == "【" and LABEL.fullmatch(heading.text):
            self.inside = True
            above = self.entry.level if self.entry else 1
            return Heading(heading.span, heading.text, above + 1)
        number = numbering(heading.text)
        if number is None or heading.level not in (1, 3, 4):
            return None if self.inside and heading.level == LEVELS["d"] else heading
        if self.inside and self.entry is not None and number[0] == "c" and not self._next(number):
            return None
        self.entry, self.inside = heading, False
        return heading

    def _next(self, number: tuple[str, int]) -> bool:
        """Whether a number goes on with those of the entries; one or two of them may have been missed."""
        kind, value = (self.entry and numbering(self.entry.text)) or ("", 0)
        return number[0] == kind and value < number[1] <= value + 3


def sections(text: str, marked: Mapping[str, int] = MappingProxyType({})) -> tuple[Section, ...]:
    """Headings with what stands under them, up to the next heading of the same or an outer level.

    >>> text = "一、建机制 成立专班，每周调度一次，事项逐件销号。"
    >>> [s.heading for s in sections(text)]
    ['一、建机制']
    """
    lines = lines_of(text)
    found, listed = _outline(text, lines, marked)
    whole = closing(lines, found) or len(text)
    turns = [match.start() for match in TURN.finditer(text)]
    last = max((head.span.start for head in found if head.level < LEAD_LEVEL), default=0)
    heads = {head.span.start: head for head in found}
    counted = _counted_on(found, listed)
    out = []
    for head, below in zip(found, _ends(found, len(text)), strict=True):
        turn = bisect_right(turns, head.span.end if head.level > 1 else max(head.span.end, last))
        if turn < len(turns) and below - turns[turn] <= _ASIDE and _counts_on(head, heads.get(below)):
            turn = len(turns)
        below = min(below, whole) if head.span.start < whole else below
        end = min([below, *turns[turn : turn + 1], *_next_item(head, below, listed), *_turned(head, counted)])
        out.append(
            Section(head.text.strip(), head.level, Span(head.span.start, end), Span(head.span.end, end))
        )
    return tuple(out)


_ASIDE = 300  # characters said to the audience that still belong to the section in front of them


def _counts_on(head: Heading, following: Heading | None) -> bool:
    """Whether the heading behind a section is the next by count: no word to the audience ends it."""
    if following is None or head.level == 1 or head.level not in _NUMBERED_LEVELS:
        return False
    one, two = numbering(head.text), numbering(following.text)
    return one is not None and two is not None and (one[0], one[1] + 1) == two


def _next_item(head: Heading, below: int, listed: Sequence[_Item]) -> list[int]:
    """Where the numbered line begins that follows a numbered heading by count, though itself no heading."""
    number = numbering(head.text) if listed and head.level in _NUMBERED_LEVELS else None
    if number is None:
        return []
    first = bisect_right(listed, head.span.start, key=_item_at)
    last = bisect_right(listed, below, key=_item_at)
    wanted = (number[0], number[1] + 1)
    return [x.at for x in listed[first : min(last, first + _REACH)] if (x.kind, x.number) == wanted][:1]


def _counted_on(found: Sequence[Heading], listed: Sequence[_Item]) -> list[tuple[int, _Item]]:
    """The numbered lines that go on with a count though they are sentences, each behind where the last began.

    「二、老年人出现可疑症状的，应当…」 ends what stands below 一、 and its own numbers.
    """
    heads = [_Item(head.span.start, *number) for head in found if (number := numbering(head.text))]
    sentences = {one.at for one in listed}
    out, last = list[tuple[int, _Item]](), dict[str, _Item]()
    for one in sorted([*heads, *listed], key=_item_at):
        before = last.get(one.kind)
        if one.at in sentences and before is not None and one.number == before.number + 1:
            out.append((before.at, one))
        last[one.kind] = one
    return out


def _turned(head: Heading, counted: Sequence[tuple[int, _Item]]) -> list[int]:
    """Where the count of an outer level, begun before a numbered heading, goes on behind it."""
    if head.level not in _NUMBERED_LEVELS:
        return []
    at = head.span.start
    first = bisect_right(counted, at, key=_counted_at)
    near = counted[first : first + _REACH]
    return [one.at for before, one in near if before < at and LEVELS[one.kind] < head.level][:1]


def _counted_at(pair: tuple[int, _Item]) -> int:
    return pair[1].at


_item_at = attrgetter("at")
_REACH = 40  # numbered lines that are looked at below one heading


def _ends(found: Sequence[Heading], end: int) -> list[int]:
    """Where what stands under each heading ends: at the next one of its own or an outer level."""
    ends, outer = [end] * len(found), list[Heading]()
    for at, head in reversed([*enumerate(found)]):
        while outer and outer[-1].level > head.level:
            outer.pop()
        ends[at] = outer[-1].span.start if outer else end
        outer.append(head)
    return ends
