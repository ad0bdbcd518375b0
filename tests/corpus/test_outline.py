"""corpus/outline.py: numbered, unnumbered and lead-phrase headings, and the sections under them."""

from __future__ import annotations

import pytest

from corpus.outline import LEAD_LEVEL, sections
from tests.corpus.made import LEAD, NEXT, RESULT, docx, read


def outline(text: str) -> list[tuple[int, str]]:
    """Level and heading of every section."""
    return [(section.level, section.heading) for section in sections(text)]


def test_numbered_headings_nest_by_their_numbering() -> None:
    text = f"一、建队伍\n（一）选人\n{LEAD}\n1.看本事\n{RESULT}\n（二）管人\n{NEXT}\n二、立制度\n{LEAD}"
    got = outline(text)
    assert [heading for _, heading in got] == [
        "一、建队伍",
        "（一）选人",
        "1.看本事",
        "（二）管人",
        "二、立制度",
    ]
    levels = dict((heading, level) for level, heading in got)
    assert (
        levels["一、建队伍"]
        == levels["二、立制度"]
        < levels["（一）选人"]
        == levels["（二）管人"]
        < levels["1.看本事"]
    )


def test_a_section_ends_where_the_next_of_its_level_begins() -> None:
    text = f"一、建队伍\n{LEAD}\n（一）选人\n{RESULT}\n二、立制度\n{NEXT}"
    first, inner, second = sections(text)
    assert first.span.end == inner.span.end == second.span.start
    assert first.body.of(text).strip() == f"{LEAD}\n（一）选人\n{RESULT}"
    assert second.span.end == len(text)


@pytest.mark.parametrize(
    "heading",
    [
        "一、建队伍，让事有人办",
        "（二）立制度",
        "3.看成效",
        "第一章 总则",
        "四、抓落实：一件一件办",
        "①建台账",
    ],
)
def test_headings_on_lines_of_their_own(heading: str) -> None:
    assert (heading in [h for _, h in outline(f"{heading}\n{LEAD}")]) is True


@pytest.mark.parametrize("heading", ["建队伍 强本领", "窗口开到村，事情办到家", "“红色物业”进小区"])
def test_unnumbered_headings_of_newspapers(heading: str) -> None:
    assert outline(f"{LEAD}\n{heading}\n{RESULT}\n{NEXT}") == [(2, heading)]


@pytest.mark.parametrize(
    ("line", "heading"),
    [
        ("（一）建队伍。" + LEAD, "（一）建队伍。"),
        ("一是摸清底数。" + LEAD, "一是摸清底数"),
        ("四级联动强统筹。" + LEAD, "四级联动强统筹"),
        ("“红色物业”共议事。" + LEAD, "“红色物业”共议事"),
    ],
)
def test_headings_that_run_into_their_text(line: str, heading: str) -> None:
    ((_, got),) = outline(f"{line}\n{RESULT}")
    assert got == heading


@pytest.mark.parametrize(
    "text",
    [
        f"{LEAD}\n“代办员来了，我们少跑了路！”\n{RESULT}",
        f"{LEAD}\n今年共办1860件。\n{RESULT}",
        f"{LEAD}\n2023\n{RESULT}",
        f"2023年8月，{LEAD}",
        f"1860件事项全部办结，{RESULT}",
        f"{LEAD}{RESULT}{NEXT}",
    ],
)
def test_what_is_no_heading(text: str) -> None:
    assert outline(text) == []


def test_a_lead_phrase_is_the_innermost_level() -> None:
    text = f"一、建队伍\n四级联动强统筹。{LEAD}\n二、立制度\n{NEXT}"
    assert [level for level, _ in outline(text)] == [1, LEAD_LEVEL, 1]


def test_headings_that_the_format_marks_are_taken_at_their_level() -> None:
    file = read(
        docx(
            lambda d: (
                d.add_heading("怎样选人", 1),
                d.add_paragraph(LEAD),
                d.add_heading("选上以后怎样管，怎样考，怎样换，谁说了算", 2),
                d.add_paragraph(RESULT),
            )
        ),
        "报告.docx",
    )
    (report,) = file.reports
    wanted = {"怎样选人": 1, "选上以后怎样管，怎样考，怎样换，谁说了算": 2}
    got = {section.heading: section.level for section in report.sections}
    assert {heading: got.get(heading) for heading in list(wanted)[1:]} == {
        h: v for h, v in list(wanted.items())[1:]
    }


@pytest.mark.parametrize(
    "line",
    [
        "责任单位：县民政局",
        "地址：柳溪县东关镇1号",
        "《办事条例》第十二条",
        "柳溪县人民政府 2023年8月1日",
        "柳溪县领导小组",
    ],
)
def test_labels_citations_and_signatures_are_no_headings(line: str) -> None:
    assert outline(f"{LEAD}\n{line}\n{RESULT}\n{NEXT}") == []


def test_a_glossary_belongs_to_no_section_above_it() -> None:
    assert outline(f"一、建队伍\n{LEAD}\n名词解释\n{RESULT}") == [(1, "一、建队伍"), (1, "名词解释")]


def test_a_name_in_quotation_marks_goes_on_behind_a_blank() -> None:
    told = "代办员上门取材料、送证件，老人不用跑腿，材料齐了当天受理，缺什么一次说清。" * 3
    text = f"{told}“红色窗口” 守护百姓平安今年以来，镇里每村设了代办点。{told}"
    assert (2, "“红色窗口” 守护百姓平安") in outline(text)
