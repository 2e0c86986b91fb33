"""``resolvent cases``: lists, shows and exports stored cases."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from desk.cli.shared.exits import DeskError, Exit
from desk.cli.shared.options import format_option, library_option
from desk.cli.shared.store_options import database_option, opened_database

if TYPE_CHECKING:
    from desk.cases import CaseStore


@click.group("cases")
def command() -> None:
    """Stored cases: what was answered and read, who said so and when, and what followed."""


@command.command("list")
@click.option("--state", type=click.Choice(["open", "closed"]), help="Only those. Default: all.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True, help="How many at most.")
@format_option("text", "json")
@database_option
@library_option
def list_(state: str | None, limit: int, format_: str, database: str | None, library: str | None) -> int:
    """List cases, the last changed first."""
    from desk.cases import CaseState

    with _store(database, library) as store:
        found = store.list(state=CaseState(state) if state else None, limit=limit)
    if format_ == "json":
        from desk.http.views import CaseList, case_line

        click.echo(CaseList(cases=tuple(case_line(each) for each in found)).model_dump_json(indent=2))
        return Exit.DONE
    for each in found:
        reference = f"  {each.reference}" if each.reference else ""
        click.echo(
            f"{each.id}  {each.changed_at:%Y-%m-%d %H:%M}  {each.state.value:7}"
            f"{each.verdict.replace('_', ' ')}, {each.status}, revision {each.revision}{reference}"
        )
    if not found:
        click.echo("There are no such cases.", err=True)
    return Exit.DONE


@command.command("show")
@click.argument("case")
@format_option("text", "markdown", "json")
@click.option("--mask", is_flag=True, help="Without names of hosts, servers and people.")
@database_option
@library_option
def show(case: str, format_: str, mask: bool, database: str | None, library: str | None) -> int:
    """Show a case as the ticket that it makes.

    As JSON it is all that is known of it, with its log.
    """
    from desk.cases import CaseNotFound

    with _store(database, library) as store:
        try:
            found = store.get(case)
        except CaseNotFound:
            message = f"cases show {case}: there is no such case; 'resolvent cases list' shows them"
            raise DeskError(message, Exit.NO_INPUT) from None
        if format_ == "json" and not mask:
            from desk.http.views import case_view

            click.echo(case_view(found).model_dump_json(indent=2))
            return Exit.DONE
        from desk.http.reports import ReportFormat, report_of

        click.echo(report_of(found, store.engine.knowledge, ReportFormat(format_), masked=mask), nl=False)
    return Exit.DONE


@command.command("export")
@database_option
@library_option
def export(database: str | None, library: str | None) -> int:
    """Write all cases as JSON, one a line.

    Their logs are in it; the order is that of their ids.
    """
    from desk.cases.case import UnreadableCase
    from desk.http.views import case_view

    with _store(database, library) as store:
        for case in store.each():
            if isinstance(case, UnreadableCase):
                click.echo(f"{case.id}: left out, {case.reason}", err=True)
            else:
                click.echo(case_view(case).model_dump_json())
    return Exit.DONE


@command.command("save-known")
@click.argument("case")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@database_option
@library_option
def save_known(case: str, file: Path, database: str | None, library: str | None) -> int:
    """Write what CASE knows of the organisation.

    FILE is for --known: it has what does not change from call to call.
    """
    from datetime import UTC, datetime

    from desk.cases import CaseNotFound
    from evidence.on_file import written

    with _store(database, library) as store:
        try:
            found = store.get(case)
        except CaseNotFound:
            message = f"cases save-known {case}: there is no such case; 'resolvent cases list' shows them"
            raise DeskError(message, Exit.NO_INPUT) from None
        facts = [each.environment.facts for each in found.environments]
        text = written(facts, store.engine.knowledge, datetime.now(UTC).date())
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise DeskError(
            f"{file}: cannot be written there ({(error.strerror or 'error').lower()})", Exit.NO_INPUT
        ) from None
    click.echo(f"{file}: give it to ask, diagnose and serve as --known {file}")
    return Exit.DONE


@contextmanager
def _store(database: str | None, library: str | None) -> Iterator[CaseStore]:
    from desk.cases import CaseStore
    from engine import load

    with opened_database(database) as opened:
        yield CaseStore(opened, load(library, "compiled"))
