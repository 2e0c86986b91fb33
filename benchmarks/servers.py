"""Measures a paste of many servers through the served API, and how soon `/healthz` answers meanwhile.

``python -m benchmarks.servers`` reads and concludes pastes of 100 and of 1,000 servers over loopback, each with names
that were not seen before, and prints the ratio: where the work is linear, ten times the servers take ten times as long.
"""

from __future__ import annotations

import json
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FEW, MANY = 100, 1000
TIMES = 3
"""Pastes of many servers, and as many servers in pastes of few; the medians are compared."""


def paste(servers: int, domain: str) -> str:
    """The Web Services addresses of some servers, as the Exchange Management Shell lists them."""
    return "".join(
        f"Server      : EX{n}\nName        : EWS (Default Web Site)\n"
        f"InternalUrl : https://ex{n}.{domain}/ews/exchange.asmx\n\n"
        for n in range(servers)
    )


def posted(address: str, text: str) -> float:
    """Seconds until the outcomes of a paste have come in."""
    body = json.dumps({"facts": {"exchange.version": "2010"}, "evidence": [{"text": text}]}).encode()
    wanted = urllib.request.Request(f"{address}/v1/diagnose", body, {"Content-Type": "application/json"})
    began = time.perf_counter()
    with urllib.request.urlopen(wanted, timeout=600) as answer:
        came = answer.read()
    took = time.perf_counter() - began
    assert len(json.loads(came)["servers"]) == text.count("Server ")
    return took


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """A server in a process of its own, as `resolvent serve` starts it; gives its address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "desk.cli.main", "serve", "--port", str(port), "--database"]
    with subprocess.Popen([*command, f"sqlite:///{folder}/cases.sqlite"], stderr=subprocess.DEVNULL) as server:
        try:
            address = f"http://127.0.0.1:{port}"
            while not _is_up(address):
                time.sleep(0.1)
            yield address
        finally:
            server.terminate()


def _is_up(address: str) -> bool:
    try:
        urllib.request.urlopen(f"{address}/healthz", timeout=5).read()
    except OSError:
        return False
    return True


def main() -> None:
    waits: list[float] = []
    done = threading.Event()

    def watch(address: str) -> None:
        while not done.is_set():
            began = time.perf_counter()
            urllib.request.urlopen(f"{address}/healthz", timeout=60).read()
            waits.append(time.perf_counter() - began)
            time.sleep(0.05)

    with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as address:
        posted(address, paste(3, "warm.example"))
        few = statistics.median(posted(address, paste(FEW, f"few{n}.example")) for n in range(TIMES * MANY // FEW))
        many = statistics.median(posted(address, paste(MANY, f"many{n}.example")) for n in range(TIMES))
        watching = threading.Thread(target=watch, args=(address,))
        watching.start()
        posted(address, paste(MANY, "watched.example"))
        done.set()
        watching.join()
    waits.sort()
    print(f"{FEW} servers {few:.2f} s, {MANY} servers {many:.2f} s: {many / few:.1f} times as long, by the medians")
    print(f"/healthz meanwhile: median {1000 * waits[len(waits) // 2]:.0f} ms, longest {1000 * waits[-1]:.0f} ms")


if __name__ == "__main__":
    main()
