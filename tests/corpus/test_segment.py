"""corpus/segment.py: a page of several reports is taken apart; one report is left whole."""

from __future__ import annotations

from typing import Any

import pytest

from corpus.editor import Editor
from corpus.segment import segment
from corpus.types import Span
from tests.corpus.made import read
from tests.golden import case, rows

ROWS = rows("segment")


@pytest.mark.parametrize("row", [case(row, "id", "kind") for row in ROWS])
def test_golden(row: dict[str, Any]) -> None:
    got = [[report.title, report.text[:12], report.text[-12:]] for report in read(row["raw"]).reports]
    assert got == row["reports"]


@pytest.mark.parametrize("row", ROWS, ids=[row["id"] for row in ROWS])
def test_regions_cover_the_text_in_order(row: dict[str, Any]) -> None:
    raw = row["raw"]
    regions = segment(Editor(raw, [Span(0, len(raw))]), Span(0, len(raw)))
    assert "".join(region.of(raw) for region in regions) == raw
    assert all(len(region) for region in regions)


def test_reports_of_one_file_are_numbered_from_one() -> None:
    file = read(ROWS[1]["raw"], "甲/报告.txt")
    assert [report.report for report in file.reports] == [f"甲/报告.txt#{n}" for n in (1, 2, 3)]
    assert {report.doc for report in file.reports} == {"甲/报告.txt"}


def test_a_line_on_which_another_province_takes_over_holds_two_reports() -> None:
    first = (
        "“办证不用跑县城了。”老人说。近年来，辽宁省彰武县把办事窗口开到村里，村民不出村就能办事，老人、残疾人由代办员上门服务。"
        "此外，彰武县给每个村配了一名代办员，材料由代办员送到县里，办好了再送回家，全程不收一分钱。"
    )
    second = (
        "为守住一湖清水，昆明市在沿湖各村设立巡护队。盘龙区给每支巡护队配了船和对讲机，队员每天巡湖两次，发现垃圾当场清理。"
        "盘龙区还请退休教师给孩子讲湖的故事，孩子再把故事讲给家里人听。巡护队员每月评一次，评上的多领一份补贴。"
    )
    one, two = read(f"08/04  08:50，正文：{first}{second}").reports
    assert (one.locality.county, two.locality.county) == ("彰武县", "盘龙区")
    assert two.text.startswith("为守住") and two.text.endswith("一份补贴。")
    (visit,) = read(f"08/04  08:50，正文：{first}{second}彰武县的代办员也来学。").reports
    assert visit.locality.county is None or visit.locality.county == "彰武县"
