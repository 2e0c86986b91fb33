"""Certificates that some program describes in words: what is read, where it was seen, and what stays open."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

import evidence
from tests.evidence.certificates import authority, make
from tests.evidence.facts import facts, names, note, notes, proposals

X509 = """\
Certificate:
    Data:
        Version: 3 (0x2)
        Serial Number:
            1a:2b:3c:4d:5e:6f:70:81
        Signature Algorithm: sha256WithRSAEncryption
        Issuer: C = CH, O = Fabrikam, CN = Fabrikam Issuing CA
        Validity
            Not Before: Mar  4 08:00:00 2026 GMT
            Not After : Mar  4 08:00:00 2027 GMT
        Subject: C = CH, O = Fabrikam, CN = post.fabrikam.example
        Subject Public Key Info:
            Public Key Algorithm: rsaEncryption
                Public-Key: (2048 bit)
                Modulus:
                    00:aa:25:0e:db:89:fa:e6:76:1d:5f:65:b9:7f:dc:
        X509v3 extensions:
            X509v3 Basic Constraints: critical
                CA:FALSE
            X509v3 Subject Alternative Name:
                DNS:post.fabrikam.example, DNS:autodiscover.fabrikam.example, IP Address:192.0.2.7
            X509v3 Key Usage: critical
                Digital Signature
    Signature Algorithm: sha256WithRSAEncryption
         5a:11:27:de:94:20:d9:b7
