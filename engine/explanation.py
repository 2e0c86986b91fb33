"""Explains: how a conclusion came about and why it did not, what an answer would decide, and what would be if."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from engine.compiled import Decision, Program
from engine.description import describe, describe_exclusion, describe_test
from engine.fact_state import FactState, Key
from engine.logic import Compiler, Truth
from engine.outcome import DiagnosisState, FactValue, Outcome, Status, Verdict
from engine.points import points
from engine.program import CompiledInstance, CompiledRequirement
from engine.ranking import Ranking
from engine.wording import Words
from kb.conditions import All, Any, Concluded, Condition, Not, Test
from kb.messages import NOTHING, Message
from kb.model import Citation
from kb.speech import spoken
from kb.values import UNKNOWN


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class GroundState(StrEnum):
    """Whether a ground of a conclusion holds, fails, or is open."""

    HOLDS = "holds"
    FAILS = "fails"
    OPEN = "open"


class Ground(_Part):
    """One step in the chain from facts to a conclusion."""

    text: Message
    """The step in words."""
    state: GroundState
    """Whether it holds, fails, or is open."""
    fact: str | None = None
    """Where it is about one fact, its key."""
    value: FactValue | None = None
    """What is known of that fact; null where nothing is."""
    because: Message = NOTHING
    """Of a derived value, the reason for it; of a requirement that failed, what that means; else empty."""
    citation: Citation | None = None
    """The words of the article that it rests on."""
    parts: tuple[Ground, ...] = ()
    """What it rests on in turn."""


class Explanation(_Part):
    """How a diagnosis came to its state: the grounds, and where it is open, the facts that are missing."""

    diagnosis: str
    """The diagnosis' id."""
    title: Message
    """The cause, in a sentence."""
    state: DiagnosisState
    """What the facts say of it."""
    citation: Citation
    """Where the article says so."""
    grounds: tuple[Ground, ...]
    """What its state rests on."""


class Consequence(_Part):
    """What one answer would do."""

    answer: Message
    """The answer, or what it comes to, in words."""
    status: Status
    """The status that the outcome would have."""
    verdict: Verdict
    """The verdict that the outcome would have."""
    effects: tuple[Message, ...]
    """What would change, in words; empty where only later questions would."""
    questions_left: int
    """Questions that would still decide something; a group that is asked together counts once."""


class Why(_Part):
    """What a question would decide."""

    fact: str
    """The key of the fact."""
    ask: Message
    """The question, as one puts it to a person."""
    reason: Message
    """What an answer would decide."""
    citation: Citation | None
    """Where the article says so."""
    consequences: tuple[Consequence, ...]
    """What each answer would do."""


class Change(_Part):
    """One thing that differs between two outcomes: what it is, and how it was and would be."""

    what: str
    """What differs, such as `diagnosis <id>` or `fact <key>`."""
    before: str
    """How it was."""
    after: str
    """How it would be."""


class Difference(_Part):
    """What other facts would change."""

    changes: tuple[Change, ...]
    """What differs, in reading order."""
    before: Outcome
    """The outcome as it is."""
    after: Outcome
    """The outcome as it would be."""


