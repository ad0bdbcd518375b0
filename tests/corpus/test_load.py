"""corpus/load.py: names, archives, and what a batch says of files that it can't read."""

from __future__ import annotations

import hashlib
import os
import stat
import zipfile
from pathlib import Path

import pytest

from corpus.errors import UnreadableFile
from corpus.load import doc_name, load, load_all, read_bytes, suffixes
from corpus.types import Document, Failure
from tests.corpus.made import LEAD, TEXT, docx, zipped


def unzipped(path: Path) -> tuple[dict[str, Document], dict[str, str]]:
    """The documents of an archive by name, and the messages of its failures."""
    got = list(load_all(path, path.parent))
    return (
        {x.doc: x for x in got if isinstance(x, Document)},
        {x.doc: x.message for x in got if isinstance(x, Failure)},
    )


def saved(folder: Path, name: str, data: bytes | str) -> Path:
    """A file in `folder`."""
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def test_a_document_keeps_the_bytes_their_digest_and_every_character(tmp_path: Path) -> None:
    document = load(saved(tmp_path, "报告.txt", TEXT))
    assert (document.doc, document.media_type) == ("报告.txt", "text/plain")
    assert document.data == TEXT.encode()
    assert document.sha256 == hashlib.sha256(TEXT.encode()).hexdigest()
    assert document.raw == TEXT


def test_the_name_is_the_path_below_the_folder_that_was_indexed(tmp_path: Path) -> None:
    (tmp_path / "甲县" / "2024").mkdir(parents=True)
    path = saved(tmp_path, "甲县/2024/报告.txt", TEXT)
    assert doc_name(path, tmp_path) == "甲县/2024/报告.txt"
    assert doc_name(path, tmp_path / "甲县") == "2024/报告.txt"
    assert doc_name(path, None) == "报告.txt"
    assert doc_name(path, tmp_path / "乙县") == "报告.txt"


def test_a_name_in_gbk_is_decoded(tmp_path: Path) -> None:
    name = os.fsdecode("东关镇.txt".encode("gbk"))
    assert doc_name(saved(tmp_path, name, TEXT), tmp_path) == "东关镇.txt"


def test_every_ending_that_is_read_is_named() -> None:
    assert set(suffixes()) >= {
        ".txt", ".md", ".html", ".htm", ".docx", ".pdf", ".csv", ".jsonl", ".xlsx", ".zip",
    }  # fmt: skip


def test_endings_are_known_in_capitals() -> None:
    assert read_bytes(TEXT.encode(), "报告.TXT").raw == TEXT


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"没有\.txt：无法打开（.*）。请检查文件是否存在"):
        load(tmp_path / "没有.txt")


# --- archives


def test_every_member_of_an_archive_is_a_document_of_its_own(tmp_path: Path) -> None:
    data = zipped(
        {
            "甲县/报告.txt": TEXT,
            "乙县/报告.docx": docx(lambda d: d.add_paragraph(LEAD)),
            "说明.xyz": "x",
            "坏.docx": b"PK\x03\x04broken",
            "__MACOSX/._报告.txt": "x",
            ".DS_Store": "x",
            "乙县/~$报告.docx": "x",
        }
    )
    documents, failures = unzipped(saved(tmp_path, "案例.zip", data))
    assert {doc: document.raw for doc, document in documents.items()} == {
        "案例.zip/甲县/报告.txt": TEXT,
        "案例.zip/乙县/报告.docx": LEAD + "\n",
    }
    assert failures == {
        "案例.zip/说明.xyz": "案例.zip/说明.xyz：暂不支持的格式（.xyz），已跳过。"
        f"可用：{' '.join(suffixes())}。",
        "案例.zip/坏.docx": "案例.zip/坏.docx：无法读取（文件已损坏）。请重新导出后再添加。",
    }


def test_names_that_windows_wrote_in_gbk_are_decoded(tmp_path: Path) -> None:
    raw = zipped([("aaaaaa.txt", TEXT)]).replace(b"aaaaaa.txt", "东关镇".encode("gbk") + b".txt")
    documents, _ = unzipped(saved(tmp_path, "案例.zip", raw))
    assert list(documents) == ["案例.zip/东关镇.txt"]


@pytest.mark.parametrize("name", ["../报告.txt", "/etc/报告.txt", "C:\\报告.txt", "甲/../../报告.txt"])
def test_paths_that_lead_out_of_the_archive_are_refused(tmp_path: Path, name: str) -> None:
    documents, failures = unzipped(saved(tmp_path, "案例.zip", zipped({name: TEXT, "好.txt": TEXT})))
    assert list(documents) == ["案例.zip/好.txt"]
    (message,) = failures.values()
    assert message.endswith("：压缩包里的路径不合法，已跳过。请重新打包。")


def test_links_are_not_followed(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("链接.txt")
    link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    documents, failures = unzipped(
        saved(tmp_path, "案例.zip", zipped([(link, "/etc/hostname"), ("好.txt", TEXT)]))
    )
    assert list(documents) == ["案例.zip/好.txt"]
    assert failures == {"案例.zip/链接.txt": "案例.zip/链接.txt：压缩包里的快捷方式，已跳过。"}


def test_an_archive_in_an_archive_is_named_and_not_opened(tmp_path: Path) -> None:
    inner = zipped({"报告.txt": TEXT})
    documents, failures = unzipped(saved(tmp_path, "案例.zip", zipped({"内.zip": inner, "好.txt": TEXT})))
    assert list(documents) == ["案例.zip/好.txt"]
    assert failures["案例.zip/内.zip"].endswith("内容是压缩包，不能当作一份报告读取。请解压后再添加。")


def test_the_second_of_two_members_of_one_name_is_refused(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        data = zipped([("报告.txt", TEXT), ("报告.txt", "另一份")])
    documents, failures = unzipped(saved(tmp_path, "案例.zip", data))
    assert documents["案例.zip/报告.txt"].raw == TEXT
    assert list(failures.values()) == ["案例.zip/报告.txt：压缩包里有同名文件，只读了先出现的一份。"]


def test_a_member_whose_checksum_is_wrong_costs_that_member_only(tmp_path: Path) -> None:
    data = zipped({"坏.txt": TEXT * 50, "好.txt": TEXT})
    at = data.index(b".txt") + 40
    data = data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]
    documents, failures = unzipped(saved(tmp_path, "案例.zip", data))
    assert list(documents) == ["案例.zip/好.txt"]
    assert failures == {"案例.zip/坏.txt": "案例.zip/坏.txt：无法读取（文件已损坏）。请重新导出后再添加。"}


def test_a_locked_archive_says_so(tmp_path: Path) -> None:
    data = bytearray(zipped({"报告.txt": TEXT}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + offset] |= 0x01
    _, failures = unzipped(saved(tmp_path, "案例.zip", bytes(data)))
    assert failures == {"案例.zip/报告.txt": "案例.zip/报告.txt：压缩包设有密码，无法读取。请解压后再添加。"}


def test_a_word_file_named_zip_is_read_as_word(tmp_path: Path) -> None:
    (document,) = load_all(saved(tmp_path, "报告.zip", docx(lambda d: d.add_paragraph(LEAD))))
    assert isinstance(document, Document)
    assert (document.doc, document.raw) == ("报告.zip", LEAD + "\n")
