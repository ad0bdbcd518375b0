"""The report of an evaluation in a real browser: it opens from the disk and asks nobody for anything."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from eval import runner, setup
from eval.summary import TYPE_LABELS
from index.store import LocalStore
from tests.conftest import ROOT, quiet


@pytest.mark.browser
def test_the_report_opens_alone_and_can_be_searched(
    browser: Browser, sample_store: LocalStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    with setup.bench(None, sample_store.layout.root, None, quiet, limit=12, changes=("model=fake",)) as table:
        run = runner.on_bench(table, quiet, out=tmp_path / "run")
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    asked: list[str] = []
    wrong: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto((run.folder / "report.html").as_uri())
    assert len(asked) == 1 and wrong == []
    assert page.locator("svg").count() >= 3 and page.locator("details.question:visible").count() == 12
    kind = TYPE_LABELS[run.results[0].item.type]
    of_kind = sum(TYPE_LABELS[result.item.type] == kind for result in run.results)
    page.select_option("#kind", label=kind)
    assert page.locator("details.question:visible").count() == of_kind
    assert page.locator("#count").inner_text() == f"{of_kind} 题"
    shown = page.locator("details.question:visible").first
    shown.locator("summary").click()
    assert "回答" in shown.inner_text() and "检索结果" in shown.inner_text()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.close()
