"""Who may come in: tokens that are shown once, log-ins that end, forms that are ours, limits that hold."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from desk.access import Principal, RateLimit, Scope, Sessions, Tokens, TokenUnknown, csrf_token, is_csrf_token
from desk.access.sessions import LIFETIME, new_cookie
from desk.cases.database import Database

_START = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now = _START

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(f"sqlite:///{tmp_path / 'cases.sqlite3'}")
    yield opened
    opened.close()


@pytest.fixture
def tokens(database: Database, clock: Clock) -> Tokens:
    return Tokens(database, clock=clock)


def test_a_token_opens_what_its_scopes_say(tokens: Tokens) -> None:
    issued = tokens.issue("helpdesk-bot", [Scope.DIAGNOSE])

    found = tokens.find(issued.secret)

    assert found is not None
    principal = found.principal
    assert (principal.name, principal.may(Scope.DIAGNOSE), principal.may(Scope.CASES)) == ("helpdesk-bot", True, False)


def test_an_admin_may_do_everything() -> None:
    assert all(Principal("x", "x", frozenset({Scope.ADMIN})).may(scope) for scope in Scope)


def test_the_token_itself_is_kept_nowhere(tokens: Tokens, database: Database) -> None:
    issued = tokens.issue("bot", [Scope.CASES])

    with database.reading() as connection:
        row = connection.execute(text("SELECT * FROM access_tokens")).one()
    assert issued.secret not in str(row)
    assert issued.secret.removeprefix("rsv_") not in str(row)


def test_a_made_up_token_opens_nothing(tokens: Tokens) -> None:
    tokens.issue("bot", [Scope.CASES])

    for secret in ("", "rsv_", "rsv_" + "A" * 43, "x" * 10_000, "rsv_\udcff"):
        assert tokens.find(secret) is None


def test_a_revoked_token_opens_nothing_and_ends_its_log_ins(tokens: Tokens, database: Database, clock: Clock) -> None:
    issued = tokens.issue("Ada", [Scope.CASES])
    sessions = Sessions(database, clock=clock)
    cookie = sessions.begin(issued.token.principal, token=issued.token)
    assert tokens.find(issued.secret) is not None

    tokens.revoke(issued.token.id)

    assert tokens.find(issued.secret) is None
    assert tokens.remembered(issued.secret) is None
    assert sessions.find(cookie) is None
    assert not tokens.any_live()
    with pytest.raises(TokenUnknown):
        tokens.revoke("nobody")


def test_a_token_runs_out(tokens: Tokens, clock: Clock) -> None:
    issued = tokens.issue("bot", [Scope.CASES], expires_at=_START + timedelta(days=1))
    assert tokens.find(issued.secret) is not None

    clock.now += timedelta(days=1)

    assert tokens.remembered(issued.secret) is None
    assert tokens.find(issued.secret) is None


def test_a_log_in_lasts_a_working_day(database: Database, clock: Clock) -> None:
    sessions = Sessions(database, clock=clock)
    cookie = sessions.begin(Principal("token:1", "Ada Lovelace", frozenset({Scope.CASES})))

    found = sessions.find(cookie)
    assert found is not None
    assert (found.principal.id, found.principal.name) == ("token:1", "Ada Lovelace")

    clock.now += LIFETIME
    assert sessions.find(cookie) is None


def test_a_log_in_ends_when_one_logs_out_or_its_token_runs_out(
    database: Database, tokens: Tokens, clock: Clock
) -> None:
    sessions = Sessions(database, clock=clock)
    short = tokens.issue("Ada", [Scope.CASES], expires_at=_START + timedelta(hours=1)).token
    first, second = sessions.begin(short.principal, token=short), sessions.begin(short.principal, token=short)

    sessions.end(first)
    assert sessions.find(first) is None
    assert sessions.find(second) is not None

    clock.now += timedelta(hours=1)
    assert sessions.find(second) is None


def test_what_the_cookie_holds_is_kept_nowhere(database: Database) -> None:
    cookie = Sessions(database).begin(Principal("x", "x", frozenset()))

    with database.reading() as connection:
        assert cookie not in str(connection.execute(text("SELECT * FROM web_sessions")).one())


def test_a_form_is_taken_from_the_visitor_that_it_was_made_for() -> None:
    mine, another = new_cookie(), new_cookie()

    assert is_csrf_token(csrf_token(mine), mine)
    for sent, cookie in (
        (csrf_token(another), mine),
        (csrf_token(mine), another),
        ("", mine),
        (None, mine),
        (csrf_token(mine), None),
        (csrf_token(mine), "short"),
        ("é" * 64, mine),
    ):
        assert not is_csrf_token(sent, cookie)


def test_a_caller_may_burst_and_then_goes_on_steadily() -> None:
    now = 0.0
    limit = RateLimit(60, burst=3, clock=lambda: now)

    assert [limit.wait("a") for _ in range(4)] == [0, 0, 0, pytest.approx(1)]
    assert limit.wait("b") == 0
    now = 1.0
    assert limit.wait("a") == 0
    assert limit.wait("a") > 0


def test_no_limit_limits_nobody() -> None:
    limit = RateLimit(0)

    assert not any(limit.wait("a") for _ in range(1000))


def test_callers_that_were_not_seen_for_long_are_forgotten_first() -> None:
    limit = RateLimit(60, burst=1, clock=lambda: 0.0)
    limit.wait("first")

    for number in range(10_000):
        limit.wait(str(number))

    assert limit.wait("9999") > 0
    assert limit.wait("first") == 0
