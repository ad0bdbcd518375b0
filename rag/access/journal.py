"""What was asked, answered, rated, added and removed on a server, and who signed in.

A journal that can't be written never keeps an answer from its asker: the server's log says so.
"""

from __future__ import annotations

import hashlib
import json
import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from corpus.errors import TashanError
from rag.access.db import Database
from rag.types import Answered, Citation, Outcome

_LOG = logging.getLogger(__name__)
_SWEEP = 3600  # seconds between two looks for entries that are too old


def now() -> str:
    """This moment, UTC, ISO 8601 to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def digest(outcome: Outcome) -> str:
    """Sixteen hex digits that stand for an answer: its question, its text, what it cites."""
    cited = [[c.doc, c.span.start, c.span.end] for c in _cited(outcome)]
    said = [outcome.question.asked, outcome.text, cited, outcome.config]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode("utf-8", "replace")).hexdigest()[:16]


def _cited(outcome: Outcome) -> tuple[Citation, ...]:
    return outcome.citations if isinstance(outcome, Answered) else ()


@dataclass(frozen=True, slots=True)
class Rated:
    """An answer as it can be rated: what feedback keeps of it."""

    question: str
    history: tuple[str, ...]
    status: str
    digest: str
    citations: tuple[tuple[str, str], ...]  # (doc, quote)
    config: str

    @classmethod
    def of(cls, outcome: Outcome) -> Rated:
        """From an answer or a refusal."""
        return cls(
            outcome.question.asked,
            outcome.question.history,
            "answered" if isinstance(outcome, Answered) else "refused",
            digest(outcome),
            tuple((c.doc, c.quote) for c in _cited(outcome)),
            outcome.config,
        )


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the journal."""

    at: str
    who: str
    address: str
    door: str
    what: str
    text: str = ""
    digest: str = ""
    detail: str = ""


class Journal:
    """The journal and the feedback of one server."""

    def __init__(self, database: Database, days: int) -> None:
        self._database = database
        self._days = days
        self._swept = 0.0

    def note(self, entry: Entry) -> None:
        """Keep an entry, unless the journal is off; never raises."""
        if not self._days:
            return
        values = (entry.at, entry.who, entry.address, entry.door, entry.what, entry.text[:2000], entry.digest,
                  entry.detail)  # fmt: skip
        try:
            with self._database.use() as db:
                db.execute("INSERT INTO entry VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?)", values)
            self._sweep()
        except (TashanError, UnicodeError) as error:
            _LOG.warning("the journal could not be written: %s", error)

    def _sweep(self) -> None:
        if time.monotonic() - self._swept > _SWEEP or not self._swept:
            self._swept = time.monotonic()
            oldest = (datetime.now(UTC) - timedelta(days=self._days)).isoformat(timespec="seconds")
            with self._database.use() as db:
                db.execute("DELETE FROM entry WHERE at < ?", (oldest,))

    def entries(self, days: int | None = None) -> Iterator[Entry]:
        """Entries, oldest first; of the last so many days only.

        Raises:
            TashanError: the file can't be read.
        """
        since = (datetime.now(UTC) - timedelta(days=days)).isoformat() if days else ""
        with self._database.use() as db:
            rows = db.execute(
                "SELECT at, who, address, door, what, text, digest, detail FROM entry"
                " WHERE at >= ? ORDER BY id",
                (since,),
            ).fetchall()
        yield from (Entry(*row) for row in rows)

    def rate(self, who: str, rated: Rated, rating: str, reason: str) -> None:
        """Keep what someone thinks of an answer; a second word on the same one replaces the first.

        Raises:
            TashanError: the file can't be written, or the rating is none.
        """
        if rating not in ("up", "down"):
            raise TashanError("评价只能是“有用”或“没用”。")
        values = (
            now(), who, rated.question, json.dumps(rated.history, ensure_ascii=False), rating, reason[:500],
            rated.status, rated.digest, json.dumps(rated.citations, ensure_ascii=False), rated.config,
        )  # fmt: skip
        with self._database.use() as db:
            db.execute("INSERT OR REPLACE INTO feedback VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", values)

    def feedback(self) -> Iterator[dict[str, Any]]:
        """All feedback, oldest first, as the objects that ``python -m rag feedback --json`` prints.

        Raises:
            TashanError: the file can't be read.
        """
        names: Sequence[str] = ("when", "question", "history", "rating", "reason", "status", "digest",
                                "citations", "config")  # fmt: skip
        with self._database.use() as db:
            rows = db.execute(
                "SELECT at, question, history, rating, reason, status, digest, citations, config"
                " FROM feedback ORDER BY id"
            ).fetchall()
        for row in rows:
            body = dict(zip(names, row, strict=True))
            body["history"] = json.loads(body["history"])
            body["citations"] = [{"doc": d, "quote": q} for d, q in json.loads(body["citations"])]
            yield body
