"""Commands of ``python -m index`` for looking after a store: backup, restore, compact."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from corpus.errors import TashanError
from index.types import Progress as Report

FolderOption = Annotated[str, typer.Option("--store", envvar="TASHAN_STORE", help="索引文件夹")]
FileArgument = Annotated[Path, typer.Argument(help="备份文件")]

DEFAULT_STORE = "var/store"


def backup(file: FileArgument, store: FolderOption = DEFAULT_STORE) -> None:
    """把整个索引备份成一个带校验值的文件；备份时网页和检索照常。"""
    from index import backup as keeping

    with progress() as report:
        note = keeping.backup(folder(store), file, report)
    size = file.stat().st_size / 2**20
    typer.echo(
        f"已备份 {note.counts.documents} 个文件、{note.counts.passages} 段到 {file}（{size:.1f} MiB）。"
    )


def restore(
    file: FileArgument,
    store: FolderOption = DEFAULT_STORE,
    force: Annotated[bool, typer.Option("--force", help="替换已有的索引")] = False,
) -> None:
    """从备份恢复索引：先校验、重建检索文件，全部无误才换上。"""
    from index import backup as keeping

    with progress() as report:
        note = keeping.restore(file, folder(store), force, report)
    typer.echo(
        f"已恢复 {note.counts.documents} 个文件、{note.counts.passages} 段到 {store}（备份于 {note.made}）。"
    )


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


def folder(store: str) -> Path:
    """The folder of a store that stands on this machine.

    Raises:
        TashanError: it is a server.
    """
    from index.opening import place

    where = place(store)
    if not isinstance(where, Path):
        raise TashanError(
            f"{store}：这个命令只用于本机的索引文件夹。", "服务器上的索引请用它自己的工具。"
        )
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
