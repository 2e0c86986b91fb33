"""Puts the facts worth asking in order: by what an answer is expected to save, for what it costs to get.

The measure is the whole effort that is left: of every fact that could still decide something, decided anew on the
supposed answer, so that a cause that is confirmed makes the questions of its rivals vanish. Each answer is weighted by
how often it is given. What is saved, divided by the fact's own effort, is its score; the best few are then looked at
one question further. How common a cause is breaks ties and does nothing else. Whatever its score, what an interview
begins with comes first, then what those can say who are on the line. The work is bounded: in a library with more open
facts, those that touch most are tried. No fact outside a decision's `to_decide` is asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from engine.compiled import Decision, Program
from engine.fact_state import Key
from engine.memory import Memory
from kb.model import Fact, KnowledgeBase
from kb.values import FactType, Value

_REMEMBERED_BYTES = 8 * 1024 * 1024
_CANDIDATES = 16
"""Facts whose answers are tried."""
_BEST = 4
"""Facts that are looked at one question further."""
_FURTHER = 10
"""Facts that may be open where one question further is looked; with more, the first question matters less."""
_SUPPOSITIONS = 200
"""Decisions on supposed answers that one order may take; what is not looked at further keeps its place."""


@dataclass(slots=True)
class _Work:
    """What is left to spend, and what was worked out for it."""

    left: int = _SUPPOSITIONS
    gains: dict[tuple[Key, str], float] = field(default_factory=dict)


class Ranking:
    """Ranks facts for one program."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._deriver = program.deriver
        knowledge = program.knowledge
        self._effort = {
            key: fact.cost * knowledge.person(fact.answered_by).effort for key, fact in knowledge.facts.items()
        }
        self._turn = {key: _turn(fact, knowledge) for key, fact in knowledge.facts.items()}
        self._effort_of_bit = {bit: self._effort[key] for key, bit in self._deriver.base_bits.items()}
        self._answers = {tested: self._find_answers(tested) for tested in self._deriver.tested}
        self._touched = self._find_touched()
        self.decisive = frozenset(self._ever_asked())
        self._orders: Memory[tuple[str, ...]] = Memory(_REMEMBERED_BYTES)

    def order(self, key: Key, thorough: bool = False) -> tuple[str, ...]:
        """The facts to ask for a decision, best first; equals stay in the order of the vocabulary."""
        return self._orders.recall(
            (key, thorough),
            lambda: self._order(key, thorough),
            lambda order: 300 + 8 * len(order) + 120 * len(key.openings),
        )

    def supposed(self, fact: str, key: Key) -> Iterator[tuple[str, Value, Key]]:
        """Each thing that an answer to a fact may come to: the tested fact, its value, and the key it leads to."""
        for tested, _ in self._hypotheses(fact, key):
            for value, _ in self._answers[tested]:
                yield tested, value, self._suppose(fact, tested, value, key)

    def _order(self, key: Key, thorough: bool) -> tuple[str, ...]:
        decision = self._program.decide(key, thorough)
        candidates = list(self._program.facts_of(decision.to_decide))
        if len(candidates) < 2:
            return tuple(candidates)
        rest: list[str] = []
        if len(candidates) > _CANDIDATES:
            touches = {fact: sum(share for _, share in self._hypotheses(fact, key)) for fact in candidates}
            candidates.sort(key=lambda fact: -touches[fact] / self._effort[fact])
            candidates, rest = candidates[:_CANDIDATES], candidates[_CANDIDATES:]
        work = _Work()
        scores = {fact: self._gain(fact, key, thorough, work) / self._effort[fact] for fact in candidates}
        commonness = self._commonness(decision, candidates)
        ranked = sorted(candidates, key=lambda fact: (-round(scores[fact], 9), -commonness[fact]))
        best = ranked[:_BEST]
        if len(candidates) + len(rest) <= _FURTHER:
            best = self._further(best, key, thorough, work)
        return tuple(sorted((*best, *ranked[_BEST:], *rest), key=lambda fact: self._turn[fact]))

    def _further(self, best: list[str], key: Key, thorough: bool, work: _Work) -> list[str]:
        """The best few, by what is left after the best question that follows on each answer."""
        now = self._left(key, thorough)
        left: dict[str, float] = {}
        for fact in best:
            saved = 0.0
            for tested, share in self._hypotheses(fact, key):
                for value, chance in self._answers[tested]:
                    after = self._suppose(fact, tested, value, key)
                    saved += share * chance * (now - self._best_next(after, thorough, work))
            if work.left <= 0:
                return best
            left[fact] = self._effort[fact] + now - min(now, saved)
        return sorted(best, key=lambda fact: round(left[fact], 9))

    def _best_next(self, key: Key, thorough: bool, work: _Work) -> float:
        """The effort that is left if the best next question is asked."""
        now = self._left(key, thorough)
        if not now or work.left <= 0:
            return now
        facts = list(self._program.facts_of(self._program.decide(key, thorough).to_decide))
        if len(facts) > _CANDIDATES:
            facts.sort(key=lambda fact: self._effort[fact])
        gains = {fact: self._gain(fact, key, thorough, work) for fact in facts[:_CANDIDATES]}
        top = sorted(gains, key=lambda fact: -gains[fact] / self._effort[fact])[:_BEST]
        return min(self._effort[fact] + now - gains[fact] for fact in top)

    def _gain(self, fact: str, key: Key, thorough: bool, work: _Work) -> float:
        """The effort that an answer to a fact is expected to save, its own included."""
        known = work.gains.get((key, fact))
        if known is not None:
            return known
        near = self._program.decide(key, thorough)
        now, gain = self._cost(near.to_decide), 0.0
        for tested, share in self._hypotheses(fact, key):
            for value, chance in self._answers[tested]:
                work.left -= 1
                after = self._suppose(fact, tested, value, key)
                gain += share * chance * (now - self._left(after, thorough, near))
        gain = work.gains[key, fact] = min(gain, now)
        return gain

    def _left(self, key: Key, thorough: bool, near: Decision | None = None) -> float:
        """The effort of everything that could still decide something."""
        return self._cost(self._program.decide(key, thorough, near).to_decide)

    def _commonness(self, decision: Decision, candidates: list[str]) -> dict[str, float]:
        """For each fact, how common the commonest diagnosis is that it decides."""
        found = dict.fromkeys(candidates, 0.0)
        bits = {fact: self._deriver.base_bits[fact] for fact in candidates}
        for compiled, decided in zip(self._program.diagnoses, decision.diagnoses, strict=True):
            if decided.open_facts & decision.to_decide:
                for fact, bit in bits.items():
                    if decided.open_facts & bit:
                        found[fact] = max(found[fact], compiled.diagnosis.prior)
        return found

    def _suppose(self, fact: str, tested: str, value: Value, key: Key) -> Key:
        """The key if an answer to `fact` gave `tested` a value; what else rests on `fact` is taken to stay open."""
        deriver = self._deriver
        position, bit = deriver.position[tested], deriver.base_bits[fact]
        mask, held = deriver.masks[tested], deriver.holding(tested, value)
        openings = dict(key.openings)
        for other in self._touched[fact]:
            opening = openings.get(other, deriver.blank_openings[other])
            if other != position and opening & bit:
                openings[other] = opening & ~bit or opening
        openings[position] = 0
        return Key(
            key.true & ~mask | held,
            key.false & ~mask | (mask & ~held),
            key.stuck & ~mask,
            tuple(sorted(openings.items())),
        )

    def _hypotheses(self, fact: str, key: Key) -> Iterator[tuple[str, float]]:
        """The tested facts that an answer may make known, with the share that it has in doing so."""
        deriver, bit = self._deriver, self._deriver.base_bits[fact]
        known = dict(key.openings)
        for position in self._touched[fact]:
            opening = known.get(position, deriver.blank_openings[position])
            tested = deriver.tested[position]
            if opening & bit and self._answers[tested]:
                yield tested, 1.0 if opening == bit else self._effort[fact] / self._cost(opening)

    def _find_touched(self) -> dict[str, tuple[int, ...]]:
        """For each asked fact the positions of the tested facts that it could make known."""
        touched: dict[str, list[int]] = {fact: [] for fact in self._program.knowledge.facts}
        for position, tested in enumerate(self._deriver.tested):
            for base in self._deriver.sources(tested):
                touched[base].append(position)
        return {fact: tuple(positions) for fact, positions in touched.items()}

    def _find_answers(self, tested: str) -> tuple[tuple[Value, float], ...]:
        """The values that a fact can come to, with how often each is expected; of several choices one, or none."""
        fact = self._program.knowledge.fact(tested)
        if fact is None or not (fact.type.closed or fact.choices):
            return ()
        if fact.type is FactType.BOOLEAN:
            return ((True, 0.5), (False, 0.5))
        weights: dict[Value, float] = {
            choice.value if fact.type is FactType.CHOICE else (choice.value,): choice.weight
            if isinstance(fact, Fact)
            else 1.0
            for choice in fact.choices
        }
        if fact.type is not FactType.CHOICE:
            weights[()] = 1.0
        total = sum(weights.values())
        return tuple((value, weight / total) for value, weight in weights.items())

    def _cost(self, mask: int) -> float:
        cost, efforts = 0.0, self._effort_of_bit
        while mask:
            lowest = mask & -mask
            cost += efforts[lowest]
            mask ^= lowest
        return cost

    def _ever_asked(self) -> Iterator[str]:
        """Every fact that some answer could rest on."""
        bits = 0
        for condition in self._program.compiled.deciding():
            bits |= condition.mentioned
        for tested in self._deriver.facts_of_tests(bits):
            yield from self._deriver.sources(tested)


def _turn(fact: Fact, knowledge: KnowledgeBase) -> int:
    """When a fact is asked, whatever it saves: with what opens, by who is on the line, or after these."""
    if fact.group is not None and knowledge.group(fact.group).opening:
        return 0
    return 1 if knowledge.person(fact.answered_by).on_the_line else 2
