"""corpus/tables.py: CSV, JSON lines, Excel."""

from __future__ import annotations

import pytest

from corpus.errors import UnreadableFile
from corpus.load import read_bytes
from tests.corpus.made import (
    LEAD,
    NEXT,
    RESULT,
    TITLE,
    body,
    xlsx,
)


@pytest.mark.parametrize("mark", [",", "\t", ";", "；"])
def test_csv_with_every_delimiter(mark: str) -> None:
    rows = [["标题", "发布日期", "来源", "正文"], [TITLE, "2024-05-06", "县报", LEAD]]
    document = read_bytes("\n".join(mark.join(row) for row in rows).encode(), "表.csv")
    assert body(document) == LEAD
    assert dict(document.records[0].fields) == {"title": TITLE, "date": "2024-05-06", "source": "县报"}


def test_csv_offsets_are_those_of_the_file_through_quotation_marks() -> None:
    raw = '\ufefftitle,text\n甲,"他说""好""，\n大家同意。"尾巴\n'
    document = read_bytes(raw.encode(), "表.csv")
    assert body(document) == '他说"好"，\n大家同意。尾巴'
    assert document.raw == raw


def test_csv_rows_with_missing_cells_are_named_and_the_rest_is_read() -> None:
    raw = f"2024年案例汇总\n标题,正文\n甲,{LEAD}\n乙\n丙,\n\n丁,{NEXT}\n"
    document = read_bytes(raw.encode(), "表.csv")
    assert [body(document, i) for i in range(2)] == [LEAD, NEXT]
    assert document.problems == ("第 4、5 行没有正文，已跳过。",)


def test_csv_without_a_text_column_is_refused() -> None:
    with pytest.raises(UnreadableFile, match="表格里没有找到正文列。请把列名写成"):
        read_bytes("村名,件数\n东关村,3\n".encode(), "表.csv")


def test_jsonl_reports_and_faulty_lines() -> None:
    lines = [
        f'{{"标题": "甲", "日期": "2024-05-06", "正文": "{LEAD}"}}',
        "{不是",
        '["数组"]',
        '{"title": "空", "text": ""}',
        f'{{"title": "乙", "text": ["{RESULT}", "{NEXT}"], "date": 2024}}',
        '{"text": "孤儿\\ud83d字"}',
    ]
    document = read_bytes(("\ufeff" + "\n".join(lines)).encode(), "表.jsonl")
    assert [body(document, i) for i in range(3)] == [LEAD, f"{RESULT}\n{NEXT}", "孤儿\ufffd字"]
    assert dict(document.records[1].fields) == {"title": "乙", "date": "2024"}
    assert document.problems == (
        "第 2 行不是有效的 JSON，已跳过。",
        "第 3 行不是 JSON 对象，已跳过。",
        "第 4 行没有正文，已跳过。",
    )


def test_excel_sheets_columns_and_dates() -> None:
    from datetime import datetime

    data = xlsx(
        {
            "案例": [
                ["柳溪县案例汇总"],
                ["案例名称", "报送时间", "报送单位", "主要做法"],
                [TITLE, datetime(2024, 5, 6), "东关镇", LEAD],
                ["缺", None, None, None],
            ],
            "统计": [["村名", "件数"], ["东关村", 3]],
            "english": [["text", "title"], [NEXT, "乙"]],
            "空": [],
        }
    )  # fmt: skip
    document = read_bytes(data, "汇总.xlsx")
    assert [body(document, i) for i in range(2)] == [LEAD, NEXT]
    assert dict(document.records[0].fields) == {"title": TITLE, "date": "2024-05-06", "source": "东关镇"}
    assert document.problems == ("工作表“案例”第 4 行没有正文，已跳过。", "工作表“统计”没有正文列，已跳过。")
