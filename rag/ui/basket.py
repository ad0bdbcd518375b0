"""The tab 素材篮: what was collected, in the trainer's order, with notes; and its way out as a file.

The basket is kept by the browser (basket.js). The server holds every quote against the store each time that
it shows or exports one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import gradio as gr

from rag import basket
from rag.basket import Piece, Quote
from rag.export.contents import CHANGED, CHANGED_SAYS, NOTE
from rag.service import Service
from rag.ui import html, panel
from rag.ui.html import attributes, button, esc
from rag.ui.panel import INSTANT, said

STYLE = Path(__file__).parent / "basket.css"
_LARGEST = 4 * 1024 * 1024  # characters of what a browser may send to be shown
_HINT = '<div class="hint"><h3>出处</h3><p>点素材里的“看原句”，报告会在这里打开并停在原句。</p></div>'
_NAMES = {"docx": "Word", "pptx": "PPT", "xlsx": "Excel", "md": "Markdown"}


def keeper() -> None:
    """Put into the page, outside its tabs, what takes pieces from all of them."""
    panel.markup("", "basket-keeper", panel.script("basket.js"))


def build(service: Service) -> None:
    """Put the tab into the page that is being made."""
    with gr.Row(elem_id="basket", elem_classes="reading", equal_height=False):
        with gr.Column(scale=3, min_width=340, elem_classes="work"):
            panel.markup(tools(), "basket-tools")
            shown = panel.markup("", "basket-list", panel.script("basket_list.js"))
        with gr.Column(scale=2, min_width=320, elem_classes="side"):
            panel.build(service, "basket-panel", _HINT)

    def listed(event: gr.EventData) -> str:
        asked = attributes(data_asked=said(event, "asked")[:20])  # the script knows by it what came too late
        return f"<div{asked}>{pieces(service, said(event, 'rows'))}</div>"

    # Not "always_last": Gradio repeats an event that had to wait with the data of the one before it.
    shown.submit(listed, None, shown, trigger_mode="multiple", **INSTANT)


def tools() -> str:
    """The title of the material and its ways out."""
    out = "".join(
        button(name, "quiet", data_act="export", data_format=ending) for ending, name in _NAMES.items()
    )
    return (
        '<div class="basket-tools"><label>材料标题<input type="text" id="basket-title" maxlength="80"'
        ' placeholder="治理案例素材"></label>'
        f'<div class="outs"><span>导出</span>{out}{button("清空", "quiet", data_act="clear")}</div>'
        '<p id="basket-said" role="status"></p></div>'
    )


def pieces(service: Service, rows: str) -> str:
    """The list for what a browser keeps; whatever it is, it is shown as text."""
    try:
        kept = json.loads(rows) if len(rows) <= _LARGEST else None
    except ValueError:
        kept = None
    if not isinstance(kept, list):
        return html.trouble("素材篮读不出来。", "请刷新页面；若仍如此，点“清空”后重新收入。")
    service.store.refresh()
    read = [(row.get("id") if isinstance(row, dict) else None, basket.read([row])[0]) for row in kept]
    good = [(id_, piece[0]) for id_, piece in read[: basket.MOST] if piece and isinstance(id_, str)]
    if not kept:
        return (
            '<div class="hello"><h2>素材篮是空的</h2><p>在“问答”的回答和出处旁、“对比”的表格里，'
            "点“收入素材篮”。素材记在本浏览器里。</p></div>"
        )
    checked = basket.checked((piece for _, piece in good), service.store.report)
    items = "".join(_piece(id_, piece) for (id_, _), piece in zip(good, checked, strict=True))
    return _told(len(kept) - len(good), checked) + f'<ol class="pieces">{items}</ol>'


def _told(bad: int, found: tuple[Piece, ...]) -> str:
    out = ""
    if bad:
        drop = button("清掉这些", "quiet", data_act="drop-bad")
        out += f'<p class="trouble">有{bad}条素材存坏了，不会导出。{drop}</p>'
    if any(quote.changed for piece in found for quote in piece.quotes):
        out += html.trouble(CHANGED_SAYS)
    return out


def _piece(id_: str, piece: Piece) -> str:
    measure = f'<span class="measure">｜{esc(piece.measure)}</span>' if piece.measure else ""
    moves = button("↑", "quiet", data_act="up", aria_label="上移") + button(
        "↓", "quiet", data_act="down", aria_label="下移"
    )
    topic = f'<p class="facts">{esc(piece.kind)}，出自“{esc(piece.topic)}”</p>' if piece.topic else ""
    note = attributes(
        placeholder=f"{NOTE}（导出时单独标明，不与报告原句混在一起）", aria_label=NOTE, maxlength=4000
    )
    head = f"<h4>{esc(piece.place)}{measure}</h4>"
    moves += button("移除", "quiet", data_act="remove")
    return (
        f'<li class="piece card"{attributes(data_id=id_[:64])}>'
        f'<div class="bar">{head}<span class="moves">{moves}</span></div>'
        f"<ul>{''.join(_quotes(piece))}</ul>{topic}"
        f'<textarea rows="2" class="note"{note}>{esc(piece.note)}</textarea></li>'
    )


def _quotes(piece: Piece) -> Iterator[str]:
    for quote in piece.quotes:
        column = f"<b>{esc(quote.column)}：</b>" if quote.column else ""
        changed = f'<mark class="changed">{CHANGED}</mark>' if quote.changed else ""
        facts = f'<p class="facts">{esc(_origin(quote))}</p>'
        yield f"<li>{changed}{column}{esc(quote.text)} {_open(quote)}{facts}</li>"


def _origin(quote: Quote) -> str:
    parts = (f"《{quote.title}》", quote.source, quote.date, quote.doc)
    return " · ".join(part for part in parts if part)


def _open(quote: Quote) -> str:
    return button(
        "看原句",
        "cite",
        data_act="open",
        data_report=quote.report,
        data_start=quote.span.start,
        data_end=quote.span.end,
    )
