"""What the objects of the Exchange shell state, and the traps in them."""

from __future__ import annotations

import pytest

import evidence
import kb
from evidence.autodiscover_pox import build_of
from kb.values import read_value
from tests.evidence.facts import facts, note, notes
from tests.evidence.shell_output import convert_to_json, export_clixml, export_csv, format_list


def read_list(command: str, **properties: str | bool | list[str] | None) -> evidence.Evidence:
    return evidence.read(format_list(command, [properties]))


def test_the_service_connection_point_counts_and_the_virtual_directory_does_not() -> None:
    trap = read_list(
        "Get-AutodiscoverVirtualDirectory | fl",
        Identity="EX1\\Autodiscover (Default Web Site)",
        InternalUrl="https://trap.contoso.com/autodiscover/autodiscover.xml",
    )
    assert facts(trap) == {"exchange.server": "EX1"}
    assert "AutoDiscoverServiceInternalUri" in note(trap, "autodiscover-directory-url").text


@pytest.mark.parametrize("cmdlet", ["Get-ClientAccessServer", "Get-ClientAccessService"])
def test_client_access_servers(cmdlet: str) -> None:
    found = read_list(
        f"{cmdlet} | fl",
        Name="EX1",
        AutoDiscoverServiceInternalUri="https://ex1.contoso.com/Autodiscover/Autodiscover.xml",
    )
    assert facts(found)["endpoints.autodiscover.url"] == "https://ex1.contoso.com/Autodiscover/Autodiscover.xml"


@pytest.mark.parametrize(
    ("cmdlet", "fact"),
    [
        ("Get-WebServicesVirtualDirectory", "endpoints.ews.url"),
        ("Get-OabVirtualDirectory", "endpoints.oab.url"),
        ("Get-UMVirtualDirectory", "endpoints.um.url"),
        ("Get-MapiVirtualDirectory", "endpoints.mapi.url"),
        ("Get-EcpVirtualDirectory", "endpoints.ecp.url"),
        ("Get-OwaVirtualDirectory", "endpoints.owa.url"),
        ("Get-ActiveSyncVirtualDirectory", "endpoints.activesync.url"),
        ("get-ecpvirtualdirectory", "endpoints.ecp.url"),
    ],
)
def test_the_command_tells_the_directory_even_where_the_path_says_otherwise(cmdlet: str, fact: str) -> None:
    found = read_list(f"{cmdlet} | fl Server,InternalUrl", Server="EX1", InternalUrl="https://ex1.contoso.com/owa")
    assert facts(found)[fact] == "https://ex1.contoso.com/owa"


def test_the_objects_own_name_outweighs_the_command_above() -> None:
    found = read_list(
        "Get-OabVirtualDirectory | fl", Identity="EX1\\EWS (Default Web Site)", InternalUrl="https://ex1.contoso.com/x"
    )
    assert facts(found)["endpoints.ews.url"] == "https://ex1.contoso.com/x"


def test_the_back_end_web_site_is_passed_over() -> None:
    found = read_list(
        "Get-WebServicesVirtualDirectory -ShowMailboxVirtualDirectories | fl",
        Identity="EX1\\EWS (Exchange Back End)",
        InternalUrl="https://ex1.contoso.com:444/EWS/Exchange.asmx",
    )
    assert facts(found) == {}
    assert notes(found) == ["back-end-directory"]


def test_the_server_of_the_command_line_serves_where_the_output_names_none() -> None:
    found = read_list(
        'Get-OabVirtualDirectory -Identity "EX1\\OAB (Default Web Site)" | fl InternalUrl',
        InternalUrl="https://ex1.contoso.com/OAB",
    )
    assert facts(found, "EX1")["endpoints.oab.url"] == "https://ex1.contoso.com/OAB"


def test_a_server_without_the_client_access_role_is_passed_over() -> None:
    found = read_list(
        "Get-ExchangeServer | fl",
        Name="MBX1",
        ServerRole="Mailbox",
        AdminDisplayVersion="Version 14.3 (Build 123.4)",
    )
    assert facts(found) == {}
    assert "MBX1" in note(found, "no-client-access-role").text


def test_a_mailbox_server_of_2016_answers_clients() -> None:
    found = read_list(
        "Get-ExchangeServer | fl", Name="EX1", ServerRole="Mailbox", AdminDisplayVersion="Version 15.1 (Build 2507.6)"
    )
    assert facts(found) == {"exchange.server": "EX1", "exchange.version": "2016"}


