"""A cleaned file for human eyes: what is kept, what was removed by which rule, where sections begin."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape

from corpus.types import CleanFile

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
