"""python -m index build | add | remove | status | verify | backup | restore | compact | embed."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Annotated, TextIO

import typer

from corpus import commandline
from corpus.errors import TashanError
from index import commands
from index.commands import DEFAULT_STORE, ModelOption, embedder_of, progress
from index.types import Added

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, no_args_is_help=True)

StoreOption = Annotated[
    str,
    typer.Option("--store", envvar="TASHAN_STORE", help="索引文件夹，或 Milvus 的网址（http://主机:19530）"),
]
TermsOption = Annotated[
    Path | None,
    typer.Option("--terms", envvar="TASHAN_TERMS", help="专用词表，每行第一列一个词；不给则沿用原来的"),
]
JsonOption = Annotated[bool, typer.Option("--json", help="输出一行 JSON")]

_LISTED = 20  # problems that are printed in full


@app.callback()
def main() -> None:
    """索引：建立、增删、查看、校验。"""


@app.command()
def build(
    folders: Annotated[list[Path], typer.Argument(help="报告文件夹（或单个文件）")],
    store: StoreOption = DEFAULT_STORE,
    model: ModelOption = "default",
    terms: TermsOption = None,
    fast: Annotated[bool, typer.Option("--fast", help="先能按字词检索，向量随后补算")] = False,
    as_json: JsonOption = False,
) -> None:
    """让索引恰好包含这些文件夹里的文件：未变的不重算，消失的移除，损坏的检索文件重建。"""
    from index.build import build as build_store
    from index.opening import open_store

    with progress() as report:
        loaded = embedder_of(model, report)
        if fast:
            words, tell = _terms(terms), partial(_tell, as_json=as_json)
            commands.build_fast(store, loaded, folders, words, report, tell)
            return
        with open_store(store, loaded, create=True, adopt=True, terms=_terms(terms)) as opened:
            done = build_store(opened, folders, report)
    _tell(done, as_json)


@app.command()
def add(
    paths: Annotated[list[Path], typer.Argument(help="要添加或替换的文件或文件夹")],
    store: StoreOption = DEFAULT_STORE,
    model: ModelOption = "default",
    as_json: JsonOption = False,
) -> None:
    """添加或替换文件，其余不动。"""
    from corpus.read import read_all
    from index.build import cleaner_version
    from index.opening import open_store

    with progress() as report, open_store(store, embedder_of(model, report), create=True) as opened:
        done = opened.add(read_all(paths), report, cleaner=cleaner_version())
    _tell(done, as_json)


@app.command()
def remove(
    docs: Annotated[list[str], typer.Argument(help="文件名（索引时相对于文件夹的路径）")],
    store: StoreOption = DEFAULT_STORE,
    as_json: JsonOption = False,
) -> None:
    """移除文件：命令返回后不会再被检索到。"""
    from index.opening import open_store

    with progress() as report, open_store(store, None) as opened:
        done = opened.remove(docs, report)
    _tell(done, as_json)


@app.command()
def status(store: StoreOption = DEFAULT_STORE, as_json: JsonOption = False) -> None:
    """数量、大小、模型、分词、最近的问题。"""
    from index.opening import open_store

    with open_store(store, None) as opened:
        now = opened.status()
    if as_json:
        _print_json(asdict(now))
        return
    mib = 1 << 20
    lines: tuple[tuple[str, str], ...] = (
        ("索引", now.root),
        ("内容", f"{now.counts.documents} 个文件，{now.counts.reports} 篇报告，{now.counts.passages} 段"),
        ("模型", f"{now.embedder}（{now.dimension} 维）"),
        ("分词", f"{now.tokenizer}（专用词 {now.terms} 个）"),
        ("大小", f"目录库 {now.catalog_bytes / mib:.1f} MiB，检索文件 {now.derived_bytes / mib:.1f} MiB"),
        ("向量", now.dense or "—"),
        ("版本", f"{now.generation}（{now.segments} 段检索文件），建于 {now.built}"),
    )
    if now.pending:
        lines = (*lines, ("补算", f"还有 {now.pending} 段没有向量，目前只按字词检索；运行 embed 补算"))
    for name, value in lines:
        print(f"{name}  {value}")
    _list_problems(now.problems, sys.stdout)


@app.command()
def verify(store: StoreOption = DEFAULT_STORE, as_json: JsonOption = False) -> None:
    """检查每个文件、每行数据的校验值与数量。没有问题时退出码为 0。"""
    from index.opening import inspect

    problems = inspect(store)
    if as_json:
        _print_json({"problems": [asdict(problem) for problem in problems]})
    else:
        for problem in problems:
            cure = "运行 build 可修复" if problem.repairable else "build 会从原文件重新收入，否则请用备份恢复"
            print(f"{problem.where}：{problem.message}（{cure}）")
        if not problems:
            print("索引完好。")
    if problems:
        raise typer.Exit(7)


def _terms(path: Path | None) -> list[str] | None:
    """The first column of a word list, comments and quotes left out."""
    if path is None:
        return None
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise TashanError(f"{path.name}：读不了这个词表（{error}）。", "请存为 UTF-8 编码的文本。") from error
    rows = (line for line in lines if line and not line.startswith("#"))
    return [re.split(r"[,\t]", row, maxsplit=1)[0].strip('" ') for row in rows]


def _tell(done: Added, as_json: bool) -> None:
    if as_json:
        _print_json(asdict(done))
    else:
        counts = done.counts
        print(
            f"新增或更新 {len(done.added)} 个文件，未变 {len(done.unchanged)} 个，"
            f"移除 {len(done.removed)} 个。"
            f"索引现有 {counts.documents} 个文件，{counts.reports} 篇报告，{counts.passages} 段。"
        )
        _list_problems(done.problems, sys.stderr)
    if done.problems and not (done.added or done.unchanged or done.removed):
        raise typer.Exit(3)


def _list_problems(problems: tuple[tuple[str, str], ...], to: TextIO) -> None:
    if not problems:
        return
    print(f"有问题的文件 {len(problems)} 个：", file=to)
    for doc, what in problems[:_LISTED]:
        print(f"  {what if what.startswith(doc) else f'{doc}：{what}'}", file=to)
    if len(problems) > _LISTED:
        print(f"  另有 {len(problems) - _LISTED} 个，用 --json 查看全部。", file=to)


def _print_json(value: object) -> None:
    print(json.dumps(value, ensure_ascii=False))


for _command in (commands.backup, commands.restore, commands.compact, commands.embed):
    app.command()(_command)


def run() -> None:
    """Run the command line and leave with its exit code."""
    sys.exit(commandline.run(app))


if __name__ == "__main__":
    run()
