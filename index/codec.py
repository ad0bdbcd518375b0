"""Between the frozen nouns of corpus/types.py and the rows of the catalog. JSON and zlib, no pickle."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Sequence
from typing import Any

from corpus.types import Document, Locality, Passage, Record, Removal, Report, Runs, Section, Span


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
