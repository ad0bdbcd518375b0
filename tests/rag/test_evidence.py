"""rag/evidence.py: the sentences of the chosen reports that answer, in their order."""

from __future__ import annotations

from dataclasses import replace

import pytest

from corpus.types import Locality, Span
from rag.evidence import evidence
from rag.leaning import leans
from rag.sources import gram_weights, sources
from rag.types import Intent
from tests.rag.made import KAIPING, KAIPING_TEXT, LIUHE, LIUHE_TEXT, RELAY, hit, question


def test_evidence_answers_the_question_and_knows_its_place() -> None:
    asked = question("红管家 议事会")
    hits = [hit(LIUHE_TEXT, LIUHE), hit(KAIPING_TEXT, KAIPING, name="乙.txt", score=0.85, number=2)]
    found = evidence(asked, sources(asked, hits))
    assert {one.hit.stored.head.locality.county for one in found} == {"六合区", "开平市"}
    assert all(one.text == one.span.of(one.hit.stored.passage.text) for one in found)
    assert any("红管家" in one.text for one in found)


def test_neighbouring_sentences_become_one_quote() -> None:
    asked = question("议事会")
    found = evidence(asked, sources(asked, [hit("设立议事会。议事会每月开会。", KAIPING)]))
    assert [one.text for one in found] == ["设立议事会。议事会每月开会。"]


def test_figures_come_first_when_figures_are_asked_for() -> None:
    asked = question("议事 解决 投入", Intent.FIGURE)
    found = evidence(asked, sources(asked, [hit(LIUHE_TEXT, LIUHE)]))
    assert any("320余件" in one.text for one in found)
    assert any("46万元" in one.text for one in found)


def test_cells_of_a_table_are_quoted_only_where_there_is_nothing_else() -> None:
    asked = question("养老驿站")
    table = hit("建成养老驿站46个\n覆盖全部城市社区", LIUHE, number=2)
    told = evidence(asked, sources(asked, [hit("建成养老驿站，老人就近用餐。", LIUHE), table]))
    assert [one.text for one in told] == ["建成养老驿站，老人就近用餐。"]
    assert evidence(asked, sources(asked, [table]))


@pytest.mark.parametrize("intent", [Intent.HOW, Intent.LIST, Intent.COMPARE, Intent.FACT])
def test_a_report_of_nothing_but_scenes_is_quoted_all_the_same(intent: Intent) -> None:
    scenes = [
        "傍晚，走进红管家小区，映入眼帘的是热闹的广场，大家笑着打招呼。",
        "“真是欢声笑语，其乐融融，我们都高兴！”居民王阿姨笑着说。",
        "清晨，烈日下人头攒动，志愿者顶着酷暑穿梭，气氛热闹。",
    ]
    asked = question("门卫换班的登记", intent)
    for order in (scenes, scenes[::-1], scenes[1:]):
        assert evidence(asked, sources(asked, [hit("".join(order), LIUHE)]))


def test_no_hits_no_evidence() -> None:
    assert sources(question("红管家"), []) == ()
    assert evidence(question("红管家"), ()) == ()


def test_unknown_place_is_no_obstacle() -> None:
    asked = question("红管家")
    assert evidence(asked, sources(asked, [hit(LIUHE_TEXT, Locality())]))


def test_scenes_and_talk_give_way_to_what_was_done() -> None:
    scene = "走进红管家小区，空气中飘着花香，映入眼帘的是热闹的广场，大家笑着打招呼。"
    text = scene + "红管家每月召开议事会，由社区牵头，物业和业委会一起定下停车规矩。"
    found = evidence(question("红管家议事会"), sources(question("红管家议事会"), [hit(text, LIUHE)]))
    assert scene not in "".join(one.text for one in found)
    only = evidence(question("红管家"), sources(question("红管家"), [hit(scene, LIUHE)]))
    assert [one.text for one in only] == [scene]


