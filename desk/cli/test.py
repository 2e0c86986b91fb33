"""``resolvent test``: the examples of a library, what they exercise, and which mistakes they would notice."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from desk.cli.shared.articles import known_article
from desk.cli.shared.exits import DeskError, Exit
from desk.cli.shared.options import article_option, authors_library_option, format_option

if TYPE_CHECKING:
    from workbench.trial import Trial


@click.command("test")
@article_option("Run the examples of one article alone.")
@click.option("--mutate", is_flag=True, help="Also run the examples against mutants of the rules.")
@click.option(
    "--accept",
    type=click.Choice(["each", "all"]),
    is_flag=False,
    flag_value="each",
    help="Run mutants, and write the examples that would notice what none notices: each as you say (without a word "
    "behind it), or all. They are marked as unreviewed until you name them.",
)
@click.option("--why", metavar="EXAMPLE", help="Say what decided in one example; a part of its name is enough.")
@format_option("text", "json")
@click.option(
    "--min-coverage", type=click.FloatRange(0, 100), help="Fail where less of rules or conditions is covered."
)
@click.option("--min-score", type=click.FloatRange(0, 100), help="Fail where fewer mutants, in percent, are noticed.")
@authors_library_option
def command(
    article: str | None,
    mutate: bool,
    accept: str | None,
    why: str | None,
    format_: str,
    min_coverage: float | None,
    min_score: float | None,
    library: str,
) -> int:
    """Run the examples of a library, and say which rules and conditions they leave out."""
    from workbench.trial import as_json, as_text, trial

    if why is not None:
        if mutate or accept or min_coverage is not None or min_score is not None:
            raise DeskError("test: --why looks at one example; only --article and --format go with it", Exit.USAGE)
        return _why(why, article, format_, library)
    if accept and format_ != "text":
        raise DeskError("test: --accept writes text; leave --format out", Exit.USAGE)
    with known_article(article):
        done = trial(library, mutants=mutate or bool(accept) or min_score is not None, article=article)
    if accept:
        return _accept(done, accept == "all", library)
    click.echo(as_json(done) if format_ == "json" else as_text(done), nl=False)
    return Exit.DONE if _good_enough(done, min_coverage, min_score) else Exit.FOUND


def _good_enough(done: Trial, min_coverage: float | None, min_score: float | None) -> bool:
    if done.failures or not done.examples:
        return False
    if min_coverage is not None and min(done.rule_share, done.condition_share) < min_coverage:
        return False
    return min_score is None or done.mutation is None or done.mutation.score >= min_score


def _why(name: str, article: str | None, format_: str, library: str) -> int:
    from desk.interview.screen import Screen
    from workbench.why import UnknownExample, as_json, blocks, example_why

    try:
        with known_article(article):
            decided = example_why(library, name, article)
    except UnknownExample as unknown:
        raise DeskError(f"--why {name!r}: {unknown}", Exit.USAGE) from None
    if format_ == "json":
        click.echo(as_json(decided), nl=False)
    else:
        Screen().report(blocks(decided))
    return Exit.FOUND if decided.mismatches else Exit.DONE


def _accept(done: Trial, all_: bool, library: str) -> int:
    """Write the suggested examples that somebody wants."""
    from workbench.accepting import Accepting, NotWritable
    from workbench.trial import as_text

    if done.mutation is None:
        click.echo(as_text(done), nl=False)
        return Exit.FOUND
    accepting = Accepting(done.source, Path(library), done.mutation)
    answer = "a" if all_ else ""
    for suggestion in accepting.left():
        click.echo(f"{suggestion.survivor}\n{suggestion.text}")
        if answer != "a":
            answer = click.prompt(
                f"Write it to {suggestion.path}? (y = yes, n = no, a = this and all that follow, q = no more)",
                type=click.Choice(["y", "n", "a", "q"]),
                show_choices=False,
            )
        if answer == "q":
            break
        if answer != "n":
            try:
                accepting.write(suggestion)
            except NotWritable as refused:
                raise DeskError(f"test --accept: {refused}") from None
            except OSError as error:
                raise DeskError(f"test --accept: {suggestion.path} cannot be written: {error.strerror}") from None
    count = len(accepting.written)
    if not count:
        click.echo("no example written")
    else:
        click.echo(
            f"{count} {'example' if count == 1 else 'examples'} written, marked as unreviewed; see whether each is "
            "what should come of its facts, and name it for what it shows"
        )
    return Exit.DONE
