"""From a file to a Document: its bytes, its characters, its rows.

Plain text keeps every decoded character, a byte-order mark included, so that offsets can be checked
against the file. Formats with markup are read by well-kept libraries (`corpus.formats`), and their
offsets point into the text as extracted.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterator
from pathlib import Path

from corpus.errors import UnreadableFile
from corpus.types import Document, Record, Span

LARGEST_BYTES = 64 * 1024 * 1024
_CELL = re.compile(r'"(?P<quoted>(?:[^"]|"")*)"|(?P<plain>[^,\r\n]*)')

COLUMNS = {
    "title": ("title", "标题", "题目", "名称"),
    "date": ("publish_date", "date", "日期", "发布日期", "发布时间", "时间", "pub_date"),
    "source": ("source", "来源", "发布机构", "publisher", "媒体"),
    "body": ("full_text", "text", "body", "content", "正文", "内容", "全文"),
    "province": ("province", "省", "省份"),
    "city": ("city", "市", "地市"),
    "county": ("county", "县", "区县", "县区"),
    "url": ("source_url", "url", "链接", "网址"),
}


def column_names(header: list[str]) -> dict[str, int]:
    """Which column holds what, by the names people give to columns in Chinese and English.

    >>> column_names(["标题", "发布日期", "正文"])
    {'title': 0, 'date': 1, 'body': 2}
    """
    names = [h.strip().strip("\ufeff").lower() for h in header]
    found = {}
    for field, aliases in COLUMNS.items():
        at = next((names.index(alias) for alias in aliases if alias in names), None)
        if at is not None:
            found[field] = at
    return found


def decode(data: bytes, doc: str) -> str:
    """Bytes to characters: UTF-8 first (a byte-order mark stays one character), then GB18030, then a guess.

    Raises:
        UnreadableFile: the bytes are not text.
    """
    if b"\x00" in data[:4096] and data[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        raise UnreadableFile(f"{doc}：不是文本文件（含二进制内容）。", "请确认文件格式后重新导出为 .txt。")
    for encoding in ("utf-8", "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return _decode_mixed(data, doc)


def _decode_mixed(data: bytes, doc: str) -> str:
    """Line by line for files whose parts were saved in different encodings."""
    lines, bad = [], 0
    for line in data.splitlines(keepends=True):
        for encoding in ("utf-8", "gb18030"):
            try:
                lines.append(line.decode(encoding))
                break
            except UnicodeDecodeError:
                continue
        else:
            lines.append(line.decode("utf-8", errors="replace"))
            bad += 1
    text = "".join(lines)
    if bad and text.count("\ufffd") > max(20, len(text) // 20):
        raise UnreadableFile(f"{doc}：无法识别文字编码。", "请用记事本另存为 UTF-8 后再添加。")
    return text


def _read_text(data: bytes, doc: str) -> tuple[str, tuple[Record, ...]]:
    raw = decode(data, doc)
    whole = Span(0, len(raw))
    return raw, (Record(whole, (whole,)),)


def cells(raw: str) -> Iterator[list[tuple[str, tuple[Span, ...]]]]:
    """The rows of a CSV text; each cell with the raw runs that hold its characters."""
    at, row = (1 if raw.startswith("\ufeff") else 0), []
    while at < len(raw):
        match = _CELL.match(raw, at)
        assert match is not None  # the plain branch matches the empty string
        name = "quoted" if match["quoted"] is not None else "plain"
        start, end = match.span(name)
        row.append((match[name].replace('""', '"') if name == "quoted" else match[name], _unquoted(raw, start, end)))
        at = match.end()
        if at < len(raw) and raw[at] not in ",\r\n":  # text behind a closing quote: take it as it is
            at = next((i for i in range(at, len(raw)) if raw[i] in ",\r\n"), len(raw))
        if at < len(raw) and raw[at] == ",":
            at += 1
            if at == len(raw):
                row.append(("", ()))
            continue
        at += 2 if raw[at : at + 2] == "\r\n" else 1
        yield row
        row = []
    if row:
        yield row


def _unquoted(raw: str, start: int, end: int) -> tuple[Span, ...]:
    """A quoted cell's runs: the second of two quotation marks is left out."""
    spans, low = [], start
    for match in re.finditer('""', raw[start:end]):
        spans.append(Span(low, start + match.start() + 1))
        low = start + match.end()
    spans.append(Span(low, end))
    return tuple(s for s in spans if len(s))


