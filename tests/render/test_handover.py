"""What is handed over once there is a verdict, with the library that is shipped."""

from __future__ import annotations

from collections.abc import Callable

from engine import Engine
from render.handover import when_it_shows

Contoso = Callable[..., dict[str, object]]


def test_when_it_shows_is_said_once_for_all_steps_that_need_the_same_time(shipped: Engine, contoso: Contoso) -> None:
    outcome = shipped.diagnose(contoso())
    said = [str(each) for each in when_it_shows(outcome)]
    assert said[0].startswith("When it shows: ")
    assert "Within an hour, at the clients' next Autodiscover." in said
    assert len(said) == len(set(said))


def test_what_shows_at_once_is_not_waited_for(shipped: Engine) -> None:
    assert when_it_shows(shipped.diagnose({})) == ()
