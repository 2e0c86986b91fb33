"""The bodies that requests carry, and the one way in which they are read."""

from __future__ import annotations

import re
from base64 import b64decode
from typing import Annotated, Any, Final, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, PlainValidator, ValidationError, WithJsonSchema, model_validator
from starlette.requests import Request

from desk.http.problems import ProblemRaised, ProblemType, fact_pointer, pointer
from engine import Engine, FactsRefused
from kb.values import Value

_JSON: Final = re.compile(r"application/([a-z0-9.+-]+\+)?json", re.IGNORECASE)
_MAX_INPUTS: Final = 20


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


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

    name: str = Field(default="paste", max_length=200, description="What to call it in sources: a file's name.")
    text: str | None = None
    base64: Base64 | None = None
    tls: str | None = Field(default=None, max_length=400, description="tls://host[:port]")

    @model_validator(mode="after")
    def _one_of(self) -> Self:
        if sum(each is not None for each in (self.text, self.base64, self.tls)) != 1:
            raise ValueError("give one of text, base64 and tls")
        return self


Facts = dict[str, Any]
_FACTS: Any = Field(
    default_factory=dict,
    description='Values by fact key, flat ("exchange.version": "2007") or nested; "unknown" where nobody can tell, '
    "and nothing where nobody was asked. GET /v1/facts lists keys and values.",
)
_EVIDENCE: Any = Field(default=(), max_length=_MAX_INPUTS)


class DiagnoseRequest(_Body):
    """What is known: facts, evidence, or both."""

    facts: Facts = _FACTS
    evidence: tuple[EvidenceInput, ...] = _EVIDENCE


class EvidenceRequest(_Body):
    """Evidence to read."""

    evidence: tuple[EvidenceInput, ...] = Field(min_length=1, max_length=_MAX_INPUTS)


class ExplainRequest(_Body):
    """Facts, and one of: a diagnosis to explain, a fact to say why it is asked, changed facts to say what would be."""

    facts: Facts = _FACTS
    diagnosis: str | None = Field(default=None, max_length=200)
    why: str | None = Field(default=None, max_length=200)
    what_if: Facts | None = Field(default=None, description="Changed facts; null takes one away.")

    @model_validator(mode="after")
    def _one_of(self) -> Self:
        if sum(each is not None for each in (self.diagnosis, self.why, self.what_if)) != 1:
            raise ValueError("give one of diagnosis, why and what_if")
        return self


class CaseRequest(_Body):
    """What a case begins with; nothing is a beginning too."""

    reference: str = Field(default="", max_length=200, description="What you call it, such as a ticket's number.")
    facts: Facts = _FACTS
    evidence: tuple[EvidenceInput, ...] = _EVIDENCE


class AnswerRequest(_Body):
    """An answer to one fact."""

    value: Any = Field(description='What the fact takes, by GET /v1/facts; "unknown" where nobody can tell.')


class ClosingRequest(_Body):
    """How a case ended."""

    helped: bool | None = Field(description="Whether it helped; null where nobody said.")
    step: str | None = Field(default=None, max_length=200, description="Which step did, as RESOLUTION.STEP.")


Body = TypeVar("Body", bound=BaseModel)


async def read_body(request: Request, model: type[Body]) -> Body:
    """The JSON body of a request.

    Only ``application/json`` is read: a form, which any web page may send anywhere, never passes for JSON.

    Raises:
        ProblemRaised: it is of another type, no JSON, or has not the form that is asked for; all faults are listed.
    """
    check_media_type(request.headers.get("content-type", ""))
    return parse_body(await request.body(), model)


def check_media_type(content_type: str) -> None:
    """Refuse a body that does not say that it is JSON.

    Raises:
        ProblemRaised: it is of another type.
    """
    if content_type != "application/json" and not _JSON.fullmatch(content_type.partition(";")[0].strip()):
        raise ProblemRaised(
            ProblemType.UNSUPPORTED_MEDIA_TYPE,
            "Send JSON with the header Content-Type: application/json.",
            headers={"Accept": "application/json"},
        )


def parse_body(body: bytes, model: type[Body]) -> Body:
    """A body as the form that is asked for.

    Raises:
        ProblemRaised: it is no JSON, or has not that form; all faults are listed.
    """
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        raise _refused(error) from None


def take_facts(engine: Engine, raw: dict[str, Any], *base: str) -> dict[str, Value]:
    """Facts of a body, checked and normalised; `base` is where they stand in it.

    Raises:
        ProblemRaised: some cannot be taken; each is listed with its place.
    """
    try:
        return engine.parser.parse(raw)
    except FactsRefused as refused:
        raise facts_refused(refused, raw, *base) from None


def facts_refused(refused: FactsRefused, raw: dict[str, Any], *base: str) -> ProblemRaised:
    """The problem that lists refused facts with their places in the body."""
    errors = [(fact_pointer(raw, each.fact, *base), f"{each.fact}: {each.message}") for each in refused.problems]
    return ProblemRaised(
        ProblemType.INVALID_FACTS, "Mend the facts listed and send all again; GET /v1/facts lists them.", errors=errors
    )


def _refused(error: ValidationError) -> ProblemRaised:
    faults = error.errors(include_url=False, include_context=False, include_input=False)
    if faults[0]["type"] == "json_invalid":
        return ProblemRaised(
            ProblemType.MALFORMED_BODY,
            f"{faults[0]['msg']}.",
            errors=[(pointer(), faults[0]["msg"])],
        )
    return ProblemRaised(
        ProblemType.INVALID_REQUEST,
        "Mend what is listed and send it again; GET /openapi.json says what is asked for.",
        errors=[(pointer(*fault["loc"]), fault["msg"]) for fault in faults],
    )
