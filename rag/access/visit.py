"""Who a request is from, and where what they do is noted."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from rag.access.baskets import Baskets
from rag.access.db import Database
from rag.access.journal import Entry, Journal, Rated, digest, now
from rag.access.people import People
from rag.metrics import Metrics
from rag.service import Service, Update
from rag.types import Outcome, Refused

SCOPE = "tashan.visit"  # the key under which the gate leaves a visit in a request's scope


class Desk:
    """Metrics, journal and people of one server."""

    def __init__(self, service: Service) -> None:
        settings = service.settings
        self._database = Database(settings.records_file)
        self.metrics = Metrics(service)
        self.journal = Journal(self._database, settings.audit_days)
        self.people = People(self._database)
        self.baskets = Baskets(self._database)

    def close(self) -> None:
        """Close the file of people and journal."""
        self._database.close()


@dataclass(frozen=True, slots=True)
class Visit:
    """One request: whose it is, whether they may change reports."""

    desk: Desk | None = None
    name: str = ""  # empty where nobody signs in
    address: str = ""
    may_edit: bool = False
    signed_in: bool = False

    def note(self, what: str, text: str = "", *, door: str = "page", of: str = "", **detail: Any) -> None:
        """Keep in the journal what was done."""
        if self.desk is not None:
            more = json.dumps(detail, ensure_ascii=False) if detail else ""
            self.desk.journal.note(Entry(now(), self.name, self.address, door, what, text, of, more))

    def watched(self, updates: Iterable[Update], door: str) -> Iterator[Update]:
        """The same updates; what became of the question is counted and noted on the way."""
        if self.desk is None:
            yield from updates
            return
        for update in self.desk.metrics.watched(updates, door):
            if update.outcome is not None:
                self._answered(update.outcome, door)
            yield update

    def _answered(self, outcome: Outcome, door: str) -> None:
        status = str(outcome.reason) if isinstance(outcome, Refused) else "answered"
        self.note("question", outcome.question.asked, door=door, of=digest(outcome), status=status)

    def rate(self, rated: Rated, rating: str, reason: str) -> None:
        """Keep what the visitor thinks of an answer.

        Raises:
            TashanError: it can't be kept.
        """
        if self.desk is not None:
            self.desk.journal.rate(self.name, rated, rating, reason)
            self.desk.metrics.rated(rating)
            self.note("feedback", rated.question, of=rated.digest, rating=rating)


NOBODY = Visit()


def of(request: Any) -> Visit:
    """The visit that a request belongs to; one without any rights where no gate let it in.

    Args:
        request: of Starlette, or Gradio's wrapper of one.
    """
    inner = getattr(request, "request", None) or request
    found = getattr(inner, "scope", {}).get(SCOPE) if inner is not None else None
    return found if isinstance(found, Visit) else NOBODY