class Explainer:
    """Explains decisions of one program."""

    def __init__(self, program: Program, ranking: Ranking) -> None:
        self._program = program
        self._knowledge = program.knowledge
        self._ranking = ranking
        # Bits that the program gave out stay as they are, so any part of a condition can be evaluated by itself.
        self._compiler = Compiler()
        self._compiler.bits.update(program.bits)

    def explain(self, diagnosis: str, fact_state: FactState, decision: Decision) -> Explanation:
        """The grounds of a diagnosis.

        Raises:
            KeyError: there is no such diagnosis.
        """
        ids = [each.id for each in self._knowledge.diagnoses]
        if diagnosis not in ids:
            raise KeyError(diagnosis)
        position = ids.index(diagnosis)
        words = Words(self._program, fact_state, decision)
        compiled = self._program.diagnoses[position]
        decided = decision.diagnoses[position]
        grounds = [self._exclusion(self._knowledge.diagnoses[each].title) for each in decided.excluded_by]
        grounds += [self._requirement(each, decision, words) for each in compiled.scope]
        for instance, state in zip(compiled.instances, decided.states, strict=True):
            grounds += self._instance(instance, compiled.diagnosis.collection, state, decision, words)
        return Explanation(
            diagnosis=diagnosis,
            title=Message(compiled.diagnosis.title),
            state=_diagnosis_state(decided.state),
            citation=compiled.diagnosis.citation,
            grounds=tuple(grounds),
        )

    def consequences(self, fact: str, fact_state: FactState) -> tuple[Consequence, ...]:
        """What each answer to a question would do; nothing for a fact that decides nothing now."""
        words = Words(self._program, fact_state, self._program.decide(fact_state.key))
        return tuple(self._consequences(fact, fact_state.key, words))

    @staticmethod
    def _exclusion(excluder: str) -> Ground:
        return Ground(
            text=Message("no other cause that rules it out"),
            state=GroundState.FAILS,
            because=describe_exclusion(excluder),
        )

    def _instance(
        self, instance: CompiledInstance, collection: str | None, state: Truth, decision: Decision, words: Words
    ) -> list[Ground]:
        grounds = [self._requirement(each, decision, words) for each in instance.requires]
        if collection is None or instance.instance.member is None:
            return grounds
        label = self._knowledge.member_label(collection, instance.instance.member)
        because = words.text(instance.instance.because) if state is True else NOTHING
        return [Ground(text=Message(label), state=_ground_state(state), because=because, parts=tuple(grounds))]

    def _requirement(self, compiled: CompiledRequirement, decision: Decision, words: Words) -> Ground:
        requirement = compiled.requirement
        ground = self._condition(requirement.that, decision, words)
        because = ground.because
        if ground.state is GroundState.FAILS:
            wording = self._program.choose(compiled.otherwise, decision)
            because = because if wording is None else words.text(wording.message)
        return ground.model_copy(update={"because": because, "citation": requirement.citation})

    def _condition(self, condition: Condition, decision: Decision, words: Words) -> Ground:
        state = _ground_state(self._compiler.evaluate(condition)(decision.true, decision.false))
        match condition:
            case Test():
                return self._test(condition, state, words, wanted=True)
            case Not(part=Test() as test):
                return self._test(test, state, words, wanted=False)
            case Concluded():
                return Ground(text=describe(condition, self._knowledge), state=state)
            case All():
                text, parts = "all of these", condition.parts
            case Any():
                text, parts = "at least one of these", condition.parts
            case Not():
                text, parts = "this does not hold", (condition.part,)
        return Ground(
            text=Message(text), state=state, parts=tuple(self._condition(part, decision, words) for part in parts)
        )

    def _test(self, test: Test, state: GroundState, words: Words, *, wanted: bool) -> Ground:
        value = words.known(test.fact)
        return Ground(
            text=describe_test(test, self._knowledge, wanted=wanted),
            state=state,
            fact=test.fact,
            value=value,
            because=words.reason(test.fact),
            parts=tuple(self._given(key, words) for key in self._inputs(test.fact)),
        )

    def _inputs(self, fact: str) -> tuple[str, ...]:
        derived = self._knowledge.derived.get(fact)
        return () if derived is None else derived.derivation.of

    def _given(self, key: str, words: Words) -> Ground:
        value = words.known(key)
        said = spoken(UNKNOWN if value is None else value, self._knowledge.fact(key))
        text = Message(f"{words.label(key)}: ", said)
        state = GroundState.OPEN if value is None else GroundState.HOLDS
        parts = tuple(self._given(each, words) for each in self._inputs(key))
        return Ground(text=text, state=state, fact=key, value=value, parts=parts)

    def _consequences(self, fact: str, key: Key, words: Words) -> Iterator[Consequence]:
        before = self._program.decide(key)
        for tested, answer, after_key in self._ranking.supposed(fact, key):
            after = self._program.decide(after_key)
            label = spoken(answer, self._knowledge.fact(tested))
            yield Consequence(
                answer=label if tested == fact else Message(f"{words.label(tested)}: ", label),
                status=Status.OPEN if after.to_decide else Status.SETTLED,
                verdict=after.verdict,
                effects=tuple(self._effects(before, after, words)),
                questions_left=self._count(after),
            )

    def _effects(self, before: Decision, after: Decision, words: Words) -> Iterator[Message]:
        for diagnosis, was, is_ in zip(self._program.diagnoses, before.diagnoses, after.diagnoses, strict=True):
            title = diagnosis.diagnosis.title
            if was.state is is_.state:
                for instance, old, new in zip(diagnosis.instances, was.states, is_.states, strict=True):
                    if old is not new and instance.instance.member and diagnosis.diagnosis.collection:
                        member = self._knowledge.member_label(diagnosis.diagnosis.collection, instance.instance.member)
                        yield Message(f"{'confirms' if new else 'rules out'} for {member}: {title}")
            elif is_.state is True:
                yield Message(f"confirms: {title}")
            elif is_.state is False:
                yield Message(f"rules out: {title}")

        for resolution, offered, offers in zip(
            self._program.resolutions, before.resolutions, after.resolutions, strict=True
        ):
            if offered != offers and offers is not None and offers[0] is not None:
                yield Message(f"{'offers' if offers[0] else 'withholds'}: {resolution.resolution.title}")
        for resolution, old_steps, new_steps in zip(self._program.resolutions, before.steps, after.steps, strict=True):
            # A resolution that is not offered has no steps to compare.
            for step, worth_before, worth_after in zip(resolution.steps, old_steps, new_steps, strict=False):
                if worth_before != worth_after and None not in worth_after:
                    yield Message(f"{'calls for' if all(worth_after) else 'skips'}: ", words.text(step.step.text))

    def _count(self, decision: Decision) -> int:
        """Open questions, a group counting once."""
        groups = {self._knowledge.facts[fact].group or fact for fact in self._program.facts_of(decision.to_decide)}
        return len(groups)


def difference(before: Outcome, after: Outcome) -> Difference:
    """What differs between two outcomes of one library, in reading order."""
    return Difference(changes=tuple(_changes(before, after)), before=before, after=after)


def _changes(before: Outcome, after: Outcome) -> Iterator[Change]:
    old, new = points(before), points(after)
    for what in sorted({**old, **new}, key=_place):
        was, is_ = old.get(what, _absent(what)), new.get(what, _absent(what))
        if was != is_:
            yield Change(what=what, before=was, after=is_)


_KINDS = ("fact", "status", "verdict", "diagnosis", "resolution", "step", "first")


def _place(what: str) -> int:
    """Where a point of this kind stands; those of one kind stay in their order."""
    return _KINDS.index(what.partition(" ")[0])


def _absent(what: str) -> str:
    """What is said of a point that an outcome does not have."""
    if what.startswith("fact "):
        return "not asked"
    return "not offered" if what.startswith("resolution ") else "none"


def _ground_state(truth: Truth) -> GroundState:
    return {True: GroundState.HOLDS, False: GroundState.FAILS, None: GroundState.OPEN}[truth]


def _diagnosis_state(truth: Truth) -> DiagnosisState:
    return {True: DiagnosisState.CONFIRMED, False: DiagnosisState.RULED_OUT, None: DiagnosisState.POSSIBLE}[truth]
