"""Every field that goes in or comes out says what it is for, and the files of a library fit their schemas."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import jsonschema
import pytest
from mcp import Client
from pydantic import BaseModel
from starlette.testclient import TestClient

import kb
from desk.cli.schema import MODELS, facts_schema
from desk.http.app import create_app
from desk.http.settings import Settings
from desk.mcp.server import make_server
from engine import Engine, Outcome, OutcomeNext
from engine.outcome import Cause
from kb.reading import parse_yaml

_ROOT = Path(__file__).resolve().parents[2]
_LIBRARIES = [_ROOT, *sorted(each for each in (_ROOT / "tests" / "libraries").iterdir() if (each / "rules").is_dir())]
_OF_ITS_OWN = {"shared.yaml": "shared-file", "evidence.yaml": "evidence-file", "commands.yaml": "commands-file"}

_VALUES = {"default", "example", "examples"}
"""Keywords of a schema below which values stand, and no schemas."""


def _without_words(schema: Any, at: str = "") -> Iterator[str]:
    """Where a schema declares a property or a parameter that nothing is said of."""
    if isinstance(schema, list):
        for part in schema:
            yield from _without_words(part, at)
    if not isinstance(schema, dict):
        return
    for key, part in schema.items():
        if key == "properties":
            for name, declared in part.items():
                if "description" not in declared:
                    yield f"{at}/{name}"
                yield from _without_words(declared, f"{at}/{name}")
        elif key not in _VALUES:
            if key == "parameters":
                yield from (f"{at}?{each['name']}" for each in part if "description" not in each)
            yield from _without_words(part, f"{at}/{key}")


class _Bare(BaseModel):
    """Something of which no field says anything, one of them by the name of a keyword."""

    number: int
    properties: list[str]


def test_a_field_that_says_nothing_is_found() -> None:
    assert list(_without_words({"$defs": {"Bare": _Bare.model_json_schema()}})) == [
        "/$defs/Bare/number",
        "/$defs/Bare/properties",
    ]
    assert list(_without_words({"get": {"parameters": [{"name": "limit"}]}})) == ["/get?limit"]


@pytest.mark.parametrize("what", MODELS)
def test_every_field_of_a_schema_says_what_it_is_for(what: str) -> None:
    assert not list(_without_words(MODELS[what].model_json_schema(by_alias=True)))


def test_every_fact_says_what_it_is() -> None:
    assert not list(_without_words(facts_schema(kb.load())))


def test_every_field_and_parameter_of_the_http_api_says_what_it_is_for(tmp_path: Path) -> None:
    app = create_app(Settings(database_url=f"sqlite:///{tmp_path / 'cases.sqlite3'}", mcp=False, pages=False))
    with TestClient(app, base_url="http://localhost"):  # which closes what the application has opened
        assert not list(_without_words(app.openapi()))


def test_every_field_of_the_mcp_tools_says_what_it_is_for() -> None:
    async def tools() -> list[Any]:
        async with Client(make_server(Engine(kb.load()), Settings())) as client:
            return [(each.name, each.input_schema, each.output_schema) for each in (await client.list_tools()).tools]

    declared = anyio.run(tools)
    assert {name for name, _, _ in declared} == {"diagnose", "read_evidence", "explain", "read_article"}
    assert not list(_without_words([[taken, given] for _, taken, given in declared]))


def test_the_manual_names_every_field_of_an_outcome() -> None:
    section = (_ROOT / "docs" / "api.md").read_text(encoding="utf-8").split("\n## The Outcome\n")[1].split("\n## ")[0]
    fields = [*Outcome.model_fields, *OutcomeNext.model_fields, *Cause.model_fields]
    assert not [each for each in fields if each not in ("id", "title") and f"`{each}`" not in section]


def _files() -> Iterator[tuple[str, Path]]:
    """Every YAML file of every library, with the schema that it is written by."""
    for library in _LIBRARIES:
        for path in sorted((library / "rules").glob("facts/*.yaml")):
            yield "facts-file", path
        for path in sorted((library / "rules").glob("*.yaml")):
            examples = path.name.endswith(".examples.yaml")
            yield _OF_ITS_OWN.get(path.name, "examples-file" if examples else "rules-file"), path


@pytest.mark.parametrize("library", _LIBRARIES, ids=lambda each: each.name)
def test_the_files_of_a_library_fit_their_schemas(library: Path) -> None:
    """Also one that holds a part of the vocabulary, as an editor looks at one file at a time."""
    checkers = {
        what: jsonschema.Draft202012Validator(model.model_json_schema(by_alias=True)) for what, model in MODELS.items()
    }
    read = 0
    for what, path in _files():
        if path.is_relative_to(library / "rules"):
            document, problems = parse_yaml(path.read_text(encoding="utf-8"), path.name)
            assert document is not None
            assert not problems
            assert not [f"{path.name}: {each.message}" for each in checkers[what].iter_errors(document.data)]
            read += 1
    assert read


def test_a_slip_is_told_by_the_schema() -> None:
    checker = jsonschema.Draft202012Validator(MODELS["facts-file"].model_json_schema(by_alias=True))
    assert [each.message for each in checker.iter_errors({"fact": {}})]
