"""The obvious evaluator: states, accounts and pursuit said once more, slowly, straight from docs/logic.md.

It shares nothing with the engine but the model of a library, works on libraries whose facts are choices, and reads
conditions by recursion. Whatever the engine does to be quick has to come to the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from kb import KnowledgeBase
from kb.conditions import All, Any, Concluded, Condition, Not, Test
from kb.model import Diagnosis, Instance

UNKNOWN = "unknown"
Member = tuple[str, str | None]
Worth = bool | None


@dataclass
class Said:
    """What the oracle says of one environment."""

    states: dict[Member, Worth] = field(default_factory=dict)
    caveats: dict[str, frozenset[str]] = field(default_factory=dict)
    exhausted: frozenset[str] = frozenset()
    explained: frozenset[Condition] = frozenset()
    wanted: frozenset[Condition] = frozenset()
    pursued: frozenset[str] = frozenset()
    causes: frozenset[str] = frozenset()
    besides: frozenset[str] = frozenset()
    to_decide: frozenset[str] = frozenset()
    verdict: str = ""


class Oracle:
    """Says what follows, for one library."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self.knowledge = knowledge
        self.diagnoses = {each.id: each for each in knowledge.diagnoses}
        self.excluders = {
            each.id: [other.id for other in knowledge.diagnoses if each.id in other.excludes]
            for each in knowledge.diagnoses
        }
        self.symptoms = list(
            dict.fromkeys(
                account.seen for each in knowledge.diagnoses for one in each.instances for account in one.explains
            )
        )

    def say(self, facts: Mapping[str, str], *, thorough: bool = False) -> Said:
        """Everything that follows from these facts; what is not among them was not asked."""
        return _Saying(self, facts, thorough).said


