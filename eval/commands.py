"""Commands of ``python -m eval`` around the runs: cleaning, cost, peers, pages of docs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from corpus.errors import TashanError
from eval import console
from eval.options import CorpusOption, DatasetOption, DatasetsOption, LimitOption, StoreOption


def clean(
    gold: Annotated[Path, typer.Argument(help="清洗标准（JSONL）")],
    corpus: Annotated[Path | None, typer.Option("--corpus", help="标准里的文件所在的文件夹")] = None,
    verbose: Annotated[bool, typer.Option("--verbose", help="列出每一处不对")] = False,
) -> None:
    """清洗与元数据的得分：该去的去了没有，该留的留了没有，标题、日期、来源、地方对不对。"""
    from eval import cleaning, documents, whole

    with console.bars() as progress:
        done, body = whole.cleaned(gold, corpus, progress)
    if verbose:
        for doc, kind, what in done.wrong:
            typer.echo(f"{doc} {cleaning.LABELS[kind]}：{' '.join(what.split())}")
    rows = [(cleaning.LABELS[kind], f"{ok}/{of}", f"{ok / of:.3f}") for kind, (ok, of) in done.tally.items()]
    console.table(f"清洗：{gold.name}", ("项目", "正确", "比例"), rows)
    documents.keep("clean", gold.stem, body, None)


def bench(
    corpus: Annotated[Path | None, typer.Option("--corpus", help="报告文件夹（默认：示例报告）")] = None,
    sizes: Annotated[str, typer.Option("--sizes", help="用多少个文件，逗号分隔")] = "25,50,100",
    questions: Annotated[int, typer.Option("--questions", min=1, help="问几个问题")] = 20,
    soak: Annotated[float | None, typer.Option("--soak", min=0.1, help="改为持续提问这么多分钟")] = None,
    rate: Annotated[float, typer.Option("--rate", min=0.1, help="持续提问时每秒几个请求")] = 2.0,
    askers: Annotated[int, typer.Option("--askers", min=1, help="持续提问时几个人同时问")] = 4,
    store: StoreOption = None,
) -> None:
    """建索引、加一个文件、检索、提问各要多少时间和内存，随语料增长怎么变；或持续提问时内存是否平稳。"""
    if soak is not None:
        _soak(store, soak, rate, askers)
        return
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


def _soak(store: str | None, minutes: float, rate: float, askers: int) -> None:
    from dataclasses import asdict

    from eval import documents
    from eval import soak as load

    with console.bars() as progress:
        done = load.soak(store, minutes, rate, askers, progress)
    console.table(f"持续提问：每秒 {rate:g} 个请求，{askers} 人", ("项目", "数值"), done.rows)
    for error in done.errors[:20]:
        typer.echo(error, err=True)
    kept = {"rate": rate, "askers": askers, "rows": done.rows, "looks": [asdict(look) for look in done.looks]}
    documents.keep("soak", f"{minutes:g}min", kept, None)
    if done.errors:
        raise typer.Exit(8)


def load(
    store: Annotated[str | None, typer.Option("--store", help="索引")] = None,
    users: Annotated[int, typer.Option("--users", min=1, help="多少人同时提问")] = 20,
    seconds: Annotated[float, typer.Option("--seconds", min=0, help="问多久；0 为不问")] = 60,
    visits: Annotated[int, typer.Option("--visits", min=0, help="打开网页几次")] = 5,
    questions: Annotated[Path | None, typer.Option("--questions", help="用哪个数据集的问题")] = None,
) -> None:
    """真实浏览器里：多久能用、多久见到回答的第一句；许多人同时提问时多久答完。有错误时退出码为 8。"""
    from eval import documents
    from eval import load as loads

    with console.bars() as progress:
        done = loads.measure(store, users, seconds, visits, questions, progress)
    console.table("网页", ("what", "n", "median", "95 %", "worst"), done.rows)
    typer.echo(done.words)
    body = {"words": done.words, "rows": done.rows, "errors": list(done.errors)[:20]}
    documents.keep("load", Path(store or "store").name, body, None)
    if done.errors:
        typer.echo("\n".join(sorted(set(done.errors))[:5]), err=True)
        raise typer.Exit(8)


def peers(
    datasets: DatasetsOption = None,
    store: StoreOption = None,
    corpus: CorpusOption = None,
    limit: LimitOption = None,
    only: Annotated[
        list[str] | None,
        typer.Option("--only", help="只跑这几家：langchain、haystack、txtai、llamaindex（可重复）"),
    ] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="不用上次的结果，从头再跑")] = False,
) -> None:
    """同样的文件和问题，用别处常见的做法检索一遍：质量、速度与我们相比。

    每家装在 var/peers 下自己的环境里（首次从 PyPI 安装）。切块和向量只做一次，跑过的一家不再重跑，
    中断后再运行会接着做。给出 --corpus 时，也从头建一次索引，量出时间。
    """
    from eval import documents
    from eval import peers as others

    with console.bars() as progress:
        request = others.Request(tuple(datasets or (None,)), store, corpus, limit, tuple(only or ()), fresh)
        bodies = others.run(request, progress)
    for name, body in bodies.items():
        console.table(f"与同行比较：{name}", body["header"], body["rows"])
        typer.echo(body["lead"])
        documents.keep("peers", name, body, None)


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
    typer.echo(f"已写入 {out}。")


def document(
    runs: Annotated[list[Path] | None, typer.Argument(help="只用这些评测结果的文件夹")] = None,
    out: Annotated[Path, typer.Option("--out", help="写到哪里")] = Path("docs/evaluation.md"),
    make: Annotated[
        bool, typer.Option("--all", help="缺的先补齐：评测、分项、用时、清洗（可中断续做）")
    ] = False,
    peers: Annotated[
        bool, typer.Option("--peers", help="与 --all 同用：没跑过的同行也跑（从 PyPI 安装）")
    ] = False,
    datasets: Annotated[
        list[Path] | None, typer.Option("--dataset", help="示例之外的数据集（可重复）")
    ] = None,
    store: StoreOption = None,
    corpus: CorpusOption = None,
    clean: Annotated[Path | None, typer.Option("--clean", help="清洗标准（JSONL）")] = None,
) -> None:
    """把评测、分项、用时、清洗、同行比较的结果写成 docs/evaluation.md。

    只收现在这份代码、配置、题目和索引下的结果；别的状态下的不收，加 --all 会重做。全部重写：

    python -m eval document --all --store 索引 --corpus 报告 --clean clean-dev.jsonl
    --dataset howto-dev.jsonl --dataset ncpqa-dev.jsonl --dataset cmrc2018_dev.json
    """
    from eval import documents, whole
    from eval.run import open_run

    lacking: list[str] = []
    if runs:
        text = documents.page([open_run(folder) for folder in runs])
    else:
        plan = whole.Plan((None, *(datasets or ())), store, corpus, clean, make, peers)
        with console.bars() as progress:
            text, lacking = whole.page(plan, progress)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(text, "utf-8")
    for line in lacking:
        typer.echo(line, err=True)
    typer.echo(f"已写入 {out}。")


def times(
    dataset: DatasetOption = None,
    store: StoreOption = None,
    corpus: CorpusOption = None,
    limit: LimitOption = None,
    changes: Annotated[
        list[str] | None, typer.Option("--set", help="改一个设置，如 search.reranker=模型文件夹（可重复）")
    ] = None,
) -> None:
    """从问题到检索结果要多久：中位时间，花在理解、向量、语义、字词、融合各多少；设了第二阶段的，另报一行。"""
    from eval import documents
    from eval import times as clock
    from eval.setup import bench

    given = {"limit": limit, "changes": changes or ()}
    with console.bars() as progress, bench(dataset, store, corpus, progress, **given) as table:  # type: ignore[arg-type]
        timed = clock.measure(table, progress)
        body = clock.kept(table, timed)
    console.table(f"检索用时：{timed.passages} 段，{len(timed.total)} 题", clock.HEADER, timed.rows)
    documents.keep("times", table.dataset.name, body, None)


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
    typer.echo(f"报告：{folder / REPORT}")


def race(
    corpus: Annotated[Path | None, typer.Option("--corpus", help="报告文件夹（默认：示例报告）")] = None,
    limit: LimitOption = None,
) -> None:
    """同样的文件、同样的模型，建一次索引要多久：我们与 LangChain（首次会从 PyPI 安装）。"""
    from eval import documents
    from eval import race as building
    from eval.setup import SAMPLE_CORPUS

    folder = corpus or SAMPLE_CORPUS
    with console.bars() as progress:
        rows = building.run(folder, limit, progress)
    console.table(f"建索引：{folder.name}", building.HEADER, rows)
    documents.keep("race", folder.name, {"header": building.HEADER, "rows": rows}, None)


def stores(
    first: Annotated[str, typer.Argument(help="一个索引：文件夹或 Milvus 的网址")],
    second: Annotated[str, typer.Argument(help="另一个索引，收入同样的报告")],
    dataset: Annotated[
        list[Path] | None, typer.Option("--dataset", help="问题（可重复；默认：示例问题）")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="最多问几题")] = 200,
    verbose: Annotated[bool, typer.Option("--verbose", help="列出每一处不同")] = False,
) -> None:
    """两个索引（例如本机的和 Milvus 上的）是否给出同样的文件，是否遵守同样的筛选。"""
    from eval import stores as comparing

    questions = comparing.questions_of(dataset or (), limit)
    with console.bars() as progress:
        done = comparing.agreement(first, second, questions, (), progress)
    rows = [
        ("问题", str(done.questions)), ("前十份文件的重合", f"{done.overlap:.4f}"),
        ("第一份相同", f"{done.same_first:.4f}"), ("同答同拒", f"{done.refused:.4f}"),
        ("带筛选的问题", str(done.filtered)), ("筛选之外的段落", str(done.outside)),
        ("筛选计数不同的问题", str(done.allowed_differs)),
    ]  # fmt: skip
    console.table("两个索引的一致", ("项目", "数值"), rows)
    for one in done.differences if verbose else ():
        typer.echo(one.question)
        typer.echo(f"  只在前者：{'、'.join(one.only_first)}")
        typer.echo(f"  只在后者：{'、'.join(one.only_second)}")
    if done.outside or done.allowed_differs:
        raise typer.Exit(8)


def growth(
    reports: Annotated[list[int] | None, typer.Option("--reports", help="多少篇报告（可重复）")] = None,
    passages: Annotated[list[int] | None, typer.Option("--passages", help="多少编造的段落（可重复）")] = None,
    news: Annotated[Path, typer.Option("--news", help="每行一篇的 .jsonl.xz")] = Path(
        "../shared/scale/crud-news.jsonl.xz"
    ),
    out: Annotated[Path, typer.Option("--out", help="写到哪里")] = Path("docs/scale.md"),
) -> None:
    """语料增长时开销怎么变：建索引、大小、内存、检索时间、召回率；每量完一种就更新 docs/scale.md。"""
    import json

    from eval import documents
    from eval import growth as growing

    for count, made in [*((n, 0) for n in reports or ()), *((0, n) for n in passages or ())]:
        with console.bars() as progress:
            row = growing.run(news, count, made, progress)
        documents.keep("growth", f"{count:09d}-{made:09d}", row, None)
        typer.echo("  ".join(f"{name}: {value}" for name, value in zip(growing.HEADER, row, strict=True)))
    rows = [json.loads(path.read_text("utf-8")) for path in sorted(documents.KEPT.glob("growth-*.json"))]
    rows.sort(key=lambda row: int(row[1]))
    races = sorted(documents.KEPT.glob("race-*.json"))
    race = json.loads(races[-1].read_text("utf-8")) if races else None
    out.write_text(growing.page(rows, race), "utf-8")
    typer.echo(f"已写入 {out}。")
