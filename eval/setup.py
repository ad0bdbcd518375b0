"""Where a run gets its questions, its settings and its index."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from corpus.errors import TashanError
from eval import systems
from eval.datasets import load_dataset, write_documents
from eval.run import SEED, Conditions, missing_gold, sample
from eval.systems import Progress
from eval.types import Dataset
from index.build import build
from index.embedder import Counter, load_embedder
from index.store import LocalStore
from index.types import Embedder, Store, Vectors
from rag import config
from rag.config import Settings
from rag.service import Service

ROOT = Path(__file__).parent.parent
SAMPLE_GOLD = ROOT / "eval" / "gold" / "sample.jsonl"
SAMPLE_CORPUS = ROOT / "corpus" / "sample"
VAR = Path("var")  # what can be made again
WORK = VAR / "eval"


@dataclass(frozen=True, slots=True)
class Bench:
    """A dataset, an open service, and what they depend on."""

    dataset: Dataset
    service: Service
    settings: Settings
    conditions: Conditions
    lacking: tuple[str, ...]  # gold documents that the index does not hold

    @property
    def folder(self) -> Path:
        """Where the run goes unless told otherwise."""
        return WORK / "runs" / f"{self.dataset.name}-{self.conditions.key}"


@contextmanager
def bench(
    dataset: Path | None,
    store: str | Path | None,
    corpus: Path | None,
    progress: Progress,
    *,
    qrels: Path | None = None,
    limit: int | None = None,
    seed: int = SEED,
    changes: Sequence[str] = (),
    settings_file: Path | None = None,
    remember: bool = False,
) -> Iterator[Bench]:
    """Open what a run needs.

    Without `store` the index is made (or brought up to date) under var/eval: of `corpus`, of the documents
    that the dataset brings along, or of the sample reports.
    `remember` keeps the vectors of questions, for asking them again under other settings.
    """
    read = load_dataset(dataset or SAMPLE_GOLD, qrels)
    data = sample(read, limit, seed)
    settings = chosen_settings(store, changes, settings_file)
    if store is None:
        settings = settings.model_copy(update={"store": prepared(read, dataset, corpus, settings, progress)})
    model = embedder(settings.model)
    with Service.open(settings, Remembering(model) if remember else model) as service:
        lacking = missing_gold(data, service.store.documents())
        yield Bench(
            data, service, settings, conditions(data, service.store, settings, seed, limit), tuple(lacking)
        )


def prepared(
    read: Dataset, path: Path | None, corpus: Path | None, settings: Settings, progress: Progress
) -> Path | str:
    """An index made of the right folder."""
    if corpus is not None:
        return built(corpus, settings, progress)
    if read.documents:
        name = f"{read.name}-{read.sha256[:8]}"
        return built(write_documents(read, WORK / "corpora" / name), settings, progress)
    if path is None or path.resolve() == SAMPLE_GOLD:
        return built(SAMPLE_CORPUS, settings, progress)
    return settings.store


def built(folder: Path, settings: Settings, progress: Progress) -> Path:
    """The store of a folder under var/eval, brought up to date."""
    if not folder.is_dir():
        raise TashanError(f"{folder}：没有这个文件夹。", "请用 --corpus 指定报告所在的文件夹。")
    mark = hashlib.sha256(f"{folder.resolve()}\0{settings.model}".encode()).hexdigest()[:8]
    root = WORK / "stores" / f"{folder.resolve().name}-{mark}"
    with LocalStore.open(root, embedder(settings.model), create=True, adopt=True) as store:
        build(store, [folder], progress)
    return root


@cache
def embedder(model: str) -> Embedder:
    """A model, loaded once in a process."""
    return load_embedder(model, VAR)


def chosen_settings(store: str | Path | None, changes: Sequence[str], file: Path | None) -> Settings:
    """Settings from a file and from ``--set search.dense=0.7``."""
    if file is not None:
        if not file.is_file():
            raise TashanError(f"找不到配置文件 {file}。", "请检查 --config 的路径。")
        os.environ[config.CONFIG_VARIABLE] = str(file)  # read by rag/config.py, which alone reads settings
    given: dict[str, Any] = {"store": store}
    for change in changes:
        _set(given, change)
    return config.load(**given)


def _set(given: dict[str, Any], change: str) -> None:
    key, equals, text = change.partition("=")
    if not equals or not key:
        raise TashanError(f"--set {change}：写法不对。", "请写成 --set search.dense=0.7。")
    try:
        value = json.loads(text)
    except ValueError:
        value = text
    *sections, name = key.split(".")
    for section in sections:
        given = given.setdefault(section, {})
    given[name] = value


def with_changes(settings: Settings, section: str, changes: Mapping[str, Any]) -> Settings:
    """Settings with some values of one section changed."""
    return settings.model_copy(update={section: getattr(settings, section).model_copy(update=dict(changes))})


def conditions(
    dataset: Dataset, store: Store, settings: Settings, seed: int = SEED, limit: int | None = None
) -> Conditions:
    """What the figures will depend on."""
    sums = systems.store_checksum(store)
    return Conditions(
        dataset=dataset.name,
        dataset_sha256=dataset.sha256,
        questions=len(dataset.items),
        system="tashan",
        config=settings.digest(),
        settings=settings.model_dump(mode="json", include={"model", "home_county", "search", "answer"}),
        corpus=sums["corpus"],
        store=sums["store"],
        code=systems.code_checksum(),
        seed=seed,
        limit=limit,
    )


class Remembering:
    """An embedder that computes the vector of a question once."""

    def __init__(self, inner: Embedder) -> None:
        self._inner = inner
        self.name, self.dimension = inner.name, inner.dimension
        self._known: dict[tuple[str, ...], Vectors] = {}

    def passages(self, texts: Sequence[str], progress: Counter | None = None) -> Vectors:
        """As the inner embedder."""
        return self._inner.passages(texts)

    def queries(self, texts: Sequence[str], progress: Counter | None = None) -> Vectors:
        """As the inner embedder, remembered."""
        key = tuple(texts)
        if key not in self._known:
            self._known[key] = self._inner.queries(texts)
        return self._known[key]
