"""What stands beside the passages that were found. Texts and places are invented."""

from __future__ import annotations

from dataclasses import replace

from corpus.types import Span
from index.types import StoredPassage
from rag.around import read_around
from rag.sources import Source
from tests.rag.made import KAIPING, LIUHE, hit


class Shelf:
    """As much of the Store protocol as is used: passages by number."""

    def __init__(self, *kept: StoredPassage) -> None:
        self.kept = {one.number: one for one in kept}

    def passages(self, numbers: list[int]) -> list[StoredPassage]:
        return [self.kept[number] for number in numbers if number in self.kept]


def test_passages_of_the_same_report_beside_those_found_come_behind_them_and_count_less() -> None:
    found = hit("第二步设点。", LIUHE, score=0.8, number=5)
    beside = [hit(f"第{n}步。", LIUHE, number=n).stored for n in (2, 3, 4, 6, 7, 8)]
    (source,) = read_around(Shelf(*beside), [Source(found.stored.head, (found,), 0.8)])  # type: ignore[arg-type]
    assert [one.stored.number for one in source.hits] == [5, 3, 4, 6, 7]
    assert all(0 < one.score < found.score and one.beside for one in source.hits[1:])


def test_in_a_long_report_only_what_stands_under_the_same_heading_is_read_too() -> None:
    found = hit("第二步设点。", LIUHE, number=5, raw_start=0, headings=("一、养老",))
    far = Span(8000, 8006)
    beside = [
        hit(text, LIUHE, number=number, headings=headings).stored
        for number, text, headings in ((4, "第一步摸底。", ("一、养老",)), (6, "修路三条。", ("二、交通",)))
    ]
    shelf = Shelf(*(replace(one, passage=replace(one.passage, span=far)) for one in beside))
    (source,) = read_around(shelf, [Source(found.stored.head, (found,), 1.0)])  # type: ignore[arg-type]
    assert [one.stored.number for one in source.hits] == [5, 4]


def test_another_report_whose_passages_have_the_next_numbers_is_left_alone() -> None:
    found = hit("第二步设点。", LIUHE, number=5)
    other = hit("另一地的做法。", KAIPING, name="乙.txt", number=6).stored
    (source,) = read_around(Shelf(other), [Source(found.stored.head, (found,), 1.0)])  # type: ignore[arg-type]
    assert source.hits == (found,)


def test_for_a_follow_up_the_whole_report_is_read() -> None:
    found = hit("第二步设点。", LIUHE, score=0.8, number=15, headings=("一、养老",))
    far = Span(8000, 8006)
    others = [hit(f"第{n}步。", LIUHE, number=n, headings=("二、经费",)).stored for n in (3, 12, 14, 18, 30)]
    shelf = Shelf(*(replace(one, passage=replace(one.passage, span=far)) for one in others))
    chosen = [Source(found.stored.head, (found,), 0.8)]
    (source,) = read_around(shelf, chosen)  # type: ignore[arg-type]
    assert [one.stored.number for one in source.hits] == [15]
    (source,) = read_around(shelf, chosen, whole=True)  # type: ignore[arg-type]
    assert [one.stored.number for one in source.hits] == [15, 3, 12, 14, 18, 30]
