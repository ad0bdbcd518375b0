"""corpus/formats.py and its readers: what every format gives, and that it is read as what it is."""

from __future__ import annotations

from typing import Any

import pytest

from corpus.errors import UnreadableFile
from corpus.layout import Piece, in_order
from corpus.load import read_bytes
from corpus.types import Document, Span
from tests.corpus.made import (
    LEAD,
    NEXT,
    RESULT,
    TEXT,
    TITLE,
    body,
    column,
    docx,
    pdf,
    read,
    scanned_pdf,
    xlsx,
    zipped,
)


def headings(document: Document) -> list[tuple[int, str]]:
    """Level and text of the headings that the format marks."""
    return [(level, span.of(document.raw)) for level, span in document.headings]


# --- text


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "gbk", "utf-16-le", "utf-16-be"])
def test_text_in_every_encoding_keeps_every_character(encoding: str) -> None:
    assert read_bytes(TEXT.encode(encoding), "报告.txt").raw == TEXT


@pytest.mark.parametrize(
    ("data", "raw"),
    [
        (TEXT.encode("utf-8-sig"), "\ufeff" + TEXT),
        (b"\xff\xfe" + TEXT.encode("utf-16-le"), "\ufeff" + TEXT),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), "\ufeff" + TEXT),
    ],
)
def test_a_byte_order_mark_counts_as_one_character_and_is_no_text(data: bytes, raw: str) -> None:
    file = read(data)
    assert file.document.raw == raw
    assert "\ufeff" not in file.reports[0].text
    assert any("\ufeff" in removal.text for removal in file.removed)


def test_lines_saved_in_different_encodings_are_each_read_in_their_own() -> None:
    data = LEAD.encode("gb18030") + b"\r\n" + RESULT.encode() + b"\r\n" + NEXT.encode("gb18030")
    assert read_bytes(data, "报告.txt").raw == f"{LEAD}\r\n{RESULT}\r\n{NEXT}"


def test_a_torn_last_character_costs_that_character_only_and_is_reported() -> None:
    document = read_bytes((LEAD + "\n第二行").encode()[:-1], "报告.txt")
    assert document.raw == LEAD + "\n第二\ufffd"
    assert document.problems == ("有 1 个字符无法识别，显示为 \ufffd。",)


def test_two_words_in_gbk_that_happen_to_be_valid_utf8() -> None:
    assert read_bytes("联通".encode("gbk"), "报告.txt").raw == "联通"


def test_symbol_font_bullets_and_emoji_are_text() -> None:
    text = "\n".join(["\uf06c 抓队伍：组建代办队", "\uf06c 抓制度：一事一评", "群众点赞👍👍👍"] * 4)
    assert read_bytes(text.encode(), "报告.txt").raw == text


# --- markdown

MARKDOWN = f"""---
title: "{TITLE}"
date: 2024-05-06
来源: 柳溪县融媒体中心
---
## 一、代办员进村 ##

{LEAD}其中的**代办员**由[镇里](https://example.invalid/a)聘请，5*3=15。

- 第一项：`取件`
> 引自镇里的总结。

| 村名 | 件数 |
| --- | ---: |
| 东关村 | 320 |

<br>![图](a.png)
---
{NEXT}
"""


def test_markdown_front_matter_gives_the_fields() -> None:
    (record,) = read_bytes(MARKDOWN.encode(), "报告.md").records
    assert dict(record.fields) == {"title": TITLE, "date": "2024-05-06", "source": "柳溪县融媒体中心"}


def test_markdown_marks_stay_in_the_raw_text_and_out_of_the_report() -> None:
    document = read_bytes(MARKDOWN.encode(), "报告.md")
    assert document.raw == MARKDOWN
    assert body(document).split("\n") == [
        "一、代办员进村",
        "",
        f"{LEAD}其中的代办员由镇里聘请，5*3=15。",
        "",
        "第一项：取件",
        "引自镇里的总结。",
        "",
        " 村名 件数 ",
        " 东关村 320 ",
        "",
        "",
        NEXT,
        "",
    ]
    assert headings(document) == [(2, "一、代办员进村")]


