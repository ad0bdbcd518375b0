"""rag/conflicts.py: two reports that disagree are shown as such, and nothing else is. All invented."""

from __future__ import annotations

from dataclasses import replace

import pytest

from corpus.types import Locality
from index.types import StoredPassage
from rag.answer import compose
from rag.candidates import Candidate
from rag.cards import Card, cards
from rag.conflicts import conflicts
from rag.evidence import as_evidence
from rag.types import Evidence, Hit, Searched
from rag.verify import checked
from tests.rag.made import KAIPING, LIUHE, hit, question


def quote(text: str, name: str, place: Locality = LIUHE, date: str | None = "2024-05-01") -> Evidence:
    """All of a one-passage report as evidence."""
    made = hit(text, place, name=name)
    head = replace(made.stored.head, date=date)
    dated = Hit(StoredPassage(1, made.stored.passage, head), made.score, made.dense, made.lexical)
    return as_evidence(Candidate(dated, made.stored.passage.span, 1.0))


def found(*evidence: Evidence) -> tuple[Card, ...]:
    return cards(evidence)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("六合区改造老旧小区车棚12处。", "改造老旧小区车棚15处，居民满意。"),
        ("累计建成社区养老驿站46个。", "目前，全区已建成社区养老驿站64个。"),
        ("老旧小区物业收费率达到83%。", "老旧小区物业收费率达到91%。"),
        ("为加装电梯投入财政资金120万元。", "为加装电梯投入财政资金1.5亿元。"),
        ("2023年，调解物业矛盾纠纷320件。", "2023年调解物业矛盾纠纷520件。"),
        ("建成社区养老驿站超过60个。", "建成社区养老驿站46个。"),
        ("建成社区养老驿站约60个。", "建成社区养老驿站46个。"),
    ],
)
def test_a_contradiction_is_found(one: str, other: str) -> None:
    (conflict,) = conflicts(found(quote(one, "甲.txt"), quote(other, "乙.txt")))
    assert [c.n for c in conflict.citations] == [1, 2]
    assert all(clause in c.quote for clause, c in zip(conflict.clauses, conflict.citations, strict=True))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("建成社区养老驿站46个。", "建成社区养老驿站46个。"),  # the same
        ("建成社区养老驿站46个。", "建成社区养老驿站46余个。"),
        ("服务社区独居老人1.2万人次。", "服务社区独居老人12000人次。"),  # the same amount
        ("建成社区养老驿站近50个。", "建成社区养老驿站46个。"),  # can both be true
        ("建成社区养老驿站超过40个。", "建成社区养老驿站46个。"),
        ("建成社区养老驿站约45个。", "建成社区养老驿站46个。"),
        ("建成社区养老驿站46个。", "建成农村养老驿站64个。"),  # another thing
        ("建成社区养老驿站46个。", "建成社区养老驿站64平方米。"),
        ("泰山社区建成老年食堂座位46个。", "龙池社区建成老年食堂座位64个。"),  # another part of the place
        ("2022年，调解物业矛盾纠纷320件。", "2023年，调解物业矛盾纠纷520件。"),  # another time
        ("上半年调解物业矛盾纠纷320件。", "今年调解物业矛盾纠纷520件。"),
        ("投入46万元。", "投入64万元。"),  # too little said
        ("社区网格员月补贴800至900元。", "社区网格员月补贴700元。"),  # a range
        ("社区养老驿站每天开放8小时。", "社区养老驿站每天开放9小时。"),  # opening hours are not counts
    ],
)
def test_what_may_both_be_true_is_no_contradiction(one: str, other: str) -> None:
    assert conflicts(found(quote(one, "甲.txt"), quote(other, "乙.txt"))) == ()


def test_growth_between_two_dates_is_no_contradiction() -> None:
    earlier = quote("建成社区养老驿站46个。", "甲.txt", date="2023-05-01")
    later = quote("建成社区养老驿站64个。", "乙.txt", date="2024-05-01")
    assert conflicts(found(earlier, later)) == ()
    assert conflicts(found(replace(earlier), quote("建成社区养老驿站64个。", "乙.txt", date=None)))


def test_a_named_year_is_the_same_whenever_it_is_reported() -> None:
    earlier = quote("2022年，建成社区养老驿站46个。", "甲.txt", date="2023-05-01")
    later = quote("2022年，建成社区养老驿站64个。", "乙.txt", date="2024-05-01")
    assert len(conflicts(found(earlier, later))) == 1


def test_places_and_reports_are_kept_apart() -> None:
    one, other = "建成社区养老驿站46个。", "建成社区养老驿站64个。"
    assert conflicts(found(quote(one, "甲.txt"), quote(other, "乙.txt", KAIPING))) == ()
    assert conflicts(found(quote(one, "甲.txt"), quote(other, "甲.txt"))) == ()
    unknown = Locality()
    assert conflicts(found(quote(one, "甲.txt", unknown), quote(other, "乙.txt", unknown))) == ()


def test_an_answer_says_so_with_both_sources() -> None:
    both = [quote("建成社区养老驿站46个，老人满意。", "甲.txt"), quote("已建成社区养老驿站64个。", "乙.txt")]
    made = compose(question("养老驿站"), both, Searched(2, 1))
    line = next(line for line in made.text.splitlines() if "46个[1]；" in line)
    assert "64个[2]" in line
    assert "数字不一致" in made.text
    assert all(s.verified for s in checked(made.statements, made.citations))
