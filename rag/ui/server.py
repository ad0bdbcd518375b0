"""Serving the page and the HTTP API from one process."""

from __future__ import annotations

import logging
import socket
import sys
import threading
from collections.abc import Sequence

import uvicorn

from corpus.errors import TashanError
from rag import api
from rag.config import Settings
from rag.service import Service
from rag.ui import page

_LOG = logging.getLogger(__name__)
_GRACE = 3  # seconds that open answers get to finish when the server is stopped


class _Server(uvicorn.Server):
    """Says where the page is once it really answers there."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            _say(f"页面已就绪：{address(self.config.host, self.config.port)}（按 Ctrl+C 停止）")


def run(settings: Settings, more: Sequence[page.Tab] = ()) -> None:
    """Open the store, then serve until interrupted; `more` are further tabs of the page.

    Raises:
        TashanError: the address is taken, or the store can't be opened.
    """
    with listen(settings.host, settings.port) as listener:
        _say("正在载入模型和索引…")
        with Service.open(settings) as service:
            served = page.mount(api.create(service), service, more)
            threading.Thread(target=_warm, args=(service,), daemon=True).start()
            logs = uvicorn.Config(
                served, settings.host, settings.port, log_level="warning", timeout_graceful_shutdown=_GRACE
            )
            _Server(logs).run([listener])


def listen(host: str, port: int) -> socket.socket:
    """A listening socket, taken before anything slow happens.

    Raises:
        TashanError: the address is taken or not ours.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=256)
    except OSError as error:
        raise TashanError(
            f"无法在 {host}:{port} 打开页面（{error.strerror}）。", "请换一个端口，例如 PORT=7861。"
        ) from error


def address(host: str, port: int) -> str:
    """What to type into a browser.

    >>> address("127.0.0.1", 7860), address("::1", 80)
    ('http://127.0.0.1:7860', 'http://[::1]:80')
    """
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _warm(service: Service) -> None:
    """Themes and one question ahead of the first asker: dictionaries and model kernels load on first use."""
    try:
        service.themes()
        for question in service.examples(1):
            service.ask(question)
    except TashanError as error:
        _LOG.warning("warming up failed: %s", error)


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
