"""corpus/pdf.py and corpus/layout.py: lines in reading order, heads, columns, scans."""

from __future__ import annotations

from typing import Any

import pytest

from corpus.errors import UnreadableFile
from corpus.layout import Piece, in_order
from corpus.load import read_bytes
from tests.corpus.made import (
    LEAD,
    NEXT,
    RESULT,
    TITLE,
    body,
    column,
    headings,
    pdf,
    read,
    scanned_pdf,
)


def test_pdf_lines_in_order_without_heads_and_page_numbers() -> None:
    pages = [
        [
            (60, 40, 10, "基层治理案例选编"),
            (60, 90, 12, TITLE),
            *column(60, 120, LEAD, 12, 38),
            (280, 810, 10, "— 1 —"),
        ],
        [(60, 40, 10, "基层治理案例选编"), *column(60, 120, RESULT, 12, 38), (280, 810, 10, "— 2 —")],
    ]
    document = read_bytes(pdf(pages), "报告.pdf")
    assert "".join(body(document).split()) == "".join((TITLE + LEAD + RESULT).split())
    assert document.raw.count("基层治理案例选编") == 2
    file = read(pdf(pages), "报告.pdf")
    assert {r.rule for r in file.removed} >= {"页眉页脚"}
    assert file.reports[0].text.replace("\n", "") == LEAD + RESULT


def test_pdf_columns_are_read_one_after_the_other_under_a_headline() -> None:
    left, right = (LEAD + RESULT) * 2, (NEXT + RESULT) * 2
    page = [(60, 60, 20, TITLE), *column(50, 110, left, 11, 20), *column(310, 110, right, 11, 20)]
    document = read_bytes(pdf([page]), "报纸.pdf")
    assert "".join(document.raw.split()) == "".join((TITLE + left + right).split())
    assert headings(document)[0] == (1, TITLE)


def test_pdf_page_without_text_is_named_and_the_rest_is_read() -> None:
    from io import BytesIO

    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter()
    for data in (pdf([column(60, 120, LEAD)]), scanned_pdf(2)):
        for page in PdfReader(BytesIO(data)).pages:
            writer.add_page(page)
    out = BytesIO()
    writer.write(out)
    document = read_bytes(out.getvalue(), "报告.pdf")
    assert "".join(document.raw.split()) == LEAD
    assert document.problems == ("第 2、3 页没有文字，可能是扫描件，未读取。",)


def test_scanned_pdf_is_refused_where_nothing_can_read_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("corpus.pdf._engine", lambda: None)
    with pytest.raises(UnreadableFile, match="每一页都没有文字，可能是扫描件"):
        read_bytes(scanned_pdf(), "扫描.pdf")


def test_scanned_pdf_is_read_where_recognition_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    def engine(_picture: Any) -> tuple[list[Any], float]:
        boxes = [
            ([[100, y], [900, y], [900, y + 40], [100, y + 40]], text, 0.9)
            for y, text in ((300, RESULT), (100, LEAD))
        ]
        return boxes, 0.1

    monkeypatch.setattr("corpus.pdf._engine", lambda: engine)
    assert body(read_bytes(scanned_pdf(), "扫描.pdf")) == f"{LEAD}\n{RESULT}\n"


def test_reading_order_of_three_columns() -> None:
    pieces = [
        Piece(x, x + 90, y, y + 10, f"{x // 100}{y // 12}") for y in range(0, 72, 12) for x in (0, 100, 200)
    ]
    assert [p.text for column in in_order(pieces) for p in column] == [
        f"{c}{r}" for c in range(3) for r in range(6)
    ]
