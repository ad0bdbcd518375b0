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