"""


def s_client(command: str, *lines: str, pem: str = "") -> evidence.Evidence:
    return evidence.read(
        "\n".join(
            (
                command,
                "CONNECTED(00000003)",
                "---",
                "Certificate chain",
                " 0 s:CN = post.fabrikam.example",
                "   i:C = CH, O = Fabrikam, CN = Fabrikam Issuing CA",
                "---",
                "Server certificate",
                *pem.splitlines(),
                "subject=CN = post.fabrikam.example",
                "",
                "issuer=C = CH, O = Fabrikam, CN = Fabrikam Issuing CA",
                "",
                "---",
                *lines,
                "---",
            )
        )
    )


def seen_at(found: evidence.Evidence) -> set[tuple[str | None, bool]]:
    return {(each.sighting.seen_at, each.sighting.placed) for each in found.observations if each.sighting is not None}


def test_x509_text_gives_names_issuer_and_dates_and_no_place() -> None:
    found = evidence.read(X509)
    assert facts(found) == {
        "certificate.common_name": "post.fabrikam.example",
        "certificate.subject_alternative_names": (
            "post.fabrikam.example",
            "autodiscover.fabrikam.example",
            "192.0.2.7",
        ),
        "certificate.issuer": "CN=Fabrikam Issuing CA, O=Fabrikam, C=CH",
        "certificate.self_signed": False,
        "certificate.replaced": True,
        "certificate.not_before": "2026-03-04",
        "certificate.not_after": "2027-03-04",
    }
    assert seen_at(found) == {(None, False)}


def test_all_extensions_shown_and_no_names_among_them_means_none() -> None:
    lines = X509.splitlines()
    at = next(index for index, line in enumerate(lines) if "Alternative" in line)
    without = "\n".join(lines[:at] + lines[at + 2 :])
    assert facts(evidence.read(without))["certificate.subject_alternative_names"] == ()
    cut = without[: without.index("    Signature Algorithm: sha256WithRSAEncryption\n         5a")]
    assert "certificate.subject_alternative_names" not in facts(evidence.read(cut))


def test_text_and_pem_of_one_certificate_are_one_reading() -> None:
    made = make("post.fabrikam.example", names=["post.fabrikam.example"], issuer=authority())
    found = evidence.read(X509 + made.pem)
    assert facts(found)["certificate.thumbprint"] == made.thumbprint
    assert len([each for each in found.observations if each.fact == "certificate.common_name"]) == 1


@pytest.mark.parametrize(
    ("command", "host"),
    [
        ("openssl s_client -connect mail.fabrikam.example:443 -showcerts", "mail.fabrikam.example"),
        ("$ openssl s_client -connect 192.0.2.7:443 -servername Mail.Fabrikam.example", "mail.fabrikam.example"),
        ("OpenSSL> s_client -connect srv-mx7:443", "srv-mx7"),
    ],
)
def test_s_client_was_seen_at_the_host_that_was_asked(command: str, host: str) -> None:
    found = s_client(command)
    assert seen_at(found) == {(host, True)}
    assert names(found) == {"certificate.common_name": "post.fabrikam.example", "certificate.replaced": True}


@pytest.mark.parametrize("command", ["openssl s_client -connect 192.0.2.7:443", ""])
def test_s_client_that_names_no_host_was_seen_nobody_knows_where(command: str) -> None:
    assert seen_at(s_client(command)) == {(None, False)}


@pytest.mark.parametrize("rest", ["mail.fabrikam.example:993", "mail.fabrikam.example:25 -starttls smtp"])
def test_another_port_shows_outlook_nothing_over_https(rest: str) -> None:
    found = s_client(f"openssl s_client -connect {rest}")
    assert facts(found) == {}
    assert "another-port" in notes(found)


def test_the_pem_of_s_client_says_more_than_its_text() -> None:
    made = make("post.fabrikam.example", names=["post.fabrikam.example", "a.fabrikam.example"], issuer=authority())
    command = "openssl s_client -connect mail.fabrikam.example:443"
    found = evidence.read(f"{command}\nCONNECTED(00000003)\nCertificate chain\n 0 s:CN = post.fabrikam.example\n"
                          f"   i:CN = Contoso Issuing CA\n{made.pem}---\n")  # fmt: skip
    assert facts(found)["certificate.subject_alternative_names"] == ("post.fabrikam.example", "a.fabrikam.example")
    assert seen_at(found) == {("mail.fabrikam.example", True)}


def test_a_pem_that_does_not_go_with_its_text_settles_nothing() -> None:
    made = make("post.fabrikam.example", names=["post.fabrikam.example"])
    text = (
        "openssl s_client -connect mail.fabrikam.example:443\nCONNECTED(00000003)\nCertificate chain\n"
        " 0 s:CN = post.fabrikam.example\n   i:O = Shield Ltd, CN = Shield Antivirus Web Root\n"
    )
    found = evidence.read(f"{text}{made.pem}---\n")
    assert facts(found) == {}
    assert proposals(found)["certificate.issuer"] == "CN=Shield Antivirus Web Root, O=Shield Ltd"
    assert "certificate-text-differs" in notes(found)


def test_a_damaged_pem_leaves_what_the_text_says_and_is_named() -> None:
    damaged = "-----BEGIN CERTIFICATE-----\nMIIEwTCCA6mgAwIBAgIQTi0ad8ML\n<...>\n-----END CERTIFICATE-----\n"
    found = s_client("openssl s_client -connect mail.fabrikam.example:443", pem=damaged)
    assert names(found)["certificate.common_name"] == "post.fabrikam.example"
    assert "unreadable" in notes(found)


@pytest.mark.parametrize("code", ["10", "18", "19", "20", "21", "27"])
def test_verify_errors_are_told_with_what_they_mean(code: str) -> None:
    found = s_client("openssl s_client -connect mail.fabrikam.example:443", f"Verify return code: {code} (some words)")
    assert note(found, "verify-error").details["code"] == code
    assert note(found, "verify-error").text.startswith("openssl says of the certificate: some words: ")


def test_names_that_the_window_broke_are_put_together_and_proposed() -> None:
    text = (
        "openssl s_client -connect mail.fabrikam.example:443\nCONNECTED(00000144)\n---\nCertificate chain\n"
        " 0 s:/C=CH/ST=ZH/L=Zuerich/O=Fabrikam/OU=Messaging and Mail/CN=post.fabrikam.\nexample\n"
        "   i:/O=Shield Ltd/OU=generated by Shield antivirus for TLS scanning/O=Shield Web/M\nail/CN=Shield Root\n---\n"
    )
    found = evidence.read(text)
    assert facts(found) == {}
    assert proposals(found)["certificate.common_name"] == "post.fabrikam.example"
    assert "CN=Shield Root" in str(proposals(found)["certificate.issuer"])


def test_an_empty_subject_is_no_name_and_the_issuer_not_taken_for_one() -> None:
    found = evidence.read(
        "openssl s_client -connect mail.fabrikam.example:443\nCertificate chain\n 0 s:\n   i:CN=Inner CA - ECC\n"
        "   v:NotBefore: Jun 16 11:13:22 2026 GMT; NotAfter: Jun 26 23:13:22 2026 GMT\n"
        " 1 s:CN=Inner CA - ECC\n   i:CN=Inner Root\n---\n"
    )
    assert facts(found) == {
        "certificate.issuer": "CN=Inner CA - ECC",
        "certificate.not_before": "2026-06-16",
        "certificate.not_after": "2026-06-26",
    }


def test_the_secret_of_a_session_is_not_passed_over() -> None:
    found = s_client("openssl s_client -connect mail.fabrikam.example:443", f"    Master-Key: {'AB' * 24}")
    assert "session-secret" in notes(found)
    assert "ABAB" not in str(found)


CERTUTIL = """\
C:\\certs> certutil -dump post.pfx
================ Certificate 0 ================
Serial Number: 5a2bb00f19
Issuer: CN=Fabrikam Issuing CA, DC=ad, DC=fabrikam, DC=example
 NotBefore: 2/1/2026 6:18 PM
 NotAfter: 2/1/2027 6:28 PM
