"""Whole runs over a few sample questions with the embedder that needs no model."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytrec_eval

from corpus.errors import TashanError
from eval import compare, documents, gate, peers, report, runner, setup, whole
from eval.__main__ import main
from eval.run import ANSWERS, QUESTIONS, RUN, TREC, Run, open_run
from eval.runner import Request
from eval.systems import FolderRaw

ROOT = Path(__file__).parent.parent.parent
QUIET = lambda stage, done, of: None  # noqa: E731
REQUEST = Request(changes=("model=fake",), limit=12)


@pytest.fixture(scope="module", autouse=True)
def work(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("eval")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(setup, "WORK", folder)
        patch.setattr(documents, "WORK", folder)
        patch.setattr(documents, "KEPT", folder / "kept")
        yield folder


@pytest.fixture(scope="module")
def done(work: Path) -> Run:
    return runner.run(REQUEST, QUIET)


def figures(run: Run) -> str:
    return json.dumps(run.summary.as_json()["figures"], sort_keys=True)


def test_a_run_writes_its_folder(done: Run) -> None:
    assert {ANSWERS, QUESTIONS, TREC, RUN, "report.html"} <= {path.name for path in done.folder.iterdir()}
    info = json.loads((done.folder / RUN).read_text("utf-8"))
    assert info["conditions"]["questions"] == 12 and info["errors"] == 0
    assert info["versions"]["numpy"] and "node" not in info["machine"]


def test_the_same_run_gives_the_same_figures_to_the_last_digit(done: Run, tmp_path: Path) -> None:
    again = runner.run(REQUEST, QUIET, out=tmp_path / "again")
    assert figures(again) == figures(done)
    for name in (QUESTIONS, TREC):
        assert (again.folder / name).read_bytes() == (done.folder / name).read_bytes()


def test_an_interrupted_run_goes_on(done: Run, tmp_path: Path) -> None:
    folder = tmp_path / "torn"
    folder.mkdir()
    lines = (done.folder / ANSWERS).read_bytes().splitlines(keepends=True)
    (folder / ANSWERS).write_bytes(b"".join(lines[:5]) + lines[5][:40])  # killed while writing the sixth
    (folder / "conditions.json").write_bytes((done.folder / "conditions.json").read_bytes())
    again = runner.run(REQUEST, QUIET, out=folder)
    assert (folder / ANSWERS).read_bytes().startswith(b"".join(lines[:5]))
    assert figures(again) == figures(done)


def test_other_settings_are_another_run(done: Run, tmp_path: Path) -> None:
    other = Request(changes=("model=fake", "search.dense=0.9"), limit=12)
    with pytest.raises(TashanError, match="另一种条件"):
        runner.run(other, QUIET, out=done.folder)
    changed = runner.run(other, QUIET, out=tmp_path / "other")
    assert changed.info["conditions"]["config"] != done.info["conditions"]["config"]
    assert changed.info["key"] != done.info["key"]


def test_a_finished_run_opens_as_it_was(done: Run) -> None:
    assert figures(open_run(done.folder)) == figures(done)
    with pytest.raises(TashanError):
        open_run(done.folder / "nothing")


def test_trec_eval_reads_the_run_file(done: Run) -> None:
    with (done.folder / TREC).open(encoding="utf-8") as file:
        run = pytrec_eval.parse_run(file)
    qrels = {r.item.id: r.item.grades for r in done.results if r.item.answerable}
    theirs = pytrec_eval.RelevanceEvaluator(qrels, {"recip_rank", "recall.10"}).evaluate(run)
    for result in done.results:
        if result.item.id in theirs:
            assert theirs[result.item.id]["recall_10"] == pytest.approx(result.marks["recall@10"], abs=1e-9)


def test_the_report_loads_nothing(done: Run) -> None:
    html = (done.folder / "report.html").read_text("utf-8")
    for outside in ("src=", "@import", "url(http", "<link", "fetch("):
        assert outside not in html
    assert html.count("<svg") >= 3
    assert all(result.item.question in html for result in done.results)
    assert all(report.verdict(result) in html for result in done.results)


def test_answers_of_another_program_get_the_same_figures(done: Run, tmp_path: Path) -> None:
    rows = [json.loads(line)["body"] for line in (done.folder / ANSWERS).read_text("utf-8").splitlines()]
    file = tmp_path / "other.jsonl"
    file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows[1:]), "utf-8")
    scored = runner.run(REQUEST, QUIET, out=tmp_path / "scored", answers=file)
    assert scored.info["conditions"]["system"] == "other"
    assert [r.marks for r in scored.results[1:]] == [r.marks for r in done.results[1:]]
    assert scored.results[0].output.refused and scored.info["errors"] == 1  # it has no answer to the first


def test_a_run_against_itself(done: Run) -> None:
    rows = compare.compare([done, done])
    assert {row.words for row in rows} == {"无显著差异"}
    assert compare.changes(done, done, "ndcg@10") == [] and compare.unlike([done, done]) == []


def test_floors(done: Run, tmp_path: Path) -> None:
    first = gate.updated(done, None, None)
    first.save(tmp_path / "baseline.json")
    pinned = gate.Baseline.load(tmp_path / "baseline.json")
    assert pinned == first and all(verdict.holds for verdict in gate.check(done, first))
    higher = gate.Baseline(first.data, {**first.floors, "ndcg@10": 0.9999}, first.measured)
    assert [v.measure for v in gate.check(done, higher) if not v.holds] == ["ndcg@10"]
    with pytest.raises(TashanError, match="--because"):
        gate.updated(done, higher, " ")
    lowered = gate.updated(done, higher, "换了更小的模型")
    assert lowered.history[-1]["because"] == "换了更小的模型"
    with pytest.raises(TashanError, match="另一份数据"):
        gate.check(done, gate.Baseline({**first.data, "corpus": "x"}, first.floors, {}))


def test_quotes_against_the_raw_files(done: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    corpus = str(ROOT / "corpus/sample")
    assert main(["quotes", "--answers", str(done.folder / ANSWERS), "--corpus", corpus]) == 0
    assert "100.0%" in capsys.readouterr().out
    raw = FolderRaw(ROOT / "corpus/sample")("s1-01-shenhe-hongse-wuye.txt") or ""
    forged = {"n": 1, "doc": "s1-01-shenhe-hongse-wuye.txt", "raw_start": 0, "raw_end": 9, "quote": raw[1:10]}
    file = tmp_path / "forged.jsonl"
    file.write_text(json.dumps({"id": "1", "question": "?", "citations": [forged]}) + "\n", "utf-8")
    assert main(["quotes", "--answers", str(file), "--corpus", corpus]) == 8


def test_a_planted_difference_is_found(done: Run) -> None:
    """Eight copies of each question; in the second run some lose what adds up to five points of the mean."""
    turns = [
        replace(r, item=replace(r.item, id=f"{r.item.id}-{at}")) for at in range(8) for r in done.results
    ]
    scored = [r for r in turns if r.marks.get("ndcg@10", 0.0) > 0.5]
    of = sum("ndcg@10" in r.marks for r in turns)
    lost: dict[str, dict[str, float]] = {}
    for result in scored[:: max(1, len(scored) // 10)]:
        if sum(r["ndcg@10"] for r in lost.values()) < 0.05 * of:
            lost[result.item.id] = {"ndcg@10": 0.5}
    worse = [
        replace(r, marks={**r.marks, "ndcg@10": r.marks["ndcg@10"] - 0.5}) if r.item.id in lost else r
        for r in turns
    ]
    a = replace(done, results=tuple(turns))
    b = replace(done, results=tuple(worse))
    found = {row.measure: row for row in compare.compare([a, b])}
    assert found["ndcg@10"].words == "显著变差" and found["ndcg@10"].difference.losses == len(lost)
    assert found["ndcg@10"].difference.delta == pytest.approx(-0.05, abs=0.01)
    assert {row.words for key, row in found.items() if key != "ndcg@10"} == {"无显著差异"}
    assert {change.id for change in compare.changes(a, b, "ndcg@10")} == lost.keys()


def test_the_page_of_figures(done: Run) -> None:
    page = documents.page([done])
    assert "## sample (12 questions, sampled)" in page and "nDCG@10" in page


def test_the_page_takes_no_figures_of_another_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peers, "HOME", tmp_path / "peers")
    gold = tmp_path / "few.jsonl"
    lines = (ROOT / "eval/gold/sample.jsonl").read_text("utf-8").splitlines()[:4]
    gold.write_text("\n".join(lines) + "\n", "utf-8")
    monkeypatch.setenv("TASHAN_MODEL", "fake")
    plan = whole.Plan((gold,), corpus=ROOT / "corpus/sample")
    with pytest.raises(TashanError, match="--all"):
        whole.page(plan, QUIET)
    made, lacking = whole.page(replace(plan, make=True), QUIET)
    assert "## few (4 questions)" in made and "## Parts of retrieval: few" in made
    assert "## Time from question to hits: few" in made
    assert lacking[0].endswith("：few 的同行比较。")
    assert whole.page(plan, QUIET)[0] == made  # nothing is measured again
    monkeypatch.setenv("TASHAN_SEARCH__DENSE", "0.9")
    with pytest.raises(TashanError, match="--all"):
        whole.page(plan, QUIET)


@pytest.mark.parametrize(
    "arguments",
    [
        ["compare", "one"],
        ["compare", "no", "such"],
        ["run", "--dataset", "no.jsonl"],
        ["run", "--set", "search.dense"],
        ["run", "--set", "search.nothing=1"],
        ["clean", "no.jsonl"],
        ["quotes", "--answers", "no.jsonl", "--corpus", "no"],
        ["nonsense"],
    ],
)
def test_errors_end_with_two_or_more(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) >= 2
    assert "Traceback" not in capsys.readouterr().err
