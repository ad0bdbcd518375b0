from __future__ import annotations

from pathlib import Path

import pytest

from corpus.errors import TashanError
from rag.telling import CONSTANT, FIGURE, LENGTH, Words, load

NO_WORDS = f"{FIGURE},0.4\n{LENGTH},1.1\n{CONSTANT},-1.3\n"


def _table(folder: Path, rows: str) -> Path:
    path = folder / "telling.csv"
    path.write_text(f"# 一张表\nword,weight\n{rows}", "utf-8")
    return path


def test_the_longest_word_counts_at_each_spot_and_a_single_character_anywhere() -> None:
    found = Words(["建立", "建立健全", "等", "日"]).features("建立健全制度等")
    assert found == {"建立健全": 1.0, "等": 1.0, FIGURE: 0.0, LENGTH: 7 / 120, CONSTANT: 1.0}


def test_a_word_counts_once_and_length_no_further_than_120_characters() -> None:
    found = Words(["免费"]).features("免费" * 100 + "3次")
    assert found == {"免费": 1.0, FIGURE: 1.0, LENGTH: 1.0, CONSTANT: 1.0}


def test_a_table_without_words_finds_none() -> None:
    assert Words([]).features("免费。").keys() == {FIGURE, LENGTH, CONSTANT}


def test_a_table_is_read(tmp_path: Path) -> None:
    table = load(_table(tmp_path, NO_WORDS + "免费,0.5\n近日,-0.6\n"))
    assert table.weights["近日"] == -0.6 and table.weights[LENGTH] == 1.1
    assert table.words.features("近日")["近日"] == 1.0


@pytest.mark.parametrize(
    ("rows", "named"),
    [
        (NO_WORDS + "免费,多\n", "第 6 行"),
        (NO_WORDS + "免费\n", "第 6 行"),
        (NO_WORDS.replace(f"{LENGTH},1.1\n", ""), LENGTH),
    ],
)
def test_a_wrong_table_says_where(tmp_path: Path, rows: str, named: str) -> None:
    with pytest.raises(TashanError, match=named):
        load(_table(tmp_path, rows))


def test_the_shipped_table_tells_practice_from_scenes() -> None:
    weights = load().weights
    assert weights["设立"] > 0.3 > 0 > -0.3 > weights["近日"]
