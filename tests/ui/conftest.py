"""One browser and one server for all tests of the page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Dialog, Page

from index.build import build
from index.embedder import load_embedder
from index.store import LocalStore
from rag.config import Settings
from rag.service import Service
from tests.conftest import ROOT, SAMPLE, quiet
from tests.eval import made
from tests.ui.browser import CHROMIUM, chromium, serving

NASTY_NAME = "<img src=x onerror=alert(1)>.txt"
NASTY_TEXT = "<img src=x onerror=alert(2)></script><script>alert(3)</script>[点我](javascript:alert(4))"
NASTY_REPORT = (
    f"辽宁省阜新市彰武县：“爱心冰箱”送餐到门{NASTY_TEXT}\n"
    f"一、“爱心冰箱”摆进楼道{NASTY_TEXT}\n"
    f"彰武县在12个小区摆放“爱心冰箱”，由志愿者{NASTY_TEXT}每天给独居老人送餐，累计送餐3600份，服务老人180名。\n"
)


@dataclass
class Watched:
    """A page with everything it asked for and everything that went wrong on it."""

    tab: Page
    hosts: set[str] = field(default_factory=set)
    errors: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)
    answer: bool = False  # whether the next dialog is one of ours, to be accepted


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not CHROMIUM:
        pytest.skip("chromium is not installed")
    with chromium() as launched:
        yield launched


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The page over a part of the example reports and one report full of markup."""
    folder = tmp_path_factory.mktemp("page")
    reports = folder / "reports"
    reports.mkdir()
    (reports / NASTY_NAME).write_text(NASTY_REPORT, "utf-8")
    for path in sorted(SAMPLE.glob("s1-*")):
        (reports / path.name).write_bytes(path.read_bytes())
    store = LocalStore.open(folder / "store", load_embedder("default", ROOT / "var"), create=True)
    build(store, [reports], quiet)
    service = Service(Settings(store=Path(folder / "store")), store)
    made.run(folder / "eval" / "runs" / "good", "红色物业怎么做？", NASTY_TEXT)
    made.run(folder / "eval" / "runs" / "poor", "红色物业怎么做？", NASTY_TEXT, refuses=True)
    with serving(service, folder / "eval") as url:
        yield url
    service.close()


@pytest.fixture
def open_page(browser: Browser, address: str) -> Iterator[Watched]:
    tab = browser.new_page(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    watched = Watched(tab)
    tab.on("request", lambda request: watched.hosts.add(urlsplit(request.url).hostname or ""))
    tab.on("console", lambda said: watched.errors.append(said.text) if said.type == "error" else None)
    tab.on("pageerror", lambda error: watched.errors.append(str(error)))

    def answer(dialog: Dialog) -> None:
        if watched.answer:
            watched.answer = False
            dialog.accept()
            return
        watched.dialogs.append(dialog.message)
        dialog.dismiss()

    tab.on("dialog", answer)
    tab.goto(address)
    tab.wait_for_selector(".suggestion")
    yield watched
    tab.close()
    assert not watched.dialogs, "a script out of a text ran"
    assert watched.hosts <= {"127.0.0.1", ""}, "the page asked another host"
    assert not watched.errors
