"""`resolvent cases` and `resolvent token`: what is stored, in a terminal."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from desk.access import Tokens
from desk.cases import CaseStore
from desk.cases.database import Database
from desk.cli.cases import command as cases
from desk.cli.shared.exits import DeskError
from desk.cli.token import command as token
from engine import Engine


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'cases.sqlite3'}"


def _run(command: click.Command, url: str, *arguments: str) -> Result:
    result = CliRunner().invoke(command, [*arguments, "--database", url], standalone_mode=False)
    if result.exception is not None:
        raise result.exception
    return result


@pytest.fixture
def two_cases(url: str, shipped: Engine, contoso: Callable[..., dict[str, object]]) -> tuple[str, str]:
    store = CaseStore.open(url, shipped)
    first = store.create(contoso(), who="Ada", reference="T-1").id
    second = store.create(who="Grace").id
    store.close(second, helped=False, revision=1, who="Grace")
    store.close_database()
    return first, second


def test_cases_are_listed(url: str, two_cases: tuple[str, str]) -> None:
    lines = _run(cases, url, "list").stdout.splitlines()
    assert [line.split()[0] for line in lines] == [two_cases[1], two_cases[0]]
    assert "diagnosed, settled" in lines[1]
    assert lines[1].endswith("T-1")

    closed = json.loads(_run(cases, url, "list", "--state", "closed", "--format", "json").stdout)
    assert [each["id"] for each in closed["cases"]] == [two_cases[1]]


@pytest.mark.parametrize("form", ["text", "markdown", "json"])
def test_a_case_is_shown_with_names_or_without(url: str, two_cases: tuple[str, str], form: str) -> None:
    shown = _run(cases, url, "show", two_cases[0], "--format", form).stdout
    masked = _run(cases, url, "show", two_cases[0], "--format", form, "--mask").stdout

    assert "mail.contoso.com" in shown
    assert masked
    assert "contoso" not in masked


def test_a_case_that_is_not_there_is_told_in_a_line(url: str) -> None:
    with pytest.raises(DeskError, match="resolvent cases list"):
        _run(cases, url, "show", "nowhere")


def test_all_cases_are_exported_with_their_logs(url: str, two_cases: tuple[str, str]) -> None:
    exported = [json.loads(line) for line in _run(cases, url, "export").stdout.splitlines()]

    assert {each["id"] for each in exported} == set(two_cases)
    assert {len(each["log"]) for each in exported} == {1, 2}


def test_a_token_is_made_listed_and_revoked(url: str) -> None:
    made = _run(token, url, "new", "night-bot", "--scope", "diagnose", "--expires", "90d")
    secret = made.stdout.strip()
    listed = json.loads(_run(token, url, "list", "--format", "json").stdout)

    assert secret.startswith("rsv_")
    assert secret not in made.stderr
    assert [(each["name"], each["scopes"], each["revoked_at"]) for each in listed] == [
        ("night-bot", ["diagnose"], None)
    ]
    assert listed[0]["expires_at"] is not None

    _run(token, url, "revoke", listed[0]["id"])

    assert "revoked" in _run(token, url, "list").stdout
    database = Database(url)
    assert Tokens(database).find(secret) is None
    database.close()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["new", " "], "give a name"),
        (["new", "bot", "--expires", "soon"], "such as 90d"),
        (["revoke", "nobody"], "resolvent token list"),
    ],
)
def test_what_cannot_be_done_with_a_token_is_told(url: str, arguments: list[str], says: str) -> None:
    with pytest.raises(DeskError, match=says):
        _run(token, url, *arguments)
