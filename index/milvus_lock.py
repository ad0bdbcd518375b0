"""One writer at a time on a Milvus server, which has no locks: whoever makes a certain collection writes.

Making a collection that is there already fails when its fields differ, and they do: the name of one says, in
hexadecimal, who the writer is and when it started. A writer that was killed leaves the collection behind; so
a writer gives a sign of life every few seconds, and one that has given none for minutes, or whose process has
ended on this very machine, is taken to be dead. Before a change becomes visible the writer looks whether the
lock is still its own.
"""

from __future__ import annotations

import json
import os
import secrets
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict

from corpus.errors import StoreBusy, TashanError
from index.lock import Owner
from index.milvus_server import LOCK, STATE, Server, now

BEAT = 10.0  # seconds between two signs of life
DEAD = 300.0  # without one for so long, the writer is dead; clocks of the hosts may differ by less
_PULSE = -1  # the row of `state` that holds the sign of life; revisions are 0 and more


class Held:
    """The lock, as its holder sees it."""

    def __init__(self, server: Server) -> None:
        self._server = server
        note = json.dumps(asdict(Owner(os.getpid(), socket.gethostname()[:40], now())))
        self._mark = f"by_{secrets.token_hex(8)}_{note.encode().hex()}"
        self._done = threading.Event()
        self._beating = threading.Thread(target=self._beat, daemon=True)

    def take(self) -> None:
        """Become the writer.

        Raises:
            StoreBusy: another is; says which and since when.
        """
        if not self._server.claim(LOCK, self._mark):
            _give_way(self._server)
            if not self._server.claim(LOCK, self._mark):
                raise _busy(self._server)
        self._pulse()
        self._beating.start()

    def check(self) -> None:
        """See that nobody has taken the lock meanwhile.

        Raises:
            StoreBusy: somebody has.
        """
        if self._server.mark_of(LOCK) != self._mark:
            raise _busy(self._server)

    def release(self) -> None:
        """Let others write."""
        self._done.set()
        self._beating.join()
        with suppress(TashanError):  # the server is gone: after a while the lock counts as left behind
            if self._server.mark_of(LOCK) == self._mark:
                self._server.drop(LOCK)

    def _pulse(self) -> None:
        self._server.replace(STATE, {"revision": _PULSE, "value": f"{self._mark} {now()}"})

    def _beat(self) -> None:
        while not self._done.wait(BEAT):
            with suppress(TashanError):  # the change itself will say that the server is gone
                self._pulse()


@contextmanager
def writing(server: Server) -> Iterator[Held]:
    """Hold the lock while writing."""
    held = Held(server)
    held.take()
    try:
        yield held
    finally:
        held.release()


def owner(server: Server) -> Owner | None:
    """Who says that they are writing."""
    try:
        told = json.loads(bytes.fromhex(server.mark_of(LOCK).rpartition("_")[2]))
        return Owner(int(told["pid"]), str(told["host"]), float(told["started"]))
    except (ValueError, KeyError, TypeError):
        return None


def _give_way(server: Server) -> None:
    """Clear away the lock of a dead writer.

    Raises:
        StoreBusy: it lives.
    """
    mark = server.mark_of(LOCK)
    who = owner(server)
    if mark and not _ended_here(who) and now() - _last_sign(server, mark, who) < DEAD:
        raise _busy(server)
    if mark:
        server.drop(LOCK)


def _ended_here(who: Owner | None) -> bool:
    if who is None or who.host != socket.gethostname()[:40] or os.name != "posix":
        return False
    try:
        os.kill(who.pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        pass
    return False


def _last_sign(server: Server, mark: str, who: Owner | None) -> float:
    beats = [
        float(beat)
        for row in server.rows(STATE, f"revision == {_PULSE}", ["revision", "value"])
        for by, _, beat in [str(row["value"]).partition(" ")]
        if by == mark
    ]
    return max((who.started if who else 0.0), *beats, 0.0)


def _busy(server: Server) -> StoreBusy:
    who = owner(server)
    detail = f"（进程 {who.pid}，主机 {who.host}，已写入 {who.age}）" if who else ""
    return StoreBusy(f"{server.url}：另一个程序正在写入这个索引{detail}。", "请等它完成后再试。")
