"""rag/answer.py and rag/cards.py: nothing but quotes, places, counts and labels."""

from __future__ import annotations

import re

import pytest

from corpus.types import Locality
from rag.answer import Draft, Extractive, compose
from rag.cards import UNPLACED, cards, figure_clauses, shared_names
from rag.evidence import evidence
from rag.figures import could_be
from rag.sources import sources
from rag.types import Evidence, Intent, Question, Searched
from tests.rag.made import KAIPING, KAIPING_TEXT, LIUHE, LIUHE_TEXT, hit, question

SEARCHED = Searched(3, 2, (2024, 2024))
HITS = (
    hit(LIUHE_TEXT, LIUHE, measure="红管家进小区"),
    hit(KAIPING_TEXT, KAIPING, name="乙.txt", score=0.88, number=2),
)


def quoted(asked: Question) -> tuple[Evidence, ...]:
    return evidence(asked, sources(asked, HITS))


def draft(asked: Question) -> Draft:
    return compose(asked, quoted(asked), SEARCHED)


def compose_one(asked: Question, text: str) -> Draft:
    return compose(asked, evidence(asked, sources(asked, [hit(text, LIUHE)])), SEARCHED)


@pytest.mark.parametrize("intent", list(Intent))
@pytest.mark.parametrize("many", [True, False])
def test_every_statement_is_a_quote_with_its_number(intent: Intent, many: bool) -> None:
    made = draft(question("红管家 议事会 停车", intent, many=many))
    by_number = {c.n: c for c in made.citations}
    assert made.statements
    for statement in made.statements:
        assert statement.citations
        assert any(statement.text in by_number[n].quote for n in statement.citations)


@pytest.mark.parametrize("intent", list(Intent))
def test_numbers_in_the_text_are_those_of_the_citations(intent: Intent) -> None:
    made = draft(question("红管家 议事会", intent))
    assert {int(n) for n in re.findall(r"\[(\d+)\]", made.text)} == {c.n for c in made.citations}
    assert [c.n for c in made.citations] == list(range(1, len(made.citations) + 1))


def test_a_card_names_place_measure_and_source() -> None:
    made = draft(question("红管家 议事会"))
    assert "江苏省·南京市·六合区｜红管家进小区" in made.text
    assert "2024-05-01" in made.text
    assert "2个地方的2份报告" in made.text


def test_a_comparison_is_a_table() -> None:
    made = draft(question("红管家 议事会", Intent.COMPARE))
    assert made.text.count("\n|") >= 4


def test_the_figure_comes_first() -> None:
    made = draft(question("议事会 解决 多少", Intent.FIGURE))
    assert made.text.index("关键数据") < made.text.index("江苏省·南京市·六合区")


def test_what_several_places_share_is_named_with_its_sources() -> None:
    made = draft(question("红管家 议事会"))
    assert re.search(r"红管家（2个地方）(\[\d+\]){2}", made.text)


def test_the_figure_that_was_asked_for_comes_first_of_all() -> None:
    text = "去年新增就业141万人，新建公园20个。今年的目标是：全市新增就业120万人，物价涨幅2%左右。"
    made = compose_one(question("今年 新增就业 目标 多少", Intent.FIGURE), text)
    assert made.text.split("关键数据**\n")[1].startswith("- 今年的目标是：全市新增就业120万人，")


def test_figures_of_something_else_are_no_key_figures() -> None:
    text = "小区安装充电装置640个，方便居民。常住人口有4000多人，外来人口不少。"
    made = compose_one(question("充电装置 安装 多少", Intent.FIGURE), text)
    figures = made.text.split("关键数据**")[1].split("\n\n")[0]
    assert "640个" in figures
    assert "4000多人" not in figures


@pytest.mark.parametrize(
    ("heading", "shown"),
    [
        ("（一）红管家进小区。", "｜红管家进小区"),
        ("四是红管家进小区", "｜红管家进小区"),
        ("三伏天一到，小区就开启了高温模式", ""),
        ("红管家进小区以来，", ""),
    ],
)
def test_only_a_name_stands_beside_a_place(heading: str, shown: str) -> None:
    asked = question("红管家")
    found = evidence(asked, sources(asked, [hit(LIUHE_TEXT, LIUHE, measure=heading)]))
    assert f"六合区{shown}**" in compose(asked, found, SEARCHED).text


