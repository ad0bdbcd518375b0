"""The served page as its users meet it: until it can be used, until the first words of an answer, under load.

The page is served by ``app.py`` in a process of its own and opened in a real Chromium on loopback.
"""

from __future__ import annotations

import random
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from corpus.errors import TashanError
from eval import metrics
from eval.datasets import load_dataset
from eval.setup import SAMPLE_GOLD
from eval.systems import Progress

_START = 180.0  # seconds that the server may take to load model and index
_STOP = 10.0
_TYPING = 1500  # milliseconds until the question is sent: nobody types one faster
# Clocks run inside the page: what the test driver needs to hear of it is not counted.
_USABLE = """() => {
  const box = document.querySelector('#question textarea');
  return box && !box.disabled && document.querySelector('#hello h2') && performance.now();
}"""
_WATCH = """() => {
  window.firstWords = 0;
  const look = () => {
    const shown = document.querySelector('#now .answer');
    if (shown && shown.innerText.trim()) window.firstWords = performance.now() - window.asked;
    else requestAnimationFrame(look);
  };
  const pressed = (event) => {
    if (event.key !== 'Enter') return;
    window.asked = performance.now();
    document.removeEventListener('keydown', pressed, true);
    setTimeout(look, 0);
  };
  document.addEventListener('keydown', pressed, true);
}"""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was measured. Times in seconds; `asked` in rising order."""

    usable: tuple[float, ...]  # from navigation to a page that takes a question, one a visit
    first: tuple[float, ...]  # from Enter to the first words of the answer, one a question
    asked: tuple[float, ...]  # whole answers while all users ask, one a question
    users: int
    seconds: float
    errors: tuple[str, ...]

    @property
    def rows(self) -> list[list[str]]:
        """As rows of a table: what, median, 95th percentile, worst."""
        kinds = (
            ("page usable, s", self.usable),
            ("first words of an answer, s", self.first),
            (f"answer with {self.users} users asking at once, s", self.asked),
        )
        return [
            [name, str(len(times)), *(f"{metrics.percentile(times, at):.2f}" for at in (0.5, 0.95, 1.0))]
            for name, times in kinds
            if times
        ]

    @property
    def words(self) -> str:
        """The load in one line."""
        rate = len(self.asked) / self.seconds if self.seconds else 0.0
        return (
            f"{self.users} users for {self.seconds:.0f} s: {len(self.asked)} answers ({rate:.1f}/s), "
            f"{len(self.errors)} errors"
        )


def measure(
    store: str | None, users: int, seconds: float, visits: int, questions: Path | None, progress: Progress
) -> Loaded:
    """Serve, visit, ask, then let all users ask at once.

    Args:
        store: the store to serve; the configured one if None.
        users: how many ask at once, each its next question as soon as it has its answer.
        seconds: for how long.
        visits: how often the page is opened, and how many questions are asked on it.
        questions: a data set to take questions from; that of the example reports if None.
        progress: told of every step.

    Raises:
        TashanError: there is no Chromium or Playwright, or the server does not start.
    """
    wanted = [item.question for item in load_dataset(questions or SAMPLE_GOLD).items]
    random.Random(0).shuffle(wanted)
    with serving(store, progress) as address:
        usable, first = _visits(address, wanted, visits, progress)
        asked, errors = _all_at_once(address, wanted, users, seconds, progress)
    return Loaded(tuple(usable), tuple(first), tuple(sorted(asked)), users, seconds, tuple(errors))


@contextmanager
def serving(store: str | None, progress: Progress) -> Iterator[str]:
    """``app.py`` on a free port; yields its address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "app.py", "--port", str(port), *(["--store", store] if store else [])]
    address = f"http://127.0.0.1:{port}/"
    served = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, encoding="utf-8")
    try:
        progress("启动", 0, 1)
        _until_it_answers(served, address)
        yield address
    finally:
        served.terminate()
        try:
            served.communicate(timeout=_STOP)
        except subprocess.TimeoutExpired:
            served.kill()
            served.communicate()


def _until_it_answers(served: subprocess.Popen[str], address: str) -> None:
    """Wait for a server that answers a question, not only its port: the model is loaded then."""
    end = time.monotonic() + _START
    while time.monotonic() < end:
        if served.poll() is not None:
            said = (served.stderr.read() if served.stderr else "").strip().splitlines()
            raise TashanError(f"网页没有启动：{said[-1] if said else '没有说明'}")
        try:
            if httpx.post(f"{address}api/ask", json={"question": "社区食堂"}, timeout=60).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.2)  # nothing tells when another process begins to listen
    raise TashanError(f"网页 {_START:.0f} 秒内没有启动。", "请用 python app.py 看看它说了什么。")


def _visits(
    address: str, questions: Sequence[str], visits: int, progress: Progress
) -> tuple[list[float], list[float]]:
    """Open the page afresh each time and ask one question on it."""
    usable, first = [], []
    with _chromium() as browser:
        for at in range(visits):
            progress("打开网页", at, visits)
            context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
            tab = context.new_page()
            tab.goto(address)
            usable.append(tab.wait_for_function(_USABLE, polling="raf").json_value() / 1000)
            tab.wait_for_timeout(_TYPING)
            tab.evaluate(_WATCH)
            tab.fill("#question textarea", questions[at % len(questions)])
            tab.press("#question textarea", "Enter")
            tab.wait_for_function("window.firstWords > 0", polling="raf")
            first.append(tab.evaluate("window.firstWords") / 1000)
            context.close()
    return usable, first


@contextmanager
def _chromium() -> Iterator[Any]:
    try:
        from playwright.sync_api import sync_playwright
    except ModuleNotFoundError as error:
        raise TashanError("没有装 Playwright。", "请运行 make install-dev。") from error
    path = shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        raise TashanError("找不到 Chromium。", "请先安装 chromium。")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        try:
            yield browser
        finally:
            browser.close()


def _all_at_once(
    address: str, questions: Sequence[str], users: int, seconds: float, progress: Progress
) -> tuple[list[float], list[str]]:
    """Every user asks one question after the other until the time is over."""
    times: list[float] = []
    errors: list[str] = []
    end = time.monotonic() + seconds

    def user(number: int) -> None:
        with httpx.Client(timeout=60) as client:
            for at in range(number, 1_000_000, users):
                if time.monotonic() >= end:
                    return
                body, start = {"question": questions[at % len(questions)]}, time.perf_counter()
                try:
                    client.post(f"{address}api/ask", json=body).raise_for_status()
                    times.append(time.perf_counter() - start)
                except httpx.HTTPError as error:
                    errors.append(f"{type(error).__name__}: {error}")

    threads = [threading.Thread(target=user, args=(number,)) for number in range(users if seconds else 0)]
    for thread in threads:
        thread.start()
    for thread in threads:
        while thread.is_alive():
            thread.join(1)
            progress("同时提问", len(times), len(times) + 1)
    return times, errors
