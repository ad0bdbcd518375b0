"""corpus/office.py: Word documents."""

from __future__ import annotations

from typing import Any

from corpus.load import read_bytes
from tests.corpus.made import (
    LEAD,
    NEXT,
    TITLE,
    body,
    docx,
    headings,
)


def test_word_headings_paragraphs_and_tables_in_document_order() -> None:
    def write(document: Any) -> None:
        document.add_heading(TITLE, 0)
        document.add_heading("一、代办员进村", 1)
        document.add_paragraph(LEAD)
        table = document.add_table(rows=3, cols=2)
        for row, cells in zip(
            table.rows, (("村名", "代办件数"), ("东关村", "320"), ("西沟村", "")), strict=True
        ):
            for cell, text in zip(row.cells, cells, strict=True):
                cell.text = text
        document.add_heading("（一）下一步", 2)
        document.add_paragraph(NEXT)

    document = read_bytes(docx(write), "报告.docx")
    assert document.raw.splitlines() == [
        TITLE, "一、代办员进村", LEAD, "村名：东关村；代办件数：320", "村名：西沟村", "（一）下一步", NEXT,
    ]  # fmt: skip
    assert headings(document) == [(1, "一、代办员进村"), (2, "（一）下一步")]
    assert document.records[0].get("title") == TITLE


def test_word_numbers_that_word_draws_are_part_of_the_text() -> None:
    def write(document: Any) -> None:
        for text in ("建队伍", "立制度"):
            document.add_paragraph(text, style="List Number")
        document.add_paragraph("要点", style="List Bullet")

    assert read_bytes(docx(write), "报告.docx").raw.splitlines() == ["1.建队伍", "2.立制度", "要点"]


def test_word_inserted_text_is_in_and_deleted_text_is_out() -> None:
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    def write(document: Any) -> None:
        paragraph = document.add_paragraph("全镇配了")
        for kind, tag, text in (("ins", "t", "十二名"), ("del", "delText", "八名")):
            run = f"<w:r><w:{tag}>{text}</w:{tag}></w:r>"
            paragraph._p.append(parse_xml(f'<w:{kind} {nsdecls("w")} w:id="1" w:author="a">{run}</w:{kind}>'))
        paragraph.add_run("代办员。")

    assert read_bytes(docx(write), "报告.docx").raw == "全镇配了十二名代办员。\n"


def test_word_text_in_content_controls_and_framing_tables_is_read() -> None:
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    def write(document: Any) -> None:
        document.add_table(rows=1, cols=1).rows[0].cells[0].text = LEAD
        inside = f"<w:sdtContent><w:p><w:r><w:t>{NEXT}</w:t></w:r></w:p></w:sdtContent>"
        control = f"<w:sdt {nsdecls('w')}>{inside}</w:sdt>"
        document.element.body.insert(1, parse_xml(control))

    assert read_bytes(docx(write), "报告.docx").raw.splitlines() == [LEAD, NEXT]


def test_word_contents_list_is_kept_apart() -> None:
    def write(document: Any) -> None:
        from docx.enum.style import WD_STYLE_TYPE

        document.styles.add_style("toc 1", WD_STYLE_TYPE.PARAGRAPH)
        document.add_paragraph("一、代办员进村\t1", style="toc 1")
        document.add_paragraph(LEAD)

    document = read_bytes(docx(write), "报告.docx")
    assert "一、代办员进村" in document.raw
    assert body(document) == LEAD + "\n"
