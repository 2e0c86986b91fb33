"""The three-valued evaluator: rules compiled once, and from then on immutable and shared between threads.

It alone knows *unknown*, *why not* and *what next*. A decision is made in three layers, each worked out from the one
before: states, accounts, pursuit (docs/logic.md). It depends on nothing but a `Key`, of which there are finitely many,
so decisions are remembered. What no known fact touches is taken over from the decision about nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from engine.accounts import account_for, explained, symptoms
from engine.fact_state import FactDeriver, Key
from engine.logic import Truth
from engine.memory import Memory
from engine.outcome import Verdict
from engine.program import (
    CompiledCommands,
    CompiledKnowledge,
    CompiledResolution,
    CompiledWordings,
)
from engine.pursuit import Pursuit, Unit, UnitKind
from engine.states import Applicability, DiagnosisDecision, Frame, Index, States
from kb import KnowledgeBase
from kb.model import CommandAlternative, Wording

_REMEMBERED_BYTES = 64 * 1024 * 1024
_REMEMBERED_GATES = 20_000

ResolutionWorth = tuple[Truth] | None
StepWorths = tuple[Truth, Truth]


@dataclass(frozen=True, slots=True)
class Decision:
    """What a key decides.

    Attributes:
        pursuit: what is asked about, and why.
        causes: the positions of the diagnoses that explain what may have been seen.
        besides: those that are confirmed, were not tried without effect, and explain nothing that was seen.
        resolutions: for each, ``None`` where no diagnosis of it is confirmed, else what its condition is worth.
        steps: for each resolution, each step's own condition and whether it is called for by its member.
        to_decide: the absent facts that can still change something, as bits.
        to_word: the absent facts that can still change only the words for it.
        note_rules: the positions of the notes to make.
        true, false: the bits, conclusions included.
    """

    key: Key
    verdict: Verdict
    pursuit: Pursuit
    diagnoses: tuple[DiagnosisDecision, ...]
    causes: tuple[int, ...]
    besides: tuple[int, ...]
    resolutions: tuple[ResolutionWorth, ...]
    steps: tuple[tuple[StepWorths, ...], ...]
    to_decide: int
    to_word: int
    note_rules: tuple[int, ...]
    true: int
    false: int

    @property
    def confirmed(self) -> frozenset[tuple[int, int]]:
        """The positions of diagnosis and instance for all that is confirmed."""
        return frozenset(
            (d, i)
            for d, each in enumerate(self.diagnoses)
            if each.state is True
            for i, state in enumerate(each.states)
            if state is True
        )

    @property
    def unless(self) -> Mapping[int, tuple[int, ...]]:
        """For each cause that has caveats, the diagnoses that would exclude it, and of which nobody can tell."""
        return {d: self.diagnoses[d].caveats for d in self.causes if self.diagnoses[d].caveats}

    @property
    def explained(self) -> int:
        """The symptoms that are explained, as bits."""
        return self.pursuit.explained

    @property
    def granted(self) -> tuple[tuple[int, int, int], ...]:
        """Diagnosis, instance and symptom where a cause explains only because nobody can tell better."""
        return tuple((d, i, o) for d in self.causes for i, o in self.diagnoses[d].accounts.granted)

    @property
    def unexplained(self) -> int:
        """The symptoms that were seen and that nothing explains, as bits."""
        return self.pursuit.symptoms.seen & ~self.pursuit.explained


class Program:
    """A knowledge base, compiled."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self.knowledge = knowledge
        self.compiled = CompiledKnowledge(knowledge)
        self.diagnoses = self.compiled.diagnoses
        self.resolutions = self.compiled.resolutions
        self.note_rules = self.compiled.note_rules
        self.valid_when = self.compiled.valid_when
        self.checks = self.compiled.checks
        self.deriver = FactDeriver(knowledge, self.compiled.compiler)
        self.bits = dict(self.compiled.compiler.bits)
        self.facts_by_bit = {bit: key for key, bit in self.deriver.base_bits.items()}
        self._index = Index(self.compiled, self.deriver)
        self._states = States(self.compiled)
        self._touched = _Touched(self.compiled, self._index)
        self._by_gate: dict[tuple[int, Applicability], tuple[tuple[int, DiagnosisDecision], ...]] = {}
        self._helped = 0
        for diagnosis in self.diagnoses:
            self._helped |= diagnosis.helped
        self._decisions: Memory[Decision] = Memory(_REMEMBERED_BYTES)
        self._blank_frame, self._blank_gates = self._blank()
        self._blank_notes = frozenset(self._notes_among(range(len(self.note_rules)), self._blank_frame))

    @property
    def blank_key(self) -> Key:
        """The key where nothing is known."""
        return Key(self.deriver.blank_true, self.deriver.blank_false, self.deriver.blank_stuck, ())

    def decide(self, key: Key, thorough: bool = False) -> Decision:
        """What a key decides.

        Args:
            thorough: whether to ask about everything that is possible, whatever explains what was seen.
        """
        return self._decisions.recall((key, thorough), lambda: self._decide(key, thorough), self._size)

    def decide_as_fired(self, key: Key, fired: frozenset[tuple[int, int]], thorough: bool = False) -> Decision:
        """The decision where another engine says which instances (diagnosis, instance) are confirmed."""
        decision = self.decide(key, thorough)
        return decision if decision.confirmed == fired else self._decide(key, thorough, fired)

    def facts_of(self, mask: int) -> Iterator[str]:
        """The facts whose bits are set, in the order of the vocabulary."""
        while mask:
            lowest = mask & -mask
            yield self.facts_by_bit[lowest]
            mask ^= lowest

    def choose(self, wordings: CompiledWordings, decision: Decision) -> Wording | None:
        """The first wording that is called for."""
        for wording, when in wordings.wordings:
            if when.evaluate(decision.true, decision.false) is True:
                return wording
        return None

    def choose_command(self, commands: CompiledCommands, decision: Decision) -> tuple[CommandAlternative | None, int]:
        """The first command whose condition holds, with the tests behind one before it that is open."""
        for alternative, when in commands.alternatives:
            worth = when.evaluate(decision.true, decision.false)
            if worth is True:
                return alternative, 0
            if worth is None:
                return None, when.undecided(decision.true, decision.false)
        return None, 0

    def check_of(self, fact: str, decision: Decision) -> str:
        """How to find a fact out, as far as is known which of several ways is the one."""
        for when, check in self.checks.get(fact, ()):
            if when.evaluate(decision.true, decision.false) is True:
                return check
        return self.knowledge.facts[fact].how_to_check

    def pursued(self, decision: Decision, d: int) -> bool:
        """Whether questions are asked for the sake of a diagnosis."""
        return decision.pursuit.pursued(self.diagnoses[d], decision.diagnoses[d])

    def verdict_of(self, decision: Decision, article: str) -> Verdict:
        """What a decision comes to for one article."""
        pairs = [
            (diagnosis, decided)
            for diagnosis, decided in zip(self.diagnoses, decision.diagnoses, strict=True)
            if diagnosis.diagnosis.article == article
        ]
        if any(decision.pursuit.is_cause(*pair) for pair in pairs):
            return Verdict.DIAGNOSED
        return Verdict.UNDECIDED if any(decision.pursuit.undecided(*pair) for pair in pairs) else Verdict.NOT_COVERED

    def units(self, decision: Decision) -> Iterator[Unit]:
        """What answers would still decide, likely causes first."""
        pursuit, told = decision.pursuit, decision.pursuit.symptoms
        live = [d for d in range(len(self.diagnoses)) if self.pursued(decision, d)]
        live.sort(key=lambda d: (decision.diagnoses[d].state is not True, -self.diagnoses[d].diagnosis.prior))
        looked_at = 0
        for d in live:
            yield from pursuit.units(d, self.diagnoses[d], decision.diagnoses[d])
            looked_at |= pursuit.looked_at(self.diagnoses[d], decision.diagnoses[d])
        for o, opens in enumerate(told.opens):
            if looked_at >> o & 1 and opens:
                yield Unit(UnitKind.SYMPTOM, opens, symptom=o)
        frame = self._frame_of(decision)
        for r in self._called_for(decision.diagnoses, live):
            yield from self._resolution_units(r, decision.resolutions[r], decision.steps[r], frame)

    def open_facts(self, tests: int, decision: Decision) -> int:
        """The absent facts behind open tests."""
        return self._frame_of(decision).open_facts(tests)

    def _frame_of(self, decision: Decision) -> Frame:
        frame = Frame(decision.key, self._index, list(decision.diagnoses), None)
        frame.true, frame.false = decision.true, decision.false
        return frame

    def _blank(self) -> tuple[Frame, list[Applicability]]:
        """What is decided where nothing is known; everything else is worked out from there."""
        table: list[DiagnosisDecision] = []
        frame = Frame(self.blank_key, self._index, table, None)
        gates: dict[int, Applicability] = {}
        for d, diagnosis in enumerate(self.diagnoses):
            if diagnosis.article not in gates:
                gates[diagnosis.article] = self._states.gate(diagnosis.scope, frame)
            table.append(self._states.decide(d, gates[diagnosis.article], frame))
            frame.conclude(diagnosis, table[d])
        for diagnosis, decided in zip(self.diagnoses, table, strict=True):
            decided.accounts = account_for(diagnosis, decided, frame)
        return frame, [gates[article] for article in range(len(gates))]

    def _decide(self, key: Key, thorough: bool, fired: frozenset[tuple[int, int]] | None = None) -> Decision:
        frame = self._decide_states(key, fired)
        table = frame.table
        told = symptoms(self.compiled.symptoms, frame)
        helped = bool(key.true & self._helped)
        seen = explained(table)
        pursuit = Pursuit(told, seen, 0 if helped else told.may & ~seen, helped, thorough)
        causes: list[int] = []
        besides: list[int] = []
        live: list[int] = []
        undecided = False
        looked_at = to_decide = 0
        for d, (diagnosis, decided) in enumerate(zip(self.diagnoses, table, strict=True)):
            if decided.exhausted or decided.state is False:
                continue
            if decided.state is True:
                (causes if pursuit.is_cause(diagnosis, decided) else besides).append(d)
            undecided = undecided or pursuit.undecided(diagnosis, decided)
            if pursuit.pursued(diagnosis, decided):
                live.append(d)
                to_decide |= decided.open_facts
                if not decided.gated:
                    for unit in pursuit.units(d, diagnosis, decided) if decided.accounts.open else ():
                        to_decide |= unit.opens
                    looked_at |= pursuit.looked_at(diagnosis, decided)
        for o, opens in enumerate(told.opens):
            if looked_at >> o & 1:
                to_decide |= opens
        resolutions: list[ResolutionWorth] = [None] * len(self.resolutions)
        steps: list[tuple[StepWorths, ...]] = [()] * len(self.resolutions)
        serving = set(causes)
        for r in self._called_for(table, (*causes, *besides)):
            resolutions[r], steps[r] = self._resolve(self.resolutions[r], table, serving, frame)
        to_word = 0
        asked = set(self._called_for(table, [d for d in live if table[d].state is True]))
        for r in sorted(asked):
            for unit in self._resolution_units(r, resolutions[r], steps[r], frame):
                to_decide |= unit.opens
            if resolutions[r] not in (None, (False,)):
                for step in self.resolutions[r].steps:
                    to_word |= _open_words(step.because, frame)
        if not causes and not to_decide:
            to_word |= self._open_refusals(table, frame)
        verdict = Verdict.DIAGNOSED if helped or causes else Verdict.UNDECIDED if undecided else Verdict.NOT_COVERED
        touched = self._touched.notes(position for position, _ in key.openings)
        note_rules = sorted((self._blank_notes - touched) | set(self._notes_among(touched, frame)))
        return Decision(
            key=key,
            verdict=verdict,
            pursuit=pursuit,
            diagnoses=tuple(table),
            causes=tuple(causes),
            besides=tuple(besides),
            resolutions=tuple(resolutions),
            steps=tuple(steps),
            to_decide=to_decide,
            to_word=to_word & ~to_decide,
            note_rules=tuple(note_rules),
            true=frame.true,
            false=frame.false,
        )

    def _decide_states(self, key: Key, fired: frozenset[tuple[int, int]] | None) -> Frame:
        """The first two layers; what no known fact touches is taken over."""
        blank = self._blank_frame
        frame = Frame(key, self._index, list(blank.table), blank)
        table = frame.table
        positions = [position for position, _ in key.openings]
        gates: dict[int, Applicability] = {}
        anew = self._touched.diagnoses(positions) if fired is None else set(range(len(table)))
        for article in self._touched.gates(positions):
            members = self.compiled.articles[article]
            gate = gates[article] = self._states.gate(self.diagnoses[members[0]].scope, frame)
            if fired is None:
                for d, decided in self._gated(article, gate, frame):
                    if d not in anew:
                        table[d] = decided
                        frame.conclude(self.diagnoses[d], decided)
        worked_out = sorted(anew)
        for d in worked_out:
            diagnosis = self.diagnoses[d]
            gate_ = gates.get(diagnosis.article)
            if gate_ is None:
                if self._touched.gate_rests_on_diagnoses(diagnosis.article):
                    gate_ = gates[diagnosis.article] = self._states.gate(diagnosis.scope, frame)
                else:
                    gate_ = self._blank_gates[diagnosis.article]
            mine = None if fired is None else frozenset(i for each, i in fired if each == d)
            table[d] = self._states.decide(d, gate_, frame, mine)
            frame.conclude(diagnosis, table[d])
        for d in worked_out:
            table[d].accounts = account_for(self.diagnoses[d], table[d], frame)
        return frame

    def _gated(self, article: int, gate: Applicability, frame: Frame) -> tuple[tuple[int, DiagnosisDecision], ...]:
        """The diagnoses of an article of which nothing but the article's own conditions is known, by those."""
        known = self._by_gate.get((article, gate))
        if known is None:
            made: list[tuple[int, DiagnosisDecision]] = []
            blank = Frame(self.blank_key, self._index, frame.table, self._blank_frame)
            for d in self.compiled.articles[article]:
                if not self._touched.linked(d):
                    decided = self._states.decide(d, gate, blank)
                    decided.accounts = account_for(self.diagnoses[d], decided, blank)
                    made.append((d, decided))
            if len(self._by_gate) >= _REMEMBERED_GATES:
                self._by_gate.clear()
            known = self._by_gate[article, gate] = tuple(made)
        return known

    def _called_for(self, table: Iterable[DiagnosisDecision], confirmed: Iterable[int]) -> list[int]:
        """The resolutions for diagnoses that are confirmed, in their order."""
        decided = tuple(table)
        return sorted({r for d in confirmed if decided[d].state is True for r in self.diagnoses[d].resolutions})

    def _resolve(
        self, resolution: CompiledResolution, table: list[DiagnosisDecision], causes: set[int], frame: Frame
    ) -> tuple[ResolutionWorth, tuple[StepWorths, ...]]:
        """What a resolution's condition and its steps are worth, for the diagnoses that it serves."""
        worth = resolution.when.evaluate(frame.true, frame.false)
        if worth is False:
            return (False,), ()
        serves = causes.intersection(resolution.diagnoses) or {d for d in resolution.diagnoses if table[d].alive}
        return (worth,), tuple(
            (step.when.evaluate(frame.true, frame.false), _member(step.instances, table, serves))
            for step in resolution.steps
        )

    def _resolution_units(
        self, r: int, worth: ResolutionWorth, steps: tuple[StepWorths, ...], frame: Frame
    ) -> Iterator[Unit]:
        if worth is None or worth[0] is False:
            return
        resolution = self.resolutions[r]
        if worth[0] is None:
            opens = frame.open_facts(resolution.when.undecided(frame.true, frame.false))
            if opens:
                yield Unit(UnitKind.RESOLUTION, opens, resolution=r)
        for s, (step, (own, through)) in enumerate(zip(resolution.steps, steps, strict=True)):
            if own is None and through is not False:
                opens = frame.open_facts(step.when.undecided(frame.true, frame.false))
                if opens:
                    yield Unit(UnitKind.STEP, opens, resolution=r, step=s)

    def _open_refusals(self, table: list[DiagnosisDecision], frame: Frame) -> int:
        """What would tell which words fit for why nothing is covered."""
        mask = 0
        told: set[int] = set()
        for diagnosis, decided in zip(self.diagnoses, table, strict=True):
            if decided.state is not False:
                continue
            if decided.failed_scope:
                if diagnosis.article not in told:
                    told.add(diagnosis.article)
                    for position in decided.failed_scope:
                        mask |= _open_words(diagnosis.scope[position].otherwise, frame)
                continue
            for instance, failures in zip(diagnosis.instances, decided.failed, strict=True):
                for position in failures[:1]:
                    mask |= _open_words(instance.requires[position].otherwise, frame)
        return mask

    def _notes_among(self, positions: Iterable[int], frame: Frame) -> Iterator[int]:
        for r in positions:
            if self.note_rules[r].when.evaluate(frame.true, frame.false) is True:
                yield r

    def _size(self, decision: Decision) -> int:
        """About how many bytes a decision takes; what it shares with the one about nothing is not counted."""
        words = sum(map(len, (decision.diagnoses, decision.resolutions, decision.steps)))
        own = 600 * len(decision.key.openings) + 400 * (len(decision.causes) + len(decision.besides))
        return 2000 + 8 * words + own + decision.true.bit_length() // 2


