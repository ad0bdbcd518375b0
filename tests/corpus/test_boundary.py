"""corpus/boundary.py: where a title that runs into its report ends, and where a name does."""

from __future__ import annotations

import pytest

from corpus.boundary import balanced, end_score, name_end, start_score, title_end
from tests.corpus.made import LEAD, read

TITLE = "柳溪县东关镇开展便民代办活动"


def test_a_title_printed_twice_is_certain() -> None:
    assert title_end(TITLE + TITLE + LEAD) == len(TITLE)


@pytest.mark.parametrize(
    "opening", ["近日，柳溪县", "为进一步方便群众，", "8月12日，", "近年来，柳溪县", "“窗口开到村里”"]
)
def test_a_title_ends_where_a_report_usually_begins(opening: str) -> None:
    assert title_end(TITLE + opening + "东关镇把办事窗口开到村里，村民不出村就能办事。") == len(TITLE)


def test_a_title_never_ends_inside_a_number_a_quotation_or_before_a_stop() -> None:
    text = "东关镇“窗口开到村”改革第2023期简报近日，镇里把办事窗口开到村里，村民不出村就能办事。"
    end = title_end(text)
    assert end is not None
    assert balanced(text[:end])
    assert not (text[end - 1].isdigit() and text[end].isdigit())
    assert text[end] not in "，。、；："


@pytest.mark.parametrize(
    ("title", "behind"),
    [
        ("柳溪县：让村民成为办事窗口的管理者", "近日，镇里评出了十二名代办员。"),
        ("东关镇：“小窗口”送服务进村", "“大娘，您这一件办好了。”近日，代办员笑着说。"),
        ("东关镇的代办员和他们的口袋", "初秋的清晨，村口的代办点已经坐满了人，老人等着办事。"),
        ("东关镇把窗口开到村里", "八月盛夏，村口的代办点已经坐满了人，老人等着办事。"),
    ],
)
def test_a_title_does_not_end_inside_a_clause(title: str, behind: str) -> None:
    assert title_end(title + behind) == len(title)


@pytest.mark.parametrize(
    ("title", "behind"),
    [
        ("办事不用再跑远路！柳溪东关街道把窗口开到村口，让代办员上门取件", "近日，镇里评出了十二名代办员。"),
        ("办好每一件小事！柳溪东关街道代办员上门服务", "为进一步方便群众，镇里评出了十二名代办员。"),
        ("东关镇的代办员们获村民赠送一面锦旗", "一面锦旗、一片心意，村民们把锦旗挂在窗口旁边。"),
        ("东关镇代办员：心里装着每一个人的小事", "为了让老人少跑路，镇里评出了十二名代办员。"),
    ],
)
def test_a_title_of_two_halves_goes_on_to_the_opening(title: str, behind: str) -> None:
    assert title_end(title + behind) == len(title)


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("代办员为老人上门送清凉近日，柳溪县酷热，", "代办员为老人上门送清凉"),
        ("窗口搬进村 办事不出门为进一步方便群众，", "窗口搬进村 办事不出门"),
        ("柳溪县东关镇为进一步方便群众，", None),
        ("柳溪县人民政府近日，", None),
        ("柳溪日报8月7日讯（记者 李明）近日，柳溪县酷热，", None),
    ],
)
def test_a_headline_that_runs_into_an_opening(head: str, title: str | None) -> None:
    (report,) = read(f"2023-08-17 11:26，正文：{head}镇里评出了十二名代办员。{LEAD}").reports
    assert report.title == title
    assert "镇里评出了十二名代办员" in report.text


def test_text_without_a_title_has_no_end() -> None:
    assert title_end("。" + LEAD) is None
    assert title_end("") is None
    assert title_end("短") is None


def test_scores_tell_openings_and_endings_from_other_words() -> None:
    assert start_score("近日，柳溪") > start_score("的事项一")
    assert end_score("便民服务活动") > end_score("的")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("李明 王芳", "李明"),
        ("王大明，近日", "王大明"),
        ("李明近日，东关镇", "李明"),
        ("李明湖北某县红十字会和东关镇", "李明"),  # 湖北 is not torn for a name of three characters
    ],
)
def test_names_end_at_a_gap_or_before_the_first_word(text: str, name: str) -> None:
    assert text[: name_end(text, 0)] == name


@pytest.mark.parametrize(
    ("text", "whole"), [("“红色物业”", True), ("《办法", False), ("（一）", True), ("”", False), ("", True)]
)
def test_balanced(text: str, whole: bool) -> None:
    assert balanced(text) is whole


def test_a_title_says_what_its_subject_went_to() -> None:
    title = "代办服务助力乡村，师范学子走进柳溪东关"
    body = "在柳溪县团委的支持下，师范学院的代办服务队来到东关镇，教老人用手机办事。"
    assert title_end(title + body) == len(title)


def test_the_title_behind_its_source_label_is_the_title() -> None:
    (report,) = read(f"07/26 10:06，正文：来源标题：{TITLE}近日，{LEAD}").reports
    assert report.title == TITLE
