"""What one revision of a store on a Milvus server shows: its state row, and the heads of its reports."""

from __future__ import annotations

import json
import threading
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from corpus.types import Locality
from index import codec
from index.filters import FilterTable
from index.milvus_rows import among, dumps, loads, read_head
from index.milvus_server import STATE, Row, Server
from index.types import Counts, Filter, Makers, ReportHead

FORMAT = 1
_HEAD = ("number", "document", "head", "cluster")


@dataclass(frozen=True, slots=True)
class State:
    """One row of ``state``.

    Attributes:
        suffix: names the collections.
        hidden: stretches of document numbers that are out of sight though their rows may still be there.
        next: the next free numbers of documents, reports and passages.
        stored: characters of packed contents.
        failures: (doc, what was wrong) of the last addition.
    """

    format: int
    store: str
    revision: int
    built: str
    suffix: str
    makers: Makers
    terms: tuple[str, ...]
    counts: Counts
    hidden: tuple[tuple[int, int], ...]
    next: tuple[int, int, int]
    stored: int
    failures: tuple[tuple[str, str], ...]

    def row(self) -> Row:
        """The row that makes this state the newest."""
        return {"revision": self.revision, "value": dumps(asdict(self))}

    @classmethod
    def read(cls, value: str) -> State:
        """The state of a row.

        Raises:
            ValueError, KeyError, TypeError: it is no such row.
        """
        body: dict[str, Any] = loads(value)
        pairs = {key: tuple(tuple(pair) for pair in body[key]) for key in ("hidden", "failures")}
        return cls(
            **body
            | pairs
            | {"makers": Makers(**body["makers"]), "counts": Counts(**body["counts"])}
            | {"terms": tuple(body["terms"]), "next": tuple(body["next"])}
        )

    def collection(self, kind: str) -> str:
        """The name of one of the collections of the contents."""
        return f"tashan_{kind}_{self.suffix}"

    def visible(self, kind: str) -> str:
        """A filter, over one of the collections of numbered rows, for what this state shows."""
        field = "number" if kind == "documents" else "document"
        seen = f"born <= {self.revision}"
        return f"{seen} and not {among(field, self.hidden)}" if self.hidden else seen

    def shows(self, document: int) -> bool:
        """Whether a document whose row was found is in sight."""
        return document < self.next[0] and not any(a <= document <= b for a, b in self.hidden)


def newest(server: Server) -> State | None:
    """The newest state on a server, None where there is no store."""
    if not server.has(STATE):
        return None
    rows = server.rows(STATE, "revision >= 0", ["revision", "value"])
    return State.read(max(rows, key=lambda row: int(row["revision"]))["value"]) if rows else None


@dataclass(frozen=True, slots=True)
class Known:
    """What a reader keeps of a report."""

    document: int
    passages: int
    head: ReportHead


@dataclass(frozen=True)
class View:
    """A state and the heads of all reports that it shows, by number, ascending."""

    state: State
    reports: dict[int, Known] = field(repr=False)

    @cached_property
    def table(self) -> FilterTable:
        """The distinct places, and which reports a filter lets through: for counting and listing."""
        rows = [
            (number, codec.year_of(known.head.date), known.head.locality, known.head.also)
            for number, known in self.reports.items()
        ]
        return FilterTable.build(rows)

    @cached_property
    def named(self) -> dict[str, int]:
        """Report numbers by the reports' names."""
        return {known.head.report: number for number, known in self.reports.items()}

    @cached_property
    def passages(self) -> npt.NDArray[np.int64]:
        """How many passages each report has."""
        return np.array([known.passages for known in self.reports.values()], np.int64)

    def allowed(self, where: Filter) -> int:
        """How many passages a filter lets through. The server's searches apply the filter themselves."""
        if where.empty:
            return int(self.passages.sum())
        docs = set(where.docs)
        inside = [number for number, known in self.reports.items() if known.head.doc in docs]
        passes = self.table.allowed(where, np.array(inside, np.int64) if docs else None)
        return int(self.passages[passes].sum())

    def localities(self) -> list[Locality]:
        """The places that reports are about."""
        return self.table.distinct()


class Follower:
    """The newest view. One small question to the server when nothing has changed."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self._held: View | None = None
        self._turn = threading.Lock()

    @property
    def held(self) -> View | None:
        """The view that was read last."""
        return self._held

    def now(self) -> View | None:
        """The newest view, None where there is no store (any more)."""
        state = newest(self.server)
        with self._turn:
            held = self._held
            if state is None:
                self._held = None
            elif held is None or held.state.store != state.store or held.state.revision < state.revision:
                self._held = self._read(held, state)
            return self._held

    def _read(self, before: View | None, state: State) -> View:
        """A new view; of the one before it only what changed is asked for, where that can be told."""
        if not state.suffix:
            return View(state, {})
        kept: dict[int, Known] = {}
        where = state.visible("reports")
        if (
            before is not None
            and before.state.suffix == state.suffix
            and before.state.store == state.store
            and before.state.revision == state.revision - 1
        ):
            kept = {n: known for n, known in before.reports.items() if state.shows(known.document)}
            where = f"born == {state.revision}"
        fresh = (_known(row) for row in self.server.scan(state.collection("reports"), where, _HEAD))
        return View(state, dict(sorted([*kept.items(), *fresh])))


def _known(row: Row) -> tuple[int, Known]:
    head = json.loads(row["head"])
    return int(row["number"]), Known(int(row["document"]), int(head["passages"]), read_head(row))