def test_of_several_steps_none_stands_for_the_whole() -> None:
    steps = [
        hit("社区把车棚改成议事亭，每周三晚上开门。", LIUHE, measure="亭里议事", number=1),
        hit("议定的事由楼长盯着办，十天内回话。", LIUHE, measure="楼长盯办", number=2),
    ]
    asked = question("议事亭 开门 议定 楼长 回话")
    made = compose(asked, evidence(asked, sources(asked, steps)), SEARCHED)
    assert "亭里议事" not in made.text and "楼长盯办" not in made.text


def test_a_later_step_of_a_passage_does_not_bear_the_name_of_the_first() -> None:
    text = "亭里议事。每周三晚上大家坐到亭里说事。\n账上见分晓。一年下来水井修好8口，省下5万元。"
    asked = question("水井 修好 多少口 省下 多少", Intent.FIGURE)
    made = compose(asked, evidence(asked, sources(asked, [hit(text, LIUHE, measure="亭里议事")])), SEARCHED)
    assert "水井修好8口" in made.text and "｜亭里议事" not in made.text


def test_a_heading_of_two_characters_says_nothing_beside_a_place() -> None:
    asked = question("红管家")
    found = evidence(asked, sources(asked, [hit(LIUHE_TEXT, LIUHE, measure="建亭")]))
    assert "六合区**" in compose(asked, found, SEARCHED).text


def test_a_title_that_we_made_says_so() -> None:
    assert "（拟题）" in draft(question("红管家 议事会")).text


def test_an_unknown_place_is_said_to_be_unknown() -> None:
    asked = question("红管家")
    made = compose(asked, evidence(asked, sources(asked, [hit(LIUHE_TEXT, Locality())])), SEARCHED)
    assert UNPLACED in made.text
    assert "甲.txt的报告" in made.text


def test_two_reports_of_unknown_place_are_not_one_place() -> None:
    asked = question("红管家 议事会")
    hits = [hit(LIUHE_TEXT, Locality()), hit(KAIPING_TEXT, Locality(), name="乙.txt", number=2)]
    assert len(cards(evidence(asked, sources(asked, hits)))) == 2


def test_a_sentence_that_says_该社区_gets_its_place_marked_as_supplied() -> None:
    place = Locality("江苏省", "南京市", "六合区", "雄州街道", "泰山社区")
    asked = question("红管家")
    made = compose(
        asked, evidence(asked, sources(asked, [hit("该社区组建“红管家”服务队。", place)])), SEARCHED
    )
    assert "该社区〔六合区雄州街道泰山社区〕组建" in made.text
    assert made.statements[0].text == "该社区组建“红管家”服务队。"


@pytest.mark.parametrize(
    ("opening", "supplied"),
    [
        ("该镇", "该镇〔六合区竹镇镇〕"),
        ("该村", "该村〔六合区竹镇镇送驾村〕"),
        ("该区", "该区〔六合区〕"),
        ("该市", "该市〔南京市〕"),
        ("该乡", "该乡建起"),
        ("该县", "该县建起"),
        ("该社区", "该社区建起"),
    ],
)
def test_what_is_supplied_is_the_level_that_the_words_mean(opening: str, supplied: str) -> None:
    place = Locality("江苏省", "南京市", "六合区", "竹镇镇", "送驾村")
    asked = question("议事站")
    found = evidence(asked, sources(asked, [hit(f"{opening}建起议事站3处。", place)]))
    assert supplied in compose(asked, found, SEARCHED).text


def test_figure_clauses_are_verbatim() -> None:
    for clause in figure_clauses(LIUHE_TEXT):
        assert clause in LIUHE_TEXT


def test_shared_names_need_two_places() -> None:
    asked = question("红管家")
    one = cards(evidence(asked, sources(asked, HITS[:1])))
    assert shared_names(one, ("红管家",)) == ()


def test_the_writer_cites_its_evidence_in_order() -> None:
    asked = question("红管家 议事会")
    numbers = [s.citations[0] for s in Extractive().write(asked, quoted(asked))]
    assert numbers == list(range(1, len(numbers) + 1))


