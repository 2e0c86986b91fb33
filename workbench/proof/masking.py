"""Proves that no cause hides another one of the same symptom for good, and shows what leads on to the hidden one.

Where one is found first, the other is not asked about any more. It is come to when a way out of the first was tried
without effect; one that is for both at once ends both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice

from kb.conditions import Condition
from kb.model import Diagnosis, Resolution
from workbench.checks import Issue, IssueKind, Severity
from workbench.proof.diagrams import EMPTY, TooLarge
from workbench.proof.property import Property
from workbench.proof.realising import Facts
from workbench.proof.subject import SearchResult, Subject, Work, plain

MAX_PAIRS = 500
"""Pairs of which facts are looked for that show how the one hides the other."""

_PATHS = 6
"""Ways through a diagram for which such facts are looked for."""


@dataclass(frozen=True, slots=True)
class Masked:
    """A cause that is not asked about while another one explains the same.

    Attributes:
        facts: an environment in which it is so, as `diagnose` takes it.
        attempt: the way out of the first that, tried without effect, leads on to the hidden one.
    """

    first: str
    hidden: str
    facts: Mapping[str, object]
    attempt: str


@dataclass(frozen=True, slots=True)
class Masking:
    """What came of all pairs that explain the same symptom.

    Attributes:
        pairs: how many there are, each in both orders.
        masked: those of which the first was shown to hide the second.
        unshown: those of which neither that nor the opposite could be shown within bounds.
        left_out: those that were not looked at, as there are too many.
    """

    pairs: int
    masked: tuple[Masked, ...]
    unshown: int
    left_out: int


class HiddenCause(Property):
    """A cause that is never come to where another one of the same symptom is so as well."""

    kind = IssueKind("KB473", Severity.WARNING, "A cause that another one hides for good")

    def issues(self, subject: Subject) -> Iterator[Issue]:
        """One for each pair, told of the hidden one."""
        for pair in _Rivals(subject).with_a_way_of_both():
            if not pair.more_to_do or any(each.when is None for each in pair.ways):
                continue  # where no way out of the first is offered at all, that is an issue of its own
            answer, facts = subject.search(
                partial(pair.without_a_way, subject), partial(pair.hides, subject), paths=_PATHS
            )
            at = subject.library.diagnosis(pair.hidden.id)
            if answer is SearchResult.OPEN:
                yield subject.unproven(at, f"{pair.hidden.id} is come to where {pair.first.id} is so as well")
            elif answer is SearchResult.FOUND:
                of_both = " and ".join(each.id for each in pair.of_both)
                yield self.found(
                    at,
                    f"{pair.hidden.id} may be hidden for good by {pair.first.id}, which explains the same: "
                    f"{of_both} is for both, and tried in vain it ends both, so that nothing else is done for "
                    f"{pair.hidden.id}; give {pair.first.id} a way out of its own for these answers",
                    subject.witness(
                        f"{pair.first.id} hides {pair.hidden.id}",
                        fewest(facts, partial(pair.is_cause_without_a_way, subject)),
                        {"pursued": {pair.first.id: True, pair.hidden.id: False}},
                    ),
                )


def masking(subject: Subject) -> Masking:
    """For each pair of causes of the same symptom whether the first can hide the second, and what leads on then.

    Each cause brings as few facts as make it one; with them it is seen which others are not asked about any more, and
    whether they are once a way out was tried without effect.
    """
    apart = replace(subject, work=Work())  # what is only told is no question of a proof
    alone: dict[tuple[str, Condition], Facts | None] = {}
    masked: list[Masked] = []
    unshown = 0
    rivals = _Rivals(subject)
    for pair in islice(rivals.pairs(), MAX_PAIRS):
        found = None
        for seen in pair.symptoms:
            key = (pair.first.id, seen)
            if key not in alone:
                alone[key] = _explaining(apart, pair.first, seen)
            facts = alone[key]
            attempt = "" if facts is None else pair.attempt(apart, facts)
            if facts is not None and attempt:
                found = Masked(pair.first.id, pair.hidden.id, plain(facts), attempt)
                break
        if pair.never_together(apart):
            continue
        if found is None:
            unshown += 1
        else:
            masked.append(found)
    return Masking(rivals.count, tuple(masked), unshown, max(0, rivals.count - MAX_PAIRS))


def _explaining(subject: Subject, diagnosis: Diagnosis, seen: Condition) -> Facts | None:
    """As few facts as make a diagnosis a cause that explains a symptom."""
    d = position_of(subject, diagnosis)
    bits = {
        1 << compiled.symptom
        for instance in subject.engine.program.diagnoses[d].instances
        for compiled, account in zip(instance.explains, instance.instance.explains, strict=True)
        if account.seen == seen
    }

    def explains(facts: Facts) -> bool:
        decision = subject.decide(facts)
        return d in decision.causes and any(decision.diagnoses[d].accounts.sure & bit for bit in bits)

    answer, facts = subject.search(partial(_explains, subject, diagnosis, seen), explains, paths=_PATHS)
    return fewest(facts, explains) if answer is SearchResult.FOUND else None


def _explains(subject: Subject, diagnosis: Diagnosis, seen: Condition) -> int:
    """Where a diagnosis is confirmed and explains a symptom that may have been seen."""
    model, diagrams = subject.model, subject.model.diagrams
    return diagrams.any_of(
        diagrams.all_of(
            (
                model.instance(diagnosis, one).true,
                diagrams.outside(model.worth(account.seen).false),
                model.worth(account.where).true,
            )
        )
        for one in diagnosis.instances
        for account in one.explains
        if account.seen == seen
    )


def fewest(facts: Facts, holds: Callable[[Facts], bool]) -> Facts:
    """Of some facts as few as something still holds with."""
    kept = dict(facts)
    for key in facts:
        without = {name: value for name, value in kept.items() if name != key}
        if holds(without):
            kept = without
    return kept


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two diagnoses that explain a symptom together: the one that is found first, and the one that it may hide.

    Attributes:
        symptoms: what both explain.
        ways: the ways out of the first that are not for the hidden one as well; `of_both` are those that are.
        more_to_do: whether the hidden one has a way out that the first has not.
    """

    first: Diagnosis
    hidden: Diagnosis
    symptoms: tuple[Condition, ...]
    ways: tuple[Resolution, ...]
    of_both: tuple[Resolution, ...]
    more_to_do: bool

    def together(self, subject: Subject) -> int:
        """Where both are so, apart from what excludes the hidden one, and explain the same."""
        model, diagrams = subject.model, subject.model.diagrams
        return diagrams.any_of(
            diagrams.all_of(
                (
                    model.instance(self.first, one).true,
                    model.required(self.hidden, other).true,
                    diagrams.outside(model.worth(account.seen).false),
                    model.worth(account.where).true,
                    diagrams.outside(model.worth(its.where).false),
                )
            )
            for one in self.first.instances
            for account in one.explains
            for other in self.hidden.instances
            for its in other.explains
            if its.seen == account.seen
        )

    def without_a_way(self, subject: Subject) -> int:
        """Where the first explains a symptom of both, and of its ways out only those for both are offered."""
        model, diagrams = subject.model, subject.model.diagrams
        withheld = diagrams.both(
            diagrams.all_of([model.worth(each.when).false for each in self.ways]),
            diagrams.any_of([diagrams.outside(model.worth(each.when).false) for each in self.of_both]),
        )
        if diagrams.both(self.together(subject), withheld) == EMPTY:
            return EMPTY
        # What decides the hidden one is not asked there, so facts are looked for that leave it as it is.
        return diagrams.both(withheld, diagrams.any_of(_explains(subject, self.first, seen) for seen in self.symptoms))

    def never_together(self, subject: Subject) -> bool:
        """Whether the two are proven never to be so at once."""
        subject.model.diagrams.question()
        try:
            return self.together(subject) == EMPTY
        except (TooLarge, RecursionError):
            return False

    def hides(self, subject: Subject, facts: Facts) -> bool:
        """Whether, with what of these facts it takes, nothing that can be tried leads on to the hidden one."""
        if not self.is_cause_without_a_way(subject, facts):
            return False
        return self._masks(subject, fewest(facts, partial(self.is_cause_without_a_way, subject)))

    def attempt(self, subject: Subject, facts: Facts) -> str:
        """The way out that leads on to the hidden one; nothing where it is not hidden, or nothing does."""
        return self._leading_on(subject, facts) if self._masks(subject, facts) else ""

    def is_cause_without_a_way(self, subject: Subject, facts: Facts) -> bool:
        """Whether the first is a cause, and nothing that can be tried leads on to the hidden one."""
        return self._is_cause(subject, facts) and not self._leading_on(subject, facts)

    def _is_cause(self, subject: Subject, facts: Facts) -> bool:
        return position_of(subject, self.first) in subject.decide(facts).causes

    def _masks(self, subject: Subject, facts: Facts) -> bool:
        decided = subject.decide(facts).diagnoses[position_of(subject, self.hidden)]
        ruled_out = decided.state is False and not decided.excluded_by
        return (
            self._is_cause(subject, facts)
            and not ruled_out
            and decided.state is not True
            and not self._pursued(subject, facts)
        )

    def _leading_on(self, subject: Subject, facts: Facts) -> str:
        decision = subject.decide(facts)
        for r, tried in _ways_tried(subject, self.first):
            worth = decision.resolutions[r]
            if worth is not None and worth[0] is not False and self._pursued(subject, {**facts, tried: "no_change"}):
                return subject.model.knowledge.resolutions[r].id
        return ""

    def _pursued(self, subject: Subject, facts: Facts) -> bool:
        decision, d = subject.decide(facts), position_of(subject, self.hidden)
        return decision.pursuit.pursued(subject.engine.program.diagnoses[d], decision.diagnoses[d])


