"""Filters narrow, chips strike out, and nothing widens a question."""

from __future__ import annotations

import pytest

from corpus.errors import TashanError
from corpus.types import Locality
from rag.types import Question
from rag.ui.session import ALL, Choice, Turn, history, narrow

LIAONING, SHANDONG = Locality("辽宁省"), Locality("山东省")
ZHANGWU = Locality("辽宁省", "阜新市", "彰武县")


def asked(*include: Locality, **more: object) -> Question:
    return Question("问", "问", include=include, **more)  # type: ignore[arg-type]


def test_a_chosen_place_is_laid_over_the_question() -> None:
    assert narrow(asked(), Choice(place=LIAONING)).include == (LIAONING,)
    assert narrow(asked(ZHANGWU), Choice(place=LIAONING)).include == (ZHANGWU,)
    assert narrow(asked(LIAONING), Choice(place=ZHANGWU)).include == (ZHANGWU,)
    assert narrow(asked(ZHANGWU, SHANDONG), Choice(place=LIAONING)).include == (ZHANGWU,)


def test_a_place_outside_the_chosen_one_is_refused_rather_than_widened() -> None:
    with pytest.raises(TashanError, match="山东省"):
        narrow(asked(SHANDONG), Choice(place=LIAONING))


def test_years_narrow() -> None:
    both = narrow(asked(since=2020, until=2024), Choice(since=2022, until=2023))
    assert (both.since, both.until) == (2022, 2023)


def test_what_is_struck_out_is_left_out() -> None:
    synonyms = (("红色管家", 0.4), ("党建物业", 0.4))
    question = asked(LIAONING, exclude=(ZHANGWU,), since=2023, synonyms=synonyms)
    struck = frozenset({"include:辽宁省", f"exclude:{ZHANGWU.full}", "years", "synonym:红色管家", "theme"})
    left = narrow(question, Choice(theme="停车与充电"), struck)
    assert (left.include, left.exclude, left.since) == ((), (), None)
    assert left.theme == ""
    assert left.synonyms == (("党建物业", 0.4),)


def test_values_of_the_controls() -> None:
    chosen = Choice.of("辽宁省", ALL, None, "停车与充电", "2023", ALL, " 彰武县 ", True)
    assert chosen == Choice(LIAONING, 2023, None, "彰武县", True, "停车与充电")
    assert chosen.words == "辽宁省，停车与充电，2023年起，除彰武县外"
    assert Choice.of(None, None, None, None, "<b>", None, None, False) == Choice()


def test_a_place_that_was_struck_out_does_not_draw_the_search_any_more() -> None:
    question = Question("辽宁的物业", "辽宁的红色物业是怎么做的？", include=(LIAONING,))
    left = narrow(question, Choice(), frozenset({"include:辽宁省"}))
    assert "辽宁" not in left.standalone and "红色物业" in left.standalone
    assert narrow(question, Choice()).standalone == question.standalone


def test_a_question_that_was_cut_off_leans_on_nothing_before_it() -> None:
    one, two, three = Turn("甲？", ""), Turn("乙？", "", struck=frozenset({"history"})), Turn("丙？", "")
    assert history([one, three]) == ["甲？", "丙？"]
    assert history([one, two, three]) == ["乙？", "丙？"]
    assert history([one, three], frozenset({"history"})) == []
