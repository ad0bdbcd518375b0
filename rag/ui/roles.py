"""Who may change what the page shows: the one place that decides it for every tab."""

from __future__ import annotations

import ipaddress

import gradio as gr

ONLY_HERE = "只有在装着他山的这台电脑上打开网页，才能增删报告。"


def may_edit(request: gr.Request | None) -> bool:
    """Whether a request comes from this very machine.

    Until there is a sign-in, only its user may change reports. Behind a reverse proxy this is the address
    that the proxy names.
    """
    host = request.client.host if request and request.client else ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