Subject: CN=post.fabrikam.example, O=Fabrikam, C=CH
Non-root Certificate
Cert Hash(sha1): {hash}
CertUtil: -dump command completed successfully.
"""
HASH = "0a1b2c3d4e5f60718293a4b5c6d7e8f901234567"


@pytest.mark.parametrize("shown", [HASH, " ".join(re.findall("..", HASH))])
def test_certutil_names_the_certificate_and_leaves_a_date_open_that_can_be_two(shown: str) -> None:
    found = evidence.read(CERTUTIL.replace("{hash}", shown))
    assert facts(found) == {
        "certificate.thumbprint": HASH.upper(),
        "certificate.common_name": "post.fabrikam.example",
        "certificate.issuer": "CN=Fabrikam Issuing CA, DC=ad, DC=fabrikam, DC=example",
        "certificate.self_signed": False,
        "certificate.replaced": True,
    }
    assert seen_at(found) == {(None, False)}
    assert note(found, "certificate").details["printed_not_after"] == "2/1/2027 6:28 PM"


def test_certutil_in_german_tells_the_day_by_its_points() -> None:
    found = evidence.read(
        "================ Zertifikat 0 ================\nSeriennummer: 5a2b\nAussteller: CN=srv-mx7\n"
        " Nicht vor: 01.02.2026 18:18\n Nicht nach: 01.02.2031 18:18\nAntragsteller: CN=srv-mx7\n"
        f"Zertifikathash(sha1): {HASH}\n"
    )
    assert facts(found)["certificate.not_after"] == "2031-02-01"
    assert facts(found)["certificate.self_signed"] is True


def test_several_of_a_store_are_told_and_none_is_chosen() -> None:
    one = CERTUTIL.replace("{hash}", HASH)
    other = one.replace("post.", "other.").replace("Certificate 0", "Certificate 1").replace(HASH, "ff" * 20)
    found = evidence.read(one + other)
    assert facts(found) == {}
    assert "several-certificates" in notes(found)


def test_the_long_form_of_certutil_has_the_names() -> None:
    found = evidence.read(
        "X509 Certificate:\nVersion: 3\nIssuer:\n    CN=Fabrikam Issuing CA\n    O=Fabrikam\n  Name Hash(sha1): aa\n\n"
        " NotBefore: 19/5/2026 06:45\n NotAfter: 4/6/2027 19:36\n\nSubject:\n    CN=post.fabrikam.example\n\n"
        "Certificate Extensions: 1\n    2.5.29.17: Flags = 0, Length = 2d\n    Subject Alternative Name\n"
        "        DNS Name=post.fabrikam.example\n        DNS Name=a.fabrikam.example\n\nSignature matches Public Key\n"
    )
    assert facts(found)["certificate.subject_alternative_names"] == ("post.fabrikam.example", "a.fabrikam.example")
    assert facts(found)["certificate.not_after"] == "2027-06-04"
    assert facts(found)["certificate.issuer"] == "CN=Fabrikam Issuing CA, O=Fabrikam"


@pytest.mark.parametrize(
    "text",
    [
        "Issued to: post.fabrikam.example\nIssued by: Fabrikam CA\nValid from 3/13/2026 to 4/1/2027\n",
        "Ausgestellt f\u00fcr: post.fabrikam.example\nAusgestellt von: Fabrikam CA\n"
        "G\u00fcltig ab 13.03.2026 bis 01.04.2027\n",
        "Issued to:\n  post.fabrikam.example\nIssued by:\n  Fabrikam CA\nValid from 13/03/2026 to 01/04/2027\n",
    ],
)
def test_the_three_lines_of_the_certificate_window(text: str) -> None:
    found = evidence.read(text)
    assert facts(found) == {
        "certificate.common_name": "post.fabrikam.example",
        "certificate.issuer": "Fabrikam CA",
        "certificate.self_signed": False,
        "certificate.replaced": True,
        "certificate.not_before": "2026-03-13",
        "certificate.not_after": "2027-04-01",
    }
    assert seen_at(found) == {(None, False)}


def test_issued_to_without_a_common_name_is_no_name() -> None:
    found = evidence.read("Issued to: Domain Control Validated\nIssued by: Some CA\nValid from 1/1/2026 to 2/2/2027\n")
    assert "certificate.common_name" not in facts(found)


def test_a_list_of_names_by_itself() -> None:
    found = evidence.read("DNS Name=post.fabrikam.example\nDNS Name=a.fabrikam.example\n")
    assert facts(found) == {"certificate.subject_alternative_names": ("post.fabrikam.example", "a.fabrikam.example")}
    for cut in ("DNS Name=post.fabrikam.example\nDNS Name=a.fabri", "DNS Name=post.fabrikam.example\n...\n"):
        assert facts(evidence.read(cut)) == {}


@pytest.mark.parametrize("label", ["CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST"])
def test_a_request_is_named_for_what_it_is(label: str) -> None:
    with pytest.raises(evidence.MalformedInput) as caught:
        evidence.read(f"-----BEGIN {label}-----\nMIICYDCCAUgCAQAwGzEZMBcGA1UE\n-----END {label}-----\n")
    assert "certificate request (CSR)" in caught.value.what
    assert "that the authority sent back" in caught.value.remedy


@given(st.integers(1, len(X509)), st.sampled_from([0, 40, 60, 80, 100]), st.booleans())
def test_wherever_x509_text_is_cut_or_broken_no_fact_is_wrong(end: int, width: int, indented: bool) -> None:
    lines = X509[:end].split("\n")
    if width:
        lines = [line[start : start + width] for line in lines for start in range(0, max(1, len(line)), width)]
    text = "\n".join(line if indented else line.strip() for line in lines)
    try:
        found = evidence.read(text)
    except evidence.EvidenceError:
        return
    assert facts(found).items() <= facts(evidence.read(X509)).items()


@given(st.integers(40, 400), st.sampled_from([0, 50, 72, 80]))
def test_wherever_certutil_is_cut_or_broken_no_fact_is_wrong(end: int, width: int) -> None:
    whole = CERTUTIL.replace("{hash}", HASH)
    lines = whole[:end].split("\n")
    if width:
        lines = [line[start : start + width] for line in lines for start in range(0, max(1, len(line)), width)]
    try:
        found = evidence.read("\n".join(lines))
    except evidence.EvidenceError:
        return
    assert facts(found).items() <= facts(evidence.read(whole)).items()


PIPED = """$ openssl s_client -connect {host}:443 | openssl x509 -noout -subject -issuer -dates -ext subjectAltName
subject=CN = {name}
issuer=C = US, O = Some CA, CN = Some CA R1
notBefore=Oct  1 00:00:00 2026 GMT
notAfter=Dec 30 00:00:00 2026 GMT
X509v3 Subject Alternative Name:
    DNS:{name}, DNS:autodiscover.{name}
