"""Proves that no rule says what another says already, and no condition what the others imply."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kb.conditions import Concluded, leaves
from kb.model import Diagnosis, Instance, Requirement
from workbench.checks import Issue, IssueKind, Severity
from workbench.proof.property import Property
from workbench.proof.realising import Facts
from workbench.proof.subject import SearchResult, Subject, instances, name_of

_STATES = {True: "confirmed", None: "possible", False: "ruled_out"}


class SameDiagnosis(Property):
    """Two diagnoses that are confirmed by the same answers: one of them is redundant."""

    kind = IssueKind("KB411", Severity.WARNING, "Two diagnoses that are always confirmed together")

    def issues(self, subject: Subject) -> Iterator[Issue]:
        """One for each pair; the later of the two is reported."""
        for narrower, wider, both_ways, facts in _implications(subject):
            if both_ways:
                yield self.found(
                    subject.library.diagnosis(narrower.id),
                    f"{narrower.id} is confirmed exactly where {wider.id} is; merge the two, or tell them apart",
                    subject.witness(
                        f"{narrower.id} and {wider.id} come together",
                        facts,
                        {"diagnoses": {narrower.id: "confirmed", wider.id: "confirmed"}},
                    ),
                )


class NarrowerDiagnosis(Property):
    """A diagnosis that is confirmed only where another one is, without resting on it."""

    kind = IssueKind("KB412", Severity.WARNING, "A diagnosis that is only confirmed together with a wider one")

    def issues(self, subject: Subject) -> Iterator[Issue]:
        """One for each pair; the narrower of the two is reported."""
        for narrower, wider, both_ways, facts in _implications(subject):
            if not both_ways:
                yield self.found(
                    subject.library.diagnosis(narrower.id),
                    f"{narrower.id} is only ever confirmed where {wider.id} is as well; rest it on "
                    f"diagnosis.{wider.id}, or keep the two apart by a condition",
                    subject.witness(
                        f"{narrower.id} never comes without {wider.id}",
                        facts,
                        {"diagnoses": {narrower.id: "confirmed", wider.id: "confirmed"}},
                    ),
                )


class ImpliedRequirement(Property):
    """A requirement that never decides: wherever the others hold, it does."""

    kind = IssueKind("KB413", Severity.WARNING, "A requirement that the others imply")

    def issues(self, subject: Subject) -> Iterator[Issue]:
        """One for each requirement that no instance needs."""
        by_article: dict[str, list[Diagnosis]] = {}
        for diagnosis in filter(subject.concerns, subject.model.knowledge.diagnoses):
            by_article.setdefault(diagnosis.article, []).append(diagnosis)
        for together in by_article.values():
            for position, requirement in enumerate(together[0].applies_when):
                sites = [
                    (
                        diagnosis,
                        instance,
                        [
                            *diagnosis.applies_when[:position],
                            *diagnosis.applies_when[position + 1 :],
                            *instance.requires,
                        ],
                    )
                    for diagnosis in together
                    for instance in diagnosis.instances
                ]
                yield from self._implied(subject, requirement, sites)
            for diagnosis in together:
                for id_ in dict.fromkeys(each.id for one in diagnosis.instances for each in one.requires):
                    if id_ != "exists":  # which members exist is said once, for every rule
                        yield from self._own(subject, diagnosis, id_)

    def _own(self, subject: Subject, diagnosis: Diagnosis, id_: str) -> Iterator[Issue]:
        sites = [
            (diagnosis, instance, [*diagnosis.applies_when, *(each for each in instance.requires if each.id != id_)])
            for instance in diagnosis.instances
        ]
        requirement = next(each for one in diagnosis.instances for each in one.requires if each.id == id_)
        yield from self._implied(subject, requirement, sites, id_)

    def _implied(
        self,
        subject: Subject,
        requirement: Requirement,
        sites: Sequence[tuple[Diagnosis, Instance, Sequence[Requirement]]],
        own: str | None = None,
    ) -> Iterator[Issue]:
        model, diagrams = subject.model, subject.model.diagrams

        def decides() -> int:
            """Where the others hold and this one fails, for any instance."""
            regions = []
            for _, instance, others in sites:
                that = requirement.that if own is None else next(r.that for r in instance.requires if r.id == own)
                held = diagrams.all_of([model.worth(each.that).true for each in others])
                regions.append(diagrams.both(held, model.worth(that).false))
            return diagrams.any_of(regions)

        diagnosis, instance, _ = sites[0]
        if not any(_alive(subject, each, one) for each, one, _ in sites):
            return
        answer, _ = subject.search(decides)
        at = subject.library.requirement(diagnosis, requirement)
        if answer is SearchResult.OPEN:
            yield subject.unproven(at, f"the requirement {requirement.id} ever decides anything")
        elif answer is SearchResult.NEVER:
            found, facts = subject.search(
                lambda: (
                    diagrams.outside(model.worth(requirement.that).true)
                    if own is None
                    else model.worth(next(r.that for r in instance.requires if r.id == own)).false
                )
            )
            if found is not SearchResult.FOUND:  # it cannot fail at all
                found, facts = subject.search(lambda: model.instance(diagnosis, instance).true)
            name = name_of(diagnosis.id, instance.member)
            witness = None
            if found is SearchResult.FOUND:
                state = _STATES[_state(subject, name, facts)]
                witness = subject.witness(
                    f"without {requirement.id} it would not be otherwise", facts, {"diagnoses": {name: state}}
                )
            yield self.found(
                at,
                f"the requirement {requirement.id} never decides: wherever all others of {diagnosis.id} hold, it holds",
                witness,
            )


def _alive(subject: Subject, diagnosis: Diagnosis, instance: Instance) -> bool:
    answer, _ = subject.search(lambda: subject.model.instance(diagnosis, instance).true)
    return answer is not SearchResult.NEVER


def _state(subject: Subject, name: str, facts: Facts) -> bool | None:
    decision = subject.decide(facts)
    return next(decision.diagnoses[d].states[i] for d, i, each in instances(subject) if each == name)


Implication = tuple[Diagnosis, Diagnosis, bool, Facts]


def _implications(subject: Subject) -> tuple[Implication, ...]:
    """The same as below, worked out once for a subject."""
    if _implications not in subject.memory:
        subject.memory[_implications] = tuple(_find_implications(subject))
    found: tuple[Implication, ...] = subject.memory[_implications]
    return found


def _find_implications(subject: Subject) -> Iterator[Implication]:
    """Pairs of which the first is confirmed only where the second is, whether both ways, and facts that confirm both.

    Every diagnosis brings facts that confirm it. A pair whose first facts do not confirm the second is done with; only
    the few others are put to the diagrams.
    """
    diagnoses = subject.model.knowledge.diagnoses
    shown: dict[int, Facts] = {}
    confirmed_by: dict[int, set[int]] = {}
    waiting = [d for d, each in enumerate(diagnoses) if subject.concerns(each)]
    looked_at = set(waiting)
    while waiting:
        d = waiting.pop()
        facts = _confirming(subject, d)
        if facts is not None:
            shown[d] = facts
            confirmed_by[d] = set(subject.confirmed(facts))
            # Whether two come together is seen from both; of other articles only what comes with one of this.
            waiting += confirmed_by[d] - looked_at if subject.concerns(diagnoses[d]) else ()
            looked_at |= confirmed_by[d]
    inside = {
        (first, second)
        for first, others in confirmed_by.items()
        for second in others - {first}
        if _is_inside(subject, first, second)
    }
    for first, second in sorted(inside):
        both_ways = (second, first) in inside
        chained = _rests_on(subject, first, second) or _rests_on(subject, second, first)
        if not chained and not (both_ways and first < second):
            yield diagnoses[first], diagnoses[second], both_ways, shown[first]


def _confirming(subject: Subject, d: int) -> Facts | None:
    """Facts that confirm a diagnosis."""
    model = subject.model
    count = len(model.knowledge.diagnoses[d].instances)
    answer, facts = subject.search(
        lambda: model.diagnosis(model.knowledge.diagnoses[d]).true,
        lambda facts: any(subject.confirms(facts, d, i) for i in range(count)),
    )
    return facts if answer is SearchResult.FOUND else None


def _is_inside(subject: Subject, first: int, second: int) -> bool:
    """Whether a diagnosis is confirmed only where another one is."""
    model = subject.model
    one, other = model.knowledge.diagnoses[first], model.knowledge.diagnoses[second]
    answer, _ = subject.search(
        lambda: model.diagrams.without(model.diagnosis(one).true, model.diagnosis(other).true),
        lambda facts: (
            subject.decide(facts).diagnoses[first].state is True
            and subject.decide(facts).diagnoses[second].state is not True
        ),
    )
    return answer is SearchResult.NEVER


def _rests_on(subject: Subject, first: int, second: int) -> bool:
    """Whether the first diagnosis has a condition on the second, directly or through others."""
    diagnoses = {each.id: each for each in subject.model.knowledge.diagnoses}
    waiting, seen = [subject.model.knowledge.diagnoses[first].id], set[str]()
    while waiting:
        id_ = waiting.pop()
        if id_ in seen:
            continue
        seen.add(id_)
        diagnosis = diagnoses[id_]
        requirements = (*diagnosis.applies_when, *(each for one in diagnosis.instances for each in one.requires))
        waiting += [
            leaf.diagnosis for each in requirements for leaf in leaves(each.that) if isinstance(leaf, Concluded)
        ]
    return subject.model.knowledge.diagnoses[second].id in seen
