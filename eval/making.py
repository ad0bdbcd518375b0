"""Making gold: questions proposed from headings and measures, and grading what several configs find."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus.errors import TashanError
from corpus.types import CleanFile, Passage, Report
from eval.ablate import PARTS
from eval.setup import Bench, with_changes
from eval.types import Item
from index.types import StoredPassage
from rag.retrieve import retrieve
from rag.service import Service

_SENTENCE = re.compile(r"[^。！？；]+[。！？；]?")
_FIGURE = re.compile(r"\d[\d.]*(?:万|亿)?(?:余|多)?(?:[\u4e00-\u9fff]{1,3}|%|％)")
_POOLED = 10  # reports of each config that are graded


def draft(files: Sequence[CleanFile], most: int) -> list[dict[str, Any]]:
    """Questions for a person to edit: one a measure, spread evenly over the reports.

    Each has the passage's document as gold, its richest sentence as evidence, and its figures as key facts.
    Nothing that is proposed is gold before somebody has rewritten the question in the words of those who ask.
    """
    proposed = [one for file in files for one in _of_file(file)]
    step = max(1, len(proposed) // most)
    chosen = proposed[::step][:most]
    return [{"id": f"draft-{at:03d}", **one} for at, one in enumerate(chosen, 1)]


def _of_file(file: CleanFile) -> Iterator[dict[str, Any]]:
    for report, pieces in zip(file.reports, file.passages, strict=True):
        for passage in pieces:
            topic = _topic(passage)
            evidence = _richest(passage)
            if topic and evidence:
                yield _proposal(report, topic, evidence)


def _topic(passage: Passage) -> str:
    words = passage.measure or (passage.heading_path[-1] if passage.heading_path else "")
    return re.sub(r"^[（(]?[一二三四五六七八九十\d]+[）)、.．]?\s*|[。：:]$", "", "".join(words.split()))


def _richest(passage: Passage) -> str:
    """The sentence with most figures, else the longest; none that crosses a cut: it could not be quoted."""
    found = []
    for match in _SENTENCE.finditer(passage.text):
        whole = not any(match.start() < cut < match.end() for cut in passage.cuts)
        if whole and len(match[0].strip()) >= 12:
            found.append(match[0].strip())
    return max(found, key=lambda one: (len(_FIGURE.findall(one)), len(one)), default="")


def _proposal(report: Report, topic: str, evidence: str) -> dict[str, Any]:
    facts = list(dict.fromkeys(_FIGURE.findall(evidence)))[:5]
    kind = "figure" if len(facts) >= 2 else "howto"
    asked = (
        f"{report.locality.name or '这里'}在“{topic}”上做到了什么程度？"
        if kind == "figure"
        else f"别处是怎么“{topic}”的？"
    )
    return {
        "type": kind,
        "question": asked,
        "history": [],
        "region": None,
        "gold": [{"doc": report.doc, "grade": 3, "evidence": [evidence]}],
        "key_facts": facts,
        "edited": False,
    }


@dataclass(frozen=True, slots=True)
class Pooled:
    """A document that some config found for a question and nobody has graded."""

    item: Item
    doc: str
    report: str
    title: str
    place: str
    text: str
    found_by: tuple[str, ...]  # names of the configs


def pool(service: Service, item: Item, known: set[str]) -> list[Pooled]:
    """What all parts together and each part alone find, documents without a grade, those found by most first.

    Pooling as in TREC: Sparck Jones and van Rijsbergen, "Report on the need for and provision of an ideal
    information retrieval test collection", 1975.
    """
    by_doc: dict[str, tuple[StoredPassage, list[str]]] = {}
    configs = [("全部", service.settings)]
    for part, label in PARTS.items():
        alone = {other: float(other == part) for other in PARTS}
        configs.append((label, with_changes(service.settings, "search", alone)))
    question = service.understand(item.question, item.history)
    for label, settings in configs:
        for hit in retrieve(service.store, question, k=_POOLED, settings=settings).hits:
            stored = hit.stored
            names = by_doc.setdefault(stored.head.doc, (stored, []))[1]
            if label not in names:
                names.append(label)
    found = [_pooled(item, one, names) for doc, (one, names) in by_doc.items() if doc not in known]
    return sorted(found, key=lambda one: (-len(one.found_by), one.doc))


def _pooled(item: Item, one: StoredPassage, found_by: Sequence[str]) -> Pooled:
    head = one.head
    title, place = head.shown_title, head.locality.full
    return Pooled(item, head.doc, head.report, title, place, one.passage.text, tuple(found_by))


def graded(out: Path) -> dict[str, dict[str, int]]:
    """Question → document → grade, of an earlier sitting.

    Raises:
        TashanError: the file is no file of grades.
    """
    if not out.exists():
        return {}
    found: dict[str, dict[str, int]] = {}
    try:
        for line in out.read_text("utf-8").splitlines():
            row = json.loads(line)
            found.setdefault(row["id"], {})[row["doc"]] = int(row["grade"])
    except (ValueError, KeyError, TypeError) as error:
        raise TashanError(f"{out}：不是判分文件。", "请用 --out 换一个文件。") from error
    return found


def label(table: Bench, out: Path, show: Callable[[Pooled], str]) -> int:
    """Have everything in the pools graded; each grade is on disk at once, a later sitting goes on from there.

    Args:
        table: questions and index.
        out: JSONL of {id, doc, grade}; `merged` puts it into the gold.
        show: shows a document, returns 0…3, "s" to skip the question or "q" to stop.
    """
    known, count = graded(out), 0
    for item in table.dataset.items:
        seen = known.get(item.id, {}).keys() | item.grades.keys()
        for one in pool(table.service, item, set(seen)):
            answer = show(one)
            if answer == "q":
                return count
            if answer == "s":
                break
            keep(out, one, int(answer))
            count += 1
    return count


def keep(out: Path, one: Pooled, grade: int) -> None:
    """Write a grade down at once."""
    with out.open("a", encoding="utf-8") as file:
        file.write(json.dumps({"id": one.item.id, "doc": one.doc, "grade": grade}) + "\n")


def merged(gold: Path, grades: dict[str, dict[str, int]]) -> str:
    """The lines of a gold file with newly graded documents added; evidence is left for a person to add."""
    lines = []
    for line in gold.read_text("utf-8").splitlines():
        row = json.loads(line)
        have = {one["doc"] for one in row.get("gold", ())}
        new = [
            (doc, grade) for doc, grade in grades.get(row["id"], {}).items() if grade > 0 and doc not in have
        ]
        if new:
            more = [{"doc": doc, "grade": grade, "evidence": []} for doc, grade in new]
            row["gold"] = [*row.get("gold", ()), *more]
        lines.append(json.dumps(row, ensure_ascii=False))
    return "\n".join(lines) + "\n"
