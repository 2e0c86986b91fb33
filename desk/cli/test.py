"""``resolvent test``: the examples of a library, what they exercise, and which mistakes they would notice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from desk.cli.shared.exits import Exit
from desk.cli.shared.options import format_option, library_option

if TYPE_CHECKING:
    from workbench.trial import Trial


@click.command("test")
@click.option("--article", metavar="ID", help="Run the examples of one article alone.")
@click.option("--mutate", is_flag=True, help="Also run the examples against mutants of the rules.")
@format_option("text", "json")
@click.option(
    "--min-coverage", type=click.FloatRange(0, 100), help="Fail where less of rules or conditions is covered."
)
@click.option("--min-score", type=click.FloatRange(0, 100), help="Fail where fewer mutants, in percent, are noticed.")
@library_option
def command(
    article: str | None,
    mutate: bool,
    format_: str,
    min_coverage: float | None,
    min_score: float | None,
    library: str | None,
) -> int:
    """Run the examples of a library, and say which rules and conditions they leave out."""
    from workbench.trial import as_json, as_text, trial

    done = trial(library, mutants=mutate or min_score is not None, article=article)
    click.echo(as_json(done) if format_ == "json" else as_text(done), nl=False)
    return Exit.DONE if _good_enough(done, min_coverage, min_score) else Exit.FOUND


def _good_enough(done: Trial, min_coverage: float | None, min_score: float | None) -> bool:
    if done.failures or not done.examples:
        return False
    if min_coverage is not None and min(done.rule_share, done.condition_share) < min_coverage:
        return False
    return min_score is None or done.mutation is None or done.mutation.score >= min_score
