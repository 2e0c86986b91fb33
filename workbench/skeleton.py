"""The skeleton of a new article: text, rules and examples that already check and test well, with TODOs to follow."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

_LIBRARY = """\
# What this library is, and who can answer its questions. The facts stand in the other files here.
name: A library of one's own
version: "0.1"

# Who can answer. `effort` is what it takes to get an answer out of them, 1 for who is on the line.
people:
  caller: {label: the caller, effort: 1}
"""

_FACTS = """\
# The facts that the rules of {id} speak of, and how to ask for each. Facts of all files here may be used anywhere.
facts:
  {prefix}.applies:
    label: whether it is so  # TODO: a short noun phrase, as it stands within a sentence
    ask: Is it so?  # TODO: the question, as one puts it to a person
    help: Look at it.  # TODO: how to find out
    # Other types: choice (with choices), integer, text, host_name, server_name, url, certificate_name(s).
    type: boolean
    answered_by: {person}
    cost: 1
{seen_fact}\
"""

_ARTICLE = """\
---
# TODO: write below what people read. Every statement that a rule rests on stands in brackets, with an anchor after
# them; what is good to know and no rule needs is marked as background too: [words]{{#anchor .background}}
id: {id}
title: A problem and its way out
---

# A problem and its way out

## Symptoms

[Something does not work.]{{#symptom}}

## Cause

[It is so.]{{#cause}}

## Resolution

[Change it.]{{#resolution}}
"""

_RULES = """\
# What articles/{id}.md says, for a machine.
article: {id}
{draft}
diagnoses:
  - id: {slug}-cause  # TODO: name the cause
    title: It is so  # TODO: the cause, in words for people
{explains}    # Every requirement must hold; where one fails, its otherwise says what it then is not.
    requires:
      - id: {slug}-applies
        that: {{{prefix}.applies: true}}
        otherwise: It is not so, and something else is the cause.  # TODO: what it then is not
        citation: {{at: symptom, says: Something does not work}}
    because: It is so.  # TODO: what shows it; facts go in braces
    citation: {{at: cause, says: It is so}}

resolutions:
  - id: {slug}-fix  # TODO: name the way out
    for: {slug}-cause
    kind: fix  # or alternative, or workaround
    title: Change it  # TODO: the way out, in words for people
    citation: {{at: resolution, says: Change it}}
    steps:
      - id: change-it
        text: Change it.  # TODO: what to do; add run, check and undo where there are commands
        citation: {{at: resolution, says: Change it}}
"""

# Beside other articles: what their outcomes are is not for a skeleton to change, and their causes are its rivals.
_DRAFT = """\
# TODO: take this line out when the article is written. Until then only its own examples and `check` look at it.
draft: true
"""

_EXPLAINS = """\
    # TODO: what is seen where this is the cause; best a fact that other articles speak of too.
    explains:
      - seen: {{{prefix}.seen: true}}
"""

_SEEN = """\
  {prefix}.seen:
    label: whether it is seen  # TODO: what people see where this is the cause
    ask: Is it seen?  # TODO: the question, as one puts it to a person
    help: Look at it.  # TODO: how to find out
    type: boolean
    answered_by: {person}
    cost: 1
"""

_EXAMPLES = """\
# What must fire, and what must not. `resolvent test` runs these.
examples:
  - name: "{id}: it is so"
    facts: {{{prefix}.applies: true{seen}}}
    expect:
      diagnoses: {{{slug}-cause: confirmed}}
      steps: {{{slug}-fix.change-it: do}}

  - name: "{id}: it is not so"
    facts: {{{prefix}.applies: false{unseen}}}
    expect:
      diagnoses: {{{slug}-cause: ruled_out}}
"""

_PERSON = re.compile(r"^people:\s*\n(?:[ \t]*#.*\n)*[ \t]+(?P<id>[a-z][a-z0-9_]*):", re.MULTILINE)


class SkeletonRefused(Exception):
    """A skeleton that cannot be written; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Todo:
    """Something left to write, and where."""

    path: str
    line: int
    words: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.words}"


def new_article(id_: str, folder: Path) -> tuple[Todo, ...]:
    """Write the files of a new article into a library, which is begun where there is none, and list what is to do.

    Raises:
        SkeletonRefused: the id will not do, or the article is there already.
    """
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9-]{0,40}", id_):
        raise SkeletonRefused(f"{id_[:40]!r} is no id; use letters, digits and hyphens, such as KB12345")
    known = {each.name: _read(each) for each in sorted((folder / "rules" / "facts").glob("*.yaml"))}
    person = next((found["id"] for text in known.values() if (found := _PERSON.search(text))), "caller")
    names = _names(id_, person, beside_others=any((folder / "rules").glob("*.yaml")))
    files = {
        f"articles/{id_}.md": _ARTICLE.format(**names),
        f"rules/{id_}.yaml": _RULES.format(**names),
        f"rules/{id_}.examples.yaml": _EXAMPLES.format(**names),
    }
    for path in files:
        if (folder / path).exists():
            raise SkeletonRefused(f"{folder / path} is there already; choose another id, or go on with that one")
    if not known:
        files["rules/facts/library.yaml"] = _LIBRARY
    files[f"rules/facts/{names['slug']}.yaml"] = _FACTS.format(**names)
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return tuple(todo for path, text in files.items() for todo in _todos(path, text))


def _names(id_: str, person: str, *, beside_others: bool) -> dict[str, str]:
    """What fills the skeleton; beside other articles it is a draft, with something seen that its cause explains."""
    slug = id_.lower()
    names = {"id": id_, "slug": slug, "prefix": slug.replace("-", "_"), "person": person}
    if not beside_others:
        return names | dict.fromkeys(("draft", "explains", "seen_fact", "seen", "unseen"), "")
    fact = f"{names['prefix']}.seen"
    return names | {
        "draft": _DRAFT,
        "explains": _EXPLAINS.format(**names),
        "seen_fact": _SEEN.format(**names),
        "seen": f", {fact}: true",
        "unseen": f", {fact}: false",
    }


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""


def _todos(path: str, text: str) -> list[Todo]:
    return [
        Todo(path, number, line.strip().removeprefix("#").strip())
        for number, line in enumerate(text.splitlines(), 1)
        if "TODO" in line
    ]
