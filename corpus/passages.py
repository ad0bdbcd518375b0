"""From a report to passages: one measure, a part of a long one, or short neighbours of one section."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Container, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise, takewhile, zip_longest
from operator import itemgetter

from corpus.costs import starts_item
from corpus.cuts import CRUMB, LONG, SHORT, packed
from corpus.headings import LEAD_LEVEL, UNNUMBERED
from corpus.lines import NUMBERED
from corpus.outline import TURN
from corpus.types import Locality, Passage, Report, Section, Span

_SAYS_SOMETHING = 18  # characters of a numbered line that is a sentence rather than a heading


@dataclass(frozen=True, slots=True)
class _Chunk:
    span: Span
    path: tuple[str, ...]  # headings above, lead phrase left out
    measure: str | None
    top: int  # where its own heading begins, where that stands alone in front of it; else span.start
    shown: tuple[str, ...]  # the headings that all of it stands under; `path` is that of its first words


def context_line(locality: Locality, title: str | None, heading_path: tuple[str, ...]) -> str:
    """What stands in front of a passage when it is embedded and tokenized: place, title, heading path.

    >>> context_line(Locality("辽宁省", "阜新市", "彰武县"), "一网统管", ("主要做法",))
    '辽宁省阜新市彰武县｜一网统管｜主要做法'
    """
    place = "".join(x for x in locality.levels if x)
    return "｜".join(x for x in (place, title, *heading_path) if x)


def passages(report: Report, raw: str) -> tuple[Passage, ...]:
    """The passages of a report, in order. None crosses a section; together they hold every sentence."""
    chunks = _merged(_led_in(report.text, list(_chunks(report.text, report.sections))))
    spans = [(span, c) for c in chunks for span in packed(report.text, c.span)]
    if not spans and report.text.strip():
        spans = [(Span(0, len(report.text)), _Chunk(Span(0, len(report.text)), (), None, 0, ()))]
    gaps = [(at, gap, bool(gap.of(raw).strip("\r\n"))) for at, gap in report.runs.gaps()]
    leading = _leading(chunks)
    return tuple(
        _passage(report, n, span, chunk, _path(report.text, span, chunk, leading), gaps)
        for n, (span, chunk) in enumerate(spans, 1)
    )


_at = itemgetter(0)  # where a gap lies in the report's text


def _passage(
    report: Report,
    n: int,
    span: Span,
    chunk: _Chunk,
    path: tuple[str, ...],
    gaps: list[tuple[int, Span, bool]],
) -> Passage:
    first, end = bisect_right(gaps, span.start, key=_at), bisect_left(gaps, span.end, key=_at)
    inside = [(at - span.start, gap, hard) for at, gap, hard in gaps[first:end]]
    return Passage(
        passage=f"{report.report}:{n}",
        report=report.report,
        doc=report.doc,
        text=span.of(report.text),
        span=span,
        raw_span=report.runs.raw_span(span),
        heading_path=tuple(filter(_named, path)),
        cuts=tuple(at for at, _, hard in inside if hard),
        breaks=tuple((at, len(gap)) for at, gap, _ in inside),
        measure=next(filter(_named, (chunk.measure or "", *reversed(chunk.shown))), None),
    )


def _named(heading: str) -> bool:
    """Whether a heading says more than its number: no 「（二）」 alone, as parts of a feature have."""
    number = NUMBERED.match(heading)
    return bool(heading) and (number is None or number.end() < len(heading))


def _leading(chunks: list[_Chunk]) -> frozenset[tuple[tuple[str, ...], str]]:
    """(headings above, lead phrase) of the measures that their section tells in parallel, three or more."""
    found = {(c.path, c.measure) for c in chunks if c.measure and c.measure not in c.path}
    heads = {(path, lead) for path, lead in found if _HEADLIKE.fullmatch(lead)}
    sections = Counter(path for path, _ in heads)
    return frozenset((path, lead) for path, lead in heads if sections[path] >= _PARALLEL)


_PARALLEL = 3
_CARRIED = 2000  # characters behind a lead phrase; no honest paragraph is as long
_HEADLIKE = re.compile(r"(?:[一二三四五六七八九十]{1,2}(?:是|要))?(?:[^“”了着过吗呢你他她是]|“[^“”]{1,12}”)+")


def _path(text: str, span: Span, chunk: _Chunk, leading: Container[object]) -> tuple[str, ...]:
    """The headings above a passage; the lead phrase too, where it opens the paragraph that goes on here."""
    lead = chunk.measure if span.start > chunk.span.start else None
    far = span.start - chunk.span.start > _CARRIED
    if not lead or far or (chunk.path, lead) not in leading or starts_item(text, span.start):
        return chunk.shown
    told = text[chunk.span.start + len(lead) + 2 : span.start].rstrip("\n")
    apart = "\n" in told or _NEW_PARAGRAPH.search(told) or text[span.start - 1] in "\n \u3000\xa0"
    return chunk.shown if apart else (*chunk.shown, lead)


_NEW_PARAGRAPH = re.compile(r"[。！？”）][ \u3000\xa0]{2}")


def _chunks(text: str, found: tuple[Section, ...]) -> Iterator[_Chunk]:
    """Stretches between headings. A heading that stands alone is context, not text; one run in is both."""
    path: list[Section] = []
    start = top = 0
    measure = None
    for at, head in enumerate([*found, None]):
        end = head.span.start if head is not None else len(text)
        for low, high in _parts(text, path, start, end):
            while path and path[-1].span.end <= low:
                path.pop()
                measure = None
            span = _trim(text, low, high)
            if len(span):
                shown = tuple(_bare(h.heading) for h in path if h.level < LEAD_LEVEL)
                yield _Chunk(span, shown, measure, top if low == start else span.start, shown)
        if head is None:
            return
        while path and path[-1].level >= head.level:
            path.pop()
        path.append(head)
        above = _stands_alone(text, head) and not _says_all(text, head, found[at + 1 : at + 2])
        start = head.body.start if above else head.span.start
        top = head.span.start
        measure = _bare(head.heading) if head.level >= 4 else None


def _stands_alone(text: str, head: Section) -> bool:
    """Whether a heading has its line to itself and is shown above the text; one run in is part of it."""
    if head.level >= LEAD_LEVEL or _ARTICLE.fullmatch(head.heading):
        return False  # an article's bare number is what it is cited by
    if head.level == UNNUMBERED and not NUMBERED.match(head.heading):
        return True
    short = head.heading[-1:] not in "。！" or len(head.heading) < _SAYS_SOMETHING
    return short and not text[head.body.start : head.body.start + 1].strip()


_ARTICLE = re.compile(r"第[一二三四五六七八九十百]+条")


def _says_all(text: str, head: Section, following: tuple[Section, ...]) -> bool:
    """Whether a numbered heading is all that its section says: 「（一）某某市红十字会」 in a list."""
    if not NUMBERED.match(head.heading):
        return False
    end = following[0].span.start if following else len(text)
    deeper = bool(following) and following[0].level > head.level
    return not deeper and not text[head.body.start : end].strip()


def _parts(text: str, path: list[Section], start: int, end: int) -> Iterator[tuple[int, int]]:
    """A stretch without headings, cut where a section above it ends before the next one begins."""
    ends = {s.span.end for s in path} | {turn.start() for turn in TURN.finditer(text, start, end)}
    cuts = (at for at in sorted(ends) if start < at < end and text[start:at].strip())
    yield from pairwise([start, *cuts, end])


def _bare(heading: str) -> str:
    return heading.strip().rstrip("。：:")


def _trim(text: str, start: int, end: int) -> Span:
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip())
    return Span(start + left, start + left + len(piece.strip()))


_LEADS_IN = re.compile(r"(?<=[。！？；”\n])[^。！？；\n]{2,60}[：:]$")


def _led_in(text: str, chunks: list[_Chunk]) -> list[_Chunk]:
    """The chunks, with a lead-in at the end of one put in front of the measures that it announces."""
    out: list[_Chunk] = []
    for chunk in chunks:
        last = out[-1] if out else None
        if last is not None and last.path == chunk.path and chunk.top == chunk.span.start:
            start = _lead_in(text, last.span)
            if start is not None:
                kept = _trim(text, last.span.start, start)
                out[-1:] = [replace(last, span=kept)] if len(kept) else []
                chunk = replace(chunk, span=Span(start, chunk.span.end), top=start)
        out.append(chunk)
    return out


def _lead_in(text: str, span: Span) -> int | None:
    """Where the lead-in begins that a stretch ends with; a bare 各位代表！ is one, too."""
    if TURN.fullmatch(text, span.start, span.end):
        return span.start
    if text[span.end - 1] not in "：:":
        return None
    if len(span) <= CRUMB:
        return span.start
    found = _LEADS_IN.search(text, span.end - CRUMB - 2, span.end)
    return found.start() if found else None


def _merged(chunks: list[_Chunk]) -> list[_Chunk]:
    """Short neighbours of one section together, as long as they stay short."""
    out: list[_Chunk] = []
    for chunk, following in zip_longest(chunks, chunks[1:]):
        last = out[-1] if out else None
        if (
            last is not None
            and (_home(last) == _home(chunk) or _crumb(last, chunk))
            and not _leads_section(last, chunk, following)
            and min(len(last.span), len(chunk.span)) < SHORT
            and chunk.span.end - last.span.start <= LONG
        ):
            out[-1] = _joined(last, chunk)
        else:
            out.append(chunk)
    return out


def _joined(last: _Chunk, chunk: _Chunk) -> _Chunk:
    """Two chunks as one, under the headings that they share; one that only the first has goes with it."""
    pairs = zip(last.shown, chunk.path, strict=False)
    shown = tuple(a for a, _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    start = last.span.start if shown == last.shown else last.top
    return _Chunk(Span(start, chunk.span.end), last.path, last.measure, start, shown)


def _leads_section(last: _Chunk, chunk: _Chunk, following: _Chunk | None) -> bool:
    """Whether a few words under a new heading introduce what follows under the same heading."""
    fresh = chunk.path != last.path and len(chunk.span) < CRUMB
    return fresh and following is not None and following.path[: len(chunk.path)] == chunk.path


def _crumb(last: _Chunk, chunk: _Chunk) -> bool:
    """A few words under a heading of their own, which mean little without their neighbour."""
    crumb = min(len(last.span), len(chunk.span)) < CRUMB
    return crumb and bool(last.path) and bool(chunk.path) and last.path[:-1] == chunk.path[:-1]


def _home(chunk: _Chunk) -> tuple[str, ...]:
    """The section that a chunk lies in, its own numbered heading left out."""
    return chunk.path[:-1] if chunk.measure and chunk.path and chunk.path[-1] == chunk.measure else chunk.path
