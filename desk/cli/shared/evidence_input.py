"""Reads evidence from files, standard input and live TLS servers, with errors that say what to do."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from desk.cli.shared.exits import DeskError, Exit
from evidence import Evidence, EvidenceError, parse_target, read, read_tls
from evidence.errors import ConnectionFailed, TargetRefused
from evidence.limits import MAX_INPUT_BYTES
from evidence.model import NOTHING
from evidence.on_file import read_organisation
from kb import KnowledgeBase

_TLS = "tls://"


def read_sources(sources: Iterable[str], knowledge: KnowledgeBase) -> list[Evidence]:
    """What each source gives: a file, ``-`` for standard input, or ``tls://host[:port]``.

    Raises:
        DeskError: one cannot be read.
    """
    return [read_source(source, knowledge) for source in sources]


def read_source(source: str, knowledge: KnowledgeBase) -> Evidence:
    """What one source gives.

    Raises:
        DeskError: it cannot be read.
    """
    try:
        if source.lower().startswith(_TLS):
            target = parse_target(source)
            return read_tls(target.host, target.port)
        return read(_bytes(source), name="standard input" if source == "-" else source, knowledge=knowledge)
    except TargetRefused as error:
        raise DeskError(str(error), Exit.USAGE) from None
    except ConnectionFailed as error:
        raise DeskError(str(error), Exit.NO_INPUT) from None
    except EvidenceError as error:
        raise DeskError(str(error)) from None


def read_known(path: str | None, knowledge: KnowledgeBase) -> Evidence:
    """What the organisation has on file; nothing where no file is named.

    Raises:
        DeskError: the file cannot be read, or what it says cannot be taken.
    """
    if path is None:
        return NOTHING
    try:
        return read_organisation(_bytes(path), knowledge, name=path)
    except EvidenceError as error:
        raise DeskError(f"--known {error}") from None


def _bytes(source: str) -> bytes:
    """The content, with one byte more than is allowed where there is more, so that the reader refuses it."""
    try:
        if source == "-":
            return sys.stdin.buffer.read(MAX_INPUT_BYTES + 1)
        with Path(source).open("rb") as file:
            return file.read(MAX_INPUT_BYTES + 1)
    except OSError as error:
        reason = (error.strerror or "error").lower()
        message = f"{source}: cannot be read ({reason}); name a file, - for standard input, or tls://host"
        raise DeskError(message, Exit.NO_INPUT) from None
