"""How rare words are, whatever the size of the store."""

from __future__ import annotations

import pytest

from rag.rarity import Rarity


def test_of_many_reports_the_counts_are_made_as_of_fewer() -> None:
    small = Rarity(["议事会商量。"] * 42 + ["修路。"] * 378)
    large = Rarity(["议事会商量。"] * 420 + ["修路。"] * 3780)
    assert large("议事") == pytest.approx(small("议事"))
    assert large("流动") == pytest.approx(small("流动"))  # in none of them
    assert large("流动") > large("议事") > large("修路")


def test_one_report_more_changes_next_to_nothing() -> None:
    texts = [f"第{n % 7}组议事。" * (n % 3 + 1) for n in range(1000)]
    before, after = Rarity(texts), Rarity([*texts, "修路三条。"])
    assert after("议事") == pytest.approx(before("议事"), abs=0.01)
