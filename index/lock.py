"""One writer at a time: a lock file that says who holds it."""

from __future__ import annotations

import json
import os
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from corpus.errors import StoreBusy


@dataclass(frozen=True, slots=True)
class Owner:
    """The process that writes."""

    pid: int
    host: str
    started: float  # seconds since 1970

    @property
    def age(self) -> str:
        """How long it has been writing, in Chinese."""
        seconds = max(0, int(time.time() - self.started))
        if seconds < 120:
            return f"{seconds} 秒"
        return f"{seconds // 60} 分钟" if seconds < 7200 else f"{seconds // 3600} 小时"


if sys.platform == "win32":
    import msvcrt

    def _try_lock(file: IO[str]) -> bool:
        file.seek(1 << 20)  # a byte far behind the text, so that others can still read who holds the lock
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _try_lock(file: IO[str]) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def owner(path: Path) -> Owner | None:
    """Who says that they are writing; None when nobody does or the note can't be read."""
    try:
        note = json.loads(path.read_text(encoding="utf-8"))
        return Owner(int(note["pid"]), str(note["host"]), float(note["started"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def held(path: Path) -> bool:
    """Whether a process holds the lock right now."""
    try:
        with path.open("r+", encoding="utf-8") as file:
            return not _try_lock(file)
    except FileNotFoundError:
        return False
    except OSError:  # not ours to write: whoever writes holds it elsewhere
        return True


@contextmanager
def writing(path: Path, wait: float = 0.0) -> Iterator[None]:
    """Hold the lock while writing. The system releases it when the process dies, however it dies.

    Args:
        path: the lock file.
        wait: seconds to wait for another writer before giving up.

    Raises:
        StoreBusy: another process is writing; says which and since when.
    """
    deadline = time.monotonic() + wait
    with path.open("a+", encoding="utf-8") as file:
        while not _try_lock(file):
            if time.monotonic() >= deadline:
                raise _busy(path)
            time.sleep(0.05)  # the system's lock can be asked for again, not waited for with a limit
        file.truncate(0)
        json.dump(asdict(Owner(os.getpid(), socket.gethostname(), time.time())), file)
        file.flush()
        try:
            yield
        finally:
            file.truncate(0)


def _busy(path: Path) -> StoreBusy:
    who = owner(path)
    detail = f"（进程 {who.pid}，主机 {who.host}，已写入 {who.age}）" if who else ""
    return StoreBusy(f"{path.parent}：另一个程序正在写入这个索引{detail}。", "请等它完成后再试。")
