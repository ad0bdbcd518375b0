"""Between the frozen nouns of corpus/types.py and the rows of the catalog. JSON and zlib, no pickle."""

from __future__ import annotations

import hashlib
import json
import re
import zlib
from collections.abc import Sequence
from typing import Any

from corpus.types import Document, Locality, Passage, Record, Removal, Report, Runs, Section, Span

_CHINESE = "一二三四五六七八九十"
_NUMBERING = re.compile(rf"^\s*(?:第?[{_CHINESE}]+[是、.．]|[（(][{_CHINESE}\d]+[)）]|\d+[、.．])\s*")
_PHRASE_END = re.compile(r"[。！？；，\n]")
_SHOWN_HEADING = 30  # characters of a first heading that a made title shows


def pack(text: str) -> bytes:
    """Text, compressed. Lone surrogates, which some extractors leave, survive."""
    return zlib.compress(text.encode("utf-8", "surrogatepass"), 6)


def unpack(blob: bytes) -> str:
    """The text of `pack`."""
    return zlib.decompress(blob).decode("utf-8", "surrogatepass")


def _dumps(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def content_hash(text: str) -> bytes:
    """What vectors and tokens are kept under: 16 bytes of BLAKE2b."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def indexed_text(context: str, text: str) -> str:
    """What is embedded and tokenized: the passage with its context in front."""
    return f"{context}\n{text}" if context else text


def _pair(span: Span) -> list[int]:
    return [span.start, span.end]


def raw_of(data: bytes, raw: str) -> bytes | None:
    """The raw text to keep, None when it is nothing but the bytes decoded as UTF-8."""
    try:
        if data.decode("utf-8") == raw:
            return None
    except UnicodeDecodeError:
        return pack(raw)
    return pack(raw)


def document_extra(document: Document, removed: tuple[Removal, ...], problems: tuple[str, ...]) -> str:
    """Records, headings, problems and removals as JSON; a removal's text only where it is not its span's."""
    return _dumps(
        {
            "records": [[_pair(r.span), [_pair(s) for s in r.body], r.fields] for r in document.records],
            "headings": [[level, _pair(span)] for level, span in document.headings],
            "problems": [*dict.fromkeys((*document.problems, *problems))],
            "removals": [
                [r.span.start, r.span.end, r.rule, None if r.span.of(document.raw) == r.text else r.text]
                for r in removed
            ],
        }
    )


def read_problems(extra: bytes) -> list[str]:
    """What was wrong with a document, out of its row."""
    return list(json.loads(unpack(extra))["problems"])


def read_document(
    doc: str, sha256: str, media_type: str, raw: str, data: bytes, extra: bytes
) -> tuple[Document, tuple[Removal, ...]]:
    """A document and what was removed from it, out of a row."""
    kept = json.loads(unpack(extra))
    document = Document(
        doc,
        sha256,
        media_type,
        raw,
        data,
        tuple(
            Record(Span(*span), tuple(Span(*s) for s in body), tuple((k, v) for k, v in fields))
            for span, body, fields in kept["records"]
        ),
        tuple((level, Span(*span)) for level, span in kept["headings"]),
        tuple(kept["problems"]),
    )
    removals = (
        Removal(span := Span(start, end), rule, span.of(raw) if text is None else text)
        for start, end, rule, text in kept["removals"]
    )
    return document, tuple(removals)


def places_of(report: Report) -> str:
    """The words that decided the report's own place, and the further places, as JSON."""
    also = [[*place.levels, place.code, place.confidence, place.evidence] for place in report.also]
    return _dumps([report.locality.evidence, also])


def read_places(own: Sequence[Any], places: str) -> tuple[Locality, tuple[Locality, ...]]:
    """A report's own place and its further places.

    Args:
        own: province, city, county, town, community, code, confidence.
        places: what `places_of` wrote.
    """
    evidence, also = json.loads(places)
    return _place(own, evidence), tuple(_place(other, other[7]) for other in also)


def _place(values: Sequence[Any], evidence: Sequence[str]) -> Locality:
    province, city, county, town, community, code, confidence = values[:7]
    return Locality(province, city, county, town, community, code, confidence, tuple(evidence))


def report_extra(report: Report) -> str:
    """Runs, sections and mentioned names as JSON."""
    return _dumps(
        {
            "runs": [_pair(run) for run in report.runs],
            "sections": [[s.heading, s.level, _pair(s.span), _pair(s.body)] for s in report.sections],
            "mentioned": report.mentioned,
        }
    )


def read_extra(extra: bytes) -> tuple[Runs, tuple[Section, ...], tuple[str, ...]]:
    """Runs, sections and mentioned names out of a report's row."""
    kept = json.loads(unpack(extra))
    sections = tuple(Section(h, level, Span(*span), Span(*body)) for h, level, span, body in kept["sections"])
    return Runs(Span(*run) for run in kept["runs"]), sections, tuple(kept["mentioned"])


def passage_extra(passage: Passage) -> str:
    """Heading path, cuts, breaks and measure as JSON."""
    return _dumps([passage.heading_path, passage.cuts, passage.breaks, passage.measure])


def read_passage(
    passage: str, report: str, doc: str, text: str, span: Span, raw_span: Span, extra: str
) -> Passage:
    """A passage out of its row."""
    path, cuts, breaks, measure = json.loads(extra)
    gaps = tuple((at, left_out) for at, left_out in breaks)
    return Passage(passage, report, doc, text, span, raw_span, tuple(path), tuple(cuts), gaps, measure)


def year_of(date: str | None) -> int | None:
    """The year of an ISO date, None where there is none.

    >>> year_of("2023-08"), year_of(None)
    (2023, None)
    """
    return int(date[:4]) if date and date[:4].isdigit() else None


def _clauses(text: str) -> list[str]:
    """The clauses of an opening; a stop inside a quotation or a title ends none."""
    out = [""]
    for piece in re.split(f"([。！？；，]”|{_PHRASE_END.pattern})", _NUMBERING.sub("", text)):
        ends = _PHRASE_END.match(piece) is not None
        if not ends or not _whole(out[-1]):
            out[-1] += piece
        if ends and _whole(out[-1]):
            out.append("")
    return out if len(out) == 1 or _whole(out[-1]) else out[:-1]


def _whole(words: str) -> bool:
    """Whether every quotation and title that opens also closes."""
    return words.count("“") <= words.count("”") and words.count("《") <= words.count("》")


def _phrase(text: str) -> str:
    """The first clause that tells of a deed, else of anything; the very first where all but lead up to it."""
    clauses = [clause.lstrip("”’」） ").rstrip() for clause in _clauses(text[:_OPENING].strip())]
    told = [clause for clause in clauses if len(clause) >= _TELLS and not _LEADS_UP.match(clause)]
    return next(filter(_DEED.search, told), told[0] if told else clauses[0])


_DEED = re.compile(
    "开展|举[行办]|召开|组织|推[出行进动广]|建[立成设]|启[动用]|设立|成立|打造|探索|实施|联合|走[进访]|创新|落[实地]|改造|整治|发布|印发|出台"
)
_OPENING = 240  # characters of a report in which a title is looked for
_TELLS = 6  # characters of a clause that can tell something
# when it was, what it was for, who says so: 近日, 为进一步提升…, 8月2日晚, “我在朋友圈看到了…
_LEADS_UP = re.compile(
    r"[“‘（(\d]|[今去本当]年|近[日期年来]|日前|当[前天日]|目前|连日|[盛炎初立入]夏|夏[日季]|暑[假期]|清晨|一大?早|"
    r"[一二三四五六七八九十]{1,3}月|为[了进深切加全持充认积有贯扎扩丰规确推]?|随着|由于|自从|本报|记者|据|活动(?:背景|现场|中)|"
    r"[^，]{0,40}(?:以来|之际|期间|背景下)$"
)


def _without_place(lead: str, place: Locality) -> str:
    """What follows the names of a place that a made title says in front of it anyway."""
    rest = lead
    for name in filter(None, place.levels):
        rest = rest.removeprefix(name).lstrip("：: ")
    return rest if len(rest) >= _TELLS else lead


def shown_title(report: Report) -> tuple[str, bool]:
    """A title to show and whether it was made: place and first heading where the report has none.

    >>> from corpus.types import NOWHERE, Runs
    >>> shown_title(Report("a.txt#1", "a.txt", None, "强化党建引领。成立党委。", Runs([Span(0, 12)])))
    ('强化党建引领', True)
    """
    if report.title and report.title.strip():
        return report.title, False
    lead = next((s.heading for s in report.sections if _whole(s.heading)), "")
    lead = _NUMBERING.sub("", lead.strip()).rstrip("。：:") or _phrase(report.text)
    lead = _without_place(lead, report.locality)
    if len(lead) > _SHOWN_HEADING:
        lead = lead[: _SHOWN_HEADING - 1] + "…"
    return "：".join(part for part in (report.locality.name, lead) if part) or report.report, True
