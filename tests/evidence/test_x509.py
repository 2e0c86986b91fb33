"""Certificates: PEM, DER, PKCS#7, chains; what they state, and what they do not."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

import evidence
import kb
from tests.evidence.certificates import authority, bundle, exchange_default, make
from tests.evidence.facts import facts, names, note, notes


def test_pem_gives_names_and_that_the_default_certificate_was_replaced() -> None:
    ca = authority()
    leaf = make("mail.contoso.com", names=["mail.contoso.com", "autodiscover.contoso.com"], issuer=ca)
    found = evidence.read(leaf.pem, name="mail.cer")
    assert names(found) == {
        "certificate.replaced": True,
        "certificate.common_name": "mail.contoso.com",
        "certificate.subject_alternative_names": ("mail.contoso.com", "autodiscover.contoso.com"),
    }
    assert {observation.provenance for observation in found.observations} == {
        evidence.Provenance("X.509 certificate", "mail.cer", 1)
    }
    details = note(found, "certificate").details
    assert details["issuer"] == "CN=Contoso Issuing CA"
    assert details["not_after"] == "2036-01-13T12:00:00+00:00"
    assert details["key_bits"] == 256
    assert details["thumbprint"] == leaf.thumbprint
    assert details["self_signed"] is False


def test_der_is_read_like_pem() -> None:
    leaf = make("mail.contoso.com", names=["mail.contoso.com"])
    assert facts(evidence.read(leaf.der)) == facts(evidence.read(leaf.pem))


@pytest.mark.parametrize("encoding", [Encoding.DER, Encoding.PEM])
def test_pkcs7_gives_the_servers_certificate(encoding: Encoding) -> None:
    ca = authority()
    leaf = make("mail.contoso.com", names=["mail.contoso.com"], issuer=ca)
    found = evidence.read(bundle(ca, leaf, encoding=encoding))
    assert facts(found)["certificate.common_name"] == "mail.contoso.com"
    assert notes(found).count("certificate") == 2


def test_of_a_chain_the_leaf_counts_in_any_order_and_with_text_around() -> None:
    ca = authority()
    leaf = make("mail.contoso.com", names=["mail.contoso.com"], issuer=ca)
    text = f"Certificate chain\n 0 s:CN = mail.contoso.com\n{ca.pem}\n 1 s:CN = Contoso Issuing CA\n{leaf.pem}\n---\n"
    found = evidence.read(text)
    assert facts(found)["certificate.common_name"] == "mail.contoso.com"
    assert "several-certificates" not in notes(found)


def test_quoted_indented_and_doubled_pem_is_one_certificate() -> None:
    leaf = make("mail.contoso.com", names=["mail.contoso.com"])
    quoted = "\r\n".join("> " + line for line in leaf.pem.splitlines())
    one_line = leaf.pem.replace("\n", "")
    found = evidence.read(f"{quoted}\r\n\r\n{one_line}\r\n")
    assert notes(found) == ["certificate"]


def test_without_the_extension_the_list_of_names_is_empty_and_known_to_be() -> None:
    assert facts(evidence.read(make("mail.contoso.com").pem))["certificate.subject_alternative_names"] == ()


def test_an_extension_with_addresses_alone_does_not_pass_for_no_extension() -> None:
    found = evidence.read(make("mail.contoso.com", addresses=["192.0.2.1"]).pem)
    assert facts(found)["certificate.subject_alternative_names"] == ("192.0.2.1",)
    remark = note(found, "other-alternative-names")
    assert remark.details["entries"] == ("IP address: 192.0.2.1",)
    assert "ignores the common name" in remark.text


def test_addresses_stand_behind_the_names_and_in_a_note() -> None:
    found = evidence.read(make("a.contoso.com", names=["a.contoso.com"], addresses=["2001:db8::1"]).pem)
    assert facts(found)["certificate.subject_alternative_names"] == ("a.contoso.com", "2001:db8::1")
    assert note(found, "other-alternative-names").details["entries"] == ("IP address: 2001:db8::1",)


def test_of_several_common_names_none_is_lost() -> None:
    found = evidence.read(make("a.contoso.com", "b.contoso.com").pem)
    assert note(found, "several-common-names").details["common_names"] == ("a.contoso.com", "b.contoso.com")
    (common,) = [observation for observation in found.observations if observation.fact == "certificate.common_name"]
    assert common.rank is evidence.Rank.PROPOSED


def test_a_wildcard_is_a_name() -> None:
    found = evidence.read(make("*.contoso.com", names=["*.contoso.com", "contoso.com"]).pem)
    assert facts(found)["certificate.subject_alternative_names"] == ("*.contoso.com", "contoso.com")


@pytest.mark.parametrize(
    ("made", "replaced"),
    [
        (exchange_default(), False),
        (make("EX1", names=["ex1", "ex1.contoso.com"]), False),
        (make("EX1", names=["EX1", "EX1.contoso.com", "mail.contoso.com"]), True),
        (make("EX1", names=["EX1"]), True),
        (make("EX1", names=["EX1", "EX10.contoso.com"]), True),
        (make("ex1.contoso.com", names=["ex1", "ex1.contoso.com"]), True),
        (make("EX1"), True),
        (make("EX1", names=["EX1", "EX1.contoso.com"], issuer=authority()), True),
    ],
    ids=["default", "lower-case", "another-name", "no-fqdn", "other-server", "fqdn-as-cn", "no-extension", "issued"],
)
def test_exchanges_own_certificate_is_told_by_its_shape(made: object, replaced: bool) -> None:
    pem: str = made.pem  # type: ignore[attr-defined]
    assert facts(evidence.read(pem))["certificate.replaced"] is replaced


def test_two_unrelated_certificates_are_both_told_and_the_doubt_with_them(knowledge: kb.KnowledgeBase) -> None:
    first, second = make("a.contoso.com", names=["a.contoso.com"]), make("b.contoso.com", names=["b.contoso.com"])
    found = evidence.read(first.pem + second.pem)
    assert "several-certificates" in notes(found)
    (environment,) = evidence.resolve(knowledge, found.observations)
    assert [dispute.asks_where for dispute in environment.disputes] == [True, True]


def test_a_private_key_is_neither_read_nor_passed_over_in_silence() -> None:
    leaf = make("mail.contoso.com")
    found = evidence.read(leaf.key_pem + leaf.pem)
    assert "private-key" in notes(found)
    secret = leaf.key_pem.splitlines()[1]
    assert all(secret not in str(remark) for remark in found.notes)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("-----BEGIN CERTIFICATE-----\nMIIB\n", "has no end"),
        ("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n", "no certificate"),
        ("-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n", "no certificate"),
        ("-----BEGIN PKCS7-----\nMIIB\n-----END PKCS7-----\n", "no PKCS#7 bundle"),
    ],
)
def test_a_broken_certificate_gets_an_error_with_its_place_and_a_remedy(text: str, says: str) -> None:
    with pytest.raises(evidence.MalformedInput) as caught:
        evidence.read("text before\n" + text, name="mail.pem")
    assert says in caught.value.what
    assert (caught.value.name, caught.value.line) == ("mail.pem", 2)
    assert caught.value.remedy


def test_a_broken_certificate_beside_a_good_one_becomes_a_note() -> None:
    broken = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
    found = evidence.read(make("mail.contoso.com").pem + broken)
    assert "certificate.common_name" in facts(found)
    assert "unreadable" in notes(found)


def test_a_pfx_is_refused_for_the_key_in_it() -> None:
    der = b"\x30\x82\x01\x00\x02\x01\x03" + b"\x00" * 253
    with pytest.raises(evidence.MalformedInput, match="private key"):
        evidence.read(der)
