"""Outlook's own test of Autodiscover: its log and its results."""

from __future__ import annotations

import evidence
from tests.evidence.facts import facts, note, proposals

LOG = """\
Attempting URL https://ex1.contoso.com/Autodiscover/Autodiscover.xml found through SCP
Autodiscover to https://ex1.contoso.com/Autodiscover/Autodiscover.xml starting
GetLastError=2147954402; httpStatus=0.
Autodiscover to https://ex1.contoso.com/Autodiscover/Autodiscover.xml Failed (0x800C8203)
"""
RESULTS = """\
Protocol: Exchange RPC
Server: EX1.contoso.com
Availability Service URL: https://ex1.contoso.com/EWS/Exchange.asmx
OOF URL: https://ex1.contoso.com/EWS/Exchange.asmx
OAB URL: https://ex1.contoso.com/OAB/d29844a9-724e-468c-8820-0f7b345b767b/
Unified Message Service URL: https://ex1.contoso.com/UnifiedMessaging/Service.asmx
Protocol: Exchange HTTP
Availability Service URL: https://mail.contoso.com/EWS/Exchange.asmx
"""


def test_the_log_gives_the_url_of_the_service_connection_point() -> None:
    found = evidence.read(LOG)
    assert facts(found) == {}
    assert proposals(found) == {"endpoints.autodiscover.url": "https://ex1.contoso.com/Autodiscover/Autodiscover.xml"}
    first, second = [remark for remark in found.notes if remark.kind == "autodiscover-attempt"]
    assert first.details["error"] == "2147954402"
    assert first.provenance.line == 2
    assert second.details["code"] == "0x800C8203"


def test_an_attempt_that_the_service_connection_point_did_not_name_is_a_note() -> None:
    found = evidence.read("Autodiscover to https://contoso.com/autodiscover/autodiscover.xml starting\n")
    assert facts(found) == {}


def test_the_results_inside_the_network_count() -> None:
    found = evidence.read(RESULTS)
    assert facts(found) == {}
    assert proposals(found) == {
        "endpoints.ews.url": "https://ex1.contoso.com/EWS/Exchange.asmx",
        "endpoints.oab.url": "https://ex1.contoso.com/OAB",
        "endpoints.um.url": "https://ex1.contoso.com/UnifiedMessaging/Service.asmx",
        "endpoints.ews.external_url": "https://mail.contoso.com/EWS/Exchange.asmx",
    }
    outside = note(found, "autodiscover-section")
    assert outside.details["ASUrl"] == "https://mail.contoso.com/EWS/Exchange.asmx"
    assert "exchange.server" not in proposals(found)  # the mailbox's server is not the Client Access server
