"""PDF: lines in reading order, columns one after the other, running heads and page numbers kept apart.

Lines of one column that were torn by its width are put together here, where the page still shows how; what a
page break tore is joined by `corpus.paragraphs`.
"""

from __future__ import annotations

import importlib.util
import io
import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

from corpus.archive import damaged
from corpus.errors import UnreadableFile
from corpus.extracted import Builder, Extracted
from corpus.layout import Line, Piece, read_page

MOST_PAGES = 2_000
_EDGE = 0.11  # running heads and page numbers stand in the outer ninth of a page
_PAGE_NUMBER = re.compile(
    r"^[-—–－·•\s]*(?:第\s*)?(?:\d{1,4}|[ivxIVX]{1,6})(?:\s*页)?(?:\s*[/／,，]?\s*共?\s*\d{1,4}\s*页?)?[-—–－·•\s]*$"
)
_LARGEST_STREAM = 256 * 1024 * 1024
_STREAM = re.compile(rb"stream\r?\n(?=x)")  # packed with zlib
_TWICE_PACKED = re.compile(rb"/Filter\s*\[\s*/Fl(?:ateDecode)?\s*/Fl")
_RESOLUTION = 200  # dots per inch for character recognition
_MARKS = re.compile(r"\(cid:\d+\)")


@dataclass(frozen=True, slots=True)
class _Page:
    height: float
    pieces: tuple[Piece, ...]


def read_pdf(data: bytes, doc: str) -> Extracted:
    """A PDF file.

    Pages without text are scanned: they are read by optical character recognition where
    rapidocr-onnxruntime is installed, else they are named among the problems.

    Raises:
        UnreadableFile: damaged, encrypted, or scanned throughout without a way to read it.
    """
    import pdfplumber
    from pdfplumber.utils.exceptions import PdfminerException

    built = Builder()
    _check_streams(data, doc)
    try:
        with pdfplumber.open(io.BytesIO(data)) as file:
            pages = _pages(file, built)
    except PdfminerException as error:
        raise _reason(error, data, doc) from error
    _write(pages, built)
    if built.empty:
        raise UnreadableFile(
            f"{doc}：每一页都没有文字，可能是扫描件。",
            "请先做文字识别（OCR），或安装 rapidocr-onnxruntime 后再添加。",
        )
    return built.done()


def _check_streams(data: bytes, doc: str) -> None:
    """Refuse streams that swell: pdfminer unpacks whole streams into memory. Deflate reaches 1,032 times."""
    swells = _TWICE_PACKED.search(data) is not None
    for start in _STREAM.finditer(data):
        end = data.find(b"endstream", start.end())
        packed = data[start.end() : end if end >= 0 else len(data)]
        if len(packed) * 1032 <= _LARGEST_STREAM or swells:
            continue
        unpacked, stream = 0, zlib.decompressobj()
        try:
            while packed and unpacked <= _LARGEST_STREAM:
                unpacked += len(stream.decompress(packed, 1 << 22))
                packed = stream.unconsumed_tail
        except zlib.error:
            continue
        swells = unpacked > _LARGEST_STREAM
    if swells:
        raise UnreadableFile(f"{doc}：解压后过大，可能是压缩炸弹，未读取。", "请用阅读器打开后另存为新文件。")


def _reason(error: Exception, data: bytes, doc: str) -> UnreadableFile:
    inner = type(error.args[0]).__name__ if error.args else ""
    if "Password" in inner or "Encryption" in inner or b"/Encrypt" in data[-4096:]:
        return UnreadableFile(f"{doc}：文件设有密码，无法读取。", "请去掉密码后再添加。")
    return damaged(doc)


def _pages(file: Any, built: Builder) -> list[_Page]:
    pages, scanned = [], []
    for number, page in enumerate(file.pages[:MOST_PAGES], 1):
        pieces = _pieces(page)
        letters = "".join(p.text for p in pieces)
        if len(_MARKS.findall(letters)) * 5 > max(1, len(_MARKS.sub("·", letters))):
            pieces = ()  # the font does not say which characters its glyphs are
        if not pieces and (page.images or letters):
            pieces = _recognised(page)
            if not pieces:
                scanned.append(number)
        pages.append(_Page(float(page.height), tuple(pieces)))
        page.close()
    if len(file.pages) > MOST_PAGES:
        built.problems.append(f"共 {len(file.pages)} 页，只读了前 {MOST_PAGES} 页。")
    if scanned:
        named = "、".join(map(str, scanned[:20])) + ("等" if len(scanned) > 20 else "")
        built.problems.append(f"第 {named} 页没有文字，可能是扫描件，未读取。")
    return pages


# --- pieces of lines


def _pieces(page: Any) -> Sequence[Piece]:
    """Characters on one line and close together, left to right."""
    chars = [c for c in page.dedupe_chars().chars if c["text"].strip()]
    upright = [c for c in chars if c.get("upright", True)]
    chars = upright if len(upright) * 2 >= len(chars) else chars  # a label along the edge, or a turned page
    chars.sort(key=lambda c: (round((c["top"] + c["bottom"]) / 2), c["x0"]))
    pieces: list[Piece] = []
    for row in _rows(chars):
        run: list[Any] = []
        for char in sorted(row, key=lambda c: c["x0"]):
            if run and char["x0"] - run[-1]["x1"] > 1.3 * max(char["size"], run[-1]["size"]):
                pieces.append(_piece(run))
                run = []
            run.append(char)
        pieces.append(_piece(run))
    return pieces


