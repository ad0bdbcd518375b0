"""rag/sentences.py: sentences of a passage, whole, with their place in the raw file."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.read import read_file
from corpus.types import Span
from rag.sentences import raw_span, sentences, statements
from tests.rag.made import LIUHE, hit, write_files


def parts(text: str, cuts: tuple[int, ...] = ()) -> list[str]:
    return [span.of(text) for span in sentences(text, cuts)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("甲建机制。乙管长远！", ["甲建机制。", "乙管长远！"]),
        ("他说：“有事有人管。”大家点头。", ["他说：“有事有人管。”", "大家点头。"]),
        ("“来了。”他说，随后离开。", ["“来了。”他说，随后离开。"]),
        ("推行“提、议。办”四步。", ["推行“提、议。办”四步。"]),
        ("行一\n行二。", ["行一", "行二。"]),
        ("没有句号", ["没有句号"]),
        ("", []),
        ("真的吗？！是的。", ["真的吗？！", "是的。"]),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    assert parts(text) == expected


def test_a_sentence_never_crosses_a_cut() -> None:
    assert parts("组建服务队并召开议事会。", (5,)) == ["组建服务队", "并召开议事会。"]


def test_a_very_long_sentence_is_cut_at_semicolons() -> None:
    long = "一是" + "健全机制" * 15 + "；二是" + "配强队伍" * 15 + "。"
    assert len(parts(long)) == 2


@given(
    st.text(alphabet="甲乙丙。！？；“”《》（）\n ，1", max_size=80), st.lists(st.integers(0, 80), max_size=4)
)
def test_sentences_keep_order_and_lose_only_white_space(text: str, cuts: list[int]) -> None:
    found = sentences(text, cuts)
    assert all(a.end <= b.start for a, b in pairwise(found))
    assert "".join("".join(span.of(text).split()) for span in found) == "".join(text.split())
    assert not any(span.start < cut < span.end for span in found for cut in cuts)


def test_raw_offsets_count_the_gaps_before_them() -> None:
    one = hit("组建服务队。召开议事会。", LIUHE, raw_start=100, breaks=((3, 1), (6, 2)))
    passage = one.stored.passage
    assert raw_span(passage, Span(0, 6)) == Span(100, 107)
    assert raw_span(passage, Span(6, 12)) == Span(109, 115)


def test_every_quote_stands_in_the_raw_file(tmp_path: Path) -> None:
    folder = write_files(tmp_path)
    (folder / "断行.txt").write_text(
        "某区：断行\n\n某省某市某区组建服务队，\n由社区牵头，每月召开\n一次议事会。共解决问题3\n20件。\n",
        "utf-8",
    )
    for path in sorted(folder.iterdir()):
        clean = read_file(path, folder)
        for passage in (p for group in clean.passages for p in group):
            for span in sentences(passage.text, passage.cuts):
                raw = raw_span(passage, span).of(clean.document.raw)
                assert raw.replace("\n", "").replace("\r", "") == span.of(passage.text).replace("\n", "")


def test_a_lead_phrase_goes_with_its_sentence_and_labels_are_not_quoted() -> None:
    text = "二、怎么管\n谁来评。由镇人居办牵头，各村参加。\n覆盖社区（村）\n平时干，责任分到人。镇干部包村。"
    told = [span.of(text) for span in statements(text)]
    assert told == ["谁来评。由镇人居办牵头，各村参加。", "平时干，责任分到人。镇干部包村。"]
    assert [span.of("累计46万名") for span in statements("累计46万名")] == ["累计46万名"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("钱从哪来？一户出一百元。大家同意。", ["钱从哪来？一户出一百元。", "大家同意。"]),
        ("“值班”的人少怎么办？各楼轮流出人。", ["“值班”的人少怎么办？各楼轮流出人。"]),
        (
            "先说第一件。一是配强队伍。每个楼栋选一名楼长。",
            ["先说第一件。一是配强队伍。", "每个楼栋选一名楼长。"],
        ),
        ("工作分三步走。大家都来。二是配强队伍。每个楼栋选一名楼长。", None),
        ("）各楼栋选出楼长。", ["各楼栋选出楼长。"]),
    ],
)
def test_a_question_or_a_point_stands_with_what_it_announces(text: str, expected: list[str] | None) -> None:
    found = [span.of(text) for span in statements(text)]
    assert found == (expected or ["工作分三步走。大家都来。", "二是配强队伍。每个楼栋选一名楼长。"])
