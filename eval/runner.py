"""`run` from the first question to the report."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from corpus.errors import TashanError
from eval import report, systems
from eval.run import ANSWERS, REPORT, SEED, Run, collect, finish
from eval.setup import Bench, bench
from eval.systems import Ours, Progress, StoredRaw


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be run: questions, index and settings, as named on the command line."""

    dataset: Path | None = None
    store: str | Path | None = None
    corpus: Path | None = None
    qrels: Path | None = None
    config: Path | None = None
    changes: tuple[str, ...] = ()
    limit: int | None = None
    seed: int = SEED


def run(
    request: Request,
    progress: Progress,
    *,
    out: Path | None = None,
    fresh: bool = False,
    answers: Path | None = None,
) -> Run:
    """Ask (or take over) all answers, score them, write the run folder with its report.

    Args:
        request: what to run.
        progress: called with (stage, done, of).
        out: the run folder; by default one under var/eval/runs that is named after everything the figures
            depend on.
        fresh: forget what an earlier run with the same folder has asked.
        answers: score these answers (`rag ask --batch --json`) in place of asking.
    """
    with bench(
        request.dataset, request.store, request.corpus, progress,
        qrels=request.qrels, limit=request.limit, seed=request.seed,
        changes=request.changes, settings_file=request.config,
    ) as table:  # fmt: skip
        return on_bench(table, progress, out=out, fresh=fresh, answers=answers)


def on_bench(
    table: Bench,
    progress: Progress,
    *,
    out: Path | None = None,
    fresh: bool = False,
    answers: Path | None = None,
) -> Run:
    """The same where everything is open already."""
    if answers is not None:
        table = replace(table, conditions=replace(table.conditions, system=answers.stem, config="recorded"))
    folder = out or table.folder
    if answers is not None:
        _take_over(answers, folder)
    else:
        if fresh and folder.exists():
            shutil.rmtree(folder)
        _same_conditions(folder, table)
        collect(table.dataset, Ours(table.service), folder, progress)
    raw = StoredRaw(table.service.store)
    more = {"gold_missing": len(table.lacking), "pending": table.dataset.pending}
    done = finish(folder, table.dataset, table.conditions, raw, more)
    (folder / REPORT).write_text(report.html(done, raw), "utf-8")
    return done


def _same_conditions(folder: Path, table: Bench) -> None:
    """See that a folder holds nothing that was asked under other conditions."""
    mark = folder / "conditions.json"
    now = json.dumps(asdict(table.conditions), ensure_ascii=False, sort_keys=True)
    if (folder / ANSWERS).exists() and (not mark.exists() or mark.read_text("utf-8") != now):
        raise TashanError(
            f"{folder}：里面的结果是在另一种条件下得到的（代码、配置、语料或题目变了）。",
            "请换一个 --out，或加 --fresh 从头再问。",
        )
    folder.mkdir(parents=True, exist_ok=True)
    mark.write_text(now, "utf-8")


def _take_over(answers: Path, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    rows = (
        {"id": key, **asdict(output), "explained": []} for key, output in systems.recorded(answers).items()
    )
    (folder / ANSWERS).write_text(
        "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8"
    )
