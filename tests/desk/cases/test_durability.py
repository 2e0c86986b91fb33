"""A crash in the middle of a thousand concurrent writes: every answer that was acknowledged is there afterwards."""

from __future__ import annotations

import itertools
import subprocess
import sys
from pathlib import Path
from threading import Thread

import pytest

from desk.cases import CaseStore
from engine import Engine
from tests.desk.cases import postgresql
from tests.desk.cases.databases import emptied

_ROOT = Path(__file__).resolve().parents[3]
_WRITERS = 2
_THREADS = 8
_WRITES = 500
_ENOUGH = 300
"""Acknowledgements after which everything is killed; by then hundreds more are under way."""


def _acknowledged_before_the_kill(url: str, server: postgresql.Server | None) -> list[tuple[str, int, str]]:
    """Let the writers write, kill them and the database server without warning, and return what they were told."""
    command = [sys.executable, "-m", "tests.desk.cases.writer", url]
    writers = [
        subprocess.Popen(
            [*command, f"w{number}", str(_THREADS), str(_WRITES)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            cwd=_ROOT,
        )
        for number in range(_WRITERS)
    ]
    lines: list[str] = []

    def listen(writer: subprocess.Popen[str]) -> None:
        assert writer.stdout is not None
        # What a killed process was still writing has no end of line.
        for line in itertools.takewhile(lambda line: line.endswith("\n"), writer.stdout):
            lines.append(line)

    listeners = [Thread(target=listen, args=(writer,)) for writer in writers]
    for listener in listeners:
        listener.start()
    while len(lines) < _ENOUGH and any(writer.poll() is None for writer in writers):
        listeners[0].join(0.005)
    if server is not None:
        server.kill()
    for writer in writers:
        writer.kill()
    for writer, listener in zip(writers, listeners, strict=True):
        writer.wait()
        listener.join()
        assert writer.stdout is not None
        writer.stdout.close()
    return [(case, int(revision), value) for case, revision, value in (line.split() for line in lines)]


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_every_acknowledged_answer_survives_kill_9(
    database: str, request: pytest.FixtureRequest, tmp_path: Path, shipped: Engine
) -> None:
    server: postgresql.Server | None = None
    url = f"sqlite:///{tmp_path / 'cases.sqlite3'}"
    if database == "postgresql":
        server = request.getfixturevalue("postgresql_server")
        assert server is not None
        url = emptied(server.url)
    CaseStore.open(url, shipped).close_database()

    acknowledged = _acknowledged_before_the_kill(url, server)
    if server is not None:
        server.start()

    assert _ENOUGH <= len(acknowledged) < _WRITERS * _WRITES
    store = CaseStore.open(url, shipped)
    cases = {case: store.get(case) for case in {case for case, _, _ in acknowledged}}
    kept = {
        (case.id, entry.revision, entry.content.get("facts", {}).get("exchange.server"))  # type: ignore[attr-defined]
        for case in cases.values()
        for entry in case.log
    }
    assert set(acknowledged) - kept == set()
    for case in cases.values():
        assert [entry.revision for entry in case.log] == list(range(1, case.revision + 1))
    store.close_database()
