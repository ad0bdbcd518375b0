"""``python -m tests.ui.screenshots``: the pictures in docs/screenshots/, from the page as it is now."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated

import typer
from playwright.sync_api import Browser, Page, expect

from eval import runner
from eval.runner import Request
from rag import config
from rag.service import Service
from tests.ui.browser import CHROMIUM, ask, choose, chromium, serving

FOLDER = Path("docs/screenshots")
WIDTHS = {"1440": (1440, 900), "390": (390, 844)}
QUESTION = "别的县是怎么做红色物业的？"
FILTERED = "停车难怎么解决？"
THEME = "老旧小区加装电梯"
QUESTIONS = 40  # of the sample's gold, for the pictures of 评测
RUNS = {
    "默认设置": (),
    "只用语义检索": ("search.dense=1", "search.bigrams=0", "search.whole=0"),
}
UPLOAD = "上传示例（内容为虚构）.txt"
UPLOADED = """来源：虚构日报 2024-05-06
分享到微信
吉林省四平市梨树县：“田埂课堂”把技术送到地头（内容为虚构）
梨树县开设“田埂课堂”，农技员每周到地头讲课，累计讲课96场，听课农户2100人次。
一、课表贴在村口
村里把课表贴在村口公告栏，农户按需点课，点得多的课再讲一遍。
责任编辑：虚构
相关阅读
"""


def main(store: Annotated[Path | None, typer.Option(help="索引所在的文件夹")] = None) -> None:
    """重新生成截图。"""
    if not CHROMIUM:
        raise typer.BadParameter("找不到 chromium。")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / UPLOAD).write_text(UPLOADED, "utf-8")
        for run, changes in RUNS.items():
            request = Request(store=store, changes=changes, limit=QUESTIONS)
            runner.run(request, lambda stage, done, of: None, out=folder / "runs" / run)
        with (
            Service.open(config.load(store=store)) as service,
            serving(service, folder) as address,
            chromium() as browser,
        ):
            for width, size in WIDTHS.items():
                _take(browser, address, width, size, folder / UPLOAD)


def _take(browser: Browser, address: str, name: str, size: tuple[int, int], upload: Path) -> None:
    tab = browser.new_page(viewport={"width": size[0], "height": size[1]}, locale="zh-CN")
    tab.goto(address)
    tab.wait_for_selector(".suggestion")
    _save(tab, f"hello-{name}")
    _asked(tab, name)
    _compared(tab, name)
    _loaded(tab, name, upload)
    _evaluated(tab, name)
    tab.close()


def _asked(tab: Page, name: str) -> None:
    ask(tab, QUESTION)
    _save(tab, f"answer-{name}")
    for collect in tab.locator("#now .card > .collect").all()[:2]:
        collect.click()
    tab.locator("#now .answer li .cite").nth(1).click()
    tab.wait_for_selector("#panel mark.quoted")
    _save(tab, f"source-{name}")
    tab.locator("#filters button").first.click()
    choose(tab, "theme-filter", "停车与充电")
    ask(tab, FILTERED)
    tab.locator("#filters").scroll_into_view_if_needed()
    _save(tab, f"filters-{name}")
    tab.locator("#filters button").first.click()


def _compared(tab: Page, name: str) -> None:
    tab.get_by_role("tab", name="对比").click()
    tab.fill("#theme textarea", THEME)
    tab.press("#theme textarea", "Enter")
    tab.wait_for_selector("#comparison td")
    tab.locator("#comparison .pick").nth(1).check()
    _to_top(tab)
    _save(tab, f"compare-{name}")
    tab.click("[data-act=collect-picked]")
    expect(tab.locator("[data-act=collect-picked]")).to_have_text("已收入")
    tab.get_by_role("tab", name="素材篮").click()
    expect(tab.locator("#basket-list .piece")).to_have_count(3)
    tab.locator("#basket-list .note").first.fill("课前先问：你们小区物业费收得上来吗？")
    _to_top(tab)
    _save(tab, f"basket-{name}")


def _loaded(tab: Page, name: str, upload: Path) -> None:
    tab.get_by_role("tab", name="语料").click()
    tab.wait_for_selector("#listed td")
    _save(tab, f"corpus-{name}")
    tab.locator("#edit button").first.click()
    tab.set_input_files("#upload input[type=file]", upload)
    tab.wait_for_selector("#preview .card")
    tab.locator("#preview summary").first.click()
    tab.locator("#preview").scroll_into_view_if_needed()
    _save(tab, f"upload-{name}")
    tab.click("#discard")


def _evaluated(tab: Page, name: str) -> None:
    tab.get_by_role("tab", name="评测").click()
    for box, run in zip(("run-a", "run-b"), RUNS, strict=True):
        tab.click(f"#{box} input")
        tab.locator("[role=option]", has_text=run).last.click()
        expect(tab.locator("[role=option]")).to_have_count(0)
    expect(tab.locator("#figures")).to_contain_text("95%区间", timeout=30_000)
    expect(tab.locator("#questions .lead")).to_contain_text("差别大的在前")
    tab.locator("#questions .find").first.click()
    tab.wait_for_selector(".drill")
    if name != "390":
        tab.locator("#figures").scroll_into_view_if_needed()
    _save(tab, f"eval-{name}")


def _to_top(tab: Page) -> None:
    tab.evaluate("scrollTo(0, 0)")


def _save(tab: Page, name: str) -> None:
    tab.wait_for_timeout(600)  # fonts and transitions
    tab.screenshot(path=FOLDER / f"{name}.png")
    typer.echo(f"{FOLDER / name}.png")


if __name__ == "__main__":
    typer.run(main)
