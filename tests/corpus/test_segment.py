"""corpus/segment.py: a page of several reports is taken apart; one report is left whole."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from corpus.editor import Editor
from corpus.segment import segment
from corpus.types import Span
from tests.corpus.made import read

GOLDEN = Path(__file__).parents[1] / "golden" / "segment.jsonl"
ROWS: list[dict[str, Any]] = [json.loads(line) for line in GOLDEN.read_text("utf-8").splitlines()]


def case(row: dict[str, Any]) -> Any:
    """A golden row; one with `xfail` is a known failure."""
    marks = [pytest.mark.xfail(reason=row["xfail"], strict=True)] if "xfail" in row else []
    return pytest.param(row, id=f"{row['id']}-{row['kind']}", marks=marks)


@pytest.mark.parametrize("row", [case(row) for row in ROWS])
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
