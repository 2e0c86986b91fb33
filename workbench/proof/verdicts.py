"""Proves that whoever answers everything is told something: a verdict, the reason for it, and what to do."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from engine.derivation import function_of
from engine.outcome import Status
from kb.model import Diagnosis, Resolution
from kb.values import FactType
from workbench.checks import Issue, IssueKind, Severity
from workbench.proof.diagrams import ALL, EMPTY
from workbench.proof.property import Property
from workbench.proof.realising import STORE, Facts
from workbench.proof.subject import SearchResult, Subject

MAX_ARGUMENTS = 5_000
"""Combinations of values for which one function is tried."""


class SilentVerdict(Property):
    """A complete set of answers to which the library has nothing to say: nothing is confirmed, no words tell why."""

    kind = IssueKind("KB431", Severity.WARNING, "Answers to which the library has nothing to say")

    def issues(self, subject: Subject) -> Iterator[Issue]:
        """At most one: the first such set of answers."""
        model, diagrams = subject.model, subject.model.diagrams
        if not model.knowledge.diagnoses:
            return

        def silent() -> int:
            region = ALL
            for diagnosis in model.knowledge.diagnoses:
                region = diagrams.both(region, self._silent(subject, diagnosis))
                if region == EMPTY:
                    break
            for note_rule in model.notes():
                region = diagrams.without(region, model.worth(note_rule.when).true)
            return region

        answer, facts = subject.search(silent, lambda facts: self._nothing(subject, facts), complete=True)
        if answer is SearchResult.OPEN:
            # A sample may still show what the diagrams were too large for.
            for facts in _samples(subject):
                if self._nothing(subject, facts):
                    answer = SearchResult.FOUND
                    break
        last = model.knowledge.diagnoses[-1]
        at = (
            subject.library.diagnosis(last.id, "when")
            if answer is SearchResult.FOUND
            else subject.library.diagnosis(last.id)
        )
        if answer is SearchResult.OPEN:
            yield subject.unproven(at, "every complete set of answers is told something")
        elif answer is SearchResult.FOUND:
            yield self.found(
                at,
                "all questions answered, no diagnosis is confirmed, and no words of yours say why or where to look; "
                "write the conditions as requires, each with an otherwise, or add a note",
                subject.witness("nothing is said", facts, {"verdict": "not_covered"}),
            )

    def _silent(self, subject: Subject, diagnosis: Diagnosis) -> int:
        """Where a diagnosis is ruled out by nothing but conditions without words."""
        model, diagrams = subject.model, subject.model.diagrams
        spoken = [model.worth(each.that).false for each in diagnosis.applies_when]
        for instance in diagnosis.instances:
            spoken += [
                model.first_failure(diagnosis, instance, position)
                for position, requirement in enumerate(instance.requires)
                if requirement.otherwise
            ]
        return diagrams.without(model.diagnosis(diagnosis).false, diagrams.any_of(spoken))

    @staticmethod
    def _nothing(subject: Subject, facts: Facts) -> bool:
        """Whether everything is ruled out, and all that there is to say was made up for want of an author's words."""
        decision = subject.decide(facts)
        notes = {position for position, each in enumerate(subject.model.knowledge.note_rules) if each.kind == "note"}
        if notes.intersection(decision.note_rules):
            return False
        for diagnosis, decided in zip(subject.model.knowledge.diagnoses, decision.diagnoses, strict=True):
            if decided.state is not False or decided.failed_scope:
                return False
            if decided.excluded_by or any(
                failed and instance.requires[failed[0]].otherwise
                for instance, failed in zip(diagnosis.instances, decided.failed, strict=True)
            ):
                return False
        return True


