"""No filter ever lets through what it should not, whatever the store."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.types import Locality
from index.types import Filter, Query, Store
from tests.index.filed import FUXIN, LIAONING, PLACES, SHANDONG, TOPICS, filed, some
from tests.index.milvus import hurried, needs_milvus, server
from tests.index.stores import At, found

NOWHERE_AT_ALL = Locality("火星省")
places = st.sampled_from(
    [
        *PLACES,
        Locality("辽宁省"),
        Locality("辽宁省", "阜新市"),
        Locality("北京市"),
        NOWHERE_AT_ALL,
        Locality(county="历下区"),
        Locality('"省"'),
    ]
)
years = st.none() | st.integers(2019, 2024)
filters = st.builds(
    Filter,
    st.lists(places, max_size=3).map(tuple),
    st.lists(places, max_size=3).map(tuple),
    years,
    years,
    st.lists(st.sampled_from([f"file{n:03}.txt" for n in range(60)] + ["nosuch"]), max_size=20).map(tuple),
)


@pytest.fixture(scope="module", params=["folder", pytest.param("milvus", marks=needs_milvus)])
def wide(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Sixty files over all places and years."""
    folder = tmp_path_factory.mktemp("wide")
    if request.param == "folder":
        with At(folder / "s")(create=True) as store:
            store.add(some(60))
            yield store
        return
    with server(folder / "data") as url, hurried(), At(url)(create=True) as store:
        store.add(some(60))
        yield store


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(filters, st.integers(1, 40), st.sampled_from([*TOPICS, "", "怎么办"]))
def test_no_filter_combination_ever_returns_a_passage_outside_it(
    wide: Store, where: Filter, k: int, text: str
) -> None:
    hits = wide.search(Query(text, text), k, where)
    inside = [head.report for head in wide.heads() if passes(head, where)]
    for stored in wide.passages(hits.numbers.tolist()):
        assert stored.head.report in inside
    everything = wide.search(Query("做法", "做法"), 1000, where)
    assert hits.allowed == everything.allowed == len(everything.numbers)
    assert {one.head.report for one in wide.passages(everything.numbers.tolist())} == set(inside)
    assert len(hits.numbers) >= min(k, hits.allowed)


def passes(head: object, where: Filter) -> bool:
    own, also, date, doc = head.locality, head.also, head.date, head.doc  # type: ignore[attr-defined]
    year = int(date[:4]) if date else None
    return (
        (not where.include or any(p.within(wanted) for p in (own, *also) for wanted in where.include))
        and not any(own.within(banned) for banned in where.exclude)
        and (not where.since or (year is not None and year >= where.since))
        and (not where.until or (year is not None and year <= where.until))
        and (not where.docs or doc in where.docs)
    )


def test_include_looks_at_further_places_and_exclude_does_not(at: At) -> None:
    with at(create=True) as store:
        both = filed("a.txt", ["联合治理。"], LIAONING, also=(SHANDONG,))
        store.add([both, filed("b.txt", ["单独治理。"], FUXIN)])
        assert found(store, "治理", Filter(include=(SHANDONG,))) == ["联合治理。"]
        assert sorted(found(store, "治理", Filter(exclude=(SHANDONG,)))) == ["单独治理。", "联合治理。"]
        assert found(store, "治理", Filter(include=(SHANDONG,), exclude=(LIAONING,))) == []
        assert found(store, "治理", Filter(include=(NOWHERE_AT_ALL,))) == []
        known = {place.levels for place in store.localities()}
        assert known == {place.levels for place in (LIAONING, SHANDONG, FUXIN)}
