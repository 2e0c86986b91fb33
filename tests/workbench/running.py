"""Runs verbs as the command line does, in this process."""

from __future__ import annotations

import contextlib
import io
from dataclasses import dataclass

import desk.cli.main


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str


def resolvent(*arguments: str) -> Ran:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = desk.cli.main.run(list(arguments))
    return Ran(code, out.getvalue(), err.getvalue())
