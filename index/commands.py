"""Commands of ``python -m index`` for looking after a store: backup, restore, compact."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from corpus.errors import TashanError
from index.types import Added, Embedder, Layout
from index.types import Progress as Report

if TYPE_CHECKING:
    from index.store import LocalStore

FolderOption = Annotated[str, typer.Option("--store", envvar="TASHAN_STORE", help="索引文件夹")]
ModelOption = Annotated[
    str, typer.Option("--model", envvar="TASHAN_MODEL", help="default、fake、模型文件夹或已缓存的模型名")
]
FileArgument = Annotated[Path, typer.Argument(help="备份文件")]

DEFAULT_STORE = "var/store"


def backup(file: FileArgument, store: FolderOption = DEFAULT_STORE) -> None:
    """把整个索引和旁边的用户、日志、反馈备份成一个带校验值的文件；备份时网页和检索照常。"""
    from index import backup as keeping

    with progress() as report:
        note = keeping.backup(folder(store), file, report)
    size = file.stat().st_size / 2**20
    typer.echo(
        f"已备份 {note.counts.documents} 个文件、{note.counts.passages} 段"
        f"{'，以及用户、日志和反馈，' if note.records_size else ''}到 {file}（{size:.1f} MiB）。"
    )


def restore(
    file: FileArgument,
    store: FolderOption = DEFAULT_STORE,
    force: Annotated[bool, typer.Option("--force", help="替换已有的索引")] = False,
) -> None:
    """从备份恢复索引：先校验、重建检索文件，全部无误才换上。"""
    from index import backup as keeping

    kept = Layout(folder(store)).records.exists()
    with progress() as report:
        note = keeping.restore(file, folder(store), force, report)
    typer.echo(
        f"已恢复 {note.counts.documents} 个文件、{note.counts.passages} 段到 {store}（备份于 {note.made}）。"
    )
    if note.records_size:
        typer.echo("用户、日志和反馈已有现存的，没有改动。" if kept else "用户、日志和反馈也已恢复。")


def compact(
    store: FolderOption = DEFAULT_STORE,
    dense: Annotated[
        str | None, typer.Option("--dense", envvar="TASHAN_DENSE", help="向量检索：auto、flat、hnsw、ivf")
    ] = None,
    memory: Annotated[
        int | None, typer.Option("--memory", envvar="TASHAN_MEMORY_MIB", min=16, help="向量可占的内存，MiB")
    ] = None,
) -> None:
    """合并检索文件，把删除和替换留下的空间还给磁盘；也用来改变向量检索的方式，索引会记住。"""
    from index.dense import KINDS
    from index.store import LocalStore

    if dense is not None and dense not in KINDS:
        raise TashanError(f"--dense {dense}：没有这种方式。", f"可用：{'、'.join(KINDS)}。")
    with progress() as report, LocalStore.open(folder(store), None) as opened:
        before = opened.status()
        if dense is not None or memory is not None:
            opened.size_by(dense or "auto", memory or 2048)
        opened.compact(report)
        after = opened.status()
    was, now = (one.catalog_bytes + one.derived_bytes for one in (before, after))
    typer.echo(f"索引从 {was / 2**20:.1f} MiB 变为 {now / 2**20:.1f} MiB，检索文件 {after.segments} 段。")


def embed(
    store: FolderOption = DEFAULT_STORE,
    model: ModelOption = "default",
    shard: Annotated[
        str | None, typer.Option("--shard", help="只算其中一份（如 1/4），写入 --out 的文件，不改索引")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="这一份向量写到哪里")] = None,
    merge: Annotated[list[Path] | None, typer.Option("--merge", help="并入算好的文件（可重复）")] = None,
) -> None:
    """补算还没有的向量；也可分成几份在几台机器上算，再并回来。"""
    from index import later
    from index.store import LocalStore

    if (shard is None) != (out is None):
        raise TashanError("--shard 和 --out 要一起用。", "例如：--shard 1/4 --out 一.vectors。")
    with progress() as report:
        made = embedder_of(model, report)
        if shard is not None and out is not None:
            count = later.write_shard(folder(store), made, later.parse_shard(shard), out, report)
            typer.echo(f"已把 {count} 段的向量写入 {out}。")
            return
        with LocalStore.open(folder(store), made) as opened:
            if merge:
                left = later.merge(opened, made, merge, report)
                typer.echo(f"已并入；还有 {left} 段没有向量。" if left else "已并入，向量齐全。")
            else:
                fill(opened, made, report)


def build_fast(
    store: str,
    embedder: Embedder,
    folders: Sequence[Path],
    terms: Sequence[str] | None,
    report: Report,
    tell: Callable[[Added], None],
) -> None:
    """Build with the words alone, say so, then compute the vectors."""
    from functools import partial

    from index.build import build
    from index.store import LocalStore

    with LocalStore.open(folder(store), embedder, create=True, adopt=True, terms=terms) as opened:
        tell(build(opened, folders, report, partial(opened.add, later=True)))
        fill(opened, embedder, report)


def fill(store: LocalStore, embedder: Embedder, report: Report) -> None:
    """Compute the vectors that a store lacks, and say so before and after."""
    from index import later

    if store.pending:
        left = f"还有 {store.pending} 段要补算向量"
        typer.echo(f"已可按字词检索；{left}，可随时中断，再运行 embed 会接着算。", err=True)
    count = later.fill(store, embedder, report)
    typer.echo(f"向量齐全，补算了 {count} 段。", err=True)


def embedder_of(model: str, report: Report) -> Embedder:
    """The model that a setting names, loaded."""
    from index.embedder import load_embedder

    report("加载模型", 0, 1)
    loaded = load_embedder(model, Path(os.environ.get("TASHAN_VAR", "var")))
    report("加载模型", 1, 1)
    return loaded


def folder(store: str) -> Path:
    """The folder of a store that stands on this machine.

    Raises:
        TashanError: it is a server.
    """
    from index.opening import place

    where = place(store)
    if not isinstance(where, Path):
        raise TashanError(f"{store}：这个命令只用于本机的索引文件夹。", "服务器上的索引请用它自己的工具。")
    return where


@contextmanager
def progress() -> Iterator[Report]:
    """A bar for each stage, on standard error; nothing where that is not a terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty()) as bars:
        tasks: dict[str, TaskID] = {}

        def report(stage: str, done: int, of: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=of)
            bars.update(tasks[stage], completed=done, total=of)

        yield report
