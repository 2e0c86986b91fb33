"""Reads one file of a library as text, or says in a problem why that cannot be done."""

from __future__ import annotations

from pathlib import Path

from kb.problems import Code, LibraryError, Problem

MAX_FILE_BYTES = 4 * 1024 * 1024
"""A file of that size has tens of thousands of rules or examples."""


def read_text(path: Path, shown: str) -> str:
    """The text of a file, lines ended the same way everywhere.

    Args:
        path: the file.
        shown: what problems call it.

    Raises:
        LibraryError: it cannot be read, is too large, or is not UTF-8.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise LibraryError([Problem(shown, 1, 1, Code.UNREADABLE, f"this cannot be read: {error.strerror}")]) from None
    if len(raw) > MAX_FILE_BYTES:
        message = f"this file has more than {MAX_FILE_BYTES} bytes; split it"
        raise LibraryError([Problem(shown, 1, 1, Code.LIMIT, message)])
    try:
        return raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        message = "this is not UTF-8; save the file as UTF-8"
        raise LibraryError([Problem(shown, line, 1, Code.UNREADABLE, message)]) from None
