"""One complete set of derived files, as readers hold it. index/derive.py makes them."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from corpus.errors import StoreDamaged
from index import dense, filters, lexical
from index.dense import DenseIndex
from index.filters import FilterTable
from index.lexical import Lexicon
from index.types import Counts, Layout, Problem, ReportHead

FORMAT = 1
MANIFEST, PASSAGES = "manifest.json", "passages.npy"
LEXICONS = ("words", "bigrams", "whole")
FILES = (
    dense.FILE,
    PASSAGES,
    *filters.FILES,
    *(f"{kind}/{name}" for kind in LEXICONS for name in lexical.FILES),
)

_NAME = re.compile(r"[0-9]{8,}-[0-9a-f]{8}")

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
        self.words, self.bigrams, self.whole = (Lexicon.load(folder / kind) for kind in LEXICONS)
        self.table = FilterTable.load(folder)
        passages = np.load(folder / PASSAGES, allow_pickle=False)
        self.numbers: Rows = np.ascontiguousarray(passages[:, 0])  # ascending
        self.report_rows: Rows = np.ascontiguousarray(passages[:, 1])
        self.heads: dict[int, ReportHead] = {}  # by report number, filled as they are asked for

    @property
    def revision(self) -> int:
        """The catalog revision that it shows."""
        return self.manifest.revision

    def cluster(self, report: int) -> int:
        """The reprint cluster of a report number."""
        row = int(np.searchsorted(self.table.numbers, report))
        return int(self.table.clusters[row])

    def in_cluster(self, number: int, head: ReportHead) -> ReportHead:
        """A head out of the catalog, told which reprint cluster it belongs to."""
        cluster = self.cluster(number)
        return head if head.cluster == cluster else replace(head, cluster=cluster)

    def rows_of(self, numbers: Sequence[int]) -> dict[int, int]:
        """Passage number → row, of those that this generation has."""
        rows = np.searchsorted(self.numbers, numbers).tolist()
        return {
            number: row
            for number, row in zip(numbers, rows, strict=True)
            if row < len(self.numbers) and self.numbers[row] == number
        }

    def report_at(self, row: int) -> int:
        """The number of the report that a passage belongs to."""
        return int(self.table.numbers[self.report_rows[row]])

    @classmethod
    def load(cls, layout: Layout, name: str) -> Generation:
        """Open a generation. Sizes are checked here, checksums by `check`.

        Raises:
            StoreDamaged: a file is missing, has another size or can't be read.
        """
        folder = layout.generation(name)
        manifest = read_manifest(folder)
        try:
            for file, (size, _) in manifest.files.items():
                if (folder / file).stat().st_size != size:
                    raise _damaged(folder, f"{file} 不完整")
            return cls(name, folder, manifest)
        except (OSError, ValueError, RuntimeError, KeyError, TypeError, IndexError) as error:
            raise _damaged(folder, str(error)) from error


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


def sha256_of(path: Path) -> str:
    """The checksum of a file."""
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
        elif path.stat().st_size != size or sha256_of(path) != sha256:
            yield Problem(f"{where}/{file}", "内容与校验值不符", True)
