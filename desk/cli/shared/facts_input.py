"""Reads facts from files, standard input and ``--set``, with errors that name the place."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from desk.cli.shared.exits import DeskError, Exit
from engine import FactsRefused
from engine.fact_parser import FactParser
from kb import KnowledgeBase
from kb.values import Value, ValueRefused, read_value, suggestion

MAX_BYTES = 1024 * 1024
"""A file of facts; the largest sensible one has a few kilobytes."""


def read_facts(path: str | None, settings: Iterable[str], knowledge: KnowledgeBase) -> dict[str, Value]:
    """The facts of a file (``-`` is standard input) with the settings laid over them, checked and normalised.

    Raises:
        DeskError: the file cannot be read or its content cannot be used; every fault is named.
    """
    parser = FactParser(knowledge)
    facts: dict[str, Value] = {}
    if path is not None:
        facts = parse_facts(parser, _read_json(path), _name(path))
    for setting in settings:
        key, equals, text = setting.partition("=")
        if not equals:
            raise DeskError(f"--set {setting}: write it as KEY=VALUE", Exit.USAGE)
        facts[key.strip()] = parse_setting(key.strip(), text, knowledge)
    return facts


def parse_setting(key: str, text: str, knowledge: KnowledgeBase, *, option: str = "--set") -> Value:
    """The value that somebody typed for a fact.

    Raises:
        DeskError: there is no such fact, or it cannot have that value.
    """
    fact = knowledge.facts.get(key)
    if fact is None:
        raise DeskError(f"{option} {key}: there is no such fact{suggestion(key, knowledge.facts)}")
    try:
        return read_value(text, fact)
    except ValueRefused as refused:
        raise DeskError(f"{option} {key}: {refused}") from None


def parse_facts(parser: FactParser, raw: Mapping[str, object], where: str) -> dict[str, Value]:
    """Facts as read from JSON, checked.

    Raises:
        DeskError: some cannot be taken; each is named, one a line.
    """
    try:
        return parser.parse(raw)
    except FactsRefused as refused:
        raise DeskError("\n".join(f"{where}: {problem}" for problem in refused.problems)) from None


def _name(path: str) -> str:
    return "standard input" if path == "-" else path


def _read_json(path: str) -> Mapping[str, object]:
    name = _name(path)
    try:
        if path == "-":
            raw = sys.stdin.buffer.read(MAX_BYTES + 1)
        else:
            with Path(path).open("rb") as file:
                raw = file.read(MAX_BYTES + 1)
    except OSError as error:
        reason = (error.strerror or "error").lower()
        raise DeskError(
            f"{name}: cannot be read ({reason}); name a file of facts, or - for standard input", Exit.NO_INPUT
        ) from None
    if len(raw) > MAX_BYTES:
        raise DeskError(f"{name}: this has more than {MAX_BYTES} bytes; a file of facts has a few thousand")
    try:
        data = json.loads(raw.decode("utf-8-sig"), object_pairs_hook=_without_duplicates, parse_constant=_refuse)
    except UnicodeDecodeError as error:
        raise DeskError(f"{name}: this is not UTF-8 at byte {error.start}; save the file as UTF-8") from None
    except json.JSONDecodeError as error:
        raise DeskError(
            f"{name}:{error.lineno}:{error.colno}: this is not JSON, {error.msg[0].lower()}{error.msg[1:]}"
        ) from None
    except RecursionError:
        raise DeskError(f"{name}: this is nested too deeply; facts are two or three levels deep") from None
    except ValueError as error:
        raise DeskError(f"{name}: {error}") from None
    if not isinstance(data, dict):
        raise DeskError(f'{name}: facts are an object, such as {{"some.fact": "value"}}')
    return data


def _without_duplicates(pairs: list[tuple[str, object]]) -> dict[str, object]:
    data = dict(pairs)
    if len(data) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"the key {twice[:80]!r} stands twice; give it once")
    return data


def _refuse(constant: str) -> object:
    raise ValueError(f"{constant} is no value of a fact")
