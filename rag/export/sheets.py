"""Excel (.xlsx): a row a piece; the comparison; the sources."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from rag.basket import Piece
from rag.export import contents as d
from rag.export.pack import dated, day
from rag.export.text import cell, lines

_HEAD = PatternFill("solid", fgColor="1F6F63")
_NOTE = PatternFill("solid", fgColor="FFF6DC")
_EDGE = Border(*(Side("thin", color="D8D4CC") for _ in range(4)))
_FONT = "微软雅黑"
_LINE = 16.5  # points that a line of 10.5 pt takes
_TALLEST = 409.0  # points: Excel's own limit
_MOST = 32_000  # characters of a cell; Excel's limit is 32,767


def render(found: d.Dossier, pieces: Sequence[Piece]) -> bytes:
    """The dossier as a workbook; `pieces` are those it was made from."""
    book = Workbook()
    book.properties.creator = "他山"
    book.properties.title = cell(found.title)
    book.properties.created = day(found.date).replace(tzinfo=None)
    first = book.active
    assert isinstance(first, Worksheet)
    _pieces(first, found, pieces)
    _comparison(book.create_sheet("对比"), found.table)
    _sources(book.create_sheet("来源"), found)
    out = io.BytesIO()
    book.save(out)
    return dated(out.getvalue(), found.date)


def _pieces(sheet: Worksheet, found: d.Dossier, pieces: Sequence[Piece]) -> None:
    sheet.title = "素材"
    numbers = {(note.quote.report, note.quote.span, note.quote.text): note.n for note in found.notes}
    rows = []
    for at, piece in enumerate(pieces, 1):
        notes = [numbers[(q.report, q.span, q.text)] for q in piece.quotes]
        rows.append([str(at), *_piece(piece, notes)])
    heads = ("序号", "类型", "地方", "做法名称", "原文", "出处编号", *_FACTS, "位置", "状态", d.NOTE, "所问")
    _fill(sheet, heads, rows, (6, 8, 22, 22, 60, 10, 30, 12, 20, 28, 20, 12, 30, 24))
    for row in sheet.iter_rows(min_row=2, min_col=13, max_col=13):
        row[0].fill = _NOTE


_FACTS = ("标题", "日期", "来源", "文件")


def _piece(piece: Piece, notes: Sequence[int]) -> list[str]:
    """One row; where a piece quotes several reports, a line for each."""
    numbered = list(zip(piece.quotes, notes, strict=True))
    reports = list({q.report: q for q in piece.quotes}.values())
    return [
        str(piece.kind),
        piece.place,
        piece.measure,
        "\n".join((f"{q.column}：" if q.column else "") + q.text + d.mark(n) for q, n in numbered),
        d.marks(notes),
        "\n".join(f"《{q.title}》{d.MADE if q.title_made else ''}" for q in reports),
        "\n".join(q.date or "未注明" for q in reports),
        "\n".join(q.source or "未注明" for q in reports),
        "\n".join(q.doc for q in reports),
        "\n".join(f"{d.mark(n)}第{q.span.start + 1}—{q.span.end}字" for q, n in numbered),
        d.CHANGED if any(q.changed for q in piece.quotes) else "一致",
        piece.note,
        piece.topic,
    ]


def _comparison(sheet: Worksheet, table: d.Table) -> None:
    rows = [[place, *("\n".join(map(_said, one)) for one in cells)] for place, cells in table.rows]
    _fill(sheet, table.columns, rows, (22, *[44 - 3 * len(table.columns)] * (len(table.columns) - 1)))
    sheet.append([cell(d.LEGEND)])


def _said(said: d.Said) -> str:
    return (f"【{d.CHANGED}】" if said.changed else "") + said.text + d.marks(said.notes)


def _sources(sheet: Worksheet, found: d.Dossier) -> None:
    heads = ("编号", "标题", "地方", "日期", "来源", "文件", "位置", "引文", "状态")
    rows = []
    for note in found.notes:
        facts = [value for _, value in note.facts]
        state = d.CHANGED if note.quote.changed else "一致"
        rows.append((d.mark(note.n), note.title, *facts, note.quote.text, state))
    _fill(sheet, heads, rows, (8, 36, 24, 14, 24, 32, 18, 60, 12))


def _fill(
    sheet: Worksheet, heads: Sequence[str], rows: Iterable[Sequence[str]], widths: Sequence[int]
) -> None:
    """A head that stays in view, a filter, cells that are text whatever they begin with."""
    for at, wide in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(at)].width = wide
    all_rows = [heads, *rows]
    for number, row in enumerate(all_rows, 1):
        texts = [_within(cell(value)) for value in row]
        for at, text in enumerate(texts, 1):
            one = sheet.cell(number, at, text)
            one.data_type = "s"  # never a formula
            one.quotePrefix = text.startswith("'")
            one.alignment = Alignment(wrap_text=True, vertical="top")
            one.border = _EDGE
            one.font = Font(_FONT, 10.5, bold=number == 1, color="FFFFFF" if number == 1 else "222222")
            if number == 1:
                one.fill = _HEAD
        tall = max(lines(text, wide / 2.15) for text, wide in zip(texts, widths, strict=True))
        sheet.row_dimensions[number].height = min(_TALLEST, 6 + tall * _LINE)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(widths))}{len(all_rows)}"
    sheet.sheet_view.showGridLines = False
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:1"


def _within(text: str) -> str:
    return text if len(text) <= _MOST else text[:_MOST] + "…（一格放不下，全文见 .docx）"
