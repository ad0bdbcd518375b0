"""What goes wrong in a county office's folder: each file is named with its reason, and the batch goes on."""

from __future__ import annotations

import contextlib
import io
import json
import random
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path

import pytest

from corpus.archive import LARGEST_OFFICE, MOST_MEMBERS
from corpus.errors import UnreadableFile
from corpus.load import LARGEST_BYTES, load_all, read_bytes
from corpus.read import read_all
from corpus.types import CleanFile, Failure
from tests.corpus.made import LEAD, TEXT, column, docx, pdf, read, rezipped, xlsx, zipped

WORD = docx(lambda d: d.add_paragraph(LEAD))
EXCEL = xlsx({"表": [["标题", "正文"], ["甲", LEAD]]})
PDF = pdf([column(60, 120, LEAD)])


def why(data: bytes, doc: str) -> str:
    """The message for a file that can't be read."""
    with pytest.raises(UnreadableFile) as caught:
        read_bytes(data, doc)
    message = str(caught.value)
    assert message.startswith(f"{doc}：")
    assert "\n" not in message
    return message


@pytest.mark.parametrize(
    "suffix", [".txt", ".md", ".html", ".docx", ".pdf", ".csv", ".jsonl", ".xlsx", ".zip"]
)
@pytest.mark.parametrize("data", [b"", b" \r\n\t"])
def test_empty(data: bytes, suffix: str) -> None:
    assert why(data, f"空{suffix}") == f"空{suffix}：文件是空的。请检查导出是否成功。"


@pytest.mark.parametrize("data", ["\ufeff".encode(), "\u3000\n\xa0".encode(), b"\xff\xfe"])
def test_blank(data: bytes) -> None:
    assert why(data, "空.txt") == "空.txt：文件里没有文字。请检查导出是否成功。"


def test_a_file_of_200_mb_is_refused_without_being_read(tmp_path: Path) -> None:
    path = tmp_path / "大.txt"
    with path.open("wb") as file:
        file.truncate(200_000_000)
    (got,) = load_all(path)
    assert got == Failure("大.txt", "大.txt：文件过大（200 MB，上限 67 MB）。请拆分后再添加。")


@pytest.mark.parametrize("share", [0.02, 0.3, 0.7, 0.99])
@pytest.mark.parametrize(("data", "doc"), [(WORD, "报告.docx"), (EXCEL, "报告.xlsx")])
def test_truncated_office_files(data: bytes, doc: str, share: float) -> None:
    assert why(data[: int(len(data) * share)], doc) == f"{doc}：无法读取（文件已损坏）。请重新导出后再添加。"


@pytest.mark.parametrize("share", [0.02, 0.2, 0.5])
def test_truncated_pdf(share: float) -> None:
    message = why(PDF[: max(9, int(len(PDF) * share))], "报告.pdf")
    assert "已损坏" in message or "没有文字" in message


@pytest.mark.parametrize("doc", ["报告.docx", "报告.pdf", "报告.xlsx", "报告.zip"])
def test_rubbish_under_a_good_name(doc: str) -> None:
    rubbish = random.Random(1).randbytes(3000)
    assert why(rubbish, doc) == f"{doc}：无法读取（文件已损坏）。请重新导出后再添加。"


@pytest.mark.parametrize("doc", ["报告.docx", "报告.xlsx"])
def test_an_office_file_whose_parts_are_missing(doc: str) -> None:
    part = "word/document.xml" if doc.endswith(".docx") else "xl/workbook.xml"
    assert "已损坏" in why(zipped({part: "<a/>"}), doc)


@pytest.mark.parametrize("algorithm", ["RC4-128", "AES-256"])
def test_encrypted_pdf(algorithm: str) -> None:
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter()
    writer.append(PdfReader(io.BytesIO(PDF)))
    writer.encrypt("密码", algorithm=algorithm)
    out = io.BytesIO()
    writer.write(out)
    assert why(out.getvalue(), "报告.pdf") == "报告.pdf：文件设有密码，无法读取。请去掉密码后再添加。"


def test_pdf_that_swells() -> None:
    packed = zlib.compress(b" " * 300_000_000, 9)
    stream = b"<< /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream" % (len(packed), packed)
    assert "解压后过大，可能是压缩炸弹" in why(PDF[:9] + b"9 0 obj\n" + stream + PDF[9:], "报告.pdf")
    twice = PDF.replace(b"<< /Length", b"<< /Filter [/FlateDecode /FlateDecode] /Length")
    assert "解压后过大，可能是压缩炸弹" in why(twice, "报告.pdf")


def test_encrypted_office_file() -> None:
    message = why(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 4000, "报告.docx")
    assert message.startswith("报告.docx：内容是旧版 Office 格式（或设有密码的 Office 文件），无法读取。")


