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
