"""Commands of ``python -m eval`` that make what others use: questions, gold, the table of telling words."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from eval import console
from eval.options import CorpusOption, DatasetOption, StoreOption


def draft(
    out: Annotated[Path, typer.Option("--out", help="写到哪里（JSONL）")],
    corpus: CorpusOption = None,
    most: Annotated[int, typer.Option("-n", min=1, help="最多几题")] = 50,
) -> None:
    """从小标题和举措拟出问题草稿，供人改成提问者自己的话。"""
    import json

    from corpus.read import read_all
    from corpus.types import CleanFile
    from eval import making
    from eval.setup import SAMPLE_CORPUS

    files = [one for one in read_all([corpus or SAMPLE_CORPUS]) if isinstance(one, CleanFile)]
    rows = making.draft(files, most)
    out.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    typer.echo(f"已写入 {len(rows)} 个草稿问题：{out}。请逐题改写后再当作标准。")


def gold(
    from_feedback: Annotated[
        Path, typer.Option("--from-feedback", help="评价记录（python -m rag feedback --json 的输出）")
    ],
    out: Annotated[Path, typer.Option("--out", help="标准写到哪里（JSONL，可反复补充）")],
    confirm: Annotated[bool, typer.Option("--confirm", help="现在逐题核对")] = False,
) -> None:
    """把读者评为“有用”的回答变成待核的标准：问题、引到的文件和原句；核对后才算数。

    已经核过的题不会被改动。不加 --confirm 时，也可以直接改文件，把 state 从“待核”改成“已核”。
    """
    from eval import feedback
    from eval.datasets import PENDING

    def show(row: dict[str, Any], one: dict[str, Any]) -> str:
        typer.echo(f"\n问：{row['question']}\n【{one['doc']}】")
        for quote in one["evidence"]:
            typer.echo(f"  {quote}")
        answer = ""
        while answer not in ("0", "1", "2", "3", "s", "q"):
            answer = (
                str(typer.prompt("等级 3 完全回答、2 部分、1 沾边、0 不算，s 以后再说，q 结束"))
                .strip()
                .lower()
            )
        return answer

    rows = feedback.merged(feedback.load(out), feedback.proposed(from_feedback))
    if confirm:
        typer.echo(f"核对了 {feedback.confirm(rows, show)} 题。")
    feedback.save(out, rows)
    pending = sum(row.get("state") == PENDING for row in rows)
    typer.echo(f"已写入 {out}：{len(rows)} 题，其中 {pending} 题待核。")


def label(
    out: Annotated[Path, typer.Option("--out", help="判分写到哪里（JSONL，可续判）")],
    dataset: DatasetOption = None,
    store: StoreOption = None,
    corpus: CorpusOption = None,
    merge: Annotated[Path | None, typer.Option("--merge", help="判完后写出并入判分的数据集")] = None,
) -> None:
    """在终端里给几种做法合起来找到的文件判等级：3 完全回答，2 部分，1 沾边，0 无关。"""
    from eval import making
    from eval.setup import SAMPLE_GOLD, bench

    def show(one: making.Pooled) -> str:
        typer.echo(
            f"\n问：{one.item.question}\n【{one.title}】{one.place}（{'、'.join(one.found_by)}找到）\n{one.text}"
        )
        answer = ""
        while answer not in ("0", "1", "2", "3", "s", "q"):
            answer = str(typer.prompt("等级 0–3，s 跳过这题，q 结束")).strip().lower()
        return answer

    with console.bars() as progress, bench(dataset, store, corpus, progress, remember=True) as table:
        count = making.label(table, out, show)
    typer.echo(f"判了 {count} 个文件，写在 {out}。")
    if merge is not None:
        merge.write_text(making.merged(dataset or SAMPLE_GOLD, making.graded(out)), "utf-8")
        typer.echo(f"已写入 {merge}。")


def telling(
    train: Annotated[
        Path, typer.Option("--train", help="文件夹：reports.jsonl 与 pairs.jsonl（doc、evidence）")
    ],
    anew: Annotated[bool, typer.Option("--anew", help="词也重新选，不用表里现有的")] = False,
    out: Annotated[Path | None, typer.Option("--out", help="把表写到哪里，如 rag/telling.csv")] = None,
) -> None:
    """rag/telling.csv 里的词能否分辨实在做法与场面话：按报告交叉验证；加 --out 就重算权重，写成新表。"""
    from eval import telling as words

    with console.bars() as progress:
        data = words.read(train, progress)
        rows = words.compared(data, words.listed(), progress)
    reports = f"{data.reports} 篇报告，{len(data.texts)} 句，{data.right.mean():.1%} 答了题"
    console.table(reports, words.HEADER, rows)
    if out is not None:
        weights = words.learned(data, words.chosen(data) if anew else words.listed())
        out.write_text(words.page(weights), "utf-8")
        typer.echo(f"已写入 {out}。")
