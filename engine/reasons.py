"""Says why: what shows a diagnosis, what rules it out, and what is open about it."""

from __future__ import annotations

from collections.abc import Iterator

from engine.compiled import Program
from engine.description import describe, describe_exclusion
from engine.folding import MemberReason, folded, listed
from engine.program import CompiledDiagnosis, CompiledInstance, CompiledRequirement
from engine.states import DiagnosisDecision
from engine.wording import Words
from kb.messages import NOTHING, Message


class Reasons:
    """The reasons of one program's decisions."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._knowledge = program.knowledge

    def because(
        self,
        compiled: CompiledDiagnosis,
        decided: DiagnosisDecision,
        words: Words,
    ) -> tuple[Message, ...]:
        """What shows it, what failed, or why it cannot be told; what holds of several members alike is said once."""
        if decided.state is None:
            return tuple(dict.fromkeys(self.why_open(decided.undecided_tests, words)))
        if decided.state is True:
            shown = (
                MemberReason(instance.instance.because, self._own_facts(compiled, instance))
                for instance, state in zip(compiled.instances, decided.states, strict=True)
                if state is True
            )
            return folded(shown, words)
        if decided.failed_scope:
            return tuple(dict.fromkeys(self.refusals(compiled, decided, 0, words)))
        return folded(self._failures(compiled, decided, words), words)

    def _failures(
        self, compiled: CompiledDiagnosis, decided: DiagnosisDecision, words: Words
    ) -> Iterator[MemberReason]:
        """What failed first of each instance."""
        for position, instance in enumerate(compiled.instances):
            for e in decided.excluded_by:
                yield MemberReason(self._excluded(e))
            for requirement in self.failed(compiled, decided, position):
                wording = self._program.choose(requirement.otherwise, words.decision)
                if wording is not None:
                    yield MemberReason(wording.message, self._own_facts(compiled, instance))
                else:
                    yield MemberReason(self.failure(requirement, words))

    def _own_facts(self, compiled: CompiledDiagnosis, instance: CompiledInstance) -> str:
        """What the keys of the facts begin with that belong to the member of an instance."""
        collection, member = compiled.diagnosis.collection, instance.instance.member
        if collection is None or member is None:
            return ""
        return f"{self._knowledge.collection(collection).prefix}.{member}."

    def why_open(self, tests: int, words: Words) -> Iterator[Message]:
        """Why what is known of derived facts does not suffice; nothing where nothing is known of them."""
        deriver = self._program.deriver
        for key in deriver.facts_of_tests(tests):
            reason = words.fact_state.reasons.get(key)
            if reason and any(base in words.fact_state.values for base in deriver.sources(key)):
                yield Message("This stays open: ", reason, ".")

    def refusals(
        self, compiled: CompiledDiagnosis, decided: DiagnosisDecision, instance: int, words: Words
    ) -> Iterator[Message]:
        """Why one instance is ruled out, in words."""
        if not decided.failed_scope:
            yield from (self._excluded(e) for e in decided.excluded_by)
        for requirement in self.failed(compiled, decided, instance):
            yield self.failure(requirement, words)

    def _excluded(self, d: int) -> Message:
        return describe_exclusion(self._knowledge.diagnoses[d].title)

    def failed(
        self, compiled: CompiledDiagnosis, decided: DiagnosisDecision, instance: int
    ) -> Iterator[CompiledRequirement]:
        """What failed of one instance: its article's conditions, or else its own first one."""
        if decided.failed_scope:
            yield from (compiled.scope[position] for position in decided.failed_scope)
        elif decided.failed[instance]:
            yield compiled.instances[instance].requires[decided.failed[instance][0]]

    def failure(self, requirement: CompiledRequirement, words: Words) -> Message:
        """The words for a requirement that failed."""
        wording = self._program.choose(requirement.otherwise, words.decision)
        if wording is not None:
            return words.text(wording.message)
        return Message("It does not hold that ", describe(requirement.requirement.that, self._knowledge), ".")

    def caveat(self, excluders: set[int], words: Words) -> Message:
        """What would have to be ruled out first, and what is not known of it."""
        titles = Message.joined("; ", (Message(self._knowledge.diagnoses[e].title) for e in sorted(excluders)))
        tests = 0
        for e in excluders:
            tests |= words.decision.diagnoses[e].undecided_tests
        missing = self.missing(words, tests)
        labels = [self._knowledge.facts[key].label for key in missing]
        return Message(
            "Unless it is this, which nobody could tell: ", titles, f". Not known: {listed(labels)}." if labels else "."
        )

    def why_unfit(self, fact: str, words: Words) -> Message:
        """Why the value of a fact does not fit what else is known."""
        valid_when = self._knowledge.facts[fact].valid_when
        return NOTHING if valid_when is None else words.text(valid_when.otherwise)

    def missing(self, words: Words, tests: int) -> tuple[str, ...]:
        """The asked facts behind open tests: not asked yet, or asked and not known."""
        deriver, known = self._program.deriver, words.fact_state
        missing: dict[str, None] = {}
        for key in deriver.facts_of_tests(tests):
            opening = deriver.opening(known.key, deriver.position[key])
            for base in deriver.sources(key):
                if base not in words.fact_state.values and (
                    base in words.fact_state.given or opening & deriver.base_bits[base]
                ):
                    missing[base] = None
        return tuple(missing)
