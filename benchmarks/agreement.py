"""Both engines over random environments of the shipped library, exclusions among them.

``python -m benchmarks.agreement [environments] [seed]`` runs each through the compiled engine, and what holds in it
through durable-rules, once for each input that the rules of a diagnosis are given. It says how many differ, and how
many inputs were really fired. It fails where they do, and where durable-rules is not installed.
"""

from __future__ import annotations

import random
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import islice

import kb
from engine import Engine
from engine.compiled import Program
from engine.fact_state import FactState
from engine.rete import Confirmed, Rete, ReteUnavailable
from kb.model import Fact, KnowledgeBase
from kb.values import UNKNOWN, FactType

HOSTS = (
    "exch1.contoso.com",
    "EXCH1",
    "mail.contoso.com",
    "autodiscover.contoso.com",
    "contoso.com",
    "exch1.contoso.local",
    "www.hoster.example",
    "*.contoso.com",
)
_KEPT = (0.3, 0.55, 0.8)
"""How much of what can be known is known: little, much, nearly all."""
_TOLD_EVERY = 10_000
_WHOLE_EVERY = 100


def environments(knowledge: KnowledgeBase, seed: int) -> Iterator[dict[str, object]]:
    """Facts at random; every third environment is one that a person with this warning could have."""
    chosen = random.Random(seed)
    usual: Mapping[str, object] = {"alert.kind": "security_alert", "alert.name": "failed"}
    while True:
        share = chosen.choice(_KEPT)
        facts = {key: value(fact, chosen) for key, fact in knowledge.facts.items() if chosen.random() < share}
        if chosen.random() < 1 / 3:
            facts |= usual
        yield facts


def value(fact: Fact, chosen: random.Random) -> object:
    """A value that a fact may have; one in ten is not known."""
    if chosen.random() < 0.1:
        return UNKNOWN
    match fact.type:
        case FactType.BOOLEAN:
            return chosen.random() < 0.5
        case FactType.CHOICE:
            return chosen.choices([each.value for each in fact.choices], [each.weight for each in fact.choices])[0]
        case FactType.CHOICES | FactType.FLAGS:
            return [each.value for each in fact.choices if chosen.random() < 0.3]
        case FactType.CERTIFICATE_NAMES:
            return chosen.sample([name for name in HOSTS if "." in name], chosen.randrange(4))
        case FactType.URL:
            scheme = chosen.choices(("https", "http"), (9, 1))[0]
            return f"{scheme}://{chosen.choice([name for name in HOSTS if '*' not in name])}/x"
        case FactType.CERTIFICATE_NAME:
            return chosen.choice(HOSTS)
        case FactType.INTEGER:
            return chosen.randrange(100)
        case FactType.THUMBPRINT:
            return f"{chosen.randrange(4):040X}"
        case FactType.SERVER_NAME | FactType.HOST_NAME:
            return chosen.choice([name for name in HOSTS if "*" not in name])
        case FactType.TEXT:
            return chosen.choice(("CN=Contoso CA", "2026-01-01"))


class Fired:
    """What durable-rules confirms, each diagnosis by its own rules, and once for each input that these are given.

    Rules know nothing of each other, so what others are given changes nothing for one; every `_WHOLE_EVERY`th
    environment is given to all rules together none the less, as in an interview.
    """

    def __init__(self, program: Program) -> None:
        self._whole = Rete(program)
        rules = self._whole.rules
        self._one = [Rete(program, rules.of(d)) for d in range(len(program.diagnoses))]
        self._names = [each.rules.every_name for each in self._one]
        self._known: list[dict[tuple[str, ...], frozenset[Confirmed]]] = [{} for _ in self._one]
        self._run = 0
        self.clear = [program.knowledge.diagnoses[d].id for d in rules.attributes.clear.values()]
        self.inputs: set[int] = set()

    @property
    def fired(self) -> int:
        """How often one diagnosis' rules were really run."""
        return sum(map(len, self._known))

    def confirmed(self, fact_state: FactState) -> frozenset[Confirmed]:
        """What fires in a fact state."""
        holding = self._whole.holding(fact_state)
        self.inputs.add(hash(holding))
        self._run += 1
        if self._run % _WHOLE_EVERY == 0:
            return self._whole.fire(holding)
        found: set[Confirmed] = set()
        for rete, names, known in zip(self._one, self._names, self._known, strict=True):
            given = tuple(each for each in holding if each in names)
            if given not in known:
                known[given] = rete.fire(given)
            found |= known[given]
        return frozenset(found)


def main(many: int, seed: int) -> int:
    """Compare, and say what came of it."""
    knowledge = kb.load()
    engine = Engine(knowledge, "compiled")
    try:
        durable = Fired(engine.program)
    except ReteUnavailable as error:
        print(f"nothing was compared: {error}", file=sys.stderr)
        return 1
    counted: Counter[str] = Counter()
    confirming: set[str] = set()

    def told(end: str) -> str:
        return (
            f"{counted['run']:,} environments, {len(durable.inputs):,} unlike to durable-rules, which was fired "
            f"{durable.fired:,} times for a diagnosis and {counted['run'] // _WHOLE_EVERY:,} times for all: "
            f"{counted['confirmed']:,} confirm a cause ({len(confirming)} of {len(knowledge.diagnoses)} diagnoses), "
            f"{counted['excluded']:,} have one ruled out by another, {counted['caveats']:,} confirm one with a caveat; "
            f"the engines differ in {counted['differ']:,}{end}"
        )

    began = time.perf_counter()
    for facts in islice(environments(knowledge, seed), many):
        counted["run"] += 1
        fact_state = engine.derive_state(facts)
        decision = engine.decide(fact_state)
        counted["excluded"] += any(each.excluded_by for each in decision.diagnoses)
        counted["caveats"] += any(each.caveats for each in decision.diagnoses)
        counted["confirmed"] += bool(decision.confirmed)
        confirming |= {knowledge.diagnoses[d].id for d, _ in decision.confirmed}
        if durable.confirmed(fact_state) != decision.confirmed:
            counted["differ"] += 1
            print(f"they differ: {facts}", file=sys.stderr)
        if counted["run"] % _TOLD_EVERY == 0:
            print(told(f" ({time.perf_counter() - began:,.0f} s)"), flush=True)
    print(told(f" ({time.perf_counter() - began:,.0f} s)"))
    if durable.clear:
        print(f"that these exclude nothing is told to durable-rules, not worked out by it: {', '.join(durable.clear)}")
    return int(counted["differ"] > 0 or counted["run"] == 0)


if __name__ == "__main__":
    given = [int(each) for each in sys.argv[1:]]
    raise SystemExit(main(*(given + [1_000_000, 1][len(given) :])))
