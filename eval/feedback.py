"""What readers of the page found helpful, as proposed gold; a person confirms it before it counts.

Feedback is what ``python -m rag feedback --json`` prints: one object a line with question, history, rating
("up" or "down"), status and citations [{doc, quote}].
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from corpus.errors import TashanError
from eval.datasets import PENDING

CONFIRMED = "已核"
GRADE = 2  # answers at least in part: how fully, only a person can say


@dataclass(slots=True)
class _Praised:
    """A question with all that was cited in answers to it that were found helpful."""

    question: str
    history: tuple[str, ...]
    quotes: dict[str, list[str]] = field(default_factory=dict)  # document → quotes
    up: int = 0
    down: int = 0

    def take(self, row: dict[str, Any]) -> None:
        if row["rating"] != "up":
            self.down += 1
            return
        if row.get("status", "answered") != "answered":
            return
        self.up += 1
        for cite in row.get("citations") or ():
            quotes = self.quotes.setdefault(str(cite["doc"]), [])
            if cite.get("quote") and cite["quote"] not in quotes:
                quotes.append(str(cite["quote"]))

    @property
    def gold(self) -> dict[str, Any]:
        """A line of our JSONL, to be confirmed."""
        key = hashlib.sha256("\0".join((*self.history, self.question)).encode()).hexdigest()[:8]
        return {
            "id": f"feedback-{key}",
            "type": "followup" if self.history else "question",
            "question": self.question,
            "history": list(self.history),
            "region": None,
            "gold": [{"doc": d, "grade": GRADE, "evidence": quotes} for d, quotes in self.quotes.items()],
            "key_facts": [],
            "state": PENDING,
            "helpful": self.up,
            "unhelpful": self.down,
        }


def proposed(file: Path) -> list[dict[str, Any]]:
    """Gold proposed from feedback: each question once, its cited documents graded, marked as to be confirmed.

    Answers found unhelpful and refusals propose nothing: they do not say where the answer stands.

    Raises:
        TashanError: the file can't be read or is no feedback.
    """
    found: dict[tuple[str, ...], _Praised] = {}
    for row in _rows(file):
        try:
            question, history = str(row["question"]).strip(), tuple(map(str, row.get("history") or ()))
            found.setdefault((*history, question), _Praised(question, history)).take(row)
        except (KeyError, TypeError) as error:
            raise _no_feedback(file) from error
    return [one.gold for one in found.values() if one.quotes]


def _rows(file: Path) -> Iterator[dict[str, Any]]:
    try:
        for line in file.read_text("utf-8-sig").split("\n"):
            if line.strip():
                yield json.loads(line)
    except OSError as error:
        raise TashanError(f"{file}：无法读取（{error.strerror}）。", "请检查文件路径。") from error
    except ValueError as error:
        raise _no_feedback(file) from error


def _no_feedback(file: Path) -> TashanError:
    return TashanError(f"{file}：不是评价记录。", "请用 python -m rag feedback --json > 文件 导出。")


def merged(old: Iterable[dict[str, Any]], new: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Lines of a gold file with new proposals behind them; what a person has seen to stays as it is."""
    kept = {row["id"]: row for row in old}
    for row in new:
        if kept.get(row["id"], row).get("state") == PENDING:
            kept[row["id"]] = row
    return list(kept.values())


def confirm(rows: list[dict[str, Any]], ask: Callable[[dict[str, Any], dict[str, Any]], str]) -> int:
    """Have what is pending seen to, document by document, in place; the number of questions confirmed.

    Args:
        rows: lines of a gold file.
        ask: is shown a line and one of its documents; returns 0…3 (0 takes the document out), "s" to leave
            the question for later, "q" to stop. A question without a document left is taken out.
    """
    count = 0
    for row in [row for row in rows if row.get("state") == PENDING]:
        answers: list[str] = []
        for one in row["gold"]:
            answers.append(ask(row, one))
            if answers[-1] in ("s", "q"):
                break
        if answers[-1] == "q":
            return count
        if answers[-1] == "s":
            continue
        graded = [{**one, "grade": int(grade)} for one, grade in zip(row["gold"], answers, strict=True)]
        row["gold"] = [one for one in graded if one["grade"] > 0]
        row["state"] = CONFIRMED
        if not row["gold"]:
            rows.remove(row)
        count += 1
    return count


def load(out: Path) -> list[dict[str, Any]]:
    """The lines of a gold file; none where there is no file yet."""
    return list(_rows(out)) if out.exists() else []


def save(out: Path, rows: Iterable[dict[str, Any]]) -> None:
    """Write the lines of a gold file."""
    out.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
