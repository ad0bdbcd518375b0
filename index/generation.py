"""One complete set of derived files: built beside the old one, switched to by replacing CURRENT."""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt

from corpus.duplicates import clusters
from corpus.errors import StoreDamaged
from index import dense, filters, lexical
from index.catalog import Catalog
from index.dense import DenseIndex
from index.filters import FilterTable
from index.lexical import Lexicon
from index.types import Counts, Layout, Problem, Progress

FORMAT = 1
MANIFEST, PASSAGES = "manifest.json", "passages.npy"
_LEXICONS = ("words", "bigrams", "whole")
FILES = (
    dense.FILE,
    PASSAGES,
    *filters.FILES,
    *(f"{kind}/{name}" for kind in _LEXICONS for name in lexical.FILES),
)

_NAME = re.compile(r"[0-9]{8,}-[0-9a-f]{8}")
_CHUNK = 1 << 20

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Makers:
    """Who made the vectors and the words."""

    embedder: str
    dimension: int
    tokenizer: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation was built from, and the checksum of each of its files."""

    format: int
    store: str
    revision: int
    built: str
    makers: Makers
    counts: Counts
    files: dict[str, tuple[int, str]]  # name → (bytes, sha256)

    def dumps(self) -> str:
        """As JSON, sealed with its own checksum."""
        body = asdict(self)
        return json.dumps(body | {"seal": _seal(body)}, ensure_ascii=False, indent=1) + "\n"

    @classmethod
    def loads(cls, text: str) -> Manifest:
        """The manifest of `dumps`.

        Raises:
            ValueError: it was changed.
        """
        body = json.loads(text)
        if body.pop("seal", None) != _seal(body):
            raise ValueError("清单与校验值不符")
        return cls(
            body["format"], body["store"], body["revision"], body["built"], Makers(**body["makers"]),
            Counts(**body["counts"]), {name: (size, sha) for name, (size, sha) in body["files"].items()},
        )  # fmt: skip


def _seal(body: dict[str, object]) -> str:
    canonical = json.dumps(body, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(canonical.encode()).hexdigest()


class Generation:
    """The derived files that a reader holds. Nothing in it changes."""

    def __init__(self, name: str, folder: Path, manifest: Manifest) -> None:
        self.name, self.folder, self.manifest = name, folder, manifest
        self.dense = DenseIndex.load(folder)
        self.words, self.bigrams, self.whole = (Lexicon.load(folder / kind) for kind in _LEXICONS)
        self.table = FilterTable.load(folder)
        passages = np.load(folder / PASSAGES, allow_pickle=False)
        self.numbers: Rows = np.ascontiguousarray(passages[:, 0])  # ascending
        self.report_rows: Rows = np.ascontiguousarray(passages[:, 1])

    @property
    def revision(self) -> int:
        """The catalog revision that it shows."""
        return self.manifest.revision

    def cluster(self, report: int) -> int:
        """The reprint cluster of a report number."""
        row = int(np.searchsorted(self.table.numbers, report))
        return int(self.table.clusters[row])

    @classmethod
    def load(cls, layout: Layout, name: str) -> Generation:
        """Open a generation. Sizes are checked here, checksums by `check`.

        Raises:
            StoreDamaged: a file is missing, has another size or can't be read.
        """
        folder = layout.generation(name)
        manifest = read_manifest(folder)
        for file, (size, _) in manifest.files.items():
            path = folder / file
            if not path.is_file() or path.stat().st_size != size:
                raise _damaged(folder, f"{file} 不完整")
        try:
            return cls(name, folder, manifest)
        except (OSError, ValueError, RuntimeError, KeyError, TypeError, IndexError) as error:
            raise _damaged(folder, str(error)) from error

    def close(self) -> None:
        """Nothing to do: mapped files go with the last reference."""


def _damaged(folder: Path, what: str) -> StoreDamaged:
    return StoreDamaged(f"{folder}：索引文件已损坏（{what}）。", "请运行 python -m index build … 修复。")


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a generation.

    Raises:
        StoreDamaged: it is missing, was changed, or is of another format.
    """
    try:
        manifest = Manifest.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _damaged(folder, f"{MANIFEST}：{error}") from error
    if manifest.format != FORMAT:
        raise _damaged(folder, f"{MANIFEST}：第 {manifest.format} 版格式")
    return manifest


def current(layout: Layout) -> str | None:
    """The name of the generation in use, None when there is none yet.

    Raises:
        StoreDamaged: CURRENT does not hold a name.
    """
    try:
        text = layout.current.read_bytes().decode("ascii", "replace")
    except FileNotFoundError:
        return None
    if not text.endswith("\n") or not _NAME.fullmatch(text[:-1]):
        raise _damaged(layout.root, layout.current.name)
    return text[:-1]


