"""Word documents: headings with their level, paragraphs, numbered lists, tables, in document order."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

from corpus.archive import check_office
from corpus.errors import UnreadableFile
from corpus.extracted import Builder, Extracted, table_lines

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_INSIDE = {f"{_W}{t}" for t in ("sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo", "body")}
_TITLES = {"title", "标题", "文档标题"}


def read_docx(data: bytes, doc: str) -> Extracted:
    """A Word document.

    Text that track changes marks as deleted is left out, inserted text is in. A table of contents stays
    in the raw text and out of the report.

    Raises:
        UnreadableFile: damaged, unsafe, or without text.
    """
    import docx

    check_office(data, doc)
    file = docx.Document(io.BytesIO(data))
    built = Builder()
    reader = _Reader(file, built)
    reader.read(file.element.body)
    if built.empty:
        raise UnreadableFile(f"{doc}：文档里没有文字。", "如果内容是图片，请先做文字识别再添加。")
    return built.done([("title", reader.title)])


class _Reader:
    def __init__(self, file: Any, built: Builder) -> None:
        self.built = built
        self.title = ""
        self._styles = {style.style_id: style for style in file.styles}
        self._numbers = _Numbers(file)

    def read(self, container: Any) -> None:
        """Paragraphs and tables of an element, in order."""
        for child in container:
            if child.tag == f"{_W}p":
                self._paragraph(child)
            elif child.tag == f"{_W}tbl":
                self._table(child)
            elif child.tag in _INSIDE:
                self.read(child)

    def _paragraph(self, paragraph: Any) -> None:
        name, level = self._style(paragraph)
        text = self._numbers.label(paragraph, self._styles) + _text(paragraph)
        if name in _TITLES and not self.title:
            self.title = " ".join(text.split())
        contents = re.match(r"(?:toc|目录)\s?\d", name) is not None
        for line in text.split("\n"):
            self.built.line(line, level, furniture=contents)
        for box in _boxes(paragraph):
            self.read(box)

    def _style(self, paragraph: Any) -> tuple[str, int | None]:
        """The style's name in lower case, and the heading level that paragraph or style give."""
        properties = paragraph.find(f"{_W}pPr")
        style = self._styles.get(_value(properties, "pStyle"))
        outline = _value(properties, "outlineLvl")
        name, seen = (style.name or "").lower() if style is not None else "", 0
        while not outline and style is not None and seen < 10:
            outline = _value(style.element.find(f"{_W}pPr"), "outlineLvl")
            heading = re.match(r"(?:heading|标题)\s?(\d)$", (style.name or "").lower())
            outline = outline or (str(int(heading[1]) - 1) if heading else "")
            style, seen = style.base_style, seen + 1
        level = int(outline) + 1 if outline.isdigit() and int(outline) < 9 else None
        return name, level

    def _table(self, table: Any) -> None:
        """A table as lines; one that only frames text as that text."""
        rows = [
            [cell for cell in row.iter(f"{_W}tc") if _owner(cell) is row] for row in table.findall(f"{_W}tr")
        ]
        framed = len(rows) == 1 or all(len(row) == 1 for row in rows)
        if framed or next(table.iterdescendants(f"{_W}tbl"), None) is not None:
            for row in rows:
                for cell in row:
                    self.read(cell)
            return
        texts = [
            [" ".join(_text(p) for p in cell.iter(f"{_W}p")) for cell in row for _ in range(_width(cell))]
            for row in rows
        ]
        for line in table_lines(_merged(texts, rows)):
            self.built.line(line)


def _merged(texts: list[list[str]], rows: list[list[Any]]) -> list[list[str]]:
    """Cells merged downwards take the text of the cell above."""
    out: list[list[str]] = []
    for row, cells in zip(texts, rows, strict=True):
        continued = [_continues(cell) for cell in cells for _ in range(_width(cell))]
        above = out[-1] if out else []
        out.append(
            [
                above[i] if c and i < len(above) else text
                for i, (text, c) in enumerate(zip(row, continued, strict=True))
            ]
        )
    return out


def _owner(cell: Any) -> Any:
    """The row that a cell belongs to (content controls may stand between)."""
    parent = cell.getparent()
    while parent is not None and parent.tag != f"{_W}tr":
        parent = parent.getparent()
    return parent


def _width(cell: Any) -> int:
    span = _value(cell.find(f"{_W}tcPr"), "gridSpan")
    return min(int(span), 64) if span.isdigit() and int(span) > 0 else 1


