"""The tab 对比: a theme in, a table of places out, every cell with its source."""

from __future__ import annotations

import logging
import re
from dataclasses import replace

import gradio as gr

from corpus.errors import TashanError
from rag.basket import from_comparison, kept
from rag.compare import COLUMNS, MISSING, Cell, Comparison, Row
from rag.service import Service
from rag.types import Citation
from rag.ui import html, panel
from rag.ui.panel import QUIET

_LOG = logging.getLogger(__name__)
_HINT = '<div class="hint"><h3>出处</h3><p>点表格里的 <b>[1]</b>，报告会在这里打开并停在原句。</p></div>'
_NUMBER = re.compile(r"\[\d+\]$")


def build(service: Service) -> None:
    """Put the tab into the page that is being made."""
    with gr.Row(elem_id="compare", elem_classes="reading", equal_height=False):
        with gr.Column(scale=3, min_width=340, elem_classes="work"):
            with gr.Row(elem_classes="line"):
                theme = gr.Textbox(
                    placeholder="主题，例如：老旧小区加装电梯",
                    show_label=False,
                    container=False,
                    max_length=200,
                    submit_btn="对比",
                    elem_id="theme",
                    scale=4,
                )
                places = gr.Dropdown(
                    [(f"最多{n}个地方", n) for n in (4, 8, 12, 20)],
                    value=8,
                    show_label=False,
                    container=False,
                    min_width=140,
                    elem_id="places",
                )
            shown = panel.markup("", "comparison")
        with gr.Column(scale=2, min_width=320, elem_classes="side"):
            panel.build(service, "compare-panel", _HINT)
    theme.submit(lambda asked, most: compared(service, asked, most), [theme, places], shown, **QUIET)


def compared(service: Service, theme: str, places: int) -> str:
    """The table for a theme, or why there is none."""
    if not theme.strip():
        return html.trouble("主题是空的。", "请写一个主题，例如：积分制。")
    try:
        return table(service.compare(theme, places))
    except TashanError as error:
        return html.trouble(error.message, error.hint)
    except Exception:
        _LOG.exception("a comparison failed")
        return html.trouble("对比时出了内部错误。", "请换个主题；若仍如此，请把后台日志交给管理员。")


def table(comparison: Comparison) -> str:
    """A comparison as a table; long ones scroll sideways."""
    cited = {citation.n: citation for citation in comparison.citations}
    head = "".join(f"<th>{html.esc(name)}</th>" for name in ("地方", *COLUMNS))
    rows = "".join(
        f"<tr><th>{_pick(row, comparison)}{html.esc(row.place)}</th>"
        f"{''.join(_cell(cell, cited) for cell in row.cells)}</tr>"
        for row in comparison.rows
    )
    buttons = html.button("全选", "quiet", data_act="pick-all")
    buttons += html.button("所选收入素材篮", "quiet collect", data_act="collect-picked")
    lead = f"<span>{html.esc(comparison.theme)}：{len(comparison.rows)}个地方</span>"
    return (
        f'<p class="lead">{lead}{buttons}</p>'
        f'<div class="table"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'
    )


def _pick(row: Row, comparison: Comparison) -> str:
    """The box that marks a row for the basket."""
    pieces = kept(from_comparison(replace(comparison, rows=(row,))))
    values = html.attributes(data_pieces=pieces, aria_label=f"选中{row.place}")
    return f'<input type="checkbox" class="pick"{values}>'


def _cell(cell: Cell, cited: dict[int, Citation]) -> str:
    if cell.text == MISSING:
        return f'<td class="missing">{MISSING}</td>'
    citation = cited.get(cell.citation or 0)
    text = html.esc(_NUMBER.sub("", cell.text))
    return f"<td>{text}{html.cite(citation) if citation else ''}</td>"
