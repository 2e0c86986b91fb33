"""Measures outcomes, processes and growth, and prints each as a ratio to its peer in the same run."""

from __future__ import annotations

import itertools
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import kb
from engine import Engine, Outcome, OutcomeNext
from engine.rete import Rete, is_installed

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = json.loads((ROOT / "examples" / "contoso-2007.json").read_text(encoding="utf-8"))


def main() -> None:
    knowledge = kb.load()
    compiled, both = Engine(knowledge, "compiled"), Engine(knowledge)
    flat = compiled.parser.parse(EXAMPLE)
    print(f"Python {sys.version.split()[0]}, knowledge {knowledge.digest[:12]}; medians, microseconds unless said\n")
    ours = row("outcome, compiled engine, names new each time", timed(lambda: compiled.diagnose(next(ENVIRONMENTS))))
    row("outcome, both engines compared", timed(lambda: both.diagnose(next(ENVIRONMENTS))), ours)
    row("outcome, nothing known", timed(lambda: compiled.diagnose({})), ours)
    if is_installed():
        rete = Rete(compiled.program)
        holding = rete.holding(compiled.derive_state(flat))
        row("durable-rules firing the same diagnoses alone", timed(lambda: rete.fire(holding), each=10), ours)
    print("\nbare process and `resolvent diagnose --format json`, milliseconds")
    bare = row(
        "python importing pydantic and click", process("-c", "import pydantic, click; pydantic.BaseModel"), unit=1e3
    )
    whole = process("-m", "desk.cli.main", "diagnose", str(ROOT / "examples" / "contoso-2007.json"), "--format", "json")
    row("resolvent diagnose", whole, bare, unit=1e3)
    print("\ngrowth: facts touch one rule of many")
    few, many = spread(10), spread(1000)
    for name, outcome in (("in full", diagnosed), ("view=next", diagnosed_next)):
        ours = row(f"10 rules, {name}", timed(partial(outcome, few), rounds=5, each=10))
        row(f"1,000 rules, {name}", timed(partial(outcome, many), rounds=5, each=10), ours)


def environments() -> Any:
    """The example with a host name that was never seen before, each time."""
    for number in itertools.count():
        text = json.dumps(EXAMPLE).replace("ServerName", f"Server{number}")
        yield json.loads(text)


ENVIRONMENTS = environments()


def row(name: str, seconds: float, base: float | None = None, unit: float = 1e6) -> float:
    ratio = "" if base is None else f"  {seconds / base:6.2f} times the first"
    print(f"{name:58}{seconds * unit:10.1f}{ratio}")
    return seconds


def timed(run: Callable[[], object], rounds: int = 15, each: int = 100) -> float:
    """The median over rounds of the mean time of a call."""
    run()
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        for _ in range(each):
            run()
        times.append((time.perf_counter() - start) / each)
    return statistics.median(times)


def process(*arguments: str, rounds: int = 9) -> float:
    """The median time of a whole process, warmed once."""
    times = []
    for _ in range(rounds + 1):
        start = time.perf_counter()
        subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL, cwd=ROOT)
        times.append(time.perf_counter() - start)
    return statistics.median(times[1:])


def spread(rules: int) -> Engine:
    """A library of that many rules over as many facts."""
    facts = "".join(f"  f{i}: {{label: f, ask: F?, type: boolean, answered_by: me}}\n" for i in range(rules))
    diagnoses = "".join(
        f"  - {{id: d{i}, title: d, when: {{f{i}: true, f{(i + 1) % rules}: false}}, because: b, "
        "citation: {at: so, says: It}}\n"
        for i in range(rules)
    )
    knowledge = kb.parse_texts(
        {
            "rules/facts/g.yaml": f'name: G\nversion: "1"\npeople: {{me: {{label: me}}}}\nfacts:\n{facts}',
            "rules/A.yaml": f"article: A\ndiagnoses:\n{diagnoses}",
            "articles/A.md": "---\nid: A\ntitle: A\n---\n[It is so.]{#so}\n",
        }
    )
    return Engine(knowledge, "compiled")


def diagnosed(engine: Engine) -> Outcome:
    """The outcome of two known facts, which one rule is about."""
    return engine.diagnose({"f1": True, "f2": False})


def diagnosed_next(engine: Engine) -> OutcomeNext:
    """The same, as a chatbot wants it."""
    return diagnosed(engine).next()


if __name__ == "__main__":
    main()
