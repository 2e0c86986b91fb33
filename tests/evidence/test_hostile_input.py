"""Whatever is pasted, reading ends in evidence or in the typed error, within its bounds.

`RESOLVENT_FUZZ_INPUTS=100000` runs that many mutated inputs, all readers together and each alone, instead of the few of
a normal run.
"""

from __future__ import annotations

import os
import random
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import evidence
import kb
from evidence.evidence_text import EvidenceText
from evidence.limits import MAX_INPUT_BYTES, MAX_LINE_CHARACTERS, MAX_LINES, MAX_NOTES, MAX_OBSERVATIONS
from evidence.readers import BUILT_IN
from tests.evidence.certificates import authority, bundle, exchange_default, make
from tests.evidence.shell_output import (
    Properties,
    convert_to_json,
    export_clixml,
    export_csv,
    format_list,
    format_table,
)

FUZZ_INPUTS = int(os.environ.get("RESOLVENT_FUZZ_INPUTS", "600"))

TOKENS = (
    b'{', b'}', b'...', b':', b' : ', b',', b'\n', b'\r\n', b'\n\n', b'\x00', b'\xff\xfe', b'\xef\xbb\xbf', b']]>',
    b'<!--', b'<Objs>', b'</Objs>', b'<Obj RefId="0">', b'<Props>', b'<LST>', b'<Ref RefId="1"/>', b'<!DOCTYPE a [',
    b'&a;', b'<Autodiscover>', b'</Autodiscover>', b'<Protocol><Type>EXCH</Type>', b'-----BEGIN CERTIFICATE-----',
    b'-----END CERTIFICATE-----', b'-----BEGIN PKCS7-----', b'#TYPE A.B', b'"Server","InternalUrl"', b'[', b']',
    b'\\u0000', b'----  ----', b'InternalUrl : ', b'Get-OabVirtualDirectory', b'https://', b'_x000D_', b'_xD800_',
    b'\\', b'"', b"'", b'The security certificate has expired', b'(0xFFFFFFFF)', b'Services : 999999999999',
    b'\xe2\x80\xa6', b'\t', b'CertificateDomains : {', b'Protocol: RPC', b'SCP',
    b'111111111111111111111111111111111111111111111111111111111111',
    b"openssl s_client -connect "
    b"a.b:443", b"CONNECTED(00000003)", b"Certificate chain", b" 0 s:CN = a.b", b"   i:/C=US/CN=x",
    b"verify error:num=20:", b"X509v3 Subject Alternative "
                             b"Name:", b"DNS:a.b, DNS:c.d", b"Issuer: C = US, CN = x", b"Data:",
    b"================ Certificate 0 ================", b"Cert Hash(sha1): ", b"DNS Name=a.b", b"Issued to: a.b",
    b"Issued by: c", b"Valid from 1/2/2026 to 1/2/2027", b"IP:port : 0.0.0.0:443", b"Certificate Hash : " + b"ab" * 20,
    b"bindingInformation : *:443:", b"Certificate:", b"Bound to services: IIS", b"Namespaces:", b"Exchange Information",
    b"nslookup a.b", b"Name: a.b", b"a.b. 1 IN A 192.0.2.1", b"svr hostname = a.b", b"Id : 1005", b"Message : x",
    b"RemoteCertificateNameMismatch:CN=a.b", b"Host name a.b doesn't match any name found on the server certificate "
                                             b"CN=c.",
    b"Remote Certificate Subject: CN=a, Issuer: CN=b.", b"Set-OabVirtualDirectory -InternalUrl https://a.b/OAB `",
    b"problem with the proxy server's security certificate", b"(Error Code 10)", b"\xe2\x9c\x94 ",
    b"Thumbprint Services "
    b"Subject", b"...W...", b" " * 40, b'{"made_by": "resolvent probe", "facts": '
                                       b'[', b'{"fact": "dns.wildcard", "value": ',
)  # fmt: skip


INSIDE = evidence.Observation(
    "client.location", "internal", evidence.Provenance("stated", "answers"), evidence.Rank.STATED
)


@cache
def knowledge() -> kb.KnowledgeBase:
    return kb.load()


