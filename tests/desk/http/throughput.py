"""How many diagnoses a second the API serves, as a share of what an empty FastAPI handler of the same body model does.

By hand: ``python -m tests.desk.http.throughput [--rounds 5] [--facts interviews|diagnosed] [--engine
auto|compiled]``, with wrk (Debian's package) installed. Both servers run in one process each, and are measured in
turn with the same bodies.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from itertools import zip_longest
from pathlib import Path

import engine
from tests.desk.cases.postgresql import free_port
from tests.desk.http.serving import running

_ROOT = Path(__file__).resolve().parents[3]
_EXAMPLE = (_ROOT / "examples" / "contoso-2007.json").read_text(encoding="utf-8")
_QUIET = ("--no-access-log", "--log-level", "warning")
_SCRIPT = """
local bodies = {}
for line in io.lines("%s") do bodies[#bodies + 1] = line end
local at = 0
request = function()
  at = at %% #bodies + 1
  return wrk.format("POST", "/v1/diagnose", {["Content-Type"] = "application/json"}, bodies[at])
end
"""


def diagnosed(count: int = 5000) -> list[str]:
    """Everything confirmed and most to be said; more of them, each different, than the server remembers."""
    return [json.dumps({"facts": json.loads(diagnosed_one(number))}) for number in range(count)]


def diagnosed_one(number: int) -> str:
    """The article's own example with names of its own."""
    return _EXAMPLE.replace("ServerName", f"EX{number}").replace("contoso", f"org{number}")


def interviews(count: int = 300) -> list[str]:
    """What bots send that lead interviews, all facts so far each time, in turn; each about names of its own."""
    shipped = engine.load()
    steps: list[list[str]] = []
    for number in range(count):
        known = shipped.parser.parse(json.loads(diagnosed_one(number)))
        facts: dict[str, object] = {}
        steps.append([json.dumps({"facts": facts})])
        while questions := shipped.diagnose(facts).questions:
            for fact in questions[0].facts:
                facts[fact] = known.get(fact, "unknown")
                steps[-1].append(json.dumps({"facts": facts}))
    return [step for turn in zip_longest(*steps) for step in turn if step is not None]


def measured(url: str, script: Path, seconds: int) -> float:
    """Requests a second; every answer has to be a good one."""
    command = ["wrk", "-t1", "-c8", f"-d{seconds}s", "-s", str(script), url]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert "Non-2xx" not in told, told
    found = re.search(r"Requests/sec:\s+([\d.]+)", told)
    assert found is not None
    return float(found[1])


def main() -> None:
    """Measure, and print each round and the median share."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--seconds", type=int, default=4)
    options.add_argument("--engine", default="auto")
    options.add_argument("--facts", choices=("interviews", "diagnosed"), default="interviews")
    chosen = options.parse_args()
    bodies = diagnosed() if chosen.facts == "diagnosed" else interviews()
    with tempfile.TemporaryDirectory() as folder:
        lines, script = Path(folder) / "bodies", Path(folder) / "post.lua"
        lines.write_text("\n".join(bodies) + "\n", encoding="utf-8")
        script.write_text(_SCRIPT % lines, encoding="utf-8")
        port = free_port()
        empty = subprocess.Popen(
            [sys.executable, "-m", "uvicorn", "tests.desk.http.empty_app:app", "--port", str(port), *_QUIET],
            cwd=_ROOT,
        )
        try:
            with running(f"sqlite:///{folder}/cases.sqlite3", "--engine", chosen.engine) as server:
                _wait(f"http://127.0.0.1:{port}")
                shares = []
                for _ in range(chosen.rounds):
                    base = measured(f"http://127.0.0.1:{port}", script, chosen.seconds)
                    ours = measured(server.url, script, chosen.seconds)
                    shares.append(ours / base)
                    print(f"empty {base:.0f}/s, diagnose {ours:.0f}/s: {ours / base:.0%}")
                print(f"median {statistics.median(shares):.0%}")
        finally:
            empty.terminate()
            empty.wait()


def _wait(url: str) -> None:
    for _ in range(200):
        try:
            urllib.request.urlopen(f"{url}/openapi.json").close()
        except OSError:
            time.sleep(0.1)
        else:
            return


if __name__ == "__main__":
    main()
