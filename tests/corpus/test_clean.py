"""Cleaning rules, case by case: furniture goes by its rule, the same words in an honest sentence stay."""

from __future__ import annotations

from typing import Any

import pytest

from corpus import endings, rules
from corpus.clean import clean_anywhere
from corpus.editor import Editor
from corpus.types import Span
from tests.corpus.made import LEAD, RESULT, TITLE, kept, read
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
            endings.TO_THE_END,
            endings.TAIL,
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


@pytest.mark.parametrize(
    ("picture", "behind"),
    [
        ("志愿者们为老人送上热汤", "“我早上五点半就起来了，汤要趁热喝。”代办员王某某说。"),
        ("村民正在窗口取件", "近日，东关镇把办事窗口开到村里。"),
        ("办事大厅改造前", "为进一步方便群众，东关镇重修了办事大厅。"),
        ("镇党委书记周某某（右二）为窗口揭牌", "据悉，东关镇的窗口已开到各村。"),
        ("义诊现场", "此次义诊由县医院发起，东关镇各村都来了人。"),
        ("图为代办员上门取材料", "“最近天热，代办员每天都按时来，帮着老人把材料一份份理好，再送到镇里去。"),
        ("8月15日，首个代办日活动在东关镇举行，代办员做好保障。王某某摄", "本次活动由镇里举办。"),
        ("东关镇代办员检查窗口及周边设备，确保畅通。图源：柳溪县东关镇办事处 ", "7月28日，天下大雨。"),
    ],
)
def test_captions_that_ran_into_the_text_go(picture: str, behind: str) -> None:
    assert kept(f"{TITLE}\n{LEAD}{picture}{behind}{RESULT}").replace(" ", "") == f"{LEAD}{behind}{RESULT}"


@pytest.mark.parametrize(
    "sentence",
    [
        "居民参与暖心守护大民生近日，",  # a heading that ran in
        "志愿者高兴地说“我早上五点半就起来了，汤要趁热喝。”",
        "活动现场“我早上五点半就起来了，汤要趁热喝。”",
        "8月15日，代办员来到柳树村。",
    ],
)
def test_what_people_do_in_a_sentence_stays(sentence: str) -> None:
    text = f"{LEAD}{sentence}{RESULT}"
    assert kept(f"{TITLE}\n{text}") == text
