"""The users' dictionary: enough of it, no single characters, errors that name the line."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from corpus.errors import TashanError
from rag import terms


def test_there_are_enough_groups_and_each_says_one_thing_in_several_ways() -> None:
    groups = terms.load()
    assert len(groups) >= 150
    assert all(len(group.terms) + len(group.asked) > 1 and 0 < group.weight <= 1 for group in groups)
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


# Wordings that belong to two things: 民宿 is a guesthouse of the village and a let flat of the estate.
TWICE = {"村规民约", "共建单位", "责任清单", "法律明白人", "支持起诉", "项目清单", "民宿"}


def test_a_term_stands_in_one_group() -> None:
    said = Counter(word for group in terms.load() for word in (*group.terms, *group.asked))
    assert {word for word, times in said.items() if times > 1} == TWICE


@pytest.mark.parametrize(
    "plain",
    [
        *("加强干部队伍建设", "提升服务工作水平", "不少功能人员", "立足本职工作"),
        *("做好保护工作", "国家政务平台", "共创文明", "缴存时间不限", "智能手表", "平台企业", "不值一分钱"),
        *("保护城市形象", "维护河岸", "开展座谈等活动", "科学技术协会", "零散工序", "项目落户园区"),
        *("夜间值班", "上当月的报表", "严格执行规定", "网上当日公布", "十分高兴"),
    ],
)
def test_ordinary_words_name_nothing(plain: str) -> None:
    """Words in which a term would hide that is too short: 部队 in 干部队伍, 务工 in 服务工作."""
    assert terms.concepts(plain) == ()


@pytest.mark.parametrize(
    ("asked", "thing"),
    [
        ("老人夜里摔了，按一下手环就有人来", "一键呼叫"),
        ("废品投进箱子攒分换鸡蛋", "积分制"),
        ("骑手想有个热饭的微波炉", "户外劳动者"),
        ("当过兵的想学开大车", "退役军人"),
        ("发大水以后房子泡了", "防汛"),
        ("两口子天天拌嘴", "婚恋"),
        ("山里的果子卖不动", "滞销"),
        ("老人食堂开不下去", "可持续运营"),
        ("办个证要白跑好几回", "政务服务下沉"),
        ("娃总往河里跑去玩水", "防溺水"),
        ("怕老人上了当把钱转走", "反诈"),
        ("家里老人记性差老走丢", "认知障碍"),
    ],
)
def test_what_people_say_names_the_thing(asked: str, thing: str) -> None:
    """Invented wordings of askers, none of a report."""
    assert thing in {group[0] for group in terms.concepts(asked)}


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
