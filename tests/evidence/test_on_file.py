"""What an organisation has on file: it fills in, gives way to whatever is said today, and is about its own servers."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

import kb
from engine import Engine
from evidence import MalformedInput
from evidence.diagnosis import Diagnosed, Given, diagnose, environments
from evidence.on_file import read_organisation, written

FILE: dict[str, Any] = {
    "as_of": "2026-11-01",
    "facts": {"namespace.host": "mail.contoso.com", "certificate.san_available": "yes"},
    "servers": [
        {
            "exchange.server": "EXCH1",
            "exchange.version": "2010 SP3",
            "certificate.common_name": "mail.contoso.com",
            "certificate.subject_alternative_names": "none",
            "endpoints.ews.url": "https://exch1.contoso.local/EWS/Exchange.asmx",
        }
    ],
}


def known(shipped: Engine, file: dict[str, Any], **facts: object) -> tuple[Diagnosed, ...]:
    on_file = read_organisation(json.dumps(file).encode(), shipped.knowledge, name="contoso.json")
    return diagnose(shipped, Given({key.replace("__", "."): value for key, value in facts.items()}, on_file=on_file))


def test_it_fills_in_what_nobody_said(shipped: Engine) -> None:
    (diagnosed,) = known(shipped, FILE, client__location="internal")
    assert diagnosed.environment.facts["exchange.version"] == "2010"
    assert str(diagnosed.environment.taken["exchange.version"].provenance) == "on file (contoso.json, as of 2026-11-01)"
    asked = {fact for question in diagnosed.outcome.questions for fact in question.facts}
    assert asked.isdisjoint({"exchange.version", "exchange.server", "endpoints.ews.url"})


def test_what_is_said_today_takes_its_place_without_a_dispute(shipped: Engine) -> None:
    (diagnosed,) = known(shipped, FILE, exchange__version="2007")
    assert diagnosed.environment.facts["exchange.version"] == "2007"
    assert not diagnosed.environment.disputes
    assert [each.value for each in diagnosed.environment.taken["exchange.version"].also] == ["2010"]


def test_a_certificate_that_differs_takes_the_place_of_the_whole_one_on_file(shipped: Engine) -> None:
    (diagnosed,) = known(shipped, FILE, certificate__common_name="new.contoso.com")
    assert diagnosed.environment.facts["certificate.common_name"] == "new.contoso.com"
    assert "certificate.subject_alternative_names" not in diagnosed.environment.facts


def test_of_several_servers_on_file_the_one_that_is_named_is_meant(shipped: Engine) -> None:
    second = {"exchange.server": "EXCH2", "endpoints.ews.url": "https://exch2.contoso.local/EWS/Exchange.asmx"}
    file = {**FILE, "servers": [*FILE["servers"], second]}
    assert [each.environment.server for each in known(shipped, file)] == ["EXCH1", "EXCH2"]
    (one,) = known(shipped, file, exchange__server="EXCH2")
    assert one.environment.server == "EXCH2"
    assert one.environment.facts["exchange.servers"] == ("EXCH1", "EXCH2")
    assert "exchange.version" not in one.environment.facts


def test_what_a_case_leaves_behind_is_such_a_file(shipped: Engine, knowledge: kb.KnowledgeBase) -> None:
    (diagnosed,) = known(shipped, FILE, client__location="internal", alert__kind="security_alert")
    text = written([diagnosed.environment.facts], knowledge, date(2026, 11, 25))
    assert "alert" not in text
    assert "client" not in text
    again = read_organisation(text.encode(), knowledge, name="again.json")
    (environment,) = environments(shipped, Given(on_file=again))
    lasting = {key: value for key, value in diagnosed.environment.facts.items() if knowledge.lasting(key)}
    assert environment.facts == lasting


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"as_of": "yesterday"}, "as_of"),
        ({"facts": {"alert.kind": "security_alert"}}, "alert.kind: this changes from call to call"),
        ({"facts": {"namespace.hots": "a.b"}}, "did you mean namespace.host"),
        ({"servers": [{"exchange.version": "2010"}]}, "each needs exchange.server"),
        ({"servers": [{"exchange.server": "A", "exchange.version": "1"}]}, "exchange.version:"),
        ({"more": 1}, "more"),
    ],
)
def test_what_is_wrong_with_a_file_is_told(knowledge: kb.KnowledgeBase, change: dict[str, Any], told: str) -> None:
    with pytest.raises(MalformedInput, match=told):
        read_organisation(json.dumps({**FILE, **change}).encode(), knowledge, name="contoso.json")
