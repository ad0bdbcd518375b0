"""``python -m rag export``: a question, a theme or saved answers as files to hand out."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from datetime import date as today
from pathlib import Path
from typing import Annotated, Any

import typer

from corpus.errors import TashanError
from rag import basket, config
from rag.basket import Basket, Piece
from rag.compare import COLUMNS
from rag.export import FORMATS, format_of, render
from rag.service import Service
from rag.types import Answered

Json = dict[str, Any]
_ENDINGS = "、".join(f".{ending}" for ending in FORMATS)


def export(
    question: Annotated[str | None, typer.Argument(help="问题：导出它的回答")] = None,
    out: Annotated[
        list[Path] | None, typer.Option("--out", "-o", help=f"写到哪里（可重复）：{_ENDINGS}")
    ] = None,
    theme: Annotated[str | None, typer.Option("--theme", help="主题：导出各地对比")] = None,
    answers: Annotated[
        Path | None, typer.Option("--answers", help="ask --json 或 compare --json 存下的文件；- 为标准输入")
    ] = None,
    places: Annotated[int, typer.Option("-n", min=2, max=30, help="对比最多几个地方")] = 8,
    title: Annotated[str | None, typer.Option("--title", help="材料的标题")] = None,
    date: Annotated[str | None, typer.Option("--date", help="材料的日期，例如 2025-06-01；默认今天")] = None,
    store: Annotated[Path | None, typer.Option("--store", help="索引所在的文件夹")] = None,
) -> None:
    """把回答、对比或存下的回答导出成 Word、PPT、Excel、Markdown，每条引文带出处。"""
    wanted = [(path, format_of(path.name)) for path in out or ()]
    if not wanted:
        raise TashanError("没有说写到哪里。", f"请加上 -o 文件名，以 {_ENDINGS} 结尾。")
    if not (question or theme or answers):
        raise TashanError("没有说导出什么。", "请给出问题，或 --theme 主题，或 --answers 文件。")
    day = _day(date)
    saved = list(_saved(answers)) if answers else []
    with Service.open(config.load(store=store)) as service:
        pieces = [*_asked(service, question), *(_compared(service, theme, places)), *saved]
        found = basket.checked(pieces, service.store.report)
    if not found:
        raise TashanError(f"{answers}：没有可以导出的回答。", "请给出 ask --json 或 compare --json 的输出。")
    made = Basket(found, title or _title(found), day)
    for path, ending in wanted:
        _write(path, render(made, ending))
    changed = sum(quote.changed for piece in found for quote in piece.quotes)
    if changed:
        sys.stderr.write(f"{changed}条引文与库里现在的报告不一致，已标“来源已变更”。\n")


def _asked(service: Service, question: str | None) -> Sequence[Piece]:
    if question is None:
        return ()
    outcome = service.ask(question)
    if not isinstance(outcome, Answered):
        raise TashanError(f"“{question}”没有得到回答，无可导出。", "请换个问法，或用 ask 看看原因。")
    return basket.from_citations(outcome.question.asked, outcome.citations)


def _compared(service: Service, theme: str | None, places: int) -> Sequence[Piece]:
    return basket.from_comparison(service.compare(theme, places)) if theme is not None else ()


def _title(pieces: Sequence[Piece]) -> str:
    topics = list(dict.fromkeys(piece.topic for piece in pieces if piece.topic))
    if not topics:
        return "治理案例素材"
    return f"治理案例素材：{topics[0]}" + (f"（等{len(topics)}题）" if len(topics) > 1 else "")


def _day(date: str | None) -> str:
    try:
        return (today.fromisoformat(date) if date else today.today()).isoformat()
    except ValueError as error:
        raise TashanError(f"{date}：不是日期。", "请写成 2025-06-01 这样。") from error


def _write(path: Path, data: bytes) -> None:
    try:
        path.write_bytes(data)
    except OSError as error:
        raise TashanError(
            f"{path}：无法写入（{error.strerror}）。", "请检查文件夹是否存在、文件是否正打开着。"
        ) from error
    sys.stderr.write(f"已写入 {path}\n")


# --- saved answers ----------------------------------------------------------------------------------------


def _saved(path: Path) -> Iterator[Piece]:
    """The pieces of every line; a line that can't be used is named, and the rest goes on."""
    try:
        data = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
    except OSError as error:
        raise TashanError(f"{path}：无法读取（{error.strerror}）。", "请检查文件路径。") from error
    for number, line in enumerate(data.decode("utf-8-sig", errors="replace").splitlines(), 1):
        if not line.strip():
            continue
        pieces, bad = basket.read(list(_rows(line)))
        yield from pieces
        if not pieces or bad:
            sys.stderr.write(f"第{number}行没有可用的引文，已跳过。\n")


def _rows(line: str) -> Iterator[Json]:
    try:
        body = json.loads(line)
    except ValueError:
        return
    if not isinstance(body, dict) or not isinstance(body.get("citations"), list):
        return
    cited = {c.get("n"): c for c in body["citations"] if isinstance(c, dict)}
    if isinstance(body.get("rows"), list):
        rows = [_row(row, cited) for row in body["rows"] if isinstance(row, dict)]
        yield from (
            {"kind": "对比", "topic": body.get("theme") or "", "quotes": quotes} for quotes in rows if quotes
        )
        return
    groups: dict[str, list[Json]] = {}
    for citation in cited.values():
        place = citation.get("locality")
        named = "·".join(filter(None, place.values())) if isinstance(place, dict) else ""
        groups.setdefault(named or str(citation.get("report")), []).append(citation)
    yield from (
        {"kind": "做法", "topic": body.get("question") or "", "quotes": same} for same in groups.values()
    )


def _row(row: Json, cited: dict[Any, Json]) -> list[Json]:
    cells = [(name, row[name]) for name in COLUMNS[:-1] if isinstance(row.get(name), dict)]
    return [{**cited[c.get("citation")], "column": name} for name, c in cells if c.get("citation") in cited]