class UnsettledPath(Property):
    """A path through the questions on which everything asked is answered, and no verdict comes, nor a reason why.

    Questions end: each asks for a fact that was not given, and there are finitely many. Only a function that makes
    nothing of complete arguments, and does not say why, can leave the end without a verdict.
    """

    kind = IssueKind("KB451", Severity.ERROR, "A path of answers that ends without a verdict")

    def issues(self, subject: Subject) -> Iterator[Issue]:
        """One for each diagnosis that may be left open."""
        model, space = subject.model, subject.model.space
        mute = {space.position[key] for key in space.position if self._is_mute(subject, key)}
        if not mute:
            return
        known = [space.known(number) for number in range(len(space.variables)) if number not in mute]
        for position, diagnosis in enumerate(model.knowledge.diagnoses):
            yield from self._left_open(subject, position, diagnosis, known)

    def _left_open(self, subject: Subject, d: int, diagnosis: Diagnosis, known: list[int]) -> Iterator[Issue]:
        model, diagrams = subject.model, subject.model.diagrams

        def undecided() -> int:
            worth = model.diagnosis(diagnosis)
            return diagrams.all_of([diagrams.outside(diagrams.either(worth.true, worth.false)), *known])

        answer, facts = subject.search(undecided, lambda facts: self._ends_open(subject, facts, d), complete=True)
        at = subject.library.diagnosis(diagnosis.id)
        if answer is SearchResult.OPEN:
            yield subject.unproven(at, f"{diagnosis.id} is decided once every question is answered")
        elif answer is SearchResult.FOUND:
            expect = {"status": "settled", "diagnoses": {diagnosis.id: "possible"}}
            yield self.found(
                at,
                f"with every question answered, {diagnosis.id} may stay open without a reason: a derived fact has "
                "no value for these answers; give it a rule of its own",
                subject.witness(f"{diagnosis.id} stays open", facts, expect),
            )

    @staticmethod
    def _ends_open(subject: Subject, facts: Facts, d: int) -> bool:
        outcome = subject.outcome(facts)
        found = next(each for each in outcome.diagnoses if each.id == subject.model.knowledge.diagnoses[d].id)
        return outcome.status is Status.SETTLED and found.state == "possible" and not found.because

    @staticmethod
    def _is_mute(subject: Subject, key: str) -> bool:
        """Whether a derived fact may have no value, and no reason, although all that it follows from is known."""
        derived = subject.model.knowledge.derived.get(key)
        if derived is None:
            return False
        function = function_of(derived.derivation, subject.model.knowledge)
        types = [function.parameter(position) for position in range(len(derived.derivation.of))]
        stores = [STORE.get(each or FactType.TEXT, ()) for each in types]
        for tried, arguments in enumerate(product(*stores)):
            if tried == MAX_ARGUMENTS:
                break
            made = function.apply(arguments)
            if made.value is None and not made.reason:
                return True
        # What it follows from may be derived, and missing for want of a name: its own reasons cover that.
        return any(UnsettledPath._is_mute(subject, of) for of in derived.derivation.of)


class NothingToDo(Property):
    """A confirmed diagnosis for which nothing is told that could be done."""

    kind = IssueKind("KB461", Severity.ERROR, "A confirmed diagnosis without anything to do")

    def issues(self, subject: Subject) -> Iterator[Issue]:
        """One for each diagnosis."""
        resolutions: dict[str, list[Resolution]] = {}
        for resolution in subject.model.knowledge.resolutions:
            for id_ in resolution.diagnoses:
                resolutions.setdefault(id_, []).append(resolution)
        for diagnosis in filter(subject.concerns, subject.model.knowledge.diagnoses):
            yield from self._left_alone(subject, diagnosis, resolutions.get(diagnosis.id, []))

    def _left_alone(self, subject: Subject, diagnosis: Diagnosis, mine: list[Resolution]) -> Iterator[Issue]:
        model, diagrams = subject.model, subject.model.diagrams

        def idle() -> int:
            region = model.diagnosis(diagnosis).true
            for resolution in mine:
                skipped = diagrams.all_of([model.step_skipped(resolution, step) for step in resolution.steps])
                region = diagrams.both(region, diagrams.either(model.worth(resolution.when).false, skipped))
            return region

        answer, facts = subject.search(
            idle, lambda facts: self._idle(subject, facts, diagnosis.id), complete=bool(mine)
        )
        at = subject.library.diagnosis(diagnosis.id)
        if answer is SearchResult.OPEN:
            yield subject.unproven(at, f"something is to be done wherever {diagnosis.id} is confirmed")
        elif answer is SearchResult.FOUND:
            why = "no resolution is for it" if not mine else "every resolution is withheld or skips all its steps"
            expect = {
                "diagnoses": {diagnosis.id: "confirmed"},
                "resolutions": [each.id for each in subject.outcome(facts).resolutions],
            }
            yield self.found(
                at,
                f"{diagnosis.id} may be confirmed with nothing to do: {why}; write a resolution for these answers",
                subject.witness(f"{diagnosis.id} is confirmed with nothing to do", facts, expect),
            )

    @staticmethod
    def _idle(subject: Subject, facts: Facts, id_: str) -> bool:
        outcome = subject.outcome(facts)
        mine = [each for each in outcome.resolutions if id_ in each.diagnoses]
        confirmed = any(each.id == id_ and each.state == "confirmed" for each in outcome.diagnoses)
        return confirmed and all(step.state == "skip" for each in mine for step in each.steps)


def _samples(subject: Subject) -> Iterator[Facts]:
    """Complete sets of answers: the first choice of everything, the second, and so on."""
    widest = max((len(variable.classes) for variable in subject.model.space.variables), default=0)
    for turn in range(widest):
        assignment = {
            number: turn % len(variable.classes) for number, variable in enumerate(subject.model.space.variables)
        }
        facts = subject.realiser.facts(assignment, complete=True)
        if facts is not None:
            yield facts