"""


def test_what_is_piped_into_x509_was_seen_at_the_host_that_was_asked() -> None:
    found = evidence.read(
        PIPED.format(host="a.example", name="post.a.example") + PIPED.format(host="b.example", name="c.example") + "$ "
    )
    seen = {
        (each.sighting.seen_at, each.value)
        for each in found.asserted
        if each.fact == "certificate.subject_alternative_names" and each.sighting is not None
    }
    assert seen == {
        ("a.example", ("post.a.example", "autodiscover.post.a.example")),
        ("b.example", ("c.example", "autodiscover.c.example")),
    }
    assert {each.value for each in found.asserted if each.fact == "certificate.not_after"} == {"2026-12-30"}


def test_the_names_below_the_single_lines_of_x509() -> None:
    text = "\n".join(PIPED.format(host="a.example", name="post.a.example").splitlines()[1:]) + "\n\nThat is all."
    found = evidence.read(text)
    assert facts(found)["certificate.subject_alternative_names"] == ("post.a.example", "autodiscover.post.a.example")
    cut = evidence.read(text[: text.index(", DNS:")])
    assert "certificate.subject_alternative_names" not in facts(cut)


def test_the_date_in_an_error_is_not_taken_for_the_servers_own() -> None:
    """It is that of the certificate at that depth, here of an authority."""
    found = evidence.read(
        "$ openssl s_client -connect post.a.example:443\nCONNECTED(00000003)\ndepth=1 CN = Some CA R1\n"
        "verify error:num=10:certificate has expired\nnotAfter=Mar  3 12:00:00 2024 GMT\nverify return:1\n---\n"
        "Certificate chain\n 0 s:CN = post.a.example\n   i:CN = Some CA R1\n---\nServer certificate\n"
        "subject=CN = post.a.example\nissuer=CN = Some CA R1\n---\n"
    )
    assert facts(found)["certificate.common_name"] == "post.a.example"
    assert "certificate.not_after" not in facts(found)


def test_a_text_without_its_head() -> None:
    found = evidence.read(
        "        Issuer: CN = Some CA R1\n        Subject: O = A, CN = post.a.example\n"
        "        X509v3 extensions:\n"
        "            X509v3 Subject Alternative Name: critical\n"
        "                DNS:post.a.example, DNS:mail.a.example\n"
        "            X509v3 Key Usage: critical\n"
    )
    assert facts(found)["certificate.subject_alternative_names"] == ("post.a.example", "mail.a.example")
