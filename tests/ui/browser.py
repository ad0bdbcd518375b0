"""A real browser and a real server, for tests and screenshots."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from playwright.sync_api import Browser, Page, sync_playwright

from eval import ui
from rag import api
from rag.service import Service
from rag.ui import page, server

CHROMIUM = shutil.which("chromium") or ""
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@contextmanager
def chromium() -> Iterator[Browser]:
    """The system's Chromium; nothing is downloaded."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def serving(service: Service, folder: Path | None = None) -> Iterator[str]:
    """The page over a service on a free port, with the runs of a folder; yields its address."""
    listener = server.listen("127.0.0.1", 0)
    port = listener.getsockname()[1]
    served = uvicorn.Server(
        uvicorn.Config(
            page.mount(api.create(service), service, [ui.tab(folder)]),
            log_level="error",
            timeout_graceful_shutdown=1,
        )
    )
    thread = threading.Thread(target=served.run, args=([listener],), daemon=True)
    thread.start()
    while not served.started:
        time.sleep(0.05)  # uvicorn tells that it listens by a flag only
    try:
        yield f"http://127.0.0.1:{port}/"
    finally:
        served.should_exit = True
        thread.join(10)
        listener.close()


def ask(tab: Page, question: str) -> None:
    """Type a question and wait until its reply is complete."""
    before = tab.locator("#talk .turn").count() if tab.locator("#now .turn").count() else 0
    tab.fill("#question textarea", question)
    tab.press("#question textarea", "Enter")
    wait_reply(tab, before + 1)


def wait_reply(tab: Page, turns: int) -> None:
    """Wait until so many turns are there and the last one is complete."""
    tab.wait_for_function(
        "n => document.querySelectorAll('#talk .turn').length === n"
        " && document.querySelector('#now .tools, #now .trouble')"
        " && !document.querySelector('#question .stop-button')",
        arg=turns,
        timeout=30_000,
    )


def choose(tab: Page, name: str, value: str) -> None:
    """Choose an option of a dropdown."""
    tab.click(f"#{name} input")
    tab.get_by_role("option", name=value, exact=True).click()
