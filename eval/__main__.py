"""``python -m eval``: figures about cleaning, retrieval and answers."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from corpus import commandline
from corpus.errors import TashanError
from eval import commands, console, making_commands
from eval.options import (
    ConfigOption,
    CorpusOption,
    DatasetOption,
    LimitOption,
    QrelsOption,
    SeedOption,
    SetOption,
    StoreOption,
)

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


@app.callback()
def doors() -> None:
    """评测：检索、回答、清洗的指标，两次结果的比较，质量底线。"""


@app.command()
def run(
    dataset: DatasetOption = None,
    store: StoreOption = None,
    corpus: CorpusOption = None,
    qrels: QrelsOption = None,
    config: ConfigOption = None,
    changes: SetOption = None,
    limit: LimitOption = None,
    seed: SeedOption = 20260101,
    out: Annotated[Path | None, typer.Option("--out", help="结果文件夹")] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="不接着上次，从头再问")] = False,
    answers: Annotated[Path | None, typer.Option("--answers", help="不提问，只给现成的回答打分")] = None,
) -> None:
    """把数据集的每个问题问一遍，算出指标，写成可离线打开的报告。中断后再运行会接着做。"""
    from eval import runner

    with console.bars() as progress:
        done = runner.run(
            runner.Request(dataset, store, corpus, qrels, config, tuple(changes or ()), limit, seed),
            progress,
            out=out,
            fresh=fresh,
            answers=answers,
        )
    console.figures(done)
    if done.info.get("pending"):
        print(f"注意：数据集里有 {done.info['pending']} 题还没有人核对过，分数只供参考。", file=sys.stderr)
    lacking = done.info.get("gold_missing", 0)
    if lacking:
        print(f"注意：标准答案里有 {lacking} 个文件不在索引里。", file=sys.stderr)
    if done.info["errors"]:
        print(f"注意：{done.info['errors']} 题出错，按拒答计，见报告。", file=sys.stderr)
    print(f"报告：{done.folder / 'report.html'}")


RunsArgument = Annotated[list[Path], typer.Argument(help="评测结果的文件夹")]


@app.command()
def compare(
    runs: RunsArgument,
    by: Annotated[str, typer.Option("--by", help="按哪个指标列出变化最大的题")] = "ndcg@10",
    top: Annotated[int, typer.Option("--top", min=0, help="列出几题")] = 10,
) -> None:
    """比较两次或多次评测：逐题配对的随机化检验、区间、胜负，变化最大的题在前。"""
    from eval import compare as comparing
    from eval.measures import BY_KEY
    from eval.run import open_run

    if len(runs) < 2:
        raise TashanError(
            "至少要给出两次评测的文件夹。", "例如：python -m eval compare var/eval/runs/A var/eval/runs/B。"
        )
    if by not in BY_KEY:
        raise TashanError(f"没有指标 {by}。", f"可用：{'、'.join(comparing.COMPARED)}。")
    opened = [open_run(folder) for folder in runs]
    for what in comparing.unlike(opened):
        print(f"注意：两次评测的{what}不同。", file=sys.stderr)
    rows = comparing.compare(opened)
    console.comparison(opened[0].name, rows)
    for other in opened[1:]:
        console.changes(other.name, by, comparing.changes(opened[0], other, by)[:top])


@app.command()
def ablate(
    datasets: Annotated[
        list[Path] | None, typer.Option("--dataset", help="数据集（可重复；默认：示例报告的标准问题）")
    ] = None,
    store: StoreOption = None,
    corpus: CorpusOption = None,
    qrels: QrelsOption = None,
    config: ConfigOption = None,
    changes: SetOption = None,
    limit: LimitOption = None,
    other_store: Annotated[
        str | None, typer.Option("--other-store", help="另一个模型（如不带适配器的）建的索引，也列一行")
    ] = None,
    other_model: Annotated[str, typer.Option("--other-model", help="那个模型的文件夹")] = "default",
    out: Annotated[Path | None, typer.Option("--out", help="把结果写成 JSON（只有一个数据集时）")] = None,
) -> None:
    """检索各部分的贡献：单独用、去掉一个，与全部一起比较（只检索，不写回答）。"""
    from eval import ablate as parts
    from eval import documents
    from eval.setup import bench

    for dataset in datasets or (None,):
        with console.bars() as progress, ExitStack() as stack:
            more = {"qrels": qrels, "limit": limit, "settings_file": config, "remember": True}
            table = stack.enter_context(
                bench(dataset, store, corpus, progress, changes=changes or (), **more)  # type: ignore[arg-type]
            )
            other = None
            if other_store is not None:
                given = [*(changes or ()), f"model={other_model}"]
                other = stack.enter_context(
                    bench(dataset, other_store, None, progress, changes=given, **more)  # type: ignore[arg-type]
                )
            rows = parts.ablate(table, progress, other=other)
            title = f"{table.dataset.name}：检索各部分（配置 {table.conditions.config}）"
            documents.keep("ablate", table.dataset.name, parts.kept(table, rows), out)
        console.ablation(title, rows)


@app.command()
def gate(
    update: Annotated[bool, typer.Option("--update", help="按这次的结果重新定底线")] = False,
    because: Annotated[str | None, typer.Option("--because", help="放低底线的理由")] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="从头再问")] = False,
) -> None:
    """质量底线：示例报告上的指标低于 eval/baseline.json 就失败（退出码 8）。"""
    from eval import gate as floors
    from eval import runner

    with console.bars() as progress:
        done = runner.run(runner.Request(), progress, fresh=fresh)
    baseline = floors.Baseline.load()
    if update:
        floors.updated(done, baseline, because).save()
        print(f"已写入 {floors.BASELINE.name}。")
        return
    if baseline is None:
        raise TashanError("还没有底线。", "请先运行 python -m eval gate --update。")
    broken = []
    for verdict in floors.check(done, baseline):
        print(f"{'✓' if verdict.holds else '✗'} {verdict.words}")
        if not verdict.holds:
            broken.append(verdict)
            print(f"    {floors.by_type(done, verdict.measure)}")
    if broken:
        raise floors.FloorError(
            f"有 {len(broken)} 项低于底线。", f"逐题原因见 {done.folder / 'report.html'}。"
        )
    print("全部达到底线。")


@app.command()
def quotes(
    answers: Annotated[
        Path, typer.Option("--answers", help="回答文件（rag ask --batch … --json，或评测的 answers.jsonl）")
    ],
    corpus: Annotated[Path, typer.Option("--corpus", help="原始报告的文件夹")],
) -> None:
    """逐条核对引文与原始文件：有一条对不上就失败（退出码 8）。"""
    from eval import quotes as quoting
    from eval.gate import FloorError
    from eval.systems import FolderRaw

    done = quoting.check(answers, FolderRaw(corpus))
    for bad in done.bad:
        print(
            f"✗ {bad.why}：{bad.doc} [{bad.n}]（{bad.question}）\n"
            f"    引文：{bad.quote}\n    原文：{bad.stands}"
        )
    right = done.quotes - len(done.bad)
    print(f"{done.answers} 个回答，{done.quotes} 条引文，{right} 条属实（{right / done.quotes:.1%}）。")
    if done.bad:
        raise FloorError(f"有 {len(done.bad)} 条引文与原文不符。")


for _command in (
    commands.clean,
    commands.bench,
    commands.times,
    commands.stores,
    commands.load,
    commands.peers,
    commands.race,
    commands.growth,
    making_commands.draft,
    making_commands.gold,
    making_commands.label,
    making_commands.telling,
    commands.examples,
    commands.document,
    commands.report,
):
    app.command()(_command)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns its exit code."""
    return commandline.run(app, arguments)


if __name__ == "__main__":
    sys.exit(main())
