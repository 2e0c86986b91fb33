"""The organisation on file: what a helpdesk knows of its own servers, since it does not change from call to call."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from evidence.errors import MalformedInput
from evidence.limits import MAX_INPUT_BYTES
from evidence.model import Evidence, Observation, Provenance, Rank
from kb.model import KnowledgeBase
from kb.values import UNKNOWN, ValueRefused, read_value, suggestion

_MAX_SERVERS: Final = 200


class Organisation(BaseModel):
    """A file of what is known of an organisation.

    Attributes:
        as_of: the day on which it was true.
        facts: what holds for all of it, by fact.
        servers: what holds for each server, its name among it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    as_of: date
    facts: dict[str, Any] = {}
    servers: tuple[dict[str, Any], ...] = Field(default=(), max_length=_MAX_SERVERS)


def read_organisation(data: bytes, knowledge: KnowledgeBase, *, name: str) -> Evidence:
    """What a file says of the organisation, as observations that give way to whatever is seen or said today.

    Raises:
        MalformedInput: it is no such file, or holds facts that the library lacks, cannot take, or does not keep on
            file; the first such is named.
    """
    remedy = "'resolvent cases save-known' makes such a file from a closed case; docs/evidence.md shows one"
    if len(data) > MAX_INPUT_BYTES:
        raise MalformedInput("this is too large for a file of what is known", name=name, remedy=remedy)
    try:
        organisation = Organisation.model_validate_json(data)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "the file"
        raise MalformedInput(
            f"{place}: {first['msg'][:1].lower()}{first['msg'][1:]}", name=name, remedy=remedy
        ) from None
    provenance = Provenance("on file", f"{name}, as of {organisation.as_of:%Y-%m-%d}")
    observations = list(_observations(organisation.facts, None, knowledge, provenance, name))
    owner = knowledge.owner
    for server in organisation.servers:
        called = server.get(owner.named_by) if owner is not None and owner.named_by is not None else None
        if not isinstance(called, str):
            named_by = None if owner is None else owner.named_by
            raise MalformedInput(f"servers: each needs {named_by}", name=name, remedy=remedy)
        observations += _observations(server, called, knowledge, provenance, name)
    return Evidence(tuple(observations))


def written(facts_of_servers: Iterable[Mapping[str, object]], knowledge: KnowledgeBase, as_of: date) -> str:
    """A file of what the facts of some servers say of the organisation; what changes from call to call is left out."""
    shared: dict[str, object] = {}
    servers: list[dict[str, object]] = []
    for facts in facts_of_servers:
        own: dict[str, object] = {}
        for key, value in facts.items():
            if value == UNKNOWN or not knowledge.lasting(key):
                continue
            (own if knowledge.of_owner(key) else shared)[key] = value
        if own:
            servers.append(own)
    content = {"as_of": as_of.isoformat(), "facts": shared, "servers": servers}
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def _observations(
    facts: Mapping[str, Any], server: str | None, knowledge: KnowledgeBase, provenance: Provenance, name: str
) -> Iterator[Observation]:
    for key, raw in facts.items():
        fact = knowledge.facts.get(key)
        if fact is None:
            problem = f"there is no such fact{suggestion(key, knowledge.facts)}"
        elif not knowledge.lasting(key):
            problem = "this changes from call to call, so it is not kept on file"
        else:
            try:
                yield Observation(key, read_value(raw, fact), provenance, Rank.ON_FILE, server)
                continue
            except ValueRefused as refused:
                problem = str(refused)
        raise MalformedInput(f"{key}: {problem}", name=name, remedy="Mend it or leave it out")
