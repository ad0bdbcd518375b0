"""Titles made for reports that have none, on invented texts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from corpus.types import NOWHERE, Locality, Report, Runs, Section, Span
from index.naming import shown_title
from tests.index.filed import LIAONING

LONG = "夜里不打烊的窗口，办事不用请假。" * 3


def report(text: str, *headings: str, place: Locality = LIAONING, title: str | None = None) -> Report:
    spans = ((text.find(heading), heading) for heading in headings)
    sections = tuple(Section(h, 1, Span(at, len(text)), Span(at + len(h), len(text))) for at, h in spans)
    return Report("a#1", "a", title, text, Runs([Span(0, len(text))]), place, sections=sections)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("8月2日晚，为进一步方便群众，彰武县组织夜间窗口。群众叫好。", "彰武县：组织夜间窗口"),
        ("近日，夜里的窗口灯还亮着，彰武县推行错时延时服务。", "彰武县：推行错时延时服务"),
        ("近日，天热。", "彰武县：近日"),
        ("镇里举办“夜里亮灯，办事不等”夜间窗口，群众叫好。", "彰武县：镇里举办“夜里亮灯，办事不等”夜间窗口"),
        # the speech and the scene in front say less than the deed behind them
        (
            "“小朋友们，大家好，今天由我来讲灯下办事。”讲解员说。近日，彰武县夜间窗口办事员评比活动在广场举行。夜间窗口来了人。",
            "彰武县：夜间窗口办事员评比活动在广场举行",
        ),
        (
            "甲小区是2005年建成的商品房小区，楼道发霉。近日，彰武县开展楼道粉刷行动，楼道亮了。",
            "彰武县：开展楼道粉刷行动",
        ),
        # what the whole report is about, not what it served
        (
            "为优化营商环境，提升办事体验，彰武县召开夜间窗口推进会，县长出席会议并讲话。夜间窗口今年要开到每个镇。",
            "彰武县：召开夜间窗口推进会",
        ),
        # a name or the means with the clause that says what was done
        (
            "彰武县第三届夜间窗口大赛，在为民服务中心拉开帷幕。",
            "彰武县：第三届夜间窗口大赛，在为民服务中心拉开帷幕",
        ),
        (
            "日前，彰武县以夜间窗口为抓手，把夜间窗口开到每个村。",
            "彰武县：以夜间窗口为抓手，把夜间窗口开到每个村",
        ),
        # not the means alone, where more is told
        (
            "群众王某通过夜间窗口平台，结果不满意。“办得快！”彰武县推行夜间窗口服务。",
            "彰武县：推行夜间窗口服务",
        ),
        ("彰武县民警侦破一起偷电案，电工李某正接受审查。", "彰武县：民警侦破一起偷电案"),
        # nor what someone hopes
        ("领导希望夜间窗口开到每个村，希望夜间窗口办得好。彰武县推行夜间窗口。", "彰武县：推行夜间窗口"),
        (
            "近日，彰武县住建局干部李某因病住院，急需办理夜间代办。",
            "彰武县：住建局干部李某因病住院，急需办理夜间代办",
        ),
        # nor what would be cut short
        (
            "彰武县"
            + "、".join(f"第{n}村民小组" for n in "一二三四五六七八九十")
            + "入选夜间窗口。彰武县夜间窗口点亮十个村民小组。",
            "彰武县：夜间窗口点亮十个村民小组",
        ),
        # nor who held it or by whose means
        ("彰武县艺术团承办。彰武县推行夜间窗口服务。", "彰武县：推行夜间窗口服务"),
        ("经过三个月的努力，窗口亮了灯。彰武县推行夜间窗口服务。", "彰武县：推行夜间窗口服务"),
        # whose committee it is, and the name of the city that goes with the county's
        ("近日，彰武县委书记到夜间窗口调研。", "彰武县：县委书记到夜间窗口调研"),
        ("近日，阜新彰武县推行夜间窗口服务。", "彰武县：推行夜间窗口服务"),
        ("近日，辽宁省纪委通报夜间窗口问题。", "彰武县：辽宁省纪委通报夜间窗口问题"),
        # a street's own word is no place's name
        ("彰武县级议事会开展年度招募工作，议事会来了百人。", "彰武县：彰武县级议事会开展年度招募工作"),
    ],
)
def test_a_made_title_tells_what_was_done(text: str, shown: str) -> None:
    assert shown_title(report(text)) == (shown, True)


def test_a_heading_above_the_text_is_the_title_and_one_of_many_is_not() -> None:
    assert shown_title(report(f"夜间窗口亮起来\n{LONG}", "夜间窗口亮起来"))[0] == "彰武县：夜间窗口亮起来"
    told = f"近日，彰武县推行夜间窗口服务。\n一、工作背景\n{LONG}"
    assert shown_title(report(told, "一、工作背景"))[0] == "彰武县：推行夜间窗口服务"
    scene = "随着三伏天到来，窗口越来越忙。彰武县推行夜间窗口服务。"
    lead = Section(scene[:14], 9, Span(0, len(scene)), Span(15, len(scene)))
    assert shown_title(replace(report(scene), sections=(lead,)))[0] == "彰武县：推行夜间窗口服务"
    first = f"一、工作背景\n近日，彰武县推行夜间窗口服务。{LONG}"
    assert shown_title(report(first, "一、工作背景"))[0] == "彰武县：推行夜间窗口服务"


def test_what_tells_of_nothing_is_named_by_its_first_heading_that_says_something() -> None:
    text = "一、工作背景\n好。\n（二）强化党建引领。\n好。"
    assert shown_title(report(text, "一、工作背景", "（二）强化党建引领。", place=NOWHERE)) == (
        "强化党建引领",
        True,
    )


def test_a_title_too_long_for_a_line_loses_where_it_was_or_who_were_many() -> None:
    held = (
        "“夜里亮灯、办事不等、窗口不关、群众不急、凡事有人应、件件有回音、事事有着落”夜间窗口体验活动"
        "在彰武县为民服务中心一楼大厅和大厅门前的广场举行。"
    )
    assert shown_title(report(held))[0].endswith("、事事有着落”夜间窗口体验活动")
    many = "彰武县营商局、审批局、公安局户政大队、税务局第一分局、不动产登记中心共同开展夜间窗口服务活动。"
    assert shown_title(report(many))[0] == "彰武县：开展夜间窗口服务活动"
    endless = shown_title(report("推行" + "夜间窗口办事" * 20 + "。"))[0]
    assert endless.endswith("…") and len(endless) == 68


@pytest.mark.parametrize(
    ("title", "shown"), [("积分制", ("积分制", False)), (" ", ("彰武县：某县实行网格化管理", True))]
)
def test_a_report_keeps_its_own_title(title: str, shown: tuple[str, bool]) -> None:
    assert shown_title(report("某县实行网格化管理，成效明显。", title=title)) == shown


def test_a_report_of_nothing_is_called_by_its_number() -> None:
    assert shown_title(report("", place=NOWHERE)) == ("a#1", True)


def test_a_title_says_neither_who_announced_it_nor_what_it_was_for() -> None:
    text = "住建局等七部门近日印发通知明确，彰武县开展夜间窗口试点工作。夜间窗口作为便民的好项目，夜里开门。"
    assert shown_title(report(text))[0] == "彰武县：开展夜间窗口试点工作"
