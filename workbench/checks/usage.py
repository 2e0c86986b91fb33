"""What a knowledge base makes use of: every fact, external article, person and statement that something in it names."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel

from kb.commands import Command
from kb.conditions import Test
from kb.model import Citation, Derivation, KnowledgeBase
from kb.templates import WORDS, Blank


def used_facts(knowledge: KnowledgeBase) -> frozenset[str]:
    """The facts that a rule tests or speaks of, and those that these follow from or are filled in from.

    What tells whether a way out helped is used by the engine itself.
    """
    direct = {key for key, fact in knowledge.facts.items() if fact.tried is not None}
    rules = (*knowledge.diagnoses, *knowledge.resolutions, *knowledge.note_rules)
    for part in (part for rule in rules for part in parts(rule)):
        match part:
            case Test() | Blank():
                direct.add(part.fact)
    used: set[str] = set()
    waiting = list(direct)
    while waiting:
        key = waiting.pop()
        if key in used:
            continue
        used.add(key)
        if key.startswith(WORDS):
            waiting.append(knowledge.words[key.removeprefix(WORDS)].by)
            continue
        fact = knowledge.fact(key)
        if fact is None:
            continue
        for part in parts(fact):
            match part:
                case Derivation():
                    waiting += part.of
                case Test() | Blank():
                    waiting.append(part.fact)
    return frozenset(used)


def cited(knowledge: KnowledgeBase) -> frozenset[tuple[str, str]]:
    """The statements that a rule rests on: article and anchor."""
    rules = (*knowledge.diagnoses, *knowledge.resolutions, *knowledge.note_rules)
    return frozenset((part.article, part.at) for rule in rules for part in parts(rule) if isinstance(part, Citation))


def seen(knowledge: KnowledgeBase) -> frozenset[str]:
    """The articles, here and elsewhere, that a rule sends the reader to."""
    rules = (*knowledge.diagnoses, *knowledge.resolutions, *knowledge.note_rules)
    return frozenset(id_ for rule in rules for part in parts(rule) for id_ in getattr(part, "references", ()))


def parts(node: object) -> Iterator[BaseModel]:
    """Every model within a model, itself first."""
    if isinstance(node, BaseModel):
        yield node
        if isinstance(node, Command):
            # A command's words are all in its arguments' templates.
            for argument in node.arguments:
                yield from parts(argument.templates)
            return
        for name in type(node).model_fields:
            yield from parts(getattr(node, name))
    elif isinstance(node, tuple | list):
        for each in node:
            yield from parts(each)
