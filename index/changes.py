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
        self.failures: list[tuple[str, str]] = []  # files that could not be read
        self.problems: list[tuple[str, str]] = []  # what was wrong with files that could, or were not there

    def take(self, batch: Iterable[CleanFile | Failure]) -> list[CleanFile]:
        """The good files of a batch; failures are noted."""
        good = []
        for item in batch:
            if isinstance(item, CleanFile) and _storable(item):
                good.append(item)
            elif isinstance(item, CleanFile):
                doc = _printable(item.document.doc)
                self.failures.append(
                    (doc, f"{doc}：文件名或正文里有不成字符的编码，没有收入。请改名或转存后再添加。")
                )
            else:
                self.failures.append((_printable(item.doc), _printable(item.message)))
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
            tuple(self.added),
            tuple(self.unchanged),
            tuple(self.removed),
            (*self.failures, *self.problems),
            counts,
        )


def _storable(file: CleanFile) -> bool:
    """Whether UTF-8 can hold the file's name and text: a lone surrogate stands for what is no character."""
    try:
        (file.document.doc + file.document.raw).encode()
    except UnicodeEncodeError:
        return False
    return True


def _printable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()
