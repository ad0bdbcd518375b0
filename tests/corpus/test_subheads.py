"""Run-in headings: what lost its line is found, an ordinary sentence is left alone (all texts invented)."""

from __future__ import annotations

import pytest

from corpus.headlike import headlike
from corpus.outline import sections
from corpus.subheads import run_in

ENDS = "志愿者把台账交到社区，事项逐件销号。"
BEGINS = "近日，柳下社区把办事窗口开到楼下，老人不出院门就能办事，群众少跑了路。"


def found(text: str) -> list[str]:
    """The run-in headings of a line."""
    return [span.of(text) for span in run_in(text)]


@pytest.mark.parametrize(
    "heading",
    [
        "凉茶摆路口，歇脚有去处",
        "“邻里帮”解民忧",
        "改造“旧仓库”再添新阵地",
        "心理疏导解心结",
        "红色观影 温党史 建新功",
    ],
)
def test_words_in_front_of_an_opening_are_a_heading(heading: str) -> None:
    assert found(f"{ENDS}{heading}{BEGINS}{ENDS}") == [heading]


@pytest.mark.parametrize(
    "when", ["2021年底，", "2019年，", "6月中旬，", "6月3日9时许，", "这两年，", "这些年来，", "眼下，"]
)
def test_a_date_or_a_time_that_a_pause_follows_is_an_opening(when: str) -> None:
    rest = "柳下社区把办事窗口开到楼下，老人不出院门就能办事。"
    assert found(f"{ENDS}台阶太高添烦恼{when}{rest}{ENDS}") == ["台阶太高添烦恼"]


@pytest.mark.parametrize(
    "heading",
    [
        "“小剪刀”牵起“大民情”",
        "从“门难找”到“门常开”",
        "办好事，从楼道灯做起",
        "巷口凉亭乐邻里",
        "好事办到心坎里",
        "杂物不落地，打造整洁社区",
        "通力协作办实事",
    ],
)
def test_a_heading_may_begin_or_end_as_sentences_hardly_do(heading: str) -> None:
    assert found(f"{ENDS}{heading}{BEGINS}{ENDS}") == [heading]


@pytest.mark.parametrize(
    "sentence",
    [
        "柳下社区的老楼始建于2019年，楼道窄，电线乱，老人上下楼要扶着墙走，雨天更难。",
        "居民反映问题最多的时段从2019年至2021年，社区把这三年的来信翻了一遍，逐条回访。",
        "工作人员核对台账后发现6月3日9时许，楼道里的灯又灭了，电工当天就上门换好了。",
        "清理楼道的活动截止6月底，社区清出杂物三十多车，腾出的空地装上了晾衣架和长椅。",
        "把走访收集的意见转化为解决难题的办法，社区每月开一次会，一件一件商量怎么办。",
        "“小剪刀”“小锤子”“小喇叭”“大家都叫惯了这几个名字，”王某说，“谁家有事就喊一声。”",
    ],
)
def test_a_date_inside_a_sentence_is_none(sentence: str) -> None:
    assert found(f"{ENDS}{sentence}{ENDS}") == []


@pytest.mark.parametrize(
    "sentence",
    [
        "社区书记王某介绍，近日，社区又添了三名代办员，老人办事更方便，群众少跑了路。",
        "在柳下社区党群服务中心，近日，居民们围坐在一起，商量楼道里的杂物怎么清。",
        "街道党工委针对性地开出整改清单，一件一件盯着办，办一件公示一件，群众都说好。",
        "柳下社区联合小学开展“垃圾分一分，环境美十分”主题活动，引导孩子们从小养成好习惯。",
        "走进院里的老人和孩子们近日，一早就来到了活动室，等着志愿者开门教他们写字画画。",
    ],
)
def test_an_ordinary_sentence_has_none(sentence: str) -> None:
    assert found(f"{ENDS}{sentence}{ENDS}") == []


def test_headings_of_one_build_vouch_for_each_other() -> None:
    first, second = "志愿服务，丝丝清凉", "电费补贴，助力纳凉"
    text = f"{ENDS}{first}炎炎夏日，独居老人收到了绿豆汤和清凉油，志愿者还帮着检修了风扇。"
    text += f"{second}街道为困难家庭补贴三个月的电费，由社区干部逐户送到手里。"
    assert found(text) == [first, second]
    assert found(text[: text.index(second)]) == []


def test_two_names_in_quotation_marks_have_fellows_too() -> None:
    first, second = "“小剪刀”修出“大舞台”", "“小喇叭”传来“好声音”"
    text = f"{ENDS}{first}根据老人的需要，社区请来理发师傅，每月一次，在院子里摆开椅子。"
    text += f"{second}自开播以来，柳下社区天天讲政策，老人坐在家里也听得清清楚楚。"
    assert found(text) == [first, second]


