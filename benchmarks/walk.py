"""The walk of one answer, ``exchange.version = "2010"``, from each door to the Outcome: how much code it goes through.

``python -m benchmarks.walk`` prints, for each door, in how many of the project's files and with how many calls an
answer becomes the next Outcome, and how often an Outcome is written meanwhile. Everything is loaded and was used once
before with another answer. What is decided is remembered, so the same answer once more shows what the way alone costs,
without the reasoning. The compiled engine alone, as it runs on every Python.
"""

from __future__ import annotations

import io
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType

from starlette.testclient import TestClient

import kb
from desk.http.app import create_app
from desk.http.settings import Settings
from desk.interview.interview import Interview
from desk.interview.replies import InputEnded, Replies
from desk.interview.screen import Screen
from desk.interview.terminal_interview import TerminalInterview
from engine import Engine
from engine.outcome_builder import OutcomeBuilder
from tests.desk.contract.certificates import version
from tests.desk.web.visit import Visit
from tests.engine.libraries import CERTIFICATES

_ROOT = Path(__file__).resolve().parent.parent
_PROJECT = tuple(f"{_ROOT / package}/" for package in ("kb", "engine", "evidence", "render", "desk"))
_FACT = "exchange.version"
_WRITES = OutcomeBuilder.outcome.__code__
_BUILDS = {"2010": "Version 14.3 (Build 123.4)", "2013": "Version 15.0 (Build 1497.2)"}
_BEFORE = {
    "alert.kind": "security_alert",
    "alert.name": "failed",
    "alert.trust": "ok",
    "alert.date": "ok",
    "client.location": "internal",
    "certificate.replaced": True,
}


@dataclass
class Walk:
    """What was gone through."""

    files: set[str] = field(default_factory=set)
    calls: int = 0
    outcomes: int = 0


class Counter:
    """Counts the calls of project code, in this thread and in those that begin while it is open."""

    def __init__(self) -> None:
        self._walk: Walk | None = None

    def __enter__(self) -> Counter:
        threading.setprofile(self._called)
        sys.setprofile(self._called)
        return self

    def __exit__(self, *_: object) -> None:
        sys.setprofile(None)
        threading.setprofile(None)

    @contextmanager
    def counting(self) -> Iterator[Walk]:
        """What is gone through meanwhile."""
        self._walk = walk = Walk()
        try:
            yield walk
        finally:
            self._walk = None

    def _called(self, frame: FrameType, event: str, _: object) -> None:
        walk, code = self._walk, frame.f_code
        if walk is not None and event == "call" and code.co_filename.startswith(_PROJECT):
            walk.files.add(code.co_filename)
            walk.calls += 1
            walk.outcomes += code is _WRITES


class _OneReply(io.StringIO):
    """A person who answers one question; what follows until they are asked again is counted."""

    def __init__(self, reply: str, begin: Callable[[], object], end: Callable[[], object]) -> None:
        super().__init__(f"{reply}\n")
        self._steps = [begin, end]

    def readline(self, size: int | None = -1, /) -> str:  # type: ignore[override]  # typeshed: of bytes
        if self._steps:
            self._steps.pop(0)()
        return super().readline(-1 if size is None else size)


def until_asked(engine: Engine) -> dict[str, object]:
    """Facts after which the version is asked next; what else would be asked before it, nobody can tell."""
    facts: dict[str, object] = dict(_BEFORE)
    while (question := engine.diagnose(facts).questions[0]).fact != _FACT:
        facts |= dict.fromkeys(question.facts, "unknown")
    return facts


def ask(engine: Engine, counter: Counter, facts: Mapping[str, object], answer: str) -> Walk:
    """From the line that was typed to the next question on the terminal."""
    walks: list[Walk] = []
    counting = counter.counting()
    replies = _OneReply(answer, lambda: walks.append(counting.__enter__()), lambda: counting.__exit__(None, None, None))
    screen = Screen(io.StringIO())
    interview = Interview(engine, engine.parser.parse(facts), [])
    with suppress(InputEnded):
        TerminalInterview(interview, engine, screen, Replies(replies, screen, engine.knowledge)).run()
    return walks[0]


def post(client: TestClient, counter: Counter, facts: Mapping[str, object], answer: str) -> Walk:
    """POST /v1/diagnose with all facts, one of them new."""
    body = {"facts": {**facts, _FACT: answer}}
    with counter.counting() as walk:
        assert client.post("/v1/diagnose", json=body).json()["facts"][_FACT] == answer
    return walk


def pasted(client: TestClient, counter: Counter, facts: Mapping[str, object], build: str) -> Walk:
    """A list that says the version, added to a case."""
    case = client.post("/v1/cases", json={"facts": facts}).json()["id"]
    body = {"evidence": [{"name": "list.txt", "text": version("EXCH1", build)}]}
    with counter.counting() as walk:
        client.post(f"/v1/cases/{case}/evidence", json=body).raise_for_status()
    return walk


def web(client: TestClient, counter: Counter, facts: Mapping[str, object], answer: str) -> Walk:
    """The form of the question, sent, and the page that comes back."""
    case = client.post("/v1/cases", json={"facts": facts}).json()["id"]
    visit = Visit(client).open(f"/cases/{case}")
    with counter.counting() as walk:
        visit.answer(exchange__version=answer)
    assert visit.case.values[_FACT] == answer
    return walk


def walks(library: str | None, counter: Counter) -> Iterator[tuple[str, Walk, Walk]]:
    """Each walk through one library, by what it is called: the first time, and once what is decided is remembered."""
    knowledge = kb.load(library)
    facts = until_asked(Engine(knowledge, "compiled"))

    def three_times(walk: Callable[[str], Walk]) -> tuple[Walk, Walk]:
        walk("2013")
        return walk("2010"), walk("2010")

    engine = Engine(knowledge, "compiled")
    yield "ask", *three_times(lambda answer: ask(engine, counter, facts, answer))
    doors: dict[str, Callable[[TestClient, str], Walk]] = {
        "POST /v1/diagnose": lambda client, answer: post(client, counter, facts, answer),
        "a pasted list in a case": lambda client, answer: pasted(client, counter, facts, _BUILDS[answer]),
        "one web answer": lambda client, answer: web(client, counter, facts, answer),
    }
    for name, door in doors.items():
        with TemporaryDirectory() as folder:
            database = f"sqlite:///{folder}/cases.sqlite3"
            app = create_app(Settings(database_url=database, library=library, engine="compiled", mcp=False))
            with TestClient(app, base_url="http://localhost", follow_redirects=True) as client:
                yield name, *three_times(partial(door, client))


def main() -> None:
    print(
        f"Python {sys.version.split()[0]}: files and calls of the project, the same once all is decided, and Outcomes"
    )
    with Counter() as counter:
        for name, library in (("one article", str(CERTIFICATES)), ("the shipped library", None)):
            print(f"\n{name}")
            for door, first, again in walks(library, counter):
                print(f"  {door:24}{len(first.files):4} files{first.calls:8,} calls{again.calls:8,}{first.outcomes:4}")


if __name__ == "__main__":
    main()
