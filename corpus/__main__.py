"""python -m corpus inspect | survey | pace | starts | joints: what files become, one or many."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from corpus import commandline
from corpus.errors import TashanError
from corpus.load import load_all
from corpus.read import files_in, read_all
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


@app.command()
def survey(
    sources: Annotated[list[Path], typer.Argument(help="报告文件或文件夹")],
    json_lines: Annotated[bool, typer.Option("--json", help="输出一行 JSON")] = False,
) -> None:
    """汇总：多少文件、报告、段落，各条规则去掉多少字，地点定到哪一级，用了多少秒。"""
    from corpus.show import show_survey
    from corpus.survey import survey as over

    found = over(sources)
    for message in found.failed:
        print(message, file=sys.stderr)
    if json_lines:
        print(json.dumps(found.as_json(), ensure_ascii=False))
    else:
        show_survey(found)


@app.command()
def pace(
    table: Annotated[Path, typer.Argument(help="每行一篇的 .jsonl 或 .jsonl.xz")],
    items: Annotated[str, typer.Option(help="篇数，用逗号隔开")] = "500,2000,8000",
) -> None:
    """速度：处理前 N 篇各用多少秒（单核，不含向量），看用时是否随篇数成比例增长。"""
    from corpus.survey import pace as measure

    sizes = [int(x) for x in items.split(",") if x.strip().isdigit() and int(x) > 0]
    if not sizes:
        raise TashanError(f"篇数写错了：{items}。", "请写成用逗号隔开的数字，如 500,2000,8000。")
    for got in measure(_there(table), sizes):
        told = {"items": got.items, "passages": got.passages, "seconds": round(got.seconds, 2)}
        print(json.dumps({**told, "items_per_second": round(got.rate, 1)}))


@app.command()
def starts(
    sources: Annotated[list[Path], typer.Argument(help="标题印了两遍或带电头的新闻稿：文件或文件夹")],
    out: Annotated[Path, typer.Option(help="写到哪里")] = Path("sentence_starts.tsv"),
) -> None:
    """重建 sentence_starts.tsv：从给出的文章里统计正文怎样开头、标题怎样结尾。"""
    from corpus.starts import count

    found = count(_texts(sources))
    if not found.reports:
        raise TashanError(
            "没有一篇文章标出了标题与正文的分界。", "请换成标题印了两遍、或带“讯（记者…）”的新闻稿。"
        )
    out.write_text(found.table(), encoding="utf-8", newline="\n")
    print(f"{out}：{found.reports} 篇，其中 {found.titles} 篇有标题。")


@app.command()
def joints(
    table: Annotated[Path, typer.Argument(help="每行一篇新闻稿的 .jsonl 或 .jsonl.xz")],
    out: Annotated[Path, typer.Option(help="写到哪里")] = Path("joints.tsv"),
) -> None:
    """重建 joints.tsv：从给出的文章里学一句话在哪些字之间结束，用来找失去换行的小标题。"""
    from corpus.joints import table as learnt
    from corpus.survey import texts

    rows = learnt(texts(_there(table)))
    if rows.count("\n") < 2:
        raise TashanError("没有学到东西：文章太少，或没有谈到社区、街道和乡镇。", "请换成更多的新闻稿。")
    out.write_text(rows, encoding="utf-8", newline="\n")
    print(f"{out}：{rows.count(chr(10)) - 1} 行。")


def _there(path: Path) -> Path:
    """The path of a file; an error says so where there is none."""
    if not path.is_file():
        raise TashanError(f"没有找到：{path}。", "请检查路径。")
    return path


def _texts(sources: list[Path]) -> Iterator[str]:
    """The raw text of every record under `sources`."""
    for path, root in (pair for source in sources for pair in files_in(source)):
        for document in load_all(path, root):
            if isinstance(document, Failure):
                print(document.message, file=sys.stderr)
                continue
            for record in document.records:
                yield "".join(span.of(document.raw) for span in record.body)


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
    sys.exit(commandline.run(app))
