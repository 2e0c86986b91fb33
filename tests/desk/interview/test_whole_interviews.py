"""Whole interviews on a terminal, with what a person answers."""

from __future__ import annotations

from collections.abc import Callable

from engine import Engine
from tests.desk.people import ANSWERS, SLIPS
from tests.desk.terminal import Terminal

Open = Callable[..., Terminal]
_PROMPT = ") >"
_END = "(Enter = finish"


def _asks(shipped: Engine) -> dict[str, str]:
    """The fact that a question is for, by its words; the checklist stands for the check of the name."""
    asks = {fact.ask: key for key, fact in shipped.knowledge.facts.items()}
    return asks | {group.checklist.ask: "alert.name" for group in shipped.knowledge.groups if group.checklist}


def _asked(told: str, shipped: Engine) -> str:
    """The fact that is asked for; of several on one sheet the first."""
    asks = _asks(shipped)
    return asks[min((ask for ask in asks if ask in told), key=told.index)]


def _told(at: Terminal, shipped: Engine) -> str:
    """What is told up to the next question, or the end; a line that is typed may be drawn anew meanwhile."""
    told = at.tells(_PROMPT)
    while _END not in told and not any(ask in told for ask in _asks(shipped)):
        told += at.tells(_PROMPT)
    return told


def _lead(at: Terminal, shipped: Engine, answers: dict[str, str], slips: dict[str, str]) -> list[str]:
    """Answer to the end; gives the facts in the order in which they were asked for."""
    asked: list[str] = []
    told = _told(at, shipped)
    while _END not in told:
        fact = _asked(told, shipped)
        if fact in slips:
            at.process.sendline(slips.pop(fact))
            assert "d for don't know." in _told(at, shipped)
        asked.append(fact)
        assert len(asked) < 30, asked
        at.process.sendline(answers[fact])
        told = _told(at, shipped)
    assert "Cause found:" in told
    return asked


def test_the_article_s_example_leads_to_the_commands_through_every_slip(terminal: Open, shipped: Engine) -> None:
    at = terminal("ask", rows=60)
    slips = {**SLIPS, "alert.name": "", "client.location": ""}
    asked = _lead(at, shipped, {**ANSWERS, "alert.name": "3", "exchange.version": "1"}, slips)
    assert not slips
    assert len(asked) == len(set(asked)), "a slip costs no answer, and nothing is asked twice"
    assert "Set-UMVirtualDirectory" in at.shown()
    at.process.sendline("")
    assert at.end() == 0


def test_who_does_not_know_at_first_is_asked_once_more_and_comes_to_the_same(terminal: Open, shipped: Engine) -> None:
    at = terminal("ask", rows=60)
    names = "certificate.subject_alternative_names"
    answers = {**ANSWERS, "alert.name": "3", names: "dk"}
    told = _told(at, shipped)
    while "would decide it:" not in told:
        at.process.sendline(answers[_asked(told, shipped)])
        told = _told(at, shipped)
    assert _asked(told, shipped) == names
    at.process.sendline("none")
    told = _told(at, shipped)
    while _END not in told:
        at.process.sendline(answers[_asked(told, shipped)])
        told = _told(at, shipped)
    assert "Cause found:" in told