def test_an_office_may_be_the_one_who_acts() -> None:
    text = "某某社区服务办把窗口开到楼下，老人不出院门就能办事。社区服务办每月走访一次。"
    text += f"加大走访的力度社区服务办通过敲门记下每家的难处，一件一件办。{ENDS}"
    assert found(text) == ["加大走访的力度"]


def test_those_who_serve_are_a_subject_in_front_of_what_they_serve() -> None:
    sentence = "柳下社区组织老党员、志愿者针对楼道里的杂物集中清理，清出了三车，居民都说好。"
    assert found(f"{ENDS}{sentence}{ENDS}") == []


def test_the_name_of_the_one_who_acts_begins_the_sentence_behind_a_heading() -> None:
    text = "柳下社区把办事窗口开到楼下，老人不出院门就能办事。"
    text += "门口商量办实事柳下社区组织居民围坐在一起，一件一件记下来。"
    text += "大家走进柳下社区组织的集市。柳下社区还添了三名代办员，老人办事更方便，群众少跑了路。"
    assert found(text) == ["门口商量办实事"]


def test_a_lead_phrase_with_its_full_stop_is_not_cut_short() -> None:
    text = "一单一办，让上门办事有回音。社区列出清单，逐户走访。"
    text += "一月一评，让结对帮扶有着落。社区按单认领，逐项销号。"
    assert found(text) == []


def test_halves_that_a_blank_divides_are_a_heading() -> None:
    first, second = "查摆难点问题 守护百姓平安", "走访困难家庭 送上应急物资"
    text = f"{ENDS}{first}街道组织干部到村，一件一件记下来，件件有人办。"
    text += f"{second}街道各社区把米面油送到老人家里，帮着查电线、换灯泡。"
    assert found(text) == [first, second]


def test_a_blank_inside_a_quotation_divides_no_heading() -> None:
    text = "镇里开展“窗口到村 服务到家”主题活动，代办员上门取材料、送证件，老人不出门就能办事。"
    assert found(ENDS + text) == []


def test_short_sentences_of_one_build_name_the_measures() -> None:
    said = (
        "代办员上门取材料，老人不用跑腿，材料齐了当天受理，缺什么说清，办完了送到家里，再问问老人满意不满意。"
    )
    text = f"{BEGINS}听民声，征集小心愿。{said}结对子，认领小心愿。{said}镇里很热闹。{said}老人都笑了。{said}"
    assert [s.heading for s in sections(text)] == ["听民声，征集小心愿", "结对子，认领小心愿"]


def test_leads_may_end_with_one_character_in_quotation_marks() -> None:
    said = "代办员每周三到村，证件当场核对，老人不出村就能办成。" * 2
    text = f"{BEGINS}找准队伍“点”。{said}连好服务“线”。{said}织密网格“面”。{said}"
    assert [s.heading for s in sections(text)] == ["找准队伍“点”", "连好服务“线”", "织密网格“面”"]


def test_one_short_sentence_alone_names_nothing() -> None:
    assert sections(f"{BEGINS}{ENDS}听民声，征集小心愿。{BEGINS}{ENDS}{BEGINS}") == ()


def test_headlike_words_have_no_second_pause() -> None:
    assert headlike("抓学习，促管理")
    assert not headlike("抓学习，促管理，见成效")


def test_a_run_in_heading_becomes_a_section() -> None:
    text = f"{BEGINS}凉茶摆路口，歇脚有去处{BEGINS}{ENDS * 3}"
    assert [s.heading for s in sections(text)] == ["凉茶摆路口，歇脚有去处"]


def test_a_heading_is_told_by_the_sentence_that_begins_with_it_again() -> None:
    text = (
        "各单位都组织了活动。东关监狱东关监狱组织民警到敬老院打扫卫生，陪老人说话。"
        "西坪村西坪村请医生义诊，看了六十人。"
    )
    assert [span.of(text) for span in run_in(text)] == ["东关监狱", "西坪村"]


def test_halves_of_one_length_need_no_fellow_unless_they_name_somebody() -> None:
    did = "活动结束了。数字代办 乡村智办代办员们每天都到村里转一圈，把材料取走，村民不出村就能办事。"
    named = "活动结束了。柳溪企业 东关企业柳溪职业技术学院与东关村共建了代办基地，村民不出村就能办事。"
    assert [span.of(did) for span in run_in(did)] == ["数字代办 乡村智办"]
    assert run_in(named) == []


def test_headings_with_a_quoted_end_that_share_a_word_are_fellows() -> None:
    first, second = "打造代办服务“主阵地”", "强化代办服务“全覆盖”"
    tell = "紧扣群众关心的热点，代办员走村入户，把材料取来，把证件送到。"
    assert found(f"{ENDS}{first}{tell}{second}{tell}") == [first, second]
    listed = (
        "二是希望代办员们聚焦“民心”办实事，把群众的事记在心上。三是希望代办员们坚守“初心”优服务，把小事办好。"
    )
    assert found(f"{ENDS}{listed}{tell}") == []