def test_markdown_marks_are_listed_as_removed() -> None:
    removed = [r for r in read(MARKDOWN, "报告.md").removed if r.rule == "标记符号"]
    assert {"**", "](https://example.invalid/a)", "- ", "> "} <= {r.text for r in removed}


def test_a_lone_first_heading_is_the_title_of_a_markdown_file() -> None:
    (report,) = read(f"# {TITLE}\n\n{LEAD}\n\n{RESULT}", "报告.md").reports
    assert report.title == TITLE
    assert report.text == f"{LEAD}\n{RESULT}"


@pytest.mark.parametrize("text", ["---\n", "***", "# \n", "|---|\n", "```\n```"])
def test_markdown_of_marks_alone_does_not_crash(text: str) -> None:
    read_bytes(text.encode(), "报告.md")


# --- web pages

GB_PAGE = f"""<html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312">
<title>{TITLE} - 柳溪县人民政府</title></head><body>
<table width="980"><tr><td><a href="/">首页</a> | <a href=x>政务公开</a> | <a href=y>办事服务</a></td></tr>
<tr><td>您的位置：<a href="/">首页</a> &gt; <a href="/1">新闻中心</a> &gt; 乡镇动态</td></tr>
<tr><td><table><tr><td align=center><b>{TITLE}</b></td></tr>
<tr><td>发布时间：2024-05-06　来源：柳溪县融媒体中心　浏览次数：132
【字体：<a>大</a> <a>中</a> <a>小</a>】</td></tr>
<tr><td>　　{LEAD}<br><br>　　<strong>一、代办员进村</strong><br>
　　{RESULT}扫一扫门上的二维码就能约人，不用跑县城打印材料。<br>
　　{NEXT}<br>
<p align=right>【<a href="#">打印</a>】【<a>关闭</a>】</p></td></tr></table></td></tr>
<tr><td>上一篇：<a href=1>关于开展春季植树的通知</a><br>下一篇：<a href=2>县领导调研防汛工作</a></td></tr>
<tr><td>主办单位：柳溪县人民政府办公室 ICP备案：吉ICP备00000000号</td></tr></table></body></html>"""

UCAP_PAGE = f"""<!DOCTYPE html><html><head><meta charset="utf-8"><meta name="ArticleTitle" content="{TITLE}">
<meta name="PubDate" content="2024/05/06 10:11"><meta name="ContentSource" content="柳溪日报">
<title>{TITLE}_部门动态_柳溪县人民政府</title></head><body>
<div class="header"><ul class="nav"><li><a>首页</a></li><li><a>机构</a></li></ul></div>
<div class="pages-crumb">当前位置：首页 &gt; 部门动态</div>
<div class="pages_content"><h1>{TITLE}</h1>
<div class="pages-date">2024-05-06 10:11 来源：柳溪日报 <span>字体：大 中 小</span> <span>打印</span></div>
<div id="UCAP-CONTENT"><p>{LEAD}</p><p><strong>一、代办员进村</strong></p><p>{RESULT}</p>
<table><tr><th>村名</th><th>代办件数</th></tr><tr><td>东关村</td><td>320</td></tr><tr><td>西沟村</td><td>211</td></tr></table>
<h3>二、下一步</h3><p>{NEXT}</p></div></div>
<div class="xgwz"><h3>相关文章</h3><ul><li><a>县政务服务中心开展业务培训</a></li></ul></div>
<div class="share">分享到：<a>微信</a></div><div class="footer">版权所有：柳溪县人民政府</div>
<script>var 标题 = "不该读到";</script></body></html>"""

