"""How cost grows: what an index of some thousand reports takes, and one of a million passages.

    python -m eval growth --reports 1000 --reports 4000 --passages 250000

Reports are read, cleaned and indexed as always, with a cheap encoder in place of the model (hashed character
pairs, 384 numbers), since embedding costs the same for each passage however many there are. Passages alone
are made up: unit vectors around some thousand centres, term numbers drawn by Zipf's law, as many to a passage
as reports have; they skip the catalog. A second process serves, so that memory is that of serving.
"""

from __future__ import annotations

import json
import lzma
import shutil
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from corpus.errors import TashanError
from corpus.load import read_bytes
from corpus.read import read_document
from corpus.types import CleanFile
from eval import metrics
from eval.setup import VAR
from eval.systems import Progress
from index import segment
from index.dense import Dense, Sizing
from index.durable import making, settled, write_durably
from index.embedder import FakeEmbedder
from index.filters import FILE as TABLE
from index.filters import FilterTable
from index.generation import FORMAT, MANIFEST, Generation, Manifest
from index.lexical import Postings
from index.search import Questions, search
from index.segment import Part
from index.store import LocalStore
from index.tokens import Tokenizer
from index.types import Counts, Filter, Layout, Makers, Query, Vectors

HEADER = (
    "reports", "passages", "build, ms a report", "store, MiB", "resident, MiB", "of it mapped, MiB",
    "search CPU p50, ms", "by the clock p50, ms", "p95, ms", "dense index", "recall@10",
)  # fmt: skip
DIMENSION = 384
_QUESTIONS = 100
_DEPTH = 150  # candidates of each kind of search, as when a question is asked
_PIECE = 250_000  # made-up passages at once
_TO_A_REPORT = 4
_NAME = "00000001-00000000"
_TERMS = {"words": (60, 120_000), "bigrams": (170, 240_000), "whole": (480, 240_000)}  # to a text, in all
_TOPICS = ("老旧小区加装电梯", "红色物业", "积分制管理", "矛盾纠纷调解", "养老助餐", "河道治理", "网格员走访")


class Cheap(FakeEmbedder):
    """Hashed pairs of characters in as many numbers as the model has."""

    name = "cheap-384"
    dimension = DIMENSION


@dataclass(frozen=True, slots=True)
class Served:
    """What serving took. Milliseconds do not include embedding the question."""

    passages: int
    resident: float  # MiB
    mapped: float  # MiB of it that belong to files and can be given back
    cpu_ms: float  # of the CPU, median
    search_ms: tuple[float, float]  # by the clock: median, 95 %
    kinds: str
    recall: float


def run(news: Path, reports: int, passages: int, progress: Progress) -> list[str]:
    """A row of the table, for so many reports of a file of news, or for made-up passages.

    Raises:
        TashanError: the file is missing, or the measurement failed.
    """
    VAR.mkdir(exist_ok=True)
    root = Path(tempfile.mkdtemp(prefix="growth-", dir=VAR))
    try:
        clock = time.perf_counter()
        if reports:
            built(news, reports, root, progress)
        else:
            made_up(passages, root, progress)
        seconds = time.perf_counter() - clock
        size = sum(path.stat().st_size for path in root.rglob("*") if path.is_file()) / 2**20
        served = _served(root, "store" if reports else "made")
    finally:
        shutil.rmtree(root, ignore_errors=True)
    count = reports or passages // _TO_A_REPORT
    return [
        str(count) if reports else f"{count} (made up)", str(served.passages),
        f"{1000 * seconds / count:.1f}", f"{size:.0f}", f"{served.resident:.0f}", f"{served.mapped:.0f}",
        f"{served.cpu_ms:.1f}", f"{served.search_ms[0]:.1f}", f"{served.search_ms[1]:.1f}", served.kinds,
        f"{served.recall:.3f}",
    ]  # fmt: skip


# ---- building


