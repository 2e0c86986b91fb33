"""``resolvent explain``: how and why not, why a question is asked, and what would be if."""

from __future__ import annotations

from collections.abc import Iterator

import click
from pydantic import BaseModel

from desk.exits import DeskError, Exit
from desk.facts_input import parse_setting, read_facts
from desk.options import engine_option, facts_argument, library_option, set_option
from desk.report import Block, Heading, Item, Paragraph, cited
from desk.screen import Screen
from engine import Difference, Engine, Explanation, Why, load
from engine.explanation import Ground, GroundState
from kb.values import Value, suggestion

_MARKS = {GroundState.HOLDS: "✓", GroundState.FAILS: "✗", GroundState.OPEN: "?"}
_TONES = {GroundState.HOLDS: "plain", GroundState.FAILS: "bad", GroundState.OPEN: "warn"}


@click.command("explain")
@facts_argument
@set_option
@click.option("--diagnosis", metavar="ID", help="How this diagnosis came to its state. Default: every diagnosis.")
@click.option("--why", "fact", metavar="FACT", help="What an answer to the question for this fact would decide.")
@click.option(
    "--what-if",
    "changes",
    metavar="KEY=VALUE",
    multiple=True,
    help="What would differ; KEY= takes a fact away. Repeatable.",
)
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
@engine_option
@library_option
def command(
    facts: str | None,
    settings: tuple[str, ...],
    diagnosis: str | None,
    fact: str | None,
    changes: tuple[str, ...],
    format_: str,
    engine: str,
    library: str | None,
) -> int:
    """Explain the outcome for the facts in FACTS.json (- reads standard input; none at all is a case too)."""
    if sum((diagnosis is not None, fact is not None, bool(changes))) > 1:
        raise DeskError("explain: give one of --diagnosis, --why and --what-if at a time", Exit.USAGE)
    reasoner = load(library, engine)
    known = read_facts(facts, settings, reasoner.knowledge)
    if fact is not None:
        _print(_why(reasoner, known, fact), format_)
    elif changes:
        _print(reasoner.what_if(known, dict(_changes(reasoner, changes))), format_)
    else:
        for id_ in _diagnoses(reasoner, diagnosis):
            _print(reasoner.explain(known, id_), format_)
    return Exit.DONE


def _why(reasoner: Engine, known: dict[str, Value], fact: str) -> Why:
    if fact not in reasoner.knowledge.facts:
        raise DeskError(f"--why {fact}: there is no such fact{suggestion(fact, reasoner.knowledge.facts)}")
    return reasoner.why(known, fact)


def _changes(reasoner: Engine, changes: tuple[str, ...]) -> Iterator[tuple[str, Value | None]]:
    for change in changes:
        key, equals, text = change.partition("=")
        if not equals:
            raise DeskError(f"--what-if {change}: write it as KEY=VALUE, or KEY= to take a fact away", Exit.USAGE)
        yield key.strip(), parse_setting(key.strip(), text, reasoner.knowledge, option="--what-if") if text else None


def _diagnoses(reasoner: Engine, wanted: str | None) -> list[str]:
    ids = [diagnosis.id for diagnosis in reasoner.knowledge.diagnoses]
    if wanted is None:
        return ids
    if wanted not in ids:
        raise DeskError(f"--diagnosis {wanted}: there is no such diagnosis{suggestion(wanted, ids)}")
    return [wanted]


def _print(explained: Explanation | Why | Difference, format_: str) -> None:
    if format_ == "json":
        model: BaseModel = explained
        click.echo(model.model_dump_json(indent=2))
        return
    match explained:
        case Explanation():
            Screen().report(_explanation(explained))
        case Why():
            Screen().report(_why_blocks(explained))
        case Difference():
            Screen().report(_difference(explained))


def _explanation(explanation: Explanation) -> Iterator[Block]:
    yield Heading(1, f"{explanation.title}: {explanation.state.replace('_', ' ')}")
    yield Paragraph(cited(explanation.source), "quiet")
    for ground in explanation.grounds:
        yield from _ground(ground, 0)


def _ground(ground: Ground, depth: int) -> Iterator[Block]:
    text = ground.text if not ground.because else f"{ground.text}. {ground.because[0].upper()}{ground.because[1:]}"
    inner = () if ground.source is None else (Paragraph(cited(ground.source), "quiet"),)
    yield Item(_MARKS[ground.state], text, _TONES[ground.state], inner, depth)
    for part in ground.parts:
        yield from _ground(part, depth + 1)


def _why_blocks(why: Why) -> Iterator[Block]:
    yield Heading(1, why.ask)
    yield Paragraph(why.reason)
    if why.source is not None:
        yield Paragraph(cited(why.source), "quiet")
    for consequence in why.consequences:
        left = consequence.questions_left
        effect = "; ".join(consequence.effects) or f"leaves {left} {'question' if left == 1 else 'questions'} to ask"
        yield Item("•", f"{consequence.answer}: {effect}")


def _difference(difference: Difference) -> Iterator[Block]:
    yield Heading(1, "What would differ" if difference.changes else "Nothing would differ")
    for change in difference.changes:
        yield Item("•", f"{change.what}: {change.before or 'none'} → {change.after or 'none'}")
