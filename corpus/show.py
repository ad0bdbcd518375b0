"""A cleaned file for human eyes: kept text, what was removed by which rule, where reports and sections begin."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape

from corpus.types import CleanFile


def show(file: CleanFile) -> None:
    """Print one file in colours."""
    console = Console(highlight=False)
    console.rule(f"[bold]{escape(file.document.doc)}[/]  {len(file.reports)} 篇报告")
    for report, pieces in zip(file.reports, file.passages, strict=True):
        console.print(f"\n[bold green]■ {escape(report.title or '（无标题）')}[/]")
        console.print(
            f"  地点 {report.locality.full or '未注明'}  日期 {report.date or '未注明'}  来源 {escape(report.source or '未注明')}",
            style="cyan",
        )
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
