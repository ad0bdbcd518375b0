"""People with passwords and roles; their sessions and access tokens.

Passwords are kept as Argon2id hashes (RFC 9106), sessions and tokens as SHA-256 of 256 random bits: a copy
of the file signs nobody in.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from corpus.errors import TashanError
from rag.access.db import Database
from rag.access.journal import now

ROLES = {"reader": "只读", "editor": "可增删报告"}
IDLE = 12 * 3600  # seconds without a request after which a session ends
LONGEST = 7 * 24 * 3600  # seconds after which it ends anyway
_TOUCH = 300  # seconds between two notes that a session is in use
_SHORTEST, _LONGEST_PASSWORD = 8, 200
_HASHER = PasswordHasher()
# Compared with where there is no such person, so that the time taken does not tell who exists.
_NOBODY = _HASHER.hash(secrets.token_hex(16))


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who may sign in."""

    name: str
    role: str

    @property
    def may_edit(self) -> bool:
        """Whether reports may be added and removed."""
        return self.role == "editor"


class People:
    """Everyone who may sign in to one server."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock
        self._hashing = threading.Semaphore(2)  # each takes 64 MiB

    # --- managed by the command line -------------------------------------------------------------

    def everyone(self) -> list[Person]:
        """All, by name."""
        with self._database.use() as db:
            return [Person(*row) for row in db.execute("SELECT name, role FROM person ORDER BY name")]

    def add(self, name: str, password: str, role: str) -> None:
        """Add someone.

        Raises:
            TashanError: the name is taken or not usable, the role unknown, the password too short or long.
        """
        name = name.strip()
        if not 0 < len(name) <= 50 or not name.isprintable():
            raise TashanError("用户名不可用。", "请用 1 到 50 个可见的字。")
        _check_role(role)
        hashed = self._hash(password)
        with self._database.use() as db:
            if db.execute("SELECT 1 FROM person WHERE name = ?", (name,)).fetchone():
                raise TashanError(f"已有用户“{name}”。", "改密码用 users password，改角色用 users role。")
            db.execute("INSERT INTO person VALUES (?, ?, ?, ?)", (name, hashed, role, now()))

    def remove(self, name: str) -> None:
        """Remove someone; their sessions and tokens end at once.

        Raises:
            TashanError: there is no such person.
        """
        self._change("DELETE FROM person WHERE name = ?", name)

    def role(self, name: str, role: str) -> None:
        """Give someone another role, from their next request on.

        Raises:
            TashanError: there is no such person or role.
        """
        _check_role(role)
        self._change("UPDATE person SET role = ?2 WHERE name = ?1", name, role)

    def password(self, name: str, password: str) -> None:
        """Set a password; sessions and tokens end at once.

        Raises:
            TashanError: there is no such person, or the password is too short or long.
        """
        self._change("UPDATE person SET hash = ?2 WHERE name = ?1", name, self._hash(password))
        with self._database.use() as db:
            db.execute("DELETE FROM session WHERE name = ?", (name,))
            db.execute("DELETE FROM token WHERE name = ?", (name,))

    def token(self, name: str) -> str:
        """A new access token, shown once and kept as a hash only.

        Raises:
            TashanError: there is no such person.
        """
        self._change("UPDATE person SET name = name WHERE name = ?", name)
        made = f"tashan_{secrets.token_urlsafe(32)}"
        with self._database.use() as db:
            db.execute("INSERT INTO token VALUES (?, ?, ?)", (_key(made), name, now()))
        return made

    def revoke(self, name: str) -> int:
        """End all tokens of someone; how many there were."""
        with self._database.use() as db:
            return db.execute("DELETE FROM token WHERE name = ?", (name,)).rowcount

    def _change(self, statement: str, name: str, *more: str) -> None:
        with self._database.use() as db:
            if not db.execute(statement, (name, *more)).rowcount:
                raise TashanError(f"没有用户“{name}”。", "现有用户：python -m rag users list。")

    def _hash(self, password: str) -> str:
        if not _SHORTEST <= len(password) <= _LONGEST_PASSWORD:
            raise TashanError(
                f"密码应为 {_SHORTEST} 到 {_LONGEST_PASSWORD} 个字符。", "可以用一句自己记得住的话。"
            )
        with self._hashing:
            return _HASHER.hash(password)

    # --- used by the server ----------------------------------------------------------------------

    def check(self, name: str, password: str) -> Person | None:
        """The person, if the password is theirs."""
        with self._database.use() as db:
            row = db.execute("SELECT name, role, hash FROM person WHERE name = ?", (name,)).fetchone()
        with self._hashing:
            try:
                _HASHER.verify(row[2] if row else _NOBODY, password[:_LONGEST_PASSWORD])
            except (VerificationError, InvalidHashError):
                return None
        return Person(row[0], row[1]) if row else None

    def known(self, name: str) -> bool:
        """Whether there is such a person."""
        return any(one.name == name for one in self.everyone())

    def enter(self, person: Person) -> str:
        """A new session; what the browser keeps of it. Sessions that are over go."""
        made, at = secrets.token_urlsafe(32), self._clock()
        with self._database.use() as db:
            db.execute("DELETE FROM session WHERE seen < ? OR made < ?", (at - IDLE, at - LONGEST))
            db.execute("INSERT INTO session VALUES (?, ?, ?, ?)", (_key(made), person.name, at, at))
        return made

    def leave(self, session: str) -> None:
        """End a session."""
        with self._database.use() as db:
            db.execute("DELETE FROM session WHERE key = ?", (_key(session),))

    def of_session(self, session: str) -> Person | None:
        """Whose session this is, if it is one and not over."""
        at = self._clock()
        with self._database.use() as db:
            row = db.execute(
                "SELECT name, role, seen FROM session JOIN person USING (name)"
                " WHERE key = ? AND seen >= ? AND session.made >= ?",
                (_key(session), at - IDLE, at - LONGEST),
            ).fetchone()
            if row and at - row[2] > _TOUCH:
                db.execute("UPDATE session SET seen = ? WHERE key = ?", (at, _key(session)))
        return Person(row[0], row[1]) if row else None

    def of_token(self, token: str) -> Person | None:
        """Whose access token this is."""
        with self._database.use() as db:
            row = db.execute(
                "SELECT name, role FROM token JOIN person USING (name) WHERE key = ?", (_key(token),)
            ).fetchone()
        return Person(*row) if row else None


def _key(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def _check_role(role: str) -> None:
    if role not in ROLES:
        raise TashanError(f"没有角色“{role}”。", "可用：reader（只读）、editor（可增删报告）。")


class Throttle:
    """Slows down guessing: so many failures within the window, then no further try until it has passed."""

    WINDOW = 15 * 60.0  # seconds
    _KEPT = 10_000  # keys; beyond that the oldest are forgotten

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._failed: defaultdict[tuple[str, ...], list[float]] = defaultdict(list)

    def wait(self, limits: dict[tuple[str, ...], int]) -> int:
        """Seconds until another try is allowed under every key with its limit of failures; 0 now."""
        at, longest = self._clock(), 0.0
        with self._lock:
            for key, most in limits.items():
                recent = [when for when in self._failed.get(key, ()) if at - when < self.WINDOW]
                if len(recent) >= most:
                    longest = max(longest, recent[-most] + self.WINDOW - at)
        return int(longest) + 1 if longest else 0

    def failed(self, *keys: tuple[str, ...]) -> None:
        """Count one failure under every key."""
        at = self._clock()
        with self._lock:
            for key in keys:
                kept = [when for when in self._failed.pop(key, []) if at - when < self.WINDOW]
                self._failed[key] = [*kept, at][-100:]
            while len(self._failed) > self._KEPT:
                del self._failed[next(iter(self._failed))]

    def forget(self, *keys: tuple[str, ...]) -> None:
        """A try succeeded: what failed before under these keys no longer counts."""
        with self._lock:
            for key in keys:
                self._failed.pop(key, None)
