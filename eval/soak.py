"""Half an hour under load: does the server keep answering, and does it keep its memory and its descriptors?

The page's own server is started as a process of its own and asked over HTTP, at a moderate rate and by
several askers at once. Its resident memory and open descriptors are read from /proc every few seconds; the
slope of the memory is that of a least-squares line over what comes after the warm-up, when models, caches and
threads are there.
"""

from __future__ import annotations

import itertools
import random
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import httpx
import numpy as np

from corpus.errors import TashanError
from eval import metrics
from eval.datasets import load_dataset
from eval.setup import SAMPLE_CORPUS, SAMPLE_GOLD, built, chosen_settings
from eval.systems import Progress

WARM_UP = 0.2  # share of the time before memory is judged
_LOOK = 5.0  # seconds between two looks at memory and descriptors
_START = 300.0  # seconds until the server must answer
_PATIENCE = 60.0  # seconds for one request
_FIRST = 20  # questions asked beforehand, to know some files
_IDLE = 2.0  # seconds that a connection is kept; uvicorn closes it after 5, perhaps as a request is under way

Call = Callable[[httpx.Client, str], httpx.Response]


@dataclass(frozen=True, slots=True)
class Look:
    """Memory and descriptors at one moment."""

    at: float  # seconds since the load began
    mib: float
    descriptors: int
    threads: int


@dataclass(slots=True)
class Soak:
    """What happened. Times in milliseconds."""

    seconds: float = 0.0
    looks: list[Look] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @property
    def settled(self) -> list[Look]:
        """The looks after the warm-up."""
        return [look for look in self.looks if look.at >= WARM_UP * self.seconds]

    @property
    def slope(self) -> float:
        """Megabytes an hour, from a linear fit."""
        looks = self.settled
        if len(looks) < 3:
            return 0.0
        line = np.polynomial.Polynomial.fit([one.at / 3600 for one in looks], [one.mib for one in looks], 1)
        return float(line.convert().coef[1])

    @property
    def rows(self) -> list[tuple[str, str]]:
        """As a table."""
        looks = self.settled or self.looks
        return [
            ("时长，分钟", f"{self.seconds / 60:.1f}"),
            ("请求", str(len(self.times))),
            ("出错", str(len(self.errors))),
            ("中位时间，毫秒", f"{metrics.percentile(self.times, 0.5):.0f}" if self.times else "—"),
            ("95% 时间，毫秒", f"{metrics.percentile(self.times, 0.95):.0f}" if self.times else "—"),
            ("内存（预热后最小–最大），MiB", _range([one.mib for one in looks], "{:.1f}")),
            ("内存斜率，MB/小时", f"{self.slope:+.1f}"),
            ("打开的文件（预热后最小–最大）", _range([one.descriptors for one in looks], "{}")),
            ("线程（预热后最小–最大）", _range([one.threads for one in looks], "{}")),
        ]


def _range(values: Sequence[float], form: str) -> str:
    return f"{form.format(min(values))}–{form.format(max(values))}" if values else "—"


def soak(store: str | None, minutes: float, rate: float, askers: int, progress: Progress) -> Soak:
    """Load the server of a store for some minutes.

    Args:
        store: the store; the sample's when None.
        minutes: how long.
        rate: requests a second, of all askers together.
        askers: how many ask at the same time.
        progress: told every few seconds.

    Raises:
        TashanError: the server does not start, or the system has no /proc.
    """
    if not Path("/proc/self/statm").exists():
        raise TashanError("这个系统没有 /proc，量不了内存和打开的文件。", "请在 Linux 上运行。")
    settings = chosen_settings(store, (), None)
    address = str(store or built(SAMPLE_CORPUS, settings, progress))
    with _server(address) as (process, url):
        return _loaded(process, url, minutes * 60, rate, askers, progress)


