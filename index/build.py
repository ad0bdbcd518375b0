"""Make a store hold exactly the files of some folders."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, partial
from pathlib import Path

import corpus
from corpus.errors import TashanError
from corpus.load import contents, doc_name, read_bytes, suffixes
from corpus.read import files_in, read_document, read_file
from corpus.types import CleanFile, Failure
from index.types import Added, Progress, Store

_CODE = (".py", ".csv", ".tsv", ".json", ".txt")  # what decides how a file is cleaned


@cache
def cleaner_version() -> str:
    """Identifies the code and tables that clean files: when they change, files are cleaned again."""
    home = Path(corpus.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(p for p in home.iterdir() if p.suffix in _CODE):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


@dataclass(slots=True)
class _Plan:
    """Which files to read, and what is known about the rest."""

    read: list[tuple[str, Callable[[], CleanFile]]] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    docs: set[str] = field(default_factory=set)


def build(
    store: Store, folders: Sequence[Path], progress: Progress, add: Callable[..., Added] | None = None
) -> Added:
    """Make the store hold exactly what is in these folders, and put right what `verify` would find.

    Files whose bytes did not change are not read again; texts that were embedded once are not embedded again.
    A file that can't be read any more keeps its last version. Names are relative to each folder.

    Args:
        store: open for writing.
        folders: what it is to hold.
        progress: called with (stage, done, of).
        add: in place of `store.add`, called like it.

    Raises:
        TashanError: a folder does not exist.
    """
    damaged = store.repair(progress)
    known = {doc: was for doc, was in store.documents().items() if doc not in damaged}
    plan = _plan(folders, known)
    vanished = sorted(doc for doc in store.documents() if doc not in plan.docs)
    done = (add or store.add)(_reading(plan, progress), progress, remove=vanished, cleaner=cleaner_version())
    lost = [(doc, "索引里的这份文件已损坏，而文件夹里已没有它。") for doc in damaged if doc in vanished]
    return replace(done, unchanged=(*plan.unchanged, *done.unchanged), problems=(*done.problems, *lost))


def _plan(folders: Sequence[Path], known: dict[str, tuple[str, str]]) -> _Plan:
    plan, readable = _Plan(), suffixes()
    for path, root in (found for folder in folders for found in files_in(folder)):
        doc = doc_name(path, root)
        if path.suffix.lower() not in readable:
            kind = path.suffix or "无扩展名"
            plan.failures.append(Failure(doc, f"{doc}：暂不支持的格式（{kind}），已跳过。"))
        elif path.suffix.lower() == ".zip":
            _plan_archive(plan, path, root, known)
        else:
            _plan_one(plan, doc, _sha256(path), partial(read_file, path, root), known)
    return plan


def _plan_one(
    plan: _Plan, doc: str, sha: str | None, read: Callable[[], CleanFile], known: dict[str, tuple[str, str]]
) -> None:
    if doc in plan.docs:
        plan.failures.append(Failure(doc, f"{doc}：另一个文件夹里有同名文件，只收了先出现的一份。"))
        return
    plan.docs.add(doc)
    if known.get(doc) == (sha, cleaner_version()):
        plan.unchanged.append(doc)
    else:
        plan.read.append((doc, read))


def _plan_archive(plan: _Plan, path: Path, root: Path, known: dict[str, tuple[str, str]]) -> None:
    """Each member of an archive is a document of its own."""
    for doc, member in contents(path, root):
        if isinstance(member, Failure):
            plan.failures.append(member)
        else:
            sha = hashlib.sha256(member).hexdigest()
            _plan_one(plan, doc, sha, partial(_read_member, member, doc), known)


def _read_member(data: bytes, doc: str) -> CleanFile:
    return read_document(read_bytes(data, doc))


def _sha256(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:  # reading it properly will say why
        return None


def _reading(plan: _Plan, progress: Progress) -> Iterator[CleanFile | Failure]:
    yield from plan.failures
    for at, (doc, read) in enumerate(plan.read):
        progress("读取与清洗", at, len(plan.read))
        try:
            yield read()
        except TashanError as error:
            yield Failure(doc, str(error))
        except Exception as error:  # a mistake of ours in one file must not cost the others
            yield Failure(
                doc, f"{doc}：处理时出错（{type(error).__name__}：{error}）。请把这份文件反馈给我们。"
            )
    if plan.read:
        progress("读取与清洗", len(plan.read), len(plan.read))
