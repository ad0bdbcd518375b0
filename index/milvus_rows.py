"""Between the frozen nouns and the rows that a Milvus server keeps."""

from __future__ import annotations

import base64
import hashlib
import json
import math
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from corpus import duplicates
from corpus.errors import TashanError
from corpus.types import CleanFile, Locality, Passage, Report, Span
from index import codec
from index.compute import context_of, whole
from index.milvus_server import LONGEST, Row, listed
from index.naming import shown_title
from index.tokens import Tokenizer, bigrams
from index.types import Filter, ReportHead, StoredDocument, StoredPassage, StoredReport

LEVELS = ("province", "city", "county", "town", "community")

_CODE = 6  # letters and digits of a term's code: 31 bits, what the server itself tells terms apart by
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_TIMES = 20  # a term of weight 1 stands so often in a question; weights are rounded to a twentieth
_PIECE = 60_000  # characters of packed contents in one field
_KEY = 24  # hexadecimal digits of the hash of a name


# ---- terms


def code(term: str) -> str:
    """Six letters and digits for a term: every analyzer takes them for one word and leaves them as they are.

    >>> code("积分"), code("积分") == code("积分制")
    ('3qxv0h', False)
    """
    number = int.from_bytes(hashlib.blake2b(term.encode("utf-8", "surrogatepass"), digest_size=8).digest())
    out = ""
    for _ in range(_CODE):
        number, digit = divmod(number, 36)
        out += _DIGITS[digit]
    return out


def coded(terms: Iterable[str]) -> str:
    """A text as the codes of its terms, repeats included, as many as a field holds.

    Of a very long report the repeats of its commonest terms are left out first: BM25 hardly tells ten
    occurrences from twenty. What still does not fit are terms that occur once.
    """
    counts, room = Counter(terms), LONGEST // (_CODE + 1)
    low, most = 1, max(counts.values(), default=1)
    while low < most:  # the most repeats of one term with which all of them fit
        middle = (low + most + 1) // 2
        if sum(min(count, middle) for count in counts.values()) > room:
            most = middle - 1
        else:
            low = middle
    words = [code(term) for term, count in counts.most_common(room) for _ in range(min(count, most))]
    return " ".join(words[:room])


