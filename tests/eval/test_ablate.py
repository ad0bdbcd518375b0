"""The table of parts and the times of a search, with the embedder that needs no model."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from eval import ablate, documents, runner, setup, times
from eval.setup import Bench


def quiet(stage: str, done: int, of: int) -> None:
    """Progress that nobody watches."""


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(setup, "WORK", tmp_path_factory.mktemp("ablate"))
        with setup.bench(None, None, None, quiet, limit=20, changes=("model=fake",), remember=True) as bench:
            yield bench


def test_every_part_has_a_row_against_all(table: Bench) -> None:
    rows = ablate.ablate(table, quiet, other=table)
    names = [row.name for row in rows]
    assert names[0] == ablate.ALL and rows[0].against is None
    for part in (
        "只有语义",
        "只有词",
        "只有二字",
        "只有全文",
        "去掉语义",
        "去掉同义词",
        "不看所问各项说全没有",
        "不看问题的各部分",
        "不看与前几篇像不像",
        "不看题名",
        "不按地方筛选",
        "转载各算一篇",
    ):
        assert part in names
    same = rows[-1]  # another index: here the same one again
    assert same.name == "换成 fake-256" and same.means == rows[0].means
    for one in ablate.tested(rows)[1:]:
        assert one.randomised is not None and one.bootstrap is not None
        assert 0 < one.randomised <= 1 and 0 < one.bootstrap <= 1
    assert any(row.means != rows[0].means for row in rows)
    body = ablate.kept(table, rows)
    page = documents.page([], [("ablate", "sample", body)])
    assert all(f"| {name} |" in page for name in names)


def test_without_places_other_places_come_up(table: Bench) -> None:
    item = next(item for item in table.dataset.items if item.type in ("region", "exclude"))
    question = table.service.understand(item.question, item.history)
    assert question.include or question.exclude
    free = ablate._anywhere(question)
    assert free.filter.empty or (free.since, free.until) != (None, None)


def test_parts_of_the_time_add_up(table: Bench) -> None:
    timed = times.measure(table, quiet)
    assert len(timed.total) == len(table.dataset.items) and timed.passages > 100
    for at, total in enumerate(timed.total):
        assert sum(ms[at] for ms in timed.parts.values()) == pytest.approx(total)
    names = [row[0] for row in timed.rows]
    assert names == [*times.PARTS.values(), times.TOTAL]  # no second stage is configured
    page = documents.page([], [("times", "sample", times.kept(table, timed))])
    assert f"{timed.passages} passages" in page


def test_all_parts_together_are_what_a_run_measures(table: Bench, tmp_path: Path) -> None:
    run = runner.on_bench(table, quiet, out=tmp_path / "run")
    first = ablate.ablate(table, quiet)[0]
    for key in ablate.MEASURES:
        assert first.means[key] == pytest.approx(run.summary.value("all", key)), key
