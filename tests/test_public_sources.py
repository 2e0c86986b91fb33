"""Half a hundred examples of the shipped library are situations that people told in public, each with its source."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

_RULES = Path(__file__).parent.parent / "rules"
_SOURCED = re.compile(r"^  # From: (?P<source>.+(?:\n  # .+)*)\n  - name: (?P<name>.+)$", re.MULTILINE)
_WANTED = 50


def sourced() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """File, source and facts of each example with a line "From: …" right above it."""
    for file in sorted(_RULES.glob("*.examples.yaml")):
        text = file.read_text(encoding="utf-8")
        written = yaml.safe_load(text)
        facts = {each["name"]: {**written.get("base", {}), **each.get("facts", {})} for each in written["examples"]}
        for found in _SOURCED.finditer(text):
            yield file.name, found["source"], facts[yaml.safe_load(found["name"])]


def test_fifty_situations_were_told_in_public() -> None:
    situations = {(file, repr(sorted(facts.items()))) for file, _, facts in sourced()}
    assert len(situations) >= _WANTED


def test_each_source_stands_above_the_example_that_it_is_for() -> None:
    texts = [file.read_text(encoding="utf-8") for file in _RULES.glob("*.examples.yaml")]
    assert len(list(sourced())) == sum(len(re.findall(r"^ *# From\b", text, re.MULTILINE)) for text in texts)