def test_a_figure_of_another_unit_year_or_kind_is_not_the_answer() -> None:
    assert could_be("2026年就业目标是多少？", "新增就业120万人", "今年的目标是：新增就业120万人。")
    assert not could_be("2026年就业目标是多少？", "新增就业141万人", "一年来，新增就业141万人。")
    assert not could_be("2026年投入多少资金？", "投入3万元", "2024年投入3万元。")
    made = compose_one(
        question("物业费收费率提到多少", Intent.FIGURE), "物业费有30户业主没有交，法官上门调解。"
    )
    assert "关键数据" not in made.text and made.text.startswith("未能确认所问的数字")


def test_an_answer_without_the_money_asked_for_says_so() -> None:
    asked = question("食堂一顿饭补助多少", Intent.FUNDING)
    assert "未能确认" in compose_one(asked, "食堂由社区开办，免费给老人送餐，经费有补助。").text
    assert "未能确认" not in compose_one(asked, "食堂由社区开办，每顿饭补助2元。").text


def test_of_several_figures_asked_for_each_has_its_own_unit() -> None:
    asked = "修路花了多少钱，装了多少盏灯？"
    assert could_be(asked, "路灯140盏", "路灯140盏") and could_be(asked, "筹来210万元", "筹来210万元")
    made = compose_one(question(asked, Intent.FIGURE), "乡里先后筹来210余万元。\n沿路立起太阳能灯140盏。")
    assert made.text.startswith("选自") and "- 沿路立起太阳能灯140盏。[" in made.text.split("**江苏省")[0]


def test_each_figure_that_is_asked_for_stands_first_by_itself() -> None:
    asked = "最低工资涨了多少？丧葬服务费从多少降到多少？"
    text = (
        "最低工资标准每月提高90元，高龄津贴每月提高35元，护理补贴标准每月提高60元，医保人均补助提高到640元，困难家庭每月另补40元。"
        "丧葬服务费由3600元下降到1500元左右。"
    )
    made = compose_one(question(asked, Intent.FIGURE), text)
    lines = made.text.split("关键数据**\n")[1].split("\n\n")[0].splitlines()
    assert [line.split("[")[0] for line in lines] == [
        "- 最低工资标准每月提高90元",
        "- 丧葬服务费由3600元下降到1500元左右。",
    ]


def test_places_asked_for_that_have_none_are_named() -> None:
    asked = question("红管家怎么做", Intent.COMPARE)
    found = evidence(asked, sources(asked, [hit(LIUHE_TEXT, LIUHE)]))
    lead = compose(asked, found, SEARCHED, (KAIPING,)).text.splitlines()[0]
    assert "没有找到广东省·江门市·开平市在这方面的做法" in lead


def test_what_is_asked_for_with_a_list_of_things_is_one_figure() -> None:
    asked = "试点一共选了多少个县、街道和社区？带来了多少资金？"
    text = (
        "厅里派人走了5200公里，对试点开展现场评估。试点名单包括21个县、18个街道、50个社区。带来资金3.2亿元。"
    )
    lines = compose_one(question(asked, Intent.FIGURE), text).text.split("关键数据**\n")[1].splitlines()
    assert lines[0].startswith("- 试点名单包括21个县、18个街道、50个社区") and "3.2亿元" in lines[1]


def test_a_figure_asked_for_that_no_quote_can_hold_is_said_to_be_missing() -> None:
    asked = "查燃气那次一共罚款多少钱，查了多少户商户？"
    made = compose_one(question(asked, Intent.FIGURE), "专项行动查了商户63户，下达整改通知书26份。")
    assert made.text.startswith("所引原文没有提到：查燃气那次一共罚款多少钱。")
    told = compose_one(question(asked, Intent.FIGURE), "专项行动查了商户63户，罚款2万元。")
    assert told.text.startswith("选自")


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ("比例多高、覆盖多少户？", "垃圾分类覆盖28万户，占九成以上，即90%。"),
        ("修了多久、花了多少钱？", "工程历时3个月，总投资12万元。"),
        ("打几折、少收多少钱？", "减免电费5%，共6.9亿元。"),
    ],
)
def test_a_figure_of_the_kind_asked_for_is_not_called_missing(asked: str, text: str) -> None:
    assert "没有提到" not in compose_one(question(asked, Intent.FIGURE), text).text


