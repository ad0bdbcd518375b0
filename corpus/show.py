"""A cleaned file for human eyes: what is kept, what was removed by which rule, where sections begin."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from corpus.survey import UNPLACED, Survey
from corpus.types import CleanFile

_LEVELS = {
    "province": "省",
    "city": "市",
    "county": "县",
    "town": "乡镇、街道",
    "community": "村、社区",
    UNPLACED: "未定",
}
_UNKNOWN = "未注明"


def show(file: CleanFile) -> None:
    """Print one file in colours."""
    console = Console(highlight=False)
    console.rule(f"[bold]{escape(file.document.doc)}[/]  {len(file.reports)} 篇报告")
    for report, pieces in zip(file.reports, file.passages, strict=True):
        console.print(f"\n[bold green]■ {escape(report.title or '（无标题）')}[/]")
        place, date, source = report.locality.full, report.date, escape(report.source or "")
        told = [f"地点 {place or _UNKNOWN}", f"日期 {date or _UNKNOWN}", f"来源 {source or _UNKNOWN}"]
        console.print("  " + "  ".join(told), style="cyan")
        for section in report.sections:
            console.print(f"  {'  ' * min(section.level, 4)}§ {escape(section.heading)}", style="yellow")
        for piece in pieces:
            console.print(f"  [dim]{piece.span.start:>6}[/] {escape(piece.text)}")
    if file.removed:
        console.print("\n[bold red]去掉的内容[/]")
    for removal in file.removed:
        text = " ".join(removal.text.split())
        console.print(f"  [red]{escape(removal.rule)}[/] [dim]{removal.span.start}[/] {escape(text[:100])}")
    for problem in file.problems:
        console.print(f"[bold red]问题[/] {escape(problem)}")


def show_survey(found: Survey) -> None:
    """Print the table of whole folders."""
    console = Console(highlight=False)
    table = Table("项目", "数", show_edge=False)
    rows: list[tuple[str, str]] = [
        ("文件", f"{found.files:,}"),
        ("读不了的文件", f"{len(found.failed):,}"),
        ("报告", f"{found.reports:,}"),
        ("段落", f"{found.passages:,}"),
        ("原文字数", f"{found.raw:,}"),
        ("正文字数", f"{found.kept:,}"),
        *((f"地点定到{name}", f"{found.levels[level]:,} 篇") for level, name in _LEVELS.items()),
        *((f"去掉：{rule}", f"{characters:,} 字") for rule, characters in found.removed.most_common()),
        ("用时（单核）", f"{found.seconds:.1f} 秒"),
        ("每秒文件", f"{found.files_per_second:.0f}"),
    ]
    for row in rows:
        table.add_row(*row)
    console.print(table)
