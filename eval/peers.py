"""The same files and questions through recipes people use elsewhere, each in its own environment from PyPI.

All recipes (eval/recipes/*.py.txt) get the same chunks of the raw texts, cut as their guides cut them, and
the same vectors of the same model; each indexes and searches. Its time for a question is its own plus that
of embedding the question. Our own times are taken in the same minutes: a busy machine slows both.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from corpus.errors import TashanError
from eval import material as given
from eval import peertable, setup
from eval.material import Asked, Material
from eval.peertable import Outcome
from eval.setup import VAR, Bench
from eval.systems import Progress, store_checksum
from index.build import build
from index.store import LocalStore

HOME = VAR / "peers"
RECIPES = Path(__file__).with_name("recipes")
_DEPTH = 15  # reports, as when a question is asked


@dataclass(frozen=True, slots=True)
class Peer:
    """A recipe and the packages it needs, those that must come first before the others."""

    name: str
    label: str
    packages: tuple[str, ...]
    first: tuple[str, ...] = ()

    @property
    def recipe(self) -> Path:
        """The script that is run in its environment."""
        return RECIPES / f"{self.name}.py.txt"


SPLITTER = Peer("split", "", ("langchain-text-splitters==1.1.3",))
PEERS = (
    Peer(
        "langchain",
        "LangChain EnsembleRetriever（jieba BM25 + FAISS，各半）",
        (
            "langchain-classic==1.0.8", "langchain-community==0.4.2", "rank_bm25==0.2.2", "jieba==0.42.1",
            "faiss-cpu==1.15.1",
        ),
    ),
    Peer("haystack", "Haystack 内存混合检索（单字 BM25 + 向量，倒数排名）", ("haystack-ai==3.4.0",)),
    Peer("txtai", "txtai hybrid（BM25 + Faiss，各半）", ("txtai==9.14.0",), ("torch",)),
    Peer(
        "llamaindex",
        "LlamaIndex QueryFusionRetriever（单字 BM25 + 向量，倒数排名）",
        ("llama-index-core==0.14.25", "llama-index-retrievers-bm25==0.8.0"),
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Request:
    """What is compared on what."""

    datasets: tuple[Path | None, ...]
    store: str | None
    corpus: Path | None
    limit: int | None = None
    only: tuple[str, ...] = ()
    fresh: bool = False
    known: bool = False  # run nothing, take what has been measured under these conditions


def run(request: Request, progress: Progress) -> dict[str, Any]:
    """Dataset → the table beside all peers that have been run on these questions, chunks and this model.

    Peers that are not among `only` keep the outcome of an earlier run under the same conditions.

    Raises:
        TashanError: there is no such peer, or it can't be installed or fails.
    """
    chosen = [] if request.known else pick(request.only)
    outcomes: list[Outcome] = []
    with opened(request, progress) as tables:
        questions = [given.asked(table) for table in tables]
        if request.known and not given.made(tables[0], HOME):
            return {one.name: {"rows": []} for one in questions}
        shared = given.material(tables[0], HOME, _split, progress)
        seconds = our_indexing(tables[0], request, progress)
        mine = Outcome("他山", *ours(tables, questions), {}, seconds)
        notes = (shared.chunks, tables[0].service.store.counts.passages)
    for peer in PEERS:
        key = given.hash_of([shared.mark, *_texts(questions), peer.recipe.read_text("utf-8"), *peer.packages])
        kept = HOME / "outcomes" / f"{peer.name}-{key[:12]}.json"
        if peer in chosen and (request.fresh or not kept.exists()):
            progress(peer.name, 0, 1)
            with opened(request, progress) as tables:  # opened anew: it remembers questions it was asked
                given.keep(kept, beside(peer, tables, questions, shared))
            progress(peer.name, 1, 1)
        if kept.exists():
            outcomes.append(peertable.outcome(peer.label, given.load(kept), shared.seconds))
    return {one.name: peertable.tabulated(one, [mine, *outcomes], *notes) for one in questions}


class opened(ExitStack):  # noqa: N801 - used like a function
    """All datasets of a request over one store."""

    def __init__(self, request: Request, progress: Progress) -> None:
        super().__init__()
        self._request, self._progress = request, progress

    def __enter__(self) -> list[Bench]:  # type: ignore[override]
        """The open benches."""
        super().__enter__()
        r = self._request
        try:
            return [
                self.enter_context(setup.bench(one, r.store, r.corpus, self._progress, limit=r.limit))
                for one in r.datasets
            ]
        except BaseException:
            self.close()
            raise


def pick(names: Sequence[str]) -> list[Peer]:
    """Peers by name; all of them where none is named.

    Raises:
        TashanError: there is no such recipe.
    """
    known = {peer.name: peer for peer in PEERS}
    for name in names:
        if name not in known:
            raise TashanError(f"没有同行 {name}。", f"可用：{'、'.join(known)}。")
    return [known[name] for name in names or known]


def _texts(questions: Sequence[Asked]) -> list[str]:
    return [f"{one.key(item)}\t{item.question}" for one in questions for item in one.items]


# --- ours ---------------------------------------------------------------------------------------------


def ours(
    tables: Sequence[Bench], questions: Sequence[Asked]
) -> tuple[dict[str, list[str]], dict[str, float]]:
    """Our own retrieval from the question as typed: documents and milliseconds by question."""
    ranked, times = {}, {}
    for table, one in zip(tables, questions, strict=True):
        table.service.find(table.service.understand("预热"), _DEPTH)
        for item in one.items:
            clock = time.perf_counter()
            found = table.service.find(table.service.understand(item.question), _DEPTH)
            times[one.key(item)] = (time.perf_counter() - clock) * 1000
            ranked[one.key(item)] = list(dict.fromkeys(hit.stored.head.doc for hit in found.ranked))
    return ranked, times


def our_indexing(table: Bench, request: Request, progress: Progress) -> float | None:
    """CPU seconds from the folder of files to an index, all steps; measured once for each state of the store.

    None without a folder to index: the time can't be told from a finished store.
    """
    kept = HOME / "ours.json"
    if kept.exists() and given.load(kept)["store"] == table.conditions.store and not request.fresh:
        return float(given.load(kept)["seconds"])
    if request.corpus is None or request.known:
        return None
    HOME.mkdir(parents=True, exist_ok=True)
    root = Path(tempfile.mkdtemp(prefix="ours-", dir=HOME))
    model = setup.embedder(table.settings.model)
    model.queries(["预热"])
    try:
        clock = time.process_time()
        with LocalStore.open(root / "store", model, create=True) as store:
            build(store, [request.corpus], progress)
            seconds, made = time.process_time() - clock, store_checksum(store)["store"]
    finally:
        shutil.rmtree(root)
    if made != table.conditions.store:
        raise TashanError(
            f"{request.corpus}：与 --store 的索引不是同一批文件，不能比较建索引的时间。",
            "请用 python -m index build 更新索引，或去掉 --corpus。",
        )
    given.keep(kept, {"store": made, "seconds": seconds})
    return seconds


# --- peers --------------------------------------------------------------------------------------------


def beside(
    peer: Peer, tables: Sequence[Bench], questions: Sequence[Asked], shared: Material
) -> dict[str, Any]:
    """What a peer finds, its times, and ours of the same minutes."""
    python = environment(peer)
    folder = HOME / f"{peer.name}-work"
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("chunks.jsonl", "chunks.npy"):
        shutil.copyfile(shared.folder / name, folder / name)
    rows = [{"id": one.key(item), "question": item.question} for one in questions for item in one.items]
    given.write(folder / "questions.jsonl", rows)
    vectors, embedding = given.embed_questions(tables[0], [row["question"] for row in rows])
    np.save(folder / "questions.npy", vectors)
    _, our_times = ours(tables, questions)
    _script(python, peer, folder)
    hits = given.read(folder / "hits.jsonl")
    return {
        "ranked": {row["id"]: row["docs"] for row in hits},
        "ms": {row["id"]: row["ms"] + ms for row, ms in zip(hits, embedding, strict=True)},
        "our_ms": our_times,
        "index_seconds": given.load(folder / "stats.json")["index_seconds"],
    }


def environment(peer: Peer) -> Path:
    """The Python of a peer's own environment, made and filled on first use; the product's is left alone.

    torch comes first, in the version that we use ourselves: else pip would pick one of its own.

    Raises:
        TashanError: it can't be installed.
    """
    home = HOME / peer.name
    python, mark = home / "bin" / "python", home / ".installed"
    wanted = " ".join((*peer.first, *peer.packages))
    if mark.exists() and mark.read_text("utf-8") == wanted:
        return python
    first = [f"{name}=={version(name).partition('+')[0]}" for name in peer.first]
    try:
        HOME.mkdir(parents=True, exist_ok=True)
        subprocess.run([sys.executable, "-m", "venv", str(home)], check=True, capture_output=True)
        for packages in filter(None, (first, [*first, *peer.packages])):
            pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *packages]
            subprocess.run(pip, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise TashanError(
            f"无法安装 {peer.name}。", "请检查能否访问 PyPI，或用 --only 只跑其他几家。"
        ) from error
    mark.write_text(wanted, "utf-8")
    return python


def _split(folder: Path) -> None:
    _script(environment(SPLITTER), SPLITTER, folder)


def _script(python: Path, peer: Peer, folder: Path) -> None:
    quiet = {"HAYSTACK_TELEMETRY_ENABLED": "False", "LANGCHAIN_TRACING_V2": "false", "HF_HUB_OFFLINE": "1"}
    wrong = given.run_script(python, peer.recipe, folder, {**os.environ, **quiet})
    if wrong:
        raise TashanError(f"{peer.name} 运行失败：{wrong}", "可用 --only 先跑其他几家。")