PLAIN_PAGE = f"""<html><head><meta charset="utf-8"><title>{TITLE}_柳溪新闻网</title></head><body>
<div class="top"><a href="/">首页</a><a href="/b">要闻</a><a href="/c">乡镇</a></div><h1>{TITLE}</h1>
<p>发布日期：2024年5月6日 信息来源：本网 浏览次数：12</p>
<div class="main">{"".join(f"<p>{t}</p>" for t in (LEAD, RESULT, NEXT))}</div>
<ul><li><a href="/1">县领导调研防汛工作</a></li><li><a href="/2">关于调整公交线路的公告</a></li></ul>
<p>主办：柳溪县人民政府办公室 联系我们 网站地图</p></body></html>"""


@pytest.mark.parametrize(
    ("page", "encoding"), [(GB_PAGE, "gb18030"), (UCAP_PAGE, "utf-8"), (PLAIN_PAGE, "utf-8")]
)
def test_the_article_of_a_government_page_and_nothing_else(page: str, encoding: str) -> None:
    text = body(read_bytes(page.encode(encoding), "页面.html"))
    for line in (LEAD, RESULT, NEXT):
        assert line in text
    for noise in (
        "首页",
        "位置",
        "浏览",
        "字体",
        "分享",
        "上一篇",
        "植树",
        "调研",
        "ICP",
        "版权",
        "主办",
        "相关文章",
        "不该读到",
    ):
        assert noise not in text


@pytest.mark.parametrize(
    ("page", "encoding", "date", "source"),
    [
        (GB_PAGE, "gb18030", "2024-05-06", "柳溪县融媒体中心"),
        (UCAP_PAGE, "utf-8", "2024-05-06", "柳溪日报"),
        (PLAIN_PAGE, "utf-8", "2024-05-06", None),
    ],
)
def test_title_date_and_source_of_a_page(page: str, encoding: str, date: str, source: str | None) -> None:
    (report,) = read(page.encode(encoding), "页面.html").reports
    assert (report.title, report.date, report.source) == (TITLE, date, source)
    assert not report.text.startswith(TITLE)


def test_words_that_are_furniture_elsewhere_stay_in_an_honest_sentence() -> None:
    text = body(read_bytes(GB_PAGE.encode("gb18030"), "页面.html"))
    assert "扫一扫门上的二维码就能约人，不用跑县城打印材料。" in text


def test_headings_of_a_page_are_lines_of_their_own() -> None:
    document = read_bytes(UCAP_PAGE.encode(), "页面.html")
    assert [text for _, text in headings(document)][-2:] == ["一、代办员进村", "二、下一步"]
    assert "\n二、下一步\n" in body(document)


def test_a_table_on_a_page_becomes_lines_that_can_be_read_alone() -> None:
    text = body(read_bytes(UCAP_PAGE.encode(), "页面.html"))
    assert "村名：东关村；代办件数：320\n村名：西沟村；代办件数：211" in text


def test_no_paragraph_of_a_wechat_page_is_lost() -> None:
    page = f"""<html><head><meta property="og:title" content="{TITLE}"></head><body>
    <h1 id="activity-name">{TITLE}</h1>
    <div id="meta_content"><em id="publish_time">2024-05-06 18:00</em></div>
    <div id="js_content"><section><section><span>{LEAD}</span></section></section>
    <section><p><span>01 代办员进村</span></p></section>
    <section><p><span>{RESULT}</span></p></section><p>{NEXT}</p></div>
    <div>预览时标签不可点 微信扫一扫关注该公众号</div></body></html>"""
    document = read_bytes(page.encode(), "推文.html")
    assert body(document).split() == [LEAD, "01", "代办员进村", RESULT, NEXT]
    assert dict(document.records[0].fields) == {"title": TITLE, "date": "2024-05-06"}


def test_what_a_page_declares_gives_way_to_what_it_is() -> None:
    assert LEAD in read_bytes(GB_PAGE.encode("utf-8"), "页面.html").raw
    big5 = GB_PAGE.replace("gb2312", "big5").replace(LEAD, "鄉鎮把窗口開到村裡，村民不出村就能辦事。" * 3)
    big5 = "".join(c for c in big5 if c.isascii() or c.encode("big5", errors="ignore"))
    assert "鄉鎮把窗口開到村裡" in read_bytes(big5.encode("big5"), "页面.html").raw


