"""A store by its address: a folder of this machine, or a Milvus server."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from index.types import Embedder, Problem, Store

_SCHEMES = ("http://", "https://")


def place(address: str | Path) -> str | Path:
    """A server's address as it is, anything else as a folder.

    >>> place("http://10.0.0.7:19530"), place("var/store").name
    ('http://10.0.0.7:19530', 'store')
    """
    return address if isinstance(address, str) and address.startswith(_SCHEMES) else Path(address)


def open_store(
    address: str | Path,
    embedder: Embedder | None,
    *,
    create: bool = False,
    adopt: bool = False,
    terms: Iterable[str] | None = None,
) -> Store:
    """Open the store at an address. Arguments and errors: see `LocalStore.open` and `MilvusStore.open`."""
    where = place(address)
    if isinstance(where, Path):
        from index.store import LocalStore

        return LocalStore.open(where, embedder, create=create, adopt=adopt, terms=terms)
    from index.milvus import MilvusStore

    return MilvusStore.open(where, embedder, create=create, adopt=adopt, terms=terms)


def inspect(address: str | Path) -> list[Problem]:
    """Every disagreement in the store at an address, also where it is too damaged to open."""
    where = place(address)
    if isinstance(where, Path):
        from index.store import LocalStore

        return LocalStore.inspect(where)
    from index.milvus import MilvusStore

    return MilvusStore.inspect(where)
