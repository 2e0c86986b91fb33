"""Proves properties of a library over all combinations of answers, and shows by facts where one does not hold."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from workbench.checks import Issue, LibrarySource, in_order
from workbench.proof.contradiction import ContradictingSteps
from workbench.proof.dead import DeadDiagnosis, DeadStep, DeadWords
from workbench.proof.masking import HiddenCause, Masking, masking
from workbench.proof.property import Property
from workbench.proof.questions import PointlessQuestion
from workbench.proof.redundancy import ImpliedRequirement, NarrowerDiagnosis, SameDiagnosis
from workbench.proof.rivals import IdleExclusion, NeverCause
from workbench.proof.subject import BUDGET, UNPROVEN, Subject, subject_of
from workbench.proof.verdicts import NothingToDo, SilentVerdict, UnsettledPath

__all__ = ["PROPERTIES", "UNPROVEN", "Covered", "Masking", "Proof", "Property", "Subject", "prove", "subject_of"]

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
    """

    combinations: int
    states: int
    questions: int
    witnesses: int
    open: int


@dataclass(frozen=True, slots=True)
class Proof:
    """What came of it: where a property does not hold or could not be settled, what was covered, who hides whom."""

    issues: tuple[Issue, ...]
    covered: Covered
    masking: Masking


def prove(
    library: LibrarySource,
    budget: int = BUDGET,
    article: str | None = None,
    told: Callable[[Sequence[Issue]], None] = lambda _: None,
) -> Proof:
    """Put every property of a library to the proof.

    Args:
        budget: diagram nodes that one question may visit.
        article: leave out what can be proven of the rules of other articles alone.
        told: is given what is found of each property as soon as it is.
    """
    subject = subject_of(library, budget, article)
    issues: list[Issue] = []
    for each in PROPERTIES:
        found = list(each.issues(subject))
        told(found)
        issues += found
    work, space = subject.work, subject.model.space
    return Proof(
        in_order(issues),
        Covered(space.combinations, space.diagrams.states, work.questions, work.witnesses, work.open),
        masking(subject),
    )
