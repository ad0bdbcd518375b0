"""Slides as a drawing surface: python-pptx behind a few words. Lengths are points on a slide of 960 × 540."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, MSO_AUTO_SIZE
from pptx.oxml.ns import qn
from pptx.util import Pt

from rag.cards import short
from rag.export.pack import day
from rag.export.text import lines, plain

WIDTH, HEIGHT = 960.0, 540.0
LEFT, WIDE = 44.0, 872.0
TOP, BOTTOM = 96.0, 512.0
SPACED = 1.4  # of a line to its font's size
_FONT = "微软雅黑"
_COLOURS = {"": "222222", "red": "B3261E", "mark": "1F6F63", "quiet": "6B665E", "white": "FFFFFF"}
_JADE, _SOFT, _NEAR = "1F6F63", "FFF6DC", "F7F6F3"
_TITLE_ONLY, _BLANK = 5, 6  # layouts of python-pptx's own template

Runs = Sequence[tuple[str, bool, str]]  # text, bold, colour


class Canvas:
    """One presentation."""

    def __init__(self, title: str, date: str) -> None:
        self.file = Presentation()
        self.file.slide_width, self.file.slide_height = Pt(WIDTH), Pt(HEIGHT)
        core = self.file.core_properties
        core.author = core.last_modified_by = "他山"
        core.title = short(title, 200)
        core.created = core.modified = day(date).replace(tzinfo=None)

    def opening(self, title: str, below: Sequence[str]) -> None:
        """The first slide."""
        slide = self._new(title, 40.0, 3, (LEFT + 20, 130.0, WIDE - 40, 150.0))
        self._block(slide, 0, 0, 14, HEIGHT, _JADE)
        body = self.box(slide, LEFT + 20, 300.0, WIDE - 40, 150.0)
        for text in below:
            self.write(body, [(text, False, "quiet")], 16.0)

    def slide(self, title: str) -> Any:
        """A further slide with its title and a line under it."""
        slide = self._new(title, 26.0, 2, (LEFT, 22.0, WIDE, 60.0))
        self._block(slide, LEFT, 84.0, WIDE, 1.5, _JADE)
        return slide

    def _new(self, title: str, size: float, most: int, place: tuple[float, float, float, float]) -> Any:
        slide = self.file.slides.add_slide(self.file.slide_layouts[_TITLE_ONLY])
        shape = slide.shapes.title
        shape.left, shape.top, shape.width, shape.height = map(Pt, place)
        frame = shape.text_frame
        frame.word_wrap, frame.auto_size, frame.vertical_anchor = True, MSO_AUTO_SIZE.NONE, MSO_ANCHOR.MIDDLE
        frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
        size, text = _fitted(plain(title), size, most, place[2])
        self._runs(frame.paragraphs[0], [(text, True, "mark")], size)
        frame.paragraphs[0].alignment = 1
        return slide

    def box(
        self,
        slide: Any,
        x: float,
        y: float,
        wide: float,
        tall: float,
        *,
        bar: bool = False,
        fill: bool = False,
    ) -> Any:
        """An empty frame for paragraphs; with a bar at its left, or filled."""
        if bar:
            self._block(slide, x, y + 4, 3.5, max(tall - 8, 4), _JADE)
        shape = slide.shapes.add_textbox(Pt(x), Pt(y), Pt(wide), Pt(tall))
        if fill:
            shape.fill.solid()
            shape.fill.fore_color.rgb = _colour(_SOFT)
        frame = shape.text_frame
        frame.word_wrap, frame.auto_size = True, MSO_AUTO_SIZE.NONE
        frame.margin_left = frame.margin_right = Pt(12 if bar or fill else 0)
        frame.margin_top = frame.margin_bottom = Pt(4 if fill else 0)
        return frame

    def write(self, frame: Any, runs: Runs, size: float, gap: float = 8.0) -> None:
        """One more paragraph."""
        first = frame.paragraphs[0]
        paragraph = first if not first.runs else frame.add_paragraph()
        paragraph.line_spacing = Pt(size * SPACED)  # exact: fonts differ in how high a line is
        paragraph.space_after = Pt(gap)
        self._runs(paragraph, runs, size)

    def table(
        self,
        slide: Any,
        heads: Sequence[str],
        widths: Sequence[float],
        rows: Sequence[Sequence[str]],
        heights: Sequence[float],
        size: float,
    ) -> None:
        """A table under the title; `widths` and `heights` in points, one a column and one a row."""
        tall = sum(heights) + 26
        shape = slide.shapes.add_table(len(rows) + 1, len(heads), Pt(LEFT), Pt(TOP), Pt(WIDE), Pt(tall))
        table = shape.table
        for column, wide in zip(table.columns, widths, strict=True):
            column.width = Pt(wide)
        for row, high in zip(table.rows, [26.0, *heights], strict=True):
            row.height = Pt(high)
        for r, texts in enumerate([heads, *rows]):
            for c, text in enumerate(texts):
                self._cell(table.cell(r, c), text, size, head=r == 0, first=c == 0, even=r % 2 == 0)

    def _cell(self, cell: Any, text: str, size: float, *, head: bool, first: bool, even: bool) -> None:
        cell.margin_left = cell.margin_right = Pt(6)
        cell.margin_top = cell.margin_bottom = Pt(4)
        cell.fill.solid()
        cell.fill.fore_color.rgb = _colour(_JADE if head else _NEAR if even else "FFFFFF")
        for at, part in enumerate(text.split("\n")):
            paragraph = cell.text_frame.paragraphs[0] if at == 0 else cell.text_frame.add_paragraph()
            paragraph.line_spacing = Pt(size * SPACED)
            self._runs(paragraph, [(part, head or first, "white" if head else "")], size)

    def speak(self, slide: Any, text: str) -> None:
        """What stands in the speaker's notes."""
        slide.notes_slide.notes_text_frame.text = plain(text)

    def _runs(self, paragraph: Any, runs: Runs, size: float) -> None:
        for text, bold, colour in runs:
            run = paragraph.add_run()
            run.text = plain(text)
            run.font.size, run.font.bold = Pt(size), bold
            run.font.name = _FONT
            run.font.color.rgb = _colour(_COLOURS[colour])
            chinese = run._r.get_or_add_rPr().makeelement(qn("a:ea"), {"typeface": _FONT})
            run.font._element.find(qn("a:latin")).addnext(chinese)

    def _block(self, slide: Any, x: float, y: float, wide: float, tall: float, colour: str) -> None:
        shape = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, Pt(x), Pt(y), Pt(wide), Pt(tall))
        shape.fill.solid()
        shape.fill.fore_color.rgb = _colour(colour)
        shape.line.fill.background()
        shape.shadow.inherit = False


def _colour(code: str) -> Any:
    return RGBColor(*bytes.fromhex(code))  # type: ignore[no-untyped-call]


def _fitted(text: str, size: float, most: int, wide: float) -> tuple[float, str]:
    """A title at a size at which it takes at most `most` lines; cut where even the smallest is too large."""
    for smaller in (size, size * 0.85, size * 0.7):
        if lines(text, wide / smaller) <= most:
            return smaller, text
    while lines(text + "…", wide / smaller) > most:
        text = text[:-1]
    return smaller, text + "…"
