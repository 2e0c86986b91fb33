"""Asks the user a question through the client, where the client can (elicitation); elsewhere the model asks."""

from __future__ import annotations

from typing import Any, Literal

from mcp.server.mcpserver import Context
from pydantic import BaseModel, ConfigDict, Field, create_model

from engine import Engine, FactProblem, FactsRefused
from engine.outcome import Question
from kb.model import Fact
from kb.values import UNKNOWN, FactType, Value, ValueRefused, read_value

_YES, _NO = "yes", "no"


class Answers(BaseModel):
    """What the user answered. Its fields, one for each fact that is asked for, are made for each question."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)


def can_ask(context: Context[Any, Any]) -> bool:
    """Whether the client puts forms to its user."""
    capabilities = context.client_capabilities
    return capabilities is not None and capabilities.elicitation is not None


def form_for(question: Question, engine: Engine) -> type[Answers]:
    """The form for a question: one field for its fact, or one for each that is asked together; all may be left out."""
    facts = [engine.knowledge.facts[key] for key in (question.fact, *question.together)]
    fields: dict[str, Any] = {fact.key.replace(".", "__"): _field(fact) for fact in facts}
    form: type[Answers] = create_model("Answers", __base__=Answers, **fields)
    return form


def message_for(question: Question, engine: Engine) -> str:
    """What the form says above its fields."""
    lines = [question.ask]
    if question.group and question.together:
        lines = [engine.knowledge.group(question.group).ask]
    lines += [
        text
        for text in (question.help, f"To find out: {question.how_to_check}" if question.how_to_check else "")
        if text
    ]
    return "\n".join(lines)


def facts_of(answers: Answers, engine: Engine) -> dict[str, Value]:
    """The facts that a filled form gives; a field that was left out gives none.

    Raises:
        FactsRefused: some answers cannot be taken; all are listed.
    """
    facts: dict[str, Value] = {}
    problems: list[FactProblem] = []
    for name, text in answers.model_dump(exclude_none=True).items():
        fact = engine.knowledge.facts[name.replace("__", ".")]
        if not str(text).strip():
            continue
        try:
            facts[fact.key] = read_value(str(text), fact)
        except ValueRefused as refused:
            problems.append(FactProblem(fact.key, f"the user's answer cannot be taken, {refused}"))
    if problems:
        raise FactsRefused(problems)
    return facts


def _field(fact: Fact) -> tuple[Any, Any]:
    described = Field(default=None, title=fact.ask, description=_described(fact))
    match fact.type:
        case FactType.CHOICE:
            return Literal[(*fact.labels, UNKNOWN)] | None, described
        case FactType.BOOLEAN:
            return Literal[_YES, _NO, UNKNOWN] | None, described
        case _:
            return str | None, described


def _described(fact: Fact) -> str:
    parts = [fact.help, "; ".join(f"{value}: {label}" for value, label in fact.labels.items())]
    if fact.type is FactType.CERTIFICATE_NAMES:
        parts.append("Names separated by commas; none where the certificate has none.")
    if not fact.type.closed:
        parts.append('"unknown" where nobody can tell.')
    return " ".join(part for part in parts if part)
