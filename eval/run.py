"""Ask every question of a dataset, keep what came, and make figures of it.

A run folder holds ``answers.jsonl`` (what came, appended question by question: an interrupted run goes on
from there), ``questions.jsonl`` (gold, figures, hits), ``run.trec``, ``run.json`` and ``report.html``.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

from corpus.errors import TashanError
from eval import systems
from eval.answers import Raw
from eval.measures import marks
from eval.summary import Summary, summarise
from eval.systems import Progress, System
from eval.types import Dataset, GoldDoc, Item, Output, Result

ANSWERS, QUESTIONS, TREC, RUN, REPORT = (
    "answers.jsonl",
    "questions.jsonl",
    "run.trec",
    "run.json",
    "report.html",
)
SEED = 20260101
FORMAT = 1


@dataclass(frozen=True, slots=True)
class Conditions:
    """Everything that the figures of a run depend on."""

    dataset: str
    dataset_sha256: str
    questions: int
    system: str
    config: str  # digest of the settings
    settings: Mapping[str, Any]
    corpus: str
    store: str
    code: str
    seed: int
    limit: int | None = None

    @property
    def key(self) -> str:
        """Ten hex digits: runs with the same key give the same figures."""
        text = json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:10]


@dataclass(frozen=True, slots=True)
class Run:
    """A run as it lies in its folder."""

    folder: Path
    info: dict[str, Any]
    results: tuple[Result, ...]
    explained: Mapping[str, list[dict[str, Any]]]
    summary: Summary

    @property
    def name(self) -> str:
        """The folder's name."""
        return self.folder.name


def sample(dataset: Dataset, limit: int | None, seed: int = SEED) -> Dataset:
    """At most `limit` questions, drawn by a seeded shuffle, in the order of the file."""
    if limit is None or limit >= len(dataset.items):
        return dataset
    chosen = set(random.Random(seed).sample(range(len(dataset.items)), limit))
    return replace(dataset, items=tuple(item for at, item in enumerate(dataset.items) if at in chosen))


def collect(dataset: Dataset, system: System, folder: Path, progress: Progress) -> None:
    """Ask what has not been asked yet; every answer is on disk before the next question."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / ANSWERS
    with _alone(folder):
        known = {row["id"] for row in _whole_lines(path)}
        todo = [item for item in dataset.items if item.id not in known]
        with path.open("a", encoding="utf-8") as out:
            for at, item in enumerate(todo):
                progress("提问", len(known) + at, len(dataset.items))
                output, explained = system.ask(item)
                out.write(_line({"id": item.id, **asdict(output), "explained": explained}))
                out.flush()
    progress("提问", len(dataset.items), len(dataset.items))


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the run folder, so that two runs do not write into each other."""
    lock = folder / ".lock"
    try:
        lock.touch(exist_ok=False)
        lock.write_text(str(os.getpid()))
    except FileExistsError:
        if _alive(lock):
            raise TashanError(
                f"{folder}：另一次评测正在写这个文件夹。", "请等它结束，或用 --out 换一个文件夹。"
            ) from None
        lock.write_text(str(os.getpid()))
    try:
        yield
    finally:
        lock.unlink(missing_ok=True)


def _alive(lock: Path) -> bool:
    try:
        os.kill(int(lock.read_text()), 0)
    except (ValueError, OSError):
        return False
    return True


def _whole_lines(path: Path) -> list[dict[str, Any]]:
    """The answers on disk; a last line that was torn by a kill is cut off."""
    if not path.exists():
        return []
    data = path.read_bytes()
    whole = data[: data.rfind(b"\n") + 1]
    if whole != data:
        path.write_bytes(whole)
    return [json.loads(line) for line in whole.decode().split("\n") if line]


def score(
    dataset: Dataset, answers: Mapping[str, Output], raw: Raw, seed: int
) -> tuple[list[Result], Summary]:
    """The figures of every question, and of all of them. A question without an answer counts as refused."""
    nothing: dict[str, Any] = {"status": "refused", "text": "", "hits": [], "citations": []}
    results = []
    for item in dataset.items:
        output = answers.get(item.id) or Output(nothing, error="没有回答")
        results.append(Result(item, output, marks(item, output, raw)))
    return results, summarise(results, seed)


