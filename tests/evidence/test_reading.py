"""One entry for all input: who reads what, what an error says, and readers of others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

import evidence
import kb
from evidence import readers
from evidence.evidence_text import EvidenceText, Reader, Reading
from tests.evidence.certificates import make
from tests.evidence.facts import facts, note, notes
from tests.evidence.shell_output import format_list


def test_a_paste_that_holds_everything(knowledge: kb.KnowledgeBase) -> None:
    text = (
        "Hi, Outlook 2010 here.\n"
        + format_list(
            "Get-ClientAccessServer | fl",
            [{"Name": "EX1", "AutoDiscoverServiceInternalUri": "https://ex1.b.c/Autodiscover/Autodiscover.xml"}],
        )
        + format_list(
            "Get-OabVirtualDirectory | fl",
            [
                {"Server": "EX1", "InternalUrl": "https://ex1.b.c/OAB"},
                {"Server": "EX2", "InternalUrl": "https://ex2.b.c/OAB"},
            ],
        )
        + make("mail.contoso.com", names=["mail.contoso.com"]).pem
        + "The name of the security certificate is invalid or does not match the name of the site.\n"
    )
    found = evidence.read(text)
    assert facts(found, "EX1") == {
        "exchange.server": "EX1",
        "endpoints.autodiscover.url": "https://ex1.b.c/Autodiscover/Autodiscover.xml",
        "endpoints.oab.url": "https://ex1.b.c/OAB",
    }
    assert facts(found, "EX2")["endpoints.oab.url"] == "https://ex2.b.c/OAB"
    assert facts(found)["certificate.common_name"] == "mail.contoso.com"
    assert facts(found)["alert.name"] == "failed"
    assert {observation.fact for observation in found.proposed} == {"client.outlook_version"}
    environments = evidence.resolve(knowledge, found.observations)
    assert [environment.server for environment in environments] == ["EX1", "EX2"]


def test_four_outputs_leave_open_only_where_a_certificate_was_seen(knowledge: kb.KnowledgeBase) -> None:
    outputs = "".join(
        format_list(command, [properties])
        for command, properties in (
            ("Get-ExchangeServer | fl", {"Name": "EX1", "AdminDisplayVersion": "Version 8.3 (Build 83.6)"}),
            (
                "Get-ClientAccessServer | fl",
                {"Name": "EX1", "AutoDiscoverServiceInternalUri": "https://ex1.b.c/Autodiscover/Autodiscover.xml"},
            ),
            (
                "Get-WebServicesVirtualDirectory | fl",
                {"Server": "EX1", "InternalUrl": "https://ex1.b.c/EWS/Exchange.asmx"},
            ),
            ("Get-OabVirtualDirectory | fl", {"Server": "EX1", "InternalUrl": "https://ex1.b.c/OAB"}),
            ("Get-UMVirtualDirectory | fl", {"Server": "EX1", "InternalUrl": "https://ex1.b.c/UM"}),
        )
    )
    certificate = evidence.read(make("mail.contoso.com", names=["mail.contoso.com"]).pem)
    observations = (*certificate.observations, *evidence.read(outputs).observations)
    (environment,) = evidence.resolve(knowledge, observations)
    assert [dispute.asks_where for dispute in environment.disputes] == [True]
    assert set(environment.facts) == {
        "endpoints.autodiscover.url",
        "endpoints.ews.url",
        "endpoints.oab.url",
        "endpoints.um.url",
        "exchange.server",
        "exchange.version",
    }


def test_unknown_input_is_told_what_can_be_read() -> None:
    with pytest.raises(evidence.UnrecognisedInput) as caught:
        evidence.read("lorem ipsum", name="note.txt")
    text = str(caught.value)
    assert text.startswith("note.txt: ")
    for kind in ("PEM", "PKCS#7", "Format-List", "Export-Clixml", "ConvertTo-Json", "Export-Csv", "Autodiscover"):
        assert kind in text


def test_the_same_observation_twice_is_one() -> None:
    pem = make("mail.contoso.com").pem
    assert len(evidence.read(pem).observations) == len(evidence.read(pem + pem).observations)


@dataclass
class Point:
    """An entry point of another distribution."""

    name: str
    reader: object

    def load(self) -> object:
        if isinstance(self.reader, Exception):
            raise self.reader
        return self.reader


@pytest.fixture
def foreign(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Point]]:
    points: list[Point] = []
    monkeypatch.setattr(readers, "entry_points", lambda group: points if group == readers.ENTRY_POINT_GROUP else [])
    readers._foreign.cache_clear()
    yield points
    readers._foreign.cache_clear()


def colour(evidence_text: EvidenceText) -> Reading | None:
    for index, line in enumerate(evidence_text.lines):
        if line.startswith("colour="):
            provenance = evidence_text.provenance("colour", index + 1)
            observation = evidence.Observation("namespace.host", line.removeprefix("colour="), provenance)
            return Reading((observation,), claimed=(range(index, index + 1),))
    return None


def broken(evidence_text: EvidenceText) -> Reading | None:
    raise RuntimeError("oh")


def test_a_reader_of_another_distribution_takes_part(foreign: list[Point]) -> None:
    foreign.append(Point("colour", Reader("colour", "colours", colour)))
    assert facts(evidence.read("colour=red.contoso.com")) == {"namespace.host": "red.contoso.com"}
    with pytest.raises(evidence.UnrecognisedInput, match="colours"):
        evidence.read("lorem")


def test_a_foreign_reader_that_fails_does_not_take_the_others_along(foreign: list[Point]) -> None:
    foreign.append(Point("broken", Reader("broken", "nothing", broken)))
    foreign.append(Point("absent", ImportError("no")))
    found = evidence.read(make("mail.contoso.com").pem)
    assert "certificate.common_name" in facts(found)
    assert notes(found).count("reader-failed") == 2
    assert "broken" in note(found, "reader-failed").text


def test_every_name_of_the_package_is_there() -> None:
    assert evidence.__all__ == sorted(evidence.__all__)
    assert all(hasattr(evidence, name) for name in evidence.__all__)


def test_a_warning_quoted_in_a_paragraph_leaves_the_rest_of_it_to_the_next_reader() -> None:
    found = evidence.read(
        'Since Monday she sees "The name on the security certificate is invalid or does not match the name '
        'of the site." '
        "She works at home. The Exchange server is called SRV-MX7.\n"
    )
    assert facts(found) == {"alert.kind": "security_alert", "alert.name": "failed"}
    told = {each.fact: each.value for each in found.proposed}
    assert told == {"alert.since": "Monday", "client.location": "external", "exchange.server": "SRV-MX7"}


def test_a_mail_with_a_quoted_warning_a_table_and_a_command() -> None:
    found = evidence.read(
        """Hello,

