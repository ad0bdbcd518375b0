"""The users' dictionary: enough of it, no single characters, errors that name the line."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.errors import TashanError
from rag import terms


def test_there_are_enough_groups_and_each_says_one_thing_in_several_ways() -> None:
    groups = terms.load()
    assert len(groups) >= 150
    assert all(len(group.terms) > 1 and 0 < group.weight <= 1 for group in groups)
    assert all(len(word) > 1 for word in terms.words())
    assert len(set(terms.words())) == len(terms.words())


@pytest.mark.parametrize(
    ("topic", "also"),
    [
        ("接诉即办怎么落实", "12345"),
        ("红色物业", "党建引领物业"),
        ("村里代缴水电费", "代办"),
        ("老楼装电梯", "加装电梯"),
        ("讨薪", "欠薪"),
    ],
)
def test_a_term_brings_its_synonyms(topic: str, also: str) -> None:
    assert also in dict(terms.expand(topic))


def test_what_is_said_already_is_not_added() -> None:
    assert "红色物业" not in dict(terms.expand("红色物业"))
    assert terms.expand("毫不相干的一句话") == ()
    assert len(terms.expand("".join(terms.words()[:80]))) <= terms.MOST


def test_part_of_a_longer_term_brings_nothing(tmp_path: Path) -> None:
    table = tmp_path / "terms.csv"
    table.write_text("terms,weight,note\n时间银行|志愿时长,1,\n银行|信用社,1,\n", encoding="utf-8")
    assert terms.expand("时间银行", table) == (("志愿时长", 1.0),)
    assert dict(terms.expand("时间银行和银行网点", table)) == {"志愿时长": 1.0, "信用社": 1.0}


def test_a_users_table_is_read_with_comments_and_a_byte_order_mark(tmp_path: Path) -> None:
    table = tmp_path / "terms.csv"
    table.write_text("\ufeff# 说明\nterms,weight,note\n\n屋场会|院坝会,,\n", encoding="utf-8")
    assert terms.load(table) == (terms.Group(("屋场会", "院坝会"), 1.0),)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("屋场会|院坝会,1,\n", "表头"),
        ("terms,weight,note\n屋场会|院坝会,很近,\n", "第 2 行"),
        ("terms,weight,note\n屋场会|院坝会,3,\n", "第 2 行"),
        ("terms,weight,note\n会|院坝会,1,\n", "单字"),
        ("", "表头"),
    ],
)
def test_a_bad_table_is_named_with_its_line(tmp_path: Path, text: str, says: str) -> None:
    table = tmp_path / "terms.csv"
    table.write_text(text, encoding="utf-8")
    with pytest.raises(TashanError, match=says):
        terms.load(table)


def test_a_table_in_another_encoding_says_so(tmp_path: Path) -> None:
    table = tmp_path / "terms.csv"
    table.write_bytes("terms,weight,note\n屋场会|院坝会,1,\n".encode("gb18030"))
    with pytest.raises(TashanError, match="UTF-8"):
        terms.load(table)


def test_a_wording_of_questions_alone_is_understood_and_not_searched(tmp_path: Path) -> None:
    table = tmp_path / "terms.csv"
    table.write_text("terms,weight,note\n噪音扰民|噪音|~睡不着,0.8,\n", "utf-8")
    assert terms.concepts("吵得睡不着", table) == (("噪音扰民", "噪音"),)
    assert "睡不着" not in dict(terms.expand("噪音太大", table))
    assert set(dict(terms.expand("睡不着", table))) == {"噪音扰民", "噪音"}
