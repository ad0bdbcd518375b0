"""What things cost: reading, indexing, adding one file, searching, asking; time, throughput, peak memory.

Every size of corpus is measured in a process of its own, so that peaks of memory do not mix.
"""

from __future__ import annotations

import contextlib
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeVar

from corpus.errors import TashanError
from corpus.read import files_in, read_file
from corpus.types import CleanFile
from eval import metrics
from eval.datasets import load_dataset
from eval.setup import SAMPLE_GOLD, VAR, embedder
from eval.systems import Progress
from index.store import LocalStore
from rag import config
from rag.service import Service

T = TypeVar("T")
HEADER = (
    "files", "passages", "read, files/s", "index, passages/s", "add one file, s", "remove, s",
    "search p50, ms", "ask p50, ms", "ask p95, ms", "store, MiB", "peak memory, MiB",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cost:
    """What one size of corpus costs. Times in seconds unless named otherwise."""

    files: int
    passages: int
    load_model: float
    read: float
    index: float
    add_one: float
    remove_one: float
    search_ms: tuple[float, float]  # median, 95 %
    ask_ms: tuple[float, float]
    store_mib: float
    peak_mib: float

    @property
    def row(self) -> list[str]:
        """As a row of the table."""
        return [
            str(self.files), str(self.passages), f"{self.files / self.read:.1f}",
            f"{self.passages / self.index:.1f}", f"{self.add_one:.2f}", f"{self.remove_one:.2f}",
            f"{self.search_ms[0]:.0f}", f"{self.ask_ms[0]:.0f}", f"{self.ask_ms[1]:.0f}",
            f"{self.store_mib:.1f}", f"{self.peak_mib:.0f}",
        ]  # fmt: skip


def bench(corpus: Path, sizes: Sequence[int], questions: int, progress: Progress) -> list[Cost]:
    """The cost of each size, in rising order; sizes beyond what the folder holds are cut to it.

    Raises:
        TashanError: the folder is missing or has too few files, or a measurement failed.
    """
    have = len(list(files_in(corpus))) - 1
    if have < 2:
        raise TashanError(f"{corpus}：文件太少，量不出什么。", "请用 --corpus 指定有更多报告的文件夹。")
    out, wanted = [], sorted({min(size, have) for size in sizes})
    for at, size in enumerate(wanted):
        progress("测量", at, len(wanted))
        command = [sys.executable, "-m", "eval.bench", str(corpus), str(size), str(questions)]
        done = subprocess.run(command, capture_output=True, encoding="utf-8")
        if done.returncode:
            last = (done.stderr.strip().splitlines() or ["没有说明"])[-1]
            raise TashanError(f"测量 {size} 个文件时失败：{last}")
        body = json.loads(done.stdout.splitlines()[-1])
        out.append(Cost(**{**body, "search_ms": tuple(body["search_ms"]), "ask_ms": tuple(body["ask_ms"])}))
    progress("测量", len(wanted), len(wanted))
    return out


def measure(corpus: Path, size: int, questions: int) -> Cost:
    """Measure one size in this process. One more file than `size` is read, to be added and removed."""
    settings = config.load()
    load_model, model = _timed(lambda: embedder(settings.model))
    model.queries(["预热"])
    paths = [path for path, _ in files_in(corpus)][: size + 1]
    read, files = _timed(lambda: list(_readable(paths[:-1], corpus)))
    extra = read_file(paths[-1], corpus)
    VAR.mkdir(exist_ok=True)
    root = Path(tempfile.mkdtemp(prefix="bench-", dir=VAR))
    try:
        with LocalStore.open(root / "store", model, create=True) as store:
            index, _ = _timed(lambda: store.add(files))
            passages = store.counts.passages
            add_one, _ = _timed(lambda: store.add([extra]))
            remove_one, _ = _timed(lambda: store.remove([extra.document.doc]))
            service = Service(settings, store)
            asked = [item.question for item in load_dataset(SAMPLE_GOLD).items[:questions]]
            search = [_timed(lambda q=q: service.search(q))[0] * 1000 for q in asked]  # type: ignore[misc]
            ask = [_timed(lambda q=q: service.ask(q))[0] * 1000 for q in asked]  # type: ignore[misc]
        size_on_disk = sum(path.stat().st_size for path in root.rglob("*") if path.is_file())
    finally:
        shutil.rmtree(root)
    return Cost(
        len(files), passages, load_model, read, index, add_one, remove_one, _spread(search), _spread(ask),
        size_on_disk / 2**20, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    )  # fmt: skip


def _readable(paths: Sequence[Path], root: Path) -> Iterator[CleanFile]:
    for path in paths:
        with contextlib.suppress(TashanError):
            yield read_file(path, root)


def _timed(do: Callable[[], T]) -> tuple[float, T]:
    clock = time.perf_counter()
    out = do()
    return time.perf_counter() - clock, out


def _spread(times: Sequence[float]) -> tuple[float, float]:
    return metrics.percentile(times, 0.5), metrics.percentile(times, 0.95)


if __name__ == "__main__":
    sys.stdout.write(
        json.dumps(asdict(measure(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))) + "\n"
    )
