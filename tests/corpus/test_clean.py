"""Cleaning rules, case by case: furniture goes by its rule, the same words in an honest sentence stay."""

from __future__ import annotations

from typing import Any

import pytest

from corpus import rules
from corpus.clean import clean_anywhere
from corpus.editor import Editor
from corpus.types import Span
from tests.corpus.made import read
from tests.golden import case, rows

ROWS = rows("clean")
NO_NEGATIVE = {
    "网页页头",
    "索引信息",
    "主送机关",
    "零宽字符",
    "断行",
    "空白",
    "竖排单字",
}  # nothing honest looks like it


@pytest.mark.parametrize("row", [case(row, "id", "rule", "kind") for row in ROWS])
def test_golden(row: dict[str, Any]) -> None:
    file = read(row["raw"])
    assert [report.text for report in file.reports] == [row["text"]]
    removed = "".join("".join(removal.text for removal in file.removed).split())
    assert all("".join(gone.split()) in removed for gone in row["gone"])
    if row["kind"] == "goes" and row["gone"]:
        assert row["rule"] in {removal.rule for removal in file.removed}


def test_every_rule_has_a_case_that_goes_and_one_that_stays() -> None:
    named = {
        rule.name
        for group in (
            rules.ANYWHERE,
            rules.HEAD,
            rules.OPENING,
            rules.TO_THE_END,
            rules.TAIL,
            rules.LINES,
        )
        for rule in group
    }
    goes = {row["rule"] for row in ROWS if row["kind"] == "goes"}
    stays = {row["rule"] for row in ROWS if row["kind"] == "stays"}
    assert named - goes <= {"专稿", "转载说明"}
    assert (named | goes) - stays - NO_NEGATIVE <= {"专稿", "转载说明", "原标题"}


def test_rules_that_hold_anywhere_leave_the_rest_of_the_text_alone() -> None:
    raw = "前面的话。【打印】后面的话。（资料图）末尾。"
    editor = Editor(raw, [Span(0, len(raw))])
    clean_anywhere(editor)
    assert editor.view().text == "前面的话。后面的话。末尾。"
    assert [(removal.rule, removal.text) for removal in editor.removals] == [
        ("网页按钮", "【打印】"),
        ("图片署名", "（资料图）"),
    ]


@pytest.mark.parametrize("before", range(370, 392, 2))
def test_a_caption_that_runs_into_its_sentence_never_takes_words_of_it(before: int) -> None:
    """Wherever the opening of a report, which is looked at once more, may end."""
    said = ("东关镇把办事窗口开到村里，村民不出村就能办事。" * 20)[: before - 1] + "。"
    told = "本次活动为老人办了手续，" + "群众都说好，" * 12 + "往后还要办下去。"
    (report,) = read(f"窗口开到村 办事不出村\n{said}△ 代办员在村口核对材料{told}").reports
    assert report.text.endswith(told)


def test_a_hundred_thousand_blanks_behind_a_sentence_are_passed_once() -> None:
    """Two runs of blanks side by side in the pattern of credits took minutes, and for a megabyte hours."""
    text = "某县推行积分制，村民换取用品。" + "\u3000" * 100_000 + "图片里是兑换点。"
    file = read(text)
    assert "图片里是兑换点。" in file.reports[0].text
