"""A PostgreSQL server of the test run's own, from the system's package, in a folder that goes away with it."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

INSTALL = "PostgreSQL is not installed, so the case store was NOT tested on it; install Debian's package postgresql"


def binaries() -> Path | None:
    """The folder of the server's programs, newest version first."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]), reverse=True)
    if found:
        return found[0].parent
    on_path = shutil.which("initdb")
    return Path(on_path).parent if on_path else None


class Server:
    """A running server; `url` is a database in it."""

    def __init__(self, folder: Path, programs: Path) -> None:
        self._folder = folder
        self._programs = programs
        self._data = folder / "data"
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        # The server refuses to run as root; the package made it a user of its own.
        self._prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        if self._prefix:
            shutil.chown(folder, "postgres")
        self._run("initdb", "-D", str(self._data), "-U", "resolvent", "-A", "trust", "-E", "UTF8", "--locale=C")

    @property
    def url(self) -> str:
        return f"postgresql://resolvent@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        options = ["-D", str(self._data), "-p", str(self.port), "-k", str(self._folder), "-h", "127.0.0.1"]
        self._process = subprocess.Popen(
            [*self._prefix, str(self._programs / "postgres"), *options],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
        )
        ready = [*self._prefix, str(self._programs / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        for _ in range(300):
            if self._process.poll() is not None:
                raise RuntimeError("PostgreSQL did not start; its folder may still be held by a server that was killed")
            if subprocess.run(ready, check=False, cwd="/").returncode == 0:
                return
            time.sleep(0.1)
        raise RuntimeError("PostgreSQL did not get ready in 30 seconds")

    def kill(self) -> None:
        """End all its processes at once, as a crash would."""
        pid = int((self._data / "postmaster.pid").read_text().splitlines()[0])
        os.kill(pid, signal.SIGKILL)
        self._wait()
        # The children notice that their parent is gone; only then may another server open the folder.
        time.sleep(1)

    def stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            pid = int((self._data / "postmaster.pid").read_text().splitlines()[0])
            os.kill(pid, signal.SIGINT)
            self._wait()

    def _wait(self) -> None:
        assert self._process is not None
        self._process.wait(timeout=30)

    def _run(self, program: str, *arguments: str) -> None:
        command = [*self._prefix, str(self._programs / program), *arguments]
        subprocess.run(command, check=True, cwd="/", stdout=subprocess.DEVNULL)


@contextmanager
def running(folder: Path) -> Iterator[Server]:
    """A server while the block runs."""
    programs = binaries()
    assert programs is not None, INSTALL
    # Its socket's path has to be short, and its user has to get there, which pytest's own folders do not allow.
    server = Server(folder, programs)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def free_port() -> int:
    """A port of loopback that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
