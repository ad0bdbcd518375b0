"""The tab 语料 as HTML, and who may change what it shows."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from corpus.read import read_file
from corpus.types import Failure, Locality
from index.types import ReportHead
from rag.ui import listing
from rag.ui.corpus import may_edit
from tests.ui.test_html import NASTY, seen


def head(doc: str, title: str, province: str | None = None, date: str | None = None) -> ReportHead:
    return ReportHead(f"{doc}#1", doc, title, title, False, Locality(province), (), date, None, 1)


def test_counts_by_province_and_year() -> None:
    heads = [head("a", "甲", "辽宁省", "2023-01"), head("b", "乙", "辽宁省", "2024"), head("c", "丙")]
    text = seen(listing.overview(heads, [("d.pdf", "读不了")])).text
    assert "3个文件，3份报告" in text
    assert "辽宁省2未注明1" in text
    assert "2024120231未注明1" in text
    assert "d.pdf：读不了" in text


def test_search_wants_every_word() -> None:
    heads = [head("a", "红色物业", "辽宁省"), head("b", "红色物业", "河南省")]
    assert "1份报告" in seen(listing.reports(heads, "红色 辽宁")).text
    assert "0份报告" in seen(listing.reports(heads, "红色 山东")).text


@pytest.mark.parametrize("nasty", NASTY)
def test_nasty_names_and_texts_are_text(nasty: str, tmp_path: Any) -> None:
    path = tmp_path / "a.txt"
    path.write_text(
        f"责任编辑：张三\n辽宁省彰武县：{nasty}\n彰武县{nasty}建了党支部，解决问题360件。\n", "utf-8"
    )
    markup = listing.preview([read_file(path, tmp_path), Failure(nasty, nasty)], ["a.txt"])
    assert nasty in seen(markup).text
    assert nasty in seen(listing.reports([head(nasty, nasty)])).text
    assert nasty in seen(listing.overview([head(nasty, nasty, nasty)], [(nasty, nasty)])).text


HERE = ["127.0.0.1", "::1"]


@pytest.mark.parametrize("host", [*HERE, "192.168.1.7", "testclient", None])
def test_only_this_machine_may_change_reports(host: str | None) -> None:
    client = SimpleNamespace(host=host) if host else None
    assert may_edit(SimpleNamespace(client=client)) is (host in HERE)  # type: ignore[arg-type]