@contextmanager
def _server(store: str) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """The page's server on a free port of this machine."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    command = [sys.executable, "app.py", "--store", store, "--host", "127.0.0.1", "--port", str(port)]
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        try:
            url = f"http://127.0.0.1:{port}"
            _wait(process, url, log)
            yield process, url
        finally:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(30)
            process.kill()


def _wait(process: subprocess.Popen[bytes], url: str, log: object) -> None:
    until = time.monotonic() + _START
    while time.monotonic() < until and process.poll() is None:
        with suppress(httpx.HTTPError):
            if httpx.get(f"{url}/api/health", timeout=5).status_code == 200:
                return
        time.sleep(0.5)  # nothing tells when another process begins to listen
    log.seek(0)  # type: ignore[attr-defined]
    said = log.read().decode("utf-8", "replace").strip().splitlines()[-1:]  # type: ignore[attr-defined]
    raise TashanError(f"服务没有启动：{''.join(said) or '没有说明'}")


def _loaded(
    process: subprocess.Popen[bytes], url: str, seconds: float, rate: float, askers: int, progress: Progress
) -> Soak:
    out, stop, started = Soak(), threading.Event(), time.monotonic()
    turn = threading.Lock()
    calls = _calls(_cited(url))
    due = itertools.count()

    def ask() -> None:
        with httpx.Client(timeout=_PATIENCE, limits=httpx.Limits(keepalive_expiry=_IDLE)) as client:
            while True:
                with turn:
                    at, call = started + next(due) / rate, next(calls)
                if stop.wait(max(0.0, at - time.monotonic())):
                    return
                _one(client, url, call, out)

    def asker() -> None:
        try:
            ask()
        except Exception as error:  # an asker that is gone would make the rest look better than it is
            out.errors.append(f"提问中断：{type(error).__name__} {error}")

    threads = [threading.Thread(target=asker) for _ in range(askers)]
    for thread in threads:
        thread.start()
    try:
        while (passed := time.monotonic() - started) < seconds and process.poll() is None:
            progress("负载", int(passed), int(seconds))
            out.looks.append(_look(process.pid, passed))
            time.sleep(min(_LOOK, max(0.1, seconds - passed)))  # between two looks at memory
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    if process.poll() is not None:
        out.errors.append(f"服务中途结束，退出码 {process.returncode}")
    out.seconds = time.monotonic() - started
    progress("负载", int(seconds), int(seconds))
    return out


def _one(client: httpx.Client, url: str, call: Call, out: Soak) -> None:
    clock = time.perf_counter()
    try:
        answer = call(client, url)
        if answer.status_code != 200 or "event: error" in answer.text:
            out.errors.append(f"{answer.request.url.path} {answer.status_code} {answer.text[:200]}")
    except httpx.HTTPError as error:
        out.errors.append(f"{type(error).__name__} {error}")
    out.times.append((time.perf_counter() - clock) * 1000)


def _look(pid: int, at: float) -> Look:
    status = dict(
        line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines() if ":" in line
    )
    mib = int(status["VmRSS"].split()[0]) / 1024
    return Look(at, mib, len(list(Path(f"/proc/{pid}/fd").iterdir())), int(status["Threads"]))


def _cited(url: str) -> list[str]:
    """Files of this store: those that answers to the first questions cite."""
    docs = dict[str, None]()
    with httpx.Client(timeout=_PATIENCE) as client:
        for item in load_dataset(SAMPLE_GOLD).items[:_FIRST]:
            answer = client.post(f"{url}/api/ask", json={"question": item.question}).json()
            docs |= dict.fromkeys(one["doc"] for one in answer.get("citations", ()))
    return [*docs]


def _calls(docs: Sequence[str]) -> Iterator[Call]:
    """Requests as people and programs make them, in an order that is the same each time."""
    items = load_dataset(SAMPLE_GOLD).items
    draw = random.Random(7)
    while True:
        question, kind = draw.choice(items).question, draw.random()
        if kind < 0.45:
            yield lambda c, url, q=question: c.post(f"{url}/api/ask", json={"question": q})  # type: ignore[misc]
        elif kind < 0.65:
            yield lambda c, url, q=question: c.post(  # type: ignore[misc]
                f"{url}/api/ask", json={"question": q}, headers={"Accept": "text/event-stream"}
            )
        elif kind < 0.85:
            yield lambda c, url, q=question: c.post(f"{url}/api/search", json={"question": q})  # type: ignore[misc]
        elif kind < 0.9 and docs:
            doc = quote(draw.choice(docs), safe="/")
            yield lambda c, url, d=doc: c.get(f"{url}/api/files/{d}")  # type: ignore[misc]
        else:
            path = draw.choice(("/api/health", "/metrics", "/"))
            yield lambda c, url, p=path: c.get(f"{url}{p}")  # type: ignore[misc]