def test_the_practice_stands_before_the_scene_that_a_report_opens_with() -> None:
    scene = "磨剪刀、磨菜刀，17日清早，红管家小区的广场上排起了队。"
    story = "居民张女士说，红管家这回给大家省了一桩麻烦事。"
    deed = "街道制定红管家办法，成立物业行业党委，由社区牵头每月召开议事会，并配备专职联络员。"
    asked = question("红管家议事会")
    found = evidence(asked, sources(asked, [hit(scene + story + deed, LIUHE)]))
    assert [one.text for one in found] == [deed]


def test_a_first_piece_that_says_little_gives_way_to_the_best_one() -> None:
    little = "红管家议事会在这里已经开了一段日子，大家都很熟悉。"
    deed = "街道制定红管家办法，成立物业行业党委，由社区牵头每月召开议事会，并配备专职联络员。"
    asked = question("红管家议事会")
    found = evidence(asked, sources(asked, [hit(f"{little}\n{deed}", LIUHE)]))
    assert [one.text for one in found] == [deed, little]


def test_where_one_figure_is_asked_for_other_figures_are_left_out() -> None:
    text = "新增就业目标为120万人。\n改造小区6470个，惠及50万户。"
    one = question("新增就业的目标是多少", Intent.FIGURE)
    assert [e.text for e in evidence(one, sources(one, [hit(text, LIUHE)]))] == ["新增就业目标为120万人。"]
    two = question("新增就业多少，改造小区多少个", Intent.FIGURE)
    assert len(evidence(two, sources(two, [hit(text, LIUHE)]))) == 2


def test_plans_and_effects_are_left_out_where_deeds_are_told_and_troubles_never_begin() -> None:
    trouble = "原来，红管家小区经常有人投诉楼道堵塞、无人过问。"
    deed = "街道制定红管家办法，成立物业行业党委，由社区牵头召开议事会，并配备联络员。"
    plan = "目前红管家方案已经拟好，将对各小区全面开展排查，建立机制。"
    effect = "此次活动让红管家走进群众，进一步拉近了距离，传播了正能量。"
    asked = question("红管家议事会", Intent.HOW)
    found = evidence(asked, sources(asked, [hit("\n".join((trouble, plan, effect, deed)), LIUHE)]))
    assert found[0].text == deed
    assert not {plan, effect} & {one.text for one in found}
    only = evidence(asked, sources(asked, [hit(plan, LIUHE)]))
    assert [one.text for one in only] == [plan]


def test_a_neighbour_never_begins() -> None:
    neighbour = "隔壁红管家小区的沈某约上姐妹骑电动车来看议事会怎么开。"
    deed = "街道制定红管家办法，由社区牵头召开议事会，并配备联络员。"
    asked = question("红管家议事会", Intent.HOW)
    found = evidence(asked, sources(asked, [hit(f"{neighbour}\n{deed}", LIUHE)]))
    assert found[0].text == deed


def test_of_several_places_none_is_quoted_that_says_nothing_of_what_was_asked() -> None:
    asked = question("村里老人吃饭", many=True, concepts=(("食堂", "助餐"),))
    meals = hit("村里办起食堂，老人每餐付三元。", LIUHE)
    solar = hit(
        "村里老人多，装上光伏板，每年分红一百元，钱由村集体统一发放。\n食堂还在筹划。",
        KAIPING,
        name="乙.txt",
        score=0.88,
        number=2,
    )
    found = evidence(asked, sources(asked, [meals, solar]))
    assert [one.hit.stored.head.doc for one in found] == ["甲.txt"]
    ways = replace(asked, intent=Intent.COMPARE)
    assert {one.hit.stored.head.doc for one in evidence(ways, sources(ways, [meals, solar]))} == {"甲.txt"}


def test_of_several_places_none_is_quoted_that_only_sets_a_scene() -> None:
    asked = question("老人吃饭", intent=Intent.COMPARE, many=True, concepts=(("老人",),))
    meals = hit("村里办起食堂，老人每餐付三元，党员轮流送到家。", LIUHE)
    scene = "走进村里，老人的笑声传来。"
    asked_of = [meals, hit(scene, KAIPING, name="乙.txt", score=0.88, number=2)]
    assert {one.hit.stored.head.doc for one in evidence(asked, sources(asked, asked_of))} == {"甲.txt"}
    told = [meals, hit("镇上设立助餐点，给老人送餐上门。", KAIPING, name="乙.txt", score=0.88, number=2)]
    assert len({one.hit.stored.head.doc for one in evidence(asked, sources(asked, told))}) == 2


