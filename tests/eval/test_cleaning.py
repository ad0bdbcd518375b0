from __future__ import annotations

import json
from pathlib import Path

import pytest

from corpus.errors import TashanError
from eval import cleaning

TEXT = """某县：积分换来好乡风

　　近年来，某县把积分制用到村里，每户一本账，按月公布，村民议事会评议打分。
扫码关注我们
　　每季度兑换一次日用品，全年共兑换1200人次，矛盾纠纷下降三成。
"""
REGION = dict.fromkeys(cleaning.LEVELS)


def gold(tmp_path: Path, **changes: object) -> Path:
    (tmp_path / "a.txt").write_text(TEXT, "utf-8")
    row = {
        "doc": "a.txt",
        "reports": [
            {"title": "某县：积分换来好乡风", "region": REGION, "date": None, "source": None,
             "first": "近年来，某县把积分制", "last": "矛盾纠纷下降三成。"}
        ],
        "drop": ["没有写过的噪声"], "keep": ["每户一本账"], "join": [["按月公布，村民", "议事会"]],
        "once": ["全年共兑换1200人次"], "headings": [],
    }  # fmt: skip
    file = tmp_path / "gold.jsonl"
    file.write_text(json.dumps(row | changes, ensure_ascii=False) + "\n", "utf-8")
    return file


def test_what_is_right_counts(tmp_path: Path) -> None:
    done = cleaning.score(gold(tmp_path), tmp_path, lambda stage, at, of: None)
    for kind in ("files", "reports", "drop", "keep", "join", "once", "bounds", "whole"):
        assert done.tally[kind] == (1, 1), (kind, done.wrong)


def test_what_is_wrong_is_named(tmp_path: Path) -> None:
    file = gold(tmp_path, keep=["这句话不在里面"], drop=["每户一本账"])
    done = cleaning.score(file, tmp_path, lambda stage, at, of: None)
    assert done.tally["keep"] == done.tally["drop"] == done.tally["whole"] == (0, 1)
    assert ("a.txt", "keep", "这句话不在里面") in done.wrong


def test_a_file_that_cannot_be_read_is_wrong_everywhere(tmp_path: Path) -> None:
    done = cleaning.score(gold(tmp_path, doc="b.txt"), tmp_path, lambda stage, at, of: None)
    assert done.tally["files"] == done.tally["keep"] == done.tally["title"] == (0, 1)


def test_other_files_are_no_gold(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_text('{"doc": "a.txt"}\n', "utf-8")
    with pytest.raises(TashanError, match="不是清洗标准"):
        cleaning.score(tmp_path / "x.jsonl", tmp_path, lambda stage, at, of: None)
