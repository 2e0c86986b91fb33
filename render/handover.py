"""What a helpdesk hands over: the commands as one script, the words for the caller, and a request to who can look."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from engine.outcome import DiagnosisState, Outcome, ResolutionOutcome, StepOutcome, StepState, Verdict
from kb import KnowledgeBase
from kb.messages import NOTHING, Message
from render.words import capitalised, numbered

_REMARK: Final = "# "
"""Begins a line that a shell passes over."""


def ways_taken(outcome: Outcome) -> tuple[ResolutionOutcome, ...]:
    """For each cause the first way out that is open, which is the one to take; each once, in order."""
    taken: dict[str, ResolutionOutcome] = {}
    for diagnosis in outcome.diagnoses:
        if diagnosis.state is not DiagnosisState.CONFIRMED:
            continue
        ways = [each for each in outcome.resolutions if diagnosis.id in each.diagnoses]
        first = next((each for each in ways if each.state is StepState.DO), next(iter(ways), None))
        if first is not None:
            taken.setdefault(first.id, first)
    return tuple(taken.values())


def script_of(outcome: Outcome) -> Message:
    """All commands in order, what no command does as remarks between them, and how to undo it as remarks at the end.

    Empty where there is no command at all.
    """
    ways = ways_taken(outcome)
    steps = [step for way in ways for step in way.steps]
    if not any(step.command for step in steps):
        return NOTHING
    lines = [line for way in ways for line in _way(way)]
    undoes = [step.undo for step in reversed(steps) if step.undo and step.state is not StepState.SKIP]
    if undoes:
        lines += [Message(""), Message(_REMARK, "To undo, last step first:")]
        lines += [_remark(undo) for undo in undoes]
    return Message.joined("\n", lines)


def _way(way: ResolutionOutcome) -> Iterator[Message]:
    yield _remark(Message(way.title))
    for number, step in numbered(way.steps):
        if number:
            yield from _step(number, step)


def _step(number: int, step: StepOutcome) -> Iterator[Message]:
    yield _remark(Message(f"{number}. ", step.text))
    if step.state is StepState.VERIFY:
        yield _remark(Message("Verify first: ", step.reason))
        if step.command:
            yield _remark(step.command)
    elif step.command:
        yield step.command
    elif step.draft:
        yield _remark(Message("Not ready to run: ", step.draft))


def _remark(text: Message) -> Message:
    """Every line of a text as a remark."""
    return Message(*(_kept(part) if isinstance(part, str) else part for part in Message(_REMARK, text).parts))


def _kept(words: str) -> str:
    return words.replace("\n", f"\n{_REMARK}")


def who_acts(outcome: Outcome, knowledge: KnowledgeBase) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """Who carries out which steps of the way that is taken, by what they are called; empty where nothing says so."""
    by_person: dict[str, list[int]] = {}
    for way in ways_taken(outcome)[:1]:
        for number, step in numbered(way.steps):
            if number and step.acts:
                by_person.setdefault(knowledge.person(step.acts).label, []).append(number)
    return tuple((person, tuple(steps)) for person, steps in by_person.items())


def for_the_caller(outcome: Outcome, knowledge: KnowledgeBase) -> Message:
    """What to tell the caller once there is a verdict: what it is, if work can go on, who acts, and when it shows."""
    if outcome.verdict is Verdict.UNDECIDED:
        return NOTHING
    causes = [each.title for each in outcome.diagnoses if each.state is DiagnosisState.CONFIRMED and not each.besides]
    if not causes:
        return outcome.summary
    said = [Message("We know the cause: ", cause, ".") for cause in causes]
    if outcome.meanwhile:
        said.append(Message(outcome.meanwhile))
    people = [person for person, _ in who_acts(outcome, knowledge)]
    said.append(
        Message(f"{capitalised(' and '.join(people))} will put it right.")
        if people
        else Message("It is passed on with the steps that put it right.")
    )
    said += when_it_shows(outcome)
    return Message.joined(" ", said)


def when_it_shows(outcome: Outcome) -> tuple[Message, ...]:
    """When what is to be done can be seen to have helped, a sentence each; nothing where it shows at once."""
    effects = dict.fromkeys(step.takes_effect for way in ways_taken(outcome) for step in way.steps if step.takes_effect)
    return tuple(
        Message("" if number else "When it shows: ", effect, "" if effect.endswith(".") else ".")
        for number, effect in enumerate(effects)
    )


def who_can_look(facts: Iterable[str], knowledge: KnowledgeBase) -> str:
    """Those who can look some facts up, by what they are called; whoever is at hand need not be written to."""
    people = [knowledge.person(knowledge.facts[fact].answered_by) for fact in facts if fact in knowledge.facts]
    return " and ".join(dict.fromkeys(each.label for each in people if each.effort > 1)) or "whoever can look"


def request_for(
    facts: Iterable[str], knowledge: KnowledgeBase, check_of: Callable[[str], str], reference: str = ""
) -> str:
    """A message to whoever can look up what is not known: what is asked, and the commands that show it.

    Empty where none of the facts has a way to check it.

    Args:
        check_of: how a fact is found out, in these facts.
    """
    shown_by = {fact: check for fact in facts if fact in knowledge.facts and (check := check_of(fact))}
    if not shown_by:
        return ""
    checks = dict.fromkeys(shown_by.values())
    about = f" ({reference})" if reference else ""
    asked = [f"- {knowledge.facts[fact].ask}" for fact in shown_by]
    return "\n".join(
        [
            f"Hello, for a support case{about} we need to know:",
            *asked,
            "",
            "This shows it; it only reads and changes nothing:",
            "",
            *checks,
            "",
            "Please send back all that it prints. Thank you.",
        ]
    )
