"""corpus/segment.py: a page of several reports is taken apart; one report is left whole."""

from __future__ import annotations

from typing import Any

import pytest

from corpus.editor import Editor
from corpus.segment import segment
from corpus.types import Span
from tests.corpus.made import read
from tests.golden import case, rows

ROWS = rows("segment")


@pytest.mark.parametrize("row", [case(row, "id", "kind") for row in ROWS])
def test_golden(row: dict[str, Any]) -> None:
    got = [[report.title, report.text[:12], report.text[-12:]] for report in read(row["raw"]).reports]
    assert got == row["reports"]


@pytest.mark.parametrize("row", ROWS, ids=[row["id"] for row in ROWS])
def test_regions_cover_the_text_in_order(row: dict[str, Any]) -> None:
    raw = row["raw"]
    regions = segment(Editor(raw, [Span(0, len(raw))]), Span(0, len(raw)))
    assert "".join(region.of(raw) for region in regions) == raw
    assert all(len(region) for region in regions)


def test_reports_of_one_file_are_numbered_from_one() -> None:
    file = read(ROWS[1]["raw"], "甲/报告.txt")
    assert [report.report for report in file.reports] == [f"甲/报告.txt#{n}" for n in (1, 2, 3)]
    assert {report.doc for report in file.reports} == {"甲/报告.txt"}
