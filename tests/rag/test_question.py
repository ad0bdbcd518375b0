"""Questions as data: tests/golden/question.jsonl; what is left out of a case is not checked."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import TashanError
from corpus.types import Locality, Span
from index.types import ReportHead
from rag.names import short_name
from rag.question import corrected, intent_of, understand
from rag.regions import REGIONS
from rag.types import Citation, Intent, Question
from tests.golden import rows

TODAY = datetime.date(2026, 6, 1)
CASES = rows("question")
FUXIN = Locality("辽宁省", "阜新市", "阜新蒙古族自治县")
LIESHAN = Locality("安徽省", "淮北市", "烈山区", "任楼街道", "西园社区")


def names(places: tuple[Locality, ...]) -> list[str]:
    return sorted(place.full for place in places)


def head(report: str, place: Locality) -> ReportHead:
    return ReportHead(report, report.split("#")[0], report, report, False, place, (), "2023-08-01", None, 0)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["asked"])
def test_golden(case: dict[str, Any]) -> None:
    found = understand(case["asked"], history=case.get("history", ()), home=case.get("home"), today=TODAY)
    for key, value in case.items():
        match key:
            case "include" | "exclude":
                assert names(getattr(found, key)) == sorted(value)
            case "unknown":
                assert list(found.unknown_places) == value
            case "topic":
                assert all(word in found.topic for word in value), found.topic
            case "not_topic":
                assert not any(word in found.topic for word in value), found.topic
            case "asked" | "history" | "home":
                pass
            case _:
                assert getattr(found, key) == value, key


def test_places_asked_for_are_hard_filters() -> None:
    found = understand("安徽的时间银行怎么做？")
    assert found.filter.include == found.include and not found.filter.empty


def test_a_place_given_outside_the_question_counts_too() -> None:
    found = understand("红色物业怎么做？", include=["辽宁"], exclude=["彰武县"])
    assert names(found.include) == ["辽宁省"]
    assert names(found.exclude) == ["辽宁省·阜新市·彰武县"]
    assert understand("红色物业怎么做？", include=["亚特兰蒂斯"]).unknown_places == ("亚特兰蒂斯",)


def test_a_community_is_known_from_the_reports() -> None:
    found = understand("西园社区怎么管物业？", known=(head("a.txt#1", LIESHAN),))
    assert found.include == (LIESHAN,)
    assert understand("西园社区怎么管物业？").include == ()


def test_namesakes_with_reports_go_first() -> None:
    ours = Locality("安徽省", "淮北市", "烈山区", "东湖街道")
    found = understand("东湖街道怎么做网格？", known=(head("a.txt#1", ours),))
    assert found.include == (ours,)


def cite(n: int, doc: str, place: Locality) -> Citation:
    return Citation(
        n, doc, f"{doc}#1", f"{doc}#1:1", "题", False, place, None, None, "话", Span(0, 1), Span(0, 1)
    )


def test_an_ordinal_points_at_a_place_of_the_last_answer() -> None:
    cited = (cite(1, "a.txt", FUXIN), cite(2, "a.txt", FUXIN), cite(3, "b.txt", LIESHAN))
    found = understand("第二个地方具体怎么做的？", history=["各地怎么做红色物业？"], cited=cited)
    assert found.include == (LIESHAN,) and found.subjects == ("b.txt",)
    assert "红色物业" in found.topic and found.standalone.endswith("第二个地方具体怎么做的？")
    assert understand("第九个地方呢？", history=["各地怎么做红色物业？"], cited=cited).subjects == ()


def test_a_question_is_corrected_by_its_asker() -> None:
    found = corrected(understand("火星怎么做？"), include=[FUXIN], exclude=[])
    assert found.include == (FUXIN,) and found.unknown_places == ()


@pytest.mark.parametrize("asked", ["", "   ", "？？", "\n"])
def test_an_empty_question_says_what_to_do(asked: str) -> None:
    with pytest.raises(TashanError, match="请输入"):
        understand(asked)


@settings(deadline=None)  # a test asserts no time
@given(st.text(max_size=80))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        found = understand(text, history=(text,), today=TODAY)
    except TashanError:
        return
    assert isinstance(found, Question)


@settings(deadline=None)  # a test asserts no time
@given(st.sampled_from(sorted(REGIONS)), st.booleans())
def test_regions_are_asked_for_and_left_out(region: str, leave_out: bool) -> None:
    asked = f"除了{region}地区，怎么做调解？" if leave_out else f"{region}地区怎么做调解？"
    found = understand(asked)
    assert names(found.exclude if leave_out else found.include) == names(REGIONS[region])
    assert not (found.include if leave_out else found.exclude)


def test_short_names() -> None:
    full = ("内蒙古自治区", "广西壮族自治区", "北京市", "准格尔旗", "西园社区")
    assert [short_name(name) for name in full] == ["内蒙古", "广西", "北京", "准格尔", "西园社区"]


@pytest.mark.parametrize(
    ("asked", "intent"),
    [
        ("积分多久换一次东西，多久算一回？", Intent.HOW),
        ("网格员多久上门一次，怎么记录？", Intent.HOW),
        ("装一部电梯要多久？", Intent.FIGURE),
    ],
)
def test_how_often_is_no_figure(asked: str, intent: Intent) -> None:
    assert intent_of(asked) is intent


def test_a_kind_of_report_that_is_named_bounds_the_question() -> None:
    heads = tuple(
        replace(head(f"{name}#1", Locality("江苏省")), title=title)
        for name, title in (("甲.txt", "2026年东海省政府工作报告"), ("乙.txt", "东海省的食堂"))
    )
    read = understand("哪些省在政府工作报告里写了食堂？", known=heads)
    assert read.within == ("甲.txt#1",)
    assert understand("社区食堂怎么办？", known=heads).within is None
    assert understand("政府工作报告里写了食堂吗？", known=heads[1:]).within is None


def test_who_answers_a_telephone_is_no_question_for_its_number() -> None:
    assert understand("机关干部轮流到热线接电话，人怎么安排？").intent is Intent.HOW
    assert understand("社保局的电话是多少？").intent is Intent.FACT


def test_work_done_in_another_province_asks_for_no_other_place() -> None:
    read = understand("云南在外省开招工点，每个补多少钱？")
    assert [place.full for place in read.include] == ["云南省"] and not read.exclude and not read.many
    assert understand("云南搞得不错，外省是怎么做的？").exclude
    border = understand("湖南跟外省搭界的乡镇，怎么把两边的代表拢到一起？")
    assert [place.full for place in border.include] == ["湖南省"] and not border.exclude


@pytest.mark.parametrize(
    ("asked", "include", "exclude"),
    [
        ("上海外滩的驿站叫什么名字？", ["上海市"], []),
        ("上海外还有哪些地方办老年食堂？", [], ["上海市"]),  # 海外 is no word here
        ("上海外高桥的工厂怎么办食堂？", ["上海市"], []),
        ("广东外还有哪些地方办食堂？", [], ["广东省"]),
        ("广东外，谁办食堂？", [], ["广东省"]),
    ],
)
def test_外_leaves_a_place_out_only_where_it_is_no_part_of_a_name(
    asked: str, include: list[str], exclude: list[str]
) -> None:
    read = understand(asked)
    assert [place.full for place in read.include] == include
    assert [place.full for place in read.exclude] == exclude


@pytest.mark.parametrize(
    ("asked", "intent"),
    [
        ("村里怎么选代办员、干多久、管哪些事？", Intent.HOW),
        ("代办员干多久？", Intent.FIGURE),
        ("怎么筹的钱，花了多少钱，建了多少个站？", Intent.HOW),
        ("村里几百户没通自来水，帮扶单位能帮什么忙，大概要多久？", Intent.HOW),
        ("有没有村子自己办班的？一期收多少孩子？", Intent.HOW),  # whether anybody does it
        ("今年收了多少亩、卖了多少钱？医院有没有包销？", Intent.FIGURE),
        ("取得了哪些成绩？", Intent.FIGURE),
        ("碰到走失的老人怎么处置，怎么查到他是谁？", Intent.HOW),
        ("这个人是谁，电话是多少？", Intent.FACT),
    ],
)
def test_what_is_asked_beside_how_it_is_done_is_no_question_of_its_own(asked: str, intent: Intent) -> None:
    assert intent_of(asked) is intent


def test_what_lies_outside_is_no_other_place() -> None:
    assert not understand("小区的井比外头的管道还深，怎么根治？").many
    assert understand("停车难，外头是怎么做的？").many


@pytest.mark.parametrize(
    ("asked", "intent"),
    [
        ("好不容易种出几百斤瓜没人收，村里能从哪几头帮他卖掉？", Intent.HOW),
        ("户主掏不起修房的钱，社区也没有经费，能找谁帮忙修好？", Intent.HOW),
        ("乡贤出钱、村民出工，账目怎么管大家才放心？", Intent.HOW),
        ("有没有政府出面请人上门照料的，都做些什么？", Intent.HOW),
        ("派人去念文件老党员不爱听，怎么上好党课？", Intent.HOW),
        ("哪些地方设了冷饮柜？钱是谁出的？", Intent.LIST),
        ("那这钱从哪来？有几个村拿到了？", Intent.FUNDING),
    ],
)
def test_what_a_question_only_tells_of_is_not_what_it_asks_for(asked: str, intent: Intent) -> None:
    assert intent_of(asked) is intent


def test_which_one_it_was_asks_for_one() -> None:
    asked = "有个省的应急部门发通知提出几个“严格”，是哪个省？分别管什么？"
    read = understand(asked)
    assert read.intent is Intent.MECHANISM and not read.many
    assert understand("哪个省在搞村级食堂？").many


def test_that_person_of_a_follow_up_points_back() -> None:
    earlier = ("公园扩建占了菜地，补偿协议该怎么递材料？",)
    assert "补偿协议" in understand("那人要是住了院出不来，过了时限还算不算？", history=earlier).standalone
    other = "那些人可以领取高龄老人的养老服务补贴，要到哪个部门办理手续？"
    assert "补偿协议" not in understand(other, history=earlier).standalone


@pytest.mark.parametrize(
    ("asked", "inside", "outside"),
    [
        ("除了普陀，上海还有哪些街道办食堂？", "上海市", "上海市·普陀区"),
        ("除了普陀区，上海还有哪些街道办食堂？", "上海市", "上海市·普陀区"),
        ("上海除了宝山，还有哪些街道办食堂？", "上海市", "上海市·宝山区"),
        ("除了朝阳，北京还有哪些社区办食堂？", "北京市", "北京市·朝阳区"),
        ("除了西湖区，杭州还有哪些社区办食堂？", "浙江省·杭州市", "浙江省·杭州市·西湖区"),
        ("不算南山，深圳还有哪些社区办食堂？", "广东省·深圳市", "广东省·深圳市·南山区"),
        ("除了深圳南山，广东还有哪些区办食堂？", "广东省", "广东省·深圳市·南山区"),
        ("除了松江区，上海浦东怎么办食堂？", "上海市·浦东新区", "上海市·松江区"),
        ("除了大连，沈阳怎么办食堂？", "辽宁省·沈阳市", "辽宁省·大连市"),
    ],
)
def test_what_is_left_out_lies_in_what_is_asked_for(asked: str, inside: str, outside: str) -> None:
    made = understand(asked)
    assert [place.full for place in made.include] == [inside]
    assert [place.full for place in made.exclude] == [outside]


def test_words_that_are_also_counties_are_left_alone_where_something_else_is_left_out() -> None:
    assert understand("除了新华社，还有谁报道过食堂？").exclude == ()
    assert understand("除了和平共处，邻里之间还能怎么互助？").exclude == ()
    assert [p.full for p in understand("除了上海、江苏，别处怎么办食堂？").exclude] == ["上海市", "江苏省"]
    assert [p.full for p in understand("除了上海，江苏，别处怎么办食堂？").exclude] == ["上海市", "江苏省"]
    assert [p.full for p in understand("北京朝阳的社区怎么办食堂？").include] == ["北京市·朝阳区"]
