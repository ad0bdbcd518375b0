"""Zip files, and the office files that are zip files inside: opened only within limits.

Sizes in a zip's directory can be trusted as an upper bound: zipfile never gives more bytes of a member
than its directory entry says.
"""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath

from corpus.errors import UnreadableFile

MOST_MEMBERS = 5_000
LARGEST_MEMBER = 64 * 1024 * 1024
LARGEST_WHOLE = 256 * 1024 * 1024
LARGEST_OFFICE = 256 * 1024 * 1024
_SUSPECT_BYTES, _SUSPECT_RATIO = 16 * 1024 * 1024, 200  # deflate reaches 1032; text and XML stay below 50
_WIDE_DOCTYPE = tuple("<!DOCTYPE".encode(e) for e in ("utf-16-le", "utf-16-be"))
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError)


def damaged(doc: str) -> UnreadableFile:
    """The error for a file whose inside does not hold together."""
    return UnreadableFile(f"{doc}：无法读取（文件已损坏）。", "请重新导出后再添加。")


def opened(data: bytes, doc: str) -> zipfile.ZipFile:
    """A zip file, if it can be opened.

    Raises:
        UnreadableFile: it is truncated or no zip file.
    """
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except _BROKEN as error:
        raise damaged(doc) from error


def check_office(data: bytes, doc: str) -> None:
    """Make sure that a .docx or .xlsx is whole, does not swell when unpacked, and declares no entities.

    Office Open XML has no document type declarations (ECMA-376 part 2, 8.1.4); one is an attack.

    Raises:
        UnreadableFile: damaged, too large inside, or with entities.
    """
    with opened(data, doc) as file:
        infos = file.infolist()
        whole = sum(info.file_size for info in infos)
        if whole > LARGEST_OFFICE or len(infos) > MOST_MEMBERS or _swells(whole, len(data)):
            raise UnreadableFile(
                f"{doc}：解压后过大，可能是压缩炸弹，未读取。", "请用 Word 或 WPS 打开后另存为新文件。"
            )
        for info in infos:
            if not info.filename.endswith((".xml", ".rels")):
                continue
            try:
                part = file.read(info)
            except _BROKEN as error:
                raise damaged(doc) from error
            if b"<!DOCTYPE" in part or b"<!ENTITY" in part or any(mark in part for mark in _WIDE_DOCTYPE):
                raise UnreadableFile(
                    f"{doc}：文件里有不安全的 XML 声明，未读取。", "请用 Word 或 WPS 打开后另存为新文件。"
                )


def _swells(size: int, packed: int) -> bool:
    return size > _SUSPECT_BYTES and size > packed * _SUSPECT_RATIO


def members(data: bytes, doc: str) -> Iterator[tuple[str, bytes | UnreadableFile]]:
    """(name, bytes) of every file in a zip, or why it can't be had; names as ``archive.zip/inner/name.txt``.

    Raises:
        UnreadableFile: the archive itself is damaged or has too many members.
    """
    with opened(data, doc) as file:
        infos = [info for info in file.infolist() if not info.is_dir() and not _is_litter(_name(info))]
        if len(infos) > MOST_MEMBERS:
            raise UnreadableFile(
                f"{doc}：压缩包里有 {len(infos)} 个文件，超过上限 {MOST_MEMBERS} 个。", "请分成几个压缩包。"
            )
        left, seen = LARGEST_WHOLE, set()
        for info in infos:
            name = f"{doc}/{_safe(_name(info))}"
            why = _refusal(info, name, left, name in seen)
            seen.add(name)
            if why is not None:
                yield name, why
                continue
            left -= info.file_size
            try:
                yield name, file.read(info)
            except _BROKEN:
                yield name, damaged(name)


def _name(info: zipfile.ZipInfo) -> str:
    """The member's name; without the UTF-8 flag, Chinese Windows wrote it in GBK."""
    if info.flag_bits & 0x800:
        return info.orig_filename
    try:
        return info.orig_filename.encode("cp437").decode("gb18030")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return info.orig_filename


def _safe(name: str) -> str:
    return name.replace("\\", "/").replace("\0", "")


def _is_litter(name: str) -> bool:
    """What operating systems and editors leave behind."""
    parts = PurePosixPath(_safe(name)).parts
    return any((p.startswith((".", "~$")) and p not in (".", "..")) or p == "__MACOSX" for p in parts) or (
        parts[-1:] in (("Thumbs.db",), ("desktop.ini",))
    )


def _refusal(info: zipfile.ZipInfo, name: str, left: int, twice: bool) -> UnreadableFile | None:
    inner = _safe(_name(info))
    if inner.startswith("/") or ".." in PurePosixPath(inner).parts or inner[1:2] == ":":
        return UnreadableFile(f"{name}：压缩包里的路径不合法，已跳过。", "请重新打包。")
    if stat.S_ISLNK(info.external_attr >> 16):
        return UnreadableFile(f"{name}：压缩包里的快捷方式，已跳过。")
    if info.flag_bits & 0x1:
        return UnreadableFile(f"{name}：压缩包设有密码，无法读取。", "请解压后再添加。")
    if twice:
        return UnreadableFile(f"{name}：压缩包里有同名文件，只读了先出现的一份。")
    if info.file_size > min(LARGEST_MEMBER, left) or _swells(info.file_size, info.compress_size):
        return UnreadableFile(
            f"{name}：解压后过大（{info.file_size / 1e6:.0f} MB），未读取。", "请拆分后再添加。"
        )
    return None
