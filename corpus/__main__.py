"""python -m corpus inspect FILE... [--json]: what was read, removed and split; places, dates, sections."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from corpus.errors import TashanError
from corpus.read import read_all
from corpus.types import CleanFile, Failure

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, no_args_is_help=True)


@app.callback()
def main() -> None:
    """语料：读取、清洗、拆分、定位。"""


def as_json(file: CleanFile) -> dict[str, object]:
    """The contract of ``inspect --json`` (docs in DESIGN: one object a file)."""
    return {
        "doc": file.document.doc,
        "sha256": file.document.sha256,
        "reports": [
            {
                "report": report.report,
                "title": report.title,
                "locality": dict(
                    zip(
                        ("province", "city", "county", "town", "community"),
                        report.locality.levels,
                        strict=True,
                    )
                ),
                "also": [place.full for place in report.also],
                "date": report.date,
                "source": report.source,
                "text": report.text,
                "sections": [
                    {"heading": s.heading, "level": s.level, "start": s.span.start, "end": s.span.end}
                    for s in report.sections
                ],
                "passages": [
                    {
                        "passage": p.passage,
                        "text": p.text,
                        "start": p.span.start,
                        "end": p.span.end,
                        "raw_start": p.raw_span.start,
                        "raw_end": p.raw_span.end,
                        "heading_path": list(p.heading_path),
                    }
                    for p in pieces
                ],
            }
            for report, pieces in zip(file.reports, file.passages, strict=True)
        ],
        "removed": [
            {"rule": r.rule, "raw_start": r.span.start, "raw_end": r.span.end, "text": r.text}
            for r in file.removed
        ],
        "problems": list(file.problems),
    }


@app.command()
def inspect(
    files: Annotated[list[Path], typer.Argument(help="报告文件或文件夹")],
    json_lines: Annotated[bool, typer.Option("--json", help="每个文件输出一行 JSON")] = False,
) -> None:
    """查看文件读成了什么：留下什么、按哪条规则去掉了什么、报告和章节从哪里开始。"""
    from corpus.show import show

    for top in files:
        for result in read_all([top]):
            if isinstance(result, Failure):
                print(result.message, file=sys.stderr)
            if json_lines:
                _print_json(result, _as_given(top, result))
            elif not isinstance(result, Failure):
                show(result)


def _print_json(result: CleanFile | Failure, given: str) -> None:
    if isinstance(result, Failure):
        told: dict[str, object] = {"reports": [], "removed": [], "problems": [result.message]}
    else:
        told = as_json(result)
    print(json.dumps({**told, "doc": given}, ensure_ascii=False))


def _as_given(top: Path, result: CleanFile | Failure) -> str:
    """Files of a folder go by their path in it, single files by the path as typed: like names stay apart."""
    doc = result.doc if isinstance(result, Failure) else result.document.doc
    return doc if top.is_dir() else top.as_posix() + doc[len(top.name) :]


if __name__ == "__main__":
    try:
        app(standalone_mode=True)
    except TashanError as error:
        print(error, file=sys.stderr)
        sys.exit(error.exit_code)