# ---- building


def build(layout: Layout, catalog: Catalog, makers: Makers, progress: Progress) -> str:
    """Write a new generation of what the catalog holds now and return its name. Readers don't see it yet.

    Raises:
        StoreDamaged: vectors or tokens are missing from the catalog.
        OSError: the disk is full or can't be written; nothing is left behind.
    """
    revision = catalog.revision
    name = f"{revision:08d}-{secrets.token_hex(4)}"
    folder = layout.generation(name)
    making = folder.with_name(f".{name}")
    making.mkdir(parents=True)
    try:
        counts = _write_files(making, catalog, revision, makers, progress)
        files = {file: _settled(making / file) for file in FILES}
        built = datetime.now(UTC).isoformat(timespec="seconds")
        manifest = Manifest(FORMAT, catalog.meta("store"), revision, built, makers, counts, files)
        write_durably(making / MANIFEST, manifest.dumps())
        for inside in (making, *(making / kind for kind in _LEXICONS)):
            sync_folder(inside)
        making.rename(folder)
        sync_folder(folder.parent)
    except BaseException:
        shutil.rmtree(making, ignore_errors=True)
        raise
    return name


def _write_files(folder: Path, catalog: Catalog, revision: int, makers: Makers, progress: Progress) -> Counts:
    steps = iter(range(1, 7))

    def step() -> None:
        progress("更新检索文件", next(steps), 6)

    numbers, reports = catalog.live_passages(revision)
    live = catalog.live_reports(revision)
    table = FilterTable.build(live, clusters(catalog.texts(revision)))
    table.save(folder)
    step()
    passages = np.stack([numbers, np.searchsorted(table.numbers, reports)], axis=1)
    np.save(folder / PASSAGES, passages.astype(np.int64), allow_pickle=False)
    have, vectors = catalog.vectors(revision, makers.embedder, makers.dimension)
    _complete(catalog, have, numbers, "向量")
    DenseIndex.build(vectors, makers.dimension).save(folder)
    step()
    have, words, bigrams = catalog.passage_postings(revision, makers.tokenizer)
    _complete(catalog, have, numbers, "词语")
    for kind, postings in (("words", words), ("bigrams", bigrams)):
        Lexicon.build(postings).save(folder / kind)
        step()
    have, whole = catalog.report_postings(revision, makers.tokenizer)
    _complete(catalog, have, table.numbers, "词语")
    Lexicon.build(whole).save(folder / "whole")
    step()
    return catalog.counts(revision)


def _complete(catalog: Catalog, have: Rows, wanted: Rows, what: str) -> None:
    if not np.array_equal(have, wanted):
        raise StoreDamaged(
            f"{catalog.path}：目录库缺少 {len(wanted) - len(have)} 段文字的{what}。",
            "请运行 python -m index build … 修复。",
        )


def switch(layout: Layout, name: str) -> None:
    """Make a generation the one that readers open: all of it, at once, also across a power cut."""
    fresh = layout.current.with_name("CURRENT.new")
    write_durably(fresh, name + "\n")
    os.replace(fresh, layout.current)
    sync_folder(layout.root)


def sweep(layout: Layout, keep: str) -> None:
    """Remove every other generation, finished or not. A reader that has one open keeps it."""
    for folder in layout.generation(keep).parent.iterdir():
        if folder.name != keep:
            shutil.rmtree(folder, ignore_errors=True)


def write_durably(path: Path, text: str) -> None:
    """Write a small file so that it is on disk when this returns."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable, where the system has such a thing."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _settled(path: Path) -> tuple[int, str]:
    """Flush a file to disk; its size and sha256."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())
    return path.stat().st_size, _sha256(path)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def check(layout: Layout, name: str) -> Iterator[Problem]:
    """Every file of a generation that is missing, changed, or not in its manifest."""
    folder = layout.generation(name)
    where = folder.relative_to(layout.root).as_posix()
    try:
        manifest = read_manifest(folder)
    except StoreDamaged as error:
        yield Problem(f"{where}/{MANIFEST}", error.message, True)
        return
    for file, (size, sha256) in manifest.files.items():
        path = folder / file
        if not path.is_file():
            yield Problem(f"{where}/{file}", "文件不见了", True)
        elif path.stat().st_size != size or _sha256(path) != sha256:
            yield Problem(f"{where}/{file}", "内容与校验值不符", True)