def test_a_menu_without_an_article_is_refused() -> None:
    with pytest.raises(UnreadableFile, match="网页里没有找到正文"):
        read_bytes("<html><body><ul><li><a>首页</a></li></ul></body></html>".encode(), "页面.html")


# --- Word


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


# --- PDF


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


# --- tables


@pytest.mark.parametrize("mark", [",", "\t", ";", "；"])
def test_csv_with_every_delimiter(mark: str) -> None:
    rows = [["标题", "发布日期", "来源", "正文"], [TITLE, "2024-05-06", "县报", LEAD]]
    document = read_bytes("\n".join(mark.join(row) for row in rows).encode(), "表.csv")
    assert body(document) == LEAD
    assert dict(document.records[0].fields) == {"title": TITLE, "date": "2024-05-06", "source": "县报"}


def test_csv_offsets_are_those_of_the_file_through_quotation_marks() -> None:
    raw = '\ufefftitle,text\n甲,"他说""好""，\n大家同意。"尾巴\n'
    document = read_bytes(raw.encode(), "表.csv")
    assert body(document) == '他说"好"，\n大家同意。尾巴'
    assert document.raw == raw


def test_csv_rows_with_missing_cells_are_named_and_the_rest_is_read() -> None:
    raw = f"2024年案例汇总\n标题,正文\n甲,{LEAD}\n乙\n丙,\n\n丁,{NEXT}\n"
    document = read_bytes(raw.encode(), "表.csv")
    assert [body(document, i) for i in range(2)] == [LEAD, NEXT]
    assert document.problems == ("第 4、5 行没有正文，已跳过。",)


def test_csv_without_a_text_column_is_refused() -> None:
    with pytest.raises(UnreadableFile, match="表格里没有找到正文列。请把列名写成"):
        read_bytes("村名,件数\n东关村,3\n".encode(), "表.csv")


def test_jsonl_reports_and_faulty_lines() -> None:
    lines = [
        f'{{"标题": "甲", "日期": "2024-05-06", "正文": "{LEAD}"}}',
        "{不是",
        '["数组"]',
        '{"title": "空", "text": ""}',
        f'{{"title": "乙", "text": ["{RESULT}", "{NEXT}"], "date": 2024}}',
        '{"text": "孤儿\\ud83d字"}',
    ]
    document = read_bytes(("\ufeff" + "\n".join(lines)).encode(), "表.jsonl")
    assert [body(document, i) for i in range(3)] == [LEAD, f"{RESULT}\n{NEXT}", "孤儿\ufffd字"]
    assert dict(document.records[1].fields) == {"title": "乙", "date": "2024"}
    assert document.problems == (
        "第 2 行不是有效的 JSON，已跳过。",
        "第 3 行不是 JSON 对象，已跳过。",
        "第 4 行没有正文，已跳过。",
    )


def test_excel_sheets_columns_and_dates() -> None:
    from datetime import datetime

    data = xlsx(
        {
            "案例": [
                ["柳溪县案例汇总"],
                ["案例名称", "报送时间", "报送单位", "主要做法"],
                [TITLE, datetime(2024, 5, 6), "东关镇", LEAD],
                ["缺", None, None, None],
            ],
            "统计": [["村名", "件数"], ["东关村", 3]],
            "english": [["text", "title"], [NEXT, "乙"]],
            "空": [],
        }
    )  # fmt: skip
    document = read_bytes(data, "汇总.xlsx")
    assert [body(document, i) for i in range(2)] == [LEAD, NEXT]
    assert dict(document.records[0].fields) == {"title": TITLE, "date": "2024-05-06", "source": "东关镇"}
    assert document.problems == ("工作表“案例”第 4 行没有正文，已跳过。", "工作表“统计”没有正文列，已跳过。")


# --- recognised by content


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
