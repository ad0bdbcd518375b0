"""Word (.docx): headings, quotes with real endnotes, the comparison as a table, questions, sources."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Emu, Pt, RGBColor

from rag.cards import short
from rag.export import contents as d
from rag.export.endnotes import Endnotes
from rag.export.pack import dated, day
from rag.export.text import line, plain
from rag.export.word_styles import AMBER, EDGE, JADE, NOTE, QUOTE, RED, RULED, prepare, shade

Paragraph = Any  # python-docx ships no types that mypy can follow

_WIDE = Cm(24.7)  # between the margins of a page on its side
_TORN = 200


def render(found: d.Dossier) -> bytes:
    """The dossier as a document."""
    page = Document()
    prepare(page)
    page.core_properties.author = "他山"
    page.core_properties.last_modified_by = "他山"
    page.core_properties.comments = ""
    page.core_properties.title = short(line(found.title), 200)
    page.core_properties.created = page.core_properties.modified = day(found.date).replace(tzinfo=None)
    notes = Endnotes(page, [line(note.text) for note in found.notes])
    _cases(page, found, notes)
    _comparison(page, found.table, notes)
    _discussion(page, found.questions)
    _sources(page, found)
    notes.finish()
    out = io.BytesIO()
    page.save(out)
    return dated(out.getvalue(), found.date)


def _cases(page: Any, found: d.Dossier, notes: Endnotes) -> None:
    page.add_paragraph(line(found.title), "Title")
    page.add_paragraph(f"{line(found.date)}　{found.lead}", "Subtitle")
    if found.changed:
        _red(page.add_paragraph(), d.CHANGED_SAYS)
    page.add_heading("一、案例", 1)
    for at, case in enumerate(found.cases, 1):
        page.add_heading(f"{at}. {line(case.heading)}", 2)
        for measure in case.measures[1:]:
            page.add_paragraph(f"另见做法：{line(measure)}")
        for said in case.said:
            _quote(page.add_paragraph(style=QUOTE), said, notes)
        if case.reprinted:
            page.add_paragraph(case.reprinted)
        for remark in case.remarks:
            _remark(page, remark)


def _quote(paragraph: Paragraph, said: d.Said, notes: Endnotes) -> None:
    if said.column:
        paragraph.add_run(f"{line(said.column)}：").bold = True
    if said.changed:
        _red(paragraph, f"【{d.CHANGED}】")
    paragraph.add_run(plain(said.text))
    for n in said.notes:
        notes.refer(paragraph, n)


def _red(paragraph: Paragraph, text: str) -> None:
    run = paragraph.add_run(text)
    run.bold = True
    run.font.color.rgb = RGBColor.from_string(RED)


def _remark(page: Any, text: str) -> None:
    """The trainer's own words, boxed and labelled so that nobody takes them for the report's."""
    for at, part in enumerate(plain(text).split("\n")):
        paragraph = page.add_paragraph(style=NOTE)
        if at == 0:
            paragraph.add_run(f"【{d.NOTE}】").bold = True
        paragraph.add_run(part)


# --- tables -----------------------------------------------------------------------------------------------


def _comparison(page: Any, table: d.Table, notes: Endnotes) -> None:
    """On a page on its side: seven columns need the room."""
    _turn(page, WD_ORIENT.LANDSCAPE)
    page.add_heading("二、对比", 1)
    shown = _grid(page, table.columns, _shares(len(table.columns)), _WIDE)
    for place, cells in table.rows:
        row = _row(shown, max(sum(len(one.text) for one in said) for said in cells))
        row[0].paragraphs[0].add_run(line(place)).bold = True
        for cell, said in zip(row[1:], cells, strict=True):
            for at, one in enumerate(said):
                paragraph = cell.paragraphs[0] if at == 0 else cell.add_paragraph()
                if one.changed:
                    _red(paragraph, f"【{d.CHANGED}】")
                paragraph.add_run(plain(one.text))
                for n in one.notes:
                    notes.mention(paragraph, n)
    _small(page.add_paragraph(d.LEGEND))
    _turn(page, WD_ORIENT.PORTRAIT)


def _shares(columns: int) -> list[float]:
    """Of the width: the place and the name are narrow where there are few columns."""
    return [0.16, 0.2, 0.64] if columns == 3 else [0.13, *[0.87 / (columns - 1)] * (columns - 1)]


def _sources(page: Any, found: d.Dossier) -> None:
    page.add_heading("四、来源一览", 1).paragraph_format.page_break_before = True
    shown = _grid(
        page, ("报告", "地方", "日期", "来源", "文件", "注号"), (0.28, 0.18, 0.12, 0.14, 0.17, 0.11), Cm(16)
    )
    for one in found.origins:
        numbers = d.numbers(one.notes) + (f"（{d.CHANGED}）" if one.changed else "")
        facts = (one.title, one.place, one.date, one.source, one.doc, numbers)
        for cell, fact in zip(_row(shown), facts, strict=True):
            cell.paragraphs[0].add_run(line(fact))
    _small(page.add_paragraph("逐条出处（标题、地方、日期、来源、文件、位置）见文后尾注。"))


def _grid(page: Any, heads: Sequence[str], shares: Iterable[float], wide: Any) -> Any:
    table = page.add_table(rows=1, cols=len(heads))
    table.style = "Table Grid"
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    for column, share in zip(table.columns, shares, strict=True):
        column.width = Emu(int(wide * share))
    for cell, head in zip(table.rows[0].cells, heads, strict=True):
        run = cell.paragraphs[0].add_run(head)
        run.bold, run.font.color.rgb = True, RGBColor(255, 255, 255)
        shade(cell, JADE)
    repeated = OxmlElement("w:tblHeader")  # at the top of every page that the table reaches
    table.rows[0]._tr.get_or_add_trPr().append(repeated)
    _edges(table)
    return table


def _row(table: Any, longest: int = 0) -> Sequence[Any]:
    """A further row; it stays on one page unless its longest cell has too many characters for that."""
    row = table.add_row()
    if longest < _TORN:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    cells: Sequence[Any] = row.cells
    for cell, column in zip(cells, table.columns, strict=True):
        cell.width = column.width
    if len(table.rows) % 2:
        for cell in cells:
            shade(cell, AMBER)
    return cells


def _edges(table: Any) -> None:
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        edge = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", EDGE)):
            edge.set(qn(f"w:{name}"), value)
        borders.append(edge)
    behind = [qn(f"w:{name}") for name in ("shd", "tblLayout", "tblCellMar", "tblLook", "tblCaption")]
    next(child for child in table._tbl.tblPr if child.tag in behind).addprevious(borders)
    table.style.paragraph_format.space_after = Pt(0)
    table.style.paragraph_format.line_spacing = 1.15
    table.style.font.size = Pt(9)


def _small(paragraph: Paragraph) -> None:
    paragraph.paragraph_format.space_before = Pt(6)
    for run in paragraph.runs:
        run.font.size = Pt(9)


def _turn(page: Any, way: Any) -> None:
    section = page.add_section(WD_SECTION.NEW_PAGE)
    section.orientation = way
    sides = sorted((section.page_width, section.page_height))
    lying = way == WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = sides[::-1] if lying else sides


def _discussion(page: Any, questions: Sequence[str]) -> None:
    """A page to hand out: each question with room to write."""
    page.add_heading("三、讨论题", 1)
    for at, question in enumerate(questions, 1):
        asked = page.add_paragraph()
        asked.paragraph_format.keep_with_next = True
        asked.paragraph_format.space_before = Pt(8)
        asked.add_run(f"{at}. {line(question)}")
        for _ in range(2):
            page.add_paragraph(style=RULED)
