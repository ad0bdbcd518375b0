"""Files that leave the house: read again with the libraries that others read them with."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from docx import Document
from lxml import etree
from openpyxl import load_workbook
from pptx import Presentation
from pptx.util import Pt

from corpus.errors import TashanError
from corpus.types import Locality, Span
from rag.basket import Basket, Kind, Piece, Quote
from rag.compare import COLUMNS, MISSING
from rag.export import FORMATS, format_of, render
from rag.export.contents import CHANGED, NOTE, dossier
from tests.rag.made import KAIPING, LIUHE

HOSTILE = (
    '=HYPERLINK("http://x.invalid") <img src=x onerror=alert(1)></script>[点我](javascript:alert(4)) '
    + "W" * 400
)
DIRTY = HOSTILE[:30] + "\x00\x0b\x1f\ud800\ufffe" + HOSTILE[30:]
DAY = "2025-06-01"


def quote(text: str, place: Locality = LIUHE, n: int = 1, **more: object) -> Quote:
    own = Quote(text, f"报告{n}.txt#1", Span(5, 5 + len(text)), f"报告{n}.txt", f"第{n}份报告", False, place,
                f"2024-05-0{n}", f"某报{n}", "四级联动强统筹", cluster=n)  # fmt: skip
    return replace(own, **more)  # type: ignore[arg-type]


def basket(*pieces: Piece, title: str = "红色物业案例") -> Basket:
    return Basket(pieces, title, DAY)


CARD = Piece(
    Kind.CARD,
    (quote("组建服务队。"), quote("累计投入46万元。")),
    "红管家怎么做？",
    "先问：物业费收缴率多少？",
)
ROW = Piece(Kind.ROW, (quote("设立议事会18个。", KAIPING, 2, column="做法"),
                       quote("已有2600户参加。", KAIPING, 2, column="成效数据")), "红管家")  # fmt: skip
BASKET = basket(CARD, ROW)


def text_of(ending: str, data: bytes) -> str:
    """All text that a reader of the file gets, read with the library of its format."""
    if ending == "md":
        return data.decode()
    if ending == "xlsx":
        book = load_workbook(io.BytesIO(data))
        return "\n".join(str(c.value) for sheet in book for row in sheet.iter_rows() for c in row if c.value)
    if ending == "pptx":
        return "\n".join(slide_text(slide) for slide in Presentation(io.BytesIO(data)).slides)
    page = Document(io.BytesIO(data))
    cells = [cell.text for table in page.tables for row in table.rows for cell in row.cells]
    return "\n".join([p.text for p in page.paragraphs] + cells + list(endnotes(data)))


def slide_text(slide: object) -> str:
    shapes = slide.shapes  # type: ignore[attr-defined]
    said = [shape.text_frame.text for shape in shapes if shape.has_text_frame]
    said += [c.text for s in shapes if s.has_table for row in s.table.rows for c in row.cells]
    return "\n".join(said)


def endnotes(data: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        root = etree.fromstring(file.read("word/endnotes.xml"))
    w = f"{{{root.nsmap['w']}}}"
    notes = [note for note in root if int(note.get(f"{w}id")) > 0]
    return ["".join(t.text or "" for t in note.iter(f"{w}t")) for note in notes]


@pytest.mark.parametrize("ending", FORMATS)
def test_every_quote_has_its_source(ending: str) -> None:
    shown = text_of(ending, render(BASKET, ending)).replace("\\", "")
    for piece in BASKET.pieces:
        for one in piece.quotes:
            for fact in (one.text, one.title, one.place, one.date, one.source, one.doc):
                assert fact
                assert fact in shown, fact
    assert NOTE in shown
    assert "先问：物业费收缴率多少？" in shown


@pytest.mark.parametrize("ending", ["docx", "pptx", "md"])
def test_questions_to_discuss_name_the_measures(ending: str) -> None:
    assert "六合区“四级联动强统筹”" in text_of(ending, render(BASKET, ending))


@pytest.mark.parametrize("ending", FORMATS)
def test_the_same_basket_gives_the_same_bytes(ending: str) -> None:
    assert render(BASKET, ending) == render(BASKET, ending)


@pytest.mark.parametrize("ending", ["docx", "pptx", "xlsx"])
def test_files_bear_the_basket_s_day(ending: str) -> None:
    with zipfile.ZipFile(io.BytesIO(render(BASKET, ending))) as file:
        assert {entry.date_time for entry in file.infolist()} == {(2025, 6, 1, 0, 0, 0)}
        times = re.findall(rb"dcterms:\w+ [^>]*>([^<]*)<", file.read("docProps/core.xml"))
    assert set(times) == {b"2025-06-01T00:00:00Z"}


@pytest.mark.parametrize("ending", FORMATS)
def test_hostile_text_comes_out_as_text(ending: str) -> None:
    nasty = quote(DIRTY, title=DIRTY, doc=DIRTY, source=DIRTY, heading=DIRTY, date=DIRTY)
    made = basket(Piece(Kind.CARD, (nasty,), DIRTY, DIRTY), ROW, title=DIRTY)
    data = render(made, ending)
    shown = text_of(ending, data)
    assert "W" * 100 in shown.replace("\n", "")
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800\ufffe]", shown.replace("\x0b", ""))
    if ending == "md":
        assert not re.search(r"(?<!\\)<img|(?<!\\)</script|(?<!\\)\]\(", shown)
    else:
        with zipfile.ZipFile(io.BytesIO(data)) as file:
            for entry in file.namelist():
                if entry.endswith((".xml", ".rels")):
                    etree.fromstring(file.read(entry))
                    assert b"x.invalid" not in file.read(entry) or not entry.endswith(".rels")


@pytest.mark.parametrize("start", ["=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "＝1"])
def test_no_cell_is_a_formula(start: str) -> None:
    one = quote(start + "后面的字", title=start, doc=start, source=start)
    book = load_workbook(
        io.BytesIO(render(basket(Piece(Kind.QUOTE, (one,), start, start), title=start), "xlsx"))
    )
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f"
                assert not str(cell.value or "").startswith(("=", "+", "-", "@", "\t", "\r", "＝"))


def test_a_reprint_is_another_source_not_another_case() -> None:
    first = Piece(Kind.ROW, (quote("设立议事会18个。", KAIPING, 1, column="做法", cluster=7),))
    print_ = Piece(Kind.CARD, (quote("设立议事会18个。", Locality(), 2, cluster=7),))
    found = dossier(basket(first, print_))
    (case,) = found.cases
    assert [(place, len(cells)) for place, cells in found.table.rows] == [(KAIPING.full, len(COLUMNS) - 1)]
    (said,) = case.said
    assert said.notes == (1, 2)
    assert {origin.doc for origin in found.origins} == {"报告1.txt", "报告2.txt"}
    assert "转载" in case.reprinted


def test_the_same_words_of_two_places_are_two_cases() -> None:
    one = Piece(Kind.CARD, (quote("设立议事会18个。", KAIPING, 1, cluster=7),))
    other = Piece(Kind.CARD, (quote("设立议事会18个。", LIUHE, 2, cluster=7),))
    unplaced = Piece(Kind.CARD, (quote("设立议事会18个。", Locality(), 3, cluster=7),))
    found = dossier(basket(one, unplaced, other))
    assert [case.place for case in found.cases] == [KAIPING.full, LIUHE.full]


def test_what_was_not_looked_for_is_not_called_missing() -> None:
    found = dossier(BASKET)
    cells = dict(found.table.rows)
    assert [c[0].text for c in cells[KAIPING.full]][1:4] == [MISSING] * 3
    assert MISSING not in [c[0].text for c in cells[LIUHE.full]]


@pytest.mark.parametrize("ending", FORMATS)
def test_a_changed_source_is_said(ending: str) -> None:
    changed = replace(CARD, quotes=(replace(CARD.quotes[0], changed=True),))
    assert CHANGED in text_of(ending, render(basket(changed), ending))
    assert CHANGED not in text_of(ending, render(BASKET, ending))


def test_word_headings_endnotes_and_chinese_fonts() -> None:
    data = render(BASKET, "docx")
    page = Document(io.BytesIO(data))
    styles = [p.style.name for p in page.paragraphs if p.style]
    assert styles.count("Heading 2") == 2
    assert "Trainer Note" in styles
    assert len(endnotes(data)) == 4
    xml = page.element.xml
    assert [int(n) for n in re.findall(r'<w:endnoteReference w:id="(\d+)"', xml)] == [1, 2, 3, 4]
    assert 'w:eastAsia="宋体"' in page.styles["Normal"].element.xml


ORDER = {  # ECMA-376 part 1, annex A: Word "repairs" a file that differs
    "pPr": "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr shd"
    " tabs kinsoku wordWrap snapToGrid spacing ind contextualSpacing jc outlineLvl cnfStyle rPr sectPr",
    "tblPr": "tblStyle tblStyleRowBandSize tblStyleColBandSize tblW jc"
    " tblCellSpacing tblInd tblBorders shd tblLayout tblCellMar tblLook",
    "tcPr": "cnfStyle tcW gridSpan vMerge tcBorders shd noWrap tcMar textDirection tcFitText vAlign",
    "sectPr": "headerReference footerReference footnotePr endnotePr type pgSz pgMar pgNumType cols titlePg"
    " docGrid",
    "rPr": "rStyle rFonts b bCs i iCs caps smallCaps strike color spacing w kern position sz szCs highlight u"
    " shd vertAlign lang",
}


def test_word_finds_its_elements_in_its_own_order() -> None:
    with zipfile.ZipFile(io.BytesIO(render(BASKET, "docx"))) as file:
        parts = [file.read(f"word/{name}.xml") for name in ("document", "styles", "endnotes", "settings")]
    for root in map(etree.fromstring, parts):
        for element in root.iter():
            order = ORDER.get(etree.QName(element).localname, "").split()
            at = [order.index(etree.QName(child).localname) for child in element] if order else []
            assert at == sorted(at), etree.tostring(element)
    names = [etree.QName(child).localname for child in etree.fromstring(parts[3])]
    assert names.index("endnotePr") < names.index("compat")


def test_nothing_on_a_slide_is_below_its_edge() -> None:
    long = quote("这是一句很长的话，说了许多许多的事情。" * 60)
    slides = Presentation(io.BytesIO(render(basket(Piece(Kind.CARD, (long, long)), CARD, ROW), "pptx")))
    for slide in slides.slides:
        for shape in slide.shapes:
            assert shape.top + shape.height <= slides.slide_height + Pt(1)
    shown = "".join(slide_text(slide) for slide in slides.slides)
    assert shown.count("这是一句很长的话") >= 60


def test_an_empty_basket_and_a_strange_ending_are_told() -> None:
    with pytest.raises(TashanError, match="空的"):
        render(basket(), "docx")
    with pytest.raises(TashanError, match="格式"):
        format_of("材料.pdf")


def test_a_bad_day_is_no_crash() -> None:
    for day in ("", "x", "0001-01-01", "9999-12-31"):
        assert render(replace(BASKET, date=day), "docx")


def test_markdown_footnotes_are_all_there(tmp_path: Path) -> None:
    text = render(BASKET, "md").decode()
    used = set(re.findall(r"\[\^(\d+)\](?!:)", text))
    assert used == set(re.findall(r"^\[\^(\d+)\]:", text, re.MULTILINE)) == {"1", "2", "3", "4"}
