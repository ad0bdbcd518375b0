"""The same files and questions through recipes people use elsewhere, each in its own environment from PyPI.

A recipe (eval/recipes/*.py.txt) splits the raw texts, we embed its chunks and the questions with our model,
and it indexes and searches. Its time for a question is its own plus that of embedding the question.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from corpus.errors import TashanError
from eval import metrics, stats
from eval.measures import BY_KEY, ranking
from eval.run import SEED
from eval.setup import VAR, Bench, embedder
from eval.systems import Progress, StoredRaw
from eval.types import Item
from index.types import Embedder

RECIPES = Path(__file__).with_name("recipes")
SHOWN = ("ndcg@10", "hit@1", "recall@10", "mrr@10")
_DEPTH = 15  # reports, as when a question is asked


@dataclass(frozen=True, slots=True)
class Peer:
    """A recipe and the packages it needs."""

    name: str
    label: str
    packages: tuple[str, ...]


PEERS = (
    Peer(
        "langchain",
        "LangChain EnsembleRetriever（jieba BM25 + FAISS，各半）",
        (
            "langchain-classic",
            "langchain-community",
            "langchain-text-splitters",
            "rank_bm25",
            "jieba",
            "faiss-cpu",
        ),
    ),
    Peer("haystack", "Haystack 内存混合检索（BM25 + 向量，倒数排名）", ("haystack-ai",)),
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a system found and how long it took."""

    label: str
    ranked: dict[str, list[str]]  # question → documents
    ms: float  # median, embedding the question included
    index_seconds: float | None  # None where it was not measured


def run(table: Bench, names: Sequence[str], progress: Progress) -> dict[str, Any]:
    """The table beside peers, as docs/evaluation.md keeps it.

    Raises:
        TashanError: a peer can't be installed or fails.
    """
    items = [item for item in table.dataset.items if item.answerable and not item.history]
    progress("同行比较", 0, len(names) + 1)
    outcomes = [ours(table, items)]
    for at, peer in enumerate(chosen(names)):
        progress("同行比较", at + 1, len(names) + 1)
        outcomes.append(peers(peer, table, items))
    progress("同行比较", len(names) + 1, len(names) + 1)
    return tabulated(items, outcomes)


def chosen(names: Sequence[str]) -> list[Peer]:
    """Peers by name.

    Raises:
        TashanError: there is no such recipe.
    """
    known = {peer.name: peer for peer in PEERS}
    for name in names:
        if name not in known:
            raise TashanError(f"没有同行 {name}。", f"可用：{'、'.join(known)}。")
    return [known[name] for name in names]


def ours(table: Bench, items: Sequence[Item]) -> Outcome:
    """Our own retrieval, from the question as typed."""
    ranked, times = {}, []
    for item in items:
        clock = time.perf_counter()
        found = table.service.find(table.service.understand(item.question), _DEPTH)
        times.append((time.perf_counter() - clock) * 1000)
        ranked[item.id] = list(dict.fromkeys(hit.stored.head.doc for hit in found.hits))
    return Outcome("他山", ranked, metrics.percentile(times, 0.5), None)


def peers(peer: Peer, table: Bench, items: Sequence[Item]) -> Outcome:
    """A peer on the raw texts of the same store."""
    python = environment(peer)
    folder = VAR / "peers" / f"{peer.name}-work"
    folder.mkdir(parents=True, exist_ok=True)
    raw, store = StoredRaw(table.service.store), table.service.store
    _write(folder / "docs.jsonl", [{"doc": doc, "text": raw(doc) or ""} for doc in sorted(store.documents())])
    _write(folder / "questions.jsonl", [{"id": item.id, "question": item.question} for item in items])
    model = embedder(table.settings.model)
    split, _ = _timed(lambda: _recipe(python, peer, "split", folder))
    texts = [row["text"] for row in _read(folder / "chunks.jsonl")]
    embed, vectors = _timed(lambda: _vectors(model, texts, folder / "known"))
    np.save(folder / "chunks.npy", vectors)
    asked = [_timed(lambda q=item.question: model.queries([q])) for item in items]  # type: ignore[misc]
    np.save(folder / "questions.npy", np.concatenate([vector for _, vector in asked]))
    _recipe(python, peer, "search", folder)
    hits = _read(folder / "hits.jsonl")
    times = [row["ms"] + seconds * 1000 for row, (seconds, _) in zip(hits, asked, strict=True)]
    indexing = json.loads((folder / "stats.json").read_text("utf-8"))["index_seconds"]
    ranked = {row["id"]: row["docs"] for row in hits}
    return Outcome(peer.label, ranked, metrics.percentile(times, 0.5), split + embed + indexing)


