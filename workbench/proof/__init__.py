"""Proves properties of a library over all combinations of answers, and shows by facts where one does not hold."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from math import inf
from time import monotonic

from workbench.checks import Issue, LibrarySource, in_order
from workbench.proof.caveats import Caveats, caveats
from workbench.proof.contradiction import ContradictingSteps
from workbench.proof.dead import DeadDiagnosis, DeadStep, DeadWords
from workbench.proof.diagrams import OutOfTime
from workbench.proof.masking import HiddenCause, Masking, masking
from workbench.proof.property import Property
from workbench.proof.questions import PointlessQuestion
from workbench.proof.redundancy import ImpliedRequirement, NarrowerDiagnosis, SameDiagnosis
from workbench.proof.rivals import IdleExclusion, NeverCause
from workbench.proof.subject import BUDGET, UNPROVEN, Subject, subject_of
from workbench.proof.verdicts import NothingToDo, SilentVerdict, UnsettledPath

__all__ = [
    "PROPERTIES",
    "UNPROVEN",
    "Caveats",
    "Covered",
    "Masking",
    "Proof",
    "Property",
    "Subject",
    "prove",
    "subject_of",
]

PROPERTIES: tuple[Property, ...] = (
    DeadDiagnosis(),
    DeadStep(),
    DeadWords(),
    SameDiagnosis(),
    NarrowerDiagnosis(),
    ImpliedRequirement(),
    ContradictingSteps(),
    SilentVerdict(),
    PointlessQuestion(),
    UnsettledPath(),
    NothingToDo(),
    IdleExclusion(),
    NeverCause(),
    HiddenCause(),
)
"""Every property, in the order of the codes for where it does not hold."""


@dataclass(frozen=True, slots=True)
class Covered:
    """What a proof ranged over.

    Attributes:
        combinations: of answers to every fact that a condition tests, "unknown" among the answers.
        states: nodes of the diagrams, each a set of combinations that need not be told apart.
        questions: put to the diagrams.
        witnesses: environments found and run.
        open: questions that could not be settled within bounds.
        unfinished: the codes and titles of what was not proven to its end in the time.
    """

    combinations: int
    states: int
    questions: int
    witnesses: int
    open: int
    unfinished: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Proof:
    """What came of it: where a property does not hold or could not be settled, what was covered, who hides whom, and
    which unknown facts leave a caveat.

    The last two are not there where the time did not last.
    """

    issues: tuple[Issue, ...]
    covered: Covered
    masking: Masking | None
    caveats: Caveats | None


def prove(
    library: LibrarySource,
    budget: int = BUDGET,
    article: str | None = None,
    seconds: float = inf,
    told: Callable[[Sequence[Issue]], None] = lambda _: None,
    between: Callable[[], None] = lambda: None,
) -> Proof:
    """Put every property of a library to the proof.

    Args:
        budget: diagram nodes that one question may visit.
        article: leave out what can be proven of the rules of other articles alone.
        seconds: what all of it may take; what is not proven by then is told.
        told: is given what is found of each property as soon as it is.
        between: is called between questions, many times a second; what it raises ends the proof.
    """
    until = monotonic() + seconds
    subject = subject_of(library, budget, article)
    subject.model.diagrams.until = until
    subject.model.diagrams.before = between
    issues: list[Issue] = []
    late: list[str] = []
    for each in PROPERTIES:
        found: list[Issue] = []
        try:
            found.extend(each.issues(subject))
        except OutOfTime:
            late.append(f"{each.kind.code} ({each.kind.title})")
        told(found)
        issues += found
    hidden = uncertain = None
    with suppress(OutOfTime):
        hidden = masking(subject)
        uncertain = caveats(subject)
    work, space = subject.work, subject.model.space
    return Proof(
        in_order(issues),
        Covered(space.combinations, space.diagrams.states, work.questions, work.witnesses, work.open, tuple(late)),
        hidden,
        uncertain,
    )