all users get this in the office since yesterday:

> Security Alert
> post.fabrikam.example
> The security certificate is from a trusted certifying authority.
> The security certificate date is valid.
> The name on the security certificate is invalid or does not match the name of the site.

[PS] C:\\>Get-ExchangeCertificate

Thumbprint                                Services   Subject
----------                                --------   -------
2B7F00D1A4C3559E8CA1D17B1F0C7A3390D4E6F2  IP.WS..    CN=mail.fabrikam.example, OU=IT

I would run Set-OabVirtualDirectory -Identity "SRV-MX7\\OAB (Default Web Site)" -InternalUrl https://a.fabrikam.example/OAB
"""
    )
    assert facts(found) == {
        "alert.kind": "security_alert",
        "alert.host": "post.fabrikam.example",
        "alert.trust": "ok",
        "alert.date": "ok",
        "alert.name": "failed",
        "certificate.thumbprint": "2B7F00D1A4C3559E8CA1D17B1F0C7A3390D4E6F2",
        "certificate.common_name": "mail.fabrikam.example",
        "certificate.services": "IMAP, POP, IIS, SMTP",
        "certificate.replaced": True,
    }
    assert {each.fact: each.value for each in found.proposed} == {
        "client.affected": "all",
        "client.location": "internal",
        "alert.since": "yesterday",
    }
