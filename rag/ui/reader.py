"""A report as the panel shows it: its head, its text with headings, the quoted words marked."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from urllib.parse import quote as url_quote

from corpus.types import Section, Span
from index.types import StoredReport
from rag.ui.html import attributes, button, esc, shown_title

_LEAD_PHRASE = 9  # the level of sections that a lead phrase opens, inside a paragraph


def report(stored: StoredReport, quote: Span) -> str:
    """A report opened at a quote: its head, its text with headings, the section shaded, the quote marked."""
    head = stored.head
    path = heading_path(stored.sections, quote)
    facts = (
        ("地方", head.locality.full or "未注明"),
        ("日期", head.date or "未注明"),
        ("来源", head.source or "未注明"),
        ("位置", " › ".join(path)),
        ("文件", head.doc),
    )
    rows = "".join(f"<dt>{name}</dt><dd>{esc(value)}</dd>" for name, value in facts if value)
    buttons = button("← 出处列表", "quiet", data_act="sources")
    buttons += button("↑ 回到回答", "quiet only-narrow", data_act="back")
    name = head.doc.rsplit("/", 1)[-1]
    link = f"api/files/{url_quote(head.doc)}"
    return (
        '<div class="report"><header>'
        f'<div class="bar">{buttons}'
        f'<a class="download"{attributes(href=link, download=name)}>下载原文件</a></div>'
        f"<h3>{shown_title(head.shown_title, head.title_made)}</h3><dl>{rows}</dl></header>"
        f'<div class="text" tabindex="0" aria-label="报告全文">{_text(stored, quote)}</div></div>'
    )


def heading_path(sections: Iterable[Section], at: Span) -> tuple[str, ...]:
    """Headings above a place in a report, outermost first."""
    return tuple(s.heading for s in sections if s.span.start <= at.start < s.span.end)


def _near(sections: Iterable[Section], quote: Span) -> Span:
    """The innermost section that holds a quote, or the quote itself."""
    around = [s.body for s in sections if quote in s.span]
    return min(around, key=len, default=quote)


def _text(stored: StoredReport, quote: Span) -> str:
    """Paragraphs. Only stretches of the report's own text are put between tags."""
    near = _near(stored.sections, quote)
    leads = [Span(s.span.start, s.body.start) for s in stored.sections]
    alone = [lead for s, lead in zip(stored.sections, leads, strict=True) if s.level < _LEAD_PHRASE]
    out, start = [], 0
    for line in stored.text.split("\n"):
        whole = Span(start, start + len(line))
        start = whole.end + 1
        if not line.strip():
            continue
        tag = "h5" if any(h.start <= whole.start and whole.end <= h.end for h in alone) else "p"
        out.append(f"<{tag}>{_pieces(stored.text, whole, quote, near, leads)}</{tag}>")
    return "".join(out)


def _pieces(text: str, whole: Span, quote: Span, near: Span, leads: Sequence[Span]) -> str:
    edges = {whole.start, whole.end}
    for span in (quote, near, *leads):
        edges |= {at for at in (span.start, span.end) if whole.start < at < whole.end}
    cuts = sorted(edges)
    out = []
    for start, end in itertools.pairwise(cuts):
        piece = Span(start, end)
        inner = esc(piece.of(text))
        if any(piece in lead for lead in leads):
            inner = f"<b>{inner}</b>"
        if piece in quote:
            inner = f'<mark class="quoted">{inner}</mark>'
        elif piece in near:
            inner = f'<span class="near">{inner}</span>'
        out.append(inner)
    return "".join(out)


def not_there(what: str) -> str:
    """What the panel shows when a report is no longer in the store."""
    return f'<div class="report"><p class="trouble">{esc(what)}已不在库中，可能已被删除或重新整理。</p></div>'
