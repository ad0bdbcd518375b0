"""What another place did is not quoted under the place that a report is of. All texts are invented."""

from __future__ import annotations

import pytest

from corpus.types import NOWHERE, Locality
from rag.evidence import evidence
from rag.sentences import statements
from rag.sources import sources
from rag.told_elsewhere import told_elsewhere
from tests.rag.made import LIUHE, hit, question

KAIPING = "譬如，开平市组建积分超市，居民以分换物。超市由村干部轮流值守。"


def told(text: str, place: Locality = LIUHE) -> list[bool]:
    spans = statements(text, ())
    return [told_elsewhere(text, spans, at, (), place) for at in range(len(spans))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (KAIPING, [True, True]),
        ("社区设立议事会，每月开会一次，商量停车、晾晒和环境卫生。" + KAIPING, [False, True, True]),
        (KAIPING + "六合区每季度公布一次积分。积分可以换米。", [True, True, False, False]),
        (KAIPING + "在六合区，积分每季度公布一次。", [True, True, False]),
        ("江苏省每年评比一次先进村，由各地推荐并公示。南京市出钱奖励。", [False, False]),  # it lies in them
        # in no table
        ("某某市组建积分超市，居民以分换物，每月兑换一次。超市由村干部轮流值守。", [False, False]),
        ("本市组建积分超市，全区推开。", [False]),
        ("近年来，开平市组建积分超市，居民以分换物。", [True]),
        ("开平市和六合区结对，互派干部。", [False]),
        (KAIPING.rstrip("。") + "。\n各社区建立台账。", [True, True, False]),
    ],
)
def test_a_sentence_that_opens_with_another_place_and_those_behind_it(
    text: str, expected: list[bool]
) -> None:
    assert told(text) == expected


def test_of_a_report_of_no_place_nothing_is_elsewhere() -> None:
    assert told(KAIPING, NOWHERE) == [False, False]


def test_it_is_not_quoted_for_the_place_of_the_report() -> None:
    own = "六合区建立积分超市，居民参加巡逻、清扫可以积分，每月兑换生活用品一次。"
    asked = question("积分超市怎么兑换生活用品")
    chosen = sources(asked, [hit(own + KAIPING, LIUHE)])
    assert ["开平" in one.text or "值守" in one.text for one in evidence(asked, chosen)] == [False]


LUYUAN = Locality("江苏省", "南京市", "六合区", "雄州街道", "绿园社区")


OURS = "绿园社区今年改造老旧楼房56栋，屋顶、外墙和管道一次做完。"
THEIRS = "乐水社区24栋老楼换了门窗，楼道重新粉刷，居民都说住着亮堂。"
THERE = "施工队趁着暑假白天干活，还在路口新添了四盏路灯和两排长椅。"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (OURS + THEIRS + THERE, [False, True, True]),
        (THEIRS + THERE + OURS, [True, True, False]),
        (OURS + THEIRS.replace("乐水", "老旧"), [False, False]),
        (OURS + THEIRS.replace("乐水", "各"), [False, False]),
        (f"近日，{OURS}{THEIRS.replace('乐水社区', '雄州街道绿园社区')}", [False, False]),
        (OURS + THEIRS.replace("乐水社区", "乐水村村民"), [False, False]),
    ],
)
def test_a_community_s_report_that_goes_over_to_another_community(text: str, expected: list[bool]) -> None:
    assert told(text, LUYUAN) == expected


def test_in_a_district_s_report_its_communities_are_its_own() -> None:
    assert told(THEIRS + OURS) == [False, False]
