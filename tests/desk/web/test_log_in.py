"""Who may see pages where tokens are asked for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from desk.access import Scope
from tests.desk.web.visit import Visit


@pytest.fixture
def stranger(guarded: FastAPI) -> Iterator[Visit]:
    with TestClient(guarded, base_url="http://localhost") as client:
        yield Visit(client)


def _token(visit: Visit, *scopes: Scope) -> str:
    return visit.desk.tokens.issue("ann", scopes or (Scope.CASES,)).secret


def test_nobody_sees_a_page_without_logging_in_and_lands_where_they_wanted(stranger: Visit) -> None:
    stranger.open("/articles/KB940726")
    assert stranger.words("h1") == ["Log in"]

    stranger.submit("main form", token=_token(stranger))
    assert stranger.response.url.path == "/articles/KB940726"
    stranger.begin()
    assert stranger.case.created_by == "ann"


def test_a_token_that_opens_nothing_is_refused_beside_the_field(stranger: Visit) -> None:
    stranger.open("/login").submit("main form", token="rsv_wrong")
    assert stranger.response.status_code == 422
    assert "no token that opens anything" in stranger.one("#token-error").get_text()
    assert not stranger.one("#token").get("value")


def test_a_token_for_something_else_does_not_open_cases(stranger: Visit) -> None:
    stranger.open("/login").submit("main form", token=_token(stranger, Scope.DIAGNOSE))
    assert stranger.response.status_code == 403
    assert "cases" in stranger.text


def test_logging_in_makes_a_new_cookie_and_logging_out_ends_it(stranger: Visit) -> None:
    stranger.open("/login")
    before = stranger.client.cookies.get("resolvent_session")
    stranger.submit("main form", token=_token(stranger))
    assert stranger.client.cookies.get("resolvent_session") != before
    stranger.submit(".who")
    assert stranger.open("/").words("h1") == ["Log in"]


@pytest.mark.parametrize("elsewhere", ["https://example.org/", "//example.org/", "/\\example.org"])
def test_the_log_in_leads_nowhere_else(stranger: Visit, elsewhere: str) -> None:
    stranger.open("/login").submit("main form", token=_token(stranger), onward=elsewhere)
    assert stranger.response.url.host == "localhost"
    assert stranger.response.url.path == "/"


def test_guessing_is_slowed_down(stranger: Visit) -> None:
    for _ in range(11):
        stranger.open("/login").submit("main form", token="rsv_guess")
    assert stranger.response.status_code == 429
    assert "Wait" in stranger.one("#token-error").get_text()