def test_who_pays_is_quoted_where_it_is_told_and_else_said_to_be_missing() -> None:
    asked = question("路灯怎么装起来的？装路灯的钱能从哪儿凑？")
    how = "村里开了三次院场会，定下每个湾子装路灯的位置。驻村干部带人挖坑立杆，两周装好40盏路灯。"
    paid = "村民自筹加上乡友捐款，凑齐了这笔开支。"
    told = compose_one(asked, how + paid)
    assert "乡友捐款" in told.text and told.text.startswith("选自")
    assert compose_one(asked, how).text.startswith("所引原文没有提到：装路灯的钱能从哪儿凑。选自")


def test_shops_are_counted_as_households_and_a_share_answers_how_many_tenths() -> None:
    asked = "一共查了多少家、整改了几成？"
    text = "此次共排查商户63户，发资料128份，下达通知26份，隐患整改完成率98%。"
    key = compose_one(question(asked, Intent.FIGURE), text).text.split("关键数据**\n")[1].split("\n\n")[0]
    assert "63户" in key and "98%" in key


def test_a_count_of_the_very_thing_stands_before_one_of_another_in_the_same_unit() -> None:
    asked = "装好了多少个小区？"
    text = "4个街镇的小区都装好了。118个住宅小区已经装好。"
    key = compose_one(question(asked, Intent.FIGURE), text).text.split("关键数据**\n")[1]
    assert key.startswith("- 118个住宅小区已经装好")


def test_of_clauses_alike_the_one_that_says_most_of_all_figures_asked_for_stands_first() -> None:
    asked = "换了多少个小区的电表，多少户人家用上了平价电？"
    text = "乡里修好31个小区、9000余户受益。17个小区换了电表，2600户人家用上平价电。"
    made = compose_one(question(asked, Intent.FIGURE), text)
    lines = made.text.split("关键数据**\n")[1].split("\n\n")[0].splitlines()
    assert len(lines) == 1 and "17个小区" in lines[0]


def test_a_count_of_things_done_is_asked_for_as_事() -> None:
    asked = "中心进了多少家单位，办了多少事？"
    made = compose_one(question(asked, Intent.FIGURE), "中心有16家单位入驻，调解矛盾纠纷8000余件。")
    assert "没有提到" not in made.text


def test_people_are_counted_by_名_where_the_question_says_个() -> None:
    asked = "替多少个出门打工的人要回了工钱，一共多少钱？"
    made = compose_one(
        question(asked, Intent.FIGURE), "修了71个项目，投资630亿元。帮2万名工人讨回工钱3.1亿元。"
    )
    assert made.text.split("关键数据**\n")[1].splitlines()[0].startswith("- 帮2万名工人讨回工钱3.1亿元")


def test_only_what_asks_for_money_is_said_to_be_untold() -> None:
    made = compose_one(question("改的钱谁出、饭从哪儿来、谁送？"), "盒饭由幸福食堂统一制作，骑手送到配餐点。")
    assert made.text.startswith("所引原文没有提到：改的钱谁出。")


@pytest.mark.parametrize(
    ("asked", "text", "untold"),
    [
        ("谁陪老人去医院，要等多久？", "社区请志愿者陪老人挂号、取药，家属在家等消息。", "要等多久"),
        ("谁陪老人去医院，要等多久？", "社区请志愿者陪老人挂号、取药，一般要等20分钟。", ""),
        ("几个孩子都不肯陪老人去医院，谁来陪？", "社区请志愿者陪老人挂号、取药。", ""),
        ("谈了几回都谈不拢，谁来劝？", "社区请老支书坐下来劝，两家各让一步。", ""),
        ("值班的一天也没几件事，怎么让他们走出去？", "站点的值班人员沿河巡查，帮着清垃圾。", ""),
        ("酵素怎么做，糖和水放多少？", "志愿者教大家做酵素，糖、菜叶、水按1:3:10放进桶里。", ""),
    ],
)
def test_a_figure_asked_beside_how_it_is_done_is_said_to_be_untold(
    asked: str, text: str, untold: str
) -> None:
    made = compose_one(question(asked), text)
    assert made.text.startswith(f"所引原文没有提到：{untold}。") if untold else "没有提到" not in made.text
