"""corpus/read.py: a folder in, reports and passages out; nothing silent."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest

from corpus.errors import TashanError
from corpus.read import files_in, read_all, read_file
from corpus.types import CleanFile, Failure
from tests.corpus.made import LEAD, NEXT, RESULT, TEXT, TITLE, read, zipped

SAMPLE = Path(__file__).parents[2] / "corpus" / "sample"


KNOWN: dict[str, set[str]] = {}


@pytest.fixture(scope="module")
def sample() -> dict[str, CleanFile]:
    """The example reports, read."""
    got = list(read_all([SAMPLE]))
    assert not [x for x in got if isinstance(x, Failure)]
    return {x.document.doc: x for x in got if isinstance(x, CleanFile)}


def manifest() -> list[dict[str, str]]:
    """What the example reports are."""
    with (SAMPLE / "manifest.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_example_reports_are_all_read_and_nothing_else(sample: dict[str, CleanFile]) -> None:
    rows = manifest()
    assert set(sample) == {row["file"] for row in rows}
    assert not {doc: file.problems for doc, file in sample.items() if file.problems}
    wanted = {row["file"]: 0 for row in rows}
    for row in rows:
        wanted[row["file"]] += 1
    assert {doc: len(file.reports) for doc, file in sample.items()} == wanted


def test_the_example_reports_have_the_titles_that_their_manifest_names(sample: dict[str, CleanFile]) -> None:
    rows = manifest()
    right = sum(
        "".join((sample[row["file"]].reports[int(row["report_no"]) - 1].title or "").split())
        == "".join(row["title"].split())
        for row in rows
    )
    assert right >= 0.97 * len(rows)


@pytest.mark.parametrize(
    "noise",
    ["查看更多", "【打印】", "猜你喜欢", "正文：", "原标题", "ICP备", "当前位置", "分享到", "责任编辑"],
)
def test_furniture_of_the_example_reports_is_gone(sample: dict[str, CleanFile], noise: str) -> None:
    left = {doc for doc, file in sample.items() if any(noise in report.text for report in file.reports)}
    assert {doc[:5] for doc in left} <= KNOWN.get(noise, set())


def test_files_are_found_below_folders_without_hidden_ones_and_notes(tmp_path: Path) -> None:
    for name in (
        "甲/报告.txt",
        ".git/x.txt",
        "甲/.隐藏.txt",
        "乙/~$报告.docx",
        "README.md",
        "manifest.csv",
        "乙/报告.md",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(TEXT, encoding="utf-8")
    assert [path.relative_to(root).as_posix() for path, root in files_in(tmp_path)] == [
        "乙/报告.md",
        "甲/报告.txt",
    ]


def test_links_that_lead_out_of_the_folder_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "外.txt").write_text(TEXT, encoding="utf-8")
    inside = tmp_path / "内"
    inside.mkdir()
    (inside / "链接.txt").symlink_to(tmp_path / "外.txt")
    (inside / "报告.txt").write_text(TEXT, encoding="utf-8")
    assert [path.name for path, _ in files_in(inside)] == ["报告.txt"]


def test_a_path_that_does_not_exist_is_an_error(tmp_path: Path) -> None:
    missing = tmp_path / "没有"
    with pytest.raises(TashanError, match=re.escape(f"没有找到：{missing}。请检查路径。")):
        list(read_all([missing]))


def test_archives_and_single_files_go_through_the_same_door(tmp_path: Path) -> None:
    (tmp_path / "案例.zip").write_bytes(zipped({"甲.txt": TEXT, "乙.xyz": "x"}))
    (tmp_path / "丙.txt").write_text(TEXT, encoding="utf-8")
    got = list(read_all([tmp_path / "案例.zip", tmp_path / "丙.txt"]))
    assert [x.doc if isinstance(x, Failure) else x.document.doc for x in got] == [
        "案例.zip/甲.txt",
        "案例.zip/乙.xyz",
        "丙.txt",
    ]


def test_a_report_knows_its_file_its_place_in_it_and_its_passages(tmp_path: Path) -> None:
    path = tmp_path / "报告.txt"
    path.write_text(TEXT, encoding="utf-8")
    file = read_file(path)
    (report,), (pieces,) = file.reports, file.passages
    assert (report.report, report.doc, report.title) == ("报告.txt#1", "报告.txt", TITLE)
    assert report.text == f"{LEAD}\n{RESULT}\n{NEXT}"
    assert [p.passage for p in pieces] == [f"报告.txt#1:{n}" for n in range(1, len(pieces) + 1)]


def test_a_file_with_nothing_but_furniture_says_so() -> None:
    file = read("责任编辑：王芳\n返回搜狐，查看更多\n")
    assert file.reports == ()
    assert file.problems == ("没有找到正文：清洗后没有剩下任何句子。",)


def test_the_places_of_a_table_hold_where_its_text_names_none() -> None:
    row = {"标题": "窗口开到村", "省": "辽宁省", "市": "阜新市", "县": "彰武县", "正文": NEXT[4:]}
    (report,) = read(json.dumps(row, ensure_ascii=False), "表.jsonl").reports
    assert report.locality.levels[:3] == ("辽宁省", "阜新市", "彰武县")


def test_other_columns_of_a_table_are_listed_as_removed() -> None:
    file = read(f"标题,编号,正文\n甲,A-17,{LEAD}\n", "表.csv")
    assert any("A-17" in r.text for r in file.removed if r.rule == "表格其他列")


def test_an_error_of_ours_costs_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("甲.txt", "乙.txt"):
        (tmp_path / name).write_text(TEXT, encoding="utf-8")

    def broken(document: object) -> CleanFile:
        raise ValueError(f"{getattr(document, 'doc', '')}")

    monkeypatch.setattr("corpus.read.read_document", broken)
    got = list(read_all([tmp_path]))
    assert all(isinstance(x, Failure) and "处理时出错（ValueError" in x.message for x in got)
    assert len(got) == 2


def test_the_evidence_of_the_gold_answers_stands_word_for_word_in_the_cleaned_reports(
    sample: dict[str, CleanFile],
) -> None:
    gold = SAMPLE.parents[1] / "eval" / "gold" / "sample.jsonl"
    for line in gold.read_text("utf-8").splitlines():
        row = json.loads(line)
        for answer in row["gold"]:
            text = "\n".join(report.text for report in sample[answer["doc"]].reports)
            missing = [words for words in answer["evidence"] if words not in text]
            assert not missing, (row["id"], answer["doc"], missing)


def test_where_a_dateline_was_sent_from_is_no_place(tmp_path: Path) -> None:
    raw = (
        "2023-08-16 10:51，正文：原标题：柳溪农场志愿服务有办法 职工家门口有帮手央广网哈尔滨8月16日消息 "
        "为帮助职工，8月15日，柳溪农场有限公司组织二十个支部的党员清理沟渠，职工说这样的活动要常办。"
        "党员们还给老人送去了清凉用品。返回搜狐，查看更多责任编辑："
    )  # invented
    (tmp_path / "农场.txt").write_text(raw, encoding="utf-8")
    assert not read_file(tmp_path / "农场.txt").reports[0].locality.known


def test_both_offices_that_issue_a_notice_stand_in_its_title() -> None:
    title = "柳溪县财政局 柳溪县民政局关于做好老年人代办服务工作的通知"
    (twice,) = read(f"{title} {title} 各乡镇人民政府： {LEAD} {RESULT} {NEXT}").reports
    wide = title.replace(" ", "\u3000")
    (once,) = read(f"{wide} 各乡镇人民政府： {LEAD} {RESULT} {NEXT}").reports
    assert (twice.title, once.title) == (title, wide)
