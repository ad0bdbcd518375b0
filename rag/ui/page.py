"""The page as a whole: its head, its tabs, and how it is put beside the HTTP API."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import fastapi
import gradio as gr

from rag.service import Service
from rag.ui import ask, basket, compare, corpus, sealed, tools, who
from rag.ui.theme import STYLE, theme


@dataclass(frozen=True, slots=True)
class Tab:
    """A further tab that a room to the right of this one brings along."""

    name: str
    id: str
    build: Callable[[gr.Blocks, Service], None]


_AT_ONCE = 20  # questions that are answered at the same time
_WAITING = 200  # further ones that may wait in line
_LARGEST = "50mb"  # of one uploaded file
_CLEARED = (3600, 6 * 3600)  # seconds: how often uploads are looked through, how old they may become
_HEAD = '<header id="brand"><h1>他山</h1><p>在治理报告里找做法，每句话都可核对出处</p></header>'


def blocks(service: Service, more: Sequence[Tab] = ()) -> gr.Blocks:
    """The page over one service, with further tabs behind its own."""
    page: gr.Blocks
    with gr.Blocks(title="他山", analytics_enabled=False, fill_width=True, delete_cache=_CLEARED) as page:
        gr.HTML(_HEAD, js_on_load=None, apply_default_css=False)
        who.build(page)
        basket.keeper()
        with gr.Tabs():
            with gr.Tab("问答", id="ask"):
                ask.build(page, service)
            with gr.Tab("对比", id="compare"):
                compare.build(service)
            with gr.Tab("素材篮", id="basket", elem_id="basket-tab"):
                basket.build(service)
            with gr.Tab("语料", id="corpus"):
                corpus.build(page, service)
            for tab in more:
                with gr.Tab(tab.name, id=tab.id):
                    tab.build(page, service)
        tools.build(service)
    page.queue(default_concurrency_limit=_AT_ONCE, max_size=_WAITING, api_open=False)
    return page


def mount(api: fastapi.FastAPI, service: Service, more: Sequence[Tab] = ()) -> fastapi.FastAPI:
    """The page at ``/`` of an application that already serves ``/api``."""
    sealed.seal()
    mounted: fastapi.FastAPI = gr.mount_gradio_app(
        api,
        blocks(service, more),
        path="/",
        footer_links=[],
        run_history=False,
        show_error=False,
        ssr_mode=False,
        mcp_server=True,
        pwa=False,
        enable_monitoring=False,
        max_file_size=_LARGEST,
        theme=theme(),
        css_paths=[STYLE, basket.STYLE],
    )
    return mounted
