"""corpus/decode.py: text in every encoding keeps every character."""

from __future__ import annotations

import pytest

from corpus.load import read_bytes
from tests.corpus.made import (
    LEAD,
    NEXT,
    RESULT,
    TEXT,
    read,
)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "gbk", "utf-16-le", "utf-16-be"])
def test_text_in_every_encoding_keeps_every_character(encoding: str) -> None:
    assert read_bytes(TEXT.encode(encoding), "报告.txt").raw == TEXT


@pytest.mark.parametrize(
    ("data", "raw"),
    [
        (TEXT.encode("utf-8-sig"), "\ufeff" + TEXT),
        (b"\xff\xfe" + TEXT.encode("utf-16-le"), "\ufeff" + TEXT),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), "\ufeff" + TEXT),
    ],
)
def test_a_byte_order_mark_counts_as_one_character_and_is_no_text(data: bytes, raw: str) -> None:
    file = read(data)
    assert file.document.raw == raw
    assert "\ufeff" not in file.reports[0].text
    assert any("\ufeff" in removal.text for removal in file.removed)


def test_lines_saved_in_different_encodings_are_each_read_in_their_own() -> None:
    data = LEAD.encode("gb18030") + b"\r\n" + RESULT.encode() + b"\r\n" + NEXT.encode("gb18030")
    assert read_bytes(data, "报告.txt").raw == f"{LEAD}\r\n{RESULT}\r\n{NEXT}"


def test_a_torn_last_character_costs_that_character_only_and_is_reported() -> None:
    document = read_bytes((LEAD + "\n第二行").encode()[:-1], "报告.txt")
    assert document.raw == LEAD + "\n第二\ufffd"
    assert document.problems == ("有 1 个字符无法识别，显示为 \ufffd。",)


def test_two_words_in_gbk_that_happen_to_be_valid_utf8() -> None:
    assert read_bytes("联通".encode("gbk"), "报告.txt").raw == "联通"


def test_symbol_font_bullets_and_emoji_are_text() -> None:
    text = "\n".join(["\uf06c 抓队伍：组建代办队", "\uf06c 抓制度：一事一评", "群众点赞👍👍👍"] * 4)
    assert read_bytes(text.encode(), "报告.txt").raw == text
