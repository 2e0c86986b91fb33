"""Reads the evidence of a request, within bounds: a live TLS reading only where the operator allows one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from anyio import CapacityLimiter

from desk.cases.store import Input
from desk.http.bodies import EvidenceInput
from desk.http.problems import ProblemRaised, ProblemType, pointer
from desk.http.settings import Settings
from evidence import EvidenceError, parse_target, read, read_tls
from evidence.addresses import NETWORK, AddressPolicy
from kb import KnowledgeBase

_AT_ONCE = 4
_TLS_SECONDS = 5.0

_limiters: dict[int, CapacityLimiter] = {}


def read_inputs(given: Sequence[EvidenceInput], settings: Settings, knowledge: KnowledgeBase) -> list[Input]:
    """What each input gives. It takes time: call it in a thread, within the `limiter` where there is an event loop.

    Raises:
        ProblemRaised: some cannot be read; each is listed with its place.
    """
    inputs: list[Input] = []
    errors: list[tuple[str, str]] = []
    for position, each in enumerate(given):
        try:
            inputs.append(_read_one(each, settings, knowledge))
        except EvidenceError as error:
            errors.append((pointer("evidence", position), str(error)))
    if errors:
        raise ProblemRaised(
            ProblemType.UNREADABLE_EVIDENCE, "Leave out or mend what is listed and send all again.", errors=errors
        )
    return inputs


def address_policy(settings: Settings) -> AddressPolicy:
    """Where a live reading may go: inside networks too, but never to this machine, nor where the operator forbids."""
    return replace(NETWORK, forbidden=settings.forbidden_networks)


def _read_one(given: EvidenceInput, settings: Settings, knowledge: KnowledgeBase) -> Input:
    if given.tls is not None:
        if not settings.read_tls:
            raise ProblemRaised(
                ProblemType.FORBIDDEN,
                "This server connects nowhere on a caller's word; send the certificate instead, or read it with "
                "'resolvent read tls://…'. Whoever runs it can allow it with --read-tls.",
                errors=[(pointer("evidence"), "tls is not allowed here")],
            )
        target = parse_target(given.tls)
        evidence = read_tls(target.host, target.port, timeout=_TLS_SECONDS, policy=address_policy(settings))
        return Input.of(str(target), repr(evidence.observations).encode(), evidence)
    data: bytes | str = given.base64 if given.base64 is not None else (given.text or "")
    raw = data if isinstance(data, bytes) else data.encode("utf-8", "replace")
    return Input.of(given.name, raw, read(data, name=given.name, knowledge=knowledge))


def limiter() -> CapacityLimiter:
    """How many read at once, so that others go on meanwhile. One for each event loop, which a limiter belongs to."""
    import asyncio

    loop = id(asyncio.get_running_loop())
    if loop not in _limiters:
        _limiters.clear()
        _limiters[loop] = CapacityLimiter(_AT_ONCE)
    return _limiters[loop]
