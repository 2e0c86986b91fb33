"""Small libraries for tests: one of another domain in files, and any that a test writes inline."""

from __future__ import annotations

from pathlib import Path

import kb

CERTIFICATES = Path(__file__).resolve().parent.parent / "libraries" / "certificates"
PRINTER = Path(__file__).resolve().parent.parent / "libraries" / "printer"

FACTS = """
name: Test
version: "1"
people: {me: {label: me}}
facts:
  a: {label: a, ask: A?, type: boolean, answered_by: me}
  b: {label: b, ask: B?, type: boolean, answered_by: me}
  c: {label: c, ask: C?, type: choice, choices: {x: X, y: Y, z: Z}, answered_by: me}
  n: {label: n, ask: N?, type: integer, answered_by: me}
  h: {label: h, ask: H?, type: host_name, answered_by: me}
"""
ARTICLE = """---
id: T1
title: Test
---
[It is so.]{#so}
"""


def library(rules: str, facts: str = FACTS) -> kb.KnowledgeBase:
    """A library of one article whose rules are given."""
    return kb.parse_texts(
        {"rules/facts/test.yaml": facts, "rules/T1.yaml": f"article: T1\n{rules}", "articles/T1.md": ARTICLE}
    )


def diagnosis(when: str, id_: str = "d", because: str = "so") -> str:
    """The text of one diagnosis with a condition in flow style."""
    return f"  - {{id: {id_}, title: {id_}, when: {when}, because: {because}, citation: {{at: so, says: It is so}}}}\n"
