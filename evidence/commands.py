"""The read-only PowerShell that collects everything the readers can use, for one version of Exchange."""

from __future__ import annotations

from typing import Final

from evidence.errors import UnsupportedVersion

VERSIONS: Final = ("2007", "2010", "2013", "2016", "2019", "se")
"""The versions that have an Exchange Management Shell, oldest first."""

_WIDTH: Final = 4096
"""Columns of the output, so that no value wraps."""

_HEAD: Final = """\
# Collects the settings that decide which names Outlook meets on Exchange {title}.
# It reads only. It takes no private key, no password and no mailbox data. Run it in the Exchange Management Shell.
$FormatEnumerationLimit = -1
$file = "$env:USERPROFILE\\resolvent-evidence.txt"
& {{
"""
_TAIL: Final = """\
}} | Out-File -FilePath $file -Encoding UTF8 -Width {width}
"Written: $file"
"""
_OF_CERTIFICATE: Final = (
    "Services",
    "Status",
    "Subject",
    "Issuer",
    "CertificateDomains",
    "IsSelfSigned",
    "NotBefore",
    "NotAfter",
    "PublicKeySize",
    "Thumbprint",
)
_OF_DIRECTORY: Final = ("Identity", "Server", "Name", "InternalUrl", "ExternalUrl")


def collect_commands(exchange_version: str) -> str:
    """Return the PowerShell for a version: a text to paste into the Exchange Management Shell of any server.

    Every output stands under the line of its command, by which it is recognised when it is read. The cmdlets are
    those that the version has: Get-ClientAccessServer up to 2013 and Get-ClientAccessService from 2016 on,
    Get-UMVirtualDirectory in 2007 alone, Get-EcpVirtualDirectory from 2010 on, Get-MapiVirtualDirectory from 2013
    on (MicrosoftDocs/office-docs-powershell; for 2013, MicrosoftDocs/OfficeDocs-Exchange).

    Args:
        exchange_version: one of `VERSIONS`, as the fact `exchange.version` has it.

    Raises:
        UnsupportedVersion: any other version.
    """
    version = exchange_version.strip().lower()
    if version not in VERSIONS:
        raise UnsupportedVersion(
            f"there are no commands for the version {exchange_version[:40]!r}",
            name="exchange.version",
            remedy=f"Known are {', '.join(VERSIONS)}",
        )
    body = "".join(_section(cmdlet, properties) for cmdlet, properties in _commands(version))
    title = "Server SE" if version == "se" else version
    return _HEAD.format(title=title) + body + _certificates(version) + _TAIL.format(width=_WIDTH)


def _commands(version: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the cmdlets of a version with the properties that are wanted of each."""
    age = VERSIONS.index(version)
    client_access = "Get-ClientAccessService" if age >= VERSIONS.index("2016") else "Get-ClientAccessServer"
    commands: list[tuple[str, tuple[str, ...]]] = [
        ("Get-ExchangeServer", ("Name", "Fqdn", "ServerRole", "IsClientAccessServer", "AdminDisplayVersion")),
        (client_access, ("Name", "AutoDiscoverServiceInternalUri", "AutoDiscoverSiteScope")),
        ("Get-WebServicesVirtualDirectory", _OF_DIRECTORY),
        ("Get-OabVirtualDirectory", _OF_DIRECTORY),
    ]
    if version == "2007":
        commands.append(("Get-UMVirtualDirectory", _OF_DIRECTORY))
    if age >= VERSIONS.index("2010"):
        commands.append(("Get-EcpVirtualDirectory", _OF_DIRECTORY))
    hosts: tuple[str, ...] = ("ExternalHostname",)
    if age >= VERSIONS.index("2013"):
        commands.append(("Get-MapiVirtualDirectory", _OF_DIRECTORY))
        hosts = ("InternalHostname", "ExternalHostname")
    commands.append(("Get-OutlookAnywhere", ("Identity", "ServerName", *hosts)))
    return tuple(commands)


def _section(cmdlet: str, properties: tuple[str, ...]) -> str:
    return (
        f"  '{cmdlet} | Format-List {','.join(properties)}'\n"
        f"  {cmdlet} | Format-List {_quoted(properties)} | Out-String -Width {_WIDTH}\n"
    )


def _certificates(version: str) -> str:
    """Ask each server for its certificates; in 2007 the cmdlet knows the local server alone, which is named in it."""
    title = f"Format-List {','.join(_OF_CERTIFICATE)}"
    if version == "2007":
        selection = f"@{{Name='Server'; Expression={{$env:COMPUTERNAME}}}}, {_quoted(_OF_CERTIFICATE)}"
        return (
            f"  'Get-ExchangeCertificate | {title}'\n"
            f"  Get-ExchangeCertificate | Select-Object {selection} | Format-List | Out-String -Width {_WIDTH}\n"
        )
    return (
        "  Get-ExchangeServer | Where-Object { $_.IsClientAccessServer } | ForEach-Object {\n"
        "    $name = $_.Name\n"
        f'    "Get-ExchangeCertificate -Server $name | {title}"\n'
        f"    Get-ExchangeCertificate -Server $name | Format-List {_quoted(_OF_CERTIFICATE)}"
        f" | Out-String -Width {_WIDTH}\n"
        "  }\n"
    )


def _quoted(names: tuple[str, ...]) -> str:
    return ", ".join(f"'{name}'" for name in names)
