"""``resolvent token``: makes, lists and revokes access tokens."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta

import click

from desk.cli.shared.exits import DeskError, Exit
from desk.cli.shared.options import format_option
from desk.cli.shared.store_options import database_option, opened_database

_SCOPES = ("diagnose", "cases", "admin")
_SPAN = re.compile(r"([1-9][0-9]{0,4})([hdw])")
_HOURS = {"h": 1, "d": 24, "w": 168}


@click.group("token")
def command() -> None:
    """Access tokens for 'resolvent serve': for programs, and to log in to the pages."""


@command.command("new")
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice(_SCOPES),
    help="diagnose asks the knowledge base; cases makes and reads cases, pages included; admin reads the metrics too. "
    "Repeatable. Default: diagnose and cases.",
)
@click.option("--expires", metavar="SPAN", help="Such as 12h, 90d or 52w. Default: it does not run out.")
@database_option
def new(name: str, scopes: tuple[str, ...], expires: str | None, database: str | None) -> int:
    """Make a token for NAME; it is shown once.

    The log of a case names whoever uses it so.
    """
    from desk.access import Scope, Tokens

    if not name.strip() or not name.isprintable():
        raise DeskError("token new: give a name that can be read, such as helpdesk-bot", Exit.USAGE)
    until = datetime.now(UTC) + _span(expires) if expires else None
    with opened_database(database) as opened:
        issued = Tokens(opened).issue(
            name.strip(), [Scope(scope) for scope in scopes or ("diagnose", "cases")], expires_at=until
        )
    click.echo(f"Token {issued.token.id} for {issued.token.name}. It is not shown again; send it as", err=True)
    click.echo("Authorization: Bearer, or paste it on the log-in page:", err=True)
    click.echo(issued.secret)
    return Exit.DONE


@command.command("list")
@format_option("text", "json")
@database_option
def list_(format_: str, database: str | None) -> int:
    """List tokens: their ids, names and scopes.

    The tokens themselves are kept nowhere.
    """
    from desk.access import Tokens

    with opened_database(database) as opened:
        tokens = Tokens(opened).list()
    if format_ == "json":
        lines = [
            {
                "id": token.id,
                "name": token.name,
                "scopes": sorted(token.scopes),
                "created_at": token.created_at.isoformat(),
                "expires_at": token.expires_at.isoformat() if token.expires_at else None,
                "revoked_at": token.revoked_at.isoformat() if token.revoked_at else None,
            }
            for token in tokens
        ]
        click.echo(json.dumps(lines, indent=2, ensure_ascii=False))
        return Exit.DONE
    now = datetime.now(UTC)
    for token in tokens:
        state = "revoked" if token.revoked_at else "live" if token.is_live(now) else "run out"
        until = f", until {token.expires_at:%Y-%m-%d}" if token.expires_at else ""
        click.echo(
            f"{token.id}  {state:8}{token.name}  ({', '.join(sorted(token.scopes))}, "
            f"made {token.created_at:%Y-%m-%d}{until})"
        )
    if not tokens:
        click.echo("There are no tokens. 'resolvent token new NAME' makes one.", err=True)
    return Exit.DONE


@command.command("revoke")
@click.argument("id_", metavar="ID")
@database_option
def revoke(id_: str, database: str | None) -> int:
    """Revoke the token with this ID, and end the log-ins that it opened."""
    from desk.access import Tokens, TokenUnknown

    with opened_database(database) as opened:
        try:
            token = Tokens(opened).revoke(id_)
        except TokenUnknown:
            raise DeskError(f"token revoke {id_}: there is no such token; 'resolvent token list' shows them") from None
    click.echo(f"{token.id} ({token.name}) is revoked; servers take notice within five seconds.", err=True)
    return Exit.DONE


def _span(text: str) -> timedelta:
    found = _SPAN.fullmatch(text)
    if found is None:
        raise DeskError(f"--expires {text}: write a number with h, d or w behind it, such as 90d", Exit.USAGE)
    return timedelta(hours=int(found[1]) * _HOURS[found[2]])
