"""The floors under the figures of the sample reports, with the real model."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval import gate, runner, setup
from index.store import LocalStore

ROOT = Path(__file__).parent.parent.parent


def quiet(stage: str, done: int, of: int) -> None:
    """Progress that nobody watches."""


@pytest.mark.model
def test_no_figure_is_under_its_floor(
    model_store: LocalStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What `python -m eval gate` holds, over the index that other tests use too."""
    monkeypatch.chdir(ROOT)
    baseline = gate.Baseline.load()
    assert baseline is not None
    with setup.bench(None, model_store.layout.root, None, quiet) as table:
        run = runner.on_bench(table, quiet, out=tmp_path / "run")
    verdicts = gate.check(run, baseline)
    assert {verdict.measure for verdict in verdicts} >= {"ndcg@10", "evidence", "quotes_valid", "decided"}
    assert [verdict.words for verdict in verdicts if not verdict.holds] == []
