"""Sums an outcome up in a sentence or two: what is so first, then what to do next."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import takewhile

from engine import outcome as out
from engine.folding import listed
from kb import KnowledgeBase
from kb.messages import Message

_NAMED = 3
"""What is named of what is not known before it says how much more there is."""


@dataclass(frozen=True, slots=True)
class Told:
    """What an outcome tells, before it is summed up.

    Attributes:
        diagnoses: the causes first.
        unexplained: what was seen and nothing explains.
        helped, in_vain: the ways out that were tried, with effect and without.
    """

    verdict: out.Verdict
    status: out.Status
    diagnoses: tuple[out.DiagnosisOutcome, ...]
    resolutions: tuple[out.ResolutionOutcome, ...]
    questions: tuple[out.Question, ...]
    contradictions: tuple[out.Contradiction, ...]
    notes: tuple[out.Note, ...]
    unexplained: tuple[Message, ...] = ()
    helped: tuple[Message, ...] = ()
    in_vain: tuple[Message, ...] = ()


def summary(told: Told, knowledge: KnowledgeBase, check_of: Callable[[str], str]) -> Message:
    """The summary of what an outcome tells.

    Args:
        check_of: how a fact is found out, in these facts.
    """
    match told.verdict:
        case out.Verdict.DIAGNOSED:
            said = _diagnosed(told, knowledge)
        case out.Verdict.NOT_COVERED:
            said = _not_covered(told)
        case out.Verdict.UNDECIDED:
            said = _undecided(told, knowledge, check_of)
    return Message.joined(" ", said)


def _diagnosed(told: Told, knowledge: KnowledgeBase) -> Iterator[Message]:
    if told.helped:
        yield Message("Solved. This helped: ", Message.joined("; ", told.helped), ".")
        return
    causes = list(takewhile(lambda each: each.state is out.DiagnosisState.CONFIRMED and each.pursued, told.diagnoses))
    titles = Message.joined("; ", (each.title for each in causes))
    yield Message("Cause found: " if len(causes) == 1 else f"{len(causes)} causes found: ", titles, ".")
    if len(causes) == 1 and len(causes[0].because) == 1:
        yield causes[0].because[0]
    yield from _doubts(told)
    yield from _unexplained(told)
    for resolution in told.resolutions[:1]:
        first = "Next: " if resolution.state is out.StepState.DO else "Check first whether this can be done: "
        yield Message(first, resolution.title, ".")
    if told.status is out.Status.OPEN:
        yield Message("One more answer decides the steps: ", told.questions[0].ask)
        return
    lacking = dict.fromkeys(fact for each in told.resolutions[:1] for step in each.steps for fact in step.missing)
    if lacking:
        yield Message(f"Still needed for the commands: {listed(_labels(lacking, knowledge))}.")


def _not_covered(told: Told) -> Iterator[Message]:
    reasons = tuple(dict.fromkeys(reason for each in told.diagnoses for reason in each.because))
    articles = tuple(dict.fromkeys(each.article for each in told.diagnoses))
    if told.in_vain:
        yield Message("Nothing more is known. This was tried and changed nothing: ")
        yield Message(Message.joined("; ", told.in_vain), ".")
    elif len(articles) == 1:
        yield Message(f"{articles[0]} does not apply.")
    else:
        yield Message("None of the known causes applies.")
    if len(reasons) == 1:
        yield reasons[0]
    yield from _doubts(told)
    yield from _unexplained(told)
    yield from (note.message for note in told.notes[:1])


def _undecided(told: Told, knowledge: KnowledgeBase, check_of: Callable[[str], str]) -> Iterator[Message]:
    yield from _doubts(told)
    if told.status is out.Status.OPEN:
        yield Message("Not decided yet. Next question: ", told.questions[0].ask)
        return
    # What is possible and not asked about waits for something that nobody can tell.
    asked = [each for each in told.diagnoses if each.pursued] or told.diagnoses
    missing = tuple(dict.fromkeys(fact for each in asked for fact in each.missing))
    yield Message("Not enough information yet.")
    if missing:
        fact = knowledge.facts[missing[0]]
        labels = list(_labels(missing, knowledge))
        if len(labels) > _NAMED + 1:
            labels[_NAMED:] = [f"{len(labels) - _NAMED} more things"]
        yield Message(f"Not known: {listed(labels)}.")
        person = knowledge.person(fact.answered_by).label
        check = " or ".join(check_of(fact.key).splitlines())
        yield Message(f"Ask {person}" + (f": {check}" if check else "."))


def _unexplained(told: Told) -> Iterator[Message]:
    """What was seen and is left over is said, whatever was found."""
    if told.unexplained and told.status is out.Status.SETTLED:
        yield Message("Nothing found explains this: ", Message.joined("; ", told.unexplained), ".")


def _doubts(told: Told) -> Iterator[Message]:
    """What does not fit together comes before anything is done."""
    yield from (Message("Check this first: ", each.message) for each in told.contradictions[:1])


def _labels(facts: Iterable[str], knowledge: KnowledgeBase) -> Iterator[str]:
    for key in facts:
        fact = knowledge.fact(key)
        yield key if fact is None else fact.label
