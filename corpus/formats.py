"""Readers for formats with markup. Each gives the text as extracted, its rows, and the headings the format marks."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

from corpus.errors import UnreadableFile
from corpus.types import Record, Span


@dataclass(frozen=True, slots=True)
class Extracted:
    """What a reader gives: offsets in records and headings point into `raw`."""

    raw: str
    records: tuple[Record, ...]
    headings: tuple[tuple[int, Span], ...] = ()
    problems: tuple[str, ...] = ()


Reader = Callable[[bytes, str], Extracted]


def read_html(data: bytes, doc: str) -> Extracted:
    """A web page: trafilatura keeps the article and drops menus, footers and scripts."""
    import trafilatura

    text = trafilatura.extract(data, include_comments=False, include_tables=True, favor_recall=True) or ""
    if not text.strip():
        raise UnreadableFile(f"{doc}：网页里没有找到正文。", "请打开网页，复制正文另存为 .txt 后再添加。")
    meta = trafilatura.extract_metadata(data)
    fields = []
    if meta is not None:
        fields = [(k, v) for k, v in (("title", meta.title), ("date", meta.date)) if v]
    whole = Span(0, len(text))
    return Extracted(text, (Record(whole, (whole,), tuple(fields)),))


def read_jsonl(data: bytes, doc: str) -> Extracted:
    """One report a line, with keys such as title, date, source, text (Chinese or English)."""
    from corpus.load import column_names, decode

    parts: list[str] = []
    records: list[Record] = []
    problems: list[str] = []
    at = 0
    for number, line in enumerate(decode(data, doc).splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError:
            problems.append(f"第 {number} 行不是有效的 JSON，已跳过。")
            continue
        columns = column_names([str(k) for k in row]) if isinstance(row, dict) else {}
        values = list(row.values()) if isinstance(row, dict) else []
        body = str(values[columns["body"]] or "") if "body" in columns else ""
        if not body.strip():
            problems.append(f"第 {number} 行没有正文，已跳过。")
            continue
        fields = tuple((k, str(values[i])) for k, i in columns.items() if k != "body" and values[i])
        span = Span(at, at + len(body))
        records.append(Record(span, (span,), fields))
        parts.append(body + "\n")
        at += len(body) + 1
    if not records:
        raise UnreadableFile(f"{doc}：没有一行含有正文。", "每行应是一个 JSON 对象，含 title、date、source、text。")
    return Extracted("".join(parts), tuple(records), problems=tuple(problems))


READERS: dict[str, tuple[str, Reader]] = {
    ".html": ("text/html", read_html),
    ".htm": ("text/html", read_html),
    ".jsonl": ("application/jsonl", read_jsonl),
}
