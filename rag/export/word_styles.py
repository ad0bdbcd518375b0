"""The look of the .docx: Word's own headings, Chinese fonts, A4."""

from __future__ import annotations

from typing import Any

from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

JADE, AMBER, RED, EDGE, SOFT = "1F6F63", "F7F6F3", "B3261E", "C9C4BA", "FFF6DC"
QUOTE, NOTE, RULED = "Report Quote", "Trainer Note", "Ruled Line"
_BODY, _HEAD = (
    "宋体",
    "黑体",
)  # on every Chinese Windows and WPS; elsewhere the system's own


def prepare(page: Any) -> None:
    """Page, fonts and styles of a new document."""
    section = page.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.5)
    section.top_margin = section.bottom_margin = Cm(2.4)
    normal = page.styles["Normal"]
    font(normal, _BODY, 11)
    normal.paragraph_format.line_spacing = 1.4
    normal.paragraph_format.space_after = Pt(4)
    for name, size, before in (("Title", 22, 0), ("Heading 1", 16, 18), ("Heading 2", 13, 14)):
        style = page.styles[name]
        font(style, _HEAD, size, JADE)
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(6)
        style.paragraph_format.keep_with_next = True
    subtitle = page.styles["Subtitle"]
    font(subtitle, _BODY, 10.5, "6B665E")
    subtitle.font.italic = False
    _own_styles(page)
    _page_numbers(section)


def _own_styles(page: Any) -> None:
    quote = page.styles.add_style(QUOTE, WD_STYLE_TYPE.PARAGRAPH)
    quote.base_style = page.styles["Normal"]
    _border(quote, "left", JADE, 18, 8)  # before the indent: Word wants its own order
    quote.paragraph_format.left_indent = Cm(0.6)
    note = page.styles.add_style(NOTE, WD_STYLE_TYPE.PARAGRAPH)
    note.base_style = page.styles["Normal"]
    shading = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", SOFT)):
        shading.set(qn(f"w:{name}"), value)
    note.element.get_or_add_pPr().append(shading)
    note.paragraph_format.left_indent = note.paragraph_format.right_indent = Cm(0.6)
    ruled = page.styles.add_style(RULED, WD_STYLE_TYPE.PARAGRAPH)
    ruled.base_style = page.styles["Normal"]
    _border(ruled, "bottom", EDGE, 4, 1)
    _border(ruled, "between", EDGE, 4, 1)


def font(style: Any, chinese: str, size: float, colour: str = "222222") -> None:
    """A style's fonts: the Chinese one must be said apart, or Word takes one without Chinese characters."""
    style.font.size = Pt(size)
    style.font.name = "Arial"
    style.font.color.rgb = RGBColor.from_string(colour)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    fonts.set(qn("w:eastAsia"), chinese)


def shade(cell: Any, colour: str) -> None:
    """Fill a cell of a table."""
    shading = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", colour)):
        shading.set(qn(f"w:{name}"), value)
    cell._tc.get_or_add_tcPr().append(shading)


def _border(style: Any, side: str, colour: str, eighths: int, space: int) -> None:
    properties = style.element.get_or_add_pPr()
    borders = properties.find(qn("w:pBdr"))
    if borders is None:
        borders = OxmlElement("w:pBdr")
        properties.append(borders)
    edge = OxmlElement(f"w:{side}")
    for name, value in (("val", "single"), ("sz", str(eighths)), ("space", str(space)), ("color", colour)):
        edge.set(qn(f"w:{name}"), value)
    borders.append(edge)


def _page_numbers(section: Any) -> None:
    paragraph = section.footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    run = OxmlElement("w:r")
    number = OxmlElement("w:t")
    number.text = "1"
    run.append(number)
    field.append(run)
    paragraph._p.append(field)
