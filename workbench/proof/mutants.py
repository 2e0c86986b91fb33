"""Makes mutants of a library: rules as an author might have written them by mistake, one mistake in each."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any as Written

from kb import KnowledgeBase
from kb.reading import Document, Path
from kb.rules import link_rules
from kb.values import FactType
from kb.vocabulary import link_vocabulary
from kb.written import FactsFile, RulesFile, SharedFile
from workbench.checks import LibrarySource, Location

_OTHER = {"at_least": "above", "above": "at_least", "at_most": "below", "below": "at_most"}


@dataclass(frozen=True, slots=True)
class Mutant:
    """A library with one mistake: what it is, and where."""

    what: str
    at: Location
    document: Document
    data: Written


def mutants(library: LibrarySource) -> Iterator[Mutant]:
    """Every mutant, in the order of the files."""
    for document, _ in library.rules:
        yield from _of_rules(library, document)
        yield from _of_shared(library, document)
    if library.shared is not None:
        yield from _of_shared(library, library.shared[0])
    document, _ = library.vocabulary
    for path in _conditions_of_vocabulary(document.data):
        yield from _of_condition(library, document, path)


def build(library: LibrarySource, mutant: Mutant) -> KnowledgeBase | None:
    """The knowledge base of a mutant; nothing where it is so wrong that it would not be read."""
    document, written = library.vocabulary
    mutated = replace(mutant.document, data=mutant.data)
    if mutant.document is document:
        document, written = mutated, FactsFile.model_validate(mutant.data)
    files = [
        (mutated, RulesFile.model_validate(mutant.data)) if each is mutant.document else (each, rules)
        for each, rules in library.rules
    ]
    shared = library.shared
    if shared is not None and shared[0] is mutant.document:
        shared = (mutated, SharedFile.model_validate(mutant.data))
    vocabulary = link_vocabulary(document, written, [*files, *([shared] if shared else [])])
    rules = link_rules(files, vocabulary, library.knowledge.articles, shared)
    if vocabulary.naming.problems:
        return None
    return library.knowledge.model_copy(
        update={
            "facts": dict(vocabulary.naming.facts),
            "derived": dict(vocabulary.naming.derived),
            "words": dict(vocabulary.naming.words),
            "diagnoses": tuple(rules.diagnoses),
            "resolutions": tuple(rules.resolutions),
            "note_rules": tuple(rules.note_rules),
            "version": f"mutant of {library.knowledge.version}",
        }
    )


def _of_rules(library: LibrarySource, document: Document) -> Iterator[Mutant]:
    data = document.data
    for position, requirement in enumerate(data.get("applies_when", ())):
        at: Path = ("applies_when", position)
        yield _dropped(document, at, f"the requirement {_name(requirement)} is left out")
        yield from _of_requirement(library, document, at)
    for d, diagnosis in enumerate(data.get("diagnoses", ())):
        if "when" in diagnosis:
            yield from _of_condition(library, document, ("diagnoses", d, "when"))
        requires = diagnosis.get("requires", ())
        for position, requirement in enumerate(requires):
            at = ("diagnoses", d, "requires", position)
            if len(requires) > 1 or "when" in diagnosis:
                yield _dropped(document, at, f"the requirement {_name(requirement)} is left out")
            yield from _of_requirement(library, document, at)
        for position, account in enumerate(diagnosis.get("explains", ())):
            at = ("diagnoses", d, "explains", position)
            if len(diagnosis["explains"]) > 1:
                yield _dropped(document, at, f"{diagnosis['id']} explains one symptom less")
            yield from _of_condition(library, document, (*at, "seen"))
            if "where" in account:
                yield from _of_condition(library, document, (*at, "where"))
        for position, other in enumerate(diagnosis.get("excludes", ())):
            at = ("diagnoses", d, "excludes", position)
            yield _dropped(document, at, f"{diagnosis['id']} does not exclude {other}")
    for r, resolution in enumerate(data.get("resolutions", ())):
        yield _dropped(document, ("resolutions", r), f"the resolution {resolution['id']} is left out")
        if "when" in resolution:
            yield _dropped(document, ("resolutions", r, "when"), f"{resolution['id']} is told whenever")
            yield from _of_condition(library, document, ("resolutions", r, "when"))
        yield from _of_steps(library, document, ("resolutions", r, "steps"))
    for position, note_rule in enumerate(data.get("notes", ())):
        yield _dropped(document, ("notes", position), f"the note {note_rule['id']} is left out")
        yield from _of_condition(library, document, ("notes", position, "when"))


def _of_shared(library: LibrarySource, document: Document) -> Iterator[Mutant]:
    """Mutants of what a file names for others to use."""
    data = document.data
    for id_ in data.get("sets", {}):
        yield from _of_condition(library, document, ("sets", id_))
    for id_ in data.get("requirements", {}):
        yield from _of_requirement(library, document, ("requirements", id_))
    for id_, step in data.get("steps", {}).items():
        at: Path = ("steps", id_)
        if "when" in step:
            yield _dropped(document, (*at, "when"), f"the step {id_} loses its guard")
            yield from _of_condition(library, document, (*at, "when"))
        if "verify_when" in step:
            yield _dropped(document, (*at, "verify_when"), f"the step {id_} is not verified first")
            yield from _of_condition(library, document, (*at, "verify_when"))
        yield from _of_wordings(library, document, (*at, "because"))


def _name(written: Mapping[str, Written]) -> str:
    """The id that a requirement or a step goes by."""
    return str(written.get("id") or written.get("use"))


def _of_requirement(library: LibrarySource, document: Document, at: Path) -> Iterator[Mutant]:
    if "use" in _value(document.data, at):
        return  # written elsewhere
    yield from _of_condition(library, document, (*at, "that"))
    yield from _of_wordings(library, document, (*at, "otherwise"))


def _of_steps(library: LibrarySource, document: Document, at: Path) -> Iterator[Mutant]:
    steps = _value(document.data, at)
    for s, step in enumerate(steps):
        here: Path = (*at, s)
        if len(steps) > 1:
            yield _dropped(document, here, f"the step {_name(step)} is left out")
        if "when" in step:
            yield _dropped(document, (*here, "when"), f"the step {_name(step)} loses its guard")
            yield from _of_condition(library, document, (*here, "when"))
        if "verify_when" in step:
            yield _dropped(document, (*here, "verify_when"), f"the step {_name(step)} is not verified first")
            yield from _of_condition(library, document, (*here, "verify_when"))
        yield from _of_wordings(library, document, (*here, "because"))
        if s + 1 < len(steps):
            other = steps[s + 1]
            for guard in ("when", "for"):
                if step.get(guard) != other.get(guard):
                    names = f"{_name(step)} and {_name(other)}"
                    yield _changed(document, at, _swapped(steps, s, guard), f"{names} swap their {guard}")


def _of_wordings(library: LibrarySource, document: Document, at: Path) -> Iterator[Mutant]:
    wordings = _value(document.data, at)
    if not isinstance(wordings, list):
        return
    for position, wording in enumerate(wordings):
        if "when" in wording:
            yield _dropped(document, (*at, position), f"wording {position + 1} is left out")
            yield from _of_condition(library, document, (*at, position, "when"))


def _of_condition(library: LibrarySource, document: Document, at: Path) -> Iterator[Mutant]:
    """Mutants of one written condition, and of the conditions within it."""
    condition = _value(document.data, at)
    for key, value in condition.items():
        rest = {other: each for other, each in condition.items() if other != key}
        here: Path = (*at, key)
        if rest:
            yield _changed(document, at, rest, f"the condition on {key} is left out", here)
        flipped: dict[str, Written] = {"not": {key: value}}
        if key == "not":
            flipped = dict(value)
        whole = {"all": [rest, flipped]} if rest else flipped
        yield _changed(document, at, whole, f"the condition on {key} is turned round", here)
        match key:
            case "all" | "any":
                other = "any" if key == "all" else "all"
                if len(value) > 1:
                    yield _changed(document, at, {**rest, other: value}, f"{key} becomes {other}", here)
                    for position in range(len(value)):
                        yield _dropped(document, (*here, position), f"part {position + 1} of {key} is left out")
                for position in range(len(value)):
                    yield from _of_condition(library, document, (*here, position))
            case "not":
                yield from _of_condition(library, document, here)
            case "use":
                pass  # a set has mutants of its own
            case _:
                for what, changed in _other_values(library, key, value):
                    yield _changed(document, here, changed, f"{key} is compared with {what}")


def _other_values(library: LibrarySource, key: str, value: Written) -> Iterator[tuple[str, Written]]:
    """Other values to compare a fact with; for a fact of two values that is what turning round does."""
    choices = _choices(library, key)
    if isinstance(value, dict):
        for name, operand in value.items():
            if name in _OTHER:
                yield f"{_OTHER[name]} {operand}", {_OTHER[name]: operand}
            if isinstance(operand, int) and not isinstance(operand, bool):
                yield f"{name} {operand + 1}", {name: operand + 1}
        return
    listed = list(value) if isinstance(value, list) else [value]
    if len(listed) > 1:
        for position, each in enumerate(listed):
            yield f"all but {each}", [*listed[:position], *listed[position + 1 :]]
    if len(choices) > 2:
        others = [choice for choice in choices if choice not in listed]
        if others:
            yield f"{others[0]} as well", [*listed, others[0]]
            yield f"{others[-1]} instead", [*listed[1:], others[-1]]


def _choices(library: LibrarySource, key: str) -> tuple[str, ...]:
    written = library.vocabulary[1]
    if key in written.facts:
        return tuple(written.facts[key].choices)
    return next(
        (
            tuple(fact.labels)
            for fact in library.knowledge.derived.values()
            if fact.type is FactType.CHOICE and library.written_key(fact.key) == key
        ),
        (),
    )


def _conditions_of_vocabulary(data: Mapping[str, Written]) -> Iterator[Path]:
    yield from (("sets", id_) for id_ in data.get("sets", {}))
    for name, collection in data.get("collections", {}).items():
        for member, each in collection["members"].items():
            if "exists" in each:
                yield "collections", name, "members", member, "exists", "when"
    for key, fact in data["facts"].items():
        if "valid_when" in fact:
            yield "facts", key, "valid_when", "when"


def _swapped(steps: list[dict[str, Written]], position: int, guard: str) -> list[dict[str, Written]]:
    changed = copy.deepcopy(steps)
    one, other = changed[position], changed[position + 1]
    first, second = one.pop(guard, None), other.pop(guard, None)
    for step, value in ((one, second), (other, first)):
        if value is not None:
            step[guard] = value
            step.setdefault("otherwise", "It is not needed.")
    return changed


def _dropped(document: Document, at: Path, what: str) -> Mutant:
    data = copy.deepcopy(document.data)
    around = _value(data, at[:-1])
    del around[at[-1]]
    return Mutant(what, Location(document.home(at), *document.place(at)), document, data)


def _changed(document: Document, at: Path, value: Written, what: str, shown: Path | None = None) -> Mutant:
    data = copy.deepcopy(document.data)
    _value(data, at[:-1])[at[-1]] = value
    return Mutant(what, Location(document.home(shown or at), *document.place(shown or at)), document, data)


def _value(data: Written, at: Path) -> Written:
    for part in at:
        data = data.get(part) if isinstance(data, dict) else data[part]
    return data
