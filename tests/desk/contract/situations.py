"""What callers hand in, whatever the library: facts, evidence as it is pasted, and what they settle."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from engine import Engine
from evidence import read
from evidence.diagnosis import Given, environments
from evidence.environment import Dispute
from kb.values import UNKNOWN
from tests.engine.environments import environments as facts_of_a_library


@dataclass(frozen=True)
class Situation:
    """What one caller hands in; evidence by what each piece is called."""

    name: str
    facts: dict[str, Any] = field(default_factory=dict)
    evidence: tuple[tuple[str, str], ...] = ()
    settle: dict[str, str] = field(default_factory=dict)

    def given(self, engine: Engine) -> Given:
        """The same for the door of Python."""
        read_of = tuple(read(text, name=name, knowledge=engine.knowledge) for name, text in self.evidence)
        return Given(self.facts, read_of, self.settle)


def settled(engine: Engine, situations: Iterable[Situation]) -> Iterator[Situation]:
    """Those in which something is in dispute, once more, with the last side of each dispute chosen."""
    for situation in situations:
        sides = {dispute.key: dispute.sides[-1].id for dispute in _disputes(engine, situation)}
        if sides and not situation.settle:
            yield replace(situation, name=f"{situation.name}: settled", settle=sides)


def _disputes(engine: Engine, situation: Situation) -> Iterator[Dispute]:
    for environment in environments(engine, situation.given(engine)):
        yield from environment.disputes


def generated(engine: Engine, pieces: st.SearchStrategy[str], many: int) -> list[Situation]:
    """So many situations, the same in every run: any facts, any evidence, and of what is in dispute some is settled.

    Args:
        pieces: outputs, lists and files that people paste, in the library's own shapes.
    """
    made: list[Situation] = []
    named = st.lists(st.lists(pieces, min_size=1, max_size=3).map("".join), max_size=3)

    @settings(
        max_examples=many,
        database=None,
        derandomize=True,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(facts_of_a_library(engine.knowledge), named, st.integers(0, 2**32))
    def collect(facts: dict[str, object], texts: list[str], seed: int) -> None:
        evidence = tuple((f"paste {number}", text) for number, text in enumerate(texts, 1))
        plain = {key: list(value) if isinstance(value, tuple) else value for key, value in facts.items()}
        situation = Situation(f"generated {len(made)}", plain, evidence)
        chosen = random.Random(seed)
        disputes = {
            dispute.key: chosen.choice([*(side.id for side in dispute.sides), UNKNOWN])
            for dispute in _disputes(engine, situation)
            if chosen.random() < 0.5
        }
        made.append(Situation(situation.name, plain, evidence, disputes))

    collect()
    return made
