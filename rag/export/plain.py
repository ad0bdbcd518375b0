"""Markdown (.md), by hand: quotes with footnotes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag.export import contents as d
from rag.export.text import markdown as esc


def render(found: d.Dossier) -> bytes:
    """The dossier as UTF-8 Markdown."""
    parts = [*_cases(found), *_table(found.table), *_discussion(found.questions), *_sources(found)]
    return ("\n\n".join(parts) + "\n").encode()


def _cases(found: d.Dossier) -> Iterator[str]:
    yield f"# {esc(found.title)}"
    yield f"{esc(found.date)}　{esc(found.lead)}"
    if found.changed:
        yield f"**注意**：{esc(d.CHANGED_SAYS)}"
    yield "## 案例"
    for at, case in enumerate(found.cases, 1):
        yield f"### {at}\\. {esc(case.heading)}"
        for said in case.said:
            label = f"**{esc(said.column)}**：" if said.column else ""
            yield f"> {label}{_said(said)}"
        if case.reprinted:
            yield esc(case.reprinted)
        for remark in case.remarks:
            yield f"**【{d.NOTE}】** {esc(remark)}"


def _said(said: d.Said) -> str:
    mark = f"**【{d.CHANGED}】**" if said.changed else ""
    return mark + esc(said.text) + "".join(f"[^{n}]" for n in said.notes)


def _table(table: d.Table) -> Iterator[str]:
    yield "## 对比"
    rows = [_row(table.columns), "|" + "---|" * len(table.columns)]
    for place, cells in table.rows:
        rows.append(_row([esc(place), *("<br>".join(map(_said, cell)) for cell in cells)]))
    yield "\n".join(rows)
    yield esc(d.LEGEND)


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _discussion(questions: Sequence[str]) -> Iterator[str]:
    yield "## 讨论题"
    yield "\n".join(f"{at}. {esc(question)}" for at, question in enumerate(questions, 1))


def _sources(found: d.Dossier) -> Iterator[str]:
    yield "## 来源"
    rows = [_row(("报告", "地方", "日期", "来源", "文件", "引文编号")), "|" + "---|" * 6]
    for one in found.origins:
        facts = (one.title, one.place, one.date, one.source, one.doc)
        numbers = d.numbers(one.notes) + (f"（{d.CHANGED}）" if one.changed else "")
        rows.append(_row([*map(esc, facts), numbers]))
    yield "\n".join(rows)
    for note in found.notes:
        yield f"[^{note.n}]: {esc(note.text)}"
