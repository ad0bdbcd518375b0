"""One file, one or more reports: a newspaper page holds several places' articles one behind the other.

A new report begins behind a line that signs the one before (「记者 … 通讯员 …」), at a title whose next
line names the office that wrote it (■), at a title in front of 「本报讯」, at a title that brings in
another place, and, where the title was lost, at a paragraph in which another county becomes the actor, or on
a single line at the sentence with which another province does.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from functools import cache
from operator import itemgetter

from corpus.editor import Editor
from corpus.gazetteer import CITY, COUNTY, gazetteer
from corpus.lines import Line, hard_lines, printed_twice
from corpus.types import Span

_SIGNED = re.compile(
    r"^本报记者(?:[ \u3000\xa0]+(?:本报)?通讯员)?$"
    r"|^[（(]?(?:本报|本网)?(?:见习|实习|全媒体)?(?:记者|通讯员)[：:]?[ \u3000\xa0]\S.{0,50}[^。！？]$"
)
_OFFICE = re.compile(r"^[■●◆]\s?\S{4,40}$")
_DATELINE = re.compile(r"^(?:本报讯|本报[\u4e00-\u9fff]{2,4}讯|新华社|[\u4e00-\u9fff]{2,8}讯)\s?[（(]?")
_LEAD = re.compile(r"^(?:为|近年来?|近日|日前|今年|去年|自|在|围绕|聚焦|针对|按照|坚持)")


_MANY, _LEAST = 1000, 60  # reports of one text, and the characters that each of so many has at least


def segment(editor: Editor, region: Span) -> list[Span]:
    """The raw regions of the reports in `region`, in order; together they cover it."""
    view = editor.view(region)
    lines = hard_lines(view.text)
    if len(lines) < 4:
        at = _province_shift(view.text)
        edge = view.raw(at, at + 1).start if at else region.end
        return [Span(region.start, edge), Span(edge, region.end)] if at else [region]
    starts = sorted({0, *_starts(lines)})
    if len(starts) > _MANY and len(view.text) < len(starts) * _LEAST:
        return [region]  # a list of names or of titles
    starts = sorted({*starts, *_place_shifts(lines, starts)})
    edges = [
        region.start,
        *(view.raw(lines[i].span.start, lines[i].span.end).start for i in starts if i),
        region.end,
    ]
    return [Span(a, b) for a, b in itertools.pairwise(edges) if b > a]


def _starts(lines: Sequence[Line]) -> set[int]:
    found: set[int] = set()
    after = [*itertools.accumulate((len(line.text) for line in reversed(lines)), initial=0)][::-1]
    for at, line in enumerate(lines):
        before = lines[at - 1] if at else None
        if _OFFICE.match(line.text) and before is not None and _titleish(before.text) and at >= 2:
            found.add(at - 1)
        elif _SIGNED.match(line.text):
            following = lines[at + 1].text if at + 1 < len(lines) else ""
            under_title = before is not None and _titleish(before.text) and len(following) >= 20
            if under_title:
                top = at - 2 if before is not None and before.text.startswith("—") and at >= 2 else at - 1
                found |= {top} if top else set()
            elif not under_title and at + 1 < len(lines) and after[at + 1] >= 80:
                found.add(at + 1)
        elif _DATELINE.match(line.text) and before is not None and _titleish(before.text) and at >= 2:
            found.add(at - 1)
    found |= _placed_titles(lines)
    return {i for i in found if after[i] >= 60}


def _placed_titles(lines: Sequence[Line]) -> set[int]:
    """Title-like lines behind a finished paragraph that bring in a place which stays."""
    found = set()
    text = "".join(line.text for line in lines)
    ends = [*itertools.accumulate(len(line.text) for line in lines)]
    first = cache(text.find)
    for at in range(2, len(lines) - 2):
        title = lines[at].text
        if not (
            10 <= len(title) <= 50
            and _titleish(title)
            and _ends(lines[at - 1])
            and len(lines[at + 1].text) > 14
        ):
            continue
        for mention in gazetteer().mentions(title):
            word = mention.word
            fresh = mention.level >= COUNTY and first(word) + len(word) > ends[at - 1]
            if fresh and mention.span.start <= 6 and text.count(word, ends[at]) >= 3:
                found.add(at)
    return found


_CRAWLED = re.compile(r"^[^，。]{0,60}，正文[：:](?:\s*原标题[：:])?")


def _titleish(text: str) -> bool:
    text = _CRAWLED.sub("", text)
    text = printed_twice(text) or text
    return 6 <= len(text) <= 60 and text[-1] not in "。；，、：:,;" and "。" not in text


def _ends(line: Line) -> bool:
    return line.text[-1:] in "。！？”」）)" or _SIGNED.match(line.text) is not None


def _counties(text: str) -> set[str]:
    """County-level names that `text` names, each by one canonical form."""
    found = set()
    for mention in gazetteer().mentions(text):
        counties = {c.county for c in mention.candidates if c.county and c.town is None}
        if len(counties) == 1 and len(mention.word) >= 2:
            found.update(counties)
    return found


def _place_shifts(lines: Sequence[Line], starts: list[int]) -> set[int]:
    """Paragraphs at which one county's report ends and another's begins without a title or a signature."""
    found: set[int] = set()
    counties = cache(_counties)  # the lines of a long text are often the same few
    edges = [*starts, len(lines)]
    for low, high in itertools.pairwise(edges):
        if high - low < 6 or not any(_may_shift(lines, at) for at in range(low + 2, high)):
            continue
        named = [counties(line.text) for line in lines[low:high]]
        first = next((i for i, names in enumerate(named) if names), None)
        if first is None:
            continue
        actor = _actor(lines[low + first].text, named[first])
        at = _shift(lines[low:high], named, actor, first)
        if at is not None:
            found.add(low + at)
    return found


def _actor(text: str, names: set[str]) -> str | None:
    """The county that a paragraph names first."""
    where = {name: text.find(name) for name in names}
    where = {n: p for n, p in where.items() if p >= 0}
    return min(where, key=lambda n: where[n]) if where else next(iter(names), None)


def _shift(lines: Sequence[Line], named: list[set[str]], actor: str | None, first: int) -> int | None:
    """The first lead paragraph that brings in another county for good: the old one is not named again."""
    if actor is None:
        return None
    times = Counter(name for names in named for name in names)
    begins = {name: at for at, names in reversed([*enumerate(named)]) for name in names}
    gone = max((at for at, names in enumerate(named) if actor in names), default=0)
    for at in range(max(first + 2, gone + 1), len(lines)):
        if not named[at] or not _may_shift(lines, at) or any(begins[n] < at for n in named[at]):
            continue
        if any(n in lines[at].text[:120] and times[n] >= 2 for n in named[at]):
            return at
    return None


def _may_shift(lines: Sequence[Line], at: int) -> bool:
    """Whether a line opens like a report, behind a finished sentence."""
    return lines[at - 1].text[-1:] in "。！？”" and _LEAD.match(lines[at].text) is not None


_SENTENCE_END = re.compile("[。！？]”?[ \u3000\xa0]*")
_LEAST_SHIFTED = 100  # characters of each of two reports on one line


def _province_shift(text: str) -> int | None:
    """Where the second of two reports on one line begins; None where there is one.

    From there on nothing but one other province is named; each of the two has a county or a city under its
    full name, the second one twice.
    """
    named: list[tuple[str, int, bool]] = []  # the province, where, whether by a full name below it
    for mention in gazetteer().mentions(text):
        provinces = {place.province for place in mention.candidates}
        if len(provinces) == 1 and (province := provinces.pop()):
            named.append(
                (province, mention.span.start, mention.level in (CITY, COUNTY) and not mention.short)
            )
    runs = [[*run] for _, run in itertools.groupby(named, key=itemgetter(0))]
    if len(runs) != 2 or any(
        sum(full for *_, full in run) < least for least, run in zip((1, 2), runs, strict=True)
    ):
        return None
    ends = [match.end() for match in _SENTENCE_END.finditer(text, 0, runs[1][0][1])]
    at = ends[-1] if ends else 0
    apart = runs[0][-1][1] < at and min(at, len(text) - at) >= _LEAST_SHIFTED
    return at if apart and _LEAD.match(text[at : at + 4]) else None
