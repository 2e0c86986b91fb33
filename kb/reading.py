"""Reads YAML with the place of every value, and checks it against the shape that a file must have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.scalarbool import ScalarBoolean

from kb.problems import Code, Problem
from kb.slips import comma_slip, slip
from kb.values import suggestion

Path = tuple[str | int, ...]
"""The way from the top of a file to a value: keys of mappings and positions in lists."""

MAX_DEPTH = 40
"""Levels of nesting; a condition that needs more is not one that a person can read."""

_REMEMBERED = 512
"""Texts whose reading is kept."""

Shape = TypeVar("Shape", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Document:
    """One YAML file: plain data, and where each value and each key stands (line and column from 1)."""

    path: str
    data: Any
    places: Mapping[Path, tuple[int, int]]
    keys: Mapping[Path, tuple[int, int]]

    def place(self, path: Path, *, of_key: bool = False) -> tuple[int, int]:
        """Where the value at `path` stands, or its key, or the nearest value around it."""
        if of_key and path in self.keys:
            return self.keys[path]
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, (1, 1))

    def home(self, path: Path) -> str:
        """The file in which the value at `path` stands."""
        return self.path

    def problem(self, path: Path, code: Code, message: str, *, of_key: bool = False) -> Problem:
        """A problem with the value at `path`, or with its key."""
        return Problem(self.home(path), *self.place(path, of_key=of_key), code, message)


@dataclass(frozen=True, slots=True)
class MergedDocument(Document):
    """Several files of the same shape read as one; each value knows its file."""

    homes: Mapping[Path, str]

    def home(self, path: Path) -> str:
        """The file in which the value at `path` stands, or the nearest value around it."""
        while path and path not in self.homes:
            path = path[:-1]
        return self.homes.get(path, self.path)


def merged(documents: Sequence[Document], *, in_one: frozenset[str]) -> tuple[MergedDocument, list[Problem]]:
    """Documents as one: what stands below the same key is put together, and nothing may stand twice.

    Args:
        in_one: keys whose whole value stands in exactly one of the files.
    """
    data: dict[str, Any] = {}
    homes: dict[Path, str] = {}
    places: dict[Path, tuple[int, int]] = {}
    keys: dict[Path, tuple[int, int]] = {}
    problems: list[Problem] = []
    for document in documents:
        if not isinstance(document.data, dict):
            problems.append(document.problem((), Code.SHAPE, "this file has no keys; see docs/writing-an-article.md"))
            continue
        for key, value in document.data.items():
            together = isinstance(value, dict) and isinstance(data.get(key, {}), dict) and key not in in_one
            entries = [(key, name) for name in value] if together else [(key,)]
            if together:
                data.setdefault(key, {})
            for at in entries:
                if at in homes:
                    line, _ = keys[at]
                    message = f"{at[-1]} stands in {homes[at]}:{line} already; keep one of the two"
                    problems.append(document.problem(at, Code.DUPLICATE_ID, message, of_key=True))
                    continue
                homes[at] = document.path
                if together:
                    data[key][at[-1]] = value[at[-1]]
                else:
                    data[key] = value
                for source, target in ((document.places, places), (document.keys, keys)):
                    target.update({path: place for path, place in source.items() if path[: len(at)] == at})
            homes.setdefault((key,), document.path)
            places.setdefault((key,), document.place((key,)))
            keys.setdefault((key,), document.place((key,), of_key=True))
    first = documents[0].path
    return MergedDocument(first, data, {(): (1, 1), **places}, keys, homes), problems


def parse_yaml(text: str, path: str, *, first_line: int = 1) -> tuple[Document | None, list[Problem]]:
    """Read one YAML text; duplicate keys, anchors, tags and deep nesting are refused.

    Args:
        first_line: the line of the file that the text begins on.
    """
    document, problems = _parsed(text, path, first_line)
    # What is remembered is nobody's to change.
    return document and replace(document, data=deepcopy(document.data)), list(problems)


@lru_cache(maxsize=_REMEMBERED)
def _parsed(text: str, path: str, first_line: int) -> tuple[Document | None, list[Problem]]:
    """The same; remembered, since whoever watches a library reads all of it again where one file changed."""
    shift = first_line - 1
    yaml = YAML(typ="rt", pure=True)
    yaml.allow_duplicate_keys = False
    try:
        loaded = yaml.load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        reason = " ".join(part.strip().splitlines()[0] for part in (error.context, error.problem) if part)
        if error.problem and error.problem.startswith("found duplicate key"):
            reason = error.problem.strip().splitlines()[0]
        return None, [Problem(path, line + shift, column, Code.YAML, slip(reason or "this is not YAML", text, line))]
    except (YAMLError, ValueError, RecursionError) as error:
        reason = (
            str(error).strip().splitlines()[0] if str(error).strip() else "this is not YAML, or is nested too deeply"
        )
        return None, [Problem(path, first_line, 1, Code.YAML, reason)]
    reader = _Reader(path, shift)
    data = reader.plain(loaded, (), frozenset())
    return Document(path, data, reader.places, reader.keys), reader.problems


def shaped(document: Document, shape: type[Shape]) -> tuple[Shape | None, list[Problem]]:
    """The document as the given model, or everything that does not fit."""
    try:
        return shape.model_validate(document.data), []
    except ValidationError as error:
        details = [dict(detail) for detail in error.errors()]
        told = [detail for detail in details if not _is_other_shape(detail, details)]
        return None, [_shape_problem(document, detail, shape) for detail in told]


class _Reader:
    """Takes ruamel's types off a loaded file, noting where everything stands."""

    def __init__(self, path: str, shift: int) -> None:
        self._path = path
        self._shift = shift
        self.places: dict[Path, tuple[int, int]] = {(): (shift + 1, 1)}
        self.keys: dict[Path, tuple[int, int]] = {}
        self.problems: list[Problem] = []

    def plain(self, node: Any, at: Path, around: frozenset[int]) -> Any:
        """The node as plain data; ``None`` where it cannot be, with a problem noted."""
        if isinstance(node, CommentedMap | CommentedSeq):
            if id(node) in around or len(at) > MAX_DEPTH:
                return self._problem(at, Code.YAML, f"this is nested more than {MAX_DEPTH} levels deep")
            if node.anchor.value is not None or getattr(node, "merge", None):
                return self._problem(at, Code.YAML, "write this out; anchors and merges are not used in rules")
            inner = around | {id(node)}
            return self._mapping(node, at, inner) if isinstance(node, CommentedMap) else self._list(node, at, inner)
        if isinstance(node, ScalarBoolean):
            return bool(node)
        if isinstance(node, bool) or node is None:
            return node
        for plain_type in (str, int, float):
            if isinstance(node, plain_type):
                return plain_type(node)
        message = f'{node} is read as a {type(node).__name__} here; put it in quotes: "{node}"'
        return self._problem(at, Code.NUMBER, message)

    def _mapping(self, node: CommentedMap, at: Path, around: frozenset[int]) -> dict[str, Any]:
        plain: dict[str, Any] = {}
        for key, value in node.items():
            here = (*at, key)
            self.keys[here] = self._place(*node.lc.key(key))
            scalar = not isinstance(value, CommentedMap | CommentedSeq)
            self.places[here] = self._place(*node.lc.value(key)) if scalar else self.keys[here]
            if isinstance(key, str):
                plain[str(key)] = self.plain(value, here, around)
            else:
                self._problem(here, Code.NUMBER, f'the key {key} is text here; put it in quotes: "{key}"')
        return plain

    def _list(self, node: CommentedSeq, at: Path, around: frozenset[int]) -> list[Any]:
        items: list[Any] = []
        for position, value in enumerate(node):
            self.places[(*at, position)] = self._place(*node.lc.item(position))
            items.append(self.plain(value, (*at, position), around))
        return items

    def _place(self, line: int, column: int) -> tuple[int, int]:
        return line + 1 + self._shift, column + 1

    def _problem(self, at: Path, code: Code, message: str) -> None:
        self.problems.append(Problem(self._path, *self.keys.get(at, self.places[at]), code, message))


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
            if value is None and " " in str(at[-1]).strip():
                before = _key_before(document, at)
                return document.problem(at, Code.SHAPE, comma_slip(str(at[-1]), before), of_key=True)
            near = suggestion(str(at[-1]), _fields_at(shape, at[:-1]))
            return document.problem(at, Code.SHAPE, f"there is no field {at[-1]!r} here{near}", of_key=True)
        case "string_type" if isinstance(value, int | float) and not isinstance(value, bool):
            return document.problem(at, Code.NUMBER, f'{name} is text, not a number; put it in quotes: "{value}"')
        case "string_type" if isinstance(value, dict) and _is_text_in_braces(value):
            text = f"{{{', '.join(map(str, value))}}}"
            message = f'a text that begins with a brace stands in quotes: {known_at[-1]}: "{text}"'
            return document.problem(at, Code.SHAPE, message)
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


def _is_other_shape(detail: dict[str, Any], details: list[dict[str, Any]]) -> bool:
    """Whether this only says that a list is no text, where a list may stand and what is wrong with it is told too."""
    value = detail.get("input")
    if detail["type"] != "string_type" or not isinstance(value, list | dict) or _is_text_in_braces(value):
        return False
    around = tuple(detail["loc"])[:-1]
    return any(other is not detail and tuple(other["loc"])[: len(around)] == around for other in details)


def _is_text_in_braces(value: object) -> bool:
    """Whether a mapping is a text that began with a brace, such as a blank: it has names and no values."""
    return isinstance(value, dict) and bool(value) and all(each is None for each in value.values())


def _key_before(document: Document, at: Path) -> str:
    """The key that stands before another one in the same mapping."""
    place = document.place(at, of_key=True)
    around = [(where, key) for key, where in document.keys.items() if key[:-1] == at[:-1] and where < place]
    return str(max(around)[1][-1]) if around else ""


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
