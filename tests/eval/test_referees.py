"""Our figures against the referees beside the project, on real output; skipped where they are not there."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from eval import cleaning, documents, runner, setup
from eval.datasets import load_dataset
from eval.run import ANSWERS, Run
from eval.runner import Request

ROOT = Path(__file__).parent.parent.parent
BENCH = ROOT.parent / "shared" / "bench"
CORPORA = ROOT.parent / "shared" / "corpora"
KEYS = {
    "nDCG@10": "ndcg@10",
    "hit@1": "hit@1",
    "hit@5": "hit@5",
    "recall@10": "recall_cap@10",
    "evidence": "evidence",
    "facts": "facts",
    "cited_gold": "cited_gold",
    "wrong_place": "wrong_place",
    "refused": "refused",
    "MRR@10": "mrr@10",
    "answer_recall": "answer_recall",
    "cited": "cited",
}
pytestmark = [
    pytest.mark.model,
    pytest.mark.skipif(not BENCH.is_dir(), reason="the benchmark beside the project is not there"),
]


def quiet(stage: str, done: int, of: int) -> None:
    """Progress that nobody watches."""


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("referees")


def small(kind: str, questions: int, work: Path) -> tuple[Path, Path]:
    """The first questions of a benchmark, and a folder with no more than the documents they name."""
    lines = (BENCH / f"{kind}-dev.jsonl").read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    step = max(1, len(rows) // questions)
    rows = rows[::step][:questions]
    gold, corpus = work / f"{kind}.jsonl", work / f"{kind}-corpus"
    gold.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    for row in rows:
        for doc in [one["doc"] for one in row.get("gold", [row])]:
            (corpus / doc).parent.mkdir(parents=True, exist_ok=True)
            if not (corpus / doc).exists():
                shutil.copyfile(CORPORA / doc, corpus / doc)
    return gold, corpus


def ask(kind: str, questions: int, work: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Run]:
    monkeypatch.setattr(setup, "WORK", work)
    gold, corpus = small(kind, questions, work)
    return gold, runner.run(Request(dataset=gold, corpus=corpus), quiet)


def referee(kind: str, gold: Path, run: Run, work: Path) -> dict[str, dict[str, float]]:
    answers, out = work / f"{kind}-answers.jsonl", work / f"{kind}-scored.jsonl"
    rows = [json.loads(line) for line in (run.folder / ANSWERS).read_text("utf-8").splitlines()]
    answers.write_text("".join(json.dumps(row["body"], ensure_ascii=False) + "\n" for row in rows), "utf-8")
    arguments = [kind, str(gold), str(answers), "--corpora", str(CORPORA), "--per-question", str(out)]
    subprocess.run([sys.executable, str(BENCH / "score.py"), *arguments], check=True, capture_output=True)
    return {row["id"]: row for row in map(json.loads, out.read_text("utf-8").splitlines())}


@pytest.mark.parametrize(("kind", "questions"), [("howto", 24), ("ncpqa", 16)])
def test_every_figure_of_every_question(
    kind: str, questions: int, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    gold, run = ask(kind, questions, work, monkeypatch)
    theirs = referee(kind, gold, run, work)
    compared = 0
    for result in run.results:
        for name, key in KEYS.items():
            if name in theirs[result.item.id]:
                assert result.marks[key] == pytest.approx(theirs[result.item.id][name], abs=1e-9), (
                    name,
                    result.item.id,
                )
                compared += 1
    assert compared > 5 * questions
    assert any(not result.output.refused for result in run.results)


def test_cmrc_loads_from_its_file_as_it_is() -> None:
    dataset = load_dataset(BENCH / "cmrc2018_dev.json")
    assert (dataset.format, len(dataset.documents), len(dataset.items)) == ("squad", 848, 3219)
    names = {source.doc for source in dataset.documents}
    assert all(item.answerable and item.answers and item.gold[0].doc in names for item in dataset.items)


def test_cleaning(work: Path) -> None:
    gold = BENCH / "clean-dev.jsonl"
    corpus = documents.corpus_beside(gold)
    docs = [json.loads(line)["doc"] for line in gold.read_text("utf-8").splitlines()]
    command = [sys.executable, "-m", "corpus", "inspect", *(str(corpus / doc) for doc in docs), "--json"]
    read = subprocess.run(command, check=True, capture_output=True, encoding="utf-8", cwd=ROOT).stdout
    inspected = work / "inspected.jsonl"
    # The referee knows files by their path under the corpora, `inspect FILE` by their name alone.
    rows = [json.loads(line) | {"doc": doc} for line, doc in zip(read.splitlines(), docs, strict=True)]
    inspected.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    printed = subprocess.run(
        [sys.executable, str(BENCH / "score_clean.py"), str(gold), str(inspected)],
        check=True,
        capture_output=True,
        encoding="utf-8",
    ).stdout
    theirs = {line.split()[0]: line.split()[1] for line in printed.splitlines()}
    ours = cleaning.score(gold, corpus, quiet).tally
    assert {kind: f"{ok}/{of}" for kind, (ok, of) in ours.items()} == theirs
