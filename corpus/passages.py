"""From a report to passages: one measure, a part of a long one, or short neighbours of one section."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise, takewhile, zip_longest
from operator import itemgetter

from corpus.outline import LEAD_LEVEL, TURN, UNNUMBERED
from corpus.types import Locality, Passage, Report, Section, Span

CRUMB = 60
LEAD = 40  # characters of a sentence that announces a paragraph
SHORT, LONG = 120, 350  # characters; howto-dev and ncpqa-dev fared no better with 80–250 or 200–500
_SAYS_SOMETHING = 18  # characters of a numbered line that is a sentence rather than a heading
_SENTENCE = re.compile(
    r"[^。！？!?\n]*(?:[。！？!?]+[”」』）)》\"]*(?:\s?[（(](?:责任|牵头|配合|由)[^（）()\n]{2,90}[）)])?|\n|$)"
)


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
    chunks = _merged(list(_chunks(report.text, report.sections)))
    spans = [(span, c) for c in chunks for span in _packed(report.text, c.span)]
    if not spans and report.text.strip():
        spans = [(Span(0, len(report.text)), _Chunk(Span(0, len(report.text)), (), None, 0, ()))]
    gaps = [(at, gap, bool(gap.of(raw).strip("\r\n"))) for at, gap in report.runs.gaps()]
    return tuple(_passage(report, n, span, chunk, gaps) for n, (span, chunk) in enumerate(spans, 1))


_at = itemgetter(0)  # where a gap lies in the report's text


def _passage(
    report: Report, n: int, span: Span, chunk: _Chunk, gaps: list[tuple[int, Span, bool]]
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
        heading_path=chunk.shown,
        cuts=tuple(at for at, _, hard in inside if hard),
        breaks=tuple((at, len(gap)) for at, gap, _ in inside),
        measure=chunk.measure or (chunk.shown[-1] if chunk.shown else None),
    )


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
                above = tuple(_bare(h.heading) for h in path if h.level < LEAD_LEVEL)
                yield _Chunk(span, above, measure, top if low == start else span.start, above)
        if head is None:
            return
        while path and path[-1].level >= head.level:
            path.pop()
        path.append(head)
        alone = head.level == UNNUMBERED or (
            head.level < LEAD_LEVEL
            and not text[head.body.start : head.body.start + 1].strip()
            and (head.heading[-1:] not in "。！" or len(head.heading) < _SAYS_SOMETHING)
        )
        empty = at + 1 < len(found) and found[at + 1].span.start - head.body.start <= 2
        start = head.body.start if alone and not (empty and head.level >= 4) else head.span.start
        top = head.span.start
        measure = _bare(head.heading) if head.level >= 4 else None


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


_SAID = re.compile(
    r"(?:[^“”，。：]{2,28}，)?[^“”，。：]{2,28}(?:说道?|表示|介绍|坦言|感[叹慨]|笑道|告诉记者)[。！]$"
)  # behind 「…。”」


def sentence_spans(text: str, span: Span) -> list[Span]:
    """The sentences of a stretch, blanks at their ends left out; a quotation of several is one sentence."""
    out: list[Span] = []
    for match in _SENTENCE.finditer(text, span.start, span.end):
        piece = _trim(text, match.start(), match.end())
        if not len(piece):
            continue
        if (
            out
            and (_quotes(text, out[-1]) or _spoken_by(text, out[-1], piece))
            and piece.end - out[-1].start <= LONG
        ):
            out[-1] = Span(out[-1].start, piece.end)
        else:
            out.append(piece)
    return out


def _quotes(text: str, span: Span) -> bool:
    """Whether a quotation that begins in `span` is still open at its end."""
    said = span.of(text)
    return said.count("“") > said.count("”")


def _spoken_by(text: str, span: Span, piece: Span) -> bool:
    """Whether `piece` only says who spoke the quotation that `span` ends with."""
    return text[span.end - 1 : span.end] == "”" and _SAID.match(piece.of(text)) is not None


def _packed(text: str, span: Span) -> list[Span]:
    """A chunk cut at sentence ends into about equal parts of at most `LONG` characters."""
    if len(span) <= LONG:
        return [span]
    parts = -(-len(span) // LONG)
    want = len(span) / parts
    out: list[Span] = []
    start = end = span.start
    before: Span | None = None
    for sentence in (s for x in sentence_spans(text, span) for s in _bounded(text, x)):
        if end - start >= CRUMB and sentence.end - start > max(want * 1.15, SHORT):
            leads = before is not None and before.start - start >= CRUMB and _leads(text, before, sentence)
            cut = before.start if before is not None and leads else sentence.start
            out.append(_trim(text, start, cut))
            start = cut
        before, end = sentence, sentence.end
    if end > start:
        tail = _trim(text, start, end)
        if out and len(tail) < SHORT // 2 and tail.end - out[-1].start <= LONG + SHORT:
            out[-1] = Span(out[-1].start, tail.end)
        else:
            out.append(tail)
    return out


_NUMBERED_LEAD = re.compile(
    r"——|(?:[一二三四五六七八九十]{1,2}(?:是|要)|第[一二三四五六七八九十][，、]|其[一二三四五][，是])"
)
_TWO_HALVES = re.compile(r"[^，。、；：！？\s“]{4,12}，[^，。、；：！？\s”]{4,12}。")
_NO_LEAD = re.compile(r"[了着过你我他她]|说|\d")
# a short sentence that begins with what is done announces the longer one that says how
_DOES = re.compile(
    r"(?:打造|构建|建设|推进|推动|加快|加强|加大|深化|完善|优化|强化|提升|提高|健全|落实|做好|做强|做优|发展|实施|扩大|促进|培育|壮大"
    r"|保障|持续|大力|全面|深入|积极|稳步|扎实|着力|坚持|抓好|严格|创新|拓展|激发|增强|统筹)[^，。、；：！？\s“”]{3,14}。"
)
_TOLD_BY = 40  # characters of the sentence behind it


def _leads(text: str, sentence: Span, following: Span) -> bool:
    """Whether a short sentence announces what follows: the first of its line, or built like a heading."""
    if len(sentence) > LEAD or "\n" in text[sentence.start : following.start]:
        return False
    said = sentence.of(text)
    first = text[sentence.start - 1 : sentence.start] == "\n"
    built = _TWO_HALVES.fullmatch(said) is not None and _NO_LEAD.search(said) is None
    does = len(following) >= _TOLD_BY and _DOES.fullmatch(said) is not None and _NO_LEAD.search(said) is None
    return first or built or does or _NUMBERED_LEAD.match(said) is not None


def _bounded(text: str, sentence: Span) -> list[Span]:
    """A sentence too long for one passage, cut at semicolons, or at commas where it has none."""
    if len(sentence) <= LONG:
        return [sentence]
    said = sentence.of(text)
    stops = r"[；;]|$" if re.search(r"[；;]", said) else r"[，、,]|$"
    out, start = [], sentence.start
    for match in re.finditer(stops, said):
        end = sentence.start + match.end()
        if end - start >= LONG * 2 // 3 or match.end() == len(sentence):
            if end > start:
                out.append(Span(start, end))
            start = end
    return out
