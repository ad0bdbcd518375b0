"""Index again what a store already holds, from the originals that it keeps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from corpus.load import read_bytes
from corpus.read import read_document
from corpus.types import CleanFile, Failure
from index.build import cleaner_version
from index.types import Added, Progress, Store


def again(store: Store, progress: Progress) -> Added:
    """Put right what `verify` would find, clean anew what older code cleaned, derive all files again.

    A file that can't be read any more keeps its last version; one whose own rows are damaged is taken out
    and named, to be added again.

    Raises:
        StoreBusy: another process is writing.
    """
    damaged = sorted(store.repair(progress))
    old = [doc for doc, (_, cleaner) in store.documents().items() if cleaner != cleaner_version()]
    done = store.add(_reading(store, old, progress), progress, cleaner=cleaner_version())
    store.rebuild(progress)
    lost = [(doc, "索引里的这份文件已损坏，已取出。请重新添加。") for doc in damaged]
    return replace(done, problems=(*done.problems, *lost))


def _reading(store: Store, docs: Sequence[str], progress: Progress) -> Iterator[CleanFile | Failure]:
    for at, doc in enumerate(docs):
        progress("读取与清洗", at, len(docs))
        stored = store.document(doc)
        if stored is None:
            continue
        try:
            yield read_document(read_bytes(stored.document.data, doc))
        except Exception as error:  # one file must not cost the others; it stays as it was
            yield Failure(doc, f"{doc}：重新读取时出错（{error}），保留原来的版本。")
