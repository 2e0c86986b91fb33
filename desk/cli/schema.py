"""``resolvent schema``: the JSON Schemas of facts, outcomes, and the files that an author writes."""

from __future__ import annotations

import json
from typing import Any

import click
from pydantic import BaseModel

from desk.cli.shared.exits import Exit
from desk.cli.shared.options import library_option
from engine import Difference, Explanation, Outcome, Why
from kb import KnowledgeBase, load
from kb.model import Fact
from kb.tables import CommandsFile, EvidenceFile
from kb.values import MAX_NAMES, UNKNOWN, FactType
from kb.written import ExamplesFile, FactsFile, RulesFile, SharedFile

MODELS: dict[str, type[BaseModel]] = {
    "outcome": Outcome,
    "explanation": Explanation,
    "why": Why,
    "difference": Difference,
    "facts-file": FactsFile,
    "rules-file": RulesFile,
    "shared-file": SharedFile,
    "examples-file": ExamplesFile,
    "evidence-file": EvidenceFile,
    "commands-file": CommandsFile,
}
"""What a schema is printed of, besides the facts of a library."""

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


@click.command("schema")
@click.argument("what", type=click.Choice(["facts", *MODELS]))
@library_option
def command(what: str, library: str | None) -> int:
    """Print the JSON Schema of WHAT goes in or comes out.

    facts: what diagnose takes, for the library at hand. outcome, explanation, why, difference: what comes out.
    facts-file, rules-file, shared-file, examples-file, evidence-file, commands-file: what an author writes.
    """
    schema = facts_schema(load(library)) if what == "facts" else MODELS[what].model_json_schema(by_alias=True)
    click.echo(json.dumps({"$schema": _DIALECT, **schema}, indent=2, ensure_ascii=False))
    return Exit.DONE


def facts_schema(knowledge: KnowledgeBase) -> dict[str, Any]:
    """The schema of flat facts for one library."""
    return {
        "title": "Facts",
        "description": f"Facts about an environment; a fact that was not asked is left out. Library: {knowledge.name}.",
        "type": "object",
        "properties": {key: _fact_schema(fact) for key, fact in knowledge.facts.items()},
        "additionalProperties": False,
    }


def _fact_schema(fact: Fact) -> dict[str, Any]:
    known: dict[str, Any]
    match fact.type:
        case FactType.CHOICE:
            known = {"enum": [choice.value for choice in fact.choices]}
        case FactType.CHOICES | FactType.FLAGS:
            known = {"type": "array", "items": {"enum": [choice.value for choice in fact.choices]}, "uniqueItems": True}
        case FactType.BOOLEAN:
            known = {"type": "boolean"}
        case FactType.INTEGER:
            known = {"type": "integer"}
        case FactType.CERTIFICATE_NAMES:
            known = {"type": "array", "items": {"type": "string"}, "maxItems": MAX_NAMES}
        case _:
            return {"description": fact.ask, "type": "string", "minLength": 1}
    return {"description": fact.ask, "anyOf": [known, {"const": UNKNOWN}]}
