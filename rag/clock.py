"""How long the steps of an answer take."""

from __future__ import annotations

import time

from rag.types import Found


class Clock:
    """Milliseconds since the last lap, by name."""

    def __init__(self) -> None:
        self._start = self._last = time.perf_counter()
        self._laps: dict[str, float] = {}

    def lap(self, name: str) -> None:
        """Name the time since the last lap."""
        now = time.perf_counter()
        self._laps[name] = (now - self._last) * 1000
        self._last = now

    def done(self, found: Found) -> dict[str, float]:
        """All laps, what retrieval measured of itself, and the total."""
        inner = {f"retrieve.{name}": ms for name, ms in found.timings_ms.items()}
        return {**self._laps, **inner, "total": (time.perf_counter() - self._start) * 1000}