def _vectors(model: Embedder, texts: Sequence[str], cache: Path) -> np.ndarray[Any, np.dtype[np.float32]]:
    """Vectors of chunks, kept for the next time where the chunks are the same."""
    mark = f"{model.name}\n{len(texts)}\n{hash_of(texts)}"
    if cache.with_suffix(".npy").exists() and cache.with_suffix(".txt").read_text("utf-8") == mark:
        known: np.ndarray[Any, np.dtype[np.float32]] = np.load(cache.with_suffix(".npy"))
        return known
    vectors = model.passages(texts)
    np.save(cache.with_suffix(".npy"), vectors)
    cache.with_suffix(".txt").write_text(mark, "utf-8")
    return vectors


def hash_of(texts: Sequence[str]) -> str:
    """A checksum of texts in their order."""
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()


def environment(peer: Peer) -> Path:
    """The Python of a peer's own environment, made and filled on first use.

    Raises:
        TashanError: it can't be installed.
    """
    home = VAR / "peers" / peer.name
    python, mark = home / "bin" / "python", home / ".installed"
    if mark.exists() and mark.read_text("utf-8") == " ".join(peer.packages):
        return python
    try:
        subprocess.run([sys.executable, "-m", "venv", str(home)], check=True, capture_output=True)
        install = [
            str(python),
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            *peer.packages,
        ]
        subprocess.run(install, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise TashanError(f"无法安装 {peer.name}。", "请检查能否访问 PyPI，或换一个 --peer。") from error
    mark.write_text(" ".join(peer.packages), "utf-8")
    return python


def _recipe(python: Path, peer: Peer, step: str, folder: Path) -> None:
    source = (RECIPES / f"{peer.name}.py.txt").read_text("utf-8")
    script = folder / f"recipe_{peer.name}.py"
    script.write_text(source, "utf-8")
    environ = {**os.environ, "HAYSTACK_TELEMETRY_ENABLED": "False", "LANGCHAIN_TRACING_V2": "false"}
    command = [str(python), str(script), step, str(folder)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", env=environ)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["没有说明"])[-1]
        raise TashanError(f"{peer.name} 运行失败：{last}")


def tabulated(items: Sequence[Item], outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Quality, speed, and our lead over each."""
    marks = [
        {item.id: ranking(one.ranked.get(item.id, []), item.grades) for item in items} for one in outcomes
    ]
    rows = []
    for outcome, mine in zip(outcomes, marks, strict=True):
        values = {key: [mine[item.id][key] or 0.0 for item in items] for key in SHOWN}
        us = [marks[0][item.id]["ndcg@10"] or 0.0 for item in items]
        gap = stats.difference(values["ndcg@10"], us, (SEED, "peers", outcome.label))
        first = outcome is outcomes[0]
        rows.append(
            [
                outcome.label,
                *(f"{stats.mean(values[key]):.3f}" for key in SHOWN),
                "—" if first else f"{gap.delta:+.3f}",
                "—" if first else f"{gap.p:.4f}",
                f"{outcome.ms:.0f}",
                "1.00" if first else f"{outcome.ms / outcomes[0].ms:.2f}",
                "—" if outcome.index_seconds is None else f"{outcome.index_seconds:.0f}",
            ]
        )
    header = [
        "recipe", *(BY_KEY[key].label for key in SHOWN), "our lead in nDCG", "p", "p50, ms", "time ÷ ours",
        "split + embed + index, s",
    ]  # fmt: skip
    note = (
        f"{len(items)} answerable questions without history, the same raw files and the same model; "
        "peers see the files as they are. Milliseconds for a question include embedding it."
    )
    return {"note": note, "header": header, "rows": rows}


def _timed(do: Callable[[], Any]) -> tuple[float, Any]:
    clock = time.perf_counter()
    out = do()
    return time.perf_counter() - clock, out


def _write(path: Path, rows: Sequence[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")


def _read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").split("\n") if line]