@cache
def corpus() -> tuple[bytes, ...]:
    """Return one good input of each kind."""
    directory: Properties = {
        "Identity": "EX1\\EWS (Default Web Site)",
        "Server": "EX1",
        "InternalUrl": "https://ex1.contoso.com/EWS/Exchange.asmx",
    }
    certificate: Properties = {
        "CertificateDomains": ["mail.contoso.com", "autodiscover.contoso.com"],
        "IsSelfSigned": False,
        "Services": "IMAP, POP, IIS, SMTP",
        "Subject": 'CN=mail.contoso.com, O="Contoso, Ltd"',
    }
    ca = authority()
    leaf = make("mail.contoso.com", names=["mail.contoso.com"], addresses=["192.0.2.1"], issuer=ca)
    pox = (
        '<?xml version="1.0"?><Autodiscover '
        'xmlns="http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006">'
        "<Response><Account><Protocol><Type>EXCH</Type><Server>ex1.contoso.com</Server>"
        "<ServerVersion>738180DA</ServerVersion><EwsUrl>https://ex1.contoso.com/EWS/Exchange.asmx</EwsUrl>"
        "<OABUrl>https://ex1.contoso.com/OAB/d29844a9-724e-468c-8820-0f7b345b767b/</OABUrl></Protocol></Account>"
        "</Response></Autodiscover>"
    )
    texts = (
        format_list("Get-WebServicesVirtualDirectory | fl", [directory, {**directory, "Server": "EX2"}]),
        format_list("Get-ExchangeCertificate | fl", [certificate]),
        format_table("Get-WebServicesVirtualDirectory | ft", [directory]),
        convert_to_json([directory, certificate]),
        export_csv("Microsoft.Exchange.Data.ADOabVirtualDirectory", [directory]),
        export_clixml("Microsoft.Exchange.Data.ADOabVirtualDirectory", [directory, certificate]),
        pox,
        leaf.pem + ca.pem,
        "Security Alert\nmail.contoso.com\nThe name on the security certificate is invalid or does not match the name "
        "of the target site mail.contoso.com.\n(0x00000018)\nThe security certificate date is valid.",
        "Autodiscover to https://ex1.contoso.com/autodiscover/autodiscover.xml starting\n"
        "GetLastError=0; httpStatus=401.\n"
        "Protocol: Exchange RPC\nAvailability Service URL: https://ex1.contoso.com/EWS/Exchange.asmx\n",
        "openssl s_client -connect a.contoso.com:443\nCONNECTED(00000003)\n---\nCertificate chain\n 0 s:CN = "
        "a.contoso.com\n"
        f"   i:C = US, CN = CA\n{leaf.pem}---\nVerify return code: 21 (unable to verify the first certificate)\n",
        "Certificate:\n    Data:\n        Issuer: C = US, CN = CA\n        Validity\n            Not Before: Mar  4 "
        "08:00:00 2026 GMT\n"
        "            Not After : Mar  4 08:00:00 2027 GMT\n        Subject: CN = a.contoso.com\n        X509v3 "
        "extensions:\n"
        "            X509v3 Subject Alternative Name:\n                DNS:a.contoso.com\n    Signature Algorithm: x\n",
        "================ Certificate 0 ================\nIssuer: CN=CA\n NotBefore: 22/11/2026 6:20 PM\n"
        " NotAfter: 1/1/2028 6:20 PM\nSubject: CN=a.contoso.com\nCert Hash(sha1): 1d 1b\n",
        "Issued to: a.contoso.com\nIssued by: CA\nValid from 1/2/2026 to 13/2/2027\nDNS Name=a.contoso.com\n",
        "\tAttempting to test potential Autodiscover URL https://contoso.com:443/Autodiscover/Autodiscover.xml\nThe "
        "Microsoft "
        "Connectivity Analyzer is attempting to obtain the SSL certificate from remote server contoso.com on port "
        "443.\n"
        "Remote Certificate Subject: CN=b.example, Issuer: CN=CA.\n",
        "Id      : 1005\nType    : Error\nMessage : When accessing https://ex1.contoso.com/x the error "
        '"RemoteCertificateNameMismatch:CN=a.contoso.com, O=x" was reported.\n',
        "Exchange Information\n--------------------\nName: EX1\nBuild Number: 15.1.2044.4\nCertificate:\nThumbprint: "
        "AA\nBound to services: IIS\nNamespaces:\na.contoso.com\nValid Auth Certificate Found On Server: True\n",
        "    IP:port                      : 0.0.0.0:443\n    Certificate Hash             : " + "ab" * 20 + "\n",
        "C:\\>nslookup a.contoso.com\nServer:  ns\nAddress:  192.0.2.1\n\nName:    a.contoso.com\nAddress:  "
        "192.0.2.2\n",
        "Thumbprint                                Services   Subject\n----------                                "
        "--------   -------\n" + "A" * 40 + "  IP.WS.     CN=a.contoso.com, O=...\n",
        "| Thumbprint | Services | Subject |\n|---|---|---|\n| " + "A" * 40 + " | IIS | CN=a.contoso.com |\n",
        "Name CertPrincipalName TTL\n---- ----------------- ---\nEXPR none              1\n",
        "Ann says \u201cThe name on the security certificate is invalid or does not match the name of the site\u201d "
        "for a.contoso.com\nthat was before the change\n",
        "Outlook 2010 warns of ex1.contoso.com; Exchange Server 2010 build 14.3.123.4, https://ex1.contoso.com/EWS/x",
    )
    encodings = ("utf-8", "utf-16", "utf-8-sig")
    encoded = tuple(text.encode(encodings[index % 3]) for index, text in enumerate(texts))
    return (*encoded, *(text.encode() for text in texts), leaf.der, exchange_default().der, bundle(leaf, ca))


