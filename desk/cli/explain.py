"""``resolvent explain``: how and why not, why a question is asked, and what would be if."""

from __future__ import annotations

from collections.abc import Iterator

import click
from pydantic import BaseModel

from desk.cli.shared import completion
from desk.cli.shared.exits import DeskError, Exit
from desk.cli.shared.facts_input import parse_setting, read_facts
from desk.cli.shared.options import engine_option, facts_argument, format_option, library_option, set_option
from desk.interview.screen import Screen
from engine import Difference, Engine, Explanation, Why, load
from kb import KnowledgeBase
from kb.values import Value, suggestion
from render.reasoning import of_difference, of_explanation, of_why


@click.command("explain")
@facts_argument
@set_option
@click.option(
    "--diagnosis",
    metavar="ID",
    shell_complete=completion.diagnoses,
    help="How this diagnosis came to its state. Default: every diagnosis.",
)
@click.option(
    "--why",
    "fact",
    metavar="FACT",
    shell_complete=completion.facts,
    help="What an answer to the question for this fact would decide.",
)
@click.option(
    "--what-if",
    "changes",
    metavar="KEY=VALUE",
    multiple=True,
    shell_complete=completion.settings,
    help="What would differ; KEY= takes a fact away. Repeatable.",
)
@format_option("text", "json")
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
    """Explain the outcome for the facts in FACTS.json (- reads standard input; none at all will do too)."""
    if sum((diagnosis is not None, fact is not None, bool(changes))) > 1:
        raise DeskError("explain: give one of --diagnosis, --why and --what-if at a time", Exit.USAGE)
    reasoner = load(library, engine)
    known = read_facts(facts, settings, reasoner.knowledge)
    if fact is not None:
        _print(_why(reasoner, known, fact), reasoner.knowledge, format_)
    elif changes:
        _print(reasoner.what_if(known, dict(_changes(reasoner, changes))), reasoner.knowledge, format_)
    else:
        for id_ in _diagnoses(reasoner, diagnosis):
            _print(reasoner.explain(known, id_), reasoner.knowledge, format_)
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


def _print(explained: Explanation | Why | Difference, knowledge: KnowledgeBase, format_: str) -> None:
    if format_ == "json":
        model: BaseModel = explained
        click.echo(model.model_dump_json(indent=2))
        return
    match explained:
        case Explanation():
            Screen().report(of_explanation(explained, knowledge))
        case Why():
            Screen().report(of_why(explained))
        case Difference():
            Screen().report(of_difference(explained))
