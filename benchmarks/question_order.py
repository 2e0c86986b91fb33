"""The order of questions against the proven optimum, on small random libraries.

``python -m benchmarks.question_order [libraries]`` prints the expected effort of the engine's order over that of the
best order there is, which is found by trying every order in every state; one answer in ten is "unknown".
"""

from __future__ import annotations

import sys
from functools import cache

from engine.compiled import Program
from engine.ranking import Ranking
from kb.values import UNKNOWN
from tests.engine.random_libraries import Draw, answers

NOBODY_KNOWS = 0.1

Facts = tuple[tuple[str, str], ...]


def ratio(seed: int) -> float | None:
    """The effort of the engine's order over the least there is; nothing where nothing is ever asked."""
    knowledge = Draw(seed, facts=(4, 5), members=0.0).knowledge()
    program = Program(knowledge)
    ranking = Ranking(program)
    chances = {
        fact: [(choice.value, choice.weight) for choice in knowledge.facts[fact].choices] for fact in answers(knowledge)
    }
    efforts = {fact: knowledge.facts[fact].cost for fact in chances}

    def outcomes(fact: str) -> list[tuple[str, float]]:
        total = sum(weight for _, weight in chances[fact])
        known = [(value, (1 - NOBODY_KNOWS) * weight / total) for value, weight in chances[fact]]
        return [*known, (UNKNOWN, NOBODY_KNOWS)]

    def key_of(facts: Facts):  # type: ignore[no-untyped-def]
        return program.deriver.derive_state(dict(facts)).key

    def answered(facts: Facts, fact: str, value: str) -> Facts:
        return tuple(sorted((*facts, (fact, value))))

    @cache
    def best(facts: Facts) -> float:
        open_ = list(program.facts_of(program.decide(key_of(facts)).to_decide))
        return min(
            (
                efforts[fact] + sum(chance * best(answered(facts, fact, value)) for value, chance in outcomes(fact))
                for fact in open_
            ),
            default=0.0,
        )

    @cache
    def ours(facts: Facts) -> float:
        order = ranking.order(key_of(facts))
        if not order:
            return 0.0
        fact = order[0]
        return efforts[fact] + sum(chance * ours(answered(facts, fact, value)) for value, chance in outcomes(fact))

    least = best(())
    return ours(()) / least if least else None


def main() -> None:
    """Print mean, the value that 95 of 100 stay below, and the largest."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    ratios = sorted(found for seed in range(count) if (found := ratio(seed)) is not None)
    mean = sum(ratios) / len(ratios)
    print(f"{len(ratios)} libraries: mean {mean:.3f}, p95 {ratios[int(0.95 * len(ratios))]:.3f}, max {ratios[-1]:.3f}")


if __name__ == "__main__":
    main()