def mutated(seed: int) -> bytes:
    """Make one hostile input out of good ones."""
    chance = random.Random(seed)
    kind = chance.randrange(12)
    if kind == 0:
        return chance.randbytes(chance.randrange(400))
    if kind == 1:
        return b"".join(chance.choice(TOKENS) for _ in range(chance.randrange(60)))
    data = bytearray(chance.choice(corpus()))
    if kind == 2:
        data += chance.choice(corpus())
    for _ in range(chance.randrange(1, 8)):
        start = chance.randrange(len(data) + 1)
        end = min(len(data), start + chance.choice((1, 2, 8, 60)))
        match chance.randrange(6):
            case 0:
                del data[start:end]
            case 1:
                data[start:start] = data[start:end] * chance.choice((1, 3, 20))
            case 2:
                data[start:start] = chance.choice(TOKENS)
            case 3:
                data[start:end] = chance.randbytes(end - start)
            case 4:
                data = data[:start]
            case _:
                if start < len(data):
                    data[start] ^= 1 << chance.randrange(8)
        if not data:
            break
    return bytes(data)


def survive(data: bytes | str) -> None:
    try:
        found = evidence.read(data)
    except evidence.EvidenceError:
        return
    assert found.observations or found.notes
    assert len(found.observations) <= MAX_OBSERVATIONS
    assert len(found.notes) <= MAX_NOTES + 1
    for environment in evidence.resolve(knowledge(), (*found.observations, INSIDE), found.notes):
        assert environment.facts["client.location"] == "internal"


def test_mutated_inputs_raise_nothing_but_the_typed_error() -> None:
    for seed in range(FUZZ_INPUTS):
        data = mutated(seed)
        try:
            survive(data)
        except Exception as error:
            raise AssertionError(f"mutated({seed}) broke it") from error


@given(st.one_of(st.text(max_size=400), st.binary(max_size=400)))
@settings(max_examples=200, deadline=None)
def test_arbitrary_input_raises_nothing_but_the_typed_error(data: bytes | str) -> None:
    survive(data)


@pytest.mark.parametrize("reader", BUILT_IN, ids=lambda reader: reader.name)
def test_every_reader_alone_survives_every_kind_of_input(reader: evidence.Reader) -> None:
    for seed in range(int(os.environ.get("RESOLVENT_FUZZ_INPUTS", "200"))):
        try:
            reading = reader.read(EvidenceText.of(mutated(seed), name="paste"))
        except evidence.EvidenceError:
            continue
        if reading is not None:
            assert all(isinstance(problem, evidence.EvidenceError) for problem in reading.problems)


def nested(tag: str, root: str, depth: int) -> str:
    return f"<{root}>" + f"<{tag}>" * depth + f"</{tag}>" * depth + f"</{root}>"


BOMB = (
    '<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>'
    "<Objs><Obj><ToString>&c;</ToString></Obj></Objs>"
)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (nested("Obj", "Objs", 5_000), evidence.InputTooLarge),
        (nested("Response", "Autodiscover", 5_000), evidence.InputTooLarge),
        ("<Objs>" + "<S/>" * 500_000 + "</Objs>", evidence.InputTooLarge),
        (BOMB, evidence.MalformedInput),
        ("<Objs><!DOCTYPE a></Objs>", evidence.MalformedInput),
        ("x" * (MAX_LINE_CHARACTERS + 1), evidence.InputTooLarge),
        ("\n" * MAX_LINES, evidence.InputTooLarge),
        (b"a" * (MAX_INPUT_BYTES + 1), evidence.InputTooLarge),
        ("[" * 1_000_000, evidence.UnrecognisedInput),
        ('{"a":' * 100_000, evidence.UnrecognisedInput),
        (b"\x30\x84\x00\x00\xff\xff" + b"\x00" * 65_535, evidence.MalformedInput),
        (b"\xff\xfe\x00", evidence.MalformedInput),
        ("", evidence.UnrecognisedInput),
    ],
    ids=["deep-clixml", "deep-pox", "wide-clixml", "entities", "doctype", "endless-line", "lines", "bytes",
         "deep-list", "deep-object", "der-of-zeros", "cut-utf16", "empty"],
)  # fmt: skip
def test_bombs_are_refused(data: bytes | str, kind: type[Exception]) -> None:
    with pytest.raises(kind):
        evidence.read(data)


def test_an_entity_declared_before_the_root_is_never_expanded() -> None:
    with pytest.raises(evidence.EvidenceError):
        evidence.read(BOMB)


def test_a_property_that_wraps_without_end_is_cut_and_not_relied_on() -> None:
    text = "Get-OabVirtualDirectory | fl\nServer      : EX1\nInternalUrl : https://a\n"
    found = evidence.read(text + "              .contoso.com\n" * 50_000)
    assert not [observation for observation in found.observations if observation.fact == "endpoints.oab.url"]


def test_more_certificates_than_the_bound_are_refused() -> None:
    with_many = "\n".join(make(f"h{number}.contoso.com", key_number=number % 2).pem for number in range(70))
    found = evidence.read(with_many)
    assert any(note.kind == "unreadable" for note in found.notes)