def test_outlook_anywhere_gives_its_hosts() -> None:
    found = read_list(
        "Get-OutlookAnywhere | fl",
        Identity="EX1\\Rpc (Default Web Site)",
        ServerName="EX1",
        InternalHostname="mail.contoso.com",
        ExternalHostname="mail.contoso.com",
    )
    assert facts(found) == {
        "exchange.server": "EX1",
        "endpoints.outlook_anywhere.host": "mail.contoso.com",
        "endpoints.outlook_anywhere.external_host": "mail.contoso.com",
    }


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("Version 8.3 (Build 83.6)", "2007"),
        ("Version 14.3 (Build 123.4)", "2010"),
        ("Version 15.0 (Build 1497.2)", "2013"),
        ("Version 15.1 (Build 2507.6)", "2016"),
        ("Version 15.2 (Build 1748.10)", "2019"),
        ("Version 15.2 (Build 2562.17)", "se"),
        ("15.02.2562.017", "se"),
        ("15.2.986.5", "2019"),
        ("15.20.7362.1", "online"),
        ("Version 6.5 (Build 7638.2: Service Pack 2)", "other"),
        ("15.2", None),
        ("Version 15.2 (Build 30986.5)", None),
        ("Version 16.0 (Build 1.1)", None),
        ("14.10", "2010"),
    ],
)
def test_versions_by_build(text: str, version: str | None) -> None:
    found = read_list("Get-ExchangeServer | fl", Name="EX1", AdminDisplayVersion=text)
    told = facts(found).get("exchange.version")
    fact = kb.load().facts["exchange.version"]
    assert (None if told is None else read_value(told, fact)) == version


def test_an_undecided_version_is_noted() -> None:
    found = read_list("Get-ExchangeServer | fl", Name="EX1", AdminDisplayVersion="15.2")
    assert "exchange.version" not in facts(found)
    assert "undecided-value" in notes(found)


def test_the_object_version_is_no_product_version() -> None:
    found = read_list(
        "Get-OabVirtualDirectory | fl", Server="EX1", ExchangeVersion="0.10 (14.0.100.0)", InternalUrl="https://a.b/OAB"
    )
    assert "exchange.version" not in facts(found)


@pytest.mark.parametrize(("text", "build"), [("738180DA", "14.1.218"), ("73C18880", "15.1.2176"), ("x", None)])
def test_autodiscovers_server_version(text: str, build: str | None) -> None:
    assert build_of(text) == build


def test_remoted_and_selected_types_are_known() -> None:
    for prefix in ("Deserialized.", "Selected.", ""):
        type_name = f"{prefix}Microsoft.Exchange.Data.Directory.SystemConfiguration.ADOabVirtualDirectory"
        found = evidence.read(export_clixml(type_name, [{"Server": "EX1", "InternalUrl": "https://a.contoso.com/x"}]))
        assert facts(found)["endpoints.oab.url"] == "https://a.contoso.com/x"


def test_nested_objects_of_json_speak_through_their_names() -> None:
    text = """Get-OabVirtualDirectory | ConvertTo-Json
{"Server": {"Name": "EX1", "DistinguishedName": "CN=EX1"},
 "AdminDisplayVersion": {"Major": 14, "Minor": 3, "Build": 123, "Revision": 4},
 "InternalUrl": {"AbsoluteUri": "https://ex1.contoso.com/x", "OriginalString": "https://ex1.contoso.com/x"}}
"""
    assert facts(evidence.read(text)) == {
        "exchange.server": "EX1",
        "exchange.version": "2010",
        "endpoints.oab.url": "https://ex1.contoso.com/x",
    }


def test_json_of_something_else_is_none_of_ours() -> None:
    with pytest.raises(evidence.UnrecognisedInput):
        evidence.read(convert_to_json([{"colour": "red"}]))


def test_a_csv_cell_that_holds_a_type_in_place_of_a_list_is_not_a_name() -> None:
    found = evidence.read(
        export_csv(
            "Microsoft.Exchange.Management.SystemConfigurationTasks.ExchangeCertificate",
            [{"CertificateDomains": ["a.contoso.com"], "Services": "IIS", "Subject": "CN=a.contoso.com"}],
        )
    )
    assert "certificate.subject_alternative_names" not in facts(found)
    assert "truncated-list" in notes(found)


def test_a_list_at_the_top_of_clixml_and_a_reference_within() -> None:
    text = """<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04"><Obj RefId="0">
<TN RefId="0"><T>System.Object[]</T></TN><LST>
<Obj RefId="1"><TN RefId="1"><T>Deserialized.Microsoft.Exchange.Data.ADOabVirtualDirectory</T></TN><Props>
<Obj N="Server" RefId="2"><ToString>EX1</ToString></Obj><URI N="InternalUrl">https://ex1.contoso.com/x</URI></Props></Obj>
<Obj RefId="3"><TNRef RefId="1" /><Props><Ref N="Server" RefId="2" />
<Obj N="AdminDisplayVersion" RefId="4"><ToString>Version 14.3 (Build 1.2)</ToString></Obj></Props></Obj>
</LST></Obj></Objs>"""
    assert facts(evidence.read(text), "EX1") == {
        "exchange.server": "EX1",
        "exchange.version": "2010",
        "endpoints.oab.url": "https://ex1.contoso.com/x",
    }
