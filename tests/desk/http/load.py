"""Bots that lead interviews over the API, all at once: no error, and no case that has another's answers in it.

By hand: ``python -m tests.desk.http.load [--bots 50] [--interviews 20] [--workers 2] [--database URL]`` starts a server
on loopback, lets the bots loose and prints the figures.
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.desk.http.serving import running


@dataclass(frozen=True)
class Figures:
    """What came of a load."""

    interviews: int
    requests: int
    seconds: float
    latencies: tuple[float, ...]
    """Seconds of each request, in ascending order."""

    def at(self, share: float) -> float:
        """The latency in milliseconds that this share of the requests stayed below."""
        return self.latencies[min(len(self.latencies) - 1, int(share * len(self.latencies)))] * 1000

    def __str__(self) -> str:
        return (
            f"{self.interviews} interviews, {self.requests} requests in {self.seconds:.1f} s: "
            f"{self.requests / self.seconds:.0f} requests/s; latency ms: median {self.at(0.5):.1f}, "
            f"95 % {self.at(0.95):.1f}, 99 % {self.at(0.99):.1f}, worst {self.at(1.0):.1f}"
        )


class Bot:
    """A chatbot that leads interviews, one after the other, each about an environment of its own."""

    def __init__(self, url: str, number: int) -> None:
        parts = urlsplit(url)
        self._connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
        self._number = number
        self._random = random.Random(number)
        self.latencies: list[float] = []

    def interview(self, turn: int) -> None:
        """One interview, from an empty case to its end; then a look whether all in it is its own."""
        name = f"bot{self._number}x{turn}"
        answers = self._environment(name)
        case = self._send("POST", "/v1/cases", {"reference": name}, {"Idempotency-Key": name})
        given: dict[str, object] = {}
        while questions := case["outcome"]["questions"]:
            for fact in (part["fact"] for part in questions[0]["parts"]):
                given[fact] = answers.get(fact, "unknown")
                path = f"/v1/cases/{case['id']}/facts/{fact}"
                case = self._send("PUT", path, {"value": given[fact]}, {"If-Match": f'"{case["revision"]}"'})
        case = self._send("GET", f"/v1/cases/{case['id']}")
        assert case["reference"] == name
        assert {fact: answer["value"] for fact, answer in case["answers"].items()} == given
        assert case["outcome"]["status"] == "settled"
        assert case["revision"] == len(given) + 1

    def close(self) -> None:
        self._connection.close()

    def _environment(self, name: str) -> dict[str, object]:
        """An environment with names of its own, so that a mixed-up case would be seen."""
        host = f"{name}.contoso.local"
        version = self._random.choice(["2007", "2010", "2013"])
        return {
            "alert.kind": "security_alert",
            "alert.name": "failed",
            "alert.trust": "ok",
            "alert.date": "ok",
            "client.location": self._random.choice(["internal", "internal", "external"]),
            "exchange.version": version,
            "exchange.server": name,
            "certificate.replaced": True,
            "certificate.common_name": f"mail.{name}.com",
            "certificate.subject_alternative_names": [],
            "certificate.san_available": self._random.choice([True, False, "unknown"]),
            "endpoints.autodiscover.url": f"https://{host}/autodiscover/autodiscover.xml",
            "endpoints.ews.url": f"https://{host}/ews/exchange.asmx",
            "endpoints.oab.url": f"https://{self._random.choice([host, f'mail.{name}.com'])}/oab",
            "endpoints.um.url": f"https://{host}/unifiedmessaging/service.asmx",
            "dns.resolves_internally": False,
        }

    def _send(self, method: str, path: str, body: object = None, headers: dict[str, str] | None = None) -> Any:
        began = time.perf_counter()
        content = None if body is None else json.dumps(body)
        self._connection.request(method, path, content, {"Content-Type": "application/json", **(headers or {})})
        answer = self._connection.getresponse()
        received = answer.read()
        self.latencies.append(time.perf_counter() - began)
        assert answer.status in (200, 201), (method, path, answer.status, received[:500])
        return json.loads(received)


def load(url: str, bots: int, interviews: int) -> Figures:
    """Let bots lead interviews, all at once.

    Raises:
        AssertionError: a request failed, or a case is not what its bot made of it.
    """
    every = [Bot(url, number) for number in range(bots)]

    def lead(bot: Bot) -> None:
        for turn in range(interviews):
            bot.interview(turn)
        bot.close()

    began = time.perf_counter()
    with ThreadPoolExecutor(bots) as pool:
        list(pool.map(lead, every))
    seconds = time.perf_counter() - began
    latencies = tuple(sorted(latency for bot in every for latency in bot.latencies))
    return Figures(bots * interviews, len(latencies), seconds, latencies)


def main() -> None:
    """Start a server, load it, print the figures."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--bots", type=int, default=50)
    options.add_argument("--interviews", type=int, default=20)
    options.add_argument("--workers", default="2")
    options.add_argument("--database")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        database = chosen.database or f"sqlite:///{Path(folder) / 'cases.sqlite3'}"
        with running(database, "--workers", chosen.workers) as server:
            print(load(server.url, chosen.bots, chosen.interviews))


if __name__ == "__main__":
    main()
