"""``resolvent read``: what a certificate, shell output or a live server says, as facts with provenance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import click

from desk.cli.shared.evidence_input import read_sources
from desk.cli.shared.exits import DeskError, Exit
from desk.cli.shared.options import format_option, library_option
from desk.interview.screen import Screen
from engine import load
from evidence import Dispute, Environment, Provenance, Side
from evidence.diagnosis import Given, environments
from kb import KnowledgeBase
from kb.messages import Message
from kb.speech import spoken
from kb.values import Value
from render.blocks import Block, Heading, Item, Paragraph


@click.command("read")
@click.argument("sources", metavar="[FILE|-|tls://HOST[:PORT]]...", nargs=-1)
@format_option("text", "json")
@library_option
def command(sources: tuple[str, ...], format_: str, library: str | None) -> int:
    """Read evidence: certificates (PEM, DER, PKCS#7), output of the Exchange Management Shell, Autodiscover
    answers, the text of the warning, or a ticket. tls://host looks at the certificate that a server shows.
    """
    if not sources:
        raise DeskError(
            "read: name a file, - for standard input, or tls://host; 'resolvent collect' prints what collects it",
            Exit.USAGE,
        )
    engine = load(library, "compiled")
    given = Given(evidence=tuple(read_sources(sources, engine.knowledge)))
    every = environments(engine, given)
    if format_ == "json":
        from desk.http.views import known_servers

        click.echo(known_servers(every).model_dump_json(indent=2))
    else:
        Screen().report(_blocks(every, engine.knowledge))
    return Exit.DONE


def _blocks(every: Sequence[Environment], knowledge: KnowledgeBase) -> Iterator[Block]:
    for environment in every:
        yield Heading(1, f"Server {environment.server}" if environment.server else "What was read")
        if not environment.taken:
            yield Paragraph("Nothing here is a fact that the library knows.", "warn")
        for name in dict.fromkeys(taken.provenance.name for taken in environment.taken.values()):
            yield Paragraph(f"From {name}:", "quiet")
            for key, taken in environment.taken.items():
                if taken.provenance.name == name:
                    place = Paragraph(f"{_within(taken.provenance)}, {taken.rank.label.replace('_', ' ')}", "quiet")
                    yield Item("•", _said(key, taken.value, knowledge), blocks=(place,))
        for dispute in environment.disputes:
            yield from _dispute(dispute, knowledge)
        for unused in environment.unused:
            yield Item("-", unused, "quiet")
    proposed = {each.fact: each for environment in every for each in environment.proposed}
    if proposed:
        yield Heading(2, "Mentioned, and not taken as fact")
        for observation in proposed.values():
            yield Item("?", _said(observation.fact, observation.value, knowledge))
    notes = dict.fromkeys((note.text, note.provenance) for environment in every for note in environment.notes)
    if notes:
        yield Heading(2, "Noticed")
        for name in dict.fromkeys(provenance.name for _, provenance in notes):
            yield Paragraph(f"In {name}:", "quiet")
            for text, provenance in notes:
                if provenance.name == name:
                    yield Item("-", text, blocks=(Paragraph(_within(provenance), "quiet"),))


def _within(provenance: Provenance) -> str:
    """Where something stands in a source whose name has been said."""
    return provenance.what if provenance.line is None else f"{provenance.what}, line {provenance.line}"


def _dispute(dispute: Dispute, knowledge: KnowledgeBase) -> Iterator[Block]:
    sides = tuple(
        Paragraph(
            Message(_sides(side, knowledge), f" ({side.provenance}){'; used until settled' if side.held else ''}")
        )
        for side in dispute.sides
    )
    what = "It is not said where this was seen" if dispute.asks_where else "Sources disagree"
    yield Item("!", f"{what}: {', '.join(knowledge.facts[fact].label for fact in dispute.facts)}", "bad", sides)


def _sides(side: Side, knowledge: KnowledgeBase) -> Message:
    return Message.joined(", ", (_said(key, value, knowledge) for key, value in side.facts.items())) or Message(side.id)


def _said(key: str, value: Value, knowledge: KnowledgeBase) -> Message:
    fact = knowledge.facts[key]
    return Message(f"{fact.label}: ", spoken(value, fact))
