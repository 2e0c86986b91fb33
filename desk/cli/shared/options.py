"""The options that several verbs share, each written once."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
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


def authors_library_option(function: Decorated) -> Decorated:
    """``--library DIR`` of an author's verb: where none is named, the one that the current folder is or lies in."""
    return click.option(
        "--library",
        metavar="DIR",
        callback=lambda _context, _option, named: _authors_library(named),
        help="The folder that holds rules/ and articles/; RESOLVENT_LIBRARY names it too. Default: the one that the "
        "current folder is or lies in, else the shipped one.",
    )(function)


def article_option(help_: str) -> Callable[[Decorated], Decorated]:
    """``--article ID``."""
    return click.option("--article", metavar="ID", help=help_)


def _authors_library(named: str | None) -> str:
    """The folder of the library to look at; where that is not plain from the command or its folder, it is said."""
    if named:
        return named
    from kb.library import ENVIRONMENT_VARIABLE, holds_library, shipped_library

    here = Path.cwd()
    if of_environment := os.environ.get(ENVIRONMENT_VARIABLE):
        click.echo(f"library: {of_environment}, which {ENVIRONMENT_VARIABLE} names", err=True)
        return of_environment
    if holds_library(here) or any((here / "rules").glob("*.yaml")):  # one whose vocabulary is missing is told as such
        return str(here)
    for folder in here.parents:
        if holds_library(folder):
            click.echo(f"library: {folder}", err=True)
            return str(folder)
    click.echo(
        "library: the shipped one, as there is none in this folder; call it in the folder that holds rules/ and "
        "articles/, or name that with --library DIR",
        err=True,
    )
    return str(shipped_library())


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
