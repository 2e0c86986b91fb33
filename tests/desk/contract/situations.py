"""What callers hand in: facts, evidence as it is pasted, and what they settle; generated, and made by hand."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from engine import Engine
from evidence import read
from evidence.diagnosis import Given, environments
from kb.values import UNKNOWN
from tests.engine.environments import environments as facts_of_a_library
from tests.evidence.certificates import make


@dataclass(frozen=True)
class Situation:
    """What one caller hands in; evidence by what each piece is called."""

    name: str
    facts: dict[str, Any] = field(default_factory=dict)
    evidence: tuple[tuple[str, str], ...] = ()
    settle: dict[str, str] = field(default_factory=dict)

    def given(self, engine: Engine) -> Given:
        """The same for the door of Python."""
        return Given(self.facts, tuple(read(text, name=name) for name, text in self.evidence), self.settle)


def ews(server: str, url: str) -> str:
    return (
        "[PS] C:\\>Get-WebServicesVirtualDirectory | fl Server,Name,InternalUrl\n\n"
        f"Server      : {server}\nName        : EWS (Default Web Site)\nInternalUrl : {url}\n\n"
    )


def oab(server: str, url: str) -> str:
    return (
        "[PS] C:\\>Get-OabVirtualDirectory | fl Server,Name,InternalUrl\n\n"
        f"Server      : {server}\nName        : OAB (Default Web Site)\nInternalUrl : {url}\n\n"
    )


def scp(server: str, url: str) -> str:
    return (
        "[PS] C:\\>Get-ClientAccessServer | fl Name,AutoDiscoverServiceInternalUri\n\n"
        f"Name                           : {server}\nAutoDiscoverServiceInternalUri : {url}\n\n"
    )


def version(server: str, build: str) -> str:
    return (
        "[PS] C:\\>Get-ExchangeServer | fl Name,AdminDisplayVersion,ServerRole\n\n"
        f"Name                : {server}\nAdminDisplayVersion : {build}\n"
        "ServerRole          : Mailbox, ClientAccess\n\n"
    )


def certificates(*listed: tuple[str, str, str]) -> str:
    """The list of certificates of a server: subject, names, services."""
    blocks = [
        f"CertificateDomains : {{{names}}}\nIsSelfSigned       : False\nIssuer             : CN=Contoso CA\n"
        f"Services           : {services}\nSubject            : CN={subject}\nThumbprint         : {number:040X}\n"
        for number, (subject, names, services) in enumerate(listed, 1)
    ]
    return "[PS] C:\\>Get-ExchangeCertificate | fl\n\n" + "\n".join(blocks) + "\n"


WARNING = "The name on the security certificate is invalid or does not match the name of the site."
CALLER = {"alert.kind": "security_alert", "alert.name": "failed", "client.location": "inside the local network"}
SERVER_SIDE = {"exchange.version": "2010 SP3", "exchange.server": "EXCH1", "certificate.replaced": "yes"}
NAMES = {"certificate.common_name": "mail.contoso.com", "certificate.subject_alternative_names": "none"}
OLD, NEW = "https://exch1.contoso.com/EWS/Exchange.asmx", "https://mail.contoso.com/EWS/Exchange.asmx"


def by_hand() -> Iterator[Situation]:
    """What went wrong once, and one of each verdict."""
    yield Situation("nothing at all")
    yield Situation("another program that warns", {"alert.kind": "mac_alert"})
    yield Situation("as a person says it", {**CALLER, **SERVER_SIDE, **NAMES, "endpoints.ews.url": OLD})
    yield Situation(
        "two certificates that both serve IIS",
        {**CALLER, "exchange.version": "2010", "endpoints.ews.url": OLD},
        (
            (
                "list.txt",
                certificates(
                    ("mail.contoso.com", "mail.contoso.com, autodiscover.contoso.com", "IIS"),
                    ("exch1.contoso.com", "exch1.contoso.com, mail.contoso.com", "IIS, SMTP"),
                ),
            ),
        ),
    )
    yield Situation(
        "two servers, and the title names the second",
        {
            **CALLER,
            **NAMES,
            "alert.host": "exch2.contoso.com",
            "certificate.replaced": True,
            "exchange.version": "2010",
        },
        (("urls.txt", ews("EXCH1", NEW) + ews("EXCH2", "https://exch2.contoso.com/EWS/Exchange.asmx")),),
    )
    yield Situation(
        "before and after in one paste",
        {**CALLER, **SERVER_SIDE, **NAMES},
        (("paste", ews("EXCH1", OLD) + f"Set-WebServicesVirtualDirectory -InternalUrl {NEW}\n\n" + ews("EXCH1", NEW)),),
    )
    yield Situation(
        "before and after in two pastes",
        {**CALLER, **SERVER_SIDE, **NAMES},
        (("first", ews("EXCH1", OLD)), ("second", ews("EXCH1", NEW))),
    )
    yield Situation(
        "a version that was said against one that was read",
        {**CALLER, **NAMES, "exchange.version": "2013", "certificate.replaced": "yes", "endpoints.ews.url": OLD},
        (("server.txt", version("EXCH1", "Version 14.3 (Build 123.4)")),),
    )
    yield Situation(
        "a certificate in a file, of which nobody has said where it was seen",
        {**CALLER, **SERVER_SIDE, "alert.host": "autodiscover.contoso.com"},
        (
            ("shown.pem", make("www.hoster.example", names=["www.hoster.example"], key_number=7).pem),
            ("urls.txt", ews("EXCH1", NEW) + oab("EXCH1", "https://mail.contoso.com/OAB")),
        ),
    )
    yield Situation(
        "a warning in a mail",
        {"client.location": "external"},
        (("mail.txt", f"Hello,\nmy Outlook says:\n\n{WARNING}\n\nWe have Exchange 2010.\n"),),
    )
    yield Situation(
        "everything read, nothing said",
        {},
        (
            ("scp.txt", scp("EXCH1", "https://exch1.contoso.com/Autodiscover/Autodiscover.xml")),
            ("all.txt", version("EXCH1", "Version 8.3 (Build 83.6)") + ews("EXCH1", OLD)),
            ("list.txt", certificates(("mail.contoso.com", "mail.contoso.com, autodiscover.contoso.com", "IIS"))),
        ),
    )


def generated(engine: Engine, many: int) -> list[Situation]:
    """So many situations, the same in every run: any facts, any evidence, and of what is in dispute some is settled."""
    made: list[Situation] = []
    servers = st.sampled_from(["EXCH1", "EXCH2"])
    urls = st.sampled_from([OLD, NEW, "https://mail.contoso.com/OAB", "http://exch1.contoso.com/OAB"])
    builds = st.sampled_from(["Version 8.3 (Build 83.6)", "Version 14.3 (Build 123.4)", "Version 15.1 (Build 2507.6)"])
    certificate = st.sampled_from(
        [
            ("mail.contoso.com", "mail.contoso.com", "IIS"),
            ("exch1.contoso.com", "exch1.contoso.com, mail.contoso.com", "IIS"),
            ("pop.contoso.com", "pop.contoso.com", "POP"),
        ]
    )
    pieces = st.one_of(
        st.builds(ews, servers, urls),
        st.builds(oab, servers, urls),
        st.builds(scp, servers, urls),
        st.builds(version, servers, builds),
        st.lists(certificate, min_size=1, max_size=2, unique=True).map(lambda listed: certificates(*listed)),
        st.sampled_from([make("mail.contoso.com", names=["mail.contoso.com"]).pem, WARNING + "\n"]),
    )
    named = st.lists(st.lists(pieces, min_size=1, max_size=3).map("".join), max_size=3)

    @settings(
        max_examples=many,
        database=None,
        derandomize=True,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(facts_of_a_library(engine.knowledge), named, st.integers(0, 2**32))
    def collect(facts: dict[str, object], texts: list[str], seed: int) -> None:
        evidence = tuple((f"paste {number}", text) for number, text in enumerate(texts, 1))
        plain = {key: list(value) if isinstance(value, tuple) else value for key, value in facts.items()}
        situation = Situation(f"generated {len(made)}", plain, evidence)
        chosen = random.Random(seed)
        disputes = {
            dispute.key: chosen.choice([*(side.id for side in dispute.sides), UNKNOWN])
            for environment in environments(engine, situation.given(engine))
            for dispute in environment.disputes
            if chosen.random() < 0.5
        }
        made.append(Situation(situation.name, plain, evidence, disputes))

    collect()
    return made
