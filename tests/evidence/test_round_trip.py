"""Facts, rendered in any shape in which they reach us, are read as the same facts."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import evidence
from kb.values import Value
from tests.evidence.facts import facts
from tests.evidence.shell_output import (
    ListShape,
    Properties,
    convert_to_json,
    export_clixml,
    export_csv,
    format_list,
    format_table,
)

LABELS = st.from_regex(r"[a-z][a-z0-9]{0,8}(-[a-z0-9]{1,6})?", fullmatch=True)
DOMAINS = st.sampled_from(["contoso.com", "fabrikam.local", "mail.internal.example.com"])
HOSTS = st.builds("{}.{}".format, LABELS, DOMAINS)
SERVERS = st.lists(
    st.from_regex(r"[A-Z]{2,6}[0-9]{1,3}(-[A-Z]{1,3})?", fullmatch=True),
    min_size=1,
    max_size=4,
    unique_by=str.lower,
)

DIRECTORIES = {
    "Get-WebServicesVirtualDirectory": ("EWS", "EWS/Exchange.asmx", "endpoints.ews.url"),
    "Get-OabVirtualDirectory": ("OAB", "OAB", "endpoints.oab.url"),
    "Get-UMVirtualDirectory": ("UnifiedMessaging", "UnifiedMessaging/Service.asmx", "endpoints.um.url"),
    "Get-MapiVirtualDirectory": ("mapi", "mapi", "endpoints.mapi.url"),
    "Get-EcpVirtualDirectory": ("ecp", "ecp", "endpoints.ecp.url"),
}
TYPES = {
    "Get-WebServicesVirtualDirectory": "ADWebServicesVirtualDirectory",
    "Get-OabVirtualDirectory": "ADOabVirtualDirectory",
    "Get-UMVirtualDirectory": "ADUMVirtualDirectory",
    "Get-MapiVirtualDirectory": "ADMapiVirtualDirectory",
    "Get-EcpVirtualDirectory": "ADEcpVirtualDirectory",
}

SHAPES = st.builds(
    ListShape,
    width=st.sampled_from([60, 80, 120, 200, 4096]),
    prompt=st.sampled_from(["[PS] C:\\Windows\\system32>", "PS C:\\> ", "[PS] C:\\>", ""]),
    blank_between_properties=st.booleans(),
    trailing_spaces=st.integers(0, 3),
    collapsed=st.booleans(),
    bullet=st.sampled_from(["", "- ", "* ", "> ", "> > "]),
    fenced=st.booleans(),
    line_end=st.sampled_from(["\n", "\r\n"]),
)
ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])


@st.composite
def outputs(draw: st.DrawFn) -> tuple[str, list[Properties], set[tuple[str, str, str]]]:
    """Draw a command, its objects, and the (server, fact, value) triples that they state."""
    command = draw(st.sampled_from(sorted(DIRECTORIES)))
    directory, path, fact = DIRECTORIES[command]
    objects: list[Properties] = []
    expected: set[tuple[str, str, str]] = set()
    for server in draw(SERVERS):
        url = f"https://{draw(HOSTS)}/{path}"
        name = f"{directory} (Default Web Site)"
        external = draw(st.sampled_from([None, f"https://mail.contoso.com/{path}"]))
        objects.append(
            {
                "Identity": f"{server}\\{name}",
                "Server": server,
                "Name": name,
                "InternalUrl": url,
                "ExternalUrl": external,
            }
        )
        expected |= {(server, fact, url), (server, "exchange.server", server)}
        if external is not None:
            expected.add((server, fact.replace(".url", ".external_url"), external))
    return command, objects, expected


def triples(found: evidence.Evidence) -> set[tuple[str | None, str, Value]]:
    return {(observation.server, observation.fact, observation.value) for observation in found.asserted}


@given(outputs(), SHAPES, ENCODINGS)
@settings(max_examples=150, deadline=None)
def test_format_list_in_any_shape_and_encoding(
    output: tuple[str, list[Properties], set[tuple[str, str, str]]], shape: ListShape, encoding: str
) -> None:
    command, objects, expected = output
    text = format_list(f"{command} | fl Identity,Server,Name,*url*", objects, shape)
    assert triples(evidence.read(text.encode(encoding))) == expected


@given(outputs(), SHAPES)
@settings(max_examples=60, deadline=None)
def test_format_list_without_its_command_line(
    output: tuple[str, list[Properties], set[tuple[str, str, str]]], shape: ListShape
) -> None:
    _, objects, expected = output
    assert triples(evidence.read(format_list("", objects, replace(shape, command=False)))) == expected


@given(outputs())
@settings(max_examples=40, deadline=None)
@pytest.mark.parametrize("shape", ["table", "json", "csv", "csv;", "clixml"])
def test_other_formats(shape: str, output: tuple[str, list[Properties], set[tuple[str, str, str]]]) -> None:
    command, objects, expected = output
    type_name = f"Microsoft.Exchange.Data.Directory.SystemConfiguration.{TYPES[command]}"
    text = {
        "table": lambda: format_table(f"{command} | ft Identity,Server,Name,InternalUrl,ExternalUrl", objects),
        "json": lambda: convert_to_json(objects),
        "csv": lambda: export_csv(type_name, objects),
        "csv;": lambda: export_csv(type_name, objects, ";"),
        "clixml": lambda: export_clixml(type_name, objects),
    }[shape]()
    assert triples(evidence.read(text)) == expected


@given(st.lists(outputs(), min_size=2, max_size=4, unique_by=lambda output: output[0]), SHAPES)
@settings(max_examples=60, deadline=None)
def test_several_outputs_in_one_paste(
    drawn: list[tuple[str, list[Properties], set[tuple[str, str, str]]]], shape: ListShape
) -> None:
    text = "".join(format_list(command, objects, shape) for command, objects, _ in drawn)
    expected = set().union(*(expected for _, _, expected in drawn))
    assert triples(evidence.read(text)) == expected


@given(st.lists(HOSTS, min_size=1, max_size=30, unique=True), SHAPES)
@settings(max_examples=100, deadline=None)
def test_the_names_on_a_certificate(names: list[str], shape: ListShape) -> None:
    certificate: Properties = {
        "AccessRules": None,
        "CertificateDomains": names,
        "IsSelfSigned": False,
        "Issuer": "CN=Contoso Issuing CA, O=Contoso",
        "NotAfter": "02.02.2028 04:22:23",
        "Services": "IMAP, POP, IIS, SMTP",
        "Subject": f"CN={names[0]}, OU=IT",
        "Thumbprint": "3DAF40EC85C62DD39D98696AB5413E3EB83D6415",
    }
    found = evidence.read(format_list("Get-ExchangeCertificate | fl", [certificate], shape))
    assert facts(found)["certificate.common_name"] == names[0]
    assert facts(found)["certificate.subject_alternative_names"] == tuple(names)


@given(outputs(), st.integers(24, 110))
@settings(max_examples=100, deadline=None)
def test_a_list_that_a_narrow_window_cut_states_nothing_wrong(
    output: tuple[str, list[Properties], set[tuple[str, str, str]]], width: int
) -> None:
    command, objects, expected = output
    text = format_list(f"{command} | fl", objects, ListShape(width=500))
    cut = "\n".join(line[:width] if index else line for index, line in enumerate(text.splitlines()))
    try:
        found = evidence.read(cut + "\n")
    except evidence.EvidenceError:
        return
    urls = {each for each in triples(found) if each[1].startswith("endpoints.")}
    assert {(fact, value) for _, fact, value in urls} <= {(fact, value) for _, fact, value in expected}
