"""The commands that collect everything: read-only, valid for the version, and readable by the readers."""

from __future__ import annotations

import re

import pytest
import tree_sitter
import tree_sitter_powershell

import evidence
import kb
from evidence.commands import VERSIONS, collect_commands
from tests.evidence.facts import facts
from tests.evidence.shell_output import ListShape, Properties, format_list

LANGUAGE = tree_sitter.Language(tree_sitter_powershell.language())
HARMLESS = {"Format-List", "Out-String", "Out-File", "Select-Object", "Where-Object", "ForEach-Object"}


def command_names(script: str) -> set[str]:
    """Return the names of all commands of a script; fail where it does not parse."""
    tree = tree_sitter.Parser(LANGUAGE).parse(script.encode())
    assert not tree.root_node.has_error
    names: set[str] = set()
    nodes = [tree.root_node]
    while nodes:
        node = nodes.pop()
        nodes.extend(node.children)
        if node.type == "command_name" and node.text is not None:
            names.add(node.text.decode())
    return names


@pytest.mark.parametrize("version", VERSIONS)
def test_it_parses_and_only_reads(version: str) -> None:
    names = command_names(collect_commands(version)) - HARMLESS
    assert names
    assert all(name.startswith("Get-") for name in names)
    assert not names & {"Get-Mailbox", "Get-User", "Get-Credential", "Get-ChildItem"}


@pytest.mark.parametrize(
    ("version", "has", "lacks"),
    [
        ("2007", {"Get-ClientAccessServer", "Get-UMVirtualDirectory"}, {"Get-EcpVirtualDirectory"}),
        (
            "2010",
            {"Get-ClientAccessServer", "Get-EcpVirtualDirectory"},
            {"Get-UMVirtualDirectory", "Get-MapiVirtualDirectory"},
        ),
        (
            "2013",
            {"Get-ClientAccessServer", "Get-MapiVirtualDirectory"},
            {"Get-ClientAccessService", "Get-UMVirtualDirectory"},
        ),
        ("2016", {"Get-ClientAccessService", "Get-MapiVirtualDirectory"}, {"Get-ClientAccessServer"}),
        ("2019", {"Get-ClientAccessService", "Get-OutlookAnywhere"}, {"Get-ClientAccessServer"}),
        ("se", {"Get-ClientAccessService", "Get-ExchangeCertificate"}, {"Get-ClientAccessServer"}),
    ],
)
def test_the_cmdlets_are_those_of_the_version(version: str, has: set[str], lacks: set[str]) -> None:
    names = command_names(collect_commands(version))
    assert has <= names
    assert not lacks & names


def test_lists_are_whole_and_lines_are_wide() -> None:
    script = collect_commands("2010")
    assert "$FormatEnumerationLimit = -1" in script
    assert script.count("-Width 4096") == script.count("Out-String") + 1
    assert "-Encoding UTF8" in script


@pytest.mark.parametrize("version", ["online", "other", "2003", "", "2010; Remove-Item"])
def test_other_versions_have_none(version: str) -> None:
    with pytest.raises(evidence.UnsupportedVersion, match="2007"):
        collect_commands(version)


OBJECTS: dict[str, Properties] = {
    "Get-ExchangeServer": {
        "Name": "EX1",
        "Fqdn": "ex1.contoso.com",
        "ServerRole": "Mailbox, ClientAccess, HubTransport",
        "IsClientAccessServer": True,
        "AdminDisplayVersion": "Version 14.3 (Build 123.4)",
    },
    "Get-ClientAccessServer": {
        "Name": "EX1",
        "AutoDiscoverServiceInternalUri": "https://ex1.contoso.com/Autodiscover/Autodiscover.xml",
    },
    "Get-OutlookAnywhere": {"Identity": "EX1\\Rpc (Default Web Site)", "ServerName": "EX1", "ExternalHostname": "a.b"},
    "Get-ExchangeCertificate": {
        "Services": "IMAP, POP, IIS, SMTP",
        "Subject": "CN=mail.contoso.com",
        "Issuer": "CN=Contoso CA",
        "CertificateDomains": ["mail.contoso.com", "autodiscover.contoso.com"],
        "IsSelfSigned": False,
        "Thumbprint": "A" * 40,
    },
}


NAMES = {"WebServices": "EWS", "UM": "UnifiedMessaging"}


def written(version: str) -> str:
    """Return what the script writes for one server: the title lines that it prints, each with its output."""
    parts = []
    for title in re.findall(r"^ +['\"](Get-[^'\"]+)['\"]$", collect_commands(version), re.MULTILINE):
        cmdlet = title.split(" ", 1)[0].replace("ClientAccessService", "ClientAccessServer")
        directory = cmdlet.removeprefix("Get-").removesuffix("VirtualDirectory")
        item = OBJECTS.get(cmdlet) or {
            "Server": "EX1",
            "Name": f"{NAMES.get(directory, directory)} (Default Web Site)",
            "InternalUrl": f"https://ex1.contoso.com/{directory}",
            "ExternalUrl": None,
        }
        line = title.replace("$name", "EX1")
        parts.append(format_list(line, [item], ListShape(prompt="", width=4096, line_end="\r\n")))
    return "".join(parts)


@pytest.mark.parametrize("version", VERSIONS)
def test_what_it_writes_is_read(version: str, knowledge: kb.KnowledgeBase) -> None:
    found = evidence.read(b"\xef\xbb\xbf" + written(version).encode())
    expected = {
        "exchange.server": "EX1",
        "exchange.version": "2010",
        "endpoints.autodiscover.url": "https://ex1.contoso.com/Autodiscover/Autodiscover.xml",
        "endpoints.ews.url": "https://ex1.contoso.com/WebServices",
        "endpoints.oab.url": "https://ex1.contoso.com/Oab",
        "certificate.replaced": True,
        "certificate.common_name": "mail.contoso.com",
        "certificate.subject_alternative_names": ("mail.contoso.com", "autodiscover.contoso.com"),
    }
    if version == "2007":
        expected["endpoints.um.url"] = "https://ex1.contoso.com/UM"
    else:
        expected["endpoints.ecp.url"] = "https://ex1.contoso.com/Ecp"
    if version not in ("2007", "2010"):
        expected["endpoints.mapi.url"] = "https://ex1.contoso.com/Mapi"
    assert facts(found).items() >= expected.items()
    assert len(evidence.resolve(knowledge, found.observations)) == 1
