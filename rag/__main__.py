"""``python -m rag``: ask, search, compare, export; users, audit, feedback, licences."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from corpus import commandline
from corpus.errors import TashanError
from rag import config, contract, show
from rag.access import commands as access
from rag.export.command import export
from rag.service import Service

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="他山：在治理报告里找做法，每句话都可核对出处。",
)

Json = dict[str, Any]
StoreOption = Annotated[str | None, typer.Option("--store", help="索引所在的文件夹，或 Milvus 的网址")]
JsonOption = Annotated[bool, typer.Option("--json", help="每行输出一个 JSON 对象")]
BatchOption = Annotated[Path | None, typer.Option("--batch", help="问题文件（JSONL：id、question、history）")]
ProvinceOption = Annotated[
    list[str] | None, typer.Option("--province", "--place", help="只看这些地方（可重复）")
]
ExcludeOption = Annotated[list[str] | None, typer.Option("--exclude", help="不看这些地方（可重复）")]
HomeOption = Annotated[str | None, typer.Option("--home", help="提问者所在的县，“别的县”以此为准")]


@app.command()
def ask(
    question: Annotated[str | None, typer.Argument(help="问题")] = None,
    as_json: JsonOption = False,
    province: ProvinceOption = None,
    exclude: ExcludeOption = None,
    home: HomeOption = None,
    history: Annotated[Path | None, typer.Option("--history", help="先前的问题，每行一个")] = None,
    llm: Annotated[bool, typer.Option("--llm", help="由已配置的大模型撰写（每句核对）")] = False,
    batch: BatchOption = None,
    store: StoreOption = None,
) -> None:
    """回答一个问题，或一个文件里的所有问题。"""
    places: Json = {"include": province or (), "exclude": exclude or (), "home": home}
    earlier = _lines(history) if history else ()
    with _service(store) as service:

        def one(row: Json) -> Json:
            outcome = service.ask(row["question"], [*earlier, *row.get("history", ())], llm=llm, **places)
            return contract.outcome(outcome, row.get("id"))

        if batch is not None:
            _batch(batch, one)
        elif as_json:
            _print(one({"question": question or ""}))
        else:
            show.outcome(service.ask(question or "", earlier, llm=llm, **places))


@app.command()
def search(
    question: Annotated[str | None, typer.Argument(help="问题")] = None,
    k: Annotated[int, typer.Option("-k", min=1, max=200, help="要几条")] = 10,
    as_json: JsonOption = False,
    explain: Annotated[bool, typer.Option("--explain", help="列出每一分从哪里来")] = False,
    province: ProvinceOption = None,
    exclude: ExcludeOption = None,
    batch: BatchOption = None,
    store: StoreOption = None,
) -> None:
    """只检索，不回答。"""
    with _service(store) as service:

        def one(row: Json) -> Json:
            asked = service.understand(
                row["question"], row.get("history", ()), include=province or (), exclude=exclude or ()
            )
            return contract.search(row["question"], service.find(asked, k), row.get("id"), explain)

        if batch is not None:
            _batch(batch, one)
        elif as_json:
            _print(one({"question": question or ""}))
        else:
            asked, found = service.search(question or "", k, include=province or (), exclude=exclude or ())
            show.hits(asked, found, explain)


@app.command()
def compare(
    theme: Annotated[str, typer.Argument(help="主题")],
    places: Annotated[int, typer.Option("-n", min=2, max=30, help="最多几个地方")] = 8,
    as_json: JsonOption = False,
    store: StoreOption = None,
) -> None:
    """对比表：一个主题在各地怎么做，每格都有出处。"""
    with _service(store) as service:
        table = service.compare(theme, places)
        if as_json:
            _print(table.as_json())
        else:
            show.comparison(table)


app.command()(export)
app.add_typer(access.users, name="users")
app.command()(access.feedback)
app.command()(access.audit)
app.command()(access.licences)


def _service(store: str | None) -> Service:
    return Service.open(config.load(store=store))


def _print(body: Json) -> None:
    sys.stdout.write(json.dumps(body, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def _lines(path: Path) -> tuple[str, ...]:
    """Earlier questions, one a line."""
    try:
        return tuple(line.strip() for line in path.read_text("utf-8-sig").splitlines() if line.strip())
    except (OSError, UnicodeDecodeError) as error:
        raise TashanError(
            f"{path}：无法读取（{_why(error)}）。", "请给出一个每行一个问题的 UTF-8 文本文件。"
        ) from error


def _batch(path: Path, one: Callable[[Json], Json]) -> None:
    """Every question of a file; a bad line is reported and the rest goes on."""
    done = bad = 0
    for number, row in _rows(path):
        try:
            if isinstance(row, str):
                raise TashanError(row)
            body = one(row)
        except TashanError as error:
            bad += 1
            sys.stderr.write(f"\r第{number}行已跳过：{error.message}\n")
            continue
        _print({**{key: value for key, value in row.items() if key not in body}, **body})
        done += 1
        if done % 10 == 0 and sys.stderr.isatty():
            sys.stderr.write(f"\r已完成 {done} 个问题")
    sys.stderr.write(f"\r完成 {done} 个问题" + (f"，跳过 {bad} 行" if bad else "") + "。\n")


def _rows(path: Path) -> Iterator[tuple[int, Json | str]]:
    """(line number, the row, or what is wrong with it)."""
    try:
        text = path.read_bytes().decode("utf-8-sig", errors="replace")
    except OSError as error:
        raise TashanError(f"{path}：无法读取（{_why(error)}）。", "请检查文件路径。") from error
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            yield number, _row(line)


def _row(line: str) -> Json | str:
    try:
        row = json.loads(line)
    except ValueError:
        return "不是有效的 JSON。"
    if not isinstance(row, dict) or not isinstance(row.get("question"), str):
        return "没有 question 字段。"
    history = row.get("history") or []
    if not isinstance(history, list) or not all(isinstance(h, str) for h in history):
        return "history 应为问题的列表。"
    return {**row, "history": history}


def _why(error: Exception) -> str:
    return getattr(error, "strerror", None) or "不是 UTF-8 文本"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns its exit code."""
    return commandline.run(app, arguments)


if __name__ == "__main__":
    sys.exit(main())
