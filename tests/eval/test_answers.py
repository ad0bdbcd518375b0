from __future__ import annotations

import pytest

from eval import answers
from eval.types import GoldDoc, Item

RAW = "\ufeff标题\n每名网格\n员每天巡查两次，记在台账上。\n共调解纠纷27件。"
TEXTS = {"a.txt": RAW, "b.txt": "甲县的做法。" + "乙" * 300 + "丙县也来学。"}


def cite(
    start: int, end: int, quote: str | None = None, doc: str = "a.txt", **place: str
) -> dict[str, object]:
    text = TEXTS.get(doc, "")
    return {
        "n": 1, "doc": doc, "raw_start": start, "raw_end": end, "locality": place,
        "quote": text[start:end].replace("\n", "") if quote is None else quote,
    }  # fmt: skip


def test_a_snippet_is_found_across_line_breaks() -> None:
    start, end = answers.locate("每名网格员每天", RAW) or (0, 0)
    assert RAW[start:end] == "每名网格\n员每天"
    assert answers.locate("没有这句", RAW) is None and answers.locate("", RAW) is not None


@pytest.mark.parametrize(("share", "expected"), [(1.0, 1.0), (0.6, 1.0), (0.5, 0.0), (0.0, 0.0)])
def test_evidence_counts_from_sixty_percent(share: float, expected: float) -> None:
    snippet = "每天巡查两次，记在台"
    at = RAW.index(snippet)
    item = Item("1", "", gold=(GoldDoc("a.txt", 3, (snippet,)),))
    cited = [cite(at, at + round(len(snippet) * share))]
    assert answers.evidence_recall(item, cited, TEXTS.get) == expected


def test_only_good_grades_have_evidence() -> None:
    assert (
        answers.evidence_recall(Item("1", "", gold=(GoldDoc("a.txt", 1, ("巡查",)),)), [], TEXTS.get) is None
    )


def test_facts_stand_in_text_or_quotes() -> None:
    assert answers.fact_recall(["27件", "三次", "台 账"], "调解27 件", ["记在台账上"]) == pytest.approx(2 / 3)
    assert answers.fact_recall([], "x", []) is None


def test_a_quote_is_the_raw_file_without_line_breaks() -> None:
    at = RAW.index("每名")
    assert answers.quote_is_valid(cite(at, at + 9), RAW)
    assert answers.quote_is_valid(cite(at, at + 9, RAW[at : at + 9]), RAW)
    assert not answers.quote_is_valid(cite(at, at + 9, "每名网络员每天"), RAW)
    assert not answers.quote_is_valid(cite(at + 1, at + 10, "每名网格员每天巡"), RAW)
    assert not answers.quote_is_valid(cite(-3, 3, RAW[-3:3]), RAW)
    assert not answers.quote_is_valid(cite(0, 10**6), RAW)
    assert not answers.quote_is_valid(cite(0, 3), None)


@pytest.mark.parametrize(
    ("kind", "region", "doc", "place", "broken"),
    [
        ("exclude", "甲县", "b.txt", {}, True),  # its opening names it
        ("exclude", "丙县", "b.txt", {}, False),  # named far behind
        ("exclude", "丁省", "b.txt", {"province": "丁省"}, True),
        ("region", "丙县", "b.txt", {}, False),
        ("region", "丁省", "b.txt", {"province": "丁省"}, False),
        ("region", "戊市", "b.txt", {}, True),
        ("region", "戊市", "a.txt", {}, False),  # gold
    ],
)
def test_places(kind: str, region: str, doc: str, place: dict[str, str], broken: bool) -> None:
    item = Item("1", "", kind, region=region, gold=(GoldDoc("a.txt"),))
    assert answers.place_violated(item, [cite(0, 2, doc=doc, **place)], TEXTS.get) is broken


def test_reference_answers_are_looked_for_in_quotes_of_gold_documents() -> None:
    item = Item("1", "", gold=(GoldDoc("a.txt"),), answers=("27件", "二十七件"))
    assert answers.answer_recall(item.answers, item, [cite(0, len(RAW))]) == 1.0
    assert answers.answer_recall(item.answers, item, [cite(0, 5, "27件", doc="b.txt")]) == 0.0
