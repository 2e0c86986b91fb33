"""Measures a paste of many servers through the served API, and how soon `/healthz` answers meanwhile.

``python -m benchmarks.servers`` reads and concludes pastes of 100 and of 1,000 servers over loopback, each with names
that were not seen before, and prints the ratio: where the work is linear, ten times the servers take ten times as long.
"""

from __future__ import annotations

import json
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

from tests.desk.web.chromium import served

FEW, MANY = 100, 1000


def paste(servers: int, domain: str) -> str:
    """The Web Services addresses of some servers, as the Exchange Management Shell lists them."""
    return "".join(
        f"Server      : EX{n}\nName        : EWS (Default Web Site)\n"
        f"InternalUrl : https://ex{n}.{domain}/ews/exchange.asmx\n\n"
        for n in range(servers)
    )


def posted(address: str, text: str) -> float:
    """Seconds until the outcomes of a paste are there."""
    body = json.dumps({"facts": {"exchange.version": "2010"}, "evidence": [{"text": text}]}).encode()
    wanted = urllib.request.Request(f"{address}/v1/diagnose", body, {"Content-Type": "application/json"})
    began = time.perf_counter()
    with urllib.request.urlopen(wanted, timeout=600) as answer:
        assert len(json.load(answer)["servers"]) == text.count("Server ")
    return time.perf_counter() - began


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, served(Path(folder)) as address:
        posted(address, paste(3, "warm.example"))
        few = posted(address, paste(FEW, "few.example"))
        waits: list[float] = []
        done = threading.Event()

        def watch() -> None:
            while not done.is_set():
                began = time.perf_counter()
                urllib.request.urlopen(f"{address}/healthz", timeout=60).read()
                waits.append(time.perf_counter() - began)
                time.sleep(0.05)

        watching = threading.Thread(target=watch)
        watching.start()
        many = posted(address, paste(MANY, "many.example"))
        done.set()
        watching.join()
    waits.sort()
    print(f"{FEW} servers {few:.2f} s, {MANY} servers {many:.2f} s: {many / few:.1f} times as long")
    print(f"/healthz meanwhile: median {1000 * waits[len(waits) // 2]:.0f} ms, longest {1000 * waits[-1]:.0f} ms")


if __name__ == "__main__":
    main()
