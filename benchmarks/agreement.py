"""Both engines over random environments of the shipped library, exclusions among them.

``python -m benchmarks.agreement [environments] [seed]`` runs each through the compiled engine and durable-rules, and
says how many differ. It fails where they do, and where durable-rules is not installed.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Iterator, Mapping

import kb
from engine import Engine
from engine.rete import Rete, ReteUnavailable
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


def main(many: int, seed: int) -> int:
    """Compare, and say what came of it."""
    knowledge = kb.load()
    engine = Engine(knowledge, "compiled")
    try:
        rete = Rete(engine.program)
    except ReteUnavailable as error:
        print(f"nothing was compared: {error}", file=sys.stderr)
        return 1
    began = time.perf_counter()
    run = excluded = confirmed = differ = 0
    seen: set[tuple[str, ...]] = set()
    for facts in environments(knowledge, seed):
        if run == many:
            break
        run += 1
        fact_state = engine.derive_state(facts)
        tokens = rete.tokens(fact_state)
        if tokens in seen:
            continue
        seen.add(tokens)
        decision = engine.decide(fact_state)
        excluded += any(each.excluded_by for each in decision.diagnoses)
        confirmed += bool(decision.confirmed)
        if rete.fire(tokens) != decision.confirmed:
            differ += 1
            print(f"they differ: {facts}", file=sys.stderr)
        if run % _TOLD_EVERY == 0:
            print(f"{run:,} so far, {time.perf_counter() - began:.0f} s", flush=True)
    rete.close()
    print(
        f"{run:,} environments, {len(seen):,} of them unlike: {confirmed:,} confirm a cause, {excluded:,} rule one out "
        f"by another; the engines differ in {differ}"
    )
    return int(differ > 0)


if __name__ == "__main__":
    given = [int(each) for each in sys.argv[1:]]
    raise SystemExit(main(*(given + [1_000_000, 1][len(given) :])))
