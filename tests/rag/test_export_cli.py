"""python -m rag export: four formats by file ending, one-line messages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from docx import Document

from rag.__main__ import main
from rag.export import FORMATS
from tests.rag.made import write_store

QUESTION = "红管家是怎么做的？"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_store(tmp_path_factory.mktemp("export"))


@pytest.fixture(autouse=True)
def fake_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TASHAN_MODEL", "fake")


def run(store: Path, *arguments: str | Path) -> int:
    return main(["export", *map(str, arguments), "--store", str(store)])


def test_a_question_in_four_formats(store: Path, tmp_path: Path) -> None:
    outs = [tmp_path / f"材料.{ending}" for ending in FORMATS]
    assert run(store, QUESTION, *[part for out in outs for part in ("-o", out)], "--date", "2025-06-01") == 0
    assert all(out.stat().st_size > 500 for out in outs)
    said = outs[-1].read_text("utf-8")
    assert "2025-06-01" in said
    assert "开平.txt" in said
    assert Document(str(outs[0])).paragraphs[0].text == f"治理案例素材：{QUESTION}"


def test_a_theme_becomes_a_comparison(store: Path, tmp_path: Path) -> None:
    assert run(store, "--theme", "红管家", "-o", tmp_path / "a.md", "--title", "我的对比") == 0
    said = (tmp_path / "a.md").read_text("utf-8")
    assert said.startswith("# 我的对比\n")
    assert "牵头与参与" in said


def test_saved_answers_are_held_against_the_store(
    store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ask", QUESTION, "--json", "--store", str(store)]) == 0
    answer = json.loads(capsys.readouterr().out)
    answer["citations"][0]["quote"] = "有人改过的话。"
    main(["compare", "红管家", "--json", "--store", str(store)])
    lines = [json.dumps(answer, ensure_ascii=False), "{坏的", "3", capsys.readouterr().out.strip()]
    saved = tmp_path / "答案.jsonl"
    saved.write_text("\n".join(lines), "utf-8")
    assert run(store, "--answers", saved, "-o", tmp_path / "a.md") == 0
    said = (tmp_path / "a.md").read_text("utf-8")
    assert "**【来源已变更】**有人改过的话。" in said
    assert "牵头与参与" in said
    told = capsys.readouterr().err
    assert "第2行" in told
    assert "第3行" in told
    assert "1条引文与库里现在的报告不一致" in told


@pytest.mark.parametrize(
    "arguments",
    [(), (QUESTION,), (QUESTION, "-o", "a.pdf"), (QUESTION, "-o", "没有的文件夹/a.md"), ("-o", "a.md"),
     ("火星基地怎么做红管家？", "-o", "a.md"), ("--theme", " ", "-o", "a.md"),
     ("--answers", "没有", "-o", "a.md"), (QUESTION, "-o", "a.md", "--date", "昨天")],
)  # fmt: skip
def test_what_can_t_be_exported_is_told_on_one_line(
    store: Path, arguments: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    assert run(store, *arguments) >= 2
    told = capsys.readouterr().err.strip()
    assert len(told.splitlines()) == 1
    assert "Traceback" not in told
    assert not (tmp_path / "a.md").exists()
