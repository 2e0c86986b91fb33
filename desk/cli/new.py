"""``resolvent new``: the skeleton of something to be written."""

from __future__ import annotations

from pathlib import Path

import click

from desk.cli.shared.exits import DeskError, Exit


@click.group("new")
def command() -> None:
    """Begin something new in a library."""


@command.command("article")
@click.argument("id_", metavar="ID")
@click.option(
    "--library",
    metavar="DIR",
    default=".",
    show_default=True,
    help="The folder that holds rules/ and articles/; it is begun where there is none.",
)
def article(id_: str, library: str) -> int:
    """Write the skeleton of article ID: text, rules, examples, and a fact to begin with. It checks and tests well."""
    from workbench.skeleton import SkeletonRefused, new_article

    try:
        todos = new_article(id_, Path(library))
    except SkeletonRefused as refused:
        raise DeskError(f"new article: {refused}") from None
    except OSError as error:
        raise DeskError(f"new article: {library} cannot be written to: {error.strerror}; name another folder") from None
    for todo in todos:
        click.echo(str(todo))
    click.echo(f"{len(todos)} places to fill in; 'resolvent check --library {library}' lists them again")
    return Exit.DONE