class _Saying:
    def __init__(self, oracle: Oracle, facts: Mapping[str, str], thorough: bool) -> None:
        self.oracle = oracle
        self.facts = facts
        self.said = Said()
        self.opens: dict[Member, frozenset[str]] = {}
        self.reaches: dict[Member, bool] = {}
        self.gates: dict[str, tuple[Worth, frozenset[str]]] = {}
        tried = {each.id: facts.get(f"tried.{each.id.replace('-', '_')}") for each in oracle.knowledge.resolutions}
        self.said.exhausted = frozenset(
            d for each in oracle.knowledge.resolutions if tried[each.id] == "no_change" for d in each.diagnoses
        )
        self.helped = "helped" in tried.values()
        self.helpful = {
            d for each in oracle.knowledge.resolutions if tried[each.id] == "helped" for d in each.diagnoses
        }
        for diagnosis in oracle.knowledge.diagnoses:
            self._state(diagnosis)
        self._accounts()
        self._pursue(thorough)

    # --- Kleene
    def worth(self, condition: Condition) -> Worth:
        match condition:
            case Test():
                value = self.facts.get(condition.fact, UNKNOWN)
                return None if value == UNKNOWN else value in condition.operands
            case Concluded():
                return self._concluded(condition)
            case Not():
                worth = self.worth(condition.part)
                return None if worth is None else not worth
            case All():
                worths = [self.worth(part) for part in condition.parts]
                return False if False in worths else None if None in worths else True
            case Any():
                worths = [self.worth(part) for part in condition.parts]
                return True if True in worths else None if None in worths else False

    def open(self, condition: Condition) -> frozenset[str]:
        """The absent facts that can still change a condition."""
        if self.worth(condition) is not None:
            return frozenset()
        match condition:
            case Test():
                return frozenset() if condition.fact in self.facts else frozenset([condition.fact])
            case Concluded():
                return frozenset().union(*(self.opens[each] for each in self._members(condition)))
            case Not():
                return self.open(condition.part)
            case All() | Any():
                return frozenset().union(*(self.open(part) for part in condition.parts))

    def reach(self, condition: Condition, wanted: bool = True) -> bool:
        """Whether answers could still make a condition what is wanted; every absent test is favourable."""
        match condition:
            case Test():
                return condition.fact not in self.facts or self.worth(condition) is wanted
            case Concluded():
                if self._concluded(condition) is not None:
                    return self._concluded(condition) is wanted
                members = self._members(condition)
                return any(self.reaches[each] for each in members) if wanted else bool(self.open(condition))
            case Not():
                return self.reach(condition.part, not wanted)
            case All() | Any():
                parts = [self.reach(part, wanted) for part in condition.parts]
                return all(parts) if isinstance(condition, All) is wanted else any(parts)

    def _members(self, condition: Concluded) -> list[Member]:
        return [
            (condition.diagnosis, one.member)
            for one in self.oracle.diagnoses[condition.diagnosis].instances
            if condition.member in (None, one.member)
        ]

    def _concluded(self, condition: Concluded) -> Worth:
        worths = [self.said.states[each] for each in self._members(condition)]
        return True if True in worths else None if None in worths else False

    def _whole(self, id_: str) -> Worth:
        return self._concluded(Concluded(diagnosis=id_))

    # --- states
    def _state(self, diagnosis: Diagnosis) -> None:
        gate = All(parts=tuple(each.that for each in diagnosis.applies_when))
        applies, gate_open = self.worth(gate), self.open(gate)
        self.gates[diagnosis.id] = (applies, gate_open)
        excluders = [e for e in self.oracle.excluders[diagnosis.id] if e not in self.said.exhausted]
        hit = any(self._whole(e) is True for e in excluders)
        waits: frozenset[str] = frozenset()
        caveats = set()
        for e in excluders:
            if self._whole(e) is None:
                reference = Concluded(diagnosis=e)
                if self.open(reference) and self.reach(reference):
                    waits |= self.open(reference)
                else:
                    caveats.add(e)
        for one in diagnosis.instances:
            own = All(parts=tuple(each.that for each in one.requires))
            requires = self.worth(own)
            state: Worth = None
            if applies is False or requires is False or hit:
                state = False
            elif applies and requires and not waits:
                state = True
            me = (diagnosis.id, one.member)
            self.said.states[me] = state
            self.opens[me] = frozenset()
            if state is None:
                self.opens[me] = gate_open if applies is None and gate_open else self.open(own) | waits
            self.reaches[me] = state is True or (state is None and self.reach(gate) and self.reach(own))
        self.said.caveats[diagnosis.id] = frozenset(caveats) if self._whole(diagnosis.id) is True else frozenset()

    # --- accounts
    def _alive(self, diagnosis: Diagnosis) -> Iterator[Instance]:
        if diagnosis.id not in self.said.exhausted:
            for one in diagnosis.instances:
                if self.said.states[diagnosis.id, one.member] is not False:
                    yield one

    def _accounts(self) -> None:
        self.may = {o for o in self.oracle.symptoms if self.worth(o) is not False}
        self.seen_open = {o for o in self.oracle.symptoms if self.open(o)}
        self.sure: dict[str, set[Condition]] = {}
        self.could: dict[tuple[str, Worth], set[Condition]] = {}
        self.asks: list[tuple[str, Worth, Condition, frozenset[str]]] = []
        for diagnosis in self.oracle.knowledge.diagnoses:
            for one in self._alive(diagnosis):
                state = self.said.states[diagnosis.id, one.member]
                for account in one.explains:
                    where = All(parts=()) if account.where is None else account.where
                    worth, opens = self.worth(where), self.open(where)
                    if worth is False:
                        continue
                    self.could.setdefault((diagnosis.id, state), set()).add(account.seen)
                    if opens:
                        self.asks.append((diagnosis.id, state, account.seen, opens))
                    elif state is True:
                        self.sure.setdefault(diagnosis.id, set()).add(account.seen)
        self.said.explained = frozenset().union(*self.sure.values())
        self.said.wanted = frozenset() if self.helped else frozenset(self.may - self.said.explained)

    # --- pursuit
    def _pursue(self, thorough: bool) -> None:
        said, wanted = self.said, self.said.wanted
        causes, besides, pursued = set(), set(), set()
        undecided = False
        to_decide: set[str] = set()
        looked_at: set[Condition] = set()
        for diagnosis in self.oracle.knowledge.diagnoses:
            id_, whole = diagnosis.id, self._whole(diagnosis.id)
            silent = not any(one.explains for one in diagnosis.instances)
            confirmed, possible = self.could.get((id_, True), set()), self.could.get((id_, None), set())
            sure = self.sure.get(id_, set())
            applies, gate_open = self.gates[id_]
            gated, dormant = applies is None and bool(gate_open), applies is None and not gate_open
            some_possible = any(self.said.states[id_, one.member] is None for one in diagnosis.instances)
            if id_ in said.exhausted or whole is False:
                continue
            is_cause = whole is True and bool(silent or sure & self.may or confirmed & wanted)
            if self.helped:
                is_cause = whole is True and id_ in self.helpful
            if whole is True:
                (causes if is_cause else besides).add(id_)
            undecided = undecided or (some_possible and bool(silent or possible & self.may))
            if self.helped:
                continue
            if not thorough and (dormant or not (is_cause or (some_possible and (silent or possible & wanted)))):
                continue
            pursued.add(id_)
            for one in diagnosis.instances:
                if said.states[id_, one.member] is None:
                    to_decide |= self.opens[id_, one.member]
            if gated:
                continue
            unsure = whole is True and not silent and not (sure & self.may) - self.seen_open
            looked_at |= (confirmed | possible) & wanted
            if unsure:
                looked_at |= confirmed & self.may
            for other, state, seen, opens in self.asks:
                if other == id_ and (seen in wanted or (unsure and state is True and seen in self.may)):
                    to_decide |= opens
        for seen in looked_at:
            to_decide |= self.open(seen)
        for resolution in self.oracle.knowledge.resolutions:
            serving = [d for d in resolution.diagnoses if d in causes and d in pursued]
            if not serving:
                serving = [d for d in resolution.diagnoses if d in besides and d in pursued]
            if not serving:
                continue
            if resolution.when is not None:
                if self.worth(resolution.when) is False:
                    continue
                to_decide |= self.open(resolution.when)
            for step in resolution.steps:
                called = step.member is None or any(
                    said.states.get((d, step.member), False) is not False and d not in said.exhausted
                    for d in resolution.diagnoses
                )
                if called and step.when is not None:
                    to_decide |= self.open(step.when)
        said.pursued, said.causes, said.besides = frozenset(pursued), frozenset(causes), frozenset(besides)
        said.to_decide = frozenset(to_decide)
        said.verdict = "diagnosed" if self.helped or causes else "undecided" if undecided else "not_covered"
