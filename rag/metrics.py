"""Counts and times for Prometheus. Never a question, a name or a place: only how many and how long."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from corpus.errors import TashanError
from rag.service import Service, Update
from rag.types import Outcome, Refused

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10, 30)


class Metrics:
    """What one running server has done; safe to share between threads."""

    def __init__(self, service: Service) -> None:
        own = self._registry = CollectorRegistry()
        self._questions = Counter(
            "tashan_questions", "Questions by door and outcome", ["door", "status"], registry=own
        )
        self._refusals = Counter("tashan_refusals", "Refusals by reason", ["reason"], registry=own)
        self._failures = Counter(
            "tashan_failures", "Questions that ended in an error", ["door"], registry=own
        )
        self._ratings = Counter("tashan_feedback", "Ratings of answers", ["rating"], registry=own)
        self._seconds = Histogram(
            "tashan_answer_seconds", "Time to the whole answer", buckets=_SECONDS, registry=own
        )
        self._registry.register(_Store(service))
        ProcessCollector(registry=self._registry)

    def watched(self, updates: Iterable[Update], door: str) -> Iterator[Update]:
        """The same updates; what became of the question is counted on the way."""
        try:
            for update in updates:
                if update.outcome is not None:
                    self._count(update.outcome, door)
                yield update
        except Exception:
            self._failures.labels(door).inc()
            raise

    def _count(self, outcome: Outcome, door: str) -> None:
        refused = isinstance(outcome, Refused)
        self._questions.labels(door, "refused" if refused else "answered").inc()
        if isinstance(outcome, Refused):
            self._refusals.labels(str(outcome.reason)).inc()
        self._seconds.observe(outcome.timings_ms.get("total", 0.0) / 1000)

    def rated(self, rating: str) -> None:
        """An answer was rated ``up`` or ``down``."""
        self._ratings.labels(rating).inc()

    def page(self) -> bytes:
        """Everything in the text format of Prometheus."""
        return generate_latest(self._registry)


class _Store(Collector):
    """Sizes of the store, looked up when they are asked for."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def describe(self) -> Iterable[Metric]:
        """Nothing ahead of time: registering must not read the store."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """Counts, bytes and the generation in use; nothing while the store can't be read."""
        try:
            self._service.store.refresh()
            now = self._service.store.status()
        except (TashanError, OSError):
            return
        sizes = GaugeMetricFamily("tashan_store_items", "What the store holds", labels=["kind"])
        sizes.add_metric(["documents"], now.counts.documents)
        sizes.add_metric(["reports"], now.counts.reports)
        sizes.add_metric(["passages"], now.counts.passages)
        yield sizes
        space = GaugeMetricFamily("tashan_store_bytes", "Bytes on disk", labels=["part"])
        space.add_metric(["catalog"], now.catalog_bytes)
        space.add_metric(["derived"], now.derived_bytes)
        yield space
        current = GaugeMetricFamily("tashan_generation", "The generation in use", labels=["name"])
        current.add_metric([now.generation], 1)
        yield current
        yield GaugeMetricFamily("tashan_revision", "Changes of the store so far", now.revision)
