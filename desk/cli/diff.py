"""``resolvent diff``: two states of a library compared by effect, for examples and kept cases and for all answers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from desk.cli.shared.articles import known_article
from desk.cli.shared.exits import DeskError, Exit
from desk.cli.shared.options import article_option, format_option
from desk.cli.shared.store_options import database_option, opened_database

if TYPE_CHECKING:
    from desk.cases.replay import CaseChange


@click.command("diff")
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@format_option("text", "json")
@article_option("Compare what the rules of one article come to, and its examples, alone.")
@click.option("--kept", is_flag=True, help="Also replay the kept cases: what NEW says, beside what was said then.")
@database_option
@click.option("--exit-code", is_flag=True, help="Exit with 1 where anything differs.")
def command(
    old: str, new: str, format_: str, article: str | None, kept: bool, database: str | None, exit_code: bool
) -> int:
    """Say which outcomes differ between two folders of a library: OLD as it was, NEW as it is."""
    from workbench.comparing import Compared, as_document, as_text, compare

    if article is not None and kept:
        raise DeskError("diff: kept cases are replayed with all articles; leave out --article or --kept", Exit.USAGE)
    with known_article(article):
        compared: Compared = compare(old, new, article)
    replayed = _replayed(new, database) if kept else ()
    if format_ == "json":
        document = as_document(compared)
        if kept:
            document["kept_cases"] = [_as_document(each) for each in replayed]
        click.echo(json.dumps(document, indent=2, ensure_ascii=False))
    else:
        click.echo("".join(f"{_as_line(each)}\n" for each in replayed) + as_text(compared), nl=False)
        if kept:
            click.echo(f"kept cases: {len({each.case for each in replayed})} come out otherwise")
    return Exit.FOUND if exit_code and (compared.differs or replayed) else Exit.DONE


def _replayed(library: str, database: str | None) -> tuple[CaseChange, ...]:
    """What a library says differently of the kept cases."""
    from desk.cases import CaseStore
    from desk.cases.replay import replay
    from engine import load

    with opened_database(database) as opened:
        engine = load(library, "compiled")
        return tuple(replay(CaseStore(opened, engine), engine))


def _as_line(change: CaseChange) -> str:
    reference = f" ({change.reference})" if change.reference else ""
    server = f" on {change.server}" if change.server else ""
    before, after = change.before or "nothing", change.after or "nothing"
    return f"kept case {change.case}{reference}{server}: {change.what}: {before} → {after}"


def _as_document(change: CaseChange) -> dict[str, str]:
    return {
        "case": change.case,
        "reference": change.reference,
        "server": change.server,
        "what": change.what,
        "before": change.before,
        "after": change.after,
        "digest": change.digest,
    }
