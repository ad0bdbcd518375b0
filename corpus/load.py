"""From files to Documents: bytes, characters, rows. Every failure has the file's name and says what to do."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from pathlib import Path

from corpus import archive, formats
from corpus.errors import TashanError, UnreadableFile
from corpus.formats import suffixes
from corpus.types import Document, Failure

__all__ = ["LARGEST_BYTES", "contents", "doc_name", "load", "load_all", "read_bytes", "suffixes"]

LARGEST_BYTES = 64 * 1024 * 1024
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")


def load(path: Path, root: Path | None = None) -> Document:
    """Read one file that is no archive.

    Args:
        path: the file.
        root: the folder that ``Document.doc`` is relative to; the file's own folder when None.

    Raises:
        UnreadableFile: empty, too large, of an unknown format, or damaged; the message says which.
    """
    doc = doc_name(path, root)
    return read_bytes(_bytes(path, doc), doc)


def load_all(path: Path, root: Path | None = None) -> Iterator[Document | Failure]:
    """The document of a file, or those of an archive, each with its own name; nothing ends the batch."""
    for doc, data in contents(path, root):
        if isinstance(data, Failure):
            yield data
            continue
        try:
            yield read_bytes(data, doc)
        except TashanError as error:
            yield failure(doc, error)


def contents(path: Path, root: Path | None = None) -> Iterator[tuple[str, bytes | Failure]]:
    """(name, bytes) of a file, or of every file in an archive: ``archive.zip/inner/name.txt``."""
    doc = doc_name(path, root)
    try:
        data = _bytes(path, doc)
        if formats.ending(doc) != formats.ARCHIVE or formats.recognise(data, doc) != formats.ARCHIVE:
            yield doc, data
            return
        for name, member in archive.members(data, doc):
            yield name, member if isinstance(member, bytes) else failure(name, member)
    except TashanError as error:
        yield doc, failure(doc, error)


def read_bytes(data: bytes, doc: str) -> Document:
    """A Document from bytes that are already in memory; `doc` names it and its ending tells the format.

    Raises:
        UnreadableFile: as `load`.
    """
    why = formats.unread(doc)
    if why is not None:
        raise why
    if not data.strip():
        raise UnreadableFile(f"{doc}：文件是空的。", "请检查导出是否成功。")
    if len(data) > LARGEST_BYTES:
        raise _too_large(doc, len(data))
    media, got = formats.read(data, doc)
    if not got.raw.replace("\ufeff", "").strip():
        raise UnreadableFile(f"{doc}：文件里没有文字。", "请检查导出是否成功。")
    digest = hashlib.sha256(data).hexdigest()
    return Document(doc, digest, media, got.raw, data, got.records, got.headings, got.problems)


def failure(doc: str, error: TashanError) -> Failure:
    """What a batch says of a file that could not be read: one line."""
    return Failure(doc, _UNPRINTABLE.sub(" ", str(error)))


def doc_name(path: Path, root: Path | None) -> str:
    """The name a file goes by: its path relative to `root`, with forward slashes.

    A name in another encoding than the system's (an archive unpacked from GBK) is decoded as GB18030.
    """
    name = path.name
    if root is not None and path.resolve().is_relative_to(root.resolve()):
        name = path.resolve().relative_to(root.resolve()).as_posix()
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        name = os.fsencode(name).decode("gb18030", errors="replace")
    return name


def _bytes(path: Path, doc: str) -> bytes:
    most = archive.LARGEST_WHOLE if formats.ending(doc) == formats.ARCHIVE else LARGEST_BYTES
    try:
        size = path.stat().st_size
        if size > most:
            raise _too_large(doc, size, most)
        return path.read_bytes()
    except OSError as error:
        raise UnreadableFile(
            f"{doc}：无法打开（{error.strerror}）。", "请检查文件是否存在、是否有读取权限。"
        ) from error


def _too_large(doc: str, size: int, most: int = LARGEST_BYTES) -> UnreadableFile:
    return UnreadableFile(
        f"{doc}：文件过大（{size / 1e6:.0f} MB，上限 {most / 1e6:.0f} MB）。", "请拆分后再添加。"
    )
