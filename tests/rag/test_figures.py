"""rag/figures.py: figures with their units."""

from __future__ import annotations

import pytest

from rag.figures import figures, measured


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("解决问题320余件", ["320余件"]),
        ("投入7.59亿元，占比98.5％", ["7.59亿元", "98.5％"]),
        ("超过35000小时、近5000本", ["超过35000小时", "近5000本"]),
        ("签约47台", ["47台"]),
        ("最近3年", ["3年"]),
        ("2至3名代表", ["2至3名"]),
        ("30,000元", ["30,000元"]),
        ("十余家单位", ["十余家"]),
        ("没有数字", []),
    ],
)
def test_figures(text: str, expected: list[str]) -> None:
    assert [figure.text for figure in figures(text)] == expected


def test_a_date_measures_nothing() -> None:
    assert measured("2023年8月11日") == ()