def _continues(cell: Any) -> bool:
    properties = cell.find(f"{_W}tcPr")
    merge = properties.find(f"{_W}vMerge") if properties is not None else None
    return merge is not None and merge.get(f"{_W}val", "continue") == "continue"


def _value(properties: Any, name: str) -> str:
    element = properties.find(f"{_W}{name}") if properties is not None else None
    return element.get(f"{_W}val") or "" if element is not None else ""


def _text(paragraph: Any) -> str:
    """The text of a paragraph, inserted text included, text boxes left out."""
    return "".join(_pieces(paragraph))


def _pieces(element: Any) -> Iterator[str]:
    for child in element:
        tag = child.tag
        if tag == f"{_W}t":
            yield child.text or ""
        elif tag == f"{_W}tab":
            yield "\t" if element.tag == f"{_W}r" else ""
        elif tag in (f"{_W}br", f"{_W}cr"):
            yield "\n"
        elif tag == f"{_W}noBreakHyphen":
            yield "-"
        elif tag not in (f"{_W}txbxContent", f"{_W}del", f"{_W}moveFrom", f"{_W}pPr", f"{_W}rPr", _FALLBACK):
            yield from _pieces(child)


def _boxes(paragraph: Any) -> Iterator[Any]:
    for box in paragraph.iter(f"{_W}txbxContent"):
        if not any(parent.tag in (_FALLBACK, f"{_W}txbxContent") for parent in box.iterancestors()):
            yield box


_DIGITS = "〇一二三四五六七八九"


def chinese(number: int) -> str:
    """1 to 99 in Chinese figures, as headings are numbered; others in digits.

    >>> [chinese(n) for n in (1, 10, 11, 20, 35)]
    ['一', '十', '十一', '二十', '三十五']
    """
    if not 0 < number < 100:
        return str(number)
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else "十" if tens == 1 else _DIGITS[tens] + "十") + (
        _DIGITS[ones] if ones else ""
    )


class _Numbers:
    """Numbers that Word draws in front of list paragraphs; they are in no run of the text."""

    def __init__(self, file: Any) -> None:
        self._levels: dict[tuple[str, int], tuple[str, str, int]] = {}
        self._counts: dict[str, list[int]] = {}
        try:
            numbering = file.part.numbering_part.element
        except (KeyError, NotImplementedError, AttributeError):
            return
        abstracts = {a.get(f"{_W}abstractNumId"): a for a in numbering.findall(f"{_W}abstractNum")}
        for num in numbering.findall(f"{_W}num"):
            abstract = abstracts.get(_value(num, "abstractNumId"))
            for level in abstract.findall(f"{_W}lvl") if abstract is not None else []:
                key = (num.get(f"{_W}numId"), int(level.get(f"{_W}ilvl") or 0))
                start = _value(level, "start")
                self._levels[key] = (
                    _value(level, "numFmt"), _value(level, "lvlText"), int(start) if start.isdigit() else 1
                )  # fmt: skip

    def label(self, paragraph: Any, styles: dict[str, Any]) -> str:
        """The number that Word draws in front of a paragraph; empty for bullets and plain paragraphs."""
        properties = paragraph.find(f"{_W}pPr")
        numbered = properties.find(f"{_W}numPr") if properties is not None else None
        if numbered is None:
            style = styles.get(_value(properties, "pStyle"))
            own = style.element.find(f"{_W}pPr") if style is not None else None
            numbered = own.find(f"{_W}numPr") if own is not None else None
        if numbered is None:
            return ""
        number, level = _value(numbered, "numId"), _value(numbered, "ilvl")
        return self._next(number, int(level) if level.isdigit() else 0)

    def _next(self, number: str, level: int) -> str:
        if (number, level) not in self._levels:
            return ""
        counts = self._counts.setdefault(number, [])
        while len(counts) <= level:
            counts.append(self._levels.get((number, len(counts)), ("", "", 1))[2] - 1)
        counts[level] += 1
        del counts[level + 1 :]
        form, pattern, _ = self._levels[number, level]
        if form in ("bullet", "none", ""):
            return ""
        return re.sub(r"%(\d)", lambda m: self._figure(number, int(m[1]) - 1, counts), pattern)

    def _figure(self, number: str, level: int, counts: list[int]) -> str:
        form = self._levels.get((number, level), ("decimal", "", 1))[0]
        count = counts[level] if level < len(counts) else 1
        return (
            chinese(count)
            if form.lower().startswith(("chinese", "japanese", "ideograph", "taiwanese"))
            else str(count)
        )
