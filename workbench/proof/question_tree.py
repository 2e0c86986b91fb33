"""The questionnaire as a tree: the best question first, a branch for every answer that rules tell apart.

The tree runs over what rules test, so a URL and a certificate branch by what comes of them. Each branch knows how many
environments, in terms of answers to everything that rules test, lie behind it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.compiled import Decision
from engine.engine import Engine
from engine.fact_state import Key
from engine.outcome import Verdict
from workbench.proof.space import Space
from workbench.proof.subject import BUDGET

Assignment = Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Leaf:
    """Where questions end: the verdict, what is confirmed, and what is offered."""

    verdict: Verdict
    confirmed: tuple[str, ...]
    resolutions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cut:
    """Where the tree is not drawn on.

    Attributes:
        articles: those whose diagnoses are still asked about there.
    """

    articles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Branch:
    """An answer: in words, with how many environments give it, and where it leads."""

    answers: tuple[str, ...]
    environments: int
    to: QuestionNode | Leaf | Cut


@dataclass(frozen=True, slots=True)
class QuestionNode:
    """The fact to ask for, what of it rules look at (itself, or something that follows), and the branches."""

    fact: str
    looked_at: str
    branches: tuple[Branch, ...]


class QuestionTree:
    """Draws the tree for one engine.

    Args:
        unknown: whether "unknown" is drawn as an answer too.
        depth: questions on one path before it is cut.
    """

    def __init__(self, engine: Engine, *, unknown: bool = False, depth: int = 7) -> None:
        self._engine = engine
        self._program = engine.program
        self._space = Space([engine.program], BUDGET)
        self._unknown = unknown
        self._depth = depth

    @property
    def environments(self) -> int:
        """All of them."""
        return self._space.combinations

    def tree(self) -> QuestionNode | Leaf | Cut:
        """The tree from the first question on."""
        return self._from({}, 0)

    def _from(self, known: Assignment, depth: int) -> QuestionNode | Leaf | Cut:
        key = self._key(known)
        decision = self._program.decide(key)
        asked = self._next(key, decision, known)
        if asked is None:
            return self._leaf(decision)
        if depth == self._depth:
            return Cut(self._still_asked_about(decision))
        fact, number = asked
        return QuestionNode(fact, self._space.variables[number].fact, tuple(self._branches(number, known, depth)))

    def _branches(self, number: int, known: Assignment, depth: int) -> Iterator[Branch]:
        variable = self._space.variables[number]
        for position, each in enumerate(variable.classes):
            further = {**known, number: position}
            answers = tuple(self._word(variable.fact, value) for value in each.values)
            yield Branch(answers, self._count(further), self._from(further, depth + 1))
        if self._unknown:
            further = {**known, number: variable.gap}
            yield Branch(("unknown",), self._count(further), self._from(further, depth + 1))

    def _key(self, known: Assignment) -> Key:
        """The key of a fact state in which some of what rules test is known, or known not to be known."""
        deriver = self._program.deriver
        blank = self._program.blank_key
        true, false, stuck = blank.true, blank.false, blank.stuck
        openings: dict[int, int] = {}
        for number, variable in enumerate(self._space.variables):
            position, mask = deriver.position[variable.fact], deriver.masks[variable.fact]
            value = known.get(number)
            true, false, stuck = true & ~mask, false & ~mask, stuck & ~mask
            opening = 0
            if value is None:
                for base in deriver.sources(variable.fact):
                    opening |= deriver.base_bits[base]
            elif value != variable.gap:
                held = variable.classes[value].held[0]
                true |= held
                false |= mask & ~held
            else:
                stuck |= mask
            if value is not None or opening != deriver.blank_openings[position]:
                openings[position] = opening
        return Key(true, false, stuck, tuple(sorted(openings.items())))

    def _next(self, key: Key, decision: Decision, known: Assignment) -> tuple[str, int] | None:
        """The best fact to ask for, and the variable that its answer decides first."""
        deriver = self._program.deriver
        for fact in self._engine.ranking.order(key):
            bit = deriver.base_bits[fact]
            for number, variable in enumerate(self._space.variables):
                opening = deriver.opening(key, deriver.position[variable.fact])
                if number not in known and opening & bit:
                    return fact, number
        return None

    def _still_asked_about(self, decision: Decision) -> tuple[str, ...]:
        """The articles of the diagnoses that are possible and pursued."""
        return tuple(
            dict.fromkeys(
                diagnosis.article
                for number, diagnosis in enumerate(self._engine.knowledge.diagnoses)
                if decision.diagnoses[number].state is None and self._program.pursued(decision, number)
            )
        )

    def _leaf(self, decision: Decision) -> Leaf:
        knowledge = self._engine.knowledge
        confirmed = []
        for diagnosis, decided in zip(knowledge.diagnoses, decision.diagnoses, strict=True):
            members = [
                instance.member
                for instance, state in zip(diagnosis.instances, decided.states, strict=True)
                if state is True and instance.member
            ]
            if decided.state is True:
                confirmed.append(diagnosis.id + (f" ({', '.join(members)})" if members else ""))
        offered = [
            resolution.id
            for resolution, worth in zip(knowledge.resolutions, decision.resolutions, strict=True)
            if worth is not None and worth[0] is not False
        ]
        return Leaf(decision.verdict, tuple(confirmed), tuple(offered))

    def _count(self, known: Assignment) -> int:
        weights = self._space.weights
        fixed = 1
        for number, value in known.items():
            fixed *= weights[number][value]
        free = [w for number, w in enumerate(weights) if number not in known]
        for each in free:
            fixed *= sum(each)
        return fixed

    def _word(self, fact: str, value: object) -> str:
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, tuple):
            return ", ".join(value) or "none"
        found = self._engine.knowledge.fact(fact)
        return str(value) if found is None else found.labels.get(str(value), str(value))
