"""``resolvent diagnose``: facts and evidence in, the outcome out, nothing asked."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

import click

from desk.cli.shared.exits import DeskError, Exit
from desk.cli.shared.facts_input import read_facts
from desk.cli.shared.options import (
    engine_option,
    evidence_option,
    facts_argument,
    format_option,
    library_option,
    set_option,
)
from engine import Engine, Outcome, load
from kb.values import Value

if TYPE_CHECKING:
    from desk.environments import Diagnosed
    from render.report import Block


@click.command("diagnose")
@facts_argument
@set_option
@evidence_option
@format_option("text", "json", "markdown")
@engine_option
@library_option
def command(
    facts: str | None,
    settings: tuple[str, ...],
    evidence: tuple[str, ...],
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
    reasoner = load(library, engine)
    known = read_facts(facts, settings, reasoner.knowledge)
    if evidence:
        return _with_evidence(reasoner, known, evidence, format_)
    outcome = reasoner.diagnose(known)
    if format_ == "json":
        click.echo(outcome.model_dump_json(indent=2))
    else:
        _print(lambda: _blocks(reasoner, outcome), format_)
    return Exit.DONE


def _with_evidence(reasoner: Engine, known: Mapping[str, Value], evidence: tuple[str, ...], format_: str) -> int:
    from desk.cli.shared.evidence_input import read_sources
    from desk.environments import diagnosed, summary

    every = diagnosed(reasoner, read_sources(evidence), known)
    if format_ != "json":
        _print(lambda: _environment_blocks(reasoner, every), format_)
    elif len(every) == 1:
        click.echo(every[0].outcome.model_dump_json(indent=2))
    else:
        environments = [
            {"server": each.known.server, "outcome": each.outcome.model_dump(mode="json")} for each in every
        ]
        click.echo(json.dumps({"environments": environments, "summary": summary(every)}, indent=2, ensure_ascii=False))
    return Exit.DONE


def _environment_blocks(reasoner: Engine, every: tuple[Diagnosed, ...]) -> Iterator[Block]:
    from render.report import Heading, Item

    if len(every) > 1:
        yield Heading(1, f"{len(every)} servers")
        for each in every:
            steps = [
                step.id for resolution in each.outcome.resolutions for step in resolution.steps if step.state != "skip"
            ]
            needs = f"; needs {', '.join(dict.fromkeys(steps))}" if steps else ""
            yield Item("•", f"{each.known.server}: {each.outcome.verdict.value.replace('_', ' ')}{needs}")
    for each in every:
        if len(every) > 1:
            yield Heading(1, f"Server {each.known.server}")
        provenance = {
            key: str(record.provenance)
            for key, record in each.known.environment.facts.items()
            if record.provenance.what != "stated"
        }
        yield from _blocks(reasoner, each.outcome, provenance)


def _blocks(reasoner: Engine, outcome: Outcome, provenance: Mapping[str, str] | None = None) -> Iterator[Block]:
    from render.report import blocks

    return blocks(outcome, reasoner.knowledge, provenance)


def _print(make: Callable[[], Iterable[Block]], format_: str) -> None:
    """A report on the screen or as Markdown; what JSON does not need is not imported for it."""
    if format_ == "markdown":
        from render.markdown import to_markdown

        click.echo(to_markdown(make()), nl=False)
        return
    from desk.interview.screen import Screen

    Screen().report(make())
