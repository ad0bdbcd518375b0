"""rag/refuse.py: when there is no answer, and why."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag.evidence import evidence
from rag.rarity import Rarity
from rag.refuse import _allowance, judge, lacks_figure, unfounded
from rag.sources import sources
from rag.types import Intent, Question, Reason
from tests.rag.made import DOG_TEXT, KAIPING, KAIPING_TEXT, LIUHE, LIUHE_TEXT, found, hit, question

RARITY = Rarity([LIUHE_TEXT, KAIPING_TEXT, DOG_TEXT])
# Cosines as the default model with its adapter gives them: .62 is close, .28 is far.
GOOD = hit(LIUHE_TEXT, LIUHE, dense=0.72)
ELSEWHERE = hit(KAIPING_TEXT, KAIPING, name="乙.txt", dense=0.71)


def test_what_the_reports_hold_is_answered() -> None:
    assert judge(question("红管家议事会"), found(GOOD), None, RARITY) is None


def test_nothing_found() -> None:
    assert judge(question("红管家"), found(), None, RARITY) is Reason.NOTHING_FOUND


def test_a_place_that_no_table_knows() -> None:
    asked = question("红管家", unknown_places=("火星",))
    assert judge(asked, found(), found(GOOD), RARITY) is Reason.PLACE_WITHOUT_PRACTICE


def test_the_right_measure_in_the_wrong_place() -> None:
    asked = question("积分制兑换生活用品", include=(LIUHE,))
    nothing_of_it = hit(DOG_TEXT, LIUHE, dense=0.58)
    assert judge(asked, found(nothing_of_it), found(ELSEWHERE), RARITY) is Reason.PLACE_WITHOUT_PRACTICE


@pytest.mark.parametrize(("other", "refused"), [(0.55, False), (0.64, True)])
def test_a_place_whose_passage_is_by_far_the_nearest_need_not_say_the_words(
    other: float, refused: bool
) -> None:
    asked = question("积分制兑换生活用品", include=(LIUHE,))
    own = hit(DOG_TEXT, LIUHE, dense=0.66)
    elsewhere = found(own, hit(KAIPING_TEXT, KAIPING, name="乙.txt", dense=other))
    assert (judge(asked, found(own), elsewhere, RARITY) is not None) is refused


@pytest.mark.parametrize(("name", "refused"), [("积分超市", True), ("爱心狗粮", False)])
def test_a_name_in_quotation_marks_that_no_report_of_the_place_has(name: str, refused: bool) -> None:
    asked = question(f"“{name}”积分制兑换生活用品", include=(LIUHE,))
    near = hit(DOG_TEXT + "爱心狗粮。", LIUHE, dense=0.76)
    assert (judge(asked, found(near), found(ELSEWHERE), RARITY) is not None) is refused


@pytest.mark.parametrize(
    ("told", "refused"),
    [
        ("两家各推一名“邻说官”。“邻说官”当天上门。“邻说官”说和了八起。", True),  # a device's name
        ("部门之间不再“邻说官”，一趟办好。", False),  # in marks once: a saying
        ("两家各推一名邻说官。邻说官当天上门。邻说官说和了八起。", False),
    ],
)
def test_a_name_without_marks_that_only_reports_of_elsewhere_have(told: str, refused: bool) -> None:
    asked = question("六合区的邻说官一年说和多少起", include=(LIUHE,))
    own = hit(LIUHE_TEXT, LIUHE, dense=0.76)
    other = hit(told, KAIPING, name="乙.txt", dense=0.71)
    assert (judge(asked, found(own), found(other), RARITY) is not None) is refused
    said = hit(LIUHE_TEXT + "请来邻说官。", LIUHE, dense=0.76)
    assert judge(asked, found(said), found(other), RARITY) is None


def test_the_wrong_measure_in_the_right_place() -> None:
    asked = question("无人机巡河采样", include=(LIUHE,))
    far = hit(LIUHE_TEXT, LIUHE, dense=0.40)
    assert judge(asked, found(far), found(far), RARITY) is Reason.PLACE_WITHOUT_PRACTICE


def test_far_from_everything_is_weak() -> None:
    assert (
        judge(question("无人机巡河采样"), found(hit(DOG_TEXT, LIUHE, dense=0.40)), None, RARITY)
        is Reason.WEAK_EVIDENCE
    )


def test_a_thing_that_no_report_names_in_any_wording_is_not_answered() -> None:
    strays, dogs = ("流浪猫", "流浪动物"), ("养犬", "遛狗")
    text = "社区组织志愿者劝导文明遛狗，红管家议事会定了规矩。"
    near = found(hit(text, LIUHE, dense=0.60))
    assert judge(question("流浪猫太多", concepts=(strays,)), near, None, RARITY) is Reason.WEAK_EVIDENCE
    assert judge(question("遛狗的太多", concepts=(dogs,)), near, None, RARITY) is None
    close = found(hit(text, LIUHE, dense=0.76))
    assert judge(question("流浪猫太多", concepts=(strays,)), close, None, RARITY) is None


def test_where_any_of_many_places_will_do_a_part_that_none_names_is_no_reason() -> None:
    near = found(hit("社区组织志愿者劝导文明遛狗，红管家议事会定了规矩。", LIUHE, dense=0.59))
    asked = question("牲口进城", concepts=(("骆驼", "驼队"), ("养犬", "遛狗"), ("红管家", "红色管家")))
    assert judge(asked, near, None, RARITY) is Reason.WEAK_EVIDENCE
    assert judge(replace(asked, many=True), near, None, RARITY) is None


def test_a_question_that_names_nothing_known_is_judged_by_its_meaning() -> None:
    near = found(hit("各村登记外出务工人员，网格员上门巡夜。", LIUHE, dense=0.57))
    words = "家里没人 晚上有人转一转"
    assert judge(question(words), near, None, RARITY) is None
    missed = question(words, concepts=(("无人机", "航拍"),))
    assert judge(missed, near, None, RARITY) is Reason.WEAK_EVIDENCE
    far = found(hit("各村登记外出务工人员，网格员上门巡夜。", LIUHE, dense=0.45))
    assert judge(question(words), far, None, RARITY) is Reason.WEAK_EVIDENCE


def test_where_even_elsewhere_the_words_are_lacking_the_nearer_passage_decides() -> None:
    asked = question("帮大伙打理杂事", include=(LIUHE,))
    here = hit("村干部、党员、乡贤组成管家队伍，调解纠纷。", LIUHE, dense=0.62)
    nearer = hit("村里组建服务队。", KAIPING, name="乙.txt", dense=0.68)
    assert judge(asked, found(here), found(here), RARITY) is None
    assert judge(asked, found(here), found(nearer, here), RARITY) is Reason.PLACE_WITHOUT_PRACTICE


def test_of_two_things_named_the_rarer_one_weighs_more() -> None:
    rare, common = ("骆驼", "驼队"), ("红管家", "红色管家")
    rarity = Rarity(["红管家议事。"] * 30 + ["积分。"])
    near = hit("红管家议事会定了规矩。", LIUHE, dense=0.62)
    asked = question("骆驼红管家", concepts=(rare, common))
    assert judge(asked, found(near), None, rarity) is Reason.WEAK_EVIDENCE


def test_an_uncalibrated_model_does_not_refuse_by_its_cosine() -> None:
    low = hit(LIUHE_TEXT, LIUHE, dense=0.22)
    assert judge(question("红管家议事会"), found(low), None, RARITY, calibrated=False) is None


def test_half_of_what_was_named_may_lack_where_the_words_speak_for_an_answer() -> None:
    near = hit(LIUHE_TEXT, LIUHE, dense=0.62)
    concepts = (("业委会",), ("骆驼", "驼队"))
    clear = question(LIUHE_TEXT + "骆驼", concepts=concepts)
    assert judge(clear, found(near), None, RARITY) is None
    assert judge(question("骆驼", concepts=concepts[1:]), found(near), None, RARITY) is Reason.WEAK_EVIDENCE


def test_how_to_apply_is_answered_by_a_quote_that_speaks_of_it() -> None:
    def judged(text: str, dense: float = 0.60) -> Reason | None:
        asked = question("过桥费夜间优惠怎么申请？", Intent.STEPS)
        hits = [hit(text, LIUHE, dense=dense)]
        chosen = sources(asked, hits)
        return unfounded(asked, found(*hits), chosen, evidence(asked, chosen), Rarity([]))

    assert judged("洪水期间过桥费一律免收，车辆直接通过。") is Reason.WEAK_EVIDENCE
    assert judged("夜间过桥费优惠由车主在收费站窗口办理。") is None
    assert judged("洪水期间过桥费一律免收，车辆直接通过。", dense=0.69) is None


@pytest.mark.parametrize(
    ("asked", "refused"),
    [
        ("查燃气那次，一共罚了多少家、罚款多少钱？", True),
        ("查燃气那次，一共查了多少商户、罚款多少钱？", False),
        ("查燃气那次，一共罚了多少家？", False),  # of one figure: it may go by another name
    ],
)
def test_several_figures_of_which_no_quote_can_hold_one_are_not_answered(asked: str, refused: bool) -> None:
    hits = [hit("专项行动查了商户63户，下达整改通知书26份。", LIUHE, dense=0.76)]
    question_ = question(asked, Intent.FIGURE)
    chosen = sources(question_, hits)
    reason = unfounded(question_, found(*hits), chosen, evidence(question_, chosen), Rarity([]))
    assert (reason is not None) == refused


def test_practice_of_which_a_part_only_is_named_needs_a_nearer_passage() -> None:
    concepts = (("红管家",), ("骆驼", "驼队"), ("议事会",))
    asked = question("牲口进城", concepts=concepts)

    def judged(asked: Question, dense: float) -> Reason | None:
        return judge(asked, found(hit(LIUHE_TEXT, LIUHE, dense=dense)), None, Rarity([]))

    assert judged(asked, 0.59) is Reason.WEAK_EVIDENCE
    assert judged(asked, 0.66) is None
    assert judged(replace(asked, concepts=(concepts[0], concepts[2])), 0.59) is None


def test_a_small_store_is_held_to_a_lower_cosine() -> None:
    assert _allowance(10_400) == _allowance(50_000) == 0.0
    assert _allowance(305) > _allowance(3_000) > 0.0
    assert _allowance(1) == _allowance(300)


def test_a_figure_that_no_quote_holds_is_not_answered_by_the_sentences_around_it() -> None:
    asked = question("红管家每月补贴多少元", Intent.FIGURE)

    def judged(text: str, dense: float, calibrated: bool = True) -> Reason | None:
        seen = found(hit(text, LIUHE, dense=dense))
        chosen = sources(asked, seen.hits)
        return unfounded(asked, seen, chosen, evidence(asked, chosen), RARITY, calibrated)

    without, holding = "红管家每月领取补贴，由街道发放。", "红管家每月补贴300元，由街道发放。"
    assert judged(without, 0.57) is Reason.WEAK_EVIDENCE
    assert judged(holding, 0.57) is None
    assert judged(without, 0.71) is None  # so near that the figure may be worded in another way
    assert judged(without, 0.57, calibrated=False) is None


def test_reports_that_lack_what_is_rare_in_the_question_do_not_answer_it() -> None:
    asked = question("流浪猫红管家", concepts=(("流浪猫", "流浪动物"), ("红管家",)), include=(LIUHE,))
    seen = found(hit("红管家每月召开议事会，定下停车规矩。", LIUHE, dense=0.49))
    rarity = Rarity(["红管家议事。"] * 30 + ["积分。"])
    chosen = sources(asked, seen.hits)
    quoted = evidence(asked, chosen)
    assert unfounded(asked, seen, chosen, quoted, rarity) is Reason.PLACE_WITHOUT_PRACTICE
    many = replace(asked, many=True)
    assert unfounded(many, seen, chosen, quoted, rarity) is None
    near = found(hit("红管家每月召开议事会，定下停车规矩。", LIUHE, dense=0.60))
    assert unfounded(asked, near, chosen, quoted, rarity) is None


def test_of_a_place_named_beside_others_what_was_asked_need_only_be_named() -> None:
    asked = question(LIUHE_TEXT, concepts=(("社区食堂", "助餐点"),), include=(KAIPING,))
    here = hit("镇上有了助餐点。", KAIPING, dense=0.62)
    there = found(hit(LIUHE_TEXT + "社区食堂。", LIUHE, name="乙.txt", number=2))
    assert judge(asked, found(here), there, RARITY) is Reason.PLACE_WITHOUT_PRACTICE
    assert judge(asked, found(here), there, RARITY, beside=True) is None
    other = hit("镇上修了路。", KAIPING, dense=0.62)
    assert judge(asked, found(other), there, RARITY, beside=True) is Reason.PLACE_WITHOUT_PRACTICE


def test_how_much_money_is_not_answered_without_an_amount() -> None:
    asked = question("乡村医生培训每人补助多少钱", Intent.FUNDING)
    near = hit("全省办好3000名乡村医生轮训，按批次组织。", LIUHE, dense=0.55)
    chosen = sources(asked, [near])
    assert unfounded(asked, found(near), chosen, evidence(asked, chosen), RARITY) is Reason.WEAK_EVIDENCE
    paid = hit("乡村医生参加培训，财政每人补助600元。", LIUHE, dense=0.55)
    chosen = sources(asked, [paid])
    assert unfounded(asked, found(paid), chosen, evidence(asked, chosen), RARITY) is None


def test_a_figure_beside_the_thing_asked_for_is_not_the_one_asked_for() -> None:
    asked = question("办白事随礼最多多少元", Intent.FIGURE, concepts=(("丧事简办",),))
    near = hit("全镇20个行政村提倡“丧事简办”。", LIUHE, dense=0.55)
    chosen = sources(asked, [near])
    assert unfounded(asked, found(near), chosen, evidence(asked, chosen), RARITY) is Reason.WEAK_EVIDENCE
    told = hit("村规写明办白事随礼最多50元，提倡“丧事简办”。", LIUHE, dense=0.55)
    chosen = sources(asked, [told])
    assert unfounded(asked, found(told), chosen, evidence(asked, chosen), RARITY) is None


def test_what_elsewhere_tells_part_for_part_much_nearer_is_not_told_by_the_place() -> None:
    asked = question("掏钱修棚子谁说了算", include=(LIUHE,))
    assert judge(asked, found(GOOD), found(ELSEWHERE), RARITY, away=0.03) is None
    assert judge(asked, found(GOOD), found(ELSEWHERE), RARITY, away=0.05) is Reason.PLACE_WITHOUT_PRACTICE
    given = replace(asked, asked="六合区的“小区议事规则”是怎么做的？")
    assert judge(given, found(GOOD), found(ELSEWHERE), RARITY, away=0.05) is None  # its own name says it
    worded = question("红管家议事会", include=(LIUHE,))
    assert judge(worded, found(GOOD), found(ELSEWHERE), RARITY, away=0.05) is None  # in the words of reports


def test_what_every_kind_of_search_leads_to_is_answered_though_little_of_it_is_said() -> None:
    asked = question("牲口进城")
    parts = (("dense", 0.9), ("words", 1.0), ("clauses", 0.6))
    led = replace(hit(LIUHE_TEXT, LIUHE, dense=0.48), parts=parts)
    behind = replace(ELSEWHERE, score=0.8, dense=0.45)
    assert judge(asked, found(led, behind), None, RARITY) is None
    one_sided = replace(led, parts=(*parts, ("bigrams", 0.1)))
    close = replace(behind, score=0.88)
    for hits in ((one_sided, behind), (led, close), (led,)):
        assert judge(asked, found(*hits), None, RARITY) is Reason.WEAK_EVIDENCE


def test_a_figure_of_the_report_that_is_meant_may_be_told_in_other_words() -> None:
    asked = question("最后能要回来多少", Intent.FIGURE)
    meant = hit("法官说和，公司退了六千元学费。", LIUHE, dense=0.6)
    behind = replace(ELSEWHERE, dense=0.45)
    assert lacks_figure(asked, found(meant, behind), ())
    assert not lacks_figure(asked, found(meant, replace(behind, dense=0.55)), ())
    assert not lacks_figure(replace(asked, intent=Intent.HOW), found(meant, behind), ())
