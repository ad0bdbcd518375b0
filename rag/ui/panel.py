"""The panel beside a conversation, a table or a list: where a citation opens its report."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gradio as gr

from corpus.types import Span
from rag.service import Service
from rag.ui import html, reader

QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
# For what answers in an instant: a request of its own. The queued events of a page share one event stream,
# which is closed when the last of them ends; one that joins at that moment would never hear of its result.
INSTANT: dict[str, Any] = {**QUIET, "queue": False}
_HERE = Path(__file__).parent


def script(name: str) -> str:
    """A script of the page, from its own file."""
    return (_HERE / name).read_text("utf-8")


def markup(value: str, name: str, js: str | None = None, kind: str | None = None) -> gr.HTML:
    """Our own markup under our own style sheet."""
    return gr.HTML(value, elem_id=name, elem_classes=kind, js_on_load=js, apply_default_css=False)


def build(service: Service, name: str, hint: str = html.WELCOME) -> gr.HTML:
    """A panel that opens what is clicked in the `gr.Row` of class ``reading`` around it."""
    panel = markup(hint, name, script("panel.js"), "panel")

    def opened(event: gr.EventData) -> str:
        return open_report(service, said(event, "report"), said(event, "start"), said(event, "end"))

    panel.select(opened, None, panel, **INSTANT)
    return panel


def said(event: gr.EventData, name: str) -> str:
    """One value of what the page's script sent; whatever it is, it is a string from here on."""
    data = getattr(event, "_data", None)
    return str(data.get(name, "")) if isinstance(data, dict) else ""


def open_report(service: Service, report: str, start: str, end: str) -> str:
    """A report opened at a quote; values come from the page and may be anything."""
    service.store.refresh()
    stored = service.store.report(report)
    if stored is None:
        return reader.not_there("这份报告")
    low = min(int(start), len(stored.text)) if start.isdecimal() else 0
    high = min(int(end), len(stored.text)) if end.isdecimal() else 0
    return reader.report(stored, Span(low, max(low, high)))
