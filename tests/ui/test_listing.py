"""The tab 语料 as HTML, and who may change what it shows."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import pytest

from corpus.errors import StoreBusy
from corpus.read import read_file
from corpus.types import Failure, Locality
from index.types import Added, Counts, ReportHead
from rag.themes import Themed
from rag.ui import html, listing, upload
from tests.ui.test_html import NASTY, seen


def head(doc: str, title: str, province: str | None = None, date: str | None = None) -> ReportHead:
    return ReportHead(f"{doc}#1", doc, title, title, False, Locality(province), (), date, None, 1)


THEMED = Themed({"a#1": ("停车与充电", "党建引领"), "b#1": ("党建引领",), "c#1": ()})


def test_counts_by_province_year_and_theme() -> None:
    heads = [head("a", "甲", "辽宁省", "2023-01"), head("b", "乙", "辽宁省", "2024"), head("c", "丙")]
    text = seen(listing.overview(heads, THEMED, [("d.pdf", "读不了")])).text
    assert "3个文件，3份报告" in text
    assert "辽宁省2地方未注明1" in text
    assert "2024120231日期未注明1" in text
    assert "党建引领2停车与充电1其他1" in text
    assert "辽宁省22002023—2024党建引领 2、停车与充电 1" in text
    assert "读取时的问题（1处）d.pdf：读不了" in text


def test_search_wants_every_word() -> None:
    heads = [head("a", "红色物业", "辽宁省"), head("b", "红色物业", "河南省"), head("c", "丙")]

    def found(words: str) -> list[str]:
        return [one.doc for one in listing.matching(heads, THEMED, words)]

    assert found("红色 辽宁") == ["a"]
    assert found("红色 山东") == []
    assert found("党建引领") == ["a", "b"]
    assert found("其他 地方未注明 日期未注明") == ["c"]
    assert "2份报告" in seen(listing.reports(heads[:2], THEMED)).text


@pytest.mark.parametrize("nasty", NASTY)
def test_nasty_names_and_texts_are_text(nasty: str, tmp_path: Any) -> None:
    path = tmp_path / "a.txt"
    path.write_text(
        f"责任编辑：张三\n辽宁省彰武县：{nasty}\n彰武县{nasty}建了党支部，解决问题360件。\n", "utf-8"
    )
    themed = Themed({f"{nasty}#1": (nasty,)})
    file, failure = read_file(path, tmp_path), Failure(nasty, nasty)
    markup = listing.preview([file, failure], ["a.txt"])
    assert nasty in seen(markup).text
    assert nasty in seen(listing.reports([head(nasty, nasty)], themed)).text
    assert nasty in seen(listing.overview([head(nasty, nasty, nasty)], themed, [(nasty, nasty)])).text
    assert nasty in seen(listing.stages([failure], nasty)).text


def test_a_preview_names_the_rule_of_every_removal(tmp_path: Any) -> None:
    path = tmp_path / "a.txt"
    path.write_text(
        "来源：某报\n辽宁省彰武县：食堂办到家门口\n彰武县办起食堂12个。\n责任编辑：张三\n", "utf-8"
    )
    file = read_file(path, tmp_path)
    text = seen(listing.preview([file], [])).text
    assert "责任编辑 1处" in text
    assert "规则文字" in text
    assert "责任编辑责任编辑：张三" in text
    assert "1份报告" in seen(listing.stages([file])).text


def test_a_change_shows_its_stages_and_survives_a_failure() -> None:
    def change(show: Any) -> Added:
        show("计算向量", 1, 2)
        return Added(("a.txt",), (), (), (("b.txt", "b.txt：读不了"),), Counts(3, 4, 5))

    def broken(show: Any) -> Added:
        raise StoreBusy("另一个程序正在写。", "请稍候。")

    steps, said = driven(upload.changing(change, lambda step: step.words))
    assert steps == ["计算向量 1/2"]
    assert seen(said).text == "入库1个文件。现有3个文件、4份报告。b.txt：读不了"
    assert driven(upload.changing(broken, lambda step: step.words)) == (
        [],
        html.trouble("另一个程序正在写。", "请稍候。"),
    )


def driven(work: Generator[str, None, str]) -> tuple[list[str], str]:
    steps = []
    while True:
        try:
            steps.append(next(work))
        except StopIteration as end:
            return steps, str(end.value)
