"""``resolvent docs``: a static site from the library and the project's documentation."""

from __future__ import annotations

from pathlib import Path

import click

from desk.cli.shared.exits import DeskError, Exit
from desk.cli.shared.options import authors_library_option


@click.command("docs")
@click.option("--output", metavar="DIR", default="site", show_default=True, help="The folder to write the site to.")
@click.option(
    "--docs", metavar="DIR", help="Documentation to join to it. Default: the project's own, where it is there."
)
@click.option("--check", is_flag=True, help="Write nothing; only say what is missing.")
@authors_library_option
def command(output: str, docs: str | None, check: bool, library: str) -> int:
    """Build a static site: every article with its rules, every rule, fact, command and issue. Links are checked."""
    from desk.cli.main import cli
    from workbench.checks import read_library
    from workbench.site import build

    site = build(read_library(library), verbs_of(cli), _documentation(docs))
    for problem in site.problems:
        click.echo(problem, err=True)
    if not check:
        try:
            site.write(Path(output))
        except OSError as error:
            raise DeskError(f"docs: {output} cannot be written: {error.strerror}; name another folder") from None
        click.echo(f"{len(site.pages)} pages in {output}")
    return Exit.FOUND if site.problems else Exit.DONE


def verbs_of(group: click.Group, prefix: str = "") -> dict[str, click.Command]:
    """Every command below a group, by what one types."""
    context = click.Context(group)
    verbs: dict[str, click.Command] = {}
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            verbs |= verbs_of(command, f"{prefix}{name} ")
        elif command is not None:
            verbs[f"{prefix}{name}"] = command
    return verbs


def _documentation(named: str | None) -> Path | None:
    """The folder of the documentation; an installation without its source has none."""
    if named is not None:
        folder = Path(named)
        if not folder.is_dir():
            raise DeskError(f"docs: {named} is no folder; name the one that holds the documentation", Exit.NO_INPUT)
        return folder
    own = Path(__file__).resolve().parents[2] / "docs"
    return own if own.is_dir() else None
