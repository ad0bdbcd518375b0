"""corpus/companions.py: run-in headings built like one found before; invented texts."""

from __future__ import annotations

import pytest

from corpus.subheads import run_in

FIRST = "活动圆满结束。凉茶摆路口，歇脚有去处近日，某社区开展了慰问活动，为环卫工人送上茶水和毛巾。"
TOLD = "镇里给每个村配了一名代办员，老人有需要就上门取材料，办好了再送回家里。"


def found(text: str) -> list[str]:
    return [span.of(text) for span in run_in(text)]


@pytest.mark.parametrize(
    ("heading", "behind"),
    [
        ("夜灯亮村头，归家不怕黑", "红星村的路灯修好了，村民说夜里走路再也不用打手电。"),
        ("凉棚搭村头，避暑有去处", "红星村的老人吃过晚饭，摇着扇子坐在一起说家常，讲得热热闹闹。"),
    ],
)
def test_a_heading_is_found_by_its_fellow_of_the_same_build(heading: str, behind: str) -> None:
    text = f"{FIRST}{heading}{behind}{TOLD}"
    assert found(text) == ["凉茶摆路口，歇脚有去处", heading]


def test_without_a_fellow_nothing_tells_it() -> None:
    text = f"活动圆满结束。夜灯亮村头，归家不怕黑红星村的路灯修好了，村民说夜里走路再也不用打手电。{TOLD}"
    assert found(text) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "红星社区把凉茶摆到路口，环卫工人随时来歇脚，喝一口热茶再走。",
        "结合夏季送清凉，社区还请来医生，给环卫工人量了血压和血糖。",
        "天气越来越热，他们的工作却没有停，清晨四点就已经在路上。",
        "茶水从早供到晚，毛巾每天换洗一次，环卫工人都说用着放心。",
    ],
)
def test_sentences_beside_a_heading_stay_whole(sentence: str) -> None:
    assert found(f"{FIRST}{sentence}{TOLD}") == ["凉茶摆路口，歇脚有去处"]


AFTER = "近日，某社区开展了慰问活动，为环卫工人送上茶水和毛巾。"


@pytest.mark.parametrize(
    ("known", "behind", "heading"),
    [
        (
            "小凉亭聚起大民心",
            "小书屋亮起大招牌演出结束，大家拿着积分卡到柜台换了米和油。",
            "小书屋亮起大招牌",
        ),
        (
            "“小凉亭”聚起“大民心”",
            "小夜校讲出大道理在老师的带领下，孩子们拿起画笔画下老树。",
            "小夜校讲出大道理",
        ),
        ("“夏”送清凉", "“夏”伴书香正值暑假，书屋里请来了退休老师，每天给孩子们讲一个故事。", "“夏”伴书香"),
        ("“夏”送清凉", "一家一活动让老人和孩子坐到一起，包饺子，讲故事，楼上楼下都认得了。", None),
        ("“小凉亭”聚起“大民心”", "“小书屋”亮起民警推动各村组建了夜巡队，每晚巡到十点，大家放心。", None),
    ],
)
def test_what_two_sentences_are_joined_by_tells_where_a_fellow_ends(
    known: str, behind: str, heading: str | None
) -> None:
    assert found(f"活动圆满结束。{known}{AFTER}{behind}{TOLD}") == [known, *([heading] if heading else [])]
