"""The first layer: what is confirmed, possible or ruled out, each diagnosis after those that it rests on.

A diagnosis is ruled out where its article does not apply, where a requirement of it fails, or where another one that
excludes it is confirmed. It is confirmed where all hold, and every other one that excludes it is ruled out, or can no
longer be confirmed by any answer; the latter are caveats. What was tried without effect excludes nothing any more.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from engine.fact_state import FactDeriver, Key
from engine.logic import Truth
from engine.program import CompiledCondition, CompiledDiagnosis, CompiledKnowledge, CompiledRequirement
from kb.conditions import Concluded


@dataclass(frozen=True, slots=True)
class Applicability:
    """What holds of the conditions under which an article applies.

    Attributes:
        failed: the positions of those that failed.
        opens: the absent facts that can still change it; with none, and no value, it is stuck.
        undecided: the tests that leave it open.
        reach: whether it may still come to hold.
    """

    value: Truth
    failed: tuple[int, ...]
    opens: int
    undecided: int
    reach: bool

    @property
    def stuck(self) -> bool:
        """Nobody can tell whether the article applies."""
        return self.value is None and not self.opens


@dataclass(frozen=True, slots=True)
class Accounts:
    """What a diagnosis explains, as bits of symptoms.

    Attributes:
        sure: what it accounts for, granted or not.
        confirmed, possible: what its confirmed, and its possible, instances could explain, conditions open included.
        granted: the instances and symptoms that it accounts for only because nobody can tell better.
        open: instance, symptom, and the absent facts of a condition that can still be told, for what is not ruled out.
    """

    sure: int = 0
    confirmed: int = 0
    possible: int = 0
    granted: tuple[tuple[int, int], ...] = ()
    open: tuple[tuple[int, int, int], ...] = ()


NO_ACCOUNTS = Accounts()


@dataclass(slots=True)
class DiagnosisDecision:
    """What holds of a diagnosis; once the accounts are filled in, it does not change any more.

    Attributes:
        states: of its instances; ``None`` is possible.
        failed_scope, failed: the positions of what failed of its article's conditions, and of each instance's own.
        excluded_by: the diagnoses that are confirmed and exclude it.
        caveats: the diagnoses that exclude it and of which nobody can tell any more.
        opens, undecided: for each instance that is possible, the absent facts and the tests that leave it so.
        reaches: for each instance whether it may still be confirmed; worked out only where something rests on it.
        gated: only its article's conditions are asked for its sake; `dormant`: nothing is, as nobody can tell those.
        exhausted: a way out of it was tried without effect; `helped`: one helped.
    """

    states: tuple[Truth, ...]
    failed_scope: tuple[int, ...]
    failed: tuple[tuple[int, ...], ...]
    excluded_by: tuple[int, ...]
    caveats: tuple[int, ...]
    opens: tuple[int, ...]
    undecided: tuple[int, ...]
    reaches: tuple[bool, ...]
    gated: bool
    dormant: bool
    exhausted: bool
    helped: bool
    state: Truth
    open_facts: int
    undecided_tests: int
    accounts: Accounts = NO_ACCOUNTS

    @property
    def alive(self) -> bool:
        """Whether it can be the cause, or come to be it."""
        return self.state is not False and not self.exhausted


class Frame:
    """One decision in the making: what is known, conclusions included, and what was decided of each diagnosis.

    Attributes:
        true, false: the bits of what holds, and of what fails.
        may_hold, may_fail: those, and of what further answers may still make so.
        table: what was decided of each diagnosis; where nothing is known, of those not come to yet.
    """

    __slots__ = ("_index", "_opens", "false", "key", "may_fail", "may_hold", "table", "true")

    def __init__(self, key: Key, index: Index, table: list[DiagnosisDecision], blank: Frame | None) -> None:
        self.key = key
        absent = index.all_tests & ~(key.true | key.false | key.stuck)
        self.true, self.false = key.true, key.false
        self.may_hold, self.may_fail = self.true | absent, self.false | absent
        if blank is not None:
            concluded = index.all_conclusions
            self.true |= blank.true & concluded
            self.false |= blank.false & concluded
            self.may_hold |= blank.may_hold & concluded
            self.may_fail |= blank.may_fail & concluded
        self.table = table
        self._opens = dict(key.openings)
        self._index = index

    def open_facts(self, tests: int) -> int:
        """The absent facts behind open tests; behind one of a diagnosis, those that leave that open."""
        index, mask = self._index, 0
        while tests:
            lowest = tests & -tests
            number = lowest.bit_length() - 1
            position = index.fact_at[number]
            if position >= 0:
                opening = self._opens.get(position)
                mask |= index.blank_openings[position] if opening is None else opening
                tests &= ~index.masks[position]
            else:
                d, i = index.conclusion_at[number]
                decided = self.table[d]
                mask |= decided.open_facts if i is None else decided.opens[i]
                tests ^= lowest
        return mask

    def expanded(self, tests: int) -> int:
        """Open tests with each conclusion among them replaced by the tests that leave it open."""
        index = self._index
        concluded = tests & index.all_conclusions
        tests ^= concluded
        while concluded:
            lowest = concluded & -concluded
            d, i = index.conclusion_at[lowest.bit_length() - 1]
            decided = self.table[d]
            tests |= decided.undecided_tests if i is None else decided.undecided[i]
            concluded ^= lowest
        return tests

    def conclude(self, diagnosis: CompiledDiagnosis, decided: DiagnosisDecision) -> None:
        """Let the conditions that speak of a diagnosis know what was decided."""
        if diagnosis.bit:
            self._note(diagnosis.bit, decided.state, any(decided.reaches), bool(decided.open_facts))
        for instance, state, reach, opens in zip(
            diagnosis.instances, decided.states, decided.reaches, decided.opens, strict=True
        ):
            if instance.bit:
                self._note(instance.bit, state, reach, bool(opens))

    def _note(self, bit: int, state: Truth, reach: bool, opens: bool) -> None:
        keep = ~bit
        self.true &= keep
        self.false &= keep
        self.may_hold &= keep
        self.may_fail &= keep
        if state is True:
            self.true |= bit
        elif state is False:
            self.false |= bit
        if state is True or (state is None and reach):
            self.may_hold |= bit
        if state is False or (state is None and opens):
            self.may_fail |= bit


class Index:
    """Where the bits of tests and conclusions belong."""

    def __init__(self, compiled: CompiledKnowledge, deriver: FactDeriver) -> None:
        bits = compiled.compiler.bits
        self.fact_at = [-1] * len(bits)
        self.conclusion_at: dict[int, tuple[int, int | None]] = {}
        self.all_tests = self.all_conclusions = 0
        for leaf, bit in bits.items():
            number = bit.bit_length() - 1
            if isinstance(leaf, Concluded):
                d = compiled.position[leaf.diagnosis]
                members = [each.member for each in compiled.knowledge.diagnoses[d].instances]
                i = members.index(leaf.member) if leaf.member is not None and leaf.member in members else None
                self.conclusion_at[number] = (d, i)
                self.all_conclusions |= bit
            else:
                self.fact_at[number] = deriver.position[leaf.fact]
                self.all_tests |= bit
        self.masks = [deriver.masks[key] for key in deriver.tested]
        self.blank_openings = deriver.blank_openings


class States:
    """Decides states for one compiled knowledge base."""

    def __init__(self, compiled: CompiledKnowledge) -> None:
        self._diagnoses = compiled.diagnoses
        spoken_of = {leaf.diagnosis for leaf in compiled.compiler.bits if isinstance(leaf, Concluded)}
        excluding = {e for diagnosis in compiled.diagnoses for e in diagnosis.excluders}
        self._needs_reach = [
            d in excluding or each.diagnosis.id in spoken_of for d, each in enumerate(compiled.diagnoses)
        ]
        # What one rests on has to be told whether it can be reached, and what that rests on.
        for d in reversed(range(len(self._diagnoses))):
            if self._needs_reach[d]:
                for e in self._diagnoses[d].excluders:
                    self._needs_reach[e] = True

    def gate(self, scope: Sequence[CompiledRequirement], frame: Frame) -> Applicability:
        """Whether an article applies."""
        value: Truth = True
        failed: list[int] = []
        undecided = 0
        for position, each in enumerate(scope):
            worth = each.that.evaluate(frame.true, frame.false)
            if worth is False:
                failed.append(position)
            elif worth is None:
                value = None
                undecided |= each.that.undecided(frame.true, frame.false)
        if failed:
            return Applicability(False, tuple(failed), 0, 0, False)
        if value is True:
            return _APPLIES
        reach = _all_reach((each.that for each in scope), frame)
        return Applicability(None, (), frame.open_facts(undecided), frame.expanded(undecided), reach)

    def decide(
        self, d: int, gate: Applicability, frame: Frame, fired: frozenset[int] | None = None
    ) -> DiagnosisDecision:
        """The state of one diagnosis; those before it are decided.

        Args:
            fired: the instances that another engine says are confirmed, which is then taken for granted.
        """
        diagnosis, table = self._diagnoses[d], frame.table
        key = frame.key
        waits = waiting_tests = 0
        caveats: list[int] = []
        excluded_by: list[int] = []
        for e in diagnosis.excluders:
            other = table[e]
            if other.exhausted:
                continue
            if other.state is True:
                excluded_by.append(e)
            elif other.state is None:
                if other.open_facts and any(other.reaches):
                    waits |= other.open_facts
                    waiting_tests |= other.undecided_tests
                else:
                    caveats.append(e)
        gated = gate.value is None and bool(gate.opens)
        states: list[Truth] = []
        failed: list[tuple[int, ...]] = []
        opens: list[int] = []
        undecided: list[int] = []
        reaches: list[bool] = []
        open_facts = undecided_tests = 0
        for i, instance in enumerate(diagnosis.instances):
            worths = [each.that.evaluate(frame.true, frame.false) for each in instance.requires]
            failures = tuple(position for position, worth in enumerate(worths) if worth is False)
            state: Truth = None
            if gate.value is False or failures or excluded_by:
                state = False
            elif gate.value is True and None not in worths and not waits:
                state = True
            if fired is not None:
                state = True if i in fired else None if state is True else state
            facts = tests = 0
            if state is None:
                if gated:
                    facts, tests = gate.opens, gate.undecided
                    tests |= _undecided(instance.requires, worths, frame)
                else:
                    # Of a dormant one nothing is asked for its own sake; to what rests on it, it is open.
                    own = _undecided(instance.requires, worths, frame)
                    facts = frame.open_facts(own) | waits
                    tests = gate.undecided or own | waiting_tests
                tests = frame.expanded(tests)
                open_facts |= facts
                undecided_tests |= tests
            states.append(state)
            failed.append(failures)
            opens.append(facts)
            undecided.append(tests)
            reaches.append(
                state is True
                or (
                    state is None
                    and self._needs_reach[d]
                    and (gate.value is True or gate.reach)
                    and _all_reach((each.that for each in instance.requires), frame)
                )
            )
        return DiagnosisDecision(
            states=tuple(states),
            failed_scope=gate.failed,
            failed=tuple(failed),
            excluded_by=tuple(excluded_by),
            caveats=tuple(caveats) if True in states else (),
            opens=tuple(opens),
            undecided=tuple(undecided),
            reaches=tuple(reaches),
            gated=gated,
            dormant=gate.stuck,
            exhausted=bool(key.true & diagnosis.in_vain),
            helped=bool(key.true & diagnosis.helped),
            state=True if True in states else None if None in states else False,
            open_facts=open_facts,
            undecided_tests=undecided_tests,
        )


_APPLIES = Applicability(True, (), 0, 0, True)


def _undecided(requires: Iterable[CompiledRequirement], worths: Iterable[Truth], frame: Frame) -> int:
    tests = 0
    for each, worth in zip(requires, worths, strict=True):
        if worth is None:
            tests |= each.that.undecided(frame.true, frame.false)
    return tests


def _all_reach(conditions: Iterable[CompiledCondition], frame: Frame) -> bool:
    return all(each.reach(frame.may_hold, frame.may_fail) for each in conditions)
