from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus.read import read_all
from corpus.types import CleanFile
from eval import making, setup
from eval.datasets import load_dataset
from eval.setup import SAMPLE_CORPUS, Bench
from eval.systems import FolderRaw


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(setup, "WORK", tmp_path_factory.mktemp("label"))
        opened = setup.bench(
            None, None, None, lambda stage, done, of: None, limit=3, changes=("model=fake",), remember=True
        )
        with opened as bench:
            yield bench


def test_drafts_can_be_loaded_and_their_evidence_stands_in_the_file(tmp_path: Path) -> None:
    paths = sorted(SAMPLE_CORPUS.glob("s1-0*.txt"))
    files = [one for one in read_all(paths) if isinstance(one, CleanFile)]
    rows = making.draft(files, 12)
    assert 6 <= len(rows) <= 12 and len({row["id"] for row in rows}) == len(rows)
    file, raw = tmp_path / "draft.jsonl", FolderRaw(SAMPLE_CORPUS)
    file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    for item in load_dataset(file).items:
        text = "".join((raw(item.gold[0].doc) or "").split())
        assert "".join(item.gold[0].evidence[0].split()) in text


def test_pools_hold_what_nobody_has_graded(table: Bench) -> None:
    item = table.dataset.items[0]
    known = set(item.grades)
    found = making.pool(table.service, item, known)
    assert found and not known & {one.doc for one in found}
    counts = [len(one.found_by) for one in found]
    assert counts == sorted(counts, reverse=True) and max(counts) <= 5


def test_a_sitting_goes_on_where_the_last_one_stopped(table: Bench, tmp_path: Path) -> None:
    out = tmp_path / "grades.jsonl"
    answers = iter(["3", "0", "q"])
    assert making.label(table, out, lambda one: next(answers)) == 2
    first = making.graded(out)
    asked: list[str] = []

    def stop(one: making.Pooled) -> str:
        asked.append(one.doc)
        return "q"

    assert making.label(table, out, stop) == 0
    item = table.dataset.items[0].id
    assert asked[0] not in first[item]
    gold = tmp_path / "gold.jsonl"
    gold.write_text(json.dumps({"id": item, "question": "问", "gold": []}) + "\n", "utf-8")
    gold.write_text(making.merged(gold, first), "utf-8")
    assert [one.grade for one in load_dataset(gold).items[0].gold] == [3]
