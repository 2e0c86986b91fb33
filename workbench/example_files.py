"""Reads a file of examples."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from kb.files import read_text
from kb.problems import LibraryError

if TYPE_CHECKING:
    from kb.written import ExamplesFile


def read_examples(path: Path, shown: str | None = None) -> ExamplesFile:
    """The examples in a file.

    Args:
        path: the file.
        shown: what problems call it; the path itself where left out.

    Raises:
        LibraryError: it cannot be read or has the wrong shape; all that is wrong is listed.
    """
    from kb.reading import parse_yaml, shaped
    from kb.written import ExamplesFile

    name = shown or str(path)
    document, problems = parse_yaml(read_text(path, name), name)
    if document is None or problems:
        raise LibraryError(problems)
    examples, problems = shaped(document, ExamplesFile)
    if examples is None:
        raise LibraryError(problems)
    return examples