def _rows(chars: list[Any]) -> Iterable[list[Any]]:
    """Characters whose middles differ by less than a third of their height stand on one line."""
    row: list[Any] = []
    middle = 0.0
    for char in chars:
        at = (char["top"] + char["bottom"]) / 2
        if row and at - middle > 0.35 * (char["bottom"] - char["top"]):
            yield row
            row = []
        if not row:
            middle = at
        row.append(char)
    if row:
        yield row


def _piece(run: list[Any]) -> Piece:
    parts = [run[0]["text"]]
    for before, char in pairwise(run):
        wide = char["x0"] - before["x1"] > 0.25 * char["size"]
        spaced = wide and (
            before["text"].isascii()
            or char["text"].isascii()
            or char["x0"] - before["x1"] > 0.7 * char["size"]
        )
        parts.append((" " if spaced else "") + char["text"])
    return Piece(
        run[0]["x0"], run[-1]["x1"], min(c["top"] for c in run), max(c["bottom"] for c in run), "".join(parts)
    )


# --- writing


def _write(pages: Sequence[_Page], built: Builder) -> None:
    """The lines of all pages; torn lines of a column are put together, running heads are furniture."""
    pages_lines = [read_page(page.pieces) for page in pages]
    running = _running([[x.text for x in _at_edge(a, b)] for a, b in zip(pages_lines, pages, strict=True)])
    sizes = Counter(round(line.size) for lines in pages_lines for line in lines for _ in line.text)
    common = sizes.most_common(1)[0][0] if sizes else 0
    for lines, page in zip(pages_lines, pages, strict=True):
        furniture = {
            id(x) for x in _at_edge(lines, page) if _normal(x.text) in running or _PAGE_NUMBER.match(x.text)
        }
        for paragraph in _paragraphs(lines, furniture):
            text = _put_together([line.text for line in paragraph])
            built.line(text, _level(paragraph[0], text, common), furniture=id(paragraph[0]) in furniture)


def _put_together(texts: Sequence[str]) -> str:
    """Torn lines as one; between two Latin words stands a blank."""
    out = texts[0]
    for text in texts[1:]:
        latin = (out[-1] + text[0]).isascii() and out[-1].isalpha() and text[0].isalpha()
        out += (" " if latin else "") + text
    return out


def _paragraphs(lines: Sequence[Line], furniture: set[int]) -> Iterable[list[Line]]:
    paragraph: list[Line] = []
    for line in lines:
        if paragraph and not (line.torn and not {id(line), id(paragraph[-1])} & furniture):
            yield paragraph
            paragraph = []
        paragraph.append(line)
    if paragraph:
        yield paragraph


def _at_edge(lines: Sequence[Line], page: _Page) -> list[Line]:
    """Lines in the outer ninth of a page."""
    return [x for x in lines if x.bottom < _EDGE * page.height or x.top > (1 - _EDGE) * page.height]


def _normal(text: str) -> str:
    """A running head without its page number and blanks."""
    return re.sub(r"[\d\s]+|[一二三四五六七八九十]+(?=\s*页)", "", text)


def _running(edges: Sequence[Sequence[str]]) -> set[str]:
    """Lines at the edge that stand on half of the pages, or on three."""
    counts = Counter(text for lines in edges for text in {_normal(line) for line in lines})
    need = min(3, max(2, (len(edges) + 1) // 2))
    return {text for text, count in counts.items() if count >= need and text}


def _level(line: Line, text: str, common: int) -> int | None:
    """Larger letters than the text's own make a heading."""
    if not common or len(text) > 60 or text[-1] in "。；，":
        return None
    if line.size >= 1.5 * common:
        return 1
    return 2 if line.size >= 1.12 * common + 0.5 else None


# --- scanned pages


@cache
def _engine() -> Callable[[Any], Any] | None:
    """The recognition engine where the optional rapidocr-onnxruntime is installed."""
    if importlib.util.find_spec("rapidocr_onnxruntime") is None:
        return None
    engine: Callable[[Any], Any] = importlib.import_module("rapidocr_onnxruntime").RapidOCR()
    return engine


def _recognised(page: Any) -> Sequence[Piece]:
    """The lines of a scanned page, none where nothing can read them."""
    engine = _engine()
    if engine is None:
        return ()
    import numpy as np

    found = engine(np.asarray(page.to_image(resolution=_RESOLUTION).original.convert("RGB")))[0] or ()
    scale = 72 / _RESOLUTION
    return [
        Piece(
            min(x for x, _ in box) * scale, max(x for x, _ in box) * scale,
            min(y for _, y in box) * scale, max(y for _, y in box) * scale, str(text),
        )
        for box, text, _ in found
        if str(text).strip()
    ]  # fmt: skip
