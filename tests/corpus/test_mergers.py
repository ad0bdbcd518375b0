"""Streets put together of two neighbours. The reports are invented."""

from __future__ import annotations

from corpus.gazetteer import gazetteer


def _towns(text: str) -> list[tuple[str, tuple[str, ...]]]:
    found = (mention for mention in gazetteer().mentions(text) if mention.word.endswith("街道"))
    return [(mention.word, tuple(place.full for place in mention.candidates)) for mention in found]


def test_a_street_that_two_became_is_read_whole_wherever_it_follows_its_county_once() -> None:
    text = "江汉区花楼水塔街道设了外卖柜。花楼水塔街道说，柜子由物业看管。"
    place = ("湖北省·武汉市·江汉区·花楼水塔街道",)
    assert _towns(text) == [("花楼水塔街道", place), ("花楼水塔街道", place)]


def test_two_streets_that_stand_side_by_side_stay_two() -> None:
    words = [word for word, _ in _towns("江汉区水塔街道与花楼街道、水塔街道一起巡查。")]
    assert words == ["水塔街道", "花楼街道", "水塔街道"]


def test_what_only_looks_like_a_neighbour_is_left_alone() -> None:
    words = [word for word, _ in _towns("活动在新区沿江街道举行，沿江街道的居民来了。")]
    assert words == ["沿江街道", "沿江街道"]
