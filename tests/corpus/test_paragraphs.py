"""corpus/paragraphs.py: torn lines are joined, paragraphs stay apart, white space that means nothing goes."""

from __future__ import annotations

import pytest

from tests.corpus.made import LEAD, NEXT, RESULT, TITLE, kept, read

PARAGRAPHS = f"{LEAD}\n{RESULT}\n{NEXT}"


def torn(text: str, width: int, mark: str = "\n") -> str:
    """A paragraph set in lines of `width` characters."""
    return mark.join(text[i : i + width] for i in range(0, len(text), width))


@pytest.mark.parametrize("width", [28, 33, 40])
@pytest.mark.parametrize("mark", ["\n", "\r\n", "\n\n", " \n"])
def test_torn_lines_are_joined_and_paragraphs_stay_apart(width: int, mark: str) -> None:
    set_in_lines = "\n".join(torn(p, width, mark) for p in (LEAD, RESULT, NEXT))
    assert kept(f"{TITLE}\n{set_in_lines}") == PARAGRAPHS


@pytest.mark.parametrize("gap", ["\n", "\r\n", "\n\n\n", "\n　　", "　\n", "\n\xa0\xa0", "\n \n\t"])
def test_one_line_break_is_left_between_paragraphs(gap: str) -> None:
    got = kept(f"{TITLE}\n{gap.join((LEAD, RESULT, NEXT))}{gap}")
    assert got == PARAGRAPHS


@pytest.mark.parametrize("mark", ["\r", "\f", "\v", "\u2028", "\u2029", "\x85"])
def test_lines_that_end_otherwise_are_lines_and_nothing_is_lost(mark: str) -> None:
    file = read(mark.join((TITLE, LEAD, RESULT, NEXT)))
    assert "".join(report.text for report in file.reports).split() == [LEAD, RESULT, NEXT]


@pytest.mark.parametrize(
    "lines",
    [
        [LEAD, "一、建队伍", RESULT],
        ["（一）选人", LEAD, "（二）管人", RESULT],
        [LEAD, "“代办员来了，我们少跑了路！”", RESULT],
        ["镇里定了三条：", "一是不收费。", "二是不拖延。", "三是不推诿，办不了的说清原因。"],
    ],
)
def test_headings_and_speech_are_not_joined(lines: list[str]) -> None:
    text = kept("\n".join([TITLE, *lines, NEXT]))
    assert text.split("\n")[-len(lines) - 1 :] == [*lines, NEXT]


def test_a_line_that_begins_with_punctuation_goes_on() -> None:
    assert (
        kept(f"{TITLE}\n镇里配了代办员\n，老人不用跑腿。\n{RESULT}")
        == f"镇里配了代办员，老人不用跑腿。\n{RESULT}"
    )


def test_words_set_apart_in_the_midst_of_a_sentence_are_no_line() -> None:
    said = "代办1860件以上，满意率保持在九成。"
    text = kept(f"{TITLE}\n{RESULT}\n今年全镇代办工作的\n主要目标\n是：{said}\n{NEXT}")
    assert f"今年全镇代办工作的主要目标是：{said}" in text.split("\n")


def test_joins_and_white_space_are_named() -> None:
    file = read(f"{TITLE}\n　　{torn(LEAD, 30, '　' + chr(10))}\n{RESULT}")
    assert {"断行", "空白"} <= {removal.rule for removal in file.removed}
