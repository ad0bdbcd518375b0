"""python -m rag: the JSON contract, exit codes, one-line messages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from index.embedder import FakeEmbedder
from rag.__main__ import main
from tests.rag.made import write_store


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_store(tmp_path_factory.mktemp("cli"))


@pytest.fixture(autouse=True)
def fake_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TASHAN_MODEL", "fake")


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(arguments)
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def objects(out: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.splitlines()]


def test_ask_json_is_one_object_and_nothing_else(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "ask", "红管家是怎么做的？", "--json", "--store", str(store))
    assert code == 0
    (body,) = objects(out)
    assert body["status"] == "answered"
    assert body["citations"]


def test_a_refusal_exits_0(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "ask", "火星基地怎么做红管家？", "--json", "--store", str(store))
    assert code == 0
    assert objects(out)[0]["status"] == "refused"


def test_for_people(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "ask", "红管家是怎么做的？", "--store", str(store))
    assert code == 0
    assert "的1份报告（检索了" in out and "推行“红管家”进小区" in out


@pytest.mark.parametrize("arguments", [("ask", ""), ("ask", " ？ "), ("ask", "", "--json"), ("search", "")])
def test_an_empty_question(
    store: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    code, out, err = run(capsys, *arguments, "--store", str(store))
    assert code >= 2
    assert not out
    assert len(err.strip().splitlines()) == 1
    assert "Traceback" not in err


def test_a_missing_store(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "ask", "红管家？", "--store", str(tmp_path / "none"))
    assert code >= 2
    assert not out
    assert len(err.strip().splitlines()) == 1


def test_a_store_of_another_model(
    store: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FakeEmbedder, "name", "another-model")
    code, _, err = run(capsys, "ask", "红管家？", "--store", str(store))
    assert code >= 2
    assert len(err.strip().splitlines()) == 1


def test_batch_goes_on_after_bad_lines(
    store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    batch = tmp_path / "问题.jsonl"
    rows = [
        json.dumps({"id": "1", "question": "红管家是怎么做的？", "kind": "甲"}, ensure_ascii=False),
        "{bad",
        json.dumps({"id": "2"}),
        json.dumps(
            {"id": "3", "question": "那效果怎么样？", "history": ["六合区红管家是怎么做的？"]},
            ensure_ascii=False,
        ),
        json.dumps({"id": "4", "question": ""}),
        "[1]",
    ]
    batch.write_text("\n".join(rows), "utf-8")
    code, out, err = run(capsys, "ask", "--batch", str(batch), "--json", "--store", str(store))
    assert code == 0
    done = objects(out)
    assert [body["id"] for body in done] == ["1", "3"]
    assert done[0]["kind"] == "甲"
    assert {c["doc"] for c in done[1]["citations"]} == {"六合.txt"}
    assert "跳过 4 行" in err
    assert "第2行" in err


def test_batch_file_that_is_not_there(
    store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, err = run(capsys, "ask", "--batch", str(tmp_path / "x.jsonl"), "--json", "--store", str(store))
    assert code >= 2
    assert len(err.strip().splitlines()) == 1


def test_search_json(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "search", "红管家", "-k", "2", "--json", "--explain", "--store", str(store))
    assert code == 0
    (body,) = objects(out)
    assert [hit["rank"] for hit in body["hits"]] == list(range(1, len(body["hits"]) + 1))
    assert {"doc", "report", "passage", "score", "dense", "lexical", "text", "locality", "parts"} <= body[
        "hits"
    ][0].keys()


def test_places_chosen_outside_the_question(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(
        capsys, "ask", "红管家是怎么做的？", "--json", "--province", "广东", "--store", str(store)
    )
    assert {c["doc"] for c in objects(out)[0]["citations"]} <= {"开平.txt"}
    _, out, _ = run(capsys, "ask", "红管家是怎么做的？", "--json", "--exclude", "广东", "--store", str(store))
    assert "开平.txt" not in {c["doc"] for c in objects(out)[0]["citations"]}


def test_compare_json(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "compare", "红管家", "--json", "--store", str(store))
    assert code == 0
    assert objects(out)[0]["columns"][0] == "做法"


def test_history_from_a_file(store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    history = tmp_path / "先前.txt"
    history.write_text("开平市红管家是怎么做的？\n", "utf-8")
    _, out, _ = run(
        capsys, "ask", "那效果怎么样？", "--json", "--history", str(history), "--store", str(store)
    )
    assert {c["doc"] for c in objects(out)[0]["citations"]} == {"开平.txt"}
