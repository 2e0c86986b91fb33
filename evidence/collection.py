"""Fills a library's collection script with the lines that collect its outputs, each under the line that names it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from kb import KnowledgeBase
from kb.outputs import OUTPUTS_MARK, CollectedLine, CollectionScript

WIDTH: Final = 4096
"""Columns of the output, so that no value wraps."""
_SPACES: Final = re.compile(r"\s+")


def collection_script(knowledge: KnowledgeBase, script: CollectionScript, value: str = "") -> str:
    """Return the PowerShell of a script.

    Args:
        knowledge: the library that it is of.
        script: one of its scripts.
        value: the value of the fact by which the script differs, one of its `values`.
    """
    lines: list[str] = []
    for line in script.text.splitlines():
        if line.strip() == OUTPUTS_MARK and script.by:
            indent = line[: len(line) - len(line.lstrip())]
            for collected in knowledge.outputs.lines({script.by: value}):
                lines += [f"{indent}{written}" for written in _written(collected)]
        else:
            lines.append(line.replace("<version>", _label(knowledge, script, value)))
    return "\n".join(lines) + "\n"


def _written(line: CollectedLine) -> Iterator[str]:
    run = _SPACES.sub(" ", line.run.strip())
    if line.own_heading:
        yield run
        return
    heading = (line.show or run).replace("'", "''")
    yield f"'{heading}'"
    yield f"{run} | Out-String -Width {WIDTH}"


def _label(knowledge: KnowledgeBase, script: CollectionScript, value: str) -> str:
    return knowledge.facts[script.by].labels[value] if script.by else ""
