"""The options that several verbs share, each written once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from desk.cli.shared import completion

Decorated = TypeVar("Decorated", bound=Callable[..., Any])

ENGINES = ("auto", "compiled", "durable")


def library_option(function: Decorated) -> Decorated:
    """``--library DIR``."""
    return click.option(
        "--library",
        metavar="DIR",
        help="The folder that holds rules/ and articles/; RESOLVENT_LIBRARY names it too. Default: the shipped one.",
    )(function)


def engine_option(function: Decorated) -> Decorated:
    """``--engine auto|compiled|durable``."""
    return click.option(
        "--engine",
        type=click.Choice(ENGINES),
        default="auto",
        show_default=True,
        help="auto compares both engines where durable-rules is installed; the others choose one.",
    )(function)


def format_option(*formats: str) -> Callable[[Decorated], Decorated]:
    """``--format``, of which ``text`` is the default."""
    return click.option(
        "--format",
        "format_",
        type=click.Choice(formats),
        default="text",
        show_default=True,
        help="How to write it.",
    )


def facts_argument(function: Decorated) -> Decorated:
    """``FACTS.json``, or ``-``."""
    return click.argument("facts", metavar="FACTS.json|-", required=False)(function)


def evidence_option(function: Decorated) -> Decorated:
    """``--evidence FILE``, repeatable."""
    return click.option(
        "--evidence",
        metavar="FILE",
        multiple=True,
        help="A certificate, shell output, a server's answer, a warning or a ticket; - for standard input, "
        "tls://host for a live server. Repeatable.",
    )(function)


def known_option(function: Decorated) -> Decorated:
    """``--known FILE``."""
    return click.option(
        "--known",
        "known",
        metavar="FILE",
        envvar="RESOLVENT_KNOWN",
        help="What the organisation has on file: servers, URLs, certificate. What is seen or said today goes before. "
        "'resolvent cases save-known' makes one. [RESOLVENT_KNOWN]",
    )(function)


def set_option(function: Decorated) -> Decorated:
    """``--set key=value``, repeatable."""
    return click.option(
        "--set",
        "settings",
        metavar="KEY=VALUE",
        multiple=True,
        shell_complete=completion.settings,
        help="One more fact, over those of the file; repeatable. Lists are separated by commas.",
    )(function)
