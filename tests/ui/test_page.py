"""The page in a real browser, as a cadre uses it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.ui.browser import ask, choose, wait_reply
from tests.ui.conftest import NASTY_NAME, NASTY_TEXT, Watched

pytestmark = [pytest.mark.browser, pytest.mark.model]

QUOTE = "#panel mark.quoted"


def open_filters(tab: Page) -> None:
    tab.locator("#filters button").first.click()
    expect(tab.locator("#province input")).to_be_visible()


def test_ask_and_open_the_quote(open_page: Watched) -> None:
    tab = open_page.tab
    ask(tab, "别的县是怎么做红色物业的？")
    answer = tab.locator("#now .answer")
    expect(answer).to_contain_text("辽宁省·沈阳市·沈河区")
    expect(answer).to_contain_text("河南省·开封市")
    quoted = answer.locator("li").first
    quoted.locator(".cite").first.click()
    mark = tab.locator(QUOTE).first
    expect(mark).to_be_in_viewport()
    said = re.sub(r"\s|\[\d+\]", "", quoted.inner_text())
    shown = re.sub(r"\s", "", "".join(tab.locator(QUOTE).all_inner_texts()))
    assert shown in re.sub("〔.*?〕", "", said)
    expect(tab.locator("#panel dl")).to_contain_text("文件")


def test_the_original_file_can_be_downloaded(open_page: Watched) -> None:
    tab = open_page.tab
    ask(tab, "沈河区怎么做红色物业？")
    tab.locator("#now .cite").first.click()
    with tab.expect_download() as download:
        tab.click("#panel .download")
    assert download.value.suggested_filename.endswith(".txt")
    assert download.value.path().read_bytes()


def test_citations_of_earlier_answers_keep_working(open_page: Watched) -> None:
    tab = open_page.tab
    ask(tab, "沈河区怎么做红色物业？")
    first = tab.locator("#now .cite").first.get_attribute("data-report")
    ask(tab, "老旧小区加装电梯怎么做？")
    old = tab.locator("#past .cite").first
    assert old.get_attribute("data-report") == first
    old.click()
    expect(tab.locator(QUOTE).first).to_be_in_viewport()
    expect(tab.locator("#panel dl")).to_contain_text((first or "").rpartition("#")[0])
    tab.click("#panel [data-act=sources]")
    expect(tab.locator("#panel .source-list h3")).to_contain_text("加装电梯")


def test_an_example_can_be_clicked(open_page: Watched) -> None:
    tab = open_page.tab
    question = tab.locator("#hello .suggestion").first.inner_text()
    tab.locator("#hello .suggestion").first.click()
    wait_reply(tab, 1)
    expect(tab.locator("#now .asked")).to_have_text(question)
    expect(tab.locator("#now .answer .cite").first).to_be_visible()


def test_refusal_says_so_and_offers_what_is_near(open_page: Watched) -> None:
    tab = open_page.tab
    ask(tab, "火星基地怎么做社区治理？")
    refused = tab.locator("#now .answer.refused")
    expect(refused).to_contain_text("未作回答")
    expect(tab.locator("#now .suggestion")).to_have_count(3)
    expect(tab.locator("#now .suggestions").last).to_contain_text("本库里另有（")
    assert "本库里另有" not in refused.inner_text()  # said once, as buttons


def test_a_province_filter_lets_nothing_else_through(open_page: Watched) -> None:
    tab = open_page.tab
    open_filters(tab)
    choose(tab, "province", "辽宁省")
    tab.click("#city input")
    expect(tab.get_by_role("option", name="沈阳市", exact=True)).to_be_visible()
    tab.keyboard.press("Escape")
    ask(tab, "红色物业是怎么做的？")
    expect(tab.locator("#now .understood")).to_contain_text("辽宁省")
    titles = tab.locator("#now .answer").inner_text()
    assert "沈河区" in titles
    assert "河南省" not in titles


def test_statements_appear_as_they_come(open_page: Watched) -> None:
    tab = open_page.tab
    tab.evaluate(
        """() => { window.seen = []; new MutationObserver(() => window.seen.push(
             document.querySelectorAll('#now .answer li').length)).observe(
             document.getElementById('now'), {childList: true, subtree: true}); }"""
    )
    ask(tab, "别的县是怎么做红色物业的？")
    seen = tab.evaluate("window.seen.filter((n, at, all) => n && n !== all[at - 1])")
    assert len(seen) > 1
    assert seen == sorted(seen)


def test_a_theme_filter_is_hard_and_its_chip_takes_it_off(open_page: Watched) -> None:
    tab = open_page.tab
    open_filters(tab)
    choose(tab, "theme-filter", "停车与充电")
    expect(tab.locator("#filters .label-wrap")).to_contain_text("停车与充电")
    ask(tab, "红色物业是怎么做的？")
    chip = tab.locator("#now .chip", has_text="停车与充电")
    expect(chip).to_be_visible()
    expect(tab.locator("#now .answer")).not_to_contain_text("金耀街道")
    chip.locator(".strike").click()
    expect(chip).to_have_count(0)
    wait_reply(tab, 1)
    expect(tab.locator("#now .answer")).to_contain_text("金耀街道")
    tab.click("#clear-filters")
    expect(tab.locator("#filters .label-wrap")).not_to_contain_text("已选")


def test_a_follow_up_stays_with_the_place_until_its_chip_is_struck(open_page: Watched) -> None:
    tab = open_page.tab
    ask(tab, "别的县是怎么做红色物业的？")
    ask(tab, "第二个地方还有哪些成效？")
    assert tab.locator("#past .turn").count() == 1
    chip = tab.locator("#now .chip", has_text="接着上文")
    expect(chip).to_be_visible()
    docs = tab.locator("#now .cite").evaluate_all("all => [...new Set(all.map(one => one.dataset.report))]")
    assert len(docs) == 1
    chip.locator(".strike").click()
    expect(chip).to_have_count(0)
    wait_reply(tab, 2)
    tab.click("#now [data-act=fresh]")
    expect(tab.locator("#talk .turn")).to_have_count(0)
    expect(tab.locator("#hello .suggestion").first).to_be_visible()


def test_a_chip_can_be_struck_out(open_page: Watched) -> None:
    tab = open_page.tab
    ask(tab, "辽宁的红色物业是怎么做的？")
    chip = tab.locator("#now .chip", has_text="辽宁省")
    expect(chip).to_be_visible()
    chip.locator(".strike").click()
    expect(chip).to_have_count(0)
    wait_reply(tab, 1)
    expect(tab.locator("#now .answer")).to_contain_text("河南省")


def test_the_home_county_is_left_out_and_remembered(open_page: Watched, address: str) -> None:
    tab = open_page.tab
    open_filters(tab)
    tab.fill("#home input, #home textarea", "沈河区")
    tab.check("#leave-home input")
    ask(tab, "红色物业是怎么做的？")
    expect(tab.locator("#now .understood")).to_contain_text("沈河区")
    assert "沈河区" not in tab.locator("#now .answer").inner_text()
    tab.goto(address)
    open_filters(tab)
    expect(tab.locator("#home input, #home textarea")).to_have_value("沈河区")


def test_a_home_county_typed_as_the_filters_open_stays(open_page: Watched) -> None:
    tab = open_page.tab
    tab.evaluate(
        """() => { const seen = new MutationObserver(() => {
             const box = document.querySelector('#home input, #home textarea');
             if (!box) return;
             seen.disconnect();
             box.value = '沈河区';
             box.dispatchEvent(new Event('input', {bubbles: true}));
           }); seen.observe(document.body, {childList: true, subtree: true}); }"""
    )
    open_filters(tab)
    tab.check("#leave-home input")
    ask(tab, "红色物业是怎么做的？")
    expect(tab.locator("#home input, #home textarea")).to_have_value("沈河区")
    expect(tab.locator("#now .understood")).to_contain_text("沈河区")


def test_a_slow_server_does_not_wipe_out_the_home_county(open_page: Watched, address: str) -> None:
    tab = open_page.tab
    held: list[Route] = []
    slow = True

    def hold(route: Route) -> None:
        held.append(route) if slow and route.request.method == "POST" else route.continue_()

    tab.route("**/gradio_api/**", hold)
    tab.goto(address)
    open_filters(tab)
    tab.fill("#home input, #home textarea", "沈河区")
    assert held, "nothing that the page asks for at first was held back"
    slow = False
    for route in held:
        route.continue_()
    tab.wait_for_selector(".suggestion")
    ask(tab, "别的县红色物业是怎么做的？")
    expect(tab.locator("#home input, #home textarea")).to_have_value("沈河区")
    expect(tab.locator("#now .understood")).to_contain_text("沈河区")


def test_markup_in_reports_questions_and_file_names_is_text(open_page: Watched) -> None:
    tab = open_page.tab
    ask(tab, f"爱心冰箱怎么送餐？{NASTY_TEXT}")
    expect(tab.locator("#now .asked")).to_have_text(f"爱心冰箱怎么送餐？{NASTY_TEXT}")
    ask(tab, "彰武县爱心冰箱怎么送餐？")
    answer = tab.locator("#now .answer")
    expect(answer).to_contain_text(NASTY_TEXT)
    answer.locator(".cite").first.click()
    expect(tab.locator(QUOTE).first).to_be_in_viewport()
    expect(tab.locator("#panel")).to_contain_text(NASTY_NAME)
    expect(tab.locator("#panel .text")).to_contain_text(NASTY_TEXT)
    assert tab.locator("#ask img, #ask script").count() == 0
    assert tab.locator("#ask a[href^=javascript]").count() == 0


def test_an_empty_question_is_answered_with_what_to_do(open_page: Watched) -> None:
    ask(open_page.tab, "？")
    expect(open_page.tab.locator("#now .trouble")).to_contain_text("请输入")


def test_on_a_phone_the_panel_is_below_and_scrolled_to(open_page: Watched, address: str) -> None:
    tab = open_page.tab
    tab.set_viewport_size({"width": 390, "height": 844})
    tab.goto(address)
    tab.wait_for_selector(".suggestion")
    ask(tab, "别的县是怎么做红色物业的？")
    assert tab.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    cite = tab.locator("#now .cite").first
    cite.click()
    expect(tab.locator(QUOTE).first).to_be_in_viewport()
    tab.locator("#panel [data-act=back]").click()
    expect(cite).to_be_in_viewport()


def test_a_comparison_has_a_source_in_every_cell(open_page: Watched) -> None:
    tab = open_page.tab
    tab.get_by_role("tab", name="对比").click()
    tab.fill("#theme textarea", "老旧小区加装电梯")
    tab.press("#theme textarea", "Enter")
    cells = tab.locator("#comparison tbody td:not(.missing)")
    expect(cells.first).to_be_visible(timeout=15_000)
    assert tab.locator("#comparison tbody tr").count() > 1
    assert tab.locator("#comparison tbody td:not(.missing):not(:has(.cite))").count() == 0
    cells.first.locator(".cite").click()
    expect(tab.locator("#compare-panel mark.quoted").first).to_be_in_viewport()


def test_what_is_loaded_is_counted_and_found(open_page: Watched) -> None:
    tab = open_page.tab
    tab.get_by_role("tab", name="语料").click()
    bar = tab.locator(".chart tr", has=tab.locator(".find", has_text="停车与充电"))
    count = bar.locator("td").last.inner_text()
    bar.locator(".find").click()
    expect(tab.locator("#listed .lead")).to_have_text(f"{count}份报告")
    tab.locator("#overview summary", has_text="各省一览表").click()
    expect(tab.locator("#overview details tbody tr").first).to_be_visible()
    tab.locator("#listed [data-act=open]").first.click()
    expect(tab.locator("#corpus-panel .text")).to_be_visible()


def test_a_file_is_previewed_added_found_and_removed(open_page: Watched, tmp_path: Path) -> None:
    tab = open_page.tab
    file = tmp_path / "黑土镇.txt"
    file.write_text(
        "来源：测试日报 2024-05-06\n吉林省四平市梨树县：“田埂课堂”送技术到地头\n"
        f"梨树县开设“田埂课堂”，农技员{NASTY_TEXT}每周到地头讲课，累计讲课96场，听课农户2100人次。\n"
        "责任编辑：张三\n",
        "utf-8",
    )
    tab.get_by_role("tab", name="语料").click()
    tab.locator("#edit button").first.click()
    tab.set_input_files("#upload input[type=file]", file)
    preview = tab.locator("#preview .card")
    expect(preview).to_contain_text("吉林省·四平市·梨树县", timeout=15_000)
    expect(preview).to_contain_text("责任编辑 1处")
    expect(preview.locator("del").last).to_contain_text("责任编辑：张三")
    tab.click("#discard")
    expect(preview).to_have_count(0)
    expect(tab.locator("#accept")).to_be_hidden()
    tab.set_input_files("#upload input[type=file]", file)
    expect(preview).to_have_count(1)
    tab.click("#accept")
    expect(tab.locator("#told")).to_contain_text("入库1个文件", timeout=30_000)

    tab.get_by_role("tab", name="问答").click()
    ask(tab, "梨树县“田埂课堂”是怎么开的？")
    expect(tab.locator("#now .answer")).to_contain_text("96场")
    expect(tab.locator("#now .answer")).to_contain_text(NASTY_TEXT)
    tab.locator("#now .answer .cite").first.click()
    expect(tab.locator(QUOTE).first).to_be_in_viewport()
    expect(tab.locator("#panel dl")).to_contain_text(file.name)

    tab.get_by_role("tab", name="语料").click()
    tab.click("#renew")
    expect(tab.locator("#told")).to_contain_text("没有变化", timeout=30_000)
    tab.fill("#wanted textarea", "田埂课堂")
    expect(tab.locator("#listed tbody tr")).to_have_count(1)
    tab.click("#remove-docs input")
    tab.get_by_role("option", name=file.name, exact=True).click()
    tab.keyboard.press("Escape")
    open_page.answer = True
    tab.click("#remove")
    expect(tab.locator("#told")).to_contain_text("移除1个文件", timeout=30_000)
    tab.get_by_role("tab", name="问答").click()
    ask(tab, "梨树县“田埂课堂”是怎么开的？")
    expect(tab.locator("#now .answer")).not_to_contain_text("96场")


def test_two_runs_are_compared_down_to_a_question(open_page: Watched) -> None:
    tab = open_page.tab
    tab.get_by_role("tab", name="评测").click()
    expect(tab.locator("#runs tbody tr")).to_have_count(2)
    choose_run(tab, "run-a", "good")
    choose_run(tab, "run-b", "poor")
    expect(tab.locator("#figures")).to_contain_text("显著", timeout=15_000)
    expect(tab.locator("#questions .lead")).to_contain_text("3题（差别大的在前）")
    expect(tab.locator("#questions")).to_contain_text(NASTY_TEXT)
    tab.locator("#questions .find", has_text="红色物业怎么做？").click()
    expect(tab.locator(".drill")).to_contain_text("B poor：误拒")
    tab.locator(".drill .cite").first.click()
    expect(tab.locator("#eval-panel mark.quoted").first).to_be_in_viewport()
    tab.locator("#eval-panel [data-act=sources]").click()
    expect(tab.locator(".drill h3")).to_have_text("红色物业怎么做？")
    tab.locator("#questions .find", has_text=NASTY_TEXT).click()
    expect(tab.locator(".drill h3")).to_have_text(NASTY_TEXT)
    assert tab.locator("#eval img, #eval script").count() == 0


def test_what_was_found_is_graded_on_the_page(open_page: Watched) -> None:
    tab = open_page.tab
    tab.get_by_role("tab", name="评测").click()
    expect(tab.locator("#label")).to_be_visible()
    tab.locator("#label button").first.click()
    tab.click("#label-start")
    shown = tab.locator("#label-shown")
    expect(shown.locator(".card")).to_be_visible(timeout=30_000)
    expect(shown).to_contain_text("已判0个文件")
    tab.locator("#label-grades button", has_text="2 部分回答").click()
    expect(shown).to_contain_text("已判1个文件")


def choose_run(tab: Page, box: str, name: str) -> None:
    tab.click(f"#{box} input")
    tab.get_by_role("option", name=re.compile(f"^{name}")).click()
    expect(tab.get_by_role("option")).to_have_count(0)  # they fade away
