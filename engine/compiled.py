"""The three-valued evaluator: rules compiled once, and from then on immutable and shared between threads.

It alone knows *unknown*, *why not* and *what next*. A decision is made in three layers, each worked out from the one
before: states, accounts, pursuit (docs/logic.md). It depends on nothing but a `Key`, of which there are finitely many,
so decisions are remembered. What no known fact touches is taken over from the decision about nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from engine.accounts import account_for, symptoms
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
from engine.pursuit import ArticleSummary, Pursuit, Unit, UnitKind, summarised
from engine.states import Applicability, Conclusions, DiagnosisDecision, Frame, Index, States
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
        true, false: the bits, conclusions included; `concluded` are those of conclusions alone, and of what may follow.
        gates: for each article, whether it applies; `summaries`, what its diagnoses come to.
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
    concluded: Conclusions
    gates: tuple[Applicability, ...]
    summaries: tuple[ArticleSummary, ...]

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
        self._by_gate: dict[tuple[int, Applicability], _Gated] = {}
        self._helped = 0
        for diagnosis in self.diagnoses:
            self._helped |= diagnosis.helped
        self._decisions: Memory[Decision] = Memory(_REMEMBERED_BYTES)
        self.blank = self._blank()

    @property
    def concluded_bits(self) -> int:
        """The bits of all conclusions."""
        return self._index.all_conclusions

    @property
    def blank_key(self) -> Key:
        """The key where nothing is known."""
        return Key(self.deriver.blank_true, self.deriver.blank_false, self.deriver.blank_stuck, ())

    def decide(self, key: Key, thorough: bool = False, near: Decision | None = None) -> Decision:
        """What a key decides.

        Args:
            thorough: whether to ask about everything that is possible, whatever explains what was seen.
            near: a decision on nearly the same key, which spares work and changes nothing.
        """
        base = self.blank if near is None else near
        return self._decisions.recall((key, thorough), lambda: self._decide(key, thorough, base), self.size_of)

    def decide_as_fired(self, key: Key, fired: frozenset[tuple[int, int]], thorough: bool = False) -> Decision:
        """The decision where another engine says which instances (diagnosis, instance) are confirmed."""
        decision = self.decide(key, thorough)
        return decision if decision.confirmed == fired else self._decide(key, thorough, self.blank, fired)

    def size_of(self, decision: Decision) -> int:
        """About how many bytes a decision takes; what it shares with the one about nothing is not counted."""
        words = sum(map(len, (decision.diagnoses, decision.resolutions, decision.steps, decision.gates)))
        own = 600 * len(decision.key.openings) + 400 * (len(decision.causes) + len(decision.besides))
        return 2000 + 8 * words + own + decision.true.bit_length() // 2

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
        return Frame(decision.key, self._index, list(decision.diagnoses), decision.concluded)

    def _blank(self) -> Decision:
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
        summaries = [summarised(members, self.diagnoses, table) for members in self.compiled.articles]
        notes = self._notes_among(range(len(self.note_rules)), frame)
        return self._pursue(
            frame, tuple(gates[article] for article in range(len(gates))), tuple(summaries), tuple(notes), False
        )

    def _decide(
        self, key: Key, thorough: bool, base: Decision, fired: frozenset[tuple[int, int]] | None = None
    ) -> Decision:
        """A decision, of which whatever no fact touches that differs is taken over from another one."""
        positions = _differing(key, base.key, self._index)
        frame = Frame(key, self._index, list(base.diagnoses), base.concluded)
        table, gates, summaries = frame.table, list(base.gates), list(base.summaries)
        anew = self._touched.diagnoses(positions) if fired is None else set(range(len(table)))
        known = 0
        for position, _ in key.openings:
            known |= 1 << position
        for article in self._touched.gates(positions):
            members = self.compiled.articles[article]
            gates[article] = self._states.gate(self.diagnoses[members[0]].scope, frame)
            if fired is None and not self._touched.own_of_article[article] & known:
                gated = self._gated(article, gates[article])
                for d, decided in gated.decisions:
                    table[d] = decided
                for d in gated.spoken_of:
                    frame.conclude(self.diagnoses[d], table[d])
                summaries[article] = gated.summary
                anew.difference_update(members)
            elif fired is None:
                anew.update(members)
        worked_out = sorted(anew)
        gate_of_own: set[int] = set()
        for d in worked_out:
            diagnosis = self.diagnoses[d]
            article = diagnosis.article
            if self._touched.gate_rests_on_diagnoses(article) and article not in gate_of_own:
                gate_of_own.add(article)
                gates[article] = self._states.gate(diagnosis.scope, frame)
            mine = None if fired is None else frozenset(i for each, i in fired if each == d)
            table[d] = self._states.decide(d, gates[article], frame, mine)
            frame.conclude(diagnosis, table[d])
        for d in worked_out:
            table[d].accounts = account_for(self.diagnoses[d], table[d], frame)
        for article in {self.diagnoses[d].article for d in worked_out}:
            summaries[article] = summarised(self.compiled.articles[article], self.diagnoses, table)
        touched = self._touched.notes(positions)
        note_rules = sorted((set(base.note_rules) - touched) | set(self._notes_among(touched, frame)))
        return self._pursue(frame, tuple(gates), tuple(summaries), tuple(note_rules), thorough)

    def _gated(self, article: int, gate: Applicability) -> _Gated:
        """The diagnoses of an article of which nothing but the article's own conditions is known, by those."""
        known = self._by_gate.get((article, gate))
        if known is None:
            members = self.compiled.articles[article]
            frame = Frame(self.blank.key, self._index, list(self.blank.diagnoses), self.blank.concluded)
            for d in members:
                frame.table[d] = self._states.decide(d, gate, frame)
                frame.conclude(self.diagnoses[d], frame.table[d])
            for d in members:
                frame.table[d].accounts = account_for(self.diagnoses[d], frame.table[d], frame)
            if len(self._by_gate) >= _REMEMBERED_GATES:
                self._by_gate.clear()
            known = self._by_gate[article, gate] = _Gated(
                tuple((d, frame.table[d]) for d in members),
                tuple(d for d in members if self.diagnoses[d].spoken_of),
                summarised(members, self.diagnoses, frame.table),
            )
        return known

    def _pursue(
        self,
        frame: Frame,
        gates: tuple[Applicability, ...],
        summaries: tuple[ArticleSummary, ...],
        note_rules: tuple[int, ...],
        thorough: bool,
    ) -> Decision:
        """The third layer, and what it comes to."""
        table, key = frame.table, frame.key
        told = symptoms(self.compiled.symptoms, frame)
        helped = bool(key.true & self._helped)
        seen = possible = 0
        silent = False
        confirmed: list[int] = []
        for summary in summaries:
            seen |= summary.sure
            possible |= summary.possible
            silent = silent or summary.silent
            confirmed += summary.confirmed
        wanted = 0 if helped else told.may & ~seen
        pursuit = Pursuit(told, seen, wanted, helped, thorough)
        confirmed.sort()
        causes = [d for d in confirmed if pursuit.is_cause(self.diagnoses[d], table[d])]
        besides = [d for d in confirmed if d not in causes]
        to_decide = looked_at = 0
        live = range(len(table)) if thorough else confirmed
        live_confirmed: list[int] = []
        for d in live:
            if pursuit.pursued(self.diagnoses[d], table[d]):
                for unit in pursuit.units(d, self.diagnoses[d], table[d]):
                    to_decide |= unit.opens
                looked_at |= pursuit.looked_at(self.diagnoses[d], table[d])
                if table[d].state is True:
                    live_confirmed.append(d)
        if not thorough and not helped:
            for summary in summaries:
                for could, nothing, gated, opens in summary.groups:
                    if nothing or could & wanted:
                        to_decide |= opens
                        if not gated:
                            looked_at |= could & wanted
                for could, nothing, symptom, opens in summary.conditions:
                    if symptom & wanted and (nothing or could & wanted):
                        to_decide |= opens
        for o, opens in enumerate(told.opens):
            if looked_at >> o & 1:
                to_decide |= opens
        resolutions: list[ResolutionWorth] = [None] * len(self.resolutions)
        steps: list[tuple[StepWorths, ...]] = [()] * len(self.resolutions)
        serving = set(causes)
        for r in self._called_for(table, (*causes, *besides)):
            resolutions[r], steps[r] = self._resolve(self.resolutions[r], table, serving, frame)
        to_word = 0
        for r in self._called_for(table, live_confirmed):
            for unit in self._resolution_units(r, resolutions[r], steps[r], frame):
                to_decide |= unit.opens
            if resolutions[r] not in (None, (False,)):
                for step in self.resolutions[r].steps:
                    to_word |= _open_words(step.because, frame)
        if not causes and not to_decide:
            to_word |= self._open_refusals(table, frame)
        undecided = silent or bool(possible & told.may)
        verdict = Verdict.DIAGNOSED if helped or causes else Verdict.UNDECIDED if undecided else Verdict.NOT_COVERED
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
            note_rules=note_rules,
            true=frame.true,
            false=frame.false,
            concluded=frame.concluded(),
            gates=gates,
            summaries=summaries,
        )

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


