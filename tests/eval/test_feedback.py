"""Feedback from the page to gold. The questions and files are invented."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from corpus.errors import TashanError
from eval import feedback
from eval.__main__ import main
from eval.datasets import PENDING, load_dataset


def row(question: str, rating: str, docs: dict[str, str], **more: Any) -> dict[str, Any]:
    """A line as ``python -m rag feedback --json`` prints it."""
    cited = [{"doc": doc, "quote": quote} for doc, quote in docs.items()]
    return {
        "when": "2026-01-01T08:00:00", "question": question, "history": [], "rating": rating, "reason": None,
        "status": "answered", "citations": cited, "config": "0" * 12, **more,
    }  # fmt: skip


ROWS = [
    row("积分怎么兑换？", "up", {"a.txt": "每月兑换一次。", "b.txt": "积分可兑换日用品。"}),
    row("积分怎么兑换？", "up", {"a.txt": "一分抵一元。"}),
    row("积分怎么兑换？", "down", {"c.txt": "不相干。"}, reason="答非所问"),
    row("那经费呢？", "up", {"a.txt": "由村集体承担。"}, history=["积分怎么兑换？"]),
    row("火星上怎么种菜？", "up", {}, status="refused"),
    row("谁来巡河？", "down", {"d.txt": "河长。"}),
]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "feedback.jsonl"
    path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in ROWS), "utf-8")
    return path


def test_helpful_answers_become_gold_to_be_confirmed(file: Path, tmp_path: Path) -> None:
    out = tmp_path / "gold.jsonl"
    assert main(["gold", "--from-feedback", str(file), "--out", str(out)]) == 0
    dataset = load_dataset(out)
    assert dataset.pending == 2 and [item.history for item in dataset.items] == [(), ("积分怎么兑换？",)]
    first = dataset.items[0]
    assert first.grades == {"a.txt": 2, "b.txt": 2}  # both answers' documents, none of the unhelpful one's
    assert first.gold[0].evidence == ("每月兑换一次。", "一分抵一元。")
    assert [one["unhelpful"] for one in feedback.load(out)] == [1, 0]


def test_confirming_grades_and_strikes_out(file: Path) -> None:
    rows = feedback.proposed(file)
    grades = iter(["3", "0", "0"])
    assert feedback.confirm(rows, lambda row, one: next(grades)) == 2
    assert [one["state"] for one in rows] == [feedback.CONFIRMED]  # nothing was left of the second
    assert [(one["doc"], one["grade"]) for one in rows[0]["gold"]] == [("a.txt", 3)]


@pytest.mark.parametrize(("said", "left"), [(["q"], 2), (["3", "s", "2"], 1)])
def test_what_is_left_for_later_stays_pending(file: Path, said: list[str], left: int) -> None:
    rows, answers = feedback.proposed(file), iter(said)
    feedback.confirm(rows, lambda row, one: next(answers))
    assert sum(one["state"] == PENDING for one in rows) == left


def test_what_a_person_confirmed_is_left_alone(file: Path, tmp_path: Path) -> None:
    out = tmp_path / "gold.jsonl"
    rows = feedback.proposed(file)
    feedback.confirm(rows, lambda row, one: "1")
    feedback.save(out, rows)
    with file.open("a", encoding="utf-8") as more:
        more.write(
            json.dumps(row("积分怎么兑换？", "up", {"z.txt": "新的一句。"}), ensure_ascii=False) + "\n"
        )
    assert main(["gold", "--from-feedback", str(file), "--out", str(out)]) == 0
    assert load_dataset(out).items[0].grades == {"a.txt": 1, "b.txt": 1} and load_dataset(out).pending == 0


@pytest.mark.parametrize("text", ["{", '{"question": "问"}\n', "[]\n"])
def test_other_files_are_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text(text, "utf-8")
    with pytest.raises(TashanError, match="评价记录"):
        feedback.proposed(path)
