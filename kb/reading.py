"""Reads YAML with the place of every value, and checks it against the shape that a file must have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.scalarbool import ScalarBoolean

from kb.problems import Code, Problem
from kb.values import suggestion

Path = tuple[str | int, ...]
"""The way from the top of a file to a value: keys of mappings and positions in lists."""

MAX_FILE_BYTES = 4 * 1024 * 1024
"""A rules file of that size has tens of thousands of rules."""

MAX_DEPTH = 40
"""Levels of nesting; a condition that needs more is not one that a person can read."""

Shape = TypeVar("Shape", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Document:
    """One YAML file: plain data, and where each value stands (line and column from 1)."""

    path: str
    data: Any
    places: Mapping[Path, tuple[int, int]]

    def place(self, path: Path) -> tuple[int, int]:
        """Where the value at `path` stands, or the nearest one around it."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, (1, 1))

    def problem(self, path: Path, code: Code, message: str) -> Problem:
        """A problem with the value at `path`."""
        return Problem(self.path, *self.place(path), code, message)


def parse_yaml(text: str, path: str, *, first_line: int = 1) -> tuple[Document | None, list[Problem]]:
    """Read one YAML text; duplicate keys, anchors, tags and deep nesting are refused.

    Args:
        first_line: the line of the file that the text begins on.
    """
    shift = first_line - 1
    yaml = YAML(typ="rt", pure=True)
    yaml.allow_duplicate_keys = False
    try:
        loaded = yaml.load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        reason = (error.problem or error.context or "this is not YAML").strip().splitlines()[0]
        return None, [Problem(path, line + shift, column, Code.YAML, _readable(reason))]
    except (YAMLError, ValueError, RecursionError) as error:
        reason = (
            str(error).strip().splitlines()[0] if str(error).strip() else "this is not YAML, or is nested too deeply"
        )
        return None, [Problem(path, first_line, 1, Code.YAML, reason)]
    places: dict[Path, tuple[int, int]] = {(): (first_line, 1)}
    problems: list[Problem] = []
    data = _plain(loaded, (), shift, path, places, problems, set())
    return Document(path, data, places), problems


def shaped(document: Document, shape: type[Shape]) -> tuple[Shape | None, list[Problem]]:
    """The document as the given model, or everything that does not fit."""
    try:
        return shape.model_validate(document.data), []
    except ValidationError as error:
        return None, [_shape_problem(document, dict(detail), shape) for detail in error.errors()]


def _readable(reason: str) -> str:
    if reason.startswith("found duplicate key"):
        return reason.partition(" with value")[0] + "; every key stands once, so merge the two or rename one"
    return reason


def _plain(
    node: Any,
    at: Path,
    shift: int,
    path: str,
    places: dict[Path, tuple[int, int]],
    problems: list[Problem],
    around: set[int],
) -> Any:
    """`node` without ruamel's types, noting the place of everything below it."""
    if isinstance(node, CommentedMap | CommentedSeq):
        if id(node) in around or len(at) > MAX_DEPTH:
            problems.append(Problem(path, *places[at], Code.YAML, f"this is nested more than {MAX_DEPTH} levels deep"))
            return None
        if node.anchor.value is not None or getattr(node, "merge", None):
            problems.append(
                Problem(path, *places[at], Code.YAML, "write this out; anchors and merges are not used in rules")
            )
            return None
        inner = around | {id(node)}
        if isinstance(node, CommentedMap):
            plain: dict[Any, Any] = {}
            for key, value in node.items():
                line, column = (
                    node.lc.value(key) if not isinstance(value, CommentedMap | CommentedSeq) else node.lc.key(key)
                )
                places[(*at, key)] = (line + 1 + shift, column + 1)
                if not isinstance(key, str):
                    problems.append(
                        Problem(
                            path,
                            *places[(*at, key)],
                            Code.NUMBER,
                            f'the key {key} is text here; put it in quotes: "{key}"',
                        )
                    )
                    continue
                plain[str(key)] = _plain(value, (*at, key), shift, path, places, problems, inner)
            return plain
        items: list[Any] = []
        for position, value in enumerate(node):
            line, column = node.lc.item(position)
            places[(*at, position)] = (line + 1 + shift, column + 1)
            items.append(_plain(value, (*at, position), shift, path, places, problems, inner))
        return items
    if isinstance(node, ScalarBoolean):
        return bool(node)
    if isinstance(node, bool) or node is None:
        return node
    for plain_type in (str, int, float):
        if isinstance(node, plain_type):
            return plain_type(node)
    problems.append(
        Problem(
            path,
            *places[at],
            Code.NUMBER,
            f'{node} is read as a {type(node).__name__} here; put it in quotes: "{node}"',
        )
    )
    return None


def _shape_problem(document: Document, detail: dict[str, Any], shape: type[BaseModel]) -> Problem:
    at: Path = tuple(detail["loc"])
    known_at = at
    while known_at and known_at not in document.places:
        known_at = known_at[:-1]
    value = detail.get("input")
    name = ".".join(str(part) for part in known_at) or "the file"
    match detail["type"]:
        case "missing":
            return document.problem(known_at, Code.SHAPE, f"{name} lacks {at[-1]!r}; add it")
        case "extra_forbidden":
            near = suggestion(str(at[-1]), _fields_at(shape, at[:-1]))
            return document.problem(at, Code.SHAPE, f"there is no field {at[-1]!r} here{near}")
        case "string_type" if isinstance(value, int | float) and not isinstance(value, bool):
            return document.problem(at, Code.NUMBER, f'{name} is text, not a number; put it in quotes: "{value}"')
        case "string_pattern_mismatch":
            return document.problem(
                at,
                Code.SHAPE,
                f"{name}: {str(value)[:60]!r} is no such name; lower-case letters, digits, "
                "hyphens in an id, underscores and dots in a fact's key",
            )
        case _:
            message = str(detail["msg"])
            return document.problem(at, Code.SHAPE, f"{name}: {message[0].lower()}{message[1:]}")


def _fields_at(shape: type[BaseModel], at: Path) -> list[str]:
    """The field names that may be meant: of the file itself, or of any model within it; a hint needs no more."""
    seen: dict[str, type[BaseModel]] = {}

    def collect(model: type[BaseModel]) -> None:
        if model.__name__ in seen:
            return
        seen[model.__name__] = model
        for field in model.model_fields.values():
            for inner in _models_in(field.annotation):
                collect(inner)

    collect(shape)
    if not at:
        return [field.alias or name for name, field in shape.model_fields.items()]
    return [field.alias or name for model in seen.values() for name, field in model.model_fields.items()]


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for inner in getattr(annotation, "__args__", ()) for model in _models_in(inner)]
