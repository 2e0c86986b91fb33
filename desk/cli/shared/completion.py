"""What a shell completes beyond verbs and options: facts, their values, and diagnoses of the library in use."""

from __future__ import annotations

import click
from click.shell_completion import CompletionItem

from kb import KnowledgeBase, LibraryError
from kb.values import UNKNOWN, FactType


def facts(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The keys of facts that begin so."""
    knowledge = _knowledge(ctx)
    known = {} if knowledge is None else knowledge.facts
    return [CompletionItem(key, help=fact.label) for key, fact in known.items() if key.startswith(incomplete)]


def settings(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """``KEY=`` for the facts that begin so, and after the equals sign the values that a fact can have."""
    key, equals, begun = incomplete.partition("=")
    if not equals:
        return [CompletionItem(f"{each.value}=", help=each.help) for each in facts(ctx, param, incomplete)]
    knowledge = _knowledge(ctx)
    fact = None if knowledge is None else knowledge.facts.get(key)
    if fact is None:
        return []
    values = {choice.value: str(choice.label) for choice in fact.choices}
    if fact.type is FactType.BOOLEAN:
        values = {"yes": "", "no": ""}
    values[UNKNOWN] = "nobody can tell"
    return [CompletionItem(f"{key}={value}", help=label) for value, label in values.items() if value.startswith(begun)]


def diagnoses(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The ids of diagnoses that begin so."""
    knowledge = _knowledge(ctx)
    every = () if knowledge is None else knowledge.diagnoses
    return [CompletionItem(each.id, help=str(each.title)) for each in every if each.id.startswith(incomplete)]


def _knowledge(ctx: click.Context) -> KnowledgeBase | None:
    """The library that the line so far names; none where it cannot be read, since a shell shows no errors."""
    from kb import load

    try:
        return load(ctx.params.get("library"))
    except (LibraryError, OSError):
        return None
