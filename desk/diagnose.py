"""``resolvent diagnose``: facts in, the outcome out, nothing asked."""

from __future__ import annotations

import click

from desk.exits import DeskError, Exit
from desk.facts_input import read_facts
from desk.options import engine_option, facts_argument, library_option, set_option
from engine import load


@click.command("diagnose")
@facts_argument
@set_option
@click.option("--format", "format_", type=click.Choice(["text", "json", "markdown"]), default="text", show_default=True)
@engine_option
@library_option
def command(facts: str | None, settings: tuple[str, ...], format_: str, engine: str, library: str | None) -> int:
    """Diagnose the environment that FACTS.json describes (- reads standard input)."""
    if facts is None and not settings:
        raise DeskError("diagnose: name a file of facts, - for standard input, or give --set KEY=VALUE", Exit.USAGE)
    reasoner = load(library, engine)
    outcome = reasoner.diagnose(read_facts(facts, settings, reasoner.knowledge))
    if format_ == "json":
        click.echo(outcome.model_dump_json(indent=2))
        return Exit.DONE
    from desk.report import blocks

    report = blocks(outcome, reasoner.knowledge)
    if format_ == "markdown":
        from desk.markdown import to_markdown

        click.echo(to_markdown(report), nl=False)
    else:
        from desk.screen import Screen

        Screen().report(report)
    return Exit.DONE