class _Touched:
    """For each tested fact, what has to be worked out anew where it is known."""

    def __init__(self, compiled: CompiledKnowledge, index: Index) -> None:
        self._index = index
        diagnoses = compiled.diagnoses
        everything: list[int] = []  # for each diagnosis the facts that its states rest on, as bits of positions
        own: list[int] = []
        self._linked: list[bool] = []
        self._gate_rests: list[bool] = []
        gate_facts: list[int] = []
        for members in compiled.articles:
            facts, others = self._looked_at(each.that.mentioned for each in diagnoses[members[0]].scope)
            gate_facts.append(facts)
            self._gate_rests.append(bool(others))
        for diagnosis in diagnoses:
            requires = (each.that.mentioned for instance in diagnosis.instances for each in instance.requires)
            facts, others = self._looked_at((*requires, diagnosis.in_vain | diagnosis.helped))
            _, of_gate = self._looked_at(each.that.mentioned for each in diagnosis.scope)
            rests_on = others | of_gate | set(diagnosis.excluders)
            whole = facts | gate_facts[diagnosis.article]
            for other in rests_on:
                whole |= everything[other]
            everything.append(whole)
            self._linked.append(bool(rests_on))
            own.append(whole if rests_on else facts)
        for d, diagnosis in enumerate(diagnoses):
            where = (each.where.mentioned for instance in diagnosis.instances for each in instance.explains)
            facts, others = self._looked_at(where)
            own[d] |= facts
            if others:
                self._linked[d] = True
                own[d] |= everything[d]
            for other in others:
                own[d] |= everything[other]
        count = len(index.masks)
        self._gates = _inverted(
            [0 if rests else facts for facts, rests in zip(gate_facts, self._gate_rests, strict=True)], count
        )
        self._diagnoses = _inverted(own, count)
        notes: list[int] = []
        for note_rule in compiled.note_rules:
            facts, others = self._looked_at([note_rule.when.mentioned])
            for other in others:
                facts |= everything[other]
            notes.append(facts)
        self._notes = _inverted(notes, count)

    def gates(self, positions: Iterable[int]) -> list[int]:
        """The articles whose conditions look at any of these facts, and at no diagnosis."""
        return sorted({article for position in positions for article in self._gates[position]})

    def diagnoses(self, positions: Iterable[int]) -> set[int]:
        """The diagnoses that rest on any of these facts by more than their article's conditions."""
        return {d for position in positions for d in self._diagnoses[position]}

    def notes(self, positions: Iterable[int]) -> frozenset[int]:
        """The notes that look at any of these facts."""
        return frozenset(r for position in positions for r in self._notes[position])

    def linked(self, d: int) -> bool:
        """Whether a diagnosis rests on others."""
        return self._linked[d]

    def gate_rests_on_diagnoses(self, article: int) -> bool:
        """Whether an article applies only where some diagnosis is so."""
        return self._gate_rests[article]

    def _looked_at(self, masks: Iterable[int]) -> tuple[int, set[int]]:
        """The facts behind bits, as bits of their positions, and the diagnoses."""
        facts, others = 0, set[int]()
        bits = 0
        for mask in masks:
            bits |= mask
        while bits:
            lowest = bits & -bits
            number = lowest.bit_length() - 1
            if number in self._index.conclusion_at:
                others.add(self._index.conclusion_at[number][0])
            else:
                facts |= 1 << self._index.fact_at[number]
            bits ^= lowest
        return facts, others


def _inverted(masks: list[int], count: int) -> list[tuple[int, ...]]:
    """For each position the entries whose mask has it."""
    found: list[list[int]] = [[] for _ in range(count)]
    for entry, mask in enumerate(masks):
        while mask:
            lowest = mask & -mask
            found[lowest.bit_length() - 1].append(entry)
            mask ^= lowest
    return [tuple(each) for each in found]


def _member(instances: tuple[tuple[int, int], ...], table: list[DiagnosisDecision], serves: set[int]) -> Truth:
    """Whether a step is called for by its member: confirmed for a diagnosis that its resolution serves."""
    if not instances:
        return True
    worth: Truth = False
    for d, i in instances:
        state = table[d].states[i]
        if state is True and d in serves:
            return True
        if state is not False and table[d].alive:
            worth = None
    return worth


def _open_words(wordings: CompiledWordings, frame: Frame) -> int:
    mask = 0
    for _, when in wordings.wordings:
        worth = when.evaluate(frame.true, frame.false)
        if worth is True:
            break
        if worth is None:
            mask |= frame.open_facts(when.undecided(frame.true, frame.false))
    return mask
