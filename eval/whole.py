"""Everything that docs/evaluation.md shows, of the present state and of no other: what is missing is made.

A figure is taken over only where dataset, index, settings and code are those of now (`Conditions.key`), so
a run that was left from before a change is never shown.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus.errors import TashanError
from eval import ablate, cleaning, documents, peers, runner, setup, systems, times
from eval.datasets import load_dataset
from eval.run import RUN, Run, open_run
from eval.setup import Bench
from eval.systems import Progress


@dataclass(frozen=True, slots=True)
class Plan:
    """What the page is to show.

    Attributes:
        datasets: question files; None for the sample's.
        store: the index for datasets that bring no documents.
        corpus: the folder of files, where `store` is not given.
        clean: gold of cleaning.
        make: measure what is missing; else leave it out and say so.
        peers: run recipes that have not been run on this corpus; else show those that have.
    """

    datasets: tuple[Path | None, ...] = (None,)
    store: str | None = None
    corpus: Path | None = None
    clean: Path | None = None
    make: bool = False
    peers: bool = False


@dataclass(slots=True)
class Gathered:
    """What the page is made of, and what it lacks (Chinese)."""

    runs: list[Run]
    tables: list[tuple[str, str, Any]]  # kind, name, body
    lacking: list[str]


def gather(plan: Plan, progress: Progress) -> Gathered:
    """Open, or with `plan.make` measure, all parts of the page. Resumable: what is done stays done.

    Raises:
        TashanError: a dataset or an index can't be read.
    """
    found = Gathered([], [], [])
    for dataset in plan.datasets:
        found_run(plan, dataset, found, progress)
        if not _brings_documents(dataset):
            for kind, make in (("ablate", _ablated), ("times", _timed)):
                _table(plan, dataset, kind, make, found, progress)
    if plan.clean is not None:
        _cleaning(plan, plan.clean, found, progress)
    _peers(plan, found, progress)
    return found


def found_run(plan: Plan, dataset: Path | None, found: Gathered, progress: Progress) -> None:
    """The run of a dataset under the conditions of now."""
    with _opened(plan, dataset, progress) as table:
        if plan.make:
            found.runs.append(runner.on_bench(table, progress))
        elif (table.folder / RUN).exists():
            found.runs.append(open_run(table.folder))
        else:
            found.lacking.append(f"{table.dataset.name} 的评测")


def _brings_documents(dataset: Path | None) -> bool:
    return dataset is not None and bool(load_dataset(dataset).documents)


def _opened(plan: Plan, dataset: Path | None, progress: Progress, *, remember: bool = False) -> Any:
    """A dataset over its index: the sample's and those with documents of their own have one of their own."""
    own = dataset is None or _brings_documents(dataset)
    store, corpus = (None, None) if own else (plan.store, plan.corpus)
    return setup.bench(dataset, store, corpus, progress, remember=remember)


def _table(
    plan: Plan,
    dataset: Path | None,
    kind: str,
    make: Callable[[Bench, Progress], dict[str, Any]],
    found: Gathered,
    progress: Progress,
) -> None:
    with _opened(plan, dataset, progress, remember=kind == "ablate") as table:
        name = table.dataset.name
        body = documents.kept(kind, name)
        if body is None or body.get("key") != table.conditions.key:
            if not plan.make:
                found.lacking.append(f"{name} 的{documents.TITLES[kind]}")
                return
            body = make(table, progress)
            documents.keep(kind, name, body, None)
    found.tables.append((kind, name, body))


def _ablated(table: Bench, progress: Progress) -> dict[str, Any]:
    return ablate.kept(table, ablate.ablate(table, progress))


def _timed(table: Bench, progress: Progress) -> dict[str, Any]:
    return times.kept(table, times.measure(table, progress))


# --- cleaning -----------------------------------------------------------------------------------------


def cleaned(gold: Path, corpus: Path | None, progress: Progress) -> tuple[cleaning.Score, dict[str, Any]]:
    """The scores of cleaning, and what is kept of them."""
    done = cleaning.score(gold, corpus or documents.corpus_beside(gold), progress)
    tally = {kind: list(pair) for kind, pair in done.tally.items()}
    return done, {"key": _clean_key(gold), "code": systems.code_checksum(), "tally": tally}


def _clean_key(gold: Path) -> str:
    return hashlib.sha256(gold.read_bytes() + systems.code_checksum().encode()).hexdigest()[:10]


def _cleaning(plan: Plan, gold: Path, found: Gathered, progress: Progress) -> None:
    body = documents.kept("clean", gold.stem)
    if body is None or body.get("key") != _clean_key(gold):
        if not plan.make:
            found.lacking.append(f"{gold.stem} 的{documents.TITLES['clean']}")
            return
        _, body = cleaned(gold, None, progress)
        documents.keep("clean", gold.stem, body, None)
    found.tables.append(("clean", gold.stem, body))


# --- peers --------------------------------------------------------------------------------------------


def _peers(plan: Plan, found: Gathered, progress: Progress) -> None:
    shared = tuple(one for one in plan.datasets if one is not None and not _brings_documents(one))
    if not shared:
        return
    request = peers.Request(shared, plan.store, plan.corpus, known=not (plan.make and plan.peers))
    bodies = peers.run(request, progress)
    for name, body in bodies.items():
        if len(body["rows"]) > 1:
            found.tables.append(("peers", name, body))
            documents.keep("peers", name, body, None)
        else:
            found.lacking.append(f"{name} 的{documents.TITLES['peers']}")


def lacking(found: Gathered) -> Iterator[str]:
    """What is missing from the page, for readers."""
    if found.lacking:
        yield f"还没有现在这份代码、配置和索引下的：{'、'.join(found.lacking)}。"
        yield "加 --all 会补齐（同行比较另加 --peers）。"


def page(plan: Plan, progress: Progress) -> tuple[str, list[str]]:
    """The page and what it lacks.

    Raises:
        TashanError: there is no run to show.
    """
    found = gather(plan, progress)
    if not found.runs:
        raise TashanError(
            "还没有现在这份代码和配置下的评测结果。", "请加 --all，或先运行 python -m eval run。"
        )
    return documents.page(found.runs, found.tables), list(lacking(found))