def built(news: Path, reports: int, root: Path, progress: Progress) -> None:
    """A store of the first news items."""
    if not news.is_file():
        raise TashanError(f"找不到 {news}。", "请用 --news 指定每行一篇的 .jsonl.xz 文件。")
    with LocalStore.open(root, Cheap(), create=True) as store:
        store.add(_read(news, reports, progress))


def _read(news: Path, reports: int, progress: Progress) -> Iterator[CleanFile]:
    with lzma.open(news, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(islice(lines, reports)):
            progress("读取与清洗", number, reports)
            text = max((value for value in json.loads(line).values() if isinstance(value, str)), key=len)
            yield read_document(read_bytes(text.encode(), f"{number}.txt"))


def made_up(passages: int, root: Path, progress: Progress) -> None:
    """The derived files of a store of made-up passages, without a catalog."""
    layout, draw, parts = Layout(root), np.random.default_rng(4), list[Part]()
    centres = draw.standard_normal((4000, DIMENSION), np.float32)
    for start in range(0, passages, _PIECE):
        progress("编造段落", start, passages)
        size = min(_PIECE, passages - start)
        rows = np.arange(start, start + size)
        table = np.stack([rows, (rows - start) // _TO_A_REPORT], axis=1)
        texts = {"words": size, "bigrams": size, "whole": int(table[-1, 1]) + 1}
        postings = [_postings(draw, texts[kind], *_TERMS[kind]) for kind in segment.LEXICONS]
        name = f"{start:08d}-00000000"
        with making(layout.segment(name)) as folder:
            made = segment.save(
                folder, table, _vectors(draw, centres, size), postings, Sizing(total=passages)
            )
            files = {path.name: settled(path) for path in folder.iterdir()}
        parts.append(Part(name, start, start + size - 1, texts["whole"], size, made, files))
    reports = np.arange(sum(part.reports for part in parts))
    ones = np.ones_like(reports)
    whole = FilterTable(
        np.stack([reports, reports, 2023 * ones, 0 * ones, ones], axis=1), np.zeros((0, 2), np.int64),
        [["某省", None, None, None, None]],
    )  # fmt: skip
    counts = Counts(len(reports), len(reports), passages)
    with making(layout.generation(_NAME)) as folder:
        whole.save(folder)
        made_by = Makers(Cheap.name, DIMENSION, Tokenizer().name)
        files = {TABLE: settled(folder / TABLE)}
        manifest = Manifest(FORMAT, "", 1, passages, "", made_by, counts, tuple(parts), files)
        write_durably(folder / MANIFEST, manifest.dumps())


def _vectors(draw: np.random.Generator, centres: Vectors, size: int) -> Vectors:
    vectors = draw.standard_normal((size, DIMENSION), np.float32)
    vectors += centres[draw.integers(0, len(centres), size)]
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors


def _postings(draw: np.random.Generator, texts: int, terms: int, vocabulary: int) -> Postings:
    """Term numbers by Zipf's law: the logarithm of a term's rank is evenly spread."""
    drawn = np.sort((vocabulary ** draw.random((texts, terms), np.float32)).astype(np.uint32), axis=1)
    first = np.ones(drawn.shape, np.bool_)
    first[:, 1:] = drawn[:, 1:] != drawn[:, :-1]
    starts = np.concatenate([[0], np.cumsum(first.sum(axis=1))]).astype(np.int64)
    return Postings(starts, drawn[first], np.ones(int(starts[-1]), np.uint8))


# ---- serving


def _served(root: Path, how: str) -> Served:
    done = subprocess.run(
        [sys.executable, "-m", "eval.growth", how, str(root)], capture_output=True, encoding="utf-8"
    )
    if done.returncode:
        raise TashanError(f"测量失败：{(done.stderr.strip().splitlines() or ['没有说明'])[-1]}")
    body = json.loads(done.stdout.splitlines()[-1])
    return Served(**{**body, "search_ms": tuple(body["search_ms"])})


def serve(how: str, root: Path) -> Served:
    """Open what was built in this process and ask it questions."""
    if how == "store":
        with LocalStore.open(root, Cheap()) as store:
            return _measured(store._now(), store._catalog)
    return _measured(Generation.load(Layout(root), _NAME), _NoCatalog())


class _NoCatalog:
    """Numbers for the terms of a question where there is no catalog, spread as those of the passages."""

    def term_numbers(self, terms: Iterable[str]) -> dict[str, int]:
        """A number for each term, the same each time."""
        rank = {term: zlib.crc32(term.encode()) / 2**32 for term in terms}
        return {term: int(100_000**share) for term, share in rank.items()}


def _measured(now: Generation, catalog: Any) -> Served:
    draw, asked = np.random.default_rng(6), Questions(Cheap())
    tokenizer, times, used = Tokenizer(), list[float](), list[float]()
    rows = draw.integers(0, now.dense.size, _QUESTIONS)
    noise = draw.standard_normal((_QUESTIONS, now.dense.dimension)) / np.sqrt(now.dense.dimension)
    vectors = (now.dense.vectors(rows) + 0.5 * noise).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    for number, vector in enumerate(vectors):
        text = f"{_TOPICS[number % len(_TOPICS)]}是怎么做的，第{number}问"
        asked._kept[text] = vector  # so that nothing is embedded
        clock = time.thread_time()
        found = search(now, catalog, asked, tokenizer, Query(text, text), _DEPTH, Filter())
        used.append(1000 * (time.thread_time() - clock))
        times.append(sum(ms for name, ms in found.timings_ms.items() if name != "embed"))
    resident, mapped = _memory()
    kinds = "+".join(sorted({one.part.dense.kind for one in now.segments}))
    spread = (metrics.percentile(times, 0.5), metrics.percentile(times, 0.95))
    recall = _recall(now.dense, vectors[:40])
    cpu = metrics.percentile(used, 0.5)
    return Served(len(now.numbers), resident, mapped, cpu, spread, kinds, recall)


def _memory() -> tuple[float, float]:
    """MiB that this process holds, and those of them that are mapped files."""
    lines = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(lines["VmRSS"].split()[0]) / 1024, int(lines["RssFile"].split()[0]) / 1024


def _recall(dense: Dense, questions: Vectors) -> float:
    """Share of the ten nearest that a search finds."""
    everything = np.arange(dense.size)
    shares = []
    for question in questions:
        scores = dense.scores(question, everything)
        exact = np.argpartition(-scores, 9)[:10] if len(scores) > 10 else everything
        shares.append(len({*dense.search(question, _DEPTH)[:10].tolist()} & {*exact.tolist()}) / len(exact))
    return float(np.mean(shares))


# ---- the page


def page(rows: Sequence[Sequence[str]], race: dict[str, Any] | None) -> str:
    """docs/scale.md."""
    parts = [_HEAD, *_table(HEADER, rows)]
    if race is not None:
        parts += ["", _RACE, *_table(race["header"], race["rows"])]
    return "\n".join(parts) + "\n"


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    return [f"| {' | '.join(row)} |" for row in (header, ["---"] * len(header), *rows)]


_HEAD = """# Scale

Written by `python -m eval growth` and `python -m eval race`; not edited. The machine has two cores, and
others used them too: times by the clock are upper bounds, those of the CPU what searching takes
by itself. Vectors are not the model's: rows with reports use a cheap encoder (hashed pairs of characters, 384
numbers), rows that say so are made up altogether (vectors around 4,000 centres, terms by Zipf's law) and have
no catalog. Searching does not include embedding the question. Resident memory is of the process that serves,
after 100 questions, Python and faiss included.
"""
_RACE = "## Building an index, model loaded beforehand\n"


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asdict(serve(sys.argv[1], Path(sys.argv[2])))) + "\n")
