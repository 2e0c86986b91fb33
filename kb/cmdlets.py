"""The commands that a library knows: where each exists, its parameters, and who says so."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict

Where = dict[str, tuple[str, ...]]
"""Facts with the values for which something exists; empty where that is everywhere."""


class Cmdlet(BaseModel):
    """A command of the table.

    Attributes:
        parameters: by name, each with where it exists; empty where that is wherever the command does.
        where: where the command exists.
        source: what says so.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    parameters: dict[str, Where]
    where: Where = {}
    source: str

    def parameter(self, name: str) -> Where | None:
        """Where a parameter exists, its letters in any case; ``None`` where the command does not have it."""
        return next((where for known, where in self.parameters.items() if known.lower() == name.lower()), None)


def exists(where: Mapping[str, tuple[str, ...]], known: Mapping[str, str]) -> bool:
    """Whether something exists where these facts are known; what is not known shuts nothing out."""
    return all(known[fact] in values for fact, values in where.items() if fact in known)
