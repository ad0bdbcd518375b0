"""The basket in a real browser: collect, order, note, export; what comes out is read again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from rag.access.visit import Desk
from rag.export import FORMATS
from tests.rag.served import service
from tests.rag.test_export import text_of
from tests.ui.browser import ask, serving
from tests.ui.conftest import NASTY_NAME, NASTY_TEXT, Watched

pytestmark = [pytest.mark.browser, pytest.mark.model]

PASSWORD = "vierzehn-Birnen"
UNSENT = "() => localStorage.getItem('tashan-basket:张三:unsent')"
PIECES = "#basket-list .piece"
KEPT = "JSON.parse(localStorage.getItem('tashan-basket'))"


def collect_an_answer(tab: Page) -> None:
    ask(tab, "别的县是怎么做红色物业的？")
    cards = tab.locator("#now .card > .collect")
    for at in range(cards.count()):
        cards.nth(at).click()
        expect(cards.nth(at)).to_have_text("已收入")


def collect_a_comparison(tab: Page) -> None:
    tab.get_by_role("tab", name="对比").click()
    tab.fill("#theme textarea", "老旧小区加装电梯")
    tab.press("#theme textarea", "Enter")
    expect(tab.locator("#comparison .pick").nth(1)).to_be_visible(timeout=15_000)
    tab.locator("#comparison .pick").nth(1).check()
    tab.click("[data-act=collect-picked]")
    expect(tab.locator("[data-act=collect-picked]")).to_have_text("已收入")


def open_basket(tab: Page, pieces: int) -> None:
    tab.get_by_role("tab", name="素材篮").click()
    expect(tab.locator(PIECES)).to_have_count(pieces)


def export(tab: Page, ending: str) -> bytes:
    with tab.expect_download() as download:
        tab.click(f"#basket-tools [data-format={ending}]")
    expect(tab.locator("#basket-said")).to_contain_text("已导出")
    assert download.value.suggested_filename.endswith(f".{ending}")
    return Path(download.value.path()).read_bytes()


def kept(tab: Page) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = tab.evaluate(KEPT)
    return rows


def test_every_export_has_every_source(open_page: Watched) -> None:
    tab = open_page.tab
    collect_an_answer(tab)
    collect_a_comparison(tab)
    open_basket(tab, 3)
    tab.locator(f"{PIECES} .note").first.fill("开场先问：物业费收缴率多少？")
    tab.fill("#basket-title", "加装电梯和红色物业")
    quotes = [quote for row in kept(tab) for quote in row["quotes"]]
    assert {row["kind"] for row in kept(tab)} == {"做法", "对比"}
    for ending in FORMATS:
        shown = text_of(ending, export(tab, ending)).replace("\\", "")
        for quote in quotes:
            assert quote["quote"] in shown
            assert quote["title"] in shown
            assert quote["doc"] in shown
        assert "加装电梯和红色物业" in shown or ending == "xlsx"
        assert "开场先问：物业费收缴率多少？" in shown
        assert "来源已变更" not in shown


def test_order_notes_and_title_are_kept(open_page: Watched, address: str) -> None:
    tab = open_page.tab
    collect_an_answer(tab)
    open_basket(tab, 2)
    first, second = (row["quotes"][0]["quote"] for row in kept(tab))
    tab.locator(f"{PIECES} .note").nth(1).fill("第二条的备注")
    tab.locator(f"{PIECES} [data-act=up]").nth(1).click()
    tab.fill("#basket-title", "我的标题")
    assert [row["quotes"][0]["quote"] for row in kept(tab)] == [second, first]
    tab.goto(address)
    open_basket(tab, 2)
    expect(tab.locator(PIECES).first).to_contain_text(second)
    expect(tab.locator(f"{PIECES} .note").first).to_have_value("第二条的备注")
    expect(tab.locator("#basket-title")).to_have_value("我的标题")
    tab.locator(f"{PIECES} [data-act=remove]").first.click()
    expect(tab.locator(PIECES)).to_have_count(1)
    open_page.answer = True
    tab.click("#basket-tools [data-act=clear]")
    expect(tab.locator("#basket-list")).to_contain_text("素材篮是空的")
    assert kept(tab) == []


def test_the_same_piece_is_taken_once_and_opens_at_its_quote(open_page: Watched) -> None:
    tab = open_page.tab
    ask(tab, "沈河区怎么做红色物业？")
    one = tab.locator("#panel .source-list .collect").first
    one.click()
    expect(one).to_have_text("已收入")
    one.click()
    expect(one).to_have_text("已在篮中")
    tab.locator("#now .tools .collect").click()
    open_basket(tab, 2)
    tab.locator(f"{PIECES} .cite").first.click()
    expect(tab.locator("#basket-panel mark.quoted").first).to_be_in_viewport()


def test_what_others_wrote_into_the_storage_is_text_or_left_out(open_page: Watched, address: str) -> None:
    tab = open_page.tab
    ask(tab, "沈河区怎么做红色物业？")
    tab.locator("#now .tools .collect").click()
    rows = kept(tab)
    forged = json.loads(json.dumps(rows[0]))
    forged |= {"id": NASTY_TEXT, "topic": NASTY_TEXT, "note": NASTY_TEXT}
    forged["quotes"] = [{**quote, "quote": NASTY_TEXT, "title": NASTY_TEXT} for quote in forged["quotes"][:1]]
    bad = [None, 7, NASTY_TEXT, {"id": "x"}, {"id": "y", "quotes": [{"report": 1}]}]
    tab.evaluate("rows => localStorage.setItem('tashan-basket', JSON.stringify(rows))", [*rows, forged, *bad])
    tab.goto(address)
    open_basket(tab, 2)
    last = tab.locator(PIECES).last
    expect(last).to_contain_text(NASTY_TEXT)
    expect(last).to_contain_text("来源已变更")
    expect(tab.locator("#basket-list .trouble").first).to_contain_text("有5条素材存坏了")
    assert tab.locator("#basket img, #basket script").count() == 0
    for ending in FORMATS:
        shown = text_of(ending, export(tab, ending)).replace("\\", "")
        assert NASTY_TEXT in shown
        assert "来源已变更" in shown
    tab.click("[data-act=drop-bad]")
    expect(tab.locator("#basket-list")).not_to_contain_text("存坏了")
    tab.evaluate("localStorage.setItem('tashan-basket', '{broken')")
    tab.goto(address)
    open_basket(tab, 0)
    expect(tab.locator("#basket-list")).to_contain_text("素材篮是空的")


def test_markup_in_reports_is_text_in_exports(open_page: Watched) -> None:
    tab = open_page.tab
    ask(tab, "彰武县爱心冰箱怎么送餐？")
    tab.locator("#now .tools .collect").click()
    open_basket(tab, 1)
    expect(tab.locator(PIECES)).to_contain_text(NASTY_TEXT)
    for ending in FORMATS:
        shown = text_of(ending, export(tab, ending)).replace("\\", "")
        assert NASTY_TEXT in shown
        assert NASTY_NAME in shown


def test_an_empty_basket_says_what_to_do(open_page: Watched) -> None:
    tab = open_page.tab
    open_basket(tab, 0)
    expect(tab.locator("#basket-list")).to_contain_text("收入素材篮")


def test_on_a_phone_nothing_is_wider_than_the_screen(open_page: Watched, address: str) -> None:
    tab = open_page.tab
    tab.set_viewport_size({"width": 390, "height": 844})
    tab.goto(address)
    tab.wait_for_selector(".suggestion")
    collect_an_answer(tab)
    open_basket(tab, 2)
    assert tab.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_signed_in_basket_follows_to_another_browser(browser: Browser, tmp_path: Path) -> None:
    with service(tmp_path, sign_in=True) as served:
        desk = Desk(served)
        desk.people.add("张三", PASSWORD, "reader")
        with serving(served) as url:
            first = enter(browser, url)
            ask(first, "红色物业怎么建？")
            first.locator("#now .tools .collect").click()
            open_basket(first, 1)
            first.locator(f"{PIECES} .note").fill("换台电脑再讲")
            first.wait_for_function(UNSENT)
            first.wait_for_function(f"!({UNSENT})()")
            first.context.close()
            second = enter(browser, url)
            open_basket(second, 1)
            expect(second.locator(f"{PIECES} .note")).to_have_value("换台电脑再讲")
            assert second.evaluate("localStorage.getItem('tashan-basket')") is None  # the next one's eyes
            second.context.close()
        desk.close()


def enter(browser: Browser, url: str) -> Page:
    tab = browser.new_context().new_page()
    tab.goto(url)
    tab.fill("#name", "张三")
    tab.fill("#password", PASSWORD)
    tab.click("button")
    tab.wait_for_selector("#hello h2")
    return tab
