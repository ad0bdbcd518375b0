"""rag/leaning.py: a sentence that points at the one before it is quoted with it."""

from __future__ import annotations

import pytest

from corpus.types import Span
from rag.evidence import evidence
from rag.leaning import bare, leans, named, supported
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
    assert whole("长" * 241 + "。对此，社区召开议事会。", 1) is None


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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("柳岸小区的业委会和物业公司去年一起成立了党支部。小区分成11个网格，收费率达九成。", True),
        ("柳岸小区的业委会和物业公司去年一起成立了党支部。截至目前，全小区已装充电桩20个。", True),
        (
            "大家坐在一起前前后后商量了三个月才有结果。小区分成11个网格，收费率达九成。",
            False,
        ),  # no name in front of it
        (
            "柳岸小区的业委会和物业公司去年一起成立了党支部。\n小区分成11个网格，收费率达九成。",
            False,
        ),  # another paragraph
        (
            "柳岸小区的业委会和物业公司去年一起成立了党支部。小区居民老周也来帮忙。",
            False,
        ),  # of somebody, not of the place
        ("柳岸小区的业委会和物业公司去年一起成立了党支部。梧桐社区分成11个网格。", False),  # it has a name
    ],
)
def test_a_sentence_that_says_which_kind_of_place_brings_the_one_that_names_it(
    text: str, expected: bool
) -> None:
    spans = statements(text)
    assert named(text, spans, len(spans) - 1, ()) == (Span(0, len(text)) if expected else None)