@dataclass(frozen=True, slots=True)
class _Gated:
    """The diagnoses of an article as its own conditions alone decide them, and what they come to."""

    decisions: tuple[tuple[int, DiagnosisDecision], ...]
    spoken_of: tuple[int, ...]
    summary: ArticleSummary


class _Touched:
    """For each tested fact, what has to be worked out anew where it is known.

    Attributes:
        own_of_article: the facts that matter to an article's diagnoses other than through its conditions, as bits.
    """

    def __init__(self, compiled: CompiledKnowledge, index: Index) -> None:
        self._index = index
        diagnoses = compiled.diagnoses
        everything: list[int] = []  # for each diagnosis the facts that its states rest on, as bits of positions
        own: list[int] = []  # the same without those of its own article's conditions
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
            whole, apart = facts | gate_facts[diagnosis.article], facts
            for other in rests_on:
                whole |= everything[other]
                apart |= own[other] if diagnoses[other].article == diagnosis.article else everything[other]
            everything.append(whole)
            own.append(apart)
        for d, diagnosis in enumerate(diagnoses):
            where = (each.where.mentioned for instance in diagnosis.instances for each in instance.explains)
            facts, others = self._looked_at(where)
            own[d] |= facts
            for other in others:
                own[d] |= own[other] if diagnoses[other].article == diagnosis.article else everything[other]
        self.own_of_article = [0] * len(compiled.articles)
        for article, members in enumerate(compiled.articles):
            for d in members:
                self.own_of_article[article] |= own[d]
            if self._gate_rests[article]:
                self.own_of_article[article] |= gate_facts[article]
        for d, diagnosis in enumerate(diagnoses):
            if self._gate_rests[diagnosis.article]:
                own[d] |= everything[d]
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


def _differing(key: Key, base: Key, index: Index) -> list[int]:
    """The positions of the tested facts of which two keys say different things."""
    if not base.openings and base.true | base.false == 0:
        return [position for position, _ in key.openings]
    openings, others = dict(key.openings), dict(base.openings)
    changed = {
        position
        for position in openings.keys() | others.keys()
        if openings.get(position, index.blank_openings[position])
        != others.get(position, index.blank_openings[position])
    }
    bits = (key.true ^ base.true) | (key.false ^ base.false) | (key.stuck ^ base.stuck)
    while bits:
        position = index.fact_at[(bits & -bits).bit_length() - 1]
        changed.add(position)
        bits &= ~index.masks[position]
    return sorted(changed)


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
