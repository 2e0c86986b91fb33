"""A generated library of many articles that share facts, and what it costs beside one of few.

``python -m benchmarks.many_articles [articles]`` prints how long it takes to load, and what one Outcome costs where the
facts touch one article, and where they touch every one.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Callable

import kb
from engine import Engine

DIAGNOSES = 10
CITATION = {"at": "so", "says": "It is so"}


def texts(articles: int, seed: int = 7) -> dict[str, str]:
    """The files of a library: each article with rival diagnoses, on facts of its own and on shared ones."""
    rng = random.Random(seed)
    shared = [f"shared.f{i}" for i in range(12)]
    facts = {key: _fact() for key in (*shared, "seen.kind", *(f"seen.s{i}" for i in range(6)))}
    files: dict[str, str] = {}
    for a in range(articles):
        own = [f"a{a}.f{i}" for i in range(15)]
        facts.update({key: _fact() for key in own})
        diagnoses, resolutions = [], []
        for d in range(DIAGNOSES):
            tested = [*rng.sample(own, 3), *rng.sample(shared, 1)]
            id_ = f"a{a}-d{d}"
            diagnoses.append(
                {
                    "id": id_,
                    "title": id_,
                    "requires": [
                        {"id": f"q{i}", "that": {key: "yes"}, "otherwise": "No."} for i, key in enumerate(tested)
                    ],
                    "explains": [{"seen": {f"seen.s{(a + d) % 6}": "yes"}, "where": {rng.choice(own): "yes"}}],
                    "excludes": [f"a{a}-d{d + 1}"] if d % 5 == 0 else [],
                    "because": "It is so.",
                    "citation": CITATION,
                }
            )
            resolutions.append(
                {
                    "id": f"a{a}-r{d}",
                    "for": id_,
                    "kind": "fix",
                    "title": "Mend it",
                    "citation": CITATION,
                    "steps": [{"id": "s", "text": "Do it.", "when": {rng.choice(own): "yes"}, "otherwise": "No."}],
                }
            )
        rules = {
            "article": f"A{a}",
            "applies_when": [{"id": "kind", "that": {"seen.kind": "yes", f"a{a}.f0": "yes"}, "otherwise": "No."}],
            "diagnoses": diagnoses,
            "resolutions": resolutions,
        }
        files[f"rules/A{a}.yaml"] = json.dumps(rules)
        files[f"articles/A{a}.md"] = f"---\nid: A{a}\ntitle: T\n---\n[It is so.]{{#so}}\n"
    vocabulary = {"name": "Many", "version": "1", "people": {"me": {"label": "me"}}, "facts": facts}
    files["rules/facts/all.yaml"] = json.dumps(vocabulary)
    return files


def _fact() -> dict[str, object]:
    return {
        "label": "it",
        "ask": "Is it?",
        "type": "choice",
        "choices": {"yes": "yes", "no": "no"},
        "answered_by": "me",
    }


def per_call(run: Callable[[int], object], times: int = 200) -> float:
    """Microseconds of one call, the best of three rounds; each call gets another number."""
    best = float("inf")
    for turn in range(3):
        began = time.perf_counter()
        for number in range(times):
            run(turn * times + number)
        best = min(best, time.perf_counter() - began)
    return best / times * 1e6


def measure(articles: int) -> dict[str, float]:
    """Seconds to read and compile, and microseconds of a decision and an Outcome."""
    began = time.perf_counter()
    knowledge = kb.parse_texts(texts(articles))
    read = time.perf_counter() - began
    began = time.perf_counter()
    engine = Engine(knowledge, "compiled")
    made = time.perf_counter() - began
    few = {"seen.kind": "yes", "a0.f0": "yes", "a0.f1": "yes", "a0.f2": "no", "seen.s0": "yes"}
    own = [f"a0.f{i}" for i in range(3, 15)]

    def facts(number: int) -> dict[str, object]:
        return {
            **few,
            **{key: ("yes", "no", "unknown")[number // 3**i % 3] for i, key in enumerate(own) if number >> i & 1},
        }

    def decide(number: int) -> object:
        return engine.program._decide(engine.derive_state(facts(number)).key, False, engine.program.blank)

    rules = {"read": read, "compile": made, "decide": per_call(decide)}
    rules["outcome in full"] = per_call(lambda number: engine.diagnose(facts(number)), 60)
    return rules


def main() -> None:
    """Print the figures of one article, and of many beside it."""
    many = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    one, all_ = measure(1), measure(many)
    for name, value in all_.items():
        unit = "s" if name in ("read", "compile") else "µs"
        print(f"{name:18} {one[name]:10.2f} {unit:2}   {value:10.2f} {unit:2}   {value / one[name]:6.1f} times")


if __name__ == "__main__":
    main()
