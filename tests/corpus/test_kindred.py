"""corpus/kindred.py and joints.py: run-in headings that vouch for each other; invented texts."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from corpus.__main__ import app
from corpus.errors import TashanError
from corpus.joints import grams, joint, table
from corpus.outline import sections
from corpus.subheads import run_in
from tests.corpus.made import LEAD

TOLD = "镇里给每个村配了一名代办员，老人有需要就上门取材料，办好了再送回家里。"
ONE = "凝聚众人之智，共商小区大事"
TWO = "凝聚众人之力，共建美好家园"
AT_HOME = "在活动室里，居民每周六来议事，停车晾衣都商量出办法。"
AT_DOORS = "通过上门走访，社区请来退休的瓦工和电工，修灯修锁。"


def found(text: str) -> list[str]:
    return [span.of(text) for span in run_in(text)]


def test_two_halves_of_one_build_with_characters_in_common_are_headings() -> None:
    assert found(f"{TOLD}{ONE}{AT_HOME}{TOLD}{TWO}{AT_DOORS}{TOLD}") == [ONE, TWO]


def test_one_of_them_alone_is_not_believed() -> None:
    assert found(f"{TOLD}{ONE}{AT_HOME}{TOLD}") == []


def test_a_dot_divides_halves_too_and_all_of_a_family_are_taken() -> None:
    heads = ["整洁庭院·共建", "温暖邻里·共享", "平安巷道·共治"]
    bodies = [
        "近日，社区请来老师傅修花坛，居民周末一起种花。",
        "始终把老人放在心上，站点每天有人值守送餐。",
        "一条巷子一盏灯，夜里走路亮堂堂。",
    ]
    text = TOLD + "".join(head + body + TOLD for head, body in zip(heads, bodies, strict=True))
    assert found(text) == heads


def test_headings_of_one_length_stand_in_front_of_the_one_who_acts() -> None:
    text = f"{TOLD}排查全覆盖该警务室民警逐户登记，一户也不落下。{TOLD}回访不停歇该警务室民警针对新情况，"
    assert found(f"{text}每月上门一次。{TOLD}") == ["排查全覆盖", "回访不停歇"]
    names = (
        f"{TOLD}红星村群众性自治组织逐户登记，一户也不落下。{TOLD}东关村群众性自治组织每月上门，看看新情况。"
    )
    assert found(names + TOLD) == []


def test_bare_numbers_head_parts_where_their_headings_may_be_as_long() -> None:
    heads = ["1广泛宣传发动", "2定期组织巡查", "3开展安全培训"]
    text = TOLD + "".join(f"{head}近日，社区请来老师傅讲课，居民都来听。{TOLD}" for head in heads)
    assert found(text) == heads
    assert found(f"{TOLD}1个站点建好了。{TOLD}2个站点在修。{TOLD}3个站点待建，明年完工。{TOLD}") == []


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("代办员走进红星村，耐心解答", "代办员走进东关村，热情登记"),  # who does what, and where
        ("当天上午九时后，小区大门口", "当天下午三时后，小区活动室"),  # when
        ("凝聚众人之智，共商小区大事", "凝聚众人之智，共建美好家园"),  # one half and the same
    ],
)
def test_sentences_that_begin_alike_are_none(first: str, second: str) -> None:
    assert found(f"{TOLD}{first}{AT_HOME}{TOLD}{second}{AT_DOORS}{TOLD}") == []


def test_a_short_heading_stands_in_front_of_what_somebody_says() -> None:
    said = "“以前办证要跑三趟，现在一趟就办好了，真省心！”王阿姨说。"
    assert found(f"{TOLD}一窗全办{said}{TOLD}") == ["一窗全办"]
    assert found(f"{TOLD}王阿姨笑道{said}{TOLD}") == []


def test_what_somebody_says_is_no_lead_phrase_behind_its_heading() -> None:
    said = (
        "“以前办证难。现在一趟就办好了，真省心！”王阿姨说，村里的代办员还会上门来取材料，再也不用自己跑了。"
    )
    assert [s.heading for s in sections(f"{TOLD}一窗全办{said}{TOLD}")] == ["一窗全办"]


def test_an_aim_opens_the_sentence_behind_a_heading() -> None:
    assert found(f"{TOLD}“送水员”上门为避免老人中暑，社区每天送来凉茶和毛巾。{TOLD}") == ["“送水员”上门"]
    many = "针对排查中看到的路面破损、坡道缺失、老人和推婴儿车的居民上下楼不方便等问题，社区逐一修好。"
    assert found(f"{TOLD}一楼一策补齐短板{many}{TOLD}") == ["一楼一策补齐短板"]
    assert found(f"{TOLD}譬如，东关社区{many}{TOLD}") == []
    assert found(f"{TOLD}到达现场后，代办员为避免老人久等，先登记了姓名和住址。{TOLD}") == []


def test_grams_stand_beside_a_place_and_across_it() -> None:
    assert "点赞|近日" in grams("点赞", "近日") and "L点赞" in grams("点赞", "近日")


def test_a_sentence_ends_in_front_of_an_opening_rather_than_inside_a_word() -> None:
    text = "村民纷纷点赞近日东关镇召开会议"
    assert joint(text, 0, 6) > max(0.0, *(joint(text, 0, at) for at in (4, 5, 7, 10)))


def test_a_table_is_learnt_from_texts_that_are_about_towns_and_is_the_same_each_time() -> None:
    texts = [f"社区{LEAD}居民都来点赞。近日社区组织义诊。居民都来点赞。近日街道组织义诊。"] * 40
    rows = table(texts)
    assert rows == table(texts)
    weights = dict(row.split("\t") for row in rows.splitlines()[1:])
    assert float(weights["R近日"]) > 0
    assert table(["股市今天上涨。明天再看。"] * 40).count("\n") == 1


def test_the_command_writes_the_table(tmp_path: Path) -> None:
    source, out = tmp_path / "新闻.jsonl", tmp_path / "joints.tsv"
    row = f'{{"text": "社区{LEAD}居民都来点赞。近日社区组织义诊。居民都来点赞。近日街道组织义诊。"}}\n'
    source.write_text(row * 40, encoding="utf-8")
    done = CliRunner().invoke(app, ["joints", str(source), "--out", str(out)])
    assert done.exit_code == 0 and "R近日\t" in out.read_text(encoding="utf-8")
    assert isinstance(CliRunner().invoke(app, ["joints", str(tmp_path / "无.jsonl")]).exception, TashanError)
