"""What Prometheus is told: outcomes by verdict, engine disagreements, requests and how long they took.

With several worker processes the counts are kept in files that all of them share, in the folder that
``PROMETHEUS_MULTIPROC_DIR`` names; `resolvent serve --workers` sets it up. Any worker then answers for all.
"""

from __future__ import annotations

import os

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector

from engine import Engine, Outcome

CONTENT_TYPE = CONTENT_TYPE_LATEST
FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"

_registry = CollectorRegistry()
_outcomes = Counter(
    "resolvent_outcomes", "Outcomes given, by verdict and status.", ("verdict", "status"), registry=_registry
)
_disagreements = Counter(
    "resolvent_engine_disagreements", "Outcomes on which the two engines did not agree.", registry=_registry
)
_requests = Histogram(
    "resolvent_request_seconds",
    "Time from a request's head to the end of its answer.",
    ("method", "route", "status"),
    buckets=(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
    registry=_registry,
)
_knowledge = Gauge(
    "resolvent_knowledge_info",
    "The library at work: always 1.",
    ("version", "digest"),
    multiprocess_mode="livemax",
    registry=_registry,
)

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"})
NO_ROUTE = "(none)"
"""Stands for every path that leads nowhere: what callers make up does not become a label."""


class Metrics:
    """Counts for one desk. The numbers are those of the whole process, or of all worker processes."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._seen = engine.disagreements
        self._children: dict[tuple[str, str, int], Histogram] = {}
        self._verdicts: dict[tuple[str, str], Counter] = {}
        _knowledge.labels(engine.knowledge.version, engine.knowledge.digest).set(1)

    def outcome(self, outcome: Outcome) -> None:
        """Count an outcome that was given, and what the engines disagreed on since the last."""
        self.verdict((outcome.verdict.value, outcome.status.value))

    def verdict(self, key: tuple[str, str]) -> None:
        """The same for an outcome of which only verdict and status are at hand."""
        child = self._verdicts.get(key)
        if child is None:
            child = self._verdicts[key] = _outcomes.labels(*key)
        child.inc()
        disagreements = self._engine.disagreements
        if disagreements != self._seen:
            _disagreements.inc(max(0, disagreements - self._seen))
            self._seen = disagreements

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request that was answered."""
        key = (method if method in _METHODS else "other", route, status)
        child = self._children.get(key)
        if child is None:
            child = self._children[key] = _requests.labels(key[0], route, str(status))
        child.observe(seconds)


def exposition() -> bytes:
    """All numbers, as Prometheus reads them."""
    if FOLDER_VARIABLE not in os.environ:
        return generate_latest(_registry)
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)
