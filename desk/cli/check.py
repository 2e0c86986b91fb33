"""``resolvent check``: everything that can be said against a library without asking anyone."""

from __future__ import annotations

from pathlib import Path

import click

from desk.cli.shared.exits import Exit
from desk.cli.shared.options import format_option, library_option


@click.command("check")
@format_option("text", "json", "sarif", "github")
@click.option("--article", metavar="ID", help="Tell only what concerns the files of one article.")
@click.option("--no-proofs", is_flag=True, help="Leave out what is proven over all combinations of answers.")
@click.option("--watch", is_flag=True, help="Check again whenever a file changes, until Ctrl-C.")
@library_option
def command(format_: str, article: str | None, no_proofs: bool, watch: bool, library: str | None) -> int:
    """Check a library: its vocabulary, articles, texts and commands, and proofs over all combinations of answers."""
    from workbench.catalogue import failing
    from workbench.reports import FORMATS
    from workbench.review import review

    if watch:
        _watch(format_, article, no_proofs, library)
    done = review(library, proofs=not no_proofs, article=article)
    click.echo(FORMATS[format_](done), nl=False)
    return Exit.FOUND if any(map(failing, done.issues)) else Exit.DONE


def _watch(format_: str, article: str | None, no_proofs: bool, library: str | None) -> None:
    from kb import LibraryError
    from kb.library import find_library
    from workbench.reports import FORMATS
    from workbench.review import review
    from workbench.watching import changes

    for _ in changes(Path(find_library(library))):
        click.clear()
        try:
            # What needs no proof is told at once; the proofs follow.
            for proofs in (False, True) if not no_proofs else (False,):
                click.echo(FORMATS[format_](review(library, proofs=proofs, article=article)), nl=False)
                if not proofs and not no_proofs:
                    click.echo("proving …")
        except LibraryError as error:  # the vocabulary was moved away for a moment
            click.echo(str(error))
        click.echo("watching for changes; Ctrl-C ends")
