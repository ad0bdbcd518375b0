"""corpus/formats.py: a file is read as what it is, whatever its name says."""

from __future__ import annotations

import pytest

from corpus.errors import UnreadableFile
from corpus.load import read_bytes
from corpus.types import Span
from tests.corpus.made import (
    LEAD,
    TEXT,
    column,
    docx,
    pdf,
    zipped,
)
from tests.corpus.pages import MARKDOWN, UCAP_PAGE


def test_a_pdf_named_txt_is_read_as_pdf() -> None:
    document = read_bytes(pdf([column(60, 120, LEAD)]), "报告.txt")
    assert document.media_type == "application/pdf"
    assert "".join(document.raw.split()) == LEAD
    assert document.problems == ("扩展名是 .txt，内容是 .pdf，已按 .pdf 读取。",)


def test_a_page_named_docx_is_read_as_page() -> None:
    document = read_bytes(UCAP_PAGE.encode(), "报告.docx")
    assert LEAD in document.raw
    assert document.problems == ("扩展名是 .docx，内容是 .html，已按 .html 读取。",)


def test_text_named_docx_is_read_as_text() -> None:
    document = read_bytes(TEXT.encode(), "报告.docx")
    assert document.raw == TEXT
    assert document.problems == ("扩展名是 .docx，内容是 .txt，已按 .txt 读取。",)


def test_a_word_file_named_xlsx_is_read_as_word() -> None:
    assert read_bytes(docx(lambda d: d.add_paragraph(LEAD)), "报告.xlsx").raw == LEAD + "\n"


@pytest.mark.parametrize(
    ("data", "name", "message"),
    [
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
            "报告.docx",
            "旧版 Office 格式（或设有密码的 Office 文件）",
        ),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 90, "报告.pdf", "内容是图片"),
        (b"Rar!\x1a\x07" + b"\0" * 90, "报告.zip", "暂不支持的压缩格式"),
        (rb"{\rtf1 abc}", "报告.txt", "暂不支持的办公文档"),
        (TEXT.encode(), "报告.doc", r"旧版 Office 格式.*（.doc），已跳过"),
        (TEXT.encode(), "报告.xyz", "暂不支持的格式（.xyz），已跳过"),
        (TEXT.encode(), "报告", "暂不支持的格式（无扩展名），已跳过"),
        (zipped({"a.txt": TEXT}), "报告.docx", "内容是压缩包"),
        (zipped({"ppt/presentation.xml": "<a/>"}), "报告.zip", "暂不支持的办公文档"),
    ],
)
def test_what_is_not_read_is_named_for_what_it_is(data: bytes, name: str, message: str) -> None:
    with pytest.raises(UnreadableFile, match=message):
        read_bytes(data, name)


def test_headings_of_every_format_point_at_their_words() -> None:
    for data, name in (
        (MARKDOWN.encode(), "a.md"),
        (UCAP_PAGE.encode(), "a.html"),
        (docx(lambda d: d.add_heading("一、抓队伍", 1)), "a.docx"),
    ):
        document = read_bytes(data, name)
        assert document.headings
        whole = Span(0, len(document.raw))
        assert all(
            span in whole and span.of(document.raw).strip() == span.of(document.raw)
            for _, span in document.headings
        )
