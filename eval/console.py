"""Tables and progress bars of the command line."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars
from rich.table import Table

from eval.ablate import MEASURES as ABLATED
from eval.ablate import Row, tested
from eval.compare import Change, Compared
from eval.measures import BY_KEY
from eval.run import Run
from eval.summary import ALL, MACRO, TYPE_LABELS, Summary
from eval.systems import Progress

COLUMNS = (
    "ndcg@10", "hit@1", "hit@5", "recall_cap@10", "mrr@10", "evidence", "facts", "answer_recall",
    "cited_gold", "quotes_valid", "wrong_place", "refused", "answer_chars",
)  # fmt: skip


@contextmanager
def bars() -> Iterator[Progress]:
    """A bar for each stage on standard error; a line at the end of each stage where that is no terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bars(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty()) as shown:
        tasks: dict[str, TaskID] = {}
        said: set[tuple[str, int]] = set()

        def report(stage: str, done: int, of: int) -> None:
            if stage not in tasks:
                tasks[stage] = shown.add_task(stage, total=of)
            shown.update(tasks[stage], completed=done, total=of)
            tenth = done * 4 // of if of else 4
            if shown.disable and (stage, tenth) not in said and tenth:
                said.add((stage, tenth))
                sys.stderr.write(f"{stage} {done}/{of}\n")

        yield report


def groups(summary: Summary) -> list[str]:
    """The types that a run has, in a fixed order, the averages last."""
    order = [*TYPE_LABELS]
    rank = {name: at for at, name in enumerate(order)}
    return sorted(summary.figures, key=lambda name: (name in (MACRO, ALL), rank.get(name, -1), name))


def shown_value(key: str, value: float | None) -> str:
    """A figure as tables show it."""
    if value is None:
        return "—"
    return f"{value:.3f}" if BY_KEY[key].share else f"{value:.0f}"


def figures(run: Run) -> None:
    """Print the table of a run."""
    summary = run.summary
    used = [key for key in COLUMNS if any(key in row for row in summary.figures.values())]
    table = Table(title=f"{run.info['conditions']['dataset']}（配置 {run.info['conditions']['config']}）")
    table.add_column("题型")
    table.add_column("题数", justify="right")
    for key in used:
        table.add_column(BY_KEY[key].label, justify="right")
    for group in groups(summary):
        row = summary.figures[group]
        count = max((figure.n for figure in row.values()), default=0)
        cells = [shown_value(key, row[key].mean if key in row else None) for key in used]
        table.add_row(TYPE_LABELS.get(group, group), str(count), *cells)
    console = Console(width=None if sys.stdout.isatty() else 200)
    console.print(table)
    console.print(refusals(summary))


def refusals(summary: Summary) -> str:
    """Refusals and times in one line."""
    refused = summary.refusal
    parts = [f"答拒判断正确 {refused.accuracy:.3f}"]
    for label, value in (
        ("误拒", refused.false_refusals),
        ("该拒而拒", refused.caught),
        ("区分曲线下面积", refused.auc),
    ):
        if value is not None:
            parts.append(f"{label} {value:.3f}")
    if summary.latency_ms:
        parts.append(
            f"每题用时 中位 {summary.latency_ms['p50']:.0f} 毫秒，95% {summary.latency_ms['p95']:.0f} 毫秒"
        )
    return "；".join(parts) + "。"


def table(title: str, header: Sequence[str], rows: Sequence[Sequence[str]], left: int = 1) -> None:
    """Print a plain table; the first `left` columns are words."""
    shown = Table(title=title)
    for at, name in enumerate(header):
        shown.add_column(name, justify="left" if at < left else "right")
    for row in rows:
        shown.add_row(*row)
    Console(width=None if sys.stdout.isatty() else 160).print(shown)


def comparison(base: str, rows: Sequence[Compared]) -> None:
    """Print runs against the first."""
    shown = []
    for row in rows:
        d = row.difference
        spread = f"{d.delta:+.3f}（{d.low:+.3f}～{d.high:+.3f}）"
        shown.append(
            (BY_KEY[row.measure].label, row.run, f"{d.a:.3f}", f"{d.b:.3f}", spread, f"{row.adjusted:.4f}",
             f"{d.wins}/{d.losses}/{d.n}", row.words)
        )  # fmt: skip
    header = ("指标", "结果", "基准", "新值", "差（95% 区间）", "p", "升/降/题", "结论")
    table(f"与 {base} 比较", header, shown, left=2)


def changes(name: str, measure: str, found: Sequence[Change]) -> None:
    """Print the questions that changed most."""
    if found:
        rows = [(c.id, c.question, f"{c.a:.3f}", f"{c.b:.3f}", f"{c.b - c.a:+.3f}") for c in found]
        table(
            f"{name}：{BY_KEY[measure].label} 变化最大的题", ("编号", "问题", "前", "后", "差"), rows, left=2
        )


def ablation(title: str, rows: Sequence[Row]) -> None:
    """Print the table of parts."""
    shown = []
    for one in tested(rows):
        means = [f"{one.row.means[key]:.3f}" for key in ABLATED]
        delta = f"{one.row.against['ndcg@10'].delta:+.3f}" if one.row.against else "—"
        ps = ["—" if p is None else f"{p:.4f}" for p in (one.randomised, one.bootstrap)]
        shown.append((one.row.name, *means, delta, *ps))
    header = ("做法", *(BY_KEY[key].label for key in ABLATED), "nDCG 差", "p（随机化）", "p（自助法）")
    table(title, header, shown)
