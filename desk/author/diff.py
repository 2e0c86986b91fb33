"""``resolvent diff``: two states of a library compared by effect, for the stored cases and for all answers."""

from __future__ import annotations

import json

import click

from desk.exits import Exit
from desk.options import format_option


@click.command("diff")
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@format_option("text", "json")
@click.option("--exit-code", is_flag=True, help="Exit with 1 where anything differs.")
def command(old: str, new: str, format_: str, exit_code: bool) -> int:
    """Say which outcomes differ between two folders of a library: OLD as it was, NEW as it is."""
    from desk.author.comparing import Compared, as_document, as_text, compare

    compared: Compared = compare(old, new)
    if format_ == "json":
        click.echo(json.dumps(as_document(compared), indent=2, ensure_ascii=False))
    else:
        click.echo(as_text(compared), nl=False)
    return Exit.FOUND if exit_code and compared.differs else Exit.DONE
