"""``python -m tests.ui.screenshots``: the pictures in docs/screenshots/, from the page as it is now."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from playwright.sync_api import Browser, Page

from rag import config
from rag.service import Service
from tests.ui.browser import CHROMIUM, ask, chromium, serving

FOLDER = Path("docs/screenshots")
WIDTHS = {"1440": (1440, 900), "390": (390, 844)}
QUESTION = "别的县是怎么做红色物业的？"
THEME = "老旧小区加装电梯"


def main(store: Annotated[Path | None, typer.Option(help="索引所在的文件夹")] = None) -> None:
    """重新生成截图。"""
    if not CHROMIUM:
        raise typer.BadParameter("找不到 chromium。")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (
        Service.open(config.load(store=store)) as service,
        serving(service) as address,
        chromium() as browser,
    ):
        for name, (width, height) in WIDTHS.items():
            _take(browser, address, name, width, height)


def _take(browser: Browser, address: str, name: str, width: int, height: int) -> None:
    tab = browser.new_page(viewport={"width": width, "height": height}, locale="zh-CN")
    tab.goto(address)
    tab.wait_for_selector(".suggestion")
    _save(tab, f"hello-{name}")
    ask(tab, QUESTION)
    if width < 600:
        _save(tab, f"answer-{name}")
    tab.locator("#now .answer li .cite").nth(1).click()
    tab.wait_for_selector("#panel mark.quoted")
    _save(tab, f"source-{name}")
    tab.get_by_role("tab", name="对比").click()
    tab.fill("#theme textarea", THEME)
    tab.press("#theme textarea", "Enter")
    tab.wait_for_selector("#comparison td")
    _save(tab, f"compare-{name}")
    tab.get_by_role("tab", name="语料").click()
    tab.wait_for_selector("#listed td")
    _save(tab, f"corpus-{name}")
    tab.close()


def _save(tab: Page, name: str) -> None:
    tab.wait_for_timeout(600)  # fonts and transitions
    tab.screenshot(path=FOLDER / f"{name}.png")
    typer.echo(f"{FOLDER / name}.png")


if __name__ == "__main__":
    typer.run(main)
