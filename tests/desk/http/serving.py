"""A server in processes of its own, as `resolvent serve` starts it, on a free port of loopback."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread

_ROOT = Path(__file__).resolve().parents[3]
_SECONDS = 60


@dataclass
class Serving:
    """A running server."""

    process: subprocess.Popen[str]
    url: str = ""
    log: list[str] = field(default_factory=list)

    def wait_until_ready(self) -> None:
        until = time.monotonic() + _SECONDS
        while time.monotonic() < until and self.process.poll() is None:
            try:
                with urllib.request.urlopen(f"{self.url}/readyz", timeout=5):
                    return
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.05)
        raise AssertionError(f"the server did not start: {''.join(self.log)}")

    def stop(self) -> int:
        """Ask it to stop, and return its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=_SECONDS)


def start(*arguments: str, environment: dict[str, str] | None = None) -> Serving:
    """Start it with `--port 0`, and read from what it says where it serves."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.desk.http.serve_command", "--port", "0", *arguments],
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        cwd=_ROOT,
        env={**os.environ, **(environment or {})},
    )
    serving = Serving(process)
    assert process.stderr is not None
    for line in process.stderr:
        serving.log.append(line)
        if found := re.search(r"serving at (http://\S+)/", line):
            serving.url = found[1]
            break

    def listen() -> None:
        assert process.stderr is not None
        with process.stderr:
            serving.log.extend(process.stderr)

    Thread(target=listen, daemon=True).start()
    return serving


@contextmanager
def running(database: str, *arguments: str) -> Iterator[Serving]:
    """A server while the block runs."""
    serving = start("--database", database, *arguments)
    try:
        serving.wait_until_ready()
        yield serving
    finally:
        serving.stop()
