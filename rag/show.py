"""Outcomes for people at a terminal."""

from __future__ import annotations

from rich.console import Console
from rich.markdown import Markdown
from rich.table import Table
from rich.text import Text

from rag.cards import place_name
from rag.compare import COLUMNS, Comparison
from rag.types import Answered, Found, Outcome, Question

console = Console(highlight=False)


def outcome(answer: Outcome) -> None:
    """An answer with what was understood above it and its sources below."""
    _understood(answer.question)
    if isinstance(answer, Answered) and answer.notice:
        console.print(Text(answer.notice, style="yellow"))
    console.print(Markdown(answer.text))
    cited = answer.citations if isinstance(answer, Answered) else answer.nearest
    if cited:
        console.print()
    for c in cited:
        console.print(Text(f"[{c.n}] {c.doc} {c.raw_span.start}–{c.raw_span.end} 《{c.title}》", style="dim"))
    if isinstance(answer, Answered) and answer.next_questions:
        console.print(Text("还可以问：" + " ".join(answer.next_questions), style="dim"))
    console.print(Text(f"用时 {answer.timings_ms.get('total', 0):.0f} 毫秒", style="dim"))


def _understood(question: Question) -> None:
    parts = [f"意图：{question.intent.value}"]
    if question.include:
        parts.append("地方：" + "、".join(p.full for p in question.include))
    if question.exclude:
        parts.append("除外：" + "、".join(p.full for p in question.exclude))
    if question.since or question.until:
        parts.append(f"年份：{question.since or ''}—{question.until or ''}")
    console.print(Text("　".join(parts), style="dim"))


def hits(question: Question, found: Found, explain: bool) -> None:
    """Hits as a table."""
    _understood(question)
    table = Table("名次", "分", "地方", "文件", "内容", show_lines=True)
    for rank, hit in enumerate(found.hits, 1):
        score = f"{hit.score:.3f}"
        if explain:
            score += "\n" + "\n".join(f"{name} {value:.3f}" for name, value in hit.parts)
        passage = hit.stored.passage
        table.add_row(str(rank), score, place_name(hit.stored.head), passage.passage, Text(passage.text))
    console.print(table)


def comparison(table: Comparison) -> None:
    """A comparison as a table."""
    shown = Table("地方", *COLUMNS, show_lines=True)
    for row in table.rows:
        shown.add_row(row.place, *(Text(cell.text) for cell in row.cells))
    console.print(shown)
