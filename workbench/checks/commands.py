"""Checks commands against a table of what PowerShell knows: their spelling, their parameters, where they exist."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from kb.commands import Command, CommandRefused, read
from kb.conditions import All, Any, Concluded, Condition, Not, Operator, Test
from kb.model import Diagnosis, KnowledgeBase
from kb.templates import Blank
from kb.values import suggestion
from workbench.checks.check import Check
from workbench.checks.issue import Issue, IssueKind, Location, Severity
from workbench.checks.source import LibrarySource

_TABLE = Path(__file__).with_name("cmdlets.yaml")
_CMDLET = re.compile(r"[A-Z][A-Za-z]*-[A-Z][A-Za-z]*")


@dataclass(frozen=True, slots=True)
class Cmdlet:
    """A command of the table.

    Attributes:
        where: facts with the values for which it exists; empty where that is everywhere.
    """

    name: str
    parameters: tuple[str, ...]
    where: Mapping[str, tuple[str, ...]]
    source: str


@dataclass(frozen=True, slots=True)
class Use:
    """A command in a library, and the conditions all of which hold where it is shown to anyone."""

    command: Command
    at: Location
    conditions: tuple[tuple[Condition, ...], ...]


@cache
def table() -> Mapping[str, Cmdlet]:
    """The commands known, by name."""
    from ruamel.yaml import YAML

    written = YAML(typ="safe", pure=True).load(_TABLE.read_text(encoding="utf-8"))
    return {
        name: Cmdlet(
            name,
            tuple(each["parameters"]),
            {fact: tuple(values) for fact, values in each.get("where", {}).items()},
            each["source"],
        )
        for name, each in written["commands"].items()
    }


class UnknownCmdlet(Check):
    """A command whose name is nearly one that PowerShell has, or has other capitals than the documentation."""

    kind = IssueKind("KB331", Severity.ERROR, "A command that is misspelt")

    def issues(self, library: LibrarySource) -> Iterator[Issue]:
        """Commands that are not in the table and resemble none of it are left alone."""
        for use in uses(library):
            name = use.command.name
            if name not in table() and (near := suggestion(name, table())):
                yield self.found(use.at, f"{name} is no command that is known{near}")


class UnknownParameter(Check):
    """A parameter that the command does not have."""

    kind = IssueKind("KB332", Severity.ERROR, "A parameter that the command does not have")

    def issues(self, library: LibrarySource) -> Iterator[Issue]:
        """One for each use; PowerShell reads parameters without regard to case, and so does this."""
        for use in uses(library):
            cmdlet = table().get(use.command.name)
            if cmdlet is None:
                continue
            known = {name.lower() for name in cmdlet.parameters}
            for argument in use.command.arguments:
                name = (argument.parameter or "").strip("-:")
                if name and name.lower() not in known:
                    yield self.found(use.at, f"{cmdlet.name} has no parameter -{name}{_near(name, cmdlet)}")


class CmdletElsewhere(Check):
    """A command that is shown for a version which does not have it."""

    kind = IssueKind("KB333", Severity.ERROR, "A command that does not exist in a version it is shown for")

    def issues(self, library: LibrarySource) -> Iterator[Issue]:
        """One for each use, naming all such versions."""
        for use in uses(library):
            cmdlet = table().get(use.command.name)
            for fact, values in (cmdlet.where if cmdlet else {}).items():
                shown = shown_for(use, fact, library.knowledge)
                wrong = [value for value in shown if value not in values]
                if wrong:
                    yield self.found(
                        use.at,
                        f"{use.command.name} is shown for {fact} {', '.join(wrong)}, and exists for "
                        f"{', '.join(values)}; give the rule a condition that leaves the others out",
                    )


def unchecked(library: LibrarySource) -> tuple[str, ...]:
    """The commands that the table does not know, which nothing is said about."""
    return tuple(sorted({use.command.name for use in uses(library)} - set(table())))


def uses(library: LibrarySource) -> Iterator[Use]:
    """Every command of a step, and every one that a question names as the way to find out."""
    knowledge = library.knowledge
    diagnoses = {diagnosis.id: diagnosis for diagnosis in knowledge.diagnoses}
    for resolution in knowledge.resolutions:
        for step in resolution.steps:
            conditions = tuple(
                (*each, *(when for when in (resolution.when, step.when) if when is not None))
                for id_ in resolution.diagnoses
                for each in _confirmed(diagnoses[id_], step.member)
            )
            for name, alternatives in (("run", step.run), ("check", step.check), ("undo", step.undo)):
                for each in alternatives:
                    if isinstance(each.command, Command):
                        shown = tuple((*way, *(() if each.when is None else (each.when,))) for way in conditions)
                        yield Use(each.command, library.step(resolution.id, step.id, name), shown)
    for key, fact in knowledge.facts.items():
        for line in (fact.how_to_check, *(each.check for each in fact.how_to_check_where)):
            command = _command(line)
            if command is not None:
                yield Use(command, library.fact(key, "how_to_check"), _asked(knowledge, key))


def shown_for(use: Use, fact: str, knowledge: KnowledgeBase) -> tuple[str, ...]:
    """The values of a choice for which some of the ways to a command are not shut."""
    declared = knowledge.facts.get(fact)
    if declared is None or not use.conditions:
        return ()
    tested = {leaf for way in use.conditions for condition in way for leaf in _facts(condition)}
    if fact not in tested:
        return ()
    return tuple(
        choice.value
        for choice in declared.choices
        if any(all(_worth(each, fact, choice.value) is not False for each in way) for way in use.conditions)
    )


def _confirmed(diagnosis: Diagnosis, member: str | None) -> Iterator[tuple[Condition, ...]]:
    for instance in diagnosis.instances:
        if member is None or instance.member == member:
            yield tuple(each.that for each in (*diagnosis.applies_when, *instance.requires))


def _asked(knowledge: KnowledgeBase, key: str) -> tuple[tuple[Condition, ...], ...]:
    """The ways to a question for a member of a collection: wherever that member exists."""
    member = knowledge.facts[key].member
    return tuple(
        tuple(each.that for each in (*diagnosis.applies_when, *instance.requires) if each.id == "exists")
        + tuple(each.that for each in diagnosis.applies_when)
        for diagnosis in knowledge.diagnoses
        if member is not None and diagnosis.collection == member[0]
        for instance in diagnosis.instances
        if instance.member == member[1]
    )


def _command(line: str) -> Command | None:
    """What a question gives as the way to find out, where that is a command."""
    try:
        command, _ = read(line, lambda key: Blank(fact=key), may_show=True)
    except CommandRefused:
        return None
    return command if _CMDLET.fullmatch(command.name) else None


def _facts(condition: Condition) -> Iterator[str]:
    match condition:
        case Test():
            yield condition.fact
        case All() | Any():
            for part in condition.parts:
                yield from _facts(part)
        case Not():
            yield from _facts(condition.part)


def _worth(condition: Condition, fact: str, value: str) -> bool | None:
    """What a condition is worth where one choice is known and nothing else is."""
    match condition:
        case Test(operator=Operator.ONE_OF) if condition.fact == fact:
            return value in condition.operands
        case Test() | Concluded():
            return None
        case Not():
            worth = _worth(condition.part, fact, value)
            return None if worth is None else not worth
        case All() | Any():
            worths = [_worth(part, fact, value) for part in condition.parts]
            deciding = isinstance(condition, Any)
            if deciding in worths:
                return deciding
            return None if None in worths else not deciding


def _near(name: str, cmdlet: Cmdlet) -> str:
    return suggestion(name, cmdlet.parameters) or f"; it has {', '.join(cmdlet.parameters[:6])} and others"
