"""Which reader reads a file: by its ending, corrected by its first bytes.

To read another format, write a `Reader` and name it in `READERS`.
"""

from __future__ import annotations

import logging
import re
from importlib import import_module
from pathlib import PurePosixPath

from corpus.archive import damaged, opened
from corpus.decode import decode, lost
from corpus.errors import UnreadableFile
from corpus.extracted import Extracted, Reader
from corpus.types import Record, Span


def read_text(data: bytes, doc: str) -> Extracted:
    """Plain text: every decoded character, a byte-order mark included: offsets are those of the file."""
    raw = decode(data, doc)
    whole = Span(0, len(raw))
    return Extracted(raw, (Record(whole, (whole,)),), problems=lost(raw))


def _lazy(module: str, name: str) -> Reader:
    """A reader whose libraries are imported when the first such file comes."""

    def read(data: bytes, doc: str) -> Extracted:
        reader: Reader = getattr(import_module(module), name)
        return reader(data, doc)

    return read


logger = logging.getLogger(__name__)
READERS: dict[str, tuple[str, Reader]] = {
    ".txt": ("text/plain", read_text),
    ".md": ("text/markdown", _lazy("corpus.markdown", "read_md")),
    ".html": ("text/html", _lazy("corpus.web", "read_html")),
    ".htm": ("text/html", _lazy("corpus.web", "read_html")),
    ".docx": (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        _lazy("corpus.office", "read_docx"),
    ),
    ".pdf": ("application/pdf", _lazy("corpus.pdf", "read_pdf")),
    ".csv": ("text/csv", _lazy("corpus.tables", "read_csv")),
    ".tsv": ("text/csv", _lazy("corpus.tables", "read_csv")),
    ".jsonl": ("application/jsonl", _lazy("corpus.tables", "read_jsonl")),
    ".xlsx": (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        _lazy("corpus.tables", "read_xlsx"),
    ),
}
ARCHIVE = ".zip"
_TEXTUAL = frozenset((".txt", ".md", ".csv", ".tsv", ".jsonl", ".html", ".htm"))

# Known formats that are not read, by ending and by first bytes: (what it is, what to do).
_OLD_OFFICE = (
    "旧版 Office 格式（或设有密码的 Office 文件）",
    "请用 Word 或 WPS 打开，另存为 .docx 或 .xlsx（不设密码）后再添加。",
)
_PICTURE = ("图片", "请先做文字识别，存为 .txt 后再添加。")
_PACKED = ("暂不支持的压缩格式", "请解压，或改用 .zip。")
_OTHER_OFFICE = ("暂不支持的办公文档", "请另存为 .docx 或 .pdf 后再添加。")
_UNREAD_ENDINGS = {
    **dict.fromkeys((".doc", ".xls", ".wps", ".et", ".dot"), _OLD_OFFICE),
    **dict.fromkeys(
        (".ppt", ".pptx", ".odt", ".ods", ".rtf", ".ofd", ".caj", ".pages", ".mht", ".mhtml"), _OTHER_OFFICE
    ),
    **dict.fromkeys((".jpg", ".jpeg", ".png", ".bmp", ".gif", ".tif", ".tiff", ".webp"), _PICTURE),
    **dict.fromkeys((".rar", ".7z", ".gz", ".tar", ".bz2", ".xz"), _PACKED),
}
_UNREAD_BYTES = (
    (b"\xd0\xcf\x11\xe0", _OLD_OFFICE),
    (b"{\\rtf", _OTHER_OFFICE),
    (b"MIME-Version:", _OTHER_OFFICE),
    (b"\xff\xd8\xff", _PICTURE),
    (b"\x89PNG", _PICTURE),
    (b"GIF8", _PICTURE),
    (b"II*\0", _PICTURE),
    (b"MM\0*", _PICTURE),
    (b"Rar!", _PACKED),
    (b"7z\xbc\xaf", _PACKED),
    (b"\x1f\x8b", _PACKED),
)
_HTML = re.compile(
    rb"^\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--.{0,400}?-->\s*)*<(?:!doctype\s+html|html|head|body)\b",
    re.I | re.S,
)


def ending(doc: str) -> str:
    """The ending of a file's name, in lower case."""
    return PurePosixPath(doc).suffix.lower()


def unread(doc: str) -> UnreadableFile | None:
    """Why a file of this name is not read at all, None when it is."""
    suffix = ending(doc)
    if suffix in READERS or suffix == ARCHIVE:
        return None
    what, hint = _UNREAD_ENDINGS.get(suffix, ("暂不支持的格式", f"可用：{' '.join(suffixes())}。"))
    return UnreadableFile(f"{doc}：{what}（{suffix or '无扩展名'}），已跳过。", hint)


def suffixes() -> tuple[str, ...]:
    """The file endings that can be read."""
    return (*READERS, ARCHIVE)


def recognise(data: bytes, doc: str) -> str:
    """The ending that fits the content: a renamed file is read as what it is.

    Raises:
        UnreadableFile: the content is of a known format that is not read.
    """
    suffix = ending(doc)
    for magic, (what, hint) in _UNREAD_BYTES:
        if data.startswith(magic):
            raise UnreadableFile(f"{doc}：内容是{what}，无法读取。", hint)
    found = _by_content(data, doc, suffix)
    if found == suffix or {found, suffix} <= {".html", ".htm"}:
        return suffix
    return found


def _by_content(data: bytes, doc: str, suffix: str) -> str:
    if data.startswith(b"PK"):
        return _inside_zip(data, doc, suffix)
    if b"%PDF-" in data[:1024]:
        return ".pdf"
    if suffix != ".md" and _HTML.match(data[:4096].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe")):
        return ".html"
    if suffix in _TEXTUAL:
        return suffix
    try:
        decode(data, doc)
    except UnreadableFile:
        raise damaged(doc) from None
    return ".txt"


def _inside_zip(data: bytes, doc: str, suffix: str) -> str:
    try:
        with opened(data, doc) as file:
            names = set(file.namelist())
    except UnreadableFile:
        if suffix in (".docx", ".xlsx", ARCHIVE):
            raise
        return suffix  # a text that begins with PK
    parts: tuple[tuple[str, str], ...] = (("word/document.xml", ".docx"), ("xl/workbook.xml", ".xlsx"))
    for part, kind in parts:
        if part in names:
            return kind
    if names & {"ppt/presentation.xml", "content.xml", "OFD.xml"}:
        raise UnreadableFile(f"{doc}：内容是{_OTHER_OFFICE[0]}，无法读取。", _OTHER_OFFICE[1])
    return ARCHIVE


def read(data: bytes, doc: str) -> tuple[str, Extracted]:
    """Media type and content of a file that is no archive.

    Raises:
        UnreadableFile: it can't be read; the message says why.
    """
    suffix, named = recognise(data, doc), ending(doc)
    if suffix == ARCHIVE:
        hint = "请解压后再添加。" if named == ARCHIVE else "请改名为 .zip 后再添加。"
        raise UnreadableFile(f"{doc}：内容是压缩包，不能当作一份报告读取。", hint)
    media, reader = READERS[suffix]
    try:
        got = reader(data, doc)
    except UnreadableFile:
        raise
    except Exception as error:  # the formats' libraries let through whatever their parsers raise
        logger.info("%s", doc, exc_info=True)
        raise damaged(doc) from error
    if suffix == named:
        return media, got
    note = f"扩展名是 {named}，内容是 {suffix}，已按 {suffix} 读取。"
    return media, Extracted(got.raw, got.records, got.headings, (note, *got.problems))
