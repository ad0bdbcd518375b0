"""rag/side_by_side.py: places named beside one another are each asked for by themselves."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from corpus.read import read_all
from corpus.types import Locality
from index.embedder import FakeEmbedder
from index.store import LocalStore
from rag.config import Settings
from rag.service import Service
from rag.side_by_side import apart
from rag.types import Answered, Intent
from tests.rag.made import KAIPING, LIUHE, question, write_files


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = write_files(tmp_path_factory.mktemp("reports") / "报告")
    with LocalStore.open(folder.parent / "store", FakeEmbedder(), create=True) as store:
        store.add(list(read_all([folder])))
    with Service.open(Settings(store=folder.parent / "store", model="fake"), FakeEmbedder()) as opened:
        yield opened


def test_each_place_has_its_own_question() -> None:
    asked = question("六合区和开平市的红管家怎么做", include=(LIUHE, KAIPING), many=True)
    assert [(one.include, one.intent, one.many) for one in apart(asked)] == [
        ((LIUHE,), Intent.COMPARE, False),
        ((KAIPING,), Intent.COMPARE, False),
    ]


@pytest.mark.parametrize(
    "include",
    [
        (LIUHE,),
        (LIUHE, Locality("江苏省")),  # one lies in the other
        (Locality("江苏省", "南京市", "鼓楼区"), Locality("福建省", "福州市", "鼓楼区")),  # namesakes
    ],
)
def test_one_place_is_asked_for_as_it_is(include: tuple[Locality, ...]) -> None:
    assert apart(question("红管家怎么做", include=include)) == ()


def test_places_chosen_outside_the_question_only_bound_it() -> None:
    assert apart(question("红管家怎么做", include=(LIUHE, KAIPING), chosen=True)) == ()
    assert apart(question("文件叫什么", Intent.MECHANISM, include=(LIUHE, KAIPING))) == ()


def test_a_figure_of_two_places_stays_a_figure_unless_they_are_compared() -> None:
    figure = question("六合区、开平市花了多少钱", Intent.FIGURE, include=(LIUHE, KAIPING))
    assert {one.intent for one in apart(figure)} == {Intent.FIGURE}
    compared = question("六合、开平两个地方，谁出场子，花了多少钱", Intent.FIGURE, include=(LIUHE, KAIPING))
    assert {one.intent for one in apart(compared)} == {Intent.COMPARE}


def test_both_places_are_told_of_in_the_order_asked(service: Service) -> None:
    made = service.ask("广东开平和江苏六合的红管家议事会是怎么做的？")
    assert isinstance(made, Answered)
    assert list(dict.fromkeys(c.locality.county for c in made.citations)) == ["开平市", "六合区"]


def test_a_place_that_has_none_is_named_as_missed(service: Service) -> None:
    made = service.ask("江苏六合和辽宁彰武的红管家议事会是怎么做的？")
    assert isinstance(made, Answered)
    assert {c.locality.county for c in made.citations} == {"六合区"}
    assert "没有找到辽宁省·阜新市·彰武县在这方面的做法" in made.text
