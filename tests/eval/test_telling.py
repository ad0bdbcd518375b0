"""Fitting the table of telling words again, on invented reports of the shape of the real ones."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from corpus.errors import TashanError
from eval import telling
from eval.__main__ import main
from rag.telling import CONSTANT, FIGURE, LENGTH, load

DEEDS = "街道为独居老人{}免费安装了烟雾报警器并定期上门检查。"
SCENES = "近日走进社区广场，一片热闹和谐的景象让人感受到温暖{}。"
NAMES = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥天地玄黄"


@pytest.fixture
def train(tmp_path: Path) -> Path:
    """26 reports of a scene and a deed; each is asked about its deed. One more report is asked nothing."""
    reports = [
        {"doc": f"R{at}", "text": SCENES.format(name) + DEEDS.format(name)} for at, name in enumerate(NAMES)
    ]
    pairs = [
        {"doc": f"R{at}", "question": "怎么防火？", "evidence": DEEDS.format(name)}
        for at, name in enumerate(NAMES)
    ]
    _write(tmp_path / "reports.jsonl", [*reports, {"doc": "R99", "text": SCENES.format("风")}])
    _write(tmp_path / "pairs.jsonl", pairs)
    return tmp_path


def _write(path: Path, rows: Sequence[dict[str, str]]) -> None:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")


def _quiet(stage: str, done: int, of: int) -> None:
    pass


def test_sentences_of_reports_that_were_asked_about_with_those_that_answer(train: Path) -> None:
    data = telling.read(train, _quiet)
    assert data.reports == len(NAMES) and len(data.texts) == 2 * len(NAMES)
    assert all(("安装" in text) == right for text, right in zip(data.texts, data.right, strict=True))


def test_words_are_chosen_by_how_many_reports_use_them_evenly(train: Path) -> None:
    data = telling.read(train, _quiet)
    assert {"免费", "近日"} <= set(telling.chosen(data))
    assert "独居老人" not in telling.chosen(data)  # a term of rag/terms.csv
    few = telling.chosen(data, data.report < 19)
    assert not few  # too few reports


def test_words_of_deeds_weigh_and_words_of_scenes_weigh_against(train: Path) -> None:
    data = telling.read(train, _quiet)
    weights = telling.learned(data, ["免费", "近日", "没有的词"])
    assert weights["免费"] > 0.2 and weights["近日"] < -0.2 and weights["没有的词"] == pytest.approx(0)


def test_the_regression_is_at_the_least_of_its_loss() -> None:
    rng = np.random.default_rng(1)
    x = np.column_stack([rng.normal(size=(80, 3)), np.ones(80)])
    right = rng.random(80) < 1 / (1 + np.exp(-2 * x[:, 0]))

    def loss(weights: np.ndarray) -> float:
        odds = x @ weights
        return float(np.logaddexp(0, odds).sum() - odds[right].sum() + 5 * (weights[:-1] ** 2).sum())

    least = telling.fit(x, right)
    assert least[0] > 0.2
    assert all(loss(least + step) > loss(least) for step in (*np.eye(4) * 0.01, *np.eye(4) * -0.01))


def test_order_within_reports_is_what_is_measured(train: Path) -> None:
    data = telling.read(train, _quiet)
    assert telling.measure(data, data.right + 10.0 * data.report) == (1.0, 1.0)
    assert telling.measure(data, -1.0 * data.right) == (0.0, 0.0)
    assert telling.measure(data, np.zeros(len(data.texts)))[0] == 0.5


def test_held_out_sentences_are_scored_without_their_report(train: Path) -> None:
    data = telling.read(train, _quiet)
    seen: list[set[int]] = []

    def choose(rest: np.ndarray) -> list[str]:
        seen.append(set(data.report[~rest].tolist()))
        return ["免费", "近日"]

    scores = telling.held_out(data, choose)
    assert telling.measure(data, scores) == (1.0, 1.0)
    assert sorted(number for fold in seen for number in fold) == list(range(data.reports))


def test_the_command_writes_a_table_that_can_be_read(train: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = train / "new.csv"
    assert main(["telling", "--train", str(train), "--out", str(out)]) == 0
    table = load(out)
    assert table.weights.keys() == load().weights.keys() and table.weights["免费"] > 0
    assert {FIGURE, LENGTH, CONSTANT} <= table.weights.keys()
    assert "52 句，50.0% 答了题" in capsys.readouterr().out
    assert main(["telling", "--train", str(train), "--anew", "--out", str(out)]) == 0
    load.cache_clear()
    assert "烟雾" in load(out).weights


@pytest.mark.parametrize("broken", ["pairs.jsonl", "reports.jsonl"])
def test_what_cannot_be_read_is_named(train: Path, broken: str) -> None:
    (train / broken).write_text('{"doc": "R1"}\n', "utf-8")
    with pytest.raises(TashanError, match=broken):
        telling.read(train, _quiet)


def test_pairs_of_other_reports_are_refused(train: Path) -> None:
    _write(train / "pairs.jsonl", [{"doc": "X", "question": "？", "evidence": "无"}])
    with pytest.raises(TashanError, match="没有一问"):
        telling.read(train, _quiet)
