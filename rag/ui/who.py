"""Who is signed in, and the way out; nothing where nobody has to sign in."""

from __future__ import annotations

import gradio as gr

from rag.access import visit
from rag.access.people import ROLES
from rag.ui.html import esc
from rag.ui.panel import INSTANT, markup


def build(page: gr.Blocks) -> None:
    """Put it into the head of the page that is being made."""
    shown = markup("", "who")
    page.load(signed_in, None, shown, **INSTANT)


def signed_in(request: gr.Request) -> str:
    """The name with a button to leave."""
    guest = visit.of(request)
    if not guest.signed_in:
        return ""
    role = ROLES["editor" if guest.may_edit else "reader"]
    return (
        f'<form method="post" action="logout"><span>{esc(guest.name)}（{esc(role)}）</span>'
        '<button class="quiet">退出登录</button></form>'
    )