def missing_gold(dataset: Dataset, docs: Iterable[str]) -> list[str]:
    """Gold documents that the corpus lacks.

    Raises:
        TashanError: it lacks all of them: another folder was indexed, or from another root.
    """
    wanted = {gold.doc for item in dataset.items for gold in item.gold}
    lacking = sorted(wanted - set(docs))
    if wanted and len(lacking) == len(wanted):
        raise TashanError(
            f"索引里没有数据集 {dataset.name} 的任何一个文件（例如 {lacking[0]}）。",
            "请用 --corpus 指定原始报告的文件夹（文件名要与数据集里的一致），或用 --store 指定它的索引。",
        )
    return lacking


def finish(
    folder: Path, dataset: Dataset, conditions: Conditions, raw: Raw, more: Mapping[str, Any] | None = None
) -> Run:
    """Score what has been collected and write the files of the run."""
    rows = _whole_lines(folder / ANSWERS)
    answers = {row["id"]: _output(row) for row in rows}
    results, summary = score(dataset, answers, raw, conditions.seed)
    info = {
        "format": FORMAT,
        "key": conditions.key,
        "conditions": asdict(conditions),
        "machine": systems.machine(),
        "versions": dict(systems.versions()),
        "errors": sum(bool(result.output.error) for result in results),
        **(more or {}),
        **summary.as_json(),
    }
    (folder / QUESTIONS).write_text("".join(_line(_question(result)) for result in results), "utf-8")
    (folder / TREC).write_text("".join(_trec(results, conditions.system)), "utf-8")
    (folder / RUN).write_text(json.dumps(info, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return Run(folder, info, tuple(results), {row["id"]: row.get("explained", []) for row in rows}, summary)


def open_run(folder: Path) -> Run:
    """A finished run.

    Raises:
        TashanError: the folder holds none.
    """
    try:
        info = json.loads((folder / RUN).read_text("utf-8"))
        rows = [json.loads(line) for line in (folder / QUESTIONS).read_text("utf-8").split("\n") if line]
        answers = {row["id"]: row for row in _whole_lines(folder / ANSWERS)}
    except (OSError, ValueError) as error:
        raise TashanError(f"{folder}：不是一次完成的评测。", "请先运行 python -m eval run。") from error
    nothing = {"body": {}, "error": "没有回答"}
    results = [Result(_item(row), _output(answers.get(row["id"], nothing)), row["marks"]) for row in rows]
    explained = {key: row.get("explained", []) for key, row in answers.items()}
    seed = int(info["conditions"]["seed"])
    return Run(folder, info, tuple(results), explained, summarise(results, seed))


def _output(row: Mapping[str, Any]) -> Output:
    return Output(row["body"], row.get("confidence"), row.get("ms"), row.get("error", ""))


def _question(result: Result) -> dict[str, Any]:
    """A line of questions.jsonl: nothing in it changes from one run to the next under the same conditions."""
    item, output = result.item, result.output
    return {
        **asdict(item),
        "status": output.body.get("status"),
        "reason": output.body.get("reason"),
        "ranked": output.ranked[:20],
        "cited": list(dict.fromkeys(cite["doc"] for cite in output.citations)),
        "confidence": output.confidence,
        "error": output.error,
        "marks": result.marks,
    }


def _item(row: Mapping[str, Any]) -> Item:
    return Item(
        id=row["id"],
        question=row["question"],
        type=row["type"],
        history=tuple(row["history"]),
        region=row["region"],
        gold=tuple(GoldDoc(g["doc"], g["grade"], tuple(g["evidence"])) for g in row["gold"]),
        key_facts=tuple(row["key_facts"]),
        answers=tuple(row["answers"]),
    )


def _trec(results: Sequence[Result], tag: str) -> Iterator[str]:
    """Lines of a TREC run. The score is 1/rank: where scores tie, trec_eval would order by name."""
    for result in results:
        for rank, doc in enumerate(result.output.ranked, 1):
            yield f"{_word(result.item.id)} Q0 {_word(doc)} {rank} {1 / rank:.6f} {tag}\n"


def _word(text: str) -> str:
    """Without white space, which separates the columns of a run file."""
    return "".join(quote(char) if char.isspace() else char for char in text)


def _line(row: Mapping[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False) + "\n"
