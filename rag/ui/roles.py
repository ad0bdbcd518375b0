"""Who may change what the page shows: the one place that decides it for every tab."""

from __future__ import annotations

import gradio as gr

from rag.access import visit

ONLY_HERE = "只有在装着他山的电脑上打开网页的人，或登录后可增删报告的人，才能增删报告。"


def may_edit(request: gr.Request | None) -> bool:
    """Whether a request comes from an editor; without sign-in: from this very machine."""
    return visit.of(request).may_edit


def note(request: gr.Request | None, what: str, text: str = "") -> None:
    """Keep in the journal what an editor does."""
    visit.of(request).note(what, text)
