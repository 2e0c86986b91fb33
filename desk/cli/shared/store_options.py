"""What the verbs that open the case store share: the option that names it, and its errors in one line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import click

from desk.cli.shared.exits import DeskError, Exit

if TYPE_CHECKING:
    from desk.cases.database import Database

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


def database_option(function: Decorated) -> Decorated:
    """``--database URL``."""
    return click.option(
        "--database",
        metavar="URL",
        help="Where cases are kept, such as postgresql://user@host/name; RESOLVENT_DATABASE_URL names it too. "
        "Default: a SQLite file in your data folder.",
    )(function)


@contextmanager
def opened_database(url: str | None) -> Iterator[Database]:
    """The database, closed again afterwards.

    Raises:
        DeskError: it cannot be opened.
    """
    from desk.cases.database import Database, DatabaseUnusable

    try:
        database = Database(url)
    except DatabaseUnusable as error:
        raise DeskError(str(error), Exit.NO_INPUT) from None
    try:
        yield database
    finally:
        database.close()
