"""A reader's hold on the newest generation."""

from __future__ import annotations

import threading
from collections.abc import Iterable

from corpus.errors import StoreDamaged, StoreMismatch, StoreMissing
from index import generation as generations
from index import upkeep
from index.catalog import Catalog
from index.generation import Generation
from index.tokens import Tokenizer
from index.types import Embedder, Layout, Makers

_RETRIES = 5  # a generation may be swept between reading its name and opening its files

Stamp = tuple[int, int]  # time and inode of CURRENT


class Follower:
    """The generation in use, checked against the model that asks, followed when a newer one appears.

    Args:
        layout: the store's files.
        embedder: the model that asks; None to look at the store without searching.
        terms: words that the tokenizer keeps whole; None for those the store was built with.
    """

    def __init__(self, layout: Layout, embedder: Embedder | None, terms: Iterable[str] | None = None) -> None:
        self.layout = layout
        self.embedder = embedder
        self.adopting = False  # whether a generation of other makers is welcome, to be made ours
        self.catalog = Catalog(layout.catalog)
        self.tokenizer = Tokenizer(self.catalog.meta("terms").split() if terms is None else terms)
        self._held: Generation | None = None
        self._stamp: Stamp | None = None
        self._turn = threading.Lock()

    def close(self) -> None:
        """Release files."""
        self._held = None
        self.catalog.close()

    @property
    def held(self) -> Generation | None:
        """The generation that was loaded last, None before the first."""
        return self._held

    def now(self) -> Generation:
        """The newest generation. One `stat` when nothing has changed.

        Raises:
            StoreMismatch: it was built by another model or tokenizer.
            StoreDamaged: it can't be read.
        """
        held, stamp = self._held, _stamp(self.layout)
        if held is not None and stamp in (self._stamp, None):
            return held
        with self._turn:
            if self._held is None or _stamp(self.layout) != self._stamp:
                if self._held is not None and self.catalog.follow():
                    self._held = None  # its numbers mean other reports now
                self._take(*self.read())
            assert self._held is not None
            return self._held

    def read(self) -> tuple[Generation, Stamp | None]:
        """Open the generation that CURRENT names, without holding on to it."""
        for attempt in range(_RETRIES):
            stamp = _stamp(self.layout)
            name = generations.current(self.layout)
            if name is None:
                break
            try:
                return Generation.load(self.layout, name, self._held), stamp
            except StoreDamaged:
                if attempt == _RETRIES - 1 or generations.current(self.layout) == name:
                    raise
        raise StoreDamaged(
            f"{self.layout.root}：索引没有建完。", "请运行 python -m index build <报告文件夹> 修复。"
        )

    def _take(self, generation: Generation, stamp: Stamp | None) -> None:
        self._check_makers(generation)
        self._held, self._stamp = generation, stamp

    def makers(self) -> Makers:
        """The model and tokenizer that ask; the store's own when there is no model.

        Raises:
            StoreMissing: there is neither.
        """
        if self.embedder is not None:
            return Makers(self.embedder.name, self.embedder.dimension, self.tokenizer.name)
        makers = upkeep.recorded(self.catalog)
        if makers is None:
            raise StoreMissing(
                f"{self.layout.root}：索引是空的。", "请先运行 python -m index build <报告文件夹>。"
            )
        return makers

    def _check_makers(self, generation: Generation) -> None:
        """Refuse a generation that another model or tokenizer made; an empty one suits everybody."""
        if self.embedder is None or self.adopting or not generation.manifest.counts.passages:
            return
        theirs, ours, root = generation.manifest.makers, self.makers(), self.layout.root
        if (theirs.embedder, theirs.dimension) != (ours.embedder, ours.dimension):
            raise StoreMismatch(
                f"{root}：索引由模型 {theirs.embedder} 建立，当前模型是 {ours.embedder}。",
                "请运行 python -m index build <报告文件夹> 用当前模型重建，或把设置里的 model 改回原来的。",
            )
        if theirs.tokenizer != ours.tokenizer:
            raise StoreMismatch(
                f"{root}：索引由分词 {theirs.tokenizer} 建立，当前分词是 {ours.tokenizer}。",
                "请运行 python -m index build <报告文件夹> 重建（不必重新计算向量）。",
            )


def _stamp(layout: Layout) -> Stamp | None:
    try:
        found = layout.current.stat()
    except FileNotFoundError:
        return None
    return found.st_mtime_ns, found.st_ino
