"""``resolvent collect``: a script that only reads, for whoever can run it; its output is evidence."""

from __future__ import annotations

import click

from desk.cli.shared.exits import DeskError, Exit
from desk.cli.shared.options import library_option
from evidence.collection import collection_script
from kb import KnowledgeBase, load
from kb.outputs import CollectionScript
from kb.values import UNKNOWN, ValueRefused, read_value, suggestion


@click.command("collect")
@click.option("--for", "who", metavar="WHOM", help="Whose script; without it, the scripts that there are.")
@click.option("--version", "version", metavar="VERSION", help="Which of its versions, as people write it.")
@library_option
def command(who: str | None, version: str | None, library: str | None) -> int:
    """Print a script to send to whoever can run it. It only reads; what it prints is evidence.

    \b
    resolvent collect --for admin --version "Exchange Server 2010" > collect.ps1
    """
    knowledge = load(library)
    if who is None:
        for each in knowledge.outputs.scripts:
            click.echo(f"{each.id}: {each.label}")
        if not knowledge.outputs.scripts:
            raise DeskError("collect: this library has no collection scripts; see docs/collecting.md", Exit.USAGE)
        return Exit.DONE
    script = knowledge.outputs.script(who)
    if script is None:
        known = [each.id for each in knowledge.outputs.scripts]
        raise DeskError(
            f"collect: there is no script for {who!r}{suggestion(who, known)}; there is {', '.join(known) or 'none'}",
            Exit.USAGE,
        )
    click.echo(collection_script(knowledge, script, _value(script, version, knowledge)), nl=False)
    return Exit.DONE


def _value(script: CollectionScript, version: str | None, knowledge: KnowledgeBase) -> str:
    """The value by which the script differs; empty where it is the same for everybody."""
    if not script.by:
        return ""
    fact = knowledge.facts[script.by]
    labels = ", ".join(f"'{fact.labels[value]}'" for value in script.values)
    if version is None:
        raise DeskError(f"collect: say for which with --version: {labels}", Exit.USAGE)
    try:
        value = read_value(version, fact)
    except ValueRefused as refused:
        raise DeskError(f"collect: --version {version}: {refused}", Exit.USAGE) from None
    if value == UNKNOWN or value not in script.values:
        raise DeskError(f"collect: --version {version}: there is no script for that, only for {labels}", Exit.USAGE)
    return str(value)