def test_what_is_set_aside_is_not_quoted_where_something_else_was_done() -> None:
    asked = question("防溺水", aside=("宣讲", "传单"), concepts=(("溺水",),))
    text = "社区组织防溺水宣讲，发放防溺水传单200份。村里在河边设立防溺水警示牌，配备救生圈24个。"
    quoted = " ".join(one.text for one in evidence(asked, sources(asked, [hit(text, LIUHE)])))
    assert "警示牌" in quoted and "传单" not in quoted
    plain = replace(asked, aside=())
    assert "传单" in " ".join(one.text for one in evidence(plain, sources(plain, [hit(text, LIUHE)])))


def test_of_many_figures_those_asked_for_are_quoted() -> None:
    asked = question("一共花了多少钱、修了多久？修好能浇多少地？", Intent.FIGURE)
    text = (
        "水渠长1800米，建于1969年。\n镇里投资85万元重修。\n工程仅用3个多月就完工，6200亩农田得到灌溉。\n"
        "全镇有15个社区。"
    )
    quoted = " ".join(one.text for one in evidence(asked, sources(asked, [hit(text, LIUHE)])))
    assert all(said in quoted for said in ("85万元", "3个多月", "6200亩")) and "15个社区" not in quoted


RENT = "承租国有房屋的店铺免收一个月房租，减半收取两个月房租。"
WAGES = "店铺停业期间付给员工的工资，由区里按月补贴一半，所需资金在专项奖补资金中列支。"


