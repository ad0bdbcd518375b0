"""有用 and 没用 under every answer, with a reason: kept for those who look after reports and evaluation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gradio as gr

from corpus.errors import TashanError
from rag.access import visit
from rag.ui.html import attributes, button, esc
from rag.ui.panel import INSTANT, markup, said, script
from rag.ui.session import Turn

REASONS = ("没答到点上", "地方不对", "出处对不上", "太笼统", "漏了重要做法")

_THUMB = (
    '<svg class="thumb" viewBox="0 0 20 20" aria-hidden="true"><path d="M2 9h3v9H2zM7 18V9l3.5-7'
    'c1.6 0 2.2 1 2 2.2L11.8 8H16.4c1.2 0 2 1 1.7 2.1l-1.5 6.3A2.1 2.1 0 0 1 14.6 18z"/></svg>'
)


def buttons() -> str:
    """What stands among the tools of an answer; the script finds out which answer it is."""
    chips = "".join(button(one, "reason", data_rate="reason", aria_pressed="false") for one in REASONS)
    why = attributes(placeholder="哪里不好？（可不填）", maxlength=300, aria_label="原因")
    return (
        f'<span class="rate">{_thumb("up", "有用")}{_thumb("down", "没用")}'
        f'<span class="rated" role="status"></span></span>'
        f'<div class="why" hidden>{chips}<input type="text"{why}>'
        f"{button('提交', 'quiet', data_rate='send')}</div>"
    )


def _thumb(rating: str, label: str) -> str:
    """A hand drawn here: not every machine has a font with one."""
    told = attributes(data_rate=rating, aria_pressed="false")
    return f'<button type="button" class="quiet"{told}>{_THUMB}{esc(label)}</button>'


def build(turns: gr.State) -> None:
    """Put what listens into the page; `turns` is the conversation."""
    heard = markup("", "feedback", script("feedback.js"))
    heard.like(rated, [turns], heard, **INSTANT)


def rated(event: gr.EventData, request: gr.Request, turns: Sequence[Turn]) -> str:
    """Keep a rating; what the script shows beside the buttons of that answer.

    What comes from the page may be anything: a turn that is none, or cannot be rated, is said to be so.
    """
    number, rating = said(event, "turn"), said(event, "rating")
    turn = turns[int(number)] if number.isdecimal() and int(number) < len(turns) else None
    try:
        if turn is None or turn.rated is None:
            raise TashanError("这个回答已经不在了，无法评价。")
        visit.of(request).rate(turn.rated, rating, said(event, "reason"))
        told: dict[str, Any] = {"data_turn": number, "data_rating": rating}
        return f"<span{attributes(**told)}>{esc('已记下，谢谢。')}</span>"
    except TashanError as error:
        return f"<span{attributes(data_turn=number, data_rating='')}>{esc(error.message)}</span>"
