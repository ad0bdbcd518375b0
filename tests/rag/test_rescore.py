"""What a second look changes: things asked for count once each, and reports like the best come up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from index.types import Vectors
from rag.config import Search
from rag.rescore import clauses, coverage, rescored, titled, told_best, told_of
from rag.types import Hit, Question
from tests.rag.test_retrieve import JINAN, ListStore, stored

RIDERS, CARE = ("外卖小哥", "骑手"), ("托管", "看孩子")


def hit(number: int, text: str, score: float = 0.5, report: str = "") -> Hit:
    return Hit(stored(number, JINAN, text, report=report), score, score, score)


def ask(**given: object) -> Question:
    return Question("问", "问", **given)  # type: ignore[arg-type]


def test_a_thing_said_in_many_words_counts_once() -> None:
    hits = [hit(0, "外卖小哥和骑手。"), hit(1, "给骑手的孩子办托管。"), hit(2, "修路。")]
    riders, both, none = coverage(hits, (RIDERS, CARE)).tolist()
    assert 0 < riders < both == 1.0 and none == 0.0
    once = [hit(0, "骑手。"), *hits[1:]]
    assert coverage(once, (RIDERS, CARE)).tolist() == [riders, both, none]


def test_what_few_of_the_hits_name_counts_more() -> None:
    hits = [hit(0, "骑手。"), hit(1, "骑手。"), hit(2, "骑手。"), hit(3, "托管。")]
    riders, care = coverage(hits, (RIDERS, CARE)).tolist()[-2:]
    assert care > 2 * riders > 0 and riders + care == pytest.approx(1.0)


def test_the_rest_of_its_report_counts_only_where_cases_are_wanted() -> None:
    hits = [hit(0, "骑手。", report="a.txt#1"), hit(1, "托管。", report="a.txt#1"), hit(2, "骑手。")]
    alone, together = coverage(hits, (RIDERS, CARE)), coverage(hits, (RIDERS, CARE), whole=True)
    assert alone[0] == alone[2] < 1 and alone[0] + alone[1] == pytest.approx(1.0)
    assert together.tolist()[:2] == [1.0, 1.0] and together[2] < 1


def test_headings_and_title_count_with_the_passage() -> None:
    one = hit(0, "每天八点开门。")
    passage = replace(one.stored.passage, heading_path=("暑期托管",))
    headed = replace(one, stored=replace(one.stored, passage=passage))
    assert coverage([one, headed], (CARE,)).tolist() == [0.0, 1.0]


def test_what_covers_the_question_goes_before_what_repeats_one_word_of_it() -> None:
    hits = [hit(0, "外卖小哥和骑手。", 0.60), hit(1, "给骑手的孩子办托管。", 0.58)]
    question = ask(concepts=(RIDERS, CARE))
    placed, loose = rescored(ListStore([]), question, hits, [], Search(concepts=0.2))
    assert [one.stored.number for one in placed] == [1, 0] and loose == []
    assert dict(placed[0].parts) == {"concepts": 1.0}
    untouched, _ = rescored(ListStore([]), question, hits, [], Search(concepts=0))
    assert untouched == hits


def test_reports_like_the_best_come_up_where_many_places_are_wanted() -> None:
    kept = [stored(n, JINAN) for n in range(8)]
    near, far = [1.0, 0.0], [0.0, 1.0]
    store = ListStore(kept)
    store.vectors = lambda numbers: np.array(  # type: ignore[method-assign]
        [far if number == 6 else near for number in numbers], np.float32
    )
    hits = [Hit(one, score, 0, 0) for one, score in zip(kept, [0.9] * 6 + [0.5, 0.49], strict=True)]
    placed, _ = rescored(store, ask(many=True), hits, [], Search(feedback=0.4))
    assert [one.stored.number for one in placed[-2:]] == [7, 6]
    alone, _ = rescored(store, ask(), hits, [], Search(feedback=0.4))
    assert [one.stored.number for one in alone[-2:]] == [6, 7]


@pytest.mark.parametrize("weight", [0.1, 1.0, 10.0])
def test_scores_stay_in_the_unit_interval(weight: float) -> None:
    hits = [hit(n, "骑手。", 1.0 - n / 10) for n in range(8)]
    question = ask(concepts=(RIDERS,), many=True)
    placed, _ = rescored(
        ListStore([one.stored for one in hits]), question, hits, [], Search(concepts=weight, feedback=weight)
    )
    assert all(0 <= one.score <= 1 for one in placed)
    assert [one.score for one in placed] == sorted((one.score for one in placed), reverse=True)


def named(number: int, title: str | None) -> Hit:
    one = hit(number, "每天八点开门。")
    head = replace(one.stored.head, title=title)
    return replace(one, stored=replace(one.stored, head=head))


def test_a_report_whose_title_is_said_in_full_goes_first() -> None:
    hits = [named(0, "柳溪异型灯"), named(1, "柳溪灯（草稿）"), named(2, "柳溪")]
    hits.append(named(3, None))
    assert titled(hits, "柳溪灯是什么时候做的？").tolist() == [0.0, 1.0, 0.0, 0.0]
    search = Search(titled=0.1, clauses=0)
    placed, _ = rescored(ListStore([]), Question("柳溪灯在哪", "柳溪灯在哪"), hits, [], search)
    assert placed[0].stored.number == 1 and dict(placed[0].parts) == {"titled": 1.0}


def test_scores_stay_where_no_title_is_said() -> None:
    hits = [named(0, "东关镇的窗口"), named(1, "柳溪灯")]
    placed, _ = rescored(ListStore([]), Question("谁出钱？", "谁出钱？"), hits, [], Search(titled=0.1))
    assert placed == hits


class TwoParts(ListStore):
    """A store of three passages; each part of a question is one direction of its space."""

    def question_vectors(self, texts: Sequence[str]) -> Vectors:
        return np.eye(len(texts), 2, dtype=np.float32)

    def vectors(self, numbers: Sequence[int]) -> Vectors:
        return np.array([[0.9, 0.1], [0.7, 0.6], [0.6, 0.7]], np.float32)[list(numbers)]


PARTS = "礼堂平时锁着没人用，请老师又掏不起钱？"


def test_a_report_that_is_near_to_every_part_comes_before_one_that_is_near_to_one() -> None:
    hits = [hit(0, "礼堂。", 0.62), hit(1, "礼堂租给培训班。", 0.6)]
    store = TwoParts([one.stored for one in hits])
    alone = rescored(store, Question(PARTS, PARTS), hits, [], Search(clauses=0))[0]
    assert [one.stored.number for one in alone] == [0, 1]
    both = rescored(store, Question(PARTS, PARTS), hits, [], Search(clauses=0.2))[0]
    assert [one.stored.number for one in both] == [1, 0]
    words = rescored(store, Question(PARTS, PARTS), hits, [], Search(clauses=0.2, dense=0))[0]
    assert [one.stored.number for one in words] == [0, 1]  # search by words alone does not look at meaning
    many = rescored(store, Question(PARTS, PARTS, many=True), hits, [], Search(clauses=0.2))[0]
    assert [one.stored.number for one in many] == [0, 1]  # ways are wanted, each need not tell all


def test_for_each_part_the_nearest_passage_of_a_report_counts() -> None:
    one, two = hit(0, "礼堂。", 0.5), hit(2, "请老师。", 0.4)
    other = hit(1, "礼堂租给培训班。", 0.5)
    head = replace(two.stored.head, report=one.stored.head.report)
    two = replace(two, stored=replace(two.stored, head=head))
    store = TwoParts([one.stored, other.stored, two.stored])
    assert told_of(store, [one, other, two], clauses(PARTS)).tolist() == [1.0, 0.0, 1.0]


def test_the_best_report_is_that_which_is_near_to_all_parts_on_average() -> None:
    hits = [hit(0, "礼堂。", 0.62), hit(1, "礼堂租给培训班。", 0.6)]
    store = TwoParts([one.stored for one in hits])
    assert told_best(store, hits, clauses(PARTS)) == pytest.approx(0.65)
    assert told_best(store, [], clauses(PARTS)) == 0.0
