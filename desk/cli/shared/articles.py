"""One article of a library, as verbs of an author take it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from desk.cli.shared.exits import DeskError, Exit


@contextmanager
def known_article(article: str | None) -> Iterator[None]:
    """Say of an article that is not there what is, as an error in how the verb was called."""
    from workbench.part import UnknownArticle

    try:
        yield
    except UnknownArticle as unknown:
        raise DeskError(f"--article {article}: {unknown}", Exit.USAGE) from None
