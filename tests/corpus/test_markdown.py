"""corpus/markdown.py: marks stay in the raw text and out of the report."""

from __future__ import annotations

import pytest

from corpus.load import read_bytes
from tests.corpus.made import (
    LEAD,
    NEXT,
    RESULT,
    TITLE,
    body,
    headings,
    read,
)
from tests.corpus.pages import MARKDOWN


def test_markdown_front_matter_gives_the_fields() -> None:
    (record,) = read_bytes(MARKDOWN.encode(), "报告.md").records
    assert dict(record.fields) == {"title": TITLE, "date": "2024-05-06", "source": "柳溪县融媒体中心"}


def test_markdown_marks_stay_in_the_raw_text_and_out_of_the_report() -> None:
    document = read_bytes(MARKDOWN.encode(), "报告.md")
    assert document.raw == MARKDOWN
    assert body(document).split("\n") == [
        "一、代办员进村",
        "",
        f"{LEAD}其中的代办员由镇里聘请，5*3=15。",
        "",
        "第一项：取件",
        "引自镇里的总结。",
        "",
        " 村名 件数 ",
        " 东关村 320 ",
        "",
        "",
        NEXT,
        "",
    ]
    assert headings(document) == [(2, "一、代办员进村")]


def test_markdown_marks_are_listed_as_removed() -> None:
    removed = [r for r in read(MARKDOWN, "报告.md").removed if r.rule == "标记符号"]
    assert {"**", "](https://example.invalid/a)", "- ", "> "} <= {r.text for r in removed}


def test_a_lone_first_heading_is_the_title_of_a_markdown_file() -> None:
    (report,) = read(f"# {TITLE}\n\n{LEAD}\n\n{RESULT}", "报告.md").reports
    assert report.title == TITLE
    assert report.text == f"{LEAD}\n{RESULT}"


@pytest.mark.parametrize("text", ["---\n", "***", "# \n", "|---|\n", "```\n```"])
def test_markdown_of_marks_alone_does_not_crash(text: str) -> None:
    read_bytes(text.encode(), "报告.md")
