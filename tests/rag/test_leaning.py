"""rag/leaning.py: a sentence that points at the one before it is quoted with it."""

from __future__ import annotations

import pytest

from corpus.types import Span
from rag.evidence import evidence
from rag.leaning import bare, leans, supported
from rag.sentences import statements
from rag.sources import sources
from rag.types import Intent
from tests.rag.made import LIUHE, hit, question


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("对此，社区召开议事会。", True),
        ("它每天开放八小时。", True),
        ("该平台接到报修后派单。", True),
        ("该局印发指引。", True),  # its place is not its name
        ("镇里为这件事开了三次会。", True),
        ("调解员劝老两口先坐下来。", True),
        ("该社区设立议事会。", False),  # its place is supplied in brackets
        ("这里的食堂每天开放。", False),
        ("其他小区也装了电梯。", False),
        ("此外，食堂还送餐上门。", False),
        ("我们每天巡查六次。”网格员说。", True),
        ("网格员说：“我们每天巡查。”", False),
        ("社区设立议事会。", False),
    ],
)
def test_what_points_back(text: str, expected: bool) -> None:
    assert leans(text) is expected


def whole(text: str, at: int, cuts: tuple[int, ...] = ()) -> str | None:
    span = supported(text, statements(text, cuts), at, cuts)
    return span.of(text) if span else None


def test_the_sentence_before_comes_along_within_a_paragraph() -> None:
    text = "居民连续几个月打热线投诉楼道里堆满了杂物。对此，社区召开议事会。这一做法传到别的小区。"
    assert whole(text, 1) == "居民连续几个月打热线投诉楼道里堆满了杂物。对此，社区召开议事会。"
    assert whole(text, 2) == text  # two at most
    assert whole(text + "它很管用。", 3) is None
    assert whole("居民连续几个月打热线投诉楼道里堆满了杂物。\n对此，社区召开议事会。", 1) is None
    assert whole("居民连续几个月打热线投诉楼道里堆满了杂物。对此，社区召开议事会。", 1, (21,)) is None
    assert whole("对此，社区召开议事会。", 0) is None
    assert whole("长" * 101 + "。对此，社区召开议事会。", 1) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("同时，社区设立议事会。", "社区设立议事会。"),
        ("据了解，社区设立议事会。", "社区设立议事会。"),
        ("同时，还设立议事会。", "同时，还设立议事会。"),  # its subject stands before it
        ("同时，", "同时，"),
    ],
)
def test_a_connective_that_adds_nothing_is_left_off(text: str, expected: str) -> None:
    assert bare(text, Span(0, len(text))).of(text) == expected


def test_both_are_one_quote_in_an_answer() -> None:
    text = "平安里楼道常年堵塞，居民怨声很大。对此，社区设立红管家，由党员牵头每月清理楼道。"
    asked = question("红管家清理楼道", Intent.HOW)
    found = evidence(asked, sources(asked, [hit(text, LIUHE)]))
    assert [one.text for one in found] == [text]
    assert found[0].span.of(text) == text


def test_neighbours_stay_one_quote_over_a_connective() -> None:
    text = "社区设立红管家，由党员牵头清理楼道。同时，红管家每月召开议事会定下停车规矩。"
    asked = question("红管家", Intent.HOW)
    found = evidence(asked, sources(asked, [hit(text, LIUHE)]))
    assert [one.text for one in found] == [text]
