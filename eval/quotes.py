"""Every quote of a file of answers, against the raw files themselves."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus.errors import TashanError
from eval.answers import Raw, quote_is_valid
from eval.types import Json


@dataclass(frozen=True, slots=True)
class Bad:
    """A quote that is not what stands in the file."""

    question: str
    n: int
    doc: str
    quote: str
    stands: str  # what stands at its offsets; empty where there is no such file or place
    why: str


@dataclass(frozen=True, slots=True)
class Checked:
    """The outcome for a file of answers."""

    answers: int
    quotes: int
    bad: tuple[Bad, ...]


def check(answers: Path, raw: Raw) -> Checked:
    """Check every citation (and every “nearest” of a refusal) of a file of answers.

    Raises:
        TashanError: the file can't be read, or holds no quote at all.
    """
    count = quotes = 0
    bad: list[Bad] = []
    for body in _answers(answers):
        count += 1
        for cite in (*body.get("citations", ()), *body.get("nearest", ())):
            quotes += 1
            if not quote_is_valid(cite, raw(cite["doc"])):
                bad.append(_bad(body, cite, raw(cite["doc"])))
    if not quotes:
        raise TashanError(f"{answers}：里面没有引文。", "请用 rag ask --batch … --json 生成回答。")
    return Checked(count, quotes, tuple(bad))


def _bad(body: Json, cite: Json, text: str | None) -> Bad:
    stands = (text or "")[cite["raw_start"] : cite["raw_end"]]
    why = "没有这个文件" if text is None else "与原文不符" if stands else "位置在文件之外"
    return Bad(str(body.get("question")), int(cite["n"]), cite["doc"], cite["quote"], stands, why)


def _answers(path: Path) -> Iterator[dict[str, Any]]:
    """Contract objects: a file of `rag ask --json`, or the answers.jsonl of a run."""
    try:
        for line in path.read_text("utf-8-sig").split("\n"):
            if line.strip():
                row = json.loads(line)
                yield row.get("body", row)
    except (OSError, UnicodeDecodeError) as error:
        raise TashanError(f"{path}：无法读取（{error}）。", "请检查文件路径。") from error
    except (ValueError, AttributeError) as error:
        raise TashanError(
            f"{path}：有一行不是 JSON 对象。", "请用 rag ask --batch … --json 生成回答。"
        ) from error