def _read_csv(data: bytes, doc: str) -> tuple[str, tuple[Record, ...]]:
    raw = decode(data, doc)
    rows = list(cells(raw))
    columns = column_names([value for value, _ in rows[0]]) if rows else {}
    if "body" not in columns:
        raise UnreadableFile(
            f"{doc}：表格里没有找到正文列。", "请把列名写成 标题、日期、来源、正文（或 title、date、source、text）。"
        )
    records = []
    for row in rows[1:]:
        if len(row) <= columns["body"] or not row[columns["body"]][0].strip():
            continue
        spans = [span for _, runs in row for span in runs]
        fields = tuple(
            (name, row[at][0].strip()) for name, at in columns.items() if name != "body" and at < len(row)
        )
        records.append(Record(Span(spans[0].start, spans[-1].end), row[columns["body"]][1], fields))
    if not records:
        raise UnreadableFile(f"{doc}：表格里没有一行有正文。", "请检查表格内容。")
    return raw, tuple(records)


_READERS = {
    ".txt": ("text/plain", _read_text),
    ".md": ("text/markdown", _read_text),
    ".csv": ("text/csv", _read_csv),
}


def suffixes() -> tuple[str, ...]:
    """The file endings that can be read."""
    from corpus import formats

    return (*_READERS, *formats.READERS)


def load(path: Path, root: Path | None = None) -> Document:
    """Read one file.

    Args:
        path: the file.
        root: the folder that ``Document.doc`` is relative to; the file's own folder when None.

    Raises:
        UnreadableFile: empty, too large, of an unknown format, or damaged; the message says which.
    """
    doc = doc_name(path, root)
    try:
        size = path.stat().st_size
        if size > LARGEST_BYTES:
            raise UnreadableFile(
                f"{doc}：文件过大（{size / 1e6:.0f} MB，上限 {LARGEST_BYTES / 1e6:.0f} MB）。", "请拆分后再添加。"
            )
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableFile(f"{doc}：无法打开（{error.strerror}）。", "请检查文件是否存在、是否有读取权限。") from error
    return read_bytes(data, doc)


def read_bytes(data: bytes, doc: str) -> Document:
    """A Document from bytes that are already in memory; `doc` names it and its ending tells the format."""
    from corpus import formats

    if not data.strip():
        raise UnreadableFile(f"{doc}：文件是空的。", "请检查导出是否成功。")
    suffix = Path(doc).suffix.lower()
    digest = hashlib.sha256(data).hexdigest()
    if suffix in _READERS:
        media, reader = _READERS[suffix]
        raw, records = reader(data, doc)
        return Document(doc, digest, media, raw, data, records)
    if suffix in formats.READERS:
        media, read = formats.READERS[suffix]
        got = read(data, doc)
        return Document(doc, digest, media, got.raw, data, got.records, got.headings, got.problems)
    raise UnreadableFile(f"{doc}：暂不支持的格式（{suffix or '无扩展名'}）。", f"可用：{' '.join(suffixes())}。")


def doc_name(path: Path, root: Path | None) -> str:
    """The name a file goes by: its path relative to `root`, with forward slashes."""
    if root is not None:
        try:
            return path.resolve().relative_to(root.resolve()).as_posix()
        except ValueError:
            pass
    return path.name


def csv_text(rows: list[list[str]]) -> str:
    """Rows as CSV text (for tables that come without characters of their own)."""
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue()
