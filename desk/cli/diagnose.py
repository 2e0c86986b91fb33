"""``resolvent diagnose``: facts and evidence in, the outcome out, nothing asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

import click

from desk.cli.shared.exits import DeskError, Exit
from desk.cli.shared.facts_input import read_facts
from desk.cli.shared.options import (
    engine_option,
    evidence_option,
    facts_argument,
    format_option,
    known_option,
    library_option,
    set_option,
)
from engine import Engine, Outcome, OutcomeNext, load
from kb.values import Value

if TYPE_CHECKING:
    from evidence.diagnosis import Diagnosed
    from render.blocks import Block
    from render.report import ServerReport

_VIEWS = ("full", "next")


@click.command("diagnose")
@facts_argument
@set_option
@evidence_option
@click.option(
    "--settle",
    "settled",
    metavar="KEY=CHOICE",
    multiple=True,
    help="An answer to a question that settles where sources differ; repeatable.",
)
@known_option
@click.option("--thorough", is_flag=True, help="Ask for every cause, also where what was seen is explained already.")
@click.option(
    "--view",
    type=click.Choice(_VIEWS),
    default="full",
    show_default=True,
    help="next: only what is so, the commands, and the question to put.",
)
@format_option("text", "json", "markdown")
@engine_option
@library_option
def command(
    facts: str | None,
    settings: tuple[str, ...],
    evidence: tuple[str, ...],
    settled: tuple[str, ...],
    known: str | None,
    thorough: bool,
    view: str,
    format_: str,
    engine: str,
    library: str | None,
) -> int:
    """Diagnose the environment that FACTS.json and evidence describe (- reads standard input)."""
    if facts is None and not settings and not evidence:
        raise DeskError(
            "diagnose: name a file of facts, - for standard input, or give --set KEY=VALUE or --evidence FILE",
            Exit.USAGE,
        )
    if (facts, *evidence).count("-") > 1:
        raise DeskError("diagnose: standard input can be read once; name a file for the other", Exit.USAGE)
    settle = dict(_settlements(settled))
    reasoner = load(library, engine)
    stated = read_facts(facts, settings, reasoner.knowledge)
    if evidence or settle or known is not None:
        _diagnose_all(reasoner, stated, evidence, settle, known, thorough=thorough, view=view, format_=format_)
        return Exit.DONE
    # Where nothing was read there is nothing to resolve: what is stated is what is known.
    outcome = reasoner.diagnose(stated, thorough)
    told = outcome.next() if view == "next" else outcome
    if format_ == "json":
        click.echo(told.model_dump_json(indent=2))
    else:
        _print(_blocks_of(told, reasoner), format_)
    return Exit.DONE


def _diagnose_all(
    reasoner: Engine,
    known: Mapping[str, Value],
    evidence: tuple[str, ...],
    settle: Mapping[str, str],
    on_file: str | None,
    *,
    thorough: bool,
    view: str,
    format_: str,
) -> None:
    """Diagnose each server that evidence names."""
    from desk.cli.shared.evidence_input import read_known, read_sources
    from evidence import UnknownSettlement
    from evidence.diagnosis import Given, View, diagnose, together
    from render.report import of_servers

    given = Given(
        known, tuple(read_sources(evidence, reasoner.knowledge)), settle, read_known(on_file, reasoner.knowledge)
    )
    try:
        every = diagnose(reasoner, given, thorough=thorough)
    except UnknownSettlement as refused:
        raise DeskError(f"--settle: {refused}") from None
    if format_ == "json":
        click.echo(together(every, View(view)).model_dump_json(indent=2))
    elif view == "next":
        _print((block for each in every for block in _short(each, several=len(every) > 1)), format_)
    else:
        _print(of_servers([_report(each) for each in every], reasoner.knowledge), format_)


def _settlements(settled: Iterable[str]) -> Iterator[tuple[str, str]]:
    for each in settled:
        key, equals, choice = each.partition("=")
        if not equals:
            raise DeskError(f"--settle {each}: write it as KEY=CHOICE, the question's fact and its answer", Exit.USAGE)
        yield key.strip(), choice.strip()


def _report(diagnosed: Diagnosed) -> ServerReport:
    from render.report import ServerReport

    taken = diagnosed.environment.taken
    read = {key: str(each.provenance) for key, each in taken.items() if each.provenance.what != "stated"}
    return ServerReport(diagnosed.environment.server, diagnosed.outcome, read)


def _short(diagnosed: Diagnosed, *, several: bool) -> Iterator[Block]:
    from render.blocks import Heading
    from render.report import of_next

    if several:
        yield Heading(1, f"Server {diagnosed.environment.server}")
    yield from of_next(diagnosed.outcome.next())


def _blocks_of(told: Outcome | OutcomeNext, reasoner: Engine) -> Iterable[Block]:
    # What JSON does not need is not imported for it.
    from render.report import blocks, of_next

    return of_next(told) if isinstance(told, OutcomeNext) else blocks(told, reasoner.knowledge)


def _print(report: Iterable[Block], format_: str) -> None:
    """A report on the screen or as Markdown."""
    if format_ == "markdown":
        from render.markdown import to_markdown

        click.echo(to_markdown(report), nl=False)
        return
    from desk.interview.screen import Screen

    Screen().report(report)