def asked(weights: Mapping[str, float]) -> tuple[str, float]:
    """A question of weighted terms as text, and what the server's score must be divided by.

    The server weighs a term by how often it stands in the question.

    >>> asked({"甲": 1.0, "乙": 0.5})[1]
    2.0
    """
    times = {term: round(weight * _TIMES) for term, weight in weights.items()}
    least = math.gcd(*times.values()) or 1
    text = " ".join(" ".join([code(term)] * (count // least)) for term, count in times.items() if count)
    return text, _TIMES / least


def name_key(name: str) -> str:
    """A file's or report's name as a filter can hold it, whatever characters it has."""
    return hashlib.blake2b(name.encode("utf-8", "surrogatepass"), digest_size=_KEY // 2).hexdigest()


# ---- filters


def place_keys(places: Iterable[Locality]) -> list[str]:
    """Every way to name one of these places or what it lies in, levels left out included.

    >>> place_keys([Locality("辽宁省", "阜新市")])
    ['/阜新市///', '辽宁省////', '辽宁省/阜新市///']
    """
    keys = {
        "/".join(levels)
        for place in places
        for levels in product(*(("", level) if level else ("",) for level in place.levels))
    }
    return sorted(keys - {"////"})


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _inside(place: Locality) -> str:
    known = (f"{name} == {_quoted(level)}" for name, level in zip(LEVELS, place.levels, strict=True) if level)
    return f"({' and '.join(known)})"


def condition(where: Filter) -> str:
    """A filter in the server's language, over the fields of passages; empty for one that allows all.

    >>> condition(Filter(include=(Locality("辽宁省"),), since=2021))
    '((province == "辽宁省") or array_contains(further, "辽宁省////")) and year >= 2021'
    """
    parts = []
    if where.include:
        named = [place for place in where.include if place.known]
        keys = ["/".join(level or "" for level in place.levels) for place in named]
        either = [_inside(place) for place in named]
        either += [f"array_contains(further, {_quoted(key)})" for key in keys]
        parts.append(f"({' or '.join(either)})" if either else "number < 0")
    parts += [f"not {_inside(place)}" for place in where.exclude if place.known]
    if where.since:
        parts.append(f"year >= {where.since:d}")
    if where.until:
        parts.append(f"year <= {where.until:d} and year > 0")
    if where.docs:
        parts.append(f"doc_key in {listed([name_key(doc) for doc in where.docs])}")
    return " and ".join(parts)


# ---- packing


def _packed(*parts: bytes) -> str:
    """Some byte strings as one text."""
    sizes = json.dumps([len(part) for part in parts]).encode()
    return base64.b64encode(sizes + b"\n" + b"".join(parts)).decode("ascii")


def unpacked(text: str) -> list[bytes]:
    """The byte strings of `_packed`."""
    sizes, _, rest = base64.b64decode(text).partition(b"\n")
    out, at = [], 0
    for size in json.loads(sizes):
        out.append(rest[at : at + size])
        at += size
    return out


def pieces(kind: str, number: int, document: int, data: str) -> tuple[str, list[Row]]:
    """What stands in the row itself, and the rows of the rest."""
    rest = [data[at : at + _PIECE] for at in range(_PIECE, len(data), _PIECE)]
    return data[:_PIECE], [
        {"id": f"{kind}{number}-{at}", "document": document, "data": piece} for at, piece in enumerate(rest)
    ]


def dumps(value: object) -> str:
    """Compressed JSON as text."""
    return base64.b64encode(zlib.compress(json.dumps(value, ensure_ascii=False).encode("utf-8"), 6)).decode()


def loads(text: str) -> Any:
    """The value of `dumps`."""
    return json.loads(zlib.decompress(base64.b64decode(text)))


# ---- rows of a file


@dataclass(frozen=True, slots=True)
class Draft:
    """A file's rows, numbered, without vectors and clusters.

    Attributes:
        documents, reports, passages, pieces: rows by collection.
        texts: what is embedded of each passage.
    """

    documents: list[Row]
    reports: list[Row]
    passages: list[Row]
    pieces: list[Row]
    texts: list[str]


def digest_of(file: CleanFile) -> str:
    """What tells whether cleaning made the same of a file again."""
    found = hashlib.sha256(codec.document_extra(file.document, file.removed, file.problems).encode())
    for report, passages in zip(file.reports, file.passages, strict=True):
        found.update(
            repr((report, report.text, tuple(report.runs), report.sections)).encode("utf-8", "replace")
        )
        found.update(repr(passages).encode("utf-8", "replace"))
    return found.hexdigest()


def draft(
    file: CleanFile, cleaner: str, tokenizer: Tokenizer, revision: int, first: tuple[int, int, int]
) -> Draft:
    """The rows of a file; `first`: the numbers of its document, first report and first passage.

    Raises:
        TashanError: something in it is longer than a field may be.
    """
    document, report_at, passage_at = first
    out = Draft([], [], [], [], [])
    for number, (report, passages) in enumerate(zip(file.reports, file.passages, strict=True), report_at):
        out.reports.append(_report_row(out, report, number, document, revision))
        for passage in passages:
            row = _passage_row(report, passage, number, document, revision)
            text = codec.indexed_text(context_of(report, passage), passage.text)
            row |= {
                "number": passage_at + len(out.passages),
                "content": codec.content_hash(text).hex(),
                "words": coded(tokenizer.search_words(text)),
                "bigrams": coded(bigrams(text)),
            }
            out.passages.append(row)
            out.texts.append(text)
        out.reports[-1]["head"]["passages"] = len(passages)
    out.documents.append(_document_row(out, file, cleaner, document, revision))
    for row in (*out.documents, *out.reports):
        row["head"] = _dumps(row["head"])
    _check(file.document.doc, out)
    return out


def _dumps(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _check(doc: str, out: Draft) -> None:
    for row in (*out.documents, *out.reports, *out.passages):
        for value in row.values():
            if isinstance(value, str) and len(value) > LONGEST // 4 and len(value.encode()) > LONGEST:
                raise TashanError(
                    f"{doc}：有一段文字太长，Milvus 存不下。", "请把它拆开后再添加，或改用本机索引。"
                )


def _report_row(out: Draft, report: Report, number: int, document: int, revision: int) -> Row:
    place = report.locality
    shown, made = shown_title(report)
    packed = _packed(codec.pack(report.text), codec.pack(codec.report_extra(report)))
    data, rest = pieces("r", number, document, packed)
    out.pieces.extend(rest)
    text = whole(place, report.title, report.text).split("\n", 1)[1]
    return {
        "number": number, "born": revision, "document": document, "report_key": name_key(report.report),
        "cluster": number, "bands": list(duplicates.bands(report.text)), "bigrams": coded(bigrams(text)),
        "data": data, "pieces": len(rest),
        "head": {
            "report": report.report, "doc": report.doc, "title": report.title, "shown": shown, "made": made,
            "place": [*place.levels, place.code, place.confidence], "places": codec.places_of(report),
            "date": report.date, "year": codec.year_of(report.date), "source": report.source,
        },
    }  # fmt: skip


def _passage_row(report: Report, passage: Passage, number: int, document: int, revision: int) -> Row:
    spans = (passage.span.start, passage.span.end, passage.raw_span.start, passage.raw_span.end)
    place = {name: level or "" for name, level in zip(LEVELS, report.locality.levels, strict=True)}
    return {
        "born": revision, "document": document, "report": number, "doc_key": name_key(report.doc),
        "year": codec.year_of(report.date) or 0, "further": place_keys(report.also), **place,
        "data": _dumps([passage.passage, passage.text, *spans, codec.passage_extra(passage)]),
    }  # fmt: skip


def _document_row(out: Draft, file: CleanFile, cleaner: str, number: int, revision: int) -> Row:
    document = file.document
    raw = codec.raw_of(document.data, document.raw)
    extra = codec.pack(codec.document_extra(document, file.removed, file.problems))
    packed = _packed(zlib.compress(document.data, 6), raw or b"", extra)
    data, rest = pieces("d", number, number, packed)
    out.pieces.extend(rest)
    problems = [*dict.fromkeys((*document.problems, *file.problems))]
    return {
        "number": number, "born": revision, "doc_key": name_key(document.doc), "data": data,
        "pieces": len(rest),
        "head": {
            "doc": document.doc, "sha256": document.sha256, "media_type": document.media_type,
            "cleaner": cleaner, "digest": digest_of(file), "problems": problems, "decoded": raw is None,
            "reports": len(out.reports), "passages": len(out.passages), "bytes": len(packed),
        },
    }  # fmt: skip


# ---- back


def read_head(row: Row) -> ReportHead:
    """A report's head out of its row."""
    head = json.loads(row["head"])
    own, also = codec.read_places(head["place"], head["places"])
    return ReportHead(
        head["report"], head["doc"], head["title"], head["shown"], head["made"], own, also,
        head["date"], head["source"], int(row["cluster"]),
    )  # fmt: skip


def read_passage(row: Row, head: ReportHead) -> StoredPassage:
    """A passage out of its row."""
    name, text, start, stop, raw_start, raw_stop, extra = json.loads(row["data"])
    spans = Span(start, stop), Span(raw_start, raw_stop)
    passage = codec.read_passage(name, head.report, head.doc, text, *spans, extra)
    return StoredPassage(int(row["number"]), passage, head)


def read_report(data: str, head: ReportHead) -> StoredReport:
    """A whole report out of its packed contents."""
    text, extra = unpacked(data)
    runs, sections, mentioned = codec.read_extra(extra)
    return StoredReport(head, codec.unpack(text), runs, sections, mentioned)


def read_document(data: str, head: Mapping[str, Any]) -> StoredDocument:
    """A whole file out of its packed contents."""
    packed, raw, extra = unpacked(data)
    content = zlib.decompress(packed)
    text = content.decode("utf-8") if head["decoded"] else codec.unpack(raw)
    return StoredDocument(
        *codec.read_document(head["doc"], head["sha256"], head["media_type"], text, content, extra)
    )


def ranges(numbers: Iterable[int]) -> list[list[int]]:
    """Numbers as stretches, first and last of each.

    >>> ranges([3, 1, 2, 7])
    [[1, 3], [7, 7]]
    """
    out: list[list[int]] = []
    for number in sorted(numbers):
        if out and number == out[-1][1] + 1:
            out[-1][1] = number
        else:
            out.append([number, number])
    return out


def among(field: str, stretches: Sequence[Sequence[int]]) -> str:
    """A filter for the numbers in some stretches.

    >>> among("document", [[1, 3], [7, 7]])
    '(document >= 1 and document <= 3 or document >= 7 and document <= 7)'
    """
    return "(" + " or ".join(f"{field} >= {a} and {field} <= {b}" for a, b in stretches) + ")"
