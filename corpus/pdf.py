"""PDF: lines in reading order, columns one after the other, running heads and page numbers kept apart.

A page is a set of line pieces with boxes. Where a gutter divides most of them, pieces that cross it (a
headline over two columns) divide the page into bands, and each band is read column by column (a recursive
XY-cut; Nagy and Seth 1984). Torn lines stay torn here: `corpus.paragraphs` joins them.
"""

from __future__ import annotations

import importlib.util
import io
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby, pairwise
from typing import Any

from corpus.archive import damaged
from corpus.errors import UnreadableFile
from corpus.extracted import Builder, Extracted

MOST_PAGES = 2_000
_EDGE = 0.11  # running heads and page numbers stand in the outer ninth of a page
_PAGE_NUMBER = re.compile(
    r"^[-—–－·•\s]*(?:第\s*)?(?:\d{1,4}|[ivxIVX]{1,6})(?:\s*页)?(?:\s*[/／,，]?\s*共?\s*\d{1,4}\s*页?)?[-—–－·•\s]*$"
)
_RESOLUTION = 200  # dots per inch for character recognition
_MARKS = re.compile(r"\(cid:\d+\)")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of one line, with its box in points from the upper left corner."""

    x0: float
    x1: float
    top: float
    bottom: float
    text: str

    @property
    def size(self) -> float:
        """Height of the line."""
        return self.bottom - self.top


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
    try:
        with pdfplumber.open(io.BytesIO(data)) as file:
            pages = _pages(file, built)
    except PdfminerException as error:
        raise _reason(error, data, doc) from error
    except UnreadableFile:
        raise
    except Exception as error:  # pdfminer lets through whatever its parsers raise
        raise damaged(doc) from error
    _write(pages, built)
    if built.empty:
        raise UnreadableFile(
            f"{doc}：每一页都没有文字，可能是扫描件。",
            "请先做文字识别（OCR），或安装 rapidocr-onnxruntime 后再添加。",
        )
    return built.done()


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


# --- reading order


def in_order(pieces: Sequence[Piece]) -> list[Piece]:
    """Pieces as a reader takes them: top to bottom, columns one after the other."""
    gutter = _gutter(pieces)
    if gutter is None:
        return sorted(pieces, key=lambda p: (round(p.top / 3), p.x0))
    out: list[Piece] = []
    crossing = sorted((p for p in pieces if p.x0 < gutter < p.x1), key=lambda p: p.top)
    rest = [p for p in pieces if not p.x0 < gutter < p.x1]
    for bar in [*crossing, None]:
        band = [p for p in rest if bar is None or p.top < bar.top]
        rest = [p for p in rest if bar is not None and p.top >= bar.top]
        out += in_order([p for p in band if p.x1 <= gutter]) + in_order([p for p in band if p.x0 >= gutter])
        out += [bar] if bar is not None else []
    return out


def _gutter(pieces: Sequence[Piece]) -> float | None:
    """The x of a gap with at least four running lines on either side, crossed by less than a fifth."""
    if len(pieces) < 8:
        return None
    left, right = min(p.x0 for p in pieces), max(p.x1 for p in pieces)
    size = sorted(p.size for p in pieces)[len(pieces) // 2]
    best: tuple[int, float, float] | None = None
    for x in {
        p.x0 - 0.4 * size for p in pieces if left + 0.2 * (right - left) < p.x0 < left + 0.85 * (right - left)
    }:
        crossing = sum(p.x0 < x < p.x1 for p in pieces)
        before, behind = ([p for p in pieces if p.x1 <= x], [p for p in pieces if p.x0 >= x])
        if crossing * 5 > len(pieces) or not (_column(before, x - left) and _column(behind, right - x)):
            continue
        key = (crossing, -len(behind), x)
        best = min(best, key) if best is not None else key
    return best[2] if best is not None else None


def _column(pieces: Sequence[Piece], width: float) -> bool:
    """Whether pieces make a column of running text: four lines or more, most of them filling it."""
    return len(pieces) >= 4 and sum(p.x1 - p.x0 > 0.55 * width for p in pieces) * 2 >= len(pieces)


# --- writing


def _write(pages: Sequence[_Page], built: Builder) -> None:
    running = _running(pages)
    sizes = Counter(round(p.size) for page in pages for p in page.pieces for _ in p.text)
    common = sizes.most_common(1)[0][0] if sizes else 0
    for page in pages:
        edge = {id(p) for p in page.pieces if _is_edge(p, page)}
        for line in _lines(in_order(page.pieces)):
            text = " ".join(p.text for p in line)
            furniture = id(line[0]) in edge and (
                _normal(text) in running or _PAGE_NUMBER.match(text) is not None
            )
            built.line(text, _level(line[0], text, common), furniture=furniture)


def _lines(pieces: Sequence[Piece]) -> Iterable[list[Piece]]:
    """Neighbouring pieces on one height are one line: a table row, a label and its value."""
    line: list[Piece] = []
    for piece in pieces:
        if line and (abs(piece.top - line[-1].top) > 0.5 * piece.size or piece.x0 < line[-1].x1 - 1):
            yield line
            line = []
        line.append(piece)
    if line:
        yield line


def _is_edge(piece: Piece, page: _Page) -> bool:
    return piece.bottom < _EDGE * page.height or piece.top > (1 - _EDGE) * page.height


def _normal(text: str) -> str:
    """A running head without its page number and blanks."""
    return re.sub(r"[\d\s]+|[一二三四五六七八九十]+(?=\s*页)", "", text)


def _running(pages: Sequence[_Page]) -> set[str]:
    """Lines at the edge that stand on several pages: half of them, or three neighbours."""
    counts: Counter[str] = Counter()
    for page in pages:
        edge = [p for p in page.pieces if _is_edge(p, page)]
        rows = (
            list(row)
            for _, row in groupby(
                sorted(edge, key=lambda p: (round(p.top), p.x0)), key=lambda p: round(p.top)
            )
        )
        counts.update({_normal(" ".join(p.text for p in row)) for row in rows})
    need = min(3, max(2, (len(pages) + 1) // 2))
    return {text for text, count in counts.items() if count >= need and text}


def _level(piece: Piece, text: str, common: int) -> int | None:
    """Larger letters than the text's own make a heading."""
    if not common or len(text) > 60 or text[-1] in "。；，":
        return None
    if piece.size >= 1.5 * common:
        return 1
    return 2 if piece.size >= 1.12 * common + 0.5 else None


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
