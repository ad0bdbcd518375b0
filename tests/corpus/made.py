"""Files made for the tests: small documents of every format, by hand or by the formats' own libraries."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence

from corpus.load import read_bytes
from corpus.read import read_document
from corpus.types import CleanFile, Document, Runs

LEAD = (
    "近年来，柳溪县东关镇把办事窗口开到村里，村民不出村就能办事。"
    "镇里给每个村配了一名代办员，老人、残疾人有需要，代办员上门取材料、送证件。"
)
RESULT = "今年上半年，全镇12个村共代办事项1860件，平均用时从三天缩到半天，群众满意率达到99.2%。"
NEXT = "下一步，东关镇还要把医保报销、养老认证等38项高频事项放到村里，让群众少跑路。"
TITLE = "东关镇：窗口开到村 办事不出村"
TEXT = f"{TITLE}\n{LEAD}\n{RESULT}\n{NEXT}\n"

Line = tuple[float, float, float, str]  # x, y from the top, size, text; in points


def read(text: str | bytes, doc: str = "报告.txt") -> CleanFile:
    """Text or bytes as a cleaned file."""
    return read_document(read_bytes(text.encode() if isinstance(text, str) else text, doc))


def body(document: Document, record: int = 0) -> str:
    """The text that a record gives to cleaning."""
    return Runs(document.records[record].body).apply(document.raw)


def kept(text: str) -> str:
    """The text of the only report."""
    (report,) = read(text).reports
    return report.text


def pdf(pages: Sequence[Sequence[Line]], width: int = 595, height: int = 842) -> bytes:
    """A PDF with Chinese text in a font that is not embedded (Adobe-GB1, a Unicode CMap; ISO 32000 9.7.5)."""
    objects: list[bytes] = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>"
        % (b" ".join(b"%d 0 R" % (5 + 2 * i) for i in range(len(pages))), len(pages)),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H "
        b"/DescendantFonts [4 0 R] >>",
        b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /DW 1000 "
        b"/CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> >>",
    ]
    for at, lines in enumerate(pages):
        content = "\n".join(
            f"BT /F1 {size} Tf 1 0 0 1 {x} {height - y} Tm <{text.encode('utf-16-be').hex()}> Tj ET"
            for x, y, size, text in lines
        ).encode()
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %d %d] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> >> >>" % (width, height, 6 + 2 * at)
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
    return _assembled(objects)


def scanned_pdf(pages: int = 1) -> bytes:
    """A PDF whose pages hold a picture and no text."""
    kids = b" ".join(b"%d 0 R" % (4 + 2 * i) for i in range(pages))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, pages),
        b"<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 "
        b"/Length 1 >>\nstream\n\x80\nendstream",
    ]
    for at in range(pages):
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
            b"/Resources << /XObject << /Im1 3 0 R >> >> >>" % (5 + 2 * at)
        )
        objects.append(b"<< /Length 30 >>\nstream\nq 595 0 0 842 0 0 cm /Im1 Do \nendstream")
    return _assembled(objects)


def _assembled(objects: Sequence[bytes]) -> bytes:
    out, offsets = io.BytesIO(), []
    out.write(b"%PDF-1.4\n")
    for number, body in enumerate(objects, 1):
        offsets.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.writelines(b"%010d 00000 n \n" % offset for offset in offsets)
    out.write(b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start))
    return out.getvalue()


def column(x: float, top: float, text: str, size: float = 12, wide: int = 18) -> list[Line]:
    """Running text set in lines of `wide` characters."""
    return [(x, top + i // wide * size * 1.5, size, text[i : i + wide]) for i in range(0, len(text), wide)]


def docx(write: Callable[..., None]) -> bytes:
    """A Word file; `write` fills the empty document."""
    import docx as word

    document = word.Document()
    write(document)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def xlsx(sheets: Mapping[str, Iterable[Sequence[object]]]) -> bytes:
    """An Excel file, sheet by sheet."""
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def zipped(members: Mapping[str, bytes | str] | Iterable[tuple[str | zipfile.ZipInfo, bytes | str]]) -> bytes:
    """A zip file, deflated."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members.items() if isinstance(members, Mapping) else members:
            file.writestr(name, data)
    return out.getvalue()


def rezipped(data: bytes, changes: Mapping[str, bytes]) -> bytes:
    """A zip file with some members put in or replaced."""
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        members = {name: file.read(name) for name in file.namelist()}
    return zipped({**members, **changes})


def headings(document: Document) -> list[tuple[int, str]]:
    """Level and text of the headings that the format marks."""
    return [(level, span.of(document.raw)) for level, span in document.headings]
