"""``resolvent check``: everything that can be said against a library without asking anyone."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from desk.cli.shared.articles import known_article
from desk.cli.shared.exits import DeskError, Exit
from desk.cli.shared.options import article_option, authors_library_option, format_option


@click.command("check")
@format_option("text", "json", "sarif", "github")
@article_option("Tell only what concerns one article, and leave out the proofs of others.")
@click.option("--no-proofs", is_flag=True, help="Leave out what is proven over all combinations of answers.")
@click.option(
    "--seconds",
    type=click.FloatRange(min=1),
    default=120,
    show_default=True,
    help="What the proofs may take; what is not proven by then is said.",
)
@click.option("--watch", is_flag=True, help="Check again whenever a file changes, until Ctrl-C.")
@authors_library_option
def command(format_: str, article: str | None, no_proofs: bool, seconds: float, watch: bool, library: str) -> int:
    """Check a library: its vocabulary, articles, texts and commands, and proofs over all combinations of answers."""
    from workbench.catalogue import failing
    from workbench.reports import FORMATS
    from workbench.review import review

    if watch:
        if format_ != "text":
            raise DeskError("check: --watch writes text; leave --format out", Exit.USAGE)
        _watch(article, no_proofs, seconds, library)
    with known_article(article):
        done = review(library, proofs=not no_proofs, article=article, seconds=seconds)
    click.echo(FORMATS[format_](done), nl=False)
    return Exit.FOUND if any(map(failing, done.issues)) else Exit.DONE


class _Changed(Exception):
    """A file was changed while proofs were made of it as it was."""


def _watch(article: str | None, no_proofs: bool, seconds: float, library: str) -> None:
    """Check whenever a file changes: what needs no proof at once, and each proof as it is made."""
    from kb import LibraryError
    from kb.library import find_library
    from workbench.checks import Issue
    from workbench.part import UnknownArticle
    from workbench.reports import issue_lines, summary
    from workbench.review import ExampleBases, review
    from workbench.watching import Watch

    watch = Watch(Path(find_library(library)))
    for _ in watch.changes():
        click.clear()
        proving = False

        def look() -> None:
            if watch.changed_by_now():
                raise _Changed

        def tell(found: Sequence[Issue], bases: ExampleBases) -> None:
            nonlocal proving
            look()
            for issue in found:
                click.echo("\n".join(issue_lines(issue, bases.get(issue.at.path, {}))))
            if not proving and not no_proofs:
                click.echo("proving …")
            proving = True

        try:
            done = review(library, proofs=not no_proofs, article=article, seconds=seconds, told=tell, between=look)
        except _Changed:
            continue
        except (LibraryError, UnknownArticle) as error:  # a file was moved away for a moment
            click.echo(str(error))
        else:
            if not proving:  # it could not be read
                click.echo("\n".join(map(str, done.issues)))
            click.echo("\n".join(summary(done)))
        click.echo("watching for changes; Ctrl-C ends")
