"""python -m corpus inspect: the JSON contract, and the view for human eyes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from corpus.__main__ import app
from tests.corpus.made import LEAD, NEXT, RESULT, TITLE

RAW = f"首页 > 要闻\n{TITLE}\n2023-08-17 来源：柳溪日报\n{LEAD}\n一、看成效\n{RESULT}{NEXT}\n责任编辑：王芳\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two reports and a file that can't be read."""
    (tmp_path / "报告.txt").write_text(RAW, encoding="utf-8", newline="")
    (tmp_path / "[标记].txt").write_text(RAW, encoding="utf-8", newline="")
    (tmp_path / "空.txt").write_text("", encoding="utf-8")
    return tmp_path


def test_json_keeps_the_contract(folder: Path) -> None:
    done = CliRunner().invoke(app, ["inspect", str(folder / "报告.txt"), "--json"])
    assert done.exit_code == 0
    (line,) = done.stdout.splitlines()
    row = json.loads(line)
    assert list(row) == ["doc", "sha256", "reports", "removed", "problems"]
    (report,) = row["reports"]
    assert set(report) >= {"report", "title", "locality", "date", "source", "text", "sections", "passages"}
    assert (report["title"], report["date"], report["source"]) == (TITLE, "2023-08-17", "柳溪日报")
    assert set(report["locality"]) == {"province", "city", "county", "town", "community"}
    assert report["text"] == f"{LEAD}\n一、看成效\n{RESULT}{NEXT}"
    for section in report["sections"]:
        assert report["text"][section["start"] : section["end"]].startswith(section["heading"])
    for passage in report["passages"]:
        assert report["text"][passage["start"] : passage["end"]] == passage["text"]
        assert RAW[passage["raw_start"] : passage["raw_end"]].startswith(passage["text"][:10])
        assert isinstance(passage["heading_path"], list)
    for removal in row["removed"]:
        assert RAW[removal["raw_start"] : removal["raw_end"]] == removal["text"]
    assert {"面包屑", "标题", "来源日期", "责任编辑"} <= {removal["rule"] for removal in row["removed"]}


def test_json_has_one_line_a_file_and_messages_go_to_the_other_stream(folder: Path) -> None:
    done = CliRunner().invoke(app, ["inspect", str(folder), "--json"])
    rows = {row["doc"]: row for row in map(json.loads, done.stdout.splitlines())}
    assert set(rows) == {"报告.txt", "[标记].txt", "空.txt"}
    message = "空.txt：文件是空的。请检查导出是否成功。"
    assert rows["空.txt"] == {"doc": "空.txt", "reports": [], "removed": [], "problems": [message]}
    assert done.stderr.splitlines() == [message]


def test_the_view_shows_what_is_kept_and_what_was_removed_by_which_rule(folder: Path) -> None:
    done = CliRunner().invoke(app, ["inspect", str(folder)])
    assert done.exit_code == 0
    shown = done.stdout.replace("\n", "")
    for words in (
        "报告.txt",
        "[标记].txt",
        "1 篇报告",
        TITLE,
        "日期 2023-08-17",
        "来源 柳溪日报",
        "§ 一、看成效",
        LEAD[:20],
    ):
        assert words in shown
    removed = shown[shown.index("去掉的内容") :]
    assert "责任编辑" in removed and "面包屑" in removed


def test_a_path_that_does_not_exist_is_named(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["inspect", str(tmp_path / "没有.txt")])
    assert done.exit_code != 0
    told = str(done.exception) + done.output
    assert f"没有找到：{tmp_path / '没有.txt'}" in told.replace("\n", "")