def _ways_tried(subject: Subject, diagnosis: Diagnosis) -> Iterator[tuple[int, str]]:
    """The ways out of a diagnosis by position, each with the fact that tells what came of it."""
    knowledge = subject.model.knowledge
    tried = {fact.tried: key for key, fact in knowledge.facts.items() if fact.tried is not None}
    for r, resolution in enumerate(knowledge.resolutions):
        if diagnosis.id in resolution.diagnoses:
            yield r, tried[resolution.id]


class _Rivals:
    """The diagnoses of a library by what they explain, and by their ways out."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        knowledge = subject.model.knowledge
        self._by_id = {each.id: each for each in knowledge.diagnoses}
        self._symptoms = {
            each.id: tuple(dict.fromkeys(account.seen for one in each.instances for account in one.explains))
            for each in knowledge.diagnoses
        }
        self._explained: dict[Condition, list[str]] = {}
        for id_, symptoms in self._symptoms.items():
            for seen in symptoms:
                self._explained.setdefault(seen, []).append(id_)
        self._ways: dict[str, list[Resolution]] = {}
        for resolution in knowledge.resolutions:
            for id_ in resolution.diagnoses:
                self._ways.setdefault(id_, []).append(resolution)

    @property
    def count(self) -> int:
        """How many pairs explain a symptom together, each in both orders."""
        return sum(1 for _ in self._named())

    def pairs(self) -> Iterator[_Pair]:
        """All of them."""
        return (self._pair(first, hidden) for first, hidden in self._named())

    def with_a_way_of_both(self) -> Iterator[_Pair]:
        """Those that have a way out together."""
        together = dict.fromkeys(
            (first, hidden)
            for resolution in self._subject.model.knowledge.resolutions
            for first in resolution.diagnoses
            for hidden in resolution.diagnoses
            if first != hidden and self._looked_at(first, hidden)
        )
        pairs = (self._pair(first, hidden) for first, hidden in together)
        return (each for each in pairs if each.symptoms)

    def _named(self) -> Iterator[tuple[str, str]]:
        for first, symptoms in self._symptoms.items():
            for hidden in dict.fromkeys(id_ for seen in symptoms for id_ in self._explained[seen]):
                if hidden != first and self._looked_at(first, hidden):
                    yield first, hidden

    def _looked_at(self, first: str, hidden: str) -> bool:
        return any(self._subject.concerns(self._by_id[each]) for each in (first, hidden))

    def _pair(self, first: str, hidden: str) -> _Pair:
        ways = self._ways.get(first, ())
        return _Pair(
            self._by_id[first],
            self._by_id[hidden],
            tuple(each for each in self._symptoms[first] if each in self._symptoms[hidden]),
            tuple(each for each in ways if hidden not in each.diagnoses),
            tuple(each for each in ways if hidden in each.diagnoses),
            any(first not in each.diagnoses for each in self._ways.get(hidden, ())),
        )


def position_of(subject: Subject, diagnosis: Diagnosis) -> int:
    """The position of a diagnosis in its library."""
    if position_of not in subject.memory:
        subject.memory[position_of] = {each.id: d for d, each in enumerate(subject.model.knowledge.diagnoses)}
    positions: dict[str, int] = subject.memory[position_of]
    return positions[diagnosis.id]
