"""The collection scripts: they only read, are valid for the version, and what they print is read back to facts."""

from __future__ import annotations

import re
from functools import cache

import pytest
import tree_sitter
import tree_sitter_powershell

import evidence
import kb
from evidence.collection import collection_script
from tests.evidence.certificates import make
from tests.evidence.facts import facts, note, notes
from tests.evidence.shell_output import ListShape, Properties, format_list

LANGUAGE = tree_sitter.Language(tree_sitter_powershell.language())
VERSIONS = ("2007", "2010", "2013", "2016", "2019", "se")
FORMATTING = {"Format-List", "Out-String", "Select-Object", "Where-Object", "ForEach-Object", "Sort-Object"}
READING = {
    "Get-Item",
    "Get-ItemProperty",
    "Get-WmiObject",
    "New-Object",
    "Get-RegistryText",  # a function of the script
    "Get-ShownCertificate",  # likewise
}
"""What the caller's script may run: nothing that writes, starts, installs or asks for a password."""
OF_THE_CALLER = (
    "System.Net.Sockets.TcpClient",
    "System.Net.Security.SslStream",
    "System.DirectoryServices.DirectoryEntry",
    "System.DirectoryServices.DirectorySearcher",
    "PSObject",
)
"""The only things that it makes."""
METHODS = {
    "BeginConnect", "EndConnect", "WaitOne", "GetStream", "AuthenticateAsClient", "GetRawCertData", "Close", "FindAll",
    "GetValue", "GetValueNames", "Substring", "ToLower", "ToString", "Trim", "ToBase64String", "GetHostAddresses",
}  # fmt: skip


@cache
def script(who: str, version: str = "") -> str:
    knowledge = kb.load()
    found = knowledge.outputs.script(who)
    assert found is not None
    return collection_script(knowledge, found, version)


def nodes(text: str, type_: str) -> set[str]:
    """The texts of all nodes of a kind; fails where the script does not parse, as with a brace too few."""
    # This grammar takes the words of a list only in quotes; PowerShell takes both.
    text = re.sub(r"(?m)^(?! *')(.*)$", lambda line: re.sub(r"(Format-List |, )([A-Z]\w+)", r"\1'\2'", line[1]), text)
    tree = tree_sitter.Parser(LANGUAGE).parse(text.encode())
    assert not tree.root_node.has_error
    found: set[str] = set()
    waiting = [tree.root_node]
    while waiting:
        node = waiting.pop()
        waiting.extend(node.children)
        if node.type == type_ and node.text is not None:
            found.add(node.text.decode())
    return found


@pytest.mark.parametrize("version", VERSIONS)
def test_the_administrators_script_parses_and_only_reads(version: str) -> None:
    text = script("admin", version)
    names = nodes(text, "command_name") - FORMATTING - {"Out-File"}
    assert names
    assert names <= {each for output in kb.load().outputs.outputs for each in (output.cmdlet, *output.also)}
    assert all(name.startswith("Get-") for name in names)
    assert text.count("Out-File") == 1
    assert "$FormatEnumerationLimit = -1" in text
    assert "-Encoding UTF8 -Width 4096" in text
    assert "<version>" not in text
    assert "<outputs>" not in text


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
    names = nodes(script("admin", version), "command_name")
    assert has <= names
    assert not lacks & names


@pytest.mark.parametrize("version", VERSIONS)
def test_each_parameter_exists_in_the_version(version: str) -> None:
    cmdlets = kb.load().cmdlets
    for line in script("admin", version).splitlines():
        for found in re.finditer(r"(Get-[A-Za-z]+)((?: -[A-Za-z]+(?: \$name)?)*) \|", line.strip().strip("'")):
            for parameter in re.findall(r"-([A-Za-z]+)", found[2]):
                where = cmdlets[found[1]].parameter(parameter)
                assert where is not None, line
                assert version in where.get("exchange.version", (version,)), line


def test_2007_has_a_powershell_without_what_came_later() -> None:
    text = script("admin", "2007")
    assert "ADPropertiesOnly" not in text
    assert not re.search(
        r"\[ordered\]|\[pscustomobject\]|\.foreach\(|-in\b|ConvertTo-Json|\?\.|\?\?", text, re.IGNORECASE
    )


def test_the_callers_script_parses_and_only_reads() -> None:
    text = script("caller")
    assert nodes(text, "command_name") - FORMATTING - READING == {"Out-File"}
    assert text.count("Out-File") == 1
    assert set(re.findall(r"New-Object ([A-Za-z.]+)", text)) == set(OF_THE_CALLER)
    made = {name.rpartition(".")[2] for name in OF_THE_CALLER}
    assert set(re.findall(r"(?<=[.:])([A-Z][A-Za-z]+)\(", text)) - made <= METHODS
    assert ".Text" not in text


