"""What every peer is given: chunks of the raw texts with their vectors, and the questions with theirs."""

from __future__ import annotations

import hashlib
import json
import resource
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from eval.setup import Bench, embedder
from eval.systems import Progress, StoredRaw
from eval.types import Item

_BLOCK = 1024  # chunks whose vectors are on disk before the next ones are made

Split = Callable[[Path], None]  # makes chunks.jsonl of docs.jsonl in a folder


@dataclass(frozen=True, slots=True)
class Asked:
    """The questions of one dataset that a peer can be asked: answerable, without history."""

    name: str
    items: tuple[Item, ...]

    def key(self, item: Item) -> str:
        """A question's name among those of all datasets."""
        return f"{self.name}\t{item.id}"


@dataclass(frozen=True, slots=True)
class Material:
    """A folder with docs.jsonl, chunks.jsonl and chunks.npy.

    Attributes:
        mark: identifies the chunks and the model.
        seconds: CPU seconds of splitting and embedding.
    """

    folder: Path
    mark: str
    chunks: int
    seconds: float


def asked(table: Bench) -> Asked:
    """The questions of a bench."""
    items = tuple(item for item in table.dataset.items if item.answerable and not item.history)
    return Asked(table.dataset.name, items)


def material(table: Bench, home: Path, split: Split, progress: Progress) -> Material:
    """Chunks of the raw texts of a store and their vectors, made once; an interrupted run goes on.

    Args:
        table: whose store and model are used.
        home: where it is kept, in a folder named after corpus and model.
        split: cuts the texts.
        progress: called with (stage, done, of).
    """
    folder, mark = _place(table, home)
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "split.json").exists():
        raw, store = StoredRaw(table.service.store), table.service.store
        write(
            folder / "docs.jsonl", [{"doc": doc, "text": raw(doc) or ""} for doc in sorted(store.documents())]
        )
        before = _children()
        split(folder)
        keep(folder / "split.json", {"seconds": _children() - before})
    texts = [row["text"] for row in read(folder / "chunks.jsonl")]
    if not (folder / "embed.json").exists():
        keep(folder / "embed.json", {"seconds": _embed(texts, table, folder, progress)})
    seconds = sum(load(folder / name)["seconds"] for name in ("split.json", "embed.json"))
    return Material(folder, hash_of([mark, *texts]), len(texts), seconds)


def made(table: Bench, home: Path) -> bool:
    """Whether there are chunks and vectors for a store already."""
    return (_place(table, home)[0] / "embed.json").exists()


def _place(table: Bench, home: Path) -> tuple[Path, str]:
    mark = hash_of([table.conditions.corpus, embedder(table.settings.model).name])
    return home / f"chunks-{mark[:10]}", mark


def _embed(texts: Sequence[str], table: Bench, folder: Path, progress: Progress) -> float:
    """Write chunks.npy block by block; the CPU seconds of all blocks."""
    model, parts, seconds = embedder(table.settings.model), [], 0.0
    for start in range(0, len(texts), _BLOCK):
        progress("计算向量", start, len(texts))
        vectors, spent = folder / f"block-{start}.npy", folder / f"block-{start}.json"
        if not spent.exists():
            clock = time.process_time()
            np.save(vectors, model.passages(texts[start : start + _BLOCK]))
            keep(spent, {"seconds": time.process_time() - clock})
        parts.append(np.load(vectors))
        seconds += load(spent)["seconds"]
    progress("计算向量", len(texts), len(texts))
    np.save(folder / "chunks.npy", np.concatenate(parts))
    return seconds


def embed_questions(table: Bench, texts: Sequence[str]) -> tuple[npt.NDArray[np.float32], list[float]]:
    """Vectors of questions, asked one at a time, and the milliseconds of each."""
    model = embedder(table.settings.model)
    model.queries(["预热"])
    rows, times = [], []
    for text in texts:
        clock = time.perf_counter()
        rows.append(model.queries([text])[0])
        times.append((time.perf_counter() - clock) * 1000)
    return np.stack(rows), times


def hash_of(texts: Sequence[str]) -> str:
    """A checksum of texts in their order."""
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()


def write(path: Path, rows: Sequence[dict[str, Any]]) -> None:
    """Write JSON lines."""
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")


def read(path: Path) -> list[dict[str, Any]]:
    """Read JSON lines."""
    return [json.loads(line) for line in path.read_text("utf-8").split("\n") if line]


def keep(path: Path, body: Any) -> None:
    """Write JSON; a reader sees all of it or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(".new")
    new.write_text(json.dumps(body, ensure_ascii=False), "utf-8")
    new.replace(path)


def load(path: Path) -> Any:
    """Read JSON."""
    return json.loads(path.read_text("utf-8"))


def run_script(python: Path, source: Path, folder: Path, environ: dict[str, str]) -> str:
    """Run a recipe in its own environment on a folder; what went wrong in its own last words, or nothing."""
    script = folder / f"recipe_{source.name.removesuffix('.txt')}"
    script.write_text(source.read_text("utf-8"), "utf-8")
    done = subprocess.run(
        [str(python), str(script), str(folder)], capture_output=True, encoding="utf-8", env=environ
    )
    if not done.returncode:
        return ""
    return (done.stderr.strip().splitlines() or ["没有说明"])[-1]


def _children() -> float:
    """CPU seconds of the processes that this one has waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
