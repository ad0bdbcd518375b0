from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

import index.build
from corpus.errors import UnreadableFile
from corpus.types import CleanFile
from index import __main__ as cli
from index.lock import writing
from tests.index.filed import TOPICS

REPORT = (
    "彰武县推行{0}\n\n一、主要做法\n{1}彰武县组织党员进小区，{0}见成效。\n"
    "二、取得成效\n群众满意度明显提升。\n"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "报告"
    folder.mkdir()
    for number, topic in enumerate(TOPICS[:4]):
        (folder / f"{number}.txt").write_text(REPORT.format(topic[:4], topic), "utf-8")
    return folder


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "var" / "store"


@pytest.fixture
def run(store: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):  # type: ignore[no-untyped-def]
    monkeypatch.setenv("TASHAN_STORE", str(store))
    monkeypatch.setenv("TASHAN_MODEL", "fake")
    monkeypatch.setattr(os, "fsync", lambda _: None)

    def call(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["index", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.run()
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out, err

    return call


def one(result: tuple[int, str, str]) -> dict[str, object]:
    code, out, err = result
    assert (code, err) == (0, "")
    (line,) = out.splitlines()
    parsed: dict[str, object] = json.loads(line)
    return parsed


def test_build_makes_the_store_hold_exactly_the_folder(run, folder: Path) -> None:  # type: ignore[no-untyped-def]
    first = one(run("build", folder, "--json"))
    assert (len(first["added"]), first["counts"]["documents"]) == (4, 4)  # type: ignore[arg-type,index]
    (folder / "0.txt").write_text(REPORT.format("新的", TOPICS[6]), "utf-8")
    (folder / "1.txt").unlink()
    (folder / "sub").mkdir()
    (folder / "sub" / "9.txt").write_text(REPORT.format("代办", TOPICS[7]), "utf-8")
    second = one(run("build", folder, "--json"))
    assert (second["added"], second["unchanged"], second["removed"]) == (
        ["0.txt", "sub/9.txt"], ["2.txt", "3.txt"], ["1.txt"],
    )  # fmt: skip
    code, out, _ = run("build", folder)
    assert (code, out.startswith("新增或更新 0 个文件，未变 4 个，移除 0 个。")) == (0, True)


def test_files_are_cleaned_again_when_the_cleaning_changed(
    run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # type: ignore[no-untyped-def]
    run("build", folder)
    read = []
    original = index.build.read_file
    monkeypatch.setattr("index.build.read_file", lambda *a: read.append(a) or original(*a))
    run("build", folder)
    assert not read
    monkeypatch.setattr("index.build.cleaner_version", lambda: "next")
    assert len(one(run("build", folder, "--json"))["unchanged"]) == len(read) == 4  # type: ignore[arg-type]


def test_bad_files_are_listed_and_the_rest_goes_on(
    run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # type: ignore[no-untyped-def]
    (folder / "photo.xyz").write_bytes(b"\0")
    (folder / "bad.txt").write_bytes(b"bad")
    read = index.build.read_file

    def picky(path: Path, root: Path) -> CleanFile:
        if path.name == "bad.txt":
            raise UnreadableFile("bad.txt：无法读取（文件已损坏）。", "请重新导出后再添加。")
        return read(path, root)

    monkeypatch.setattr("index.build.read_file", picky)
    code, out, err = run("build", folder)
    assert code == 0
    assert out.startswith("新增或更新 4 个文件")
    assert "有问题的文件 2 个" in err and "photo.xyz：" in err and "bad.txt：无法读取" in err

    def broken(*_: object) -> None:
        raise IndexError("oops")

    monkeypatch.setattr("index.build.read_file", broken)
    (folder / "0.txt").write_text("改了。", "utf-8")
    code, out, err = run("build", folder)
    assert (code, "IndexError" in err) == (0, True)
    assert "索引现有 4 个文件" in out  # the last good version stays


def test_a_name_that_occurs_twice(run, folder: Path, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    other = tmp_path / "other"
    shutil.copytree(folder, other)
    done = one(run("build", folder, other, "--json"))
    assert len(done["problems"]) == 4  # type: ignore[arg-type]
    assert "同名" in done["problems"][0][1]  # type: ignore[index]


def test_add_remove_status_verify(run, folder: Path, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    run("build", folder)
    extra = tmp_path / "extra.txt"
    extra.write_text(REPORT.format("夜市", "月光经济点亮夜市。"), "utf-8")
    assert one(run("add", extra, "--json"))["added"] == ["extra.txt"]
    assert one(run("remove", "extra.txt", "--json"))["removed"] == ["extra.txt"]
    assert run("remove", "extra.txt")[0] == 3
    assert one(run("status", "--json"))["counts"]["documents"] == 4  # type: ignore[index]
    code, out, _ = run("status")
    assert code == 0 and "模型  fake-256（256 维）" in out
    assert run("verify") == (0, "索引完好。\n", "")
    assert one(run("verify", "--json")) == {"problems": []}


def test_build_repairs_what_verify_finds(run, folder: Path, store: Path) -> None:  # type: ignore[no-untyped-def]
    run("build", folder)
    (path,) = store.glob("derived/segments/*/dense.faiss")
    data = path.read_bytes()
    path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    db = sqlite3.connect(store / "catalog.sqlite")
    db.execute("UPDATE reports SET shown = 'x' WHERE number = 2")
    db.commit()
    db.close()
    code, out, _ = run("verify")
    assert code == 7
    assert "dense.faiss：内容与校验值不符（运行 build 可修复）" in out and "reports 表" in out
    assert run("build", folder)[0] == 0
    assert run("verify")[0] == 0
    assert one(run("status", "--json"))["counts"]["documents"] == 4  # type: ignore[index]


def test_terms_come_from_a_list_and_stay(run, folder: Path, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    listed = tmp_path / "terms.csv"
    listed.write_text("# 专用词\n红色物业,党建引领物业\n接诉即办\n", "utf-8")
    run("build", folder, "--terms", listed)
    assert one(run("status", "--json"))["terms"] == 2
    run("build", folder)
    assert one(run("status", "--json"))["terms"] == 2


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["status"], 4, "没有找到索引：{store}。请先运行 python -m index build"),
        (["verify"], 4, "没有找到索引"),
        (["remove", "a.txt"], 4, "没有找到索引"),
        (["build", "nosuch"], 2, "没有找到：nosuch"),
        (["build", ".", "--terms", "nosuch.csv"], 2, "nosuch.csv：读不了这个词表"),
    ],
)
def test_errors_are_one_line(run, store: Path, arguments: list[str], code: int, says: str) -> None:  # type: ignore[no-untyped-def]
    ended, out, err = run(*arguments)
    assert (ended, out, err.count("\n")) == (code, "", 1)
    assert says.format(store=store) in err


def test_a_busy_store(run, folder: Path, store: Path) -> None:  # type: ignore[no-untyped-def]
    run("build", folder)
    with writing(store / "LOCK"):
        code, _, err = run("remove", "0.txt")
    assert (code, "正在写入" in err) == (6, True)


def test_another_model(run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    run("build", folder)
    monkeypatch.setattr("index.embedder.FakeEmbedder.name", "other")
    code, _, err = run("add", folder)
    assert (code, err.count("\n")) == (5, 1)
    assert "由模型 fake-256 建立，当前模型是 other" in err
    assert run("build", folder)[0] == 0
    assert run("add", folder)[0] == 0


def test_the_real_command(folder: Path, store: Path) -> None:
    command = [sys.executable, "-m", "index", "build", str(folder), "--store", str(store), "--model", "fake"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "索引现有 4 个文件" in done.stdout
