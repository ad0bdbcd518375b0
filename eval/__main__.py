"""``python -m eval``: figures about cleaning, retrieval and answers."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from corpus.errors import TashanError
from eval import console

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

DatasetOption = Annotated[Path | None, typer.Option("--dataset", help="数据集（默认：示例报告的标准问题）")]
StoreOption = Annotated[Path | None, typer.Option("--store", help="索引文件夹")]
CorpusOption = Annotated[Path | None, typer.Option("--corpus", help="报告文件夹：自动为它建索引")]
QrelsOption = Annotated[Path | None, typer.Option("--qrels", help="TREC 相关性判断文件")]
ConfigOption = Annotated[Path | None, typer.Option("--config", help="配置文件（TOML）")]
SetOption = Annotated[
    list[str] | None, typer.Option("--set", help="改一个设置，如 search.dense=0.7（可重复）")
]
LimitOption = Annotated[int | None, typer.Option("--limit", min=1, help="只用这么多题（按种子抽取）")]
SeedOption = Annotated[int, typer.Option("--seed", help="随机种子")]


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
    dataset: DatasetOption = None,
    store: StoreOption = None,
    corpus: CorpusOption = None,
    qrels: QrelsOption = None,
    config: ConfigOption = None,
    changes: SetOption = None,
    limit: LimitOption = None,
    out: Annotated[Path | None, typer.Option("--out", help="把结果写成 JSON")] = None,
) -> None:
    """检索各部分的贡献：单独用、去掉一个，与全部一起比较（只检索，不写回答）。"""
    from eval import ablate as parts
    from eval import documents
    from eval.setup import bench

    with console.bars() as progress, bench(
        dataset, store, corpus, progress, qrels=qrels, limit=limit,
        changes=changes or (), settings_file=config, remember=True,
    ) as table:  # fmt: skip
        rows = parts.ablate(table, progress)
        title = f"{table.dataset.name}：检索各部分（配置 {table.conditions.config}）"
        documents.keep("ablate", table.dataset.name, documents.ablation(table, rows), out)
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


@app.command()
def clean(
    gold: Annotated[Path, typer.Argument(help="清洗标准（JSONL）")],
    corpus: Annotated[Path | None, typer.Option("--corpus", help="标准里的文件所在的文件夹")] = None,
    verbose: Annotated[bool, typer.Option("--verbose", help="列出每一处不对")] = False,
) -> None:
    """清洗与元数据的得分：该去的去了没有，该留的留了没有，标题、日期、来源、地方对不对。"""
    from eval import cleaning, documents

    with console.bars() as progress:
        done = cleaning.score(gold, corpus or documents.corpus_beside(gold), progress)
    if verbose:
        for doc, kind, what in done.wrong:
            print(f"{doc} {cleaning.LABELS[kind]}：{' '.join(what.split())}")
    rows = [(cleaning.LABELS[kind], f"{ok}/{of}", f"{ok / of:.3f}") for kind, (ok, of) in done.tally.items()]
    console.table(f"清洗：{gold.name}", ("项目", "正确", "比例"), rows)
    documents.keep("clean", gold.stem, {kind: list(pair) for kind, pair in done.tally.items()}, None)


@app.command()
def bench(
    corpus: Annotated[Path | None, typer.Option("--corpus", help="报告文件夹（默认：示例报告）")] = None,
    sizes: Annotated[str, typer.Option("--sizes", help="用多少个文件，逗号分隔")] = "25,50,100",
    questions: Annotated[int, typer.Option("--questions", min=1, help="问几个问题")] = 20,
) -> None:
    """建索引、加一个文件、检索、提问各要多少时间和内存，随语料增长怎么变。"""
    from eval import bench as costs
    from eval import documents, systems
    from eval.setup import SAMPLE_CORPUS

    try:
        wanted = [int(size) for size in sizes.split(",")]
    except ValueError as error:
        raise TashanError(f"--sizes {sizes}：写法不对。", "请写成 --sizes 25,100,400。") from error
    folder = corpus or SAMPLE_CORPUS
    with console.bars() as progress:
        rows = [cost.row for cost in costs.bench(folder, wanted, questions, progress)]
    console.table(f"开销：{folder.name}", costs.HEADER, rows)
    cores = systems.machine()["cores"]
    note = f"Wall time on {cores} cores that may have been shared; each size in its own process."
    documents.keep("bench", folder.name, {"note": note, "header": costs.HEADER, "rows": rows}, None)


@app.command()
def peers(
    dataset: DatasetOption = None,
    store: StoreOption = None,
    corpus: CorpusOption = None,
    limit: LimitOption = None,
    peer: Annotated[list[str] | None, typer.Option("--peer", help="langchain、haystack（可重复）")] = None,
) -> None:
    """同样的文件和问题，用别处常见的做法检索一遍：质量、速度与我们相比（首次会从 PyPI 安装）。"""
    from eval import documents
    from eval import peers as others
    from eval.setup import bench

    with (
        console.bars() as progress,
        bench(dataset, store, corpus, progress, limit=limit) as table,
    ):
        body = others.run(table, peer or [one.name for one in others.PEERS], progress)
    console.table(f"与同行比较：{table.dataset.name}", body["header"], body["rows"])
    documents.keep("peers", table.dataset.name, body, None)


@app.command()
def examples(
    out: Annotated[Path, typer.Option("--out", help="写到哪里")] = Path("docs/examples.md"),
) -> None:
    """对示例报告问二十个问题，把回答和引文写成 docs/examples.md。"""
    from eval import examples as page
    from eval.setup import bench

    with console.bars() as progress, bench(None, None, None, progress) as table:
        text = page.write(table, progress)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(text, "utf-8")
    print(f"已写入 {out}。")


@app.command()
def document(
    runs: Annotated[
        list[Path] | None, typer.Argument(help="评测结果的文件夹（默认：每个数据集最近的一次）")
    ] = None,
    out: Annotated[Path, typer.Option("--out", help="写到哪里")] = Path("docs/evaluation.md"),
) -> None:
    """把评测、分项、清洗、性能、同行比较的结果写成 docs/evaluation.md。"""
    from eval import documents

    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(documents.page(runs or documents.latest()), "utf-8")
    print(f"已写入 {out}。")


@app.command()
def report(
    folder: Annotated[Path, typer.Argument(help="评测结果的文件夹")],
    corpus: Annotated[Path | None, typer.Option("--corpus", help="原始报告的文件夹")] = None,
) -> None:
    """重新生成一次评测的 report.html。"""
    from eval import report as page
    from eval.run import REPORT, open_run
    from eval.setup import SAMPLE_CORPUS
    from eval.systems import FolderRaw

    (folder / REPORT).write_text(page.html(open_run(folder), FolderRaw(corpus or SAMPLE_CORPUS)), "utf-8")
    print(f"报告：{folder / REPORT}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; an error is one Chinese line on standard error and an exit code of 2 or more."""
    try:
        app(args=list(arguments) if arguments is not None else None, standalone_mode=True)
    except TashanError as error:
        print(" ".join(str(error).split()), file=sys.stderr)
        return error.exit_code
    except SystemExit as done:
        return done.code if isinstance(done.code, int) else 2
    except BrokenPipeError:
        sys.stderr.close()
    except KeyboardInterrupt:
        print("已中断；再次运行会接着做。", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
