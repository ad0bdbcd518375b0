"""Tables with one report a row: .csv, .jsonl, .xlsx. Columns are known by the names people give them."""

from __future__ import annotations

import datetime
import io
import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from corpus.archive import check_office
from corpus.decode import decode, lost
from corpus.errors import UnreadableFile
from corpus.extracted import Extracted
from corpus.types import Record, Span

_NAMES = """
title     title headline 标题 题目 名称 题名 报告标题 文章标题 案例标题 案例名称
date      publish_date pub_date date 日期 发布日期 发布时间 时间 发表日期 报送时间 成文日期
source    source publisher 来源 信息来源 发布机构 发布单位 报送单位 单位 媒体
body      full_text text body content 正文 内容 全文 文本 报告正文 案例正文 案例内容 主要做法 做法
province  province 省 省份 所属省份 省（区、市）
city      city 市 地市 城市 地级市 市州
county    county 县 区县 县区 县市区 县（市、区） 区
url       source_url url 链接 网址 原文链接
"""
COLUMNS = {field: tuple(aliases) for field, *aliases in map(str.split, _NAMES.strip().splitlines())}
_HEADER_WITHIN = 10  # rows above the header: a table's own title, a note
_NAMED = 5  # so many faulty rows are named one by one
_SURROGATE = re.compile("[\ud800-\udfff]")


def column_names(header: Sequence[str]) -> dict[str, int]:
    """Which column holds what, by the names people give to columns in Chinese and English.

    >>> column_names(["标题", "发布日期", "正文"])
    {'title': 0, 'date': 1, 'body': 2}
    """
    names = [re.sub(r"\s|\*", "", h.strip("\ufeff")).lower() for h in header]
    found = {}
    for field, aliases in COLUMNS.items():
        at = next((names.index(alias) for alias in aliases if alias in names), None)
        if at is not None:
            found[field] = at
    return found


class _Faults:
    """Rows that could not be used: the first few by number, the rest counted."""

    def __init__(self) -> None:
        self._rows: dict[str, list[int]] = {}

    def add(self, number: int, why: str) -> None:
        """Note a row."""
        self._rows.setdefault(why, []).append(number)

    def problems(self, where: str = "") -> tuple[str, ...]:
        """One line a reason."""
        out = []
        for why, rows in self._rows.items():
            named = "、".join(map(str, rows[:_NAMED]))
            count = "" if len(rows) <= _NAMED else f" 等 {len(rows)} 行"
            out.append(f"{where}第 {named} 行{count}{why}，已跳过。")
        return tuple(out)


def _no_body(doc: str) -> UnreadableFile:
    return UnreadableFile(
        f"{doc}：表格里没有找到正文列。",
        "请把列名写成 标题、日期、来源、正文（或 title、date、source、text）。",
    )


def _no_rows(doc: str) -> UnreadableFile:
    return UnreadableFile(f"{doc}：表格里没有一行有正文。", "请检查表格内容。")


# --- .csv: offsets point into the file's own characters

Cell = tuple[str, tuple[Span, ...]]


def cells(raw: str, delimiter: str = ",") -> Iterator[list[Cell]]:
    """The rows of a CSV text (RFC 4180); each cell with its value and the raw runs of its characters."""
    d = re.escape(delimiter)
    pattern = re.compile(rf'"(?P<quoted>[^"]*(?:""[^"]*)*)"(?P<rest>[^{d}\r\n]*)|(?P<plain>[^{d}\r\n]*)')
    at, row = (1 if raw.startswith("\ufeff") else 0), []
    while at < len(raw):
        match = pattern.match(raw, at)
        assert match is not None  # the plain branch matches the empty string
        row.append(_quoted_cell(match) if match["quoted"] is not None else _plain_cell(match))
        at = match.end()
        if raw[at : at + 1] == delimiter:
            at += 1
            if at == len(raw):
                row.append(("", ()))
            continue
        at += 2 if raw[at : at + 2] == "\r\n" else 1
        yield row
        row = []
    if row:
        yield row


def _plain_cell(match: re.Match[str]) -> Cell:
    span = Span(*match.span("plain"))
    return match["plain"], (span,) if len(span) else ()


def _quoted_cell(match: re.Match[str]) -> Cell:
    """The second of two quotation marks is left out; what stands behind the closing mark is kept."""
    (low, end), text = match.span("quoted"), match["quoted"]
    spans = []
    for double in re.finditer('""', text):
        at = match.start("quoted") + double.start() + 1
        spans.append(Span(low, at))
        low = at + 1
    spans += [Span(low, end), Span(*match.span("rest"))]
    return text.replace('""', '"') + match["rest"], tuple(s for s in spans if len(s))


