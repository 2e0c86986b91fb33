"""Situations of the shipped library: what went wrong once, one of each verdict, and what people paste of Exchange."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import strategies as st

from tests.desk.contract.situations import Situation
from tests.evidence.certificates import make


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


def anywhere(server: str, host: str) -> str:
    return (
        "[PS] C:\\>Get-OutlookAnywhere | fl ServerName,InternalHostname\n\n"
        f"ServerName       : {server}\nInternalHostname : {host}\n\n"
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
    two = certificates(
        ("mail.contoso.com", "mail.contoso.com, autodiscover.contoso.com", "IIS"),
        ("exch1.contoso.com", "exch1.contoso.com, mail.contoso.com", "IIS, SMTP"),
    )
    known = {**CALLER, "exchange.version": "2010", "endpoints.ews.url": OLD}
    yield Situation("two certificates that both serve IIS", known, (("list.txt", two),))
    yield Situation(
        "two certificates, and nobody can tell which", known, (("list.txt", two),), {"certificate": "unknown"}
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
            ("anywhere.txt", anywhere("EXCH1", "mail.contoso.com")),
            ("list.txt", certificates(("mail.contoso.com", "mail.contoso.com, autodiscover.contoso.com", "IIS"))),
        ),
    )


def pieces() -> st.SearchStrategy[str]:
    """Outputs of two servers with what may differ in them, lists of certificates, a certificate, a warning."""
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
    return st.one_of(
        st.builds(ews, servers, urls),
        st.builds(oab, servers, urls),
        st.builds(scp, servers, urls),
        st.builds(version, servers, builds),
        st.builds(anywhere, servers, st.sampled_from(["mail.contoso.com", "exch1.contoso.local"])),
        st.lists(certificate, min_size=1, max_size=2, unique=True).map(lambda listed: certificates(*listed)),
        st.sampled_from([make("mail.contoso.com", names=["mail.contoso.com"]).pem, WARNING + "\n"]),
    )