@pytest.mark.parametrize(
    ("headings", "score", "least", "quoted"),
    [
        (("二、补贴工资",), 0.8, 20, False),  # another measure of the same report
        (("二、补贴工资",), 0.88, 20, True),  # found as well
        (("一、减免房租",), 0.8, 20, True),
        ((), 0.8, 20, True),  # headings are not known
        (("二、补贴工资",), 0.8, 1500, True),  # a short report: the sections are steps of one practice
    ],
)
def test_of_a_report_of_many_measures_the_one_asked_for_is_quoted(
    headings: tuple[str, ...], score: float, least: int, quoted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.candidates._OF_MANY", least)
    rent = hit(RENT, KAIPING, headings=("一、减免房租",))
    other = hit(WAGES, KAIPING, score=score, number=2, headings=headings)
    asked = question("店铺 房租 减免")
    texts = [one.text for one in evidence(asked, sources(asked, [rent, other]))]
    assert texts[0] == RENT
    assert (WAGES in texts) is quoted


def test_captions_of_two_pictures_are_no_evidence() -> None:
    did = "镇里成立红白理事会，规定礼金不超过一百元。"
    text = did + "甲村理事会向办席人家宣传节俭规定。乙村理事会向办席人家宣传节俭规定。"
    asked = question("红白理事会 宣传 节俭")
    assert [one.text for one in evidence(asked, sources(asked, [hit(text, KAIPING)]))] == [did]


def test_what_was_said_once_is_not_quoted_again() -> None:
    first = "社区设立议事厅，由居民代表每周三晚上商量停车的事，商量好的事项由物业三天内办好。"
    again = "设立议事厅，由居民代表每周三晚上商量停车的事。"
    other = "另有12名志愿者负责登记外来车辆，安装道闸两处。"
    asked = question("议事厅 停车")
    found = evidence(asked, sources(asked, [hit(f"{first}\n{other}\n{again}", KAIPING)]))
    assert [one.text for one in found] == [first, other]


@pytest.mark.parametrize(
    "text",
    [
        "近日，社区在广场举行议事厅揭牌仪式。",  # that it was held
        "议事厅立足本地实际，多措并举，不断擦亮治理底色，筑牢和谐基石。",  # what any report could say
        "议事厅还就人员、经费、宣传作了要求。",
        "议事厅采取了一些有效措施。",
        "议事厅的人手仍然不足，投诉依然存在。",
    ],
)
def test_what_tells_no_means_gives_way(text: str) -> None:
    did = "社区设立议事厅，由居民代表每周三晚上商量停车的事。"
    asked = question("议事厅")
    assert [one.text for one in evidence(asked, sources(asked, [hit(f"{text}\n{did}", KAIPING)]))] == [did]


def test_what_two_papers_tell_of_one_event_is_quoted_once() -> None:
    more = "代收点另设两个充电口，骑手歇脚时可以充电。"
    first = hit(RELAY, KAIPING)
    again = hit(f"{RELAY}\n{more}", KAIPING, name="乙.txt", number=2)
    asked = question("代收点 快件 登记 充电")
    texts = [one.text for one in evidence(asked, sources(asked, [first, again]))]
    assert texts.count(RELAY) == 1 and more in texts
    counted, other = "全镇代收快件320件，群众满意。", "全镇代收快件560件，群众满意。"
    hits = [hit(counted, KAIPING), hit(other, KAIPING, name="乙.txt", number=2)]
    asked = question("代收快件 群众满意")
    assert [one.text for one in evidence(asked, sources(asked, hits))] == [counted, other]
    province = Locality("广东省")  # an order that was handed down: each copy may be asked for
    hits = [hit(RELAY, KAIPING), hit(RELAY, province, name="乙.txt", number=2)]
    asked = question("代收点 快件 登记")
    assert len(evidence(asked, sources(asked, hits))) == 2


def test_what_is_asked_stands_before_what_only_tells_a_deed() -> None:
    other = "组建志愿服务队，设立宣传点，发放分类手册3000份。"
    asked = question("代收点 快件 登记 提醒")
    found = evidence(asked, sources(asked, [hit(f"近日，记者走进社区。\n{other}\n{RELAY}", KAIPING)]))
    assert found[0].text == RELAY
    found = evidence(asked, sources(asked, [hit(f"{other}\n{RELAY}", KAIPING)]))
    assert found[0].text == other  # the first words of a report sum it up


def test_a_sentence_that_stands_out_is_quoted_however_it_is_dressed_up() -> None:
    text = (
        "乡里换了个办法，事先不打招呼，直接到院子里开会，听大家说难处，逐件整改，得到了群众好评。"
        "路面有450米，宽4米，用水泥铺成。"
    )
    asked = question("事先不打招呼直接到院子里开会听大家说难处逐件整改")
    assert "不打招呼" in "".join(one.text for one in evidence(asked, sources(asked, [hit(text, LIUHE)])))


def test_a_report_alone_with_what_was_asked_has_the_room_of_a_case() -> None:
    done = (
        "设立饮水机充电柜|安排志愿者轮班看管|每月发放工具三十套|配备急救箱和雨伞|"
        "登记来歇脚的骑手|邀请医院坐诊量血压|建立意见簿逐条答复"
    )
    text = "".join(
        f"{place}的驿站{what}，由{who}牵头，{when}办成，花了{n}万元。"
        for n, (place, what, who, when) in enumerate(
            zip(
                ["东街", "西街", "南关", "北门", "河湾", "桥头", "山脚"],
                done.split("|"),
                ["工会", "商会", "团委", "妇联", "卫健局", "民政局", "城管局"],
                ["春节前", "清明后", "入夏时", "秋收前", "国庆节", "立冬日", "年底时"],
                strict=True,
            ),
            11,
        )
    )
    again = text.replace("驿站", "小站").replace("办成", "又添了一处，当天办成").replace("花了", "街道拨付")
    later = text.replace("驿站", "暖屋").replace("由", "第二年改由").replace("花了", "省下开支")
    text += again + later
    asked = question("驿站 志愿者 看管 登记", Intent.LIST, many=True)
    alone = evidence(asked, sources(asked, [hit(text, LIUHE)]))
    beside = hit(text, KAIPING, name="乙.txt", number=2)
    both = evidence(asked, sources(asked, [hit(text, LIUHE), beside]))
    first = sum(len(one.text) for one in both if one.hit.stored.head.doc == "甲.txt")
    assert sum(len(one.text) for one in alone) > 1.2 * first


def test_a_sentence_between_two_quotes_is_quoted_with_them_however_little_it_says() -> None:
    text = (
        "居委会发现枯枝悬在半空，当天向街道绿化所上报。所里的人到场查看。"
        "次日街道组织三名工人带升降车进场，把枯枝锯断运走，枯枝隐患当天清除。"
    )
    asked = question("枯枝悬在半空，居委会该找谁处置")
    quoted = "".join(one.text for one in evidence(asked, sources(asked, [hit(text, LIUHE)])))
    assert "所里的人到场查看。" in quoted
    alone = question("枯枝悬在半空，居委会该找谁处置")
    talk = text.replace("所里的人到场查看。", "大家纷纷点赞，营造了良好氛围，进一步提升了幸福感。")
    assert "纷纷点赞" not in "".join(one.text for one in evidence(alone, sources(alone, [hit(talk, LIUHE)])))


@pytest.mark.parametrize(
    ("intent", "starts"), [(Intent.HOW, "分级办理。小事"), (Intent.STEPS, "（二）分级办理。小事")]
)
def test_the_number_of_a_heading_is_left_off_where_no_order_is_asked_for(intent: Intent, starts: str) -> None:
    text = "（二）分级办理。小事由组长三天内办结，大事交到村里的议事会一起商量。"
    asked = question("小事 大事 分级办理 议事会", intent)
    found = evidence(asked, sources(asked, [hit(text, LIUHE)]))
    assert found[0].text.startswith(starts)
    assert found[0].span.of(text) == found[0].text


@pytest.mark.parametrize(
    ("text", "leans_back"),
    [
        ("楼组长立刻把它报到了工作站。", True),
        ("工作站听完情况，把它记进台账。", False),
        ("社区牵头搭起了这套班子。", True),
        ("院子里另设了两张长桌，下棋看报都行。", True),
        ("同楼的住户谁也没听说，出门更挤了。", True),
    ],
)
def test_what_points_back_before_its_first_pause_leans(text: str, leans_back: bool) -> None:
    assert leans(text) is leans_back


def test_what_goes_on_from_a_quote_is_quoted_too_where_there_is_room() -> None:
    text = (
        "村里请来师傅修好水井，井口加了盖。随后，井台边立了值日牌，每户轮一周，组长每晚去看一回。"
        "村民刘大爷说：“水甜着呢。”"
    )
    asked = question("水井 师傅 修好 井口")
    quoted = "".join(one.text for one in evidence(asked, sources(asked, [hit(text, LIUHE)])))
    assert "每户轮一周" in quoted and "水甜着呢" not in quoted


def test_what_goes_on_from_a_quote_at_the_head_of_the_next_passage_is_quoted_too() -> None:
    told = "村里请来师傅修好水井，井口加了盖。"
    further = "随后，井台边立了值日牌，每户轮一周，组长每晚组织大家去看一回。"
    one, other = hit(told, LIUHE), hit(further, LIUHE, number=2)
    behind = replace(other.stored.passage, span=Span(len(told), len(told + further)))
    other = replace(other, stored=replace(other.stored, passage=behind))
    asked = question("水井 师傅 修好 井口")
    assert [e.text for e in evidence(asked, sources(asked, [one, other]))] == [told, further]


def test_what_a_follow_up_says_itself_counts_for_more_than_what_was_asked_before() -> None:
    text = (
        "村里请来师傅修好水井，井口加了盖，井台铺了石板。每户轮流清扫井台，组长每晚查看井口。"
        "修井花了八千元，三千元由镇里补助，其余由乡贤捐赠。"
    )
    asked = question("修井 水井 井口 井台 师傅 镇里 补助", Intent.FUNDING)
    asked = replace(asked, own_topic="镇里 补助")
    first = hit(text, LIUHE)
    weights = gram_weights(asked, [first])
    assert weights["补助"] > 5 * weights["水井"]
    assert any("乡贤捐赠" in one.text for one in evidence(asked, sources(asked, [first])))


def test_what_is_asked_beside_a_figure_is_quoted_too() -> None:
    text = (
        "柳园村向建房户收取卫生费，每户收800元。收来的钱用来付保洁员工资。"
        "截至去年底，累计收取6.4万元。今年六月，村主任受到警告处分。"
    )
    asked = question("村里向建房户收卫生费，每户收多少、一共收了多少？村主任受了什么处分？", Intent.FIGURE)
    quoted = "".join(one.text for one in evidence(asked, sources(asked, [hit(text, LIUHE)])))
    assert "800元" in quoted and "6.4万元" in quoted and "警告处分" in quoted
    assert "保洁员" not in quoted


def test_of_a_report_of_several_counties_only_the_one_asked_for_is_quoted() -> None:
    kaiping = replace(KAIPING, town=None, community=None)
    text = (
        f"2021年7月，{LIUHE.county}民政局向报名的村民收取培训费，共计12万元。"
        f"2022年3月，{kaiping.county}民政局向报名的村民收取培训费，共计5万元。"
    )
    whole = Locality(kaiping.province)
    asked = replace(
        question("民政局向报名的村民收取培训费，一共收了多少？", Intent.FIGURE), include=(kaiping,)
    )
    quoted = "".join(one.text for one in evidence(asked, sources(asked, [hit(text, whole)])))
    assert "5万元" in quoted and "12万元" not in quoted


def test_what_only_speaks_of_figures_above_is_not_quoted_without_them() -> None:
    text = "村里修好水井8口，装了井盖，立了值日牌。\n以上数字截至6月，水井由村委会去年修起。"
    asked = question("水井 修好 村委会 去年")
    quoted = "".join(one.text for one in evidence(asked, sources(asked, [hit(text, LIUHE)])))
    assert "水井8口" in quoted and "以上数字" not in quoted


def test_a_long_quote_ends_where_a_sentence_begins_that_can_be_read_alone() -> None:
    deeds = [
        "镇里设立调解室，聘请3名退休法官坐班，凡是邻里吵架、宅基地划界这类事，登记当天就派人上门，三天之内给双方一个说法。",
        "村里搭起议事亭，请老党员、老教师、老队长轮流主持，茶水由合作社供应，凡要花集体钱的事一律先在亭子里公开商量再表决。",
        "社区开办会客厅，物业经理每周二晚上到场听意见，停车、漏水、电梯保养等问题写进清单，办完一件划掉一件，月底贴在门口。",
        "街道建立服务点，把司法所、派出所、信访办的电话印在一张卡片上，发到每户人家，谁接的电话谁负责到底，超时要写说明。",
        "县里建成受理中心，设立咨询、登记、调解三个窗口，八个单位派人进驻，来人一次把话说完，办理结果短信通知本人。",
    ]
    asked = question("怎样设立调解室、议事亭、会客厅、服务点、受理中心")
    quotes = evidence(asked, sources(asked, [hit("".join(deeds), LIUHE)]))
    assert "".join(one.text for one in quotes) == "".join(deeds)
    assert len(quotes) > 1 and len(quotes[0].text) >= 200


def test_what_a_quote_announces_with_a_colon_is_quoted_with_it() -> None:
    lines = [
        "食堂给老人的补贴按下面的档次来定：",
        "六十岁以上减1元。",
        "七十岁以上减2元。",
        "八十岁以上减3元。",
    ]
    asked = question("食堂给老人的补贴怎么定档次")
    quotes = evidence(asked, sources(asked, [hit("\n".join(lines), LIUHE)]))
    assert [one.text for one in quotes] == lines


def test_a_matter_that_was_told_before_is_quoted_with_what_told_it() -> None:
    told = "周某夫妇为儿子的事多年上访，部门几次调解都谈不拢。"
    done = "2022年，州里开展化解积案行动，成立工作专班，对该事项提级办理，取证80余件，终于化解。"
    asked = question("多年上访的积案怎么提级办理、成立专班化解")
    quotes = evidence(asked, sources(asked, [hit(told + done, LIUHE)]))
    assert [one.text for one in quotes] == [told + done]
    assert leans(done) and not leans("2022年，州里成立工作专班，对该县的事项提级办理。")
