"""``resolvent read``: what a certificate, shell output or a live server says, as facts with provenance."""

from __future__ import annotations

import json
from collections.abc import Iterator

import click

from desk.cli.shared.evidence_input import read_sources
from desk.cli.shared.exits import DeskError, Exit
from desk.cli.shared.options import format_option, library_option
from desk.environments import Known, merged, proposals
from desk.interview.screen import Screen
from engine import Engine, load
from evidence import Evidence, EvidenceError, Observation, collect_commands
from evidence.commands import VERSIONS
from render.report import Block, Heading, Item, Paragraph, spoken


@click.command("read")
@click.argument("sources", metavar="[FILE|-|tls://HOST[:PORT]]...", nargs=-1)
@format_option("text", "json")
@click.option(
    "--commands",
    "version",
    metavar="VERSION",
    help=f"Print the PowerShell that collects everything into one file, for Exchange {', '.join(VERSIONS)}.",
)
@library_option
def command(sources: tuple[str, ...], format_: str, version: str | None, library: str | None) -> int:
    """Read evidence: certificates (PEM, DER, PKCS#7), output of the Exchange Management Shell, Autodiscover
    answers, the text of the warning, or a ticket. tls://host looks at the certificate that a server shows.
    """
    if version is not None:
        click.echo(_commands(version), nl=False)
        return Exit.DONE
    if not sources:
        raise DeskError("read: name a file, - for standard input, or tls://host; or use --commands VERSION", Exit.USAGE)
    evidence = read_sources(sources)
    engine = load(library, "compiled")
    every = merged(engine, evidence, {})
    if format_ == "json":
        click.echo(json.dumps(as_json(every, evidence, engine), indent=2, ensure_ascii=False))
    else:
        Screen().report(_blocks(every, evidence, engine))
    return Exit.DONE


def _commands(version: str) -> str:
    try:
        return collect_commands(version)
    except EvidenceError as error:
        raise DeskError(f"--commands {version}: {error.what}. {error.remedy}", Exit.USAGE) from None


def as_json(every: tuple[Known, ...], evidence: list[Evidence], engine: Engine) -> dict[str, object]:
    """What was read, by environment, with what is only proposed and what no fact takes."""
    return {
        "environments": [
            {
                "server": known.server,
                "facts": {
                    key: {
                        "value": value,
                        "provenance": str(known.environment.facts[key].provenance),
                        "rank": known.environment.facts[key].rank.label,
                    }
                    for key, value in known.facts.items()
                },
                "disputes": [
                    {"fact": each.fact, "sides": [_observation(side) for side in (each.held, *each.against)]}
                    for each in known.disputes
                ],
            }
            for known in every
        ],
        "proposed": [_observation(observation) for observation in proposals(evidence, engine, every[0].facts)],
        "notes": [
            {"kind": note.kind, "text": note.text, "provenance": str(note.provenance), "server": note.server}
            for known in every
            for note in known.environment.notes
        ],
    }


def _observation(observation: Observation) -> dict[str, object]:
    return {
        "fact": observation.fact,
        "value": observation.value,
        "provenance": str(observation.provenance),
        "rank": observation.rank.label,
    }


def _blocks(every: tuple[Known, ...], evidence: list[Evidence], engine: Engine) -> Iterator[Block]:
    knowledge = engine.knowledge
    for known in every:
        yield Heading(1, f"Server {known.server}" if known.server else "What was read")
        if not known.facts:
            yield Paragraph("Nothing here is a fact that the library knows.", "warn")
        for key, value in known.facts.items():
            record = known.environment.facts[key]
            provenance = Paragraph(f"{record.provenance}, {record.rank.label.replace('_', ' ')}", "quiet")
            yield Item("•", f"{knowledge.facts[key].label}: {spoken(key, value, knowledge)}", blocks=(provenance,))
        for dispute in known.disputes:
            others = "; ".join(
                f"{spoken(side.fact, side.value, knowledge)} ({side.provenance})" for side in dispute.against
            )
            yield Item("!", f"{knowledge.facts[dispute.fact].label}: another source says {others}", "bad")
        for unused in known.unused:
            yield Item("-", unused, "quiet")
    proposed = list(proposals(evidence, engine, every[0].facts))
    if proposed:
        yield Heading(2, "Mentioned, and not taken as fact")
        for observation in proposed:
            yield Item(
                "?",
                f"{knowledge.facts[observation.fact].label}: {spoken(observation.fact, observation.value, knowledge)}",
            )
    notes = list(
        dict.fromkeys((note.text, str(note.provenance)) for known in every for note in known.environment.notes)
    )
    if notes:
        yield Heading(2, "Noticed")
        for text, provenance_text in notes:
            yield Item("-", text, blocks=(Paragraph(provenance_text, "quiet"),))
