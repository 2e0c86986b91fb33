"""Lists of certificates as they are pasted: masked, collapsed, wrapped, cut. Of a part of one nothing is concluded."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

import evidence
import kb
from kb.values import Value
from tests.evidence.facts import facts, names, note, notes, proposals

HEADING = "Thumbprint                                Services   Subject"
RULE = "----------                                --------   -------"
PROMPT = "[PS] C:\\Windows\\system32>Get-ExchangeCertificate\n\n"
MAIL = "2B7F00D1A4C3559E8CA1D17B1F0C7A3390D4E6F2"
OWN = "77AA10C4E2B93D5F6610FE0C2D9B8A7E5544CC31"


def table(*rows: str, heading: str = HEADING, rule: str = RULE) -> evidence.Evidence:
    return evidence.read(PROMPT + "\n".join((heading, rule, *rows)) + "\n")


def test_thumbprints_that_were_masked_to_another_width() -> None:
    found = table(
        "zzzzzzzzzzzzzzzzzzzzzz  .P....     CN=srv-mx7",
        "qqqqqqqqqqqqqqqqqqqqqq  I..W..     CN=post.fabrikam.example, OU=Domain Control Validated, O=post.fab...",
    )
    assert names(found) == {"certificate.common_name": "post.fabrikam.example", "certificate.replaced": True}
    assert facts(found)["certificate.services"] == "IMAP, IIS"


def test_masks_that_are_the_same_are_not_one_certificate_shown_twice() -> None:
    found = table("xxxx  ....S.     CN=srv-mx7", "xxxx  ...W..     CN=post.fabrikam.example")
    assert names(found)["certificate.common_name"] == "post.fabrikam.example"
    assert "no-certificate-for-iis" not in notes(found)


def test_a_subject_with_blanks_in_a_collapsed_table() -> None:
    found = table(
        f"{OWN} ....S.. CN=Microsoft Exchange Server Auth Certificate",
        f"{MAIL} IP.WS.. CN=post.fabrikam.example, O=Fabrikam Ltd, L=Old Town",
        heading="Thumbprint Services Subject",
        rule="---------- -------- -------",
    )
    assert names(found)["certificate.common_name"] == "post.fabrikam.example"


@pytest.mark.parametrize("services", ["...W...", "...W..", "...W."])
def test_points_in_the_services_are_places_and_no_ellipsis(services: str) -> None:
    assert facts(table(f"{MAIL}  {services}    CN=post.fabrikam.example"))["certificate.services"] == "IIS"


def test_no_letter_at_the_place_of_iis_means_not_for_iis() -> None:
    found = table(f"{MAIL}  IP....     CN=post.fabrikam.example", f"{OWN}  ....S.     CN=srv-mx7")
    assert facts(found) == {}
    assert "post.fabrikam.example: IMAP, POP." in note(found, "no-certificate-for-iis").text


def test_without_the_line_under_the_heading() -> None:
    found = evidence.read(f"{HEADING}\n{OWN}  ....S.     CN=srv-mx7\n{MAIL}  IP.WS.     CN=post.fabrikam.example\n")
    assert names(found)["certificate.common_name"] == "post.fabrikam.example"


def test_empty_lines_between_rows_do_not_end_the_list() -> None:
    found = table(f"\n{MAIL}  IP.WS.     CN=post.fabrikam.example\n\n{OWN}  ...W..     CN=srv-mx7\n")
    assert "several-certificates" in notes(found)


def test_stars_in_front_and_a_remark_behind_a_row() -> None:
    found = table(
        f"* {MAIL}  ...WS..    CN=post.fabrikam.example, O=FABRIKAM LAB, C=CH <== the one to export",
        f"  {OWN}  ....S..    CN=srv-mx7",
    )
    assert names(found)["certificate.common_name"] == "post.fabrikam.example"


def test_a_row_that_cannot_be_read_leaves_the_choice_open() -> None:
    found = table(f"{MAIL}  IP.WS.     CN=post.fabrikam.example", f"{OWN[:30]} CN=srv-mx7, O=Fabrikam")
    assert facts(found) == {}
    assert {"ambiguous-row", "partial-list"} <= set(notes(found))


@pytest.mark.parametrize("line", ["...", "[...]", "<snip>", "-- More --", "(output truncated)", "\u2026"])
def test_a_line_that_says_that_something_is_missing_leaves_the_choice_open(line: str) -> None:
    assert facts(table(f"{MAIL}  IP.WS.     CN=post.fabrikam.example", line)) == {}
    listed = f"Thumbprint : {MAIL}\nServices : IIS\nSubject : CN=post.fabrikam.example\n"
    assert facts(evidence.read(f"Get-ExchangeCertificate | fl\n\n{listed}\n{line}\n")) == {}


def test_a_row_that_a_mail_program_broke_loses_its_subject_and_nothing_else() -> None:
    found = table(
        f"{MAIL}  IP.WS.     CN=post.fabrikam.example, OU=Domain Control Validated, O=Fabri",
        "kam Limited, C=CH",
        f"{OWN}  ....S.     CN=srv-mx7",
    )
    assert names(found)["certificate.common_name"] == "post.fabrikam.example"


def test_a_name_that_was_broken_in_two_is_not_taken_for_a_name() -> None:
    found = table(f"{MAIL}  IP.WS.     OU=Domain Control Validated, CN=post.fabrik", "am.example")
    assert "certificate.common_name" not in facts(found)


def test_an_object_without_services_leaves_the_choice_open() -> None:
    found = evidence.read(
        f"Get-ExchangeCertificate | fl\n\nThumbprint : {MAIL}\nServices : IIS\nSubject : CN=post.fabrikam.example\n"
        f"\nThumbprint : {OWN}\nSubject : CN=srv-mx7\n"
    )
    assert facts(found) == {}
    assert "partial-list" in notes(found)


def test_a_remark_between_two_objects_does_not_make_two_lists_of_them() -> None:
    found = evidence.read(
        f"Get-ExchangeCertificate | fl\n\nThumbprint : {MAIL}\nServices : IIS\nSubject : CN=post.fabrikam.example\n\n"
        f"and this one came with Exchange\n\nThumbprint : {OWN}\nServices : IIS, SMTP\nSubject : CN=srv-mx7\n"
    )
    assert "several-certificates" in notes(found)


def listed(*certificates: tuple[str, str, str]) -> evidence.Evidence:
    objects = "\n\n".join(
        f"Thumbprint  : {thumbprint}\nServices    : IIS, SMTP\nIISServices : {sites}\nSubject     : CN={name}"
        for thumbprint, sites, name in certificates
    )
    return evidence.read(f"Get-ExchangeCertificate | fl Thumbprint,Services,IISServices,Subject\n\n{objects}\n")


def test_of_two_that_serve_iis_the_web_sites_is_told_from_the_back_ends() -> None:
    found = listed(
        (OWN, "{IIS://SRV-MX7/W3SVC/2}", "srv-mx7"), (MAIL, "{IIS://SRV-MX7/W3SVC/1}", "post.fabrikam.example")
    )
    assert names(found)["certificate.common_name"] == "post.fabrikam.example"


def test_where_only_the_back_end_is_served_no_certificate_is_chosen() -> None:
    found = listed((OWN, "{IIS://SRV-MX7/W3SVC/2}", "srv-mx7"))
    assert facts(found) == {}
    assert "back end" in note(found, "no-certificate-for-iis").text


def test_two_for_iis_that_nothing_tells_apart_are_left_open(knowledge: kb.KnowledgeBase) -> None:
    found = table("xxxx  ...W..     OU=Domain Con...", "xxxx  ...W..     CN=post.fabrikam.example")
    assert facts(found) == {}
    assert "several-certificates" in notes(found)


def test_dates_of_which_only_one_reading_is_possible() -> None:
    found = evidence.read(
        f"Get-ExchangeCertificate | fl\n\nNotAfter : 1/02/2028 1:00:00 AM\nNotBefore : 31/12/2026 1:00:00 AM\n"
        f"Services : IIS\nSubject : CN=post.fabrikam.example\nThumbprint : {MAIL}\n"
    )
    assert facts(found)["certificate.not_after"] == "2028-02-01"
    ambiguous = evidence.read(
        f"Get-ExchangeCertificate | fl\n\nNotAfter : 1/02/2028 1:00:00 AM\nServices : IIS\nThumbprint : {MAIL}\n"
    )
    assert "certificate.not_after" not in facts(ambiguous)


@dataclass(frozen=True)
class Shown:
    """A certificate, and how its row looks by the time that somebody pastes it."""

    thumbprint: str
    services: str
    name: str
    rest: str


CERTIFICATES = st.lists(
    st.builds(
        Shown,
        st.one_of(
            st.sampled_from([MAIL, OWN, "9" * 40, "AB" * 20]),
            st.sampled_from(["x", "XX", "*", "....", "<removed>"]).flatmap(
                lambda mask: st.integers(1, 60).map(lambda count: (mask * count)[:60])
            ),
        ),
        st.tuples(*(st.sampled_from([letter, "."]) for letter in "IPUWSF")).map("".join),
        st.sampled_from(["post.fabrikam.example", "srv-mx7", "*.fabrikam.example", "Federation"]),
        st.sampled_from(["", ", O=Fabrikam Ltd", ", OU=Domain Control Validated, O=Fab...", ", O=Two  Blanks, C=CH"]),
    ),
    min_size=1,
    max_size=5,
    unique_by=lambda each: each.thumbprint if each.thumbprint.isalnum() and len(each.thumbprint) == 40 else object(),
)


@st.composite
def pasted(draw: st.DrawFn) -> tuple[list[Shown], str]:
    """Draw a list of certificates, and its table after masks, collapsing, wrapping and cutting."""
    shown = draw(CERTIFICATES)
    rows = [f"{each.thumbprint.ljust(draw(st.sampled_from([0, 40])))}  {each.services}     CN={each.name}{each.rest}"
            for each in shown]  # fmt: skip
    lines = [HEADING, RULE, *rows] if draw(st.booleans()) else [HEADING, *rows]
    if draw(st.booleans()):
        lines = [" ".join(line.split()) for line in lines]
    if width := draw(st.sampled_from([0, 0, 50, 60, 72, 80])):
        lines = [line[start : start + width] for line in lines for start in range(0, len(line), width)]
    if draw(st.booleans()):
        lines = [each for line in lines for each in (line, "")]
    if draw(st.booleans()):
        lines.insert(draw(st.integers(0, len(lines))), draw(st.sampled_from(["...", "<snip>", "and so on", "hello:"])))
    margin = draw(st.sampled_from(["", "> ", "    ", "| "]))
    return shown, "\n".join(margin + line for line in lines)


def truth(shown: list[Shown]) -> set[tuple[str, Value]]:
    """Return what may be said of the certificates that are for IIS; of any one of them, where there are several."""
    letters = {"I": "IMAP", "P": "POP", "U": "UM", "W": "IIS", "S": "SMTP", "F": "Federation"}
    true: set[tuple[str, Value]] = set()
    for each in shown:
        if "W" in each.services:
            services = ", ".join(letters[letter] for letter in each.services if letter != ".")
            true |= {
                ("certificate.common_name", each.name),
                ("certificate.services", services),
                ("certificate.thumbprint", each.thumbprint),
                ("certificate.replaced", True),
            }
    return true


@given(pasted())
def test_whatever_was_done_to_a_table_no_fact_is_wrong(drawn: tuple[list[Shown], str]) -> None:
    shown, text = drawn
    try:
        found = evidence.read("Get-ExchangeCertificate\n\n" + text)
    except evidence.EvidenceError:
        return
    told = {(observation.fact, observation.value) for observation in found.asserted}
    assert told <= truth(shown)
    chosen = {observation.sighting.item for observation in found.asserted if observation.sighting is not None}
    assert not told or len(chosen) == sum("W" in each.services for each in shown)


LISTED = """
Thumbprint         : 2B7F00D1A4C3559E8CA1D17B1F0C7A3390D4E6F2
Services           : IIS, SMTP
Subject            : CN=post.fabrikam.example
CertificateDomains : {post.fabrikam.example, autodiscover.fabrikam.example}
"""


@pytest.mark.parametrize(
    "choice",
    [
        "| where {$_.IsSelfSigned -eq $false} | fl",
        "| ? { $_.NotAfter -gt (Get-Date) } | Format-List",
        "| Where-Object Subject -like *post* | fl",
        "| where {$_.Services -match 'SMTP'} | fl",
        "| where {$_.Services -notmatch 'IIS'} | fl",
        "| select -First 1 | fl",
        "| Select-Object Thumbprint, Services, Subject, CertificateDomains -Last 1 | fl",
        "-Thumbprint 2B7F00D1A4C3559E8CA1D17B1F0C7A3390D4E6F2 | fl",
        "-DomainName post.fabrikam.example | fl",
    ],
)
def test_a_command_that_leaves_certificates_out_does_not_show_which_one_clients_get(choice: str) -> None:
    found = evidence.read(f"[PS] C:\\>Get-ExchangeCertificate {choice}\n{LISTED}")
    assert not facts(found)
    assert proposals(found)["certificate.common_name"] == "post.fabrikam.example"
    assert "partial-list" in notes(found)


@pytest.mark.parametrize(
    "choice",
    [
        "| fl",
        "-Server EX1 | fl Thumbprint, Services, Subject, CertificateDomains",
        "| where {$_.Services -match 'IIS'} | fl",
        "| ? { $_.Services -like '*IIS*' } | select Thumbprint, Services, Subject, CertificateDomains | fl",
    ],
)
def test_a_command_that_shows_every_certificate_of_iis_shows_which_one_clients_get(choice: str) -> None:
    found = evidence.read(f"[PS] C:\\>Get-ExchangeCertificate {choice}\n{LISTED}")
    assert facts(found)["certificate.common_name"] == "post.fabrikam.example"


@pytest.mark.parametrize(
    "end", ['"77AA10C4E2B93D5F6610FE0C2D9B8A7E5544CC31","IMAP, P', '"77AA","IIS","CN=srv', '"77AA"']
)
def test_an_export_that_ends_within_a_row(end: str) -> None:
    found = evidence.read(
        f'"Thumbprint","Services","Subject"\n"{MAIL}","IIS, SMTP","CN=post.fabrikam.example"\n{end}\n'
    )
    assert not found.observations
    assert "partial-list" in notes(found)


@pytest.mark.parametrize(
    "masked", ["autodiscover.<domain>.com", "*****.fabrikam.example", "mail.xxxxx.com", "[removed]"]
)
def test_a_list_of_which_a_name_was_masked_is_not_whole(masked: str) -> None:
    """The hidden one may be the one that clients ask for."""
    listed = evidence.read(
        "Services : IIS\nSubject : CN=post.fabrikam.example\n"
        f"CertificateDomains : {{post.fabrikam.example, {masked}}}\n"
    )
    assert names(listed) == {"certificate.common_name": "post.fabrikam.example", "certificate.replaced": True}
    assert "other-alternative-names" not in notes(listed)
    text = evidence.read(
        "Issuer: CN = Some CA\nSubject: CN = post.fabrikam.example\nX509v3 Subject Alternative Name: \n"
        f"    DNS:post.fabrikam.example, DNS:{masked}\nX509v3 Key Usage: critical\n"
    )
    assert "certificate.subject_alternative_names" not in facts(text) | proposals(text)


def test_a_masked_server_or_url_is_no_fact() -> None:
    found = evidence.read("Server : XXXXX\nName : OAB (Default Web Site)\nInternalUrl : https://mail.xxxxx.xxx/OAB\n")
    assert not found.observations
    assert "unusable-url" in notes(found)


def test_a_name_that_a_column_has_cut_is_told_nowhere_as_a_name() -> None:
    found = evidence.read(
        "[PS] C:\\>Get-ExchangeCertificate | ft Services,CertificateDomains\n\nServices  CertificateDomains\n"
        "--------  ------------------\nIIS, SMTP {owa.fabrikam.example, autodiscover.fabr...}\n"
    )
    assert not any("autodiscover" in each.text for each in found.notes)
