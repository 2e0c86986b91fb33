"""Proves that every rule can come to something: diagnoses to be confirmed, steps to be done, words to be said."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kb.conditions import All, Condition
from kb.model import Diagnosis, Instance, Requirement, Resolution, Step, Wording
from workbench.checks import Issue, IssueKind, Location, Severity, Witness
from workbench.proof.diagrams import ALL, EMPTY
from workbench.proof.property import Property
from workbench.proof.realising import Facts
from workbench.proof.subject import SearchResult, Subject, instances


class DeadDiagnosis(Property):
    """A diagnosis that no answers confirm, for one member or for all."""

    kind = IssueKind("KB401", Severity.ERROR, "A diagnosis that can never be confirmed")

    def issues(self, subject: Subject) -> Iterator[Issue]:
        """One for each instance."""
        for d, i, name in instances(subject):
            if subject.concerns(subject.model.knowledge.diagnoses[d]):
                yield from self._alive(subject, (d, i), name)

    def _alive(self, subject: Subject, position: tuple[int, int], name: str) -> Iterator[Issue]:
        d, i = position
        diagnosis = subject.model.knowledge.diagnoses[d]
        instance = diagnosis.instances[i]
        answer, _ = subject.search(
            lambda: subject.model.instance(diagnosis, instance).true,
            lambda facts: subject.confirms(facts, d, i),
        )
        at = subject.library.diagnosis(diagnosis.id)
        if answer is SearchResult.OPEN:
            yield subject.unproven(at, f"{name} can be confirmed")
        elif answer is SearchResult.NEVER and not self._lives_through_others(subject, diagnosis):
            yield self._never(subject, diagnosis, instance, name, position, at)

    def _lives_through_others(self, subject: Subject, diagnosis: Diagnosis) -> bool:
        """Whether some member of a diagnosis can be confirmed; then one that cannot is no fault."""
        if len(diagnosis.instances) == 1:
            return False
        answer, _ = subject.search(lambda: subject.model.diagnosis(diagnosis).true)
        return answer is not SearchResult.NEVER

    def _never(
        self,
        subject: Subject,
        diagnosis: Diagnosis,
        instance: Instance,
        name: str,
        position: tuple[int, int],
        at: Location,
    ) -> Issue:
        requirements = (*diagnosis.applies_when, *instance.requires)
        worths = [subject.model.worth(each.that) for each in requirements]
        length, together = subject.satisfiable_part([each.true for each in worths])
        d, i = position
        why = "it is always excluded by another one where all its conditions hold"
        if length < len(requirements):
            why = f"{_named(requirements[length])} cannot hold together with the conditions before it"
        else:
            length -= 1
        found, facts = subject.search(
            lambda: subject.model.diagrams.both(together, worths[length].false),
            lambda facts: subject.decide(facts).diagnoses[d].states[i] is False,
        )
        if found is not SearchResult.FOUND:
            found, facts = subject.search(
                lambda: together, lambda facts: subject.decide(facts).diagnoses[d].states[i] is not True
            )
        return self.found(
            at,
            f"{name} can never be confirmed: {why}",
            _state(subject, name, facts, d, i) if found is SearchResult.FOUND else None,
        )


class DeadStep(Property):
    """A resolution that is never open, or a step that is never to be done, though the diagnosis can be confirmed."""

    kind = IssueKind("KB402", Severity.ERROR, "A resolution or a step that never comes to be done")

    def issues(self, subject: Subject) -> Iterator[Issue]:
        """One for each resolution or step."""
        for position, resolution in enumerate(subject.model.knowledge.resolutions):
            if subject.concerns(resolution):
                yield from self._resolution(subject, position, resolution)

    def _resolution(self, subject: Subject, r: int, resolution: Resolution) -> Iterator[Issue]:
        model = subject.model
        diagnosis = " or ".join(resolution.diagnoses)
        alive, facts = subject.search(lambda: model.called_for(resolution))
        if alive is SearchResult.NEVER:
            return  # the diagnosis is dead, which is an issue already
        answer: SearchResult = alive
        if resolution.when is not None:
            answer, _ = subject.search(
                lambda: model.diagrams.both(model.called_for(resolution), model.worth(resolution.when).true),
                lambda facts: subject.decide(facts).resolutions[r] == (True,),
            )
        at = subject.library.resolution(resolution.id)
        if answer is SearchResult.OPEN:
            yield subject.unproven(at, f"the resolution {resolution.id} is ever open")
        elif answer is SearchResult.NEVER:
            yield self.found(
                at,
                f"the resolution {resolution.id} is never open: its condition cannot hold where {diagnosis} "
                "is confirmed",
                self._without(subject, resolution, facts) if alive is SearchResult.FOUND else None,
            )
        else:
            for s, step in enumerate(resolution.steps):
                yield from self._step(subject, (r, s), resolution, step)

    def _step(self, subject: Subject, position: tuple[int, int], resolution: Resolution, step: Step) -> Iterator[Issue]:
        model = subject.model
        r, s = position
        alive, facts = subject.search(
            lambda: model.diagrams.both(model.offered(resolution), model.step_instance(resolution, step).true)
        )
        if alive is SearchResult.NEVER:
            return  # the diagnosis is dead for this member
        answer: SearchResult = alive
        if step.when is not None:
            answer, _ = subject.search(
                lambda: model.step_done(resolution, step),
                lambda facts: subject.decide(facts).steps[r][s] == (True, True),
            )
        at = subject.library.step(resolution.id, step.id)
        if answer is SearchResult.OPEN:
            yield subject.unproven(at, f"the step {step.id} is ever to be done")
        elif answer is SearchResult.NEVER:
            yield self.found(
                at,
                f"the step {step.id} is never to be done: its condition cannot hold where it would be its turn",
                self._undone(subject, resolution, step, facts) if alive is SearchResult.FOUND else None,
            )

    def _without(self, subject: Subject, resolution: Resolution, facts: Facts) -> Witness:
        outcome = subject.outcome(facts)
        expect = {
            "diagnoses": {each.id: each.state.value for each in outcome.diagnoses if each.id in resolution.diagnoses},
            "resolutions": [each.id for each in outcome.resolutions],
        }
        return subject.witness(f"{resolution.id} is not open", facts, expect)

    def _undone(self, subject: Subject, resolution: Resolution, step: Step, facts: Facts) -> Witness:
        states = {
            each.id: each.state.value
            for told in subject.outcome(facts).resolutions
            if told.id == resolution.id
            for each in told.steps
        }
        expect = {"steps": {f"{resolution.id}.{step.id}": states[step.id]}}
        return subject.witness(f"{step.id} is not to be done", facts, expect)


class DeadWords(Property):
    """Words that are never said: their condition never holds, or other words always come first."""

    kind = IssueKind("KB403", Severity.WARNING, "Words that are never said")

    def issues(self, subject: Subject) -> Iterator[Issue]:
        """Notes, then the words for failed requirements, then those of resolutions and steps."""
        knowledge, library = subject.model.knowledge, subject.library
        for note_rule in filter(subject.concerns, knowledge.note_rules):
            yield from self._note_rule(subject, note_rule.id, note_rule.when)
        told: set[tuple[str, str]] = set()
        for diagnosis in filter(subject.concerns, knowledge.diagnoses):
            at = library.diagnosis(diagnosis.id)
            for requirement in diagnosis.applies_when:
                if (diagnosis.article, requirement.id) not in told:
                    told.add((diagnosis.article, requirement.id))
                    yield from self.guarded(subject, at, self._scope(subject, diagnosis, requirement))
            for id_ in dict.fromkeys(each.id for instance in diagnosis.instances for each in instance.requires):
                yield from self.guarded(subject, at, self._own(subject, diagnosis, id_))
        for resolution in filter(subject.concerns, knowledge.resolutions):
            at = library.resolution(resolution.id)
            yield from self.guarded(subject, at, self._resolution(subject, resolution))

    def _note_rule(self, subject: Subject, id_: str, when: Condition) -> Iterator[Issue]:
        model = subject.model
        position = next(p for p, each in enumerate(model.knowledge.note_rules) if each.id == id_)
        answer, _ = subject.search(
            lambda: model.worth(when).true, lambda facts: position in subject.decide(facts).note_rules
        )
        at = subject.library.note_rule(id_)
        if answer is SearchResult.OPEN:
            yield subject.unproven(at, f"the note {id_} is ever made")
        elif answer is SearchResult.NEVER:
            parts = when.parts if isinstance(when, All) else (when,)
            _, together = subject.satisfiable_part([model.worth(part).true for part in parts])
            found, facts = subject.search(
                lambda: together, lambda facts: position not in subject.decide(facts).note_rules
            )
            witness = (
                subject.witness(f"{id_} is not said", facts, {"notes_not": [id_]})
                if found is SearchResult.FOUND
                else None
            )
            yield self.found(at, f"the note {id_} is never made: its conditions cannot hold together", witness)

    def _scope(self, subject: Subject, diagnosis: Diagnosis, requirement: Requirement) -> Iterator[Issue]:
        at = subject.library.requirement(diagnosis, requirement, "otherwise")
        spoken = [(subject.model.worth(requirement.that).false, requirement.otherwise)]
        yield from self._wordings(subject, at, f"the requirement {requirement.id}", spoken)

    def _own(self, subject: Subject, diagnosis: Diagnosis, id_: str) -> Iterator[Issue]:
        """The words for the failure of a diagnosis' own requirement, said where it fails first for some member."""
        places = [
            (instance, position)
            for instance in diagnosis.instances
            for position, each in enumerate(instance.requires)
            if each.id == id_ and each.otherwise
        ]
        if places:
            at = subject.library.requirement(diagnosis, places[0][0].requires[places[0][1]], "otherwise")
            spoken = [
                (subject.model.first_failure(diagnosis, instance, position), instance.requires[position].otherwise)
                for instance, position in places
            ]
            yield from self._wordings(subject, at, f"the requirement {id_} of {diagnosis.id}", spoken)

    def _resolution(self, subject: Subject, resolution: Resolution) -> Iterator[Issue]:
        model, diagrams = subject.model, subject.model.diagrams
        confirmed = model.called_for(resolution)
        if confirmed == EMPTY:
            return
        if resolution.otherwise is not None:
            region = diagrams.both(confirmed, model.worth(resolution.when).false)
            at = subject.library.resolution(resolution.id, "otherwise")
            yield from self._words(subject, at, f"the otherwise of {resolution.id}", region, confirmed)
        offered = model.offered(resolution)
        for step in resolution.steps:
            own = model.worth(step.when)
            if step.when is not None:
                at = subject.library.step(resolution.id, step.id, "otherwise")
                region = diagrams.both(offered, own.false)
                yield from self._words(subject, at, f"the otherwise of the step {step.id}", region, offered)
            if step.verify is not None:
                at = subject.library.step(resolution.id, step.id, "verify")
                instance = model.step_instance(resolution, step)
                decided = diagrams.all_of(
                    (
                        diagrams.either(own.true, own.false),
                        diagrams.either(instance.true, instance.false),
                        model.worth(resolution.when).true,
                    )
                )
                region = diagrams.all_of((offered, diagrams.outside(decided), diagrams.outside(own.false)))
                yield from self._words(subject, at, f"the verify of the step {step.id}", region, offered)
            if len(step.because) > 1:
                at = subject.library.step(resolution.id, step.id, "because")
                done = model.step_done(resolution, step)
                yield from self._wordings(subject, at, f"the step {step.id}", [(done, step.because)])

    def _wordings(
        self, subject: Subject, at: Location, name: str, spoken: Sequence[tuple[int, Sequence[Wording]]]
    ) -> Iterator[Issue]:
        """One for each wording that other wordings, or its own condition, never let be said.

        Args:
            spoken: where the wordings are called for, with them, once for each member.
        """
        diagrams = subject.model.diagrams
        context = diagrams.any_of(where for where, _ in spoken)
        remaining = [where for where, _ in spoken]
        count = len(spoken[0][1])
        for number in range(count):
            said = [subject.model.worth(wordings[number].when).true for _, wordings in spoken]
            region = diagrams.any_of(diagrams.both(left, true) for left, true in zip(remaining, said, strict=True))
            which = f"wording {number + 1} of {count} for {name}" if count > 1 else f"the words for {name}"
            yield from self._words(subject, at, which, region, context)
            remaining = [diagrams.without(left, true) for left, true in zip(remaining, said, strict=True)]

    def _words(self, subject: Subject, at: Location, which: str, region: int, context: int) -> Iterator[Issue]:
        answer, _ = subject.search(lambda: region)
        if answer is SearchResult.OPEN:
            yield subject.unproven(at, f"{which} {_are(which)} ever said")
        elif answer is SearchResult.NEVER:
            found, facts = subject.search(lambda: ALL if context == EMPTY else context)
            witness = None
            if found is SearchResult.FOUND:
                expect = {"verdict": subject.outcome(facts).verdict.value}
                witness = subject.witness(f"{which} {_are(which)} not said", facts, expect)
            yield self.found(
                at, f"{which} {_are(which)} never said: nothing calls for them, or other words come first", witness
            )


def _state(subject: Subject, name: str, facts: Facts, d: int, i: int) -> Witness:
    state = subject.decide(facts).diagnoses[d].states[i]
    word = "ruled_out" if state is False else "possible"
    return subject.witness(f"{name} is not confirmed", facts, {"diagnoses": {name: word}})


def _named(requirement: Requirement) -> str:
    return "its when" if requirement.id == "when" else f"the requirement {requirement.id}"


def _are(which: str) -> str:
    return "are" if which.startswith("the words") else "is"
