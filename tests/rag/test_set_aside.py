"""rag/set_aside.py: what a question sets aside is neither searched nor quoted."""

from __future__ import annotations

import pytest

from corpus.types import Span
from rag.question import understand
from rag.set_aside import only_aside, set_aside


@pytest.mark.parametrize(
    ("asked", "word"),
    [
        ("除了发传单，各地还做了什么？", "传单"),
        ("除拉横幅以外，还有什么办法？", "横幅"),
        ("光靠罚款不够，各地怎么让人自觉？", "罚款"),
    ],
)
def test_a_way_that_is_set_aside_has_words(asked: str, word: str) -> None:
    spans, words = set_aside(asked)
    assert len(spans) == 1 and word in words


@pytest.mark.parametrize(
    "asked", ["除夕怎么值班？", "怎么清除杂草，各地有办法吗？", "不光是发传单，还做了什么？"]
)
def test_other_words_set_nothing_aside(asked: str) -> None:
    assert set_aside(asked) == ((), ())


def test_a_place_that_is_left_out_is_no_way_of_doing_things() -> None:
    assert set_aside("除了浙江，还有哪些地方？", [Span(2, 4)]) == ((), ())
    assert understand("除了浙江，还有哪些地方办食堂？").aside == ()


def test_what_is_set_aside_is_not_searched_for() -> None:
    read = understand("除了发传单，怎么防孩子溺水？")
    assert "传单" not in read.topic and "溺水" in read.topic and "宣讲" in read.aside


def test_a_sentence_that_did_more_is_quoted() -> None:
    words = ("宣讲", "传单")
    assert only_aside("社区组织防溺水宣讲，发放传单200份。", words)
    assert not only_aside("宣讲之后，村里在河边设立警示牌，配备救生圈24个。", words)
    assert not only_aside("村里在河边设立警示牌。", words)
