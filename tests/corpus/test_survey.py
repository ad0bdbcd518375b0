"""python -m corpus survey, pace and starts: whole folders in one table, cost, sentence starts."""

from __future__ import annotations

import json
import lzma
from pathlib import Path

import pytest
from typer.testing import CliRunner

from corpus.__main__ import app
from corpus.errors import TashanError
from corpus.starts import boundary, count
from corpus.survey import pace, survey
from tests.corpus.made import LEAD, NEXT, RESULT, TITLE

ITEM = f"{TITLE}\n2023-08-17 来源：柳溪日报\n彰武县东关镇：{LEAD}\n{RESULT}\n{NEXT}\n责任编辑：王芳\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two reports and an empty file."""
    (tmp_path / "甲.txt").write_text(ITEM, encoding="utf-8")
    (tmp_path / "乙.txt").write_text(ITEM.replace("彰武县", "建平县"), encoding="utf-8")
    (tmp_path / "空.txt").write_text("", encoding="utf-8")
    return tmp_path


def test_a_survey_counts_what_reading_gave(folder: Path) -> None:
    found = survey([folder])
    assert (found.files, found.reports, len(found.failed)) == (2, 2, 1)
    assert found.raw == 2 * len(ITEM)
    assert found.kept + sum(found.removed.values()) <= found.raw
    assert found.removed["责任编辑"] == 2 * len("\n责任编辑：王芳\n")
    assert sum(found.levels.values()) == found.reports


def test_the_survey_is_one_line_of_json_or_a_table(folder: Path) -> None:
    done = CliRunner().invoke(app, ["survey", str(folder), "--json"])
    row = json.loads(done.stdout)
    assert (row["files"], row["reports"]) == (2, 2)
    assert set(row["localities"]) == {"province", "city", "county", "town", "community", "unplaced"}
    assert done.stderr.startswith("空.txt：")
    shown = CliRunner().invoke(app, ["survey", str(folder)]).stdout
    assert "去掉：责任编辑" in shown
    assert "每秒文件" in shown


@pytest.mark.parametrize("ending", [".jsonl", ".jsonl.xz"])
def test_pace_reads_the_first_items_of_a_table(tmp_path: Path, ending: str) -> None:
    data = "".join(json.dumps({"text": f"第{n}期。{LEAD}"}, ensure_ascii=False) + "\n" for n in range(6))
    path = tmp_path / f"表{ending}"
    path.write_bytes(lzma.compress(data.encode()) if ending.endswith("xz") else data.encode())
    assert [(x.items, x.passages) for x in pace(path, [2, 5, 9])] == [(2, 2), (5, 5)]


def test_wrong_numbers_of_items_are_refused(folder: Path) -> None:
    done = CliRunner().invoke(app, ["pace", str(folder / "甲.txt"), "--items", "多"])
    assert isinstance(done.exception, TashanError)


def test_a_boundary_is_marked_by_a_doubled_title_or_a_dateline() -> None:
    assert boundary("2023-08-01，正文：原标题：窗口开到村窗口开到村近日，柳溪县推行代办。") == (
        "窗口开到村",
        "近日，柳溪县推行代办。",
    )
    assert boundary("柳溪日报讯（记者 王芳）近日，柳溪县推行代办。") == ("", "近日，柳溪县推行代办。")
    assert boundary("近日，柳溪县推行代办。") is None


def test_the_table_of_starts_does_not_depend_on_the_order_and_tells_starts_from_insides() -> None:
    texts = [
        f"窗口开到{village}窗口开到{village}近日，柳溪县{village}推行上门代办，老人不出村就能办事，群众少跑路。"
        for village in ("东关", "西关", "南关", "北关")
    ]
    table = count(texts).table()
    assert table == count(texts[::-1]).table()
    odds = {tuple(row.split("\t")[:2]): float(row.split("\t")[2]) for row in table.splitlines()[1:]}
    assert odds["right", "近日，"] > 0
    assert odds["left", "关"] > 0


def test_starts_writes_a_file_or_says_that_nothing_marks_a_boundary(tmp_path: Path) -> None:
    news = tmp_path / "稿.txt"
    news.write_text("窗口开到村窗口开到村近日，柳溪县推行代办，群众少跑路。", encoding="utf-8")
    out = tmp_path / "starts.tsv"
    done = CliRunner().invoke(app, ["starts", str(news), "--out", str(out)])
    assert done.exit_code == 0
    assert out.read_text("utf-8").startswith("# log odds")
    news.write_text("近日，柳溪县推行代办，群众少跑路。", encoding="utf-8")
    assert isinstance(CliRunner().invoke(app, ["starts", str(news)]).exception, TashanError)
