"""Retrieval over a store that is a list: filters, fusion, reprints, places, order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.types import CleanFile, Locality, Passage, Span
from index.types import Added, Candidates, Counts, Filter, Query, ReportHead, StoredPassage
from rag.applies import applies_to, names_excluded
from rag.config import Search, Settings
from rag.fusion import fuse
from rag.retrieve import retrieve
from rag.types import Intent, Question

LIAONING, ZHANGWU = Locality("辽宁省"), Locality("辽宁省", "阜新市", "彰武县")
FUXIN, JINAN, HUAIBEI = (
    Locality("辽宁省", "阜新市"),
    Locality("山东省", "济南市"),
    Locality("安徽省", "淮北市"),
)
NOWHERE = Locality()
PLACES = (LIAONING, ZHANGWU, FUXIN, JINAN, HUAIBEI, NOWHERE)


def stored(
    number: int,
    place: Locality = ZHANGWU,
    text: str = "红色物业。",
    *,
    report: str = "",
    cluster: int | None = None,
) -> StoredPassage:
    report = report or f"{number}.txt#1"
    doc = report.split("#")[0]
    head = ReportHead(
        report, doc, "题", "题", False, place, (), "2023-01-01", None, number if cluster is None else cluster
    )
    return StoredPassage(
        number, Passage(f"{report}:1", report, doc, text, Span(0, len(text)), Span(0, len(text))), head
    )


@dataclass
class ListStore:
    """The Store protocol over a list; passage i scores `scores[i]` in every search."""

    kept: list[StoredPassage]
    scores: list[float] = field(default_factory=list)
    asked: list[Filter] = field(default_factory=list)

    @property
    def counts(self) -> Counts:
        return Counts(len(self.kept), len(self.kept), len(self.kept))

    def search(self, query: Query, k: int, where: Filter) -> Candidates:
        self.asked.append(where)
        scores = self.scores or [1.0 - at / 100 for at in range(len(self.kept))]
        rows = [at for at, one in enumerate(self.kept) if self._passes(one.head, where)]
        rows = sorted(rows, key=lambda at: -scores[at])[:k]
        values = np.array([scores[at] for at in rows], np.float32)
        return Candidates(np.array(rows, np.int64), values, values, values, values, len(rows))

    def _passes(self, head: ReportHead, where: Filter) -> bool:
        if where.include and not any(head.locality.within(place) for place in where.include):
            return False
        if any(head.locality.within(place) for place in where.exclude):
            return False
        return not where.docs or head.doc in where.docs

    def passages(self, numbers: Sequence[int]) -> list[StoredPassage]:
        return [self.kept[number] for number in numbers]

    pending = 0

    def question_vectors(self, texts: Sequence[str]) -> np.ndarray:  # type: ignore[type-arg]
        return np.array([[1.0, 0.0]] * len(texts), np.float32)

    def vectors(self, numbers: Sequence[int]) -> np.ndarray:  # type: ignore[type-arg]
        scores = self.scores or [1.0 - at / 100 for at in range(len(self.kept))]
        return np.array([[scores[number], 1.0] for number in numbers], np.float32)

    def add(self, files: Sequence[CleanFile], progress: object = None) -> Added:
        raise NotImplementedError

    def remove(self, docs: Sequence[str]) -> Added:
        raise NotImplementedError

    def close(self) -> None: ...


def ask(**given: object) -> Question:
    return Question("红色物业怎么做？", "红色物业怎么做？", topic="红色物业", **given)  # type: ignore[arg-type]


def docs(store: ListStore, question: Question, k: int = 10) -> list[str]:
    return list(dict.fromkeys(hit.stored.head.doc for hit in retrieve(store, question, k=k).hits))


def test_best_first_and_scores_fall() -> None:
    store = ListStore([stored(n) for n in range(5)], [0.2, 0.9, 0.1, 0.5, 0.4])
    found = retrieve(store, ask(), k=3)
    assert [hit.stored.number for hit in found.hits] == [1, 3, 4]
    assert [hit.score for hit in found.hits] == sorted((hit.score for hit in found.hits), reverse=True)
    assert (found.allowed, found.total) == (5, 5)
    assert dict(found.hits[0].parts)["dense"] == 1.0 and 0 <= found.hits[-1].score <= 1


def test_an_empty_store_has_no_hits() -> None:
    assert retrieve(ListStore([]), ask()).hits == ()


def test_an_unknown_place_gives_nothing_rather_than_everything() -> None:
    store = ListStore([stored(0), stored(1, NOWHERE, "各地。"), stored(2, ZHANGWU, "向火星学习。")])
    assert retrieve(store, ask(unknown_places=("火星",))).ranked == ()


def test_an_unknown_place_finds_what_is_of_no_known_place_and_names_it() -> None:
    store = ListStore([stored(0), stored(1, NOWHERE, "火星的做法。"), stored(2, NOWHERE, "各地。")])
    assert docs(store, ask(unknown_places=("火星",))) == ["1.txt"]


@pytest.mark.parametrize(("times", "order"), [((1, 1), [0, 0]), ((1, 1.5), [0, 1]), ((1.5, 1), [1, 0])])
def test_where_practice_is_wanted_meaning_counts_as_much_more_as_is_set(
    times: tuple[float, float], order: list[int]
) -> None:
    store = ListStore([stored(0), stored(1, JINAN)])
    parts = {"dense": np.array([0.0, 1.0], np.float32), "bigrams": np.array([1.0, 0.0], np.float32)}
    none = np.zeros(2, np.float32)
    store.search = lambda query, k, where: Candidates(  # type: ignore[method-assign]
        np.arange(2), parts["dense"], none, parts["bigrams"], none, 2
    )
    weights = Search(
        dense=0.5, bigrams=0.6, whole=0, feedback=0, dense_how=times[0], dense_many=times[1], worded=0
    )
    settings = Settings(search=weights)
    first = [
        retrieve(store, ask(many=many), settings=settings).hits[0].stored.number for many in (False, True)
    ]
    assert first == order


@pytest.mark.parametrize(
    ("best", "intent", "first"),
    [(0.1, Intent.HOW, 1), (9.0, Intent.HOW, 0), (0.1, Intent.FACT, 0)],
)
def test_a_question_in_words_that_no_report_has_is_found_by_its_meaning(
    best: float, intent: Intent, first: int
) -> None:
    store = ListStore([stored(0), stored(1, JINAN)])
    dense, bigrams = np.array([0.0, 1.0], np.float32), np.array([best, 0.0], np.float32)
    none = np.zeros(2, np.float32)
    store.search = lambda query, k, where: Candidates(  # type: ignore[method-assign]
        np.arange(2), dense, none, bigrams, none, 2
    )
    settings = Settings(search=Search(dense=0.5, bigrams=0.9, whole=0, worded=0.17, dense_most=4))
    assert retrieve(store, ask(intent=intent), settings=settings).hits[0].stored.number == first


def test_where_many_places_are_wanted_a_report_of_no_place_comes_later() -> None:
    store = ListStore([stored(0, NOWHERE, "全国情况。"), stored(1), stored(2, JINAN)], [1.0, 0.9, 0.1])
    assert docs(store, ask(many=True)) == ["1.txt", "0.txt", "2.txt"]
    assert docs(store, ask()) == ["0.txt", "1.txt", "2.txt"]


def test_another_places_report_never_answers_even_if_it_names_the_place() -> None:
    store = ListStore([stored(0, JINAN, "学习辽宁彰武的做法。"), stored(1, ZHANGWU)])
    assert docs(store, ask(include=(ZHANGWU,))) == ["1.txt"]


def test_a_wider_or_unplaced_report_applies_where_it_names_the_place() -> None:
    store = ListStore([
        stored(0, LIAONING, "在彰武试点。"), stored(1, LIAONING, "在全省推开。"),
        stored(2, NOWHERE, "彰武等地。"), stored(3, NOWHERE, "各地。"),
    ])  # fmt: skip
    assert docs(store, ask(include=(ZHANGWU,))) == ["0.txt", "2.txt"]


@pytest.mark.parametrize(("asked", "passages"), [("哈尔套镇", [0, 1]), (None, [])])
def test_a_report_of_no_place_that_names_the_town_answers_with_all_its_passages(
    asked: str | None, passages: list[int]
) -> None:
    named, behind = stored(0, NOWHERE, "哈尔套镇的联盟。"), stored(1, NOWHERE, "化解纠纷40起。")
    behind = replace(behind, head=named.head)
    store = ListStore([named, behind, stored(2, NOWHERE, "化解纠纷7起。")])
    place = replace(ZHANGWU, town=asked)
    hits = retrieve(store, ask(include=(place,))).hits
    assert sorted(hit.stored.number for hit in hits) == passages


def test_a_report_that_may_be_of_the_place_stands_apart() -> None:
    store = ListStore([stored(0, NOWHERE, "各地。"), stored(1, ZHANGWU)], [0.9, 0.8])
    found = retrieve(store, ask(include=(ZHANGWU,)))
    assert [hit.stored.number for hit in found.hits] == [1]
    assert [hit.stored.number for hit in found.unplaced] == [0]
    assert {hit.stored.number for hit in found.ranked} == {0, 1}
    assert retrieve(store, ask(include=(ZHANGWU,), chosen=True)).unplaced == ()


def test_an_unplaced_report_about_the_excluded_place_is_left_out() -> None:
    store = ListStore(
        [stored(0, NOWHERE, "辽宁的做法。"), stored(1, NOWHERE, "某地的做法。"), stored(2, ZHANGWU)]
    )
    assert docs(store, ask(exclude=(LIAONING,))) == ["1.txt"]


def test_subjects_of_a_follow_up_are_the_only_files() -> None:
    store = ListStore([stored(0), stored(1)])
    assert docs(store, ask(subjects=("1.txt",))) == ["1.txt"]


def test_a_reprint_cluster_shows_once_and_is_told() -> None:
    store = ListStore([stored(0, cluster=0), stored(1, cluster=0), stored(2)])
    found = retrieve(store, ask())
    assert [hit.stored.number for hit in found.hits] == [0, 2]
    assert found.reprints == {"0.txt#1": ("1.txt#1",)}
    assert [hit.stored.number for hit in found.prints] == [1]


def test_another_print_counts_a_little_less_than_another_case() -> None:
    kept = [stored(0, cluster=0), stored(1, cluster=0), stored(2), stored(3, JINAN)]
    found = retrieve(ListStore(kept, [0.9, 0.85, 0.84, 0.1]), ask())
    assert [hit.stored.number for hit in found.ranked] == [0, 2, 1, 3]
    far = retrieve(ListStore(kept, [0.9, 0.85, 0.5, 0.1]), ask())
    assert [hit.stored.number for hit in far.ranked] == [0, 1, 2, 3]


def test_the_other_prints_of_a_report_of_no_place_are_told_as_well() -> None:
    kept = [stored(0, NOWHERE, cluster=7), stored(1, NOWHERE, cluster=7), stored(2)]
    found = retrieve(ListStore(kept), ask(include=(ZHANGWU,)))
    assert [hit.stored.number for hit in found.unplaced] == [0]
    assert [hit.stored.number for hit in found.prints] == [1]


def test_where_places_are_wanted_a_print_of_no_place_counts_no_more_than_what_it_prints() -> None:
    kept = [stored(0, ZHANGWU), stored(1, NOWHERE, cluster=1), stored(2, NOWHERE, cluster=1)]
    kept += [stored(3, JINAN), stored(4, HUAIBEI)]
    found = retrieve(ListStore(kept, [0.9, 0.8, 0.8, 0.7, 0.1]), ask(many=True))
    assert [hit.stored.number for hit in found.ranked] == [0, 3, 1, 2, 4]


def test_k_counts_reports_and_a_report_shows_a_few_passages() -> None:
    kept = [stored(n, report=f"{n // 6}.txt#1", cluster=n // 6) for n in range(18)]
    found = retrieve(ListStore(kept), ask(), k=2)
    assert [hit.stored.head.doc for hit in found.hits] == ["0.txt"] * 3 + ["1.txt"] * 3


def test_where_several_places_are_asked_for_one_county_does_not_fill_the_page() -> None:
    kept = [stored(n, ZHANGWU) for n in range(8)] + [stored(8, JINAN), stored(9, HUAIBEI)]
    kept.append(stored(10, NOWHERE))  # the end of the scale
    scores = [0.99 - n / 100 for n in range(8)] + [0.91, 0.9, 0.1]
    assert docs(ListStore(kept, scores), ask(), k=6) == [f"{n}.txt" for n in range(6)]
    assert {"8.txt", "9.txt"} <= set(docs(ListStore(kept, scores), ask(many=True), k=6))


@dataclass
class Backwards:
    """A second stage that likes the last passage best."""

    name: str = "backwards"

    def scores(self, question: str, passages: Sequence[str]) -> np.ndarray:  # type: ignore[type-arg]
        return np.linspace(0, 1, len(passages), dtype=np.float32)


def test_a_second_stage_reorders_the_first_hits_only() -> None:
    store = ListStore([stored(n) for n in range(6)], [0.9, 0.85, 0.8, 0.1, 0.05, 0.0])
    settings = Settings(search=Search(rerank_top=3, rerank_weight=1.0))
    found = retrieve(store, ask(), settings=settings, reranker=Backwards())
    assert [hit.stored.number for hit in found.hits] == [2, 1, 0, 3, 4, 5]
    assert [hit.score for hit in found.hits] == sorted((hit.score for hit in found.hits), reverse=True)


def test_equal_scores_keep_the_order_of_the_index() -> None:
    found = retrieve(ListStore([stored(n) for n in range(4)], [0.5] * 4), ask())
    assert [hit.stored.number for hit in found.hits] == [0, 1, 2, 3]


@settings(deadline=None)
@given(st.lists(st.integers(0, 100).map(float), min_size=2, max_size=12), st.floats(1.5, 20))
def test_fusion_does_not_depend_on_the_scale_of_a_score(scores: list[float], factor: float) -> None:
    values = np.array(scores, np.float32)
    plain = Candidates(np.arange(len(scores)), values, values, values, values, len(scores))
    scaled = replace(plain, words=values * np.float32(factor))
    one, other = fuse(plain, Search()), fuse(scaled, Search())
    assert one.total == pytest.approx(other.total, abs=1e-4)
    assert one.total.min() >= 0 and one.total.max() <= 1 + 1e-6


place_sets = st.lists(st.sampled_from(PLACES[:-1]), max_size=2, unique=True).map(tuple)


placed_texts = st.tuples(st.sampled_from(PLACES), st.sampled_from(["各地。", "彰武。", "济南、辽宁。"]))


@settings(deadline=None)
@given(st.lists(placed_texts, max_size=12), place_sets, place_sets, st.booleans())
def test_no_filter_ever_lets_a_passage_through_from_outside(
    reports: list[tuple[Locality, str]],
    include: tuple[Locality, ...],
    exclude: tuple[Locality, ...],
    many: bool,
) -> None:
    store = ListStore([stored(n, place, text) for n, (place, text) in enumerate(reports)])
    for hit in retrieve(store, ask(include=include, exclude=exclude, many=many)).hits:
        place = hit.stored.head.locality
        assert not include or any(place.within(p) for p in include) or applies_to(hit.stored, include)
        assert not any(place.within(p) for p in exclude) and not names_excluded(hit.stored, exclude)
