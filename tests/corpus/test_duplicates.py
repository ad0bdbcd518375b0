"""corpus/duplicates.py: reprints are one case, different reports stay apart."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.duplicates import clusters
from tests.corpus.made import LEAD, NEXT, RESULT

REPORT = (LEAD + RESULT + NEXT) * 3
OTHER = "西沟村在村口办起食堂，八十岁以上的老人每餐只交两元，差额由村集体和乡贤补，志愿者轮流掌勺送餐。" * 5


def test_reprints_differ_in_head_tail_and_white_space_only() -> None:
    again = f"转发：{REPORT[:200]}\n　　{REPORT[200:]}（柳溪日报）"
    assert clusters([REPORT, OTHER, again, REPORT]) == [0, 1, 0, 0]


def test_reports_that_share_a_paragraph_stay_apart() -> None:
    assert clusters([REPORT, OTHER + LEAD]) == [0, 1]


def test_texts_shorter_than_a_shingle_do_not_crash() -> None:
    assert clusters(["", "治", "", "治理", "治"])[:2] == [0, 1]
    assert clusters([]) == []


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from([REPORT, OTHER, LEAD, RESULT, NEXT, "短", REPORT + "尾"]), max_size=12))
def test_every_member_points_at_the_first_of_its_cluster(texts: list[str]) -> None:
    got = clusters(texts)
    assert all(first <= at and got[first] == first for at, first in enumerate(got))
    for at, text in enumerate(texts):
        assert got[at] == got[texts.index(text)]