def test_the_callers_script_runs_in_windows_powershell_as_it_comes_with_windows() -> None:
    text = script("caller")
    assert text.isascii()
    assert not re.search(
        r"\[ordered\]|\[pscustomobject\]|\.foreach\(|\.where\(|\?\?|\?\.| && | \|\| |Get-CimInstance|Resolve-DnsName",
        text,
        re.IGNORECASE,
    )


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
NAMES = {"WebServices": "EWS", "UM": "UnifiedMessaging", "ActiveSync": "Microsoft-Server-ActiveSync"}


def written(version: str) -> str:
    """What the script writes for one server: the headings that it prints, each with its output."""
    parts = []
    headings = re.findall(r"(?:^ +'|; \")(Get-[^'\"]+)['\"]", script("admin", version), re.MULTILINE)
    for heading in headings:
        cmdlet = heading.split(" ", 1)[0].replace("ClientAccessService", "ClientAccessServer")
        directory = cmdlet.removeprefix("Get-").removesuffix("VirtualDirectory")
        item = OBJECTS.get(cmdlet) or {
            "Server": "EX1",
            "Name": f"{NAMES.get(directory, directory)} (Default Web Site)",
            "InternalUrl": f"https://ex1.contoso.com/{directory}",
            "ExternalUrl": None,
        }
        line = heading.replace("$name", "EX1")
        parts.append(format_list(line, [item], ListShape(prompt="", width=4096, line_end="\r\n")))
    return "".join(parts)


@pytest.mark.parametrize("version", VERSIONS)
def test_what_the_administrators_script_writes_is_read(version: str, knowledge: kb.KnowledgeBase) -> None:
    found = evidence.read(b"\xef\xbb\xbf" + written(version).encode())
    expected: dict[str, object] = {
        "exchange.server": "EX1",
        "exchange.version": "2010",
        "endpoints.autodiscover.url": "https://ex1.contoso.com/Autodiscover/Autodiscover.xml",
        "endpoints.ews.url": "https://ex1.contoso.com/WebServices",
        "endpoints.oab.url": "https://ex1.contoso.com/Oab",
        "endpoints.owa.url": "https://ex1.contoso.com/Owa",
        "endpoints.activesync.url": "https://ex1.contoso.com/ActiveSync",
        "endpoints.outlook_anywhere.external_host": "a.b",
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


def test_what_the_callers_script_writes_is_read() -> None:
    shape = ListShape(prompt="", width=4096, line_end="\n")
    shown = make("www.hoster.example", names=["www.hoster.example"])
    text = "".join(
        (
            format_list(
                "Get-CallerComputer | Format-List",
                [
                    {
                        "ComputerJoined": True,
                        "OutlookYear": "2010",
                        "OutlookBuild": "14.0.7268.5000",
                        "MailDomain": "contoso.com",
                    }
                ],
                shape,
            ),
            format_list(
                "Get-AutodiscoverSetting | Format-List",
                [
                    {
                        "SettingPath": "HKCU:\\Software\\Microsoft\\Office\\14.0\\Outlook\\AutoDiscover",
                        "SettingName": "ExcludeScpLookup",
                        "SettingValue": "1",
                    }
                ],
                shape,
            ),
            format_list(
                "Get-AutodiscoverConnectionPoint | Format-List",
                [
                    {
                        "ConnectionPoint": "EX1",
                        "ConnectionPointUrl": "https://ex1.contoso.com/Autodiscover/Autodiscover.xml",
                        "ConnectionPointSites": ["Paris", "Rome"],
                    }
                ],
                shape,
            ),
            format_list(
                "Get-ResolvedName | Format-List",
                [
                    {"ResolvedName": "autodiscover.contoso.com", "ResolvedAddresses": ["192.0.2.7"]},
                    {"ResolvedName": "ex1.contoso.com", "ResolvedAddresses": []},
                ],
                shape,
            ),
            "No certificate from ex1.contoso.com: No such host is known\n",
            f"tls://autodiscover.contoso.com:443\n{shown.pem}",
        )
    )
    found = evidence.read(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    told = facts(found)
    assert told["client.domain_joined"] is True
    assert told["client.outlook_version"] == "2010"
    assert told["client.mail_domain"] == "contoso.com"
    assert facts(found, "EX1")["endpoints.autodiscover.url"] == "https://ex1.contoso.com/Autodiscover/Autodiscover.xml"
    assert {"ExcludeScpLookup" in each.text for each in found.notes if each.kind == "autodiscover-setting"} == {True}
    assert note(found, "site-scope").details["ConnectionPointSites"] == ("Paris", "Rome")
    assert notes(found).count("resolved-name") == 2
    sightings = {each.sighting for each in found.observations if each.fact.startswith("certificate.")}
    assert {sighting and sighting.seen_at for sighting in sightings} == {"autodiscover.contoso.com"}


def test_a_certificate_below_no_address_is_placed_nowhere() -> None:
    found = evidence.read(f"see tls://autodiscover.contoso.com\n\n{make('mail.contoso.com').pem}")
    sightings = {each.sighting for each in found.observations if each.fact.startswith("certificate.")}
    assert all(sighting is not None and not sighting.placed for sighting in sightings)
