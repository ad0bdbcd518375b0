"""Real endnotes for python-docx, which has none (ECMA-376 part 1, 17.11): they renumber as quotes move."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement
from docx.oxml.ns import nsdecls, qn
from docx.oxml.parser import parse_xml
from docx.shared import Pt
from lxml import etree

from rag.export.word_styles import font

_EMPTY = (
    f"<w:endnotes {nsdecls('w')}>"
    '<w:endnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:endnote>'
    '<w:endnote w:type="continuationSeparator" w:id="0"><w:p><w:r><w:continuationSeparator/></w:r></w:p>'
    "</w:endnote></w:endnotes>"
)
_PLACING = (
    f'<w:endnotePr {nsdecls("w")}><w:pos w:val="docEnd"/><w:numFmt w:val="decimal"/>'
    '<w:endnote w:id="-1"/><w:endnote w:id="0"/></w:endnotePr>'
)
_NUMBERED = f'<w:endnotePr {nsdecls("w")}><w:numFmt w:val="decimal"/></w:endnotePr>'
_BEFORE = (
    "compat",
    "docVars",
    "rsids",
    "mathPr",
    "themeFontLang",
    "clrSchemeMapping",
    "shapeDefaults",
    "decimalSymbol",
    "listSeparator",
)  # fmt: skip - what the schema puts behind endnotePr
_MARK, _TEXT = "Endnote Mark", "Endnote Body"


class Endnotes:
    """The endnotes of one document: `refer` to each once, `mention` it again, then `finish`."""

    def __init__(self, page: Any, texts: Sequence[str]) -> None:
        self._page, self._texts = page, texts
        mark = page.styles.add_style(_MARK, WD_STYLE_TYPE.CHARACTER)
        mark.font.superscript = True
        body = page.styles.add_style(_TEXT, WD_STYLE_TYPE.PARAGRAPH)
        body.base_style = page.styles["Normal"]
        font(body, "宋体", 9)
        body.paragraph_format.space_after = Pt(2)
        body.paragraph_format.line_spacing = 1.2

    def refer(self, paragraph: Any, n: int) -> None:
        """The mark of note `n` where its quote ends, with a bookmark for further mentions."""
        start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
        for one in (start, end):
            one.set(qn("w:id"), str(n))
        start.set(qn("w:name"), _bookmark(n))
        mark = OxmlElement("w:endnoteReference")
        mark.set(qn("w:id"), str(n))
        paragraph.add_run("[", _MARK)
        paragraph._p.append(start)
        paragraph.add_run("", _MARK)._r.append(mark)
        paragraph._p.append(end)
        paragraph.add_run("]", _MARK)

    def mention(self, paragraph: Any, n: int) -> None:
        """The number of a note again: a field that follows when the notes are renumbered."""
        paragraph.add_run("[", _MARK)
        field = OxmlElement("w:fldSimple")
        field.set(qn("w:instr"), f" NOTEREF {_bookmark(n)} \\h ")
        run = paragraph.add_run(str(n), _MARK)
        paragraph._p.append(field)
        field.append(run._r)
        paragraph.add_run("]", _MARK)

    def finish(self) -> None:
        """Put the notes into the package; call when every reference is there."""
        notes = parse_xml(_EMPTY)
        for n, text in enumerate(self._texts, 1):
            notes.append(self._note(n, text))
        blob = etree.tostring(notes, xml_declaration=True, encoding="UTF-8", standalone=True)
        part = self._page.part
        made = Part(PackURI("/word/endnotes.xml"), CONTENT_TYPE.WML_ENDNOTES, blob, part.package)
        part.relate_to(made, RELATIONSHIP_TYPE.ENDNOTES)
        settings = self._page.settings.element
        behind = [child for child in settings if etree.QName(child).localname in _BEFORE]
        behind[0].addprevious(parse_xml(_PLACING)) if behind else settings.append(parse_xml(_PLACING))
        for section in self._page.sections:  # or they are numbered i, ii, iii
            section._sectPr.insert(_after_headers(section._sectPr), parse_xml(_NUMBERED))

    def _note(self, n: int, text: str) -> Any:
        style = self._page.styles[_TEXT].style_id
        note = parse_xml(
            f'<w:endnote {nsdecls("w")} w:id="{n}"><w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>'
            '<w:r><w:t>[</w:t></w:r><w:r><w:endnoteRef/></w:r><w:r><w:t xml:space="preserve">] </w:t></w:r>'
            "<w:r><w:t/></w:r></w:p></w:endnote>"
        )
        last = note.findall(f".//{qn('w:t')}")[-1]
        last.text = text
        return note


def _after_headers(section: Any) -> int:
    """Where the schema wants endnotePr in a section: behind its headers and footers."""
    first = [
        etree.QName(child).localname in ("headerReference", "footerReference", "footnotePr")
        for child in section
    ]
    return sum(first)


def _bookmark(n: int) -> str:
    return f"_RefNote{n}"
