"""What can be wrong with a library: a code, a place and a message for each problem, all of them in one run."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Code(StrEnum):
    """The kinds of problem. A code keeps its meaning for good."""

    UNREADABLE = "KB001"  # a file is missing, not UTF-8, or too large
    YAML = "KB002"  # not YAML, a duplicate key, or a construct that rules do not use
    SHAPE = "KB003"  # a field is missing, unknown, or of the wrong type
    NUMBER = "KB004"  # a number or date where text is meant; quote it
    STRAY = "KB005"  # a YAML file below rules/ that nobody reads
    UNKNOWN_FACT = "KB101"
    REFUSED_VALUE = "KB102"
    CONDITION = "KB103"
    FUNCTION = "KB104"
    CYCLE = "KB105"
    UNKNOWN_ID = "KB106"
    DUPLICATE_ID = "KB107"
    BLANK = "KB108"  # a blank in a text that no fact fills
    COMMAND = "KB109"
    LIMIT = "KB110"
    SYMPTOM = "KB111"  # a diagnosis explains what is no symptom
    ARTICLE = "KB201"
    ANCHOR = "KB202"
    WORDS = "KB203"


@dataclass(frozen=True, order=True, slots=True)
class Problem:
    """One thing wrong in one place; lines and columns count from 1."""

    path: str
    line: int
    column: int
    code: Code
    message: str = field(compare=False)

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}: {self.code} {self.message}"


class LibraryError(Exception):
    """A library that cannot be used; `problems` holds everything that was found wrong, in reading order."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(str(problem) for problem in self.problems))
