"""Proves that what is said of rivals can come to something: exclusions that exclude, symptoms that are explained."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from kb.model import Diagnosis
from workbench.checks import Issue, IssueKind, Severity, Witness
from workbench.proof.property import Property
from workbench.proof.realising import Facts
from workbench.proof.subject import SearchResult, Subject


class IdleExclusion(Property):
    """An exclusion that never excludes: the two diagnoses are never so at once."""

    kind = IssueKind("KB471", Severity.WARNING, "An exclusion that never excludes anything")

    def issues(self, subject: Subject) -> Iterator[Issue]:
        """One for each pair."""
        by_id = {each.id: each for each in subject.model.knowledge.diagnoses}
        for diagnosis in subject.model.knowledge.diagnoses:
            for other in diagnosis.excludes:
                if not (subject.concerns(diagnosis) or subject.concerns(by_id[other])):
                    continue
                at = subject.library.diagnosis(diagnosis.id, "excludes")
                answer, _ = subject.search(partial(self._both, subject, diagnosis, by_id[other]))
                if answer is SearchResult.OPEN:
                    yield subject.unproven(at, f"{diagnosis.id} and {other} can be so at once")
                elif answer is SearchResult.NEVER:
                    yield self.found(
                        at,
                        f"{diagnosis.id} excludes {other}, and the two are never so at once: take the exclusion out, "
                        "or a condition that keeps them apart already",
                        self._first(subject, diagnosis),
                    )

    def _first(self, subject: Subject, diagnosis: Diagnosis) -> Witness | None:
        found, facts = subject.search(partial(_confirmed, subject, diagnosis), partial(_confirms, subject, diagnosis))
        if found is not SearchResult.FOUND:
            return None
        name = f"{diagnosis.id} comes without what it excludes"
        return subject.witness(name, facts, {"diagnoses": {diagnosis.id: "confirmed"}})

    def _both(self, subject: Subject, first: Diagnosis, second: Diagnosis) -> int:
        model, diagrams = subject.model, subject.model.diagrams
        wanted = diagrams.any_of([model.required(second, each).true for each in second.instances])
        return diagrams.both(model.diagnosis(first).true, wanted)


class NeverCause(Property):
    """A diagnosis that can be confirmed and explains nothing wherever it is: it is only ever wrong besides."""

    kind = IssueKind("KB472", Severity.WARNING, "A diagnosis that is never the cause of what it explains")

    def issues(self, subject: Subject) -> Iterator[Issue]:
        """One for each diagnosis."""
        for diagnosis in filter(subject.concerns, subject.model.knowledge.diagnoses):
            if not any(instance.explains for instance in diagnosis.instances):
                continue
            at = subject.library.diagnosis(diagnosis.id, "explains")
            confirmed, facts = subject.search(
                partial(_confirmed, subject, diagnosis), partial(_confirms, subject, diagnosis)
            )
            answer, _ = subject.search(partial(self._explaining, subject, diagnosis))
            if answer is SearchResult.OPEN:
                yield subject.unproven(at, f"{diagnosis.id} ever explains what was seen")
            elif answer is SearchResult.NEVER and confirmed is SearchResult.FOUND:
                yield self.found(
                    at,
                    f"wherever {diagnosis.id} is confirmed, nothing was seen that it explains, or its where fails",
                    subject.witness(
                        f"{diagnosis.id} is wrong besides",
                        facts,
                        {"diagnoses": {diagnosis.id: "confirmed"}, "pursued": {diagnosis.id: False}},
                    ),
                )

    def _explaining(self, subject: Subject, diagnosis: Diagnosis) -> int:
        model, diagrams = subject.model, subject.model.diagrams
        regions = [
            diagrams.all_of(
                (
                    model.instance(diagnosis, instance).true,
                    diagrams.outside(model.worth(account.seen).false),
                    diagrams.outside(model.worth(account.where).false),
                )
            )
            for instance in diagnosis.instances
            for account in instance.explains
        ]
        return diagrams.any_of(regions)


def _confirmed(subject: Subject, diagnosis: Diagnosis) -> int:
    """Where a diagnosis is confirmed."""
    return subject.model.diagnosis(diagnosis).true


def _confirms(subject: Subject, diagnosis: Diagnosis, facts: Facts) -> bool:
    """Whether facts, run, confirm it."""
    position = subject.model.knowledge.diagnoses.index(diagnosis)
    return subject.decide(facts).diagnoses[position].state is True
