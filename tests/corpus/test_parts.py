"""corpus/parts.py: parts that a page numbers 01, 02, …; invented texts."""

from __future__ import annotations

from corpus.outline import sections
from corpus.parts import numbered_parts
from corpus.subheads import run_in
from tests.corpus.made import LEAD, RESULT

TEXT = f"大家都说好。01窗口开到村为了方便群众，{LEAD}02代办送到家近日，{RESULT}"


def test_numbered_parts_are_headings_without_their_numbers() -> None:
    assert [(s.level, s.heading) for s in sections(TEXT)] == [(2, "窗口开到村"), (2, "代办送到家")]


def test_a_part_of_nothing_but_a_heading_ends_at_the_next_number() -> None:
    text = f"大家都说好。01窗口开到“家门口”02代办送到家近日，{RESULT}{LEAD}"
    assert [span.of(text) for span in numbered_parts(text).values()] == ["01窗口开到“家门口”", "02代办送到家"]


def test_a_number_alone_a_step_and_a_grid_are_no_parts() -> None:
    for text in (
        f"大家都说好。02代办送到家近日，{RESULT}",
        "点开首页。01第一步打开窗口页面，点代办。02第二步填写姓名和住址，点提交，等代办员上门来取材料。",
        f"收到诉求后，01网格员立即上门。{LEAD}",
    ):
        assert numbered_parts(text) == {}


def test_names_head_their_parts_where_one_is_doubled() -> None:
    said = "把办事窗口开到村口，请代办员上门取材料，老人们都说好。"
    text = f"大家都说好。柳树村柳树村{said}东街社区东街新社区{said}浦东街炎炎夏日，浦东街{said}"
    assert [span.of(text) for span in run_in(text)] == ["柳树村", "东街社区", "浦东街"]
    assert run_in(f"大家都说好。东街社区东街新社区{said}{said}") == []
