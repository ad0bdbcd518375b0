"""A Milvus server on this machine for tests: milvus-lite behind its own gRPC door."""

from __future__ import annotations

import importlib.util
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

INSTALLED = all(importlib.util.find_spec(name) for name in ("pymilvus", "milvus_lite"))
needs_milvus = pytest.mark.skipif(
    not INSTALLED, reason="pymilvus or milvus-lite is not installed (requirements-milvus.txt)"
)
_PATIENCE = 60.0  # seconds until it must listen


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def server(folder: Path, port: int | None = None) -> Iterator[str]:
    """Start milvus-lite on the loopback address, yield its address, stop it."""
    port = port or free_port()
    command = Path(sys.executable).with_name("milvus-lite")
    where = ["--data-dir", str(folder), "--host", "127.0.0.1", "--port", str(port)]
    with (folder.parent / f"{folder.name}.log").open("w") as log:
        process = subprocess.Popen([command, "server", *where], stdout=log, stderr=log)
    try:
        _wait(port, process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(30)


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        with socket.socket() as caller:
            if caller.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert process.poll() is None, "milvus-lite ended at once"
        time.sleep(0.05)  # nothing tells when another process begins to listen
    raise AssertionError("milvus-lite does not listen")


@contextmanager
def hurried() -> Iterator[None]:
    """Let pymilvus look at once, not after half a second, whether an index of nothing is built."""
    from pymilvus.client import grpc_handler

    class Hurried:
        def __getattr__(self, name: str) -> object:
            return getattr(time, name)

        def sleep(self, seconds: float) -> None:
            time.sleep(min(seconds, 0.001))  # what it sleeps itself, cut short

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(grpc_handler, "time", Hurried())
        yield


def wipe(url: str) -> None:
    """Drop everything on a server."""
    from pymilvus import MilvusClient

    client = MilvusClient(url, dedicated=True)
    for name in client.list_collections():
        client.drop_collection(name)
    client.close()
