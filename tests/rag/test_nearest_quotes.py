"""rag/nearest_quotes.py: a quote far behind the nearest one is about something else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from index.types import Vectors
from rag.candidates import Candidate
from rag.evidence import as_evidence
from rag.nearest_quotes import nearest_quotes
from rag.types import Evidence, Intent
from tests.rag.made import KAIPING, LIUHE, Span, hit, question
from tests.rag.test_retrieve import ListStore

NEAR, FAR, LIST, ITEM = "村里修了晾晒场。", "志愿者磨剪子。", "补贴分档：", "八十岁以上每天两元。"


class ByText(ListStore):
    """A store whose quotes are as near to any question as this table says."""

    def question_vectors(self, texts: Sequence[str]) -> Vectors:
        return np.array([[1.0, 0.0]] * len(texts), np.float32)

    def quote_vectors(self, texts: Sequence[str]) -> Vectors:
        cosines = {NEAR: 0.7, LIST: 0.6, ITEM: 0.2, FAR: 0.3}
        return np.array([[cosines[text], 0.0] for text in texts], np.float32)


def quotes(*texts: str, name: str = "甲.txt") -> list[Evidence]:
    """One quote a text, all of one passage."""
    whole = hit("".join(texts), KAIPING if name == "乙.txt" else LIUHE, name=name, dense=0.65)
    found, at = [], 0
    for text in texts:
        found.append(as_evidence(Candidate(whole, Span(at, at + len(text)), 1.0)))
        at += len(text)
    return found


def kept(quoted: Sequence[Evidence], intent: Intent = Intent.HOW) -> list[str]:
    """What is left of them."""
    return [one.text for one in nearest_quotes(ByText([]), question("衣服晒哪儿", intent), quoted)]


def test_a_quote_far_behind_the_nearest_is_left_out() -> None:
    assert kept(quotes(NEAR, FAR)) == [NEAR]


def test_of_each_report_the_nearest_stays() -> None:
    assert kept([*quotes(NEAR), *quotes(FAR, name="乙.txt")]) == [NEAR, FAR]


def test_items_of_a_list_stay_with_what_announces_them() -> None:
    assert kept(quotes(NEAR, LIST, ITEM)) == [NEAR, LIST, ITEM]
    assert kept(quotes(NEAR, ITEM)) == [NEAR]


def test_a_long_quote_and_one_where_no_practice_is_asked_for_stay() -> None:
    long = replace(quotes(NEAR, FAR)[1], text=FAR * 30)
    assert kept([*quotes(NEAR), long]) == [NEAR, FAR * 30]
    assert kept(quotes(NEAR, FAR), Intent.FIGURE) == [NEAR, FAR]