def bomb(size: int) -> bytes:
    """A member that swells to `size` zero bytes."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file,
        file.open("炸弹.txt", "w", force_zip64=True) as member,
    ):
        block = b"0" * 1_000_000
        for _ in range(size // len(block)):
            member.write(block)
    return out.getvalue()


def test_zip_bomb(tmp_path: Path) -> None:
    path = tmp_path / "案例.zip"
    path.write_bytes(bomb(100_000_000))
    assert path.stat().st_size < 200_000
    (got,) = load_all(path)
    assert got == Failure(
        "案例.zip/炸弹.txt", "案例.zip/炸弹.txt：解压后过大（100 MB），未读取。请拆分后再添加。"
    )


def test_members_beyond_the_whole_limit_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("corpus.archive.LARGEST_WHOLE", 25 * len(TEXT.encode()))
    path = tmp_path / "案例.zip"
    path.write_bytes(zipped({f"{n}.txt": TEXT * 10 for n in range(4)}))
    got = list(load_all(path))
    assert [isinstance(x, Failure) for x in got] == [False, False, True, True]


def test_more_members_than_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "案例.zip"
    path.write_bytes(zipped({f"{n}.txt": "x" for n in range(MOST_MEMBERS + 1)}))
    (got,) = load_all(path)
    assert isinstance(got, Failure)
    assert got.message == "案例.zip：压缩包里有 5001 个文件，超过上限 5000 个。请分成几个压缩包。"


@pytest.mark.parametrize(("data", "doc"), [(WORD, "报告.docx"), (EXCEL, "报告.xlsx")])
def test_office_file_that_swells(data: bytes, doc: str) -> None:
    swollen = rezipped(data, {"docProps/filler.xml": b" " * 30_000_000})
    assert "解压后过大，可能是压缩炸弹" in why(swollen, doc)
    assert LARGEST_OFFICE > LARGEST_BYTES


ENTITIES = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;&b;&b;">]>'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize(
    ("data", "doc", "part"),
    [(WORD, "报告.docx", "word/document.xml"), (EXCEL, "报告.xlsx", "xl/sharedStrings.xml")],
)
def test_office_file_with_entities(data: bytes, doc: str, part: str, encoding: str) -> None:
    evil = rezipped(data, {part: f"{ENTITIES}<a>&c;</a>".encode(encoding)})
    assert "文件里有不安全的 XML 声明，未读取" in why(evil, doc)


def test_binary_named_txt() -> None:
    for data in (
        random.Random(2).randbytes(20_000),
        bytes(range(256)) * 40,
        b"\x7fELF\x02\x01\x01" + b"\0" * 500,
    ):
        assert "不是文本文件（含二进制内容）" in why(data, "程序.txt")


def test_a_million_characters_on_one_line_with_and_without_stops() -> None:
    text = "东关镇把办事窗口开到村里，村民不出村就能办事。镇里给每个村配了一名代办员，上门取材料。" * 24_000
    file = read(text[:1_000_000])
    assert sum(len(report.text) for report in file.reports) > 999_000
    assert sum(len(p.text) for p in file.passages[0]) > 999_000
    read("治" * 1_000_000)


def test_a_line_that_is_never_closed() -> None:
    for mark in '“（《【("<[{#*|-':
        read(mark * 100_000)


def test_a_table_of_quotation_marks_does_not_take_for_ever() -> None:
    raw = "标题,正文\n" + '"' * 200_001
    with pytest.raises(UnreadableFile):
        read_bytes(raw.encode()[:30], "表.csv")
    read_bytes((raw + "\n甲," + LEAD).encode(), "表.csv")


def test_deeply_nested_json_and_html() -> None:
    deep = "[" * 100_000
    document = read_bytes(f'{deep}\n{{"text": "{LEAD}"}}'.encode(), "表.jsonl")
    assert document.problems == ("第 1 行不是有效的 JSON，已跳过。",)
    nested = "<div>" * 3_000 + f"<p>{LEAD}</p>" + "</div>" * 3_000
    with contextlib.suppress(UnreadableFile):
        read_bytes(f"<html><body>{nested}</body></html>".encode(), "页面.html")


def test_names_with_line_breaks_emoji_and_marks(tmp_path: Path) -> None:
    names = ["一\n行😀.txt", "a'b\"c.txt", "空\n😀.txt", "[red]红[red].txt"]
    for name in names:
        (tmp_path / name).write_text("" if name.startswith("空") else TEXT, encoding="utf-8")
    got = {x.document.doc if isinstance(x, CleanFile) else x.doc: x for x in read_all([tmp_path])}
    assert set(got) == set(names)
    failure = got["空\n😀.txt"]
    assert isinstance(failure, Failure)
    assert failure.message == "空 😀.txt：文件是空的。请检查导出是否成功。"


def test_a_bad_file_never_ends_the_batch(tmp_path: Path) -> None:
    files = {
        "1空.txt": b"",
        "2截断.docx": WORD[:500],
        "3加密.docx": b"\xd0\xcf\x11\xe0" + b"\0" * 100,
        "4旧.doc": b"x",
        "5乱.txt": random.Random(3).randbytes(5000),
        "6压缩.zip": b"PK\x03\x04" + b"x" * 50,
        "7好.txt": TEXT.encode(),
        "8好.docx": WORD,
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    got = list(read_all([tmp_path]))
    assert [x.doc if isinstance(x, Failure) else x.document.doc for x in got] == sorted(files)
    assert [isinstance(x, Failure) for x in got] == [True] * 6 + [False] * 2


def test_the_command_names_bad_files_and_goes_on(tmp_path: Path) -> None:
    (tmp_path / "坏\n😀.docx").write_bytes(WORD[:500])
    (tmp_path / "好.txt").write_text(TEXT, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "corpus", "inspect", str(tmp_path), "--json"],
        capture_output=True,
        text=True,
        check=True,
    )
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert {row["doc"]: len(row["reports"]) for row in rows} == {"坏\n😀.docx": 0, "好.txt": 1}
    assert done.stderr.splitlines() == ["坏 😀.docx：无法读取（文件已损坏）。请重新导出后再添加。"]
