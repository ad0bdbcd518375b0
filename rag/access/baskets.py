"""The baskets of those who sign in: the server's copy, so that another computer shows the same pieces."""

from __future__ import annotations

import json
from collections.abc import Sequence

from rag.access.db import Database
from rag.access.journal import now
from rag.basket import Json


class Baskets:
    """A `BasketKeeper` in the file of people and journal. Rows go when their person does."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def load(self, user: str) -> list[Json] | None:
        """What the user kept last, None where there is nothing.

        Raises:
            TashanError: the file can't be read.
        """
        with self._database.use() as db:
            row = db.execute("SELECT rows FROM basket WHERE name = ?", (user,)).fetchone()
        found: list[Json] | None = json.loads(row[0]) if row else None
        return found

    def save(self, user: str, pieces: Sequence[Json]) -> None:
        """Replace what the user keeps.

        Raises:
            TashanError: the file can't be written, or there is no such user.
        """
        text = json.dumps(list(pieces), ensure_ascii=False)
        with self._database.use() as db:
            db.execute("INSERT OR REPLACE INTO basket VALUES (?, ?, ?)", (user, text, now()))
