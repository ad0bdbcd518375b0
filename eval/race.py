"""Building the index of a folder, ours and LangChain's: same files, model and machine, one after the other.

What is timed is everything from the files to an index that answers, without loading the model, each in a
process of its own: by the clock, and by the CPU, which other programs disturb less. The peer embeds stretches
of 500 characters (HuggingFaceEmbeddings; cutting them is not counted) and keeps FAISS and BM25 in memory. We
clean, divide into reports and passages, say whose practice each is, and write to disk.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import TashanError
from corpus.load import load as load_file
from corpus.read import files_in
from eval import material, peers
from eval.peers import Peer
from eval.setup import VAR, embedder
from eval.systems import Progress
from index import model as embedded
from index.build import build
from index.store import LocalStore

HEADER = ("system", "files", "pieces", "seconds", "pieces/s", "time ÷ ours", "CPU s", "CPU ÷ ours")
_QUIET = {"LANGCHAIN_TRACING_V2": "false", "HF_HUB_OFFLINE": "1"}
BUILDER = Peer(
    "langchain_build",
    "LangChain (HuggingFaceEmbeddings + FAISS.from_documents + BM25Retriever)",
    (
        "langchain-huggingface==1.2.3", "langchain-community==0.4.2", "langchain-text-splitters==1.1.3",
        "rank_bm25==0.2.2", "jieba==0.42.1", "faiss-cpu==1.15.1",
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Built:
    """What one side took: seconds by the clock and of the CPU, and how many pieces it indexed."""

    seconds: float
    cpu: float
    pieces: int


def run(corpus: Path, limit: int | None, progress: Progress) -> list[list[str]]:
    """The rows of the table, ours first.

    Raises:
        TashanError: the folder has no files, or one side failed.
    """
    files = list(files_in(corpus))[:limit]
    if not files:
        raise TashanError(f"{corpus}：没有文件。", "请用 --corpus 指定报告所在的文件夹。")
    VAR.mkdir(exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix="race-", dir=VAR))
    try:
        progress("建索引", 0, 2)
        ours = _ours([path for path, _ in files], work)
        progress("建索引", 1, 2)
        theirs = _theirs(files, work)
        progress("建索引", 2, 2)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return [_row(name, len(files), one, ours) for name, one in (("Tashan", ours), (BUILDER.label, theirs))]


def _row(name: str, files: int, one: Built, ours: Built) -> list[str]:
    return [
        name, str(files), str(one.pieces), f"{one.seconds:.1f}", f"{one.pieces / one.seconds:.1f}",
        f"{one.seconds / ours.seconds:.2f}", f"{one.cpu:.1f}", f"{one.cpu / ours.cpu:.2f}",
    ]  # fmt: skip


def _ours(paths: Sequence[Path], work: Path) -> Built:
    folder = work / "files"
    folder.mkdir()
    for path in paths:
        shutil.copy(path, folder / path.name)
    where = (str(folder), str(work / "store"), str(work / "ours.json"))
    done = subprocess.run([sys.executable, "-m", "eval.race", *where], capture_output=True, encoding="utf-8")
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["没有说明"])[-1]
        raise TashanError(f"建索引失败：{last}", "请单独运行 python -m index build 看看是哪里的问题。")
    return Built(*json.loads((work / "ours.json").read_text("utf-8")))


def _theirs(files: Sequence[tuple[Path, Path]], work: Path) -> Built:
    python = peers.environment(BUILDER)
    # Behind its own packages it sees ours: torch and sentence-transformers are large, and so the same.
    found = subprocess.check_output([python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"])
    ours = Path(sysconfig.get_path("purelib"))
    (Path(found.decode().strip()) / "borrowed.pth").write_text(f"{ours}\n", "utf-8")
    rows = [{"doc": path.name, "text": load_file(path, root).raw} for path, root in files]
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    (work / "docs.jsonl").write_text(text, "utf-8")
    model = embedded.unpack(embedded.default_model_dir(VAR))
    (work / "model.txt").write_text(str(model.resolve()), "utf-8")
    for recipe in (peers.SPLITTER.recipe, BUILDER.recipe):
        wrong = material.run_script(python, recipe, work, {**os.environ, **_QUIET})
        if wrong:
            raise TashanError(f"LangChain 运行失败：{wrong}")
    return Built(*json.loads((work / "built.json").read_text("utf-8")))


def measure(folder: Path, root: Path) -> Built:
    """Build in this process."""
    model = embedder("default")
    model.queries(["预热"])
    clock, used = time.perf_counter(), time.process_time()
    with LocalStore.open(root, model, create=True) as store:
        build(store, [folder], lambda *_: None)
        return Built(time.perf_counter() - clock, time.process_time() - used, store.counts.passages)


if __name__ == "__main__":
    done = measure(Path(sys.argv[1]), Path(sys.argv[2]))
    Path(sys.argv[3]).write_text(json.dumps([done.seconds, done.cpu, done.pieces]), "utf-8")
