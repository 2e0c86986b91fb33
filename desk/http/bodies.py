"""The bodies that requests carry; FastAPI reads them, and what is wrong with one becomes a problem in `answering`."""

from __future__ import annotations

from base64 import b64decode
from typing import Annotated, Any, Final, Self

from fastapi import Body
from pydantic import BaseModel, ConfigDict, Field, PlainValidator, WithJsonSchema, model_validator

from desk.http.examples import EXAMPLES
from desk.http.problems import ProblemRaised, ProblemType, fact_pointer
from engine import Engine, FactsRefused
from kb.values import Value

_MAX_INPUTS: Final = 20
_MAX_SETTLED: Final = 100


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


def _decoded(text: object) -> bytes:
    if not isinstance(text, str):
        raise ValueError("this takes base64, as text")
    try:
        return b64decode("".join(text.split()), validate=True)
    except ValueError:
        raise ValueError("this is not base64") from None


Base64 = Annotated[
    bytes, PlainValidator(_decoded, json_schema_input_type=str), WithJsonSchema({"type": "string", "format": "base64"})
]
"""Bytes in base64; what is none of its letters is refused rather than skipped."""


class EvidenceInput(_Body):
    """One piece of evidence: as text, as a file's bytes in base64, or, where the operator allows it, a live server."""

    name: str = Field(default="paste", max_length=200)
    """What to call it: a file's name."""
    text: str | None = None
    """What was pasted, as text."""
    base64: Base64 | None = None
    """The bytes of a file, in base64."""
    tls: str | None = Field(default=None, max_length=400)
    """A server whose certificate is read now, as tls://host[:port]."""

    @model_validator(mode="after")
    def _one_of(self) -> Self:
        if sum(each is not None for each in (self.text, self.base64, self.tls)) != 1:
            raise ValueError("give one of text, base64 and tls")
        return self


Facts = dict[str, Any]
_TO_READ: Final = "What was pasted or attached: shell output, certificates, tickets, a warning's text."
_FACTS: Any = Field(
    default_factory=dict,
    description='Values by fact key, flat ("some.fact": "value") or nested, as people write them; "unknown" '
    "where nobody can tell, and nothing where nobody was asked. GET /v1/facts lists keys and values.",
)
_EVIDENCE: Any = Field(default=(), max_length=_MAX_INPUTS, description=_TO_READ)
_SETTLE: Any = Field(
    default_factory=dict,
    max_length=_MAX_SETTLED,
    description="Answers to questions whose purpose is settle: the question's fact, and the value of the choice.",
)


class DiagnoseRequest(_Body):
    """What is known: facts, evidence, or both; and what was settled where sources differ."""

    facts: Facts = _FACTS
    evidence: tuple[EvidenceInput, ...] = _EVIDENCE
    settle: dict[str, str] = _SETTLE
    thorough: bool = False
    """Whether to ask on about what explains nothing that was seen."""


class EvidenceRequest(_Body):
    """Evidence to read."""

    evidence: tuple[EvidenceInput, ...] = Field(min_length=1, max_length=_MAX_INPUTS, description=_TO_READ)


class ExplainRequest(_Body):
    """Facts, and one of: a diagnosis to explain, a fact to say why it is asked, changed facts to say what would be."""

    facts: Facts = _FACTS
    diagnosis: str | None = Field(default=None, max_length=200)
    """The id of a diagnosis: how it came to its state."""
    why: str | None = Field(default=None, max_length=200)
    """The key of a fact: what an answer for it would decide."""
    what_if: Facts | None = None
    """Changed facts, and what would differ with them; null takes one away."""

    @model_validator(mode="after")
    def _one_of(self) -> Self:
        if sum(each is not None for each in (self.diagnosis, self.why, self.what_if)) != 1:
            raise ValueError("give one of diagnosis, why and what_if")
        return self


class CaseRequest(_Body):
    """What a case begins with; nothing is a beginning too."""

    reference: str = Field(default="", max_length=200)
    """What you call it, such as a ticket's number."""
    facts: Facts = _FACTS
    evidence: tuple[EvidenceInput, ...] = _EVIDENCE
    settle: dict[str, str] = _SETTLE


class ChangeRequest(_Body):
    """Answers to a case, all taken or none."""

    facts: Facts = Field(default_factory=dict)
    """As in POST /v1/diagnose, flat; null takes an answer back."""
    settle: dict[str, str] = _SETTLE


class AnswerRequest(_Body):
    """An answer to one fact."""

    value: Any
    """What the fact takes, by GET /v1/facts; `"unknown"` where nobody can tell."""


class ClosingRequest(_Body):
    """How a case ended."""

    helped: bool | None = None
    """Whether it helped; null where nobody said."""
    step: str | None = Field(default=None, max_length=200)
    """Which step did, as RESOLUTION.STEP."""


def shown(model: type[BaseModel]) -> Any:
    """What makes a parameter the body of a request, with the examples that its model has."""
    return Body(
        openapi_examples={
            name: {"summary": summary, "value": value} for name, summary, value in EXAMPLES[model.__name__]
        }
    )


Diagnose = Annotated[DiagnoseRequest, shown(DiagnoseRequest)]
ReadEvidence = Annotated[EvidenceRequest, shown(EvidenceRequest)]
Explain = Annotated[ExplainRequest, shown(ExplainRequest)]
NewCase = Annotated[CaseRequest | None, shown(CaseRequest)]
Change = Annotated[ChangeRequest, shown(ChangeRequest)]
Answer = Annotated[AnswerRequest, shown(AnswerRequest)]
End = Annotated[ClosingRequest, shown(ClosingRequest)]


def parsed_facts(engine: Engine, raw: Facts, *base: str) -> dict[str, Value]:
    """Facts of a body, checked and normalised; `base` is where they stand in it.

    Raises:
        ProblemRaised: some cannot be taken; each is listed with its place.
    """
    try:
        return engine.parser.parse(raw)
    except FactsRefused as refused:
        raise facts_refused(refused, raw, *base) from None


def facts_refused(refused: FactsRefused, raw: Facts, *base: str) -> ProblemRaised:
    """The problem that lists refused facts with their places in the body."""
    errors = [(fact_pointer(raw, each.fact, *base), f"{each.fact}: {each.message}") for each in refused.problems]
    return ProblemRaised(
        ProblemType.INVALID_FACTS, "Mend the facts listed and send all again; GET /v1/facts lists them.", errors=errors
    )
