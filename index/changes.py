"""What became of the files of one change, while it goes on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from corpus.types import CleanFile, Failure
from index.types import Added, Counts


class Changes:
    """Collects what `Added` will say."""

    def __init__(self) -> None:
        self.added: list[str] = []
        self.unchanged: list[str] = []
        self.removed: list[str] = []
        self.problems: list[tuple[str, str]] = []

    def take(self, batch: Iterable[CleanFile | Failure]) -> list[CleanFile]:
        """The good files of a batch; failures are noted."""
        good = []
        for item in batch:
            if isinstance(item, Failure):
                self.problems.append((item.doc, item.message))
            else:
                good.append(item)
        return good

    def put(self, file: CleanFile, is_new: bool) -> None:
        """A file that is now in the store."""
        doc = file.document.doc
        (self.added if is_new else self.unchanged).append(doc)
        self.problems += [(doc, what) for what in dict.fromkeys((*file.document.problems, *file.problems))]

    def take_out(self, docs: Sequence[str], gone: Sequence[str]) -> None:
        """Files that were asked to be removed, and those of them that were there."""
        self.removed += gone
        self.problems += [(doc, f"{doc}：索引里没有这份文件。") for doc in docs if doc not in gone]

    def result(self, counts: Counts) -> Added:
        """The outcome."""
        return Added(
            tuple(self.added), tuple(self.unchanged), tuple(self.removed), tuple(self.problems), counts
        )
