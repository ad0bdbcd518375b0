"""corpus/web.py: the article of a page, its title, date and source, and nothing else."""

from __future__ import annotations

import pytest

from corpus.errors import UnreadableFile
from corpus.load import read_bytes
from tests.corpus.made import (
    LEAD,
    NEXT,
    RESULT,
    TITLE,
    body,
    headings,
    read,
)
from tests.corpus.pages import GB_PAGE, PLAIN_PAGE, UCAP_PAGE


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
