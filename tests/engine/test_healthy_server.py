"""A server that is in order is told no command, whatever other certificate a warning showed.

The warning is about the Autodiscover name, where a web host answers; Exchange's addresses are right. Once the caller
told the web host's certificate as if it were that of Exchange, and was sent to change three URLs.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import kb
from engine import Engine
from engine.outcome import StepState

WARNING = {
    "alert.kind": "security_alert",
    "alert.name": "failed",
    "alert.trust": "ok",
    "alert.date": "ok",
    "alert.host": "autodiscover.contoso.com",
    "client.mail_domain": "contoso.com",
}
SERVER = {
    "client.location": "internal",
    "exchange.version": "2010",
    "exchange.server": "EX1",
    "certificate.replaced": True,
    "endpoints.autodiscover.url": "https://mail.contoso.com/autodiscover/autodiscover.xml",
    "endpoints.ews.url": "https://mail.contoso.com/EWS/Exchange.asmx",
    "endpoints.oab.url": "https://mail.contoso.com/OAB",
    "certificate.san_available": True,
    "namespace.host": "mail.contoso.com",
    "dns.resolves_internally": True,
}
HOSTER = {"common_name": "web7.hosting.example", "subject_alternative_names": ["web7.hosting.example"]}


@pytest.fixture(scope="module")
def whole() -> Engine:
    return Engine(kb.load(None), "compiled")


@pytest.mark.parametrize("object_", ["certificate", "alert.certificate"])
@given(known=st.sets(st.sampled_from(sorted(SERVER))))
def test_no_command_is_told_for_a_server_that_is_in_order(whole: Engine, object_: str, known: set[str]) -> None:
    shown = {f"{object_}.{name}": value for name, value in HOSTER.items()}
    outcome = whole.diagnose({**WARNING, **shown, **{key: SERVER[key] for key in known}})
    told = [step for each in outcome.resolutions for step in each.steps if step.state is StepState.DO]
    assert not [step.id for step in told if step.command or step.draft]
