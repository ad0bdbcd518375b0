"""rag/offers.py and rag/further.py: what a refusal offers instead, and what can be asked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from corpus.types import Locality, Runs
from index.types import StoredReport
from rag.further import Able, Measures, answers, measure_name, questions
from rag.offers import Offer
from rag.offers import offer as written
from rag.rarity import Rarity
from rag.themes import Theme
from rag.types import Hit, Intent, Question, Reason, Searched
from tests.rag.made import DOG_TEXT, KAIPING, KAIPING_TEXT, LIUHE, LIUHE_TEXT, hit, question


def anything(*_: object) -> bool:
    """Whether a question would be answered: yes."""
    return True


def offer(
    asked: Question, reason: Reason, nearest: list[Hit], span: Searched, rarity: Rarity | None = None
) -> Offer:
    """An offer of a store that holds nothing else and would answer anything."""
    return written(asked, reason, nearest, span, rarity, able=anything, sure=anything, measures=Measures([]))


RARITY = Rarity([LIUHE_TEXT, KAIPING_TEXT, DOG_TEXT])
# Cosines as the default model with its adapter gives them: .62 is close, .28 is far.
GOOD = hit(LIUHE_TEXT, LIUHE, dense=0.72)
ELSEWHERE = hit(KAIPING_TEXT, KAIPING, name="乙.txt", dense=0.71)


def test_an_offer_says_what_was_searched_and_labels_what_is_elsewhere() -> None:
    asked = question("积分制", include=(LIUHE,))
    made = offer(asked, Reason.PLACE_WITHOUT_PRACTICE, [GOOD, ELSEWHERE], Searched(12, 5, (2022, 2024)))
    assert "检索了12份报告（5个地方；注明日期的为2022—2024年）" in made.text
    assert "不是对所问地方的回答" in made.text
    one_year = offer(asked, Reason.PLACE_WITHOUT_PRACTICE, [GOOD], Searched(12, 5, (2023, 2023)))
    assert "注明日期的为2023年）" in one_year.text
    assert all(not c.locality.within(LIUHE) for c in made.nearest)


@pytest.mark.parametrize(("cosine", "shown"), [(0.65, True), (0.49, False)])
def test_what_the_place_itself_has_is_shown_as_its_own_where_it_is_near(cosine: float, shown: bool) -> None:
    asked = question("积分制兑换生活用品", include=(LIUHE,))
    made = written(
        asked,
        Reason.PLACE_WITHOUT_PRACTICE,
        [GOOD, ELSEWHERE],
        Searched(12, 5, None),
        here=[hit(LIUHE_TEXT, LIUHE, dense=cosine)],
        able=anything,
        sure=anything,
        measures=Measures([]),
    )
    own = made.text.partition("六合区的报告里最接近的内容，未必是所问的做法：")[2].partition("**以下")[0]
    assert bool(own) is shown
    assert [c.locality for c in made.nearest] == ([LIUHE, KAIPING] if shown else [KAIPING])
    assert "[1]" in (own if shown else made.text)


def titled(one: Hit, title: str) -> Hit:
    """The hit, its report under a title."""
    return replace(one, stored=replace(one.stored, head=replace(one.stored.head, title=title)))


def test_the_nearest_practice_for_a_figure_tells_one() -> None:
    rules = hit("老楼加装电梯的手续一个窗口受理，三天办完。", KAIPING, name="丙.txt", dense=0.73)
    money = hit("每部补助10万元，由市、区两级财政各出一半。", KAIPING, name="丙.txt", dense=0.62, number=2)
    court = hit(
        "给老楼加装电梯，一楼不肯，法庭来调解。",
        Locality("江苏省", "南通市"),
        name="丁.txt",
        dense=0.72,
        number=3,
    )
    seen = [titled(rules, "开平市：老楼加装电梯"), court, titled(money, "开平市：老楼加装电梯")]
    asked = replace(
        question("给老楼加装电梯每部补助多少钱", Intent.FIGURE, include=(LIUHE,)), concepts=(("加装电梯",),)
    )
    made = offer(asked, Reason.PLACE_WITHOUT_PRACTICE, seen, Searched(12, 5, None))
    assert "10万元" in made.nearest[0].quote


def test_a_figure_of_a_matter_further_off_is_not_the_nearest_practice() -> None:
    rota = hit("机关干部轮流到热线接听一天，听完带单子回去办。", KAIPING, name="丙.txt", dense=0.65)
    pushed = hit("一张热线工单被两个局推来推去，退回17次。", LIUHE, name="丁.txt", dense=0.54, number=2)
    asked = replace(question("热线有多少干部来接听", Intent.FIGURE), concepts=(("热线",),))
    made = offer(asked, Reason.PLACE_WITHOUT_PRACTICE, [rota, pushed], Searched(12, 5, None))
    assert [c.doc for c in made.nearest] == ["丙.txt"]


def test_questions_come_from_what_exists() -> None:
    named = hit(LIUHE_TEXT, LIUHE, measure="红管家进小区")
    asked = question("红管家议事会")
    assert questions(asked, [named], able=anything) == ("六合区的“红管家进小区”是怎么做的？",)
    assert questions(asked, [named], able=lambda *_: False) == ()
    assert questions(asked, [hit(LIUHE_TEXT, Locality())], able=anything) == ()


def test_where_a_passage_has_no_name_its_place_is_asked_for_what_was_asked() -> None:
    lifts, homes = ("加装电梯", "老楼装电梯"), ("老旧小区", "老小区")
    near = [hit("老小区加装电梯，一楼得到补偿。", LIUHE), hit("老旧小区换了水管。", KAIPING, name="乙.txt")]
    asked = question("给老小区的老楼装电梯", concepts=(homes, lifts))
    assert questions(asked, near, able=anything) == ("六合区在“加装电梯”方面是怎么做的？",)
    trusted = hit("推选“互信人”坐下来协商。", LIUHE)
    quoted = questions(question("“互信人”怎么推选"), [trusted], able=anything)
    assert quoted == ("六合区的“互信人”是怎么做的？",)


def test_what_leads_elsewhere_is_shown_though_it_names_the_thing_otherwise() -> None:
    asked = question("村歌比赛怎么评奖", include=(LIUHE,), concepts=(("民主评议", "群众评议"),))
    songs = hit(
        "镇里在27个村举办唱村歌，现场打分，评出一等奖3名，发给食用油。", KAIPING, score=0.9, dense=0.7
    )
    other = hit("镇里开展民主评议，评出先进村3个。", KAIPING, name="乙.txt", score=0.5, dense=0.5)
    made = offer(asked, Reason.PLACE_WITHOUT_PRACTICE, [songs, other], Searched(12, 5))
    assert [one.quote for one in made.nearest] == [songs.stored.passage.text]
    level = replace(other, score=0.9, dense=0.7)
    made = offer(asked, Reason.PLACE_WITHOUT_PRACTICE, [songs, level], Searched(12, 5))
    assert [one.quote for one in made.nearest] == [other.stored.passage.text]


@pytest.mark.parametrize(("last", "shown"), [("", False), ("和野猪", True)])
def test_little_more_than_half_of_what_was_asked_is_another_matter(last: str, shown: bool) -> None:
    things = ("庄稼", "保险", "补偿", "田地", "野猪", "驱赶", "围栏")
    asked = question("野猪拱庄稼怎么赔", concepts=tuple((thing,) for thing in things))
    near = hit(f"县里设立庄稼保险，田地受灾{last}，由乡镇核实后按亩补偿。", KAIPING)
    made = offer(asked, Reason.WEAK_EVIDENCE, [near], Searched(12, 5))
    assert bool(made.nearest) is shown


def test_no_question_and_nothing_near_is_offered_on_another_subject() -> None:
    named = hit(LIUHE_TEXT, LIUHE, measure="红管家进小区")
    asked = question("无人机巡河采样", concepts=(("无人机", "航拍"),))
    assert questions(asked, [named], able=anything) == ()
    made = offer(asked, Reason.WEAK_EVIDENCE, [named], Searched(12, 5))
    assert made.nearest == () and "未作回答" in made.text


@pytest.mark.parametrize(
    ("heading", "text", "expected"),
    [
        ("四级联动强统筹。", "", "四级联动强统筹"),
        ("以制度之细 为院落治理添力", "推行“三色管家”工作法。", "“三色管家”工作法"),
        ("", "没有名字。", ""),
    ],
)
def test_measure_name(heading: str, text: str, expected: str) -> None:
    assert measure_name(heading, text) == expected


def test_a_measure_is_named_without_its_number() -> None:
    assert measure_name("（三）反着来预约", "") == "反着来预约"
    assert measure_name("（据中新网青海新闻报道改写）", "") == measure_name("风气怎么变", "") == ""


def test_a_second_offer_says_as_much_of_what_was_asked() -> None:
    asked = question("互信人推选")
    near = hit("双方各推选3名互信人，由互信人坐下来协商。", LIUHE)
    off = hit("向社会推选志愿者，选出19名大学生。", KAIPING, name="乙.txt", number=2)
    same = hit("村里推选互信人，当事双方各推选一名。", KAIPING, name="丙.txt", number=3)
    span = Searched(12, 5, None)
    rarity = Rarity(["推选志愿者。", "推选代表。", "推选队长。", "互信人协商。"])
    assert len(offer(asked, Reason.WEAK_EVIDENCE, [near, off], span, rarity).nearest) == 1
    assert len(offer(asked, Reason.WEAK_EVIDENCE, [near, off, same], span, rarity).nearest) == 2


def measures(*told: tuple[str, Locality]) -> Measures:
    heads = [hit(text, place, name=f"{at}.txt").stored.head for at, (text, place) in enumerate(told)]
    reports = [StoredReport(head, text, Runs(())) for head, (text, _) in zip(heads, told, strict=True)]
    return Measures(reports, [Theme("河湖", ("河长", "巡河")), Theme("养老", ("老人", "食堂"))])


def test_what_is_beside_the_subject_is_of_its_theme_and_stands_apart() -> None:
    held = measures(
        ("社区开办“暖心食堂”服务。", LIUHE),
        ("村里设立“清水巡河”制度。", KAIPING),
        ("没有名字。", Locality("山东省", "济南市", "历城区")),
    )
    near = [hit(DOG_TEXT, LIUHE)]

    def beside(topic: str, sure: Able = anything, include: tuple[Locality, ...] = ()) -> Offer:
        asked = question(topic, concepts=(("无人机", "航拍"),), include=include)
        span = Searched(12, 5)
        return written(asked, Reason.WEAK_EVIDENCE, near, span, able=anything, sure=sure, measures=held)

    made = beside("无人机巡河采样")
    assert (made.next_questions, made.theme) == ((), "主题：河湖")
    assert made.beside == ("开平市的“清水巡河”制度是怎么做的？",)
    assert "**本库里另有（主题：河湖）：**\n- 开平市" in made.text and "可以这样问" not in made.text
    other = beside("无人机送药")
    assert (len(other.beside), other.theme) == (2, "")
    assert "**本库里另有（与所问主题不同）：**" in other.text
    near.append(hit("社区开办“暖心食堂”服务。", LIUHE, name="0.txt"))
    assert beside("无人机送药").theme == "出自最接近的报告"
    there = beside("无人机送药", include=(KAIPING,))
    assert (there.beside, there.theme) == (("开平市的“清水巡河”制度是怎么做的？",), "地方：开平市")
    never = beside("无人机巡河采样", sure=lambda *_: False)
    assert never.beside == () and "本库里另有" not in never.text


LEAKS, MEDIATORS = ("漏水", "渗水"), ("调解员", "人民调解员")
TALKS = Rarity(["调解员来了。"] * 8 + ["漏水了。"] + ["修路。"] * 30)


def test_the_nearest_practice_names_what_is_rarest_of_the_things_asked_for() -> None:
    asked = question("楼上漏水，调解员来劝", concepts=(LEAKS, MEDIATORS))
    leak = hit("网格员上门沟通，楼上住户同意修好渗水的管子。", KAIPING, name="乙.txt", number=2, dense=0.51)
    land = hit("调解员到地头丈量，两家签下土地调解协议。", LIUHE, dense=0.53)
    made = offer(asked, Reason.WEAK_EVIDENCE, [land, leak], Searched(12, 5), TALKS)
    assert [c.locality for c in made.nearest] == [KAIPING]
    assert made.next_questions == ("开平市在“渗水”方面是怎么做的？",)


def test_one_of_the_things_asked_for_is_looked_for_by_itself() -> None:
    asked = question("楼上漏水，调解员来劝", concepts=(LEAKS, MEDIATORS), include=(LIUHE,))
    land = hit("调解员到地头丈量土地。", KAIPING, dense=0.53)
    here = hit("本区漏水的屋顶已经修好。", LIUHE, name="丙.txt", number=3, dense=0.51)
    leak = hit("网格员上门，楼上住户修好漏水的管子。", KAIPING, name="乙.txt", number=2, dense=0.49)
    far = hit("水库漏水，民兵连夜上坝。", KAIPING, name="丁.txt", number=4, dense=0.21)

    def made(*found: Hit) -> Offer:
        return written(
            asked,
            Reason.PLACE_WITHOUT_PRACTICE,
            [land],
            Searched(12, 5),
            TALKS,
            able=anything,
            sure=anything,
            measures=Measures([]),
            look=lambda _, words: [hit for hit in found if words == LEAKS],
        )

    assert [c.quote for c in made(here, leak).nearest] == ["网格员上门，楼上住户修好漏水的管子。"]
    assert made(here, leak).next_questions == ("开平市在“漏水”方面是怎么做的？",)
    assert made(here, far).next_questions == ()


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (question("“红管家”服务队", include=(LIUHE,)), True),
        (question("“红管家”服务队", include=(KAIPING,)), False),
        (question("“红管家”服务队"), False),
        (question("无人机巡河采样", include=(LIUHE,)), False),
        (question("“红管家”服务队", include=(LIUHE,), concepts=(("无人机",),)), False),
        (question("“红管家”服务队", include=(LIUHE,), since=2023), False),
    ],
)
def test_only_what_a_report_of_that_place_holds_is_offered(asked: Question, expected: bool) -> None:
    head = hit(LIUHE_TEXT, LIUHE).stored.head
    assert answers(asked, head, LIUHE_TEXT, RARITY) is expected


@pytest.mark.parametrize(
    "heading",
    ["在支持企业方面", "交流会现场", "社区食堂开业", "街道纪委书记", "工作人员介绍", "民警开展安全隐患排查"],
)
def test_a_caption_names_no_measure(heading: str) -> None:
    assert measure_name(heading, "") == ""


def test_a_place_whose_report_is_the_nearest_of_all_is_shown_at_length_though_refused() -> None:
    told = (
        "六合区在各镇设立说事室，有了疙瘩先找包村干部。跨村的疙瘩由两村支书一同去说。"
        "最难的每逢周六由镇党委书记接访。"
    )
    here = hit(told, LIUHE, dense=0.6)
    asked = question("疙瘩由谁去说，书记礼拜几接访", include=(LIUHE,))
    searched = Searched(2, 2, (2024, 2024))

    def text(elsewhere: Hit) -> str:
        return written(
            asked,
            Reason.PLACE_WITHOUT_PRACTICE,
            [elsewhere],
            searched,
            RARITY,
            here=[here],
            able=anything,
            sure=anything,
            measures=Measures([]),
        ).text

    far, near = replace(ELSEWHERE, dense=0.5), replace(ELSEWHERE, dense=0.7)
    assert "每逢周六" in text(far) and "包村干部" in text(far)
    assert not ("每逢周六" in text(near) and "包村干部" in text(near))
