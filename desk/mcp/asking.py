"""Asks the user a question through the client, where the client can (elicitation); elsewhere the model asks."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from mcp.server.mcpserver import Context
from pydantic import BaseModel, ConfigDict, Field, create_model

from desk.interview.form import PROGRAM, Control, Form, FormPart, FormReading
from engine import Engine, FactProblem, FactsRefused
from engine.outcome import Question
from kb.values import UNKNOWN


class Answers(BaseModel):
    """What the user answered. Its fields, one for each part of the form, are made for each question."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    form: ClassVar[Form | None] = None


def can_ask(context: Context[Any, Any]) -> bool:
    """Whether the client puts forms to its user."""
    capabilities = context.client_capabilities
    return capabilities is not None and capabilities.elicitation is not None


def form_for(question: Question, engine: Engine) -> type[Answers]:
    """The form of a question as the SDK takes it: one field a part; all may be left out."""
    form = Form.of(question, engine.knowledge, PROGRAM)
    fields: dict[str, Any] = {_name(part): _field(part) for part in form.parts}
    made: type[Answers] = create_model("Answers", __base__=Answers, **fields)
    made.form = form
    return made


def message_for(question: Question, engine: Engine) -> str:
    """What the form says above its fields."""
    form = Form.of(question, engine.knowledge, PROGRAM)
    lines = [form.title, form.help, *(f"To find out: {place}" for place in form.how_to_check)]
    return "\n".join(line for line in lines if line)


def answers_of(answers: Answers) -> FormReading:
    """What a filled form says; a field that was left out or empty says nothing, and is asked for again.

    Raises:
        FactsRefused: some answers cannot be taken; all are listed.
    """
    form = answers.form
    if form is None:
        return FormReading()
    given = answers.model_dump(exclude_none=True)
    reading = form.read({part.fact: given.get(_name(part), "") for part in form.parts}, lambda _: ())
    if reading.errors:
        raise FactsRefused(
            [FactProblem(fact, f"the user's answer cannot be taken. {what}") for fact, what in reading.errors.items()]
        )
    return reading


def _name(part: FormPart) -> str:
    """A name that the SDK takes; what a dispute is settled under may begin with a digit."""
    name = part.fact.replace(".", "__")
    return name if name.isidentifier() else f"settle_{name}"


def _field(part: FormPart) -> tuple[Any, Any]:
    described = Field(default=None, title=part.ask, description=_described(part))
    if part.options:
        return Literal[(*(option.value for option in part.options), UNKNOWN)] | None, described
    return str | None, described


def _described(part: FormPart) -> str:
    said = [part.help, "; ".join(f"{each.value}: {each.label}" for each in part.options if each.value != each.label)]
    if part.control is Control.NAMES:
        said.append("Names separated by commas; none where there are none.")
    if not part.options:
        said.append('"unknown" where nobody can tell.')
    return " ".join(each for each in said if each)