def read_csv(data: bytes, doc: str) -> Extracted:
    """A table with commas, semicolons or tabs between its cells.

    Raises:
        UnreadableFile: no column with the text, or no row with any.
    """
    raw = decode(data, doc)
    header, columns, rows = _csv_table(raw, doc)
    faults = _Faults()
    records = []
    for number, row in enumerate(rows, 1):
        if number <= header or not any(value.strip() for value, _ in row):
            continue
        body = row[columns["body"]] if columns["body"] < len(row) else ("", ())
        if not body[0].strip():
            faults.add(number, "没有正文")
            continue
        spans = [span for _, runs in row for span in runs]
        fields = [(k, row[at][0].strip()) for k, at in columns.items() if k != "body" and at < len(row)]
        records.append(
            Record(Span(spans[0].start, spans[-1].end), body[1], tuple((k, v) for k, v in fields if v))
        )
    if not records:
        raise _no_rows(doc)
    return Extracted(raw, tuple(records), problems=(*lost(raw), *faults.problems()))


def _csv_table(raw: str, doc: str) -> tuple[int, dict[str, int], list[list[Cell]]]:
    """Number of the header row, its columns, and all rows, by the delimiter that makes sense of them."""
    for delimiter in (",", "\t", ";", "；", "|"):
        if delimiter not in raw[:4000] and delimiter != ",":
            continue
        rows = list(cells(raw, delimiter))
        for at, row in enumerate(rows[:_HEADER_WITHIN]):
            columns = column_names([value for value, _ in row])
            if "body" in columns:
                return at + 1, columns, rows
    raise _no_body(doc)


# --- .jsonl


def read_jsonl(data: bytes, doc: str) -> Extracted:
    """One report a line, with keys such as title, date, source, text (Chinese or English).

    Raises:
        UnreadableFile: no line has any text.
    """
    table = _Table()
    text = decode(data, doc).lstrip("\ufeff")
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            table.faults.add(number, "不是有效的 JSON")
            continue
        if not isinstance(row, dict):
            table.faults.add(number, "不是 JSON 对象")
            continue
        table.add(number, column_names([str(k) for k in row]), [_plain(v) for v in row.values()])
    if not table.records:
        raise UnreadableFile(
            f"{doc}：没有一行含有正文。", "每行应是一个 JSON 对象，含 title、date、source、text。"
        )
    return table.done([*lost(text), *table.faults.problems()])


def _plain(value: Any) -> str:
    """A JSON value or a cell as text: paragraphs of a list on lines of their own, a day as ISO 8601."""
    if value is None or isinstance(value, dict | bool):
        return ""
    if isinstance(value, list):
        return "\n".join(filter(None, map(_plain, value)))
    if isinstance(value, datetime.datetime | datetime.date):
        return value.strftime("%Y-%m-%d")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return _SURROGATE.sub("\ufffd", str(value))


class _Table:
    """Reports out of rows; their texts one behind the other are the raw text."""

    def __init__(self) -> None:
        self.records: list[Record] = []
        self.faults = _Faults()
        self._parts: list[str] = []
        self._at = 0

    def add(self, number: int, columns: dict[str, int], row: Sequence[str]) -> None:
        """A row, unless it has no text."""
        body = row[columns["body"]] if columns.get("body", len(row)) < len(row) else ""
        if not body.strip():
            self.faults.add(number, "没有正文")
            return
        span = Span(self._at, self._at + len(body))
        fields = ((k, row[i].strip()) for k, i in columns.items() if k != "body" and i < len(row))
        self.records.append(Record(span, (span,), tuple((k, v) for k, v in fields if v)))
        self._parts.append(body + "\n")
        self._at = span.end + 1

    def done(self, problems: Sequence[str]) -> Extracted:
        """All rows."""
        return Extracted("".join(self._parts), tuple(self.records), problems=tuple(problems))


# --- .xlsx


def read_xlsx(data: bytes, doc: str) -> Extracted:
    """Every sheet that has a column with texts.

    Raises:
        UnreadableFile: damaged, unsafe, or no sheet with such a column.
    """
    import openpyxl

    check_office(data, doc)
    table, problems, known = _Table(), [], False
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    for sheet in book.worksheets:
        table.faults = _Faults()
        found = _read_sheet(sheet, table)
        known = known or found is True
        if found is False:
            problems.append(f"工作表“{sheet.title}”没有正文列，已跳过。")
        problems.extend(table.faults.problems(f"工作表“{sheet.title}”"))
    if not table.records:
        raise _no_rows(doc) if known else _no_body(doc)
    return table.done(problems)


def _read_sheet(sheet: Any, table: _Table) -> bool | None:
    """Add a sheet's rows. True when it has a column with texts, False when not, None when it is empty."""
    sheet.reset_dimensions()  # a wrong size in the file would cut off rows
    columns: dict[str, int] | None = None
    empty = True
    for number, values in enumerate(sheet.iter_rows(values_only=True), 1):
        row = [_plain(value) for value in values]
        if not any(value.strip() for value in row):
            continue
        empty = False
        if columns is not None:
            table.add(number, columns, row)
            continue
        named = column_names(row)
        if "body" in named:
            columns = named
        elif number >= _HEADER_WITHIN:
            return False
    return None if empty else columns is not None
