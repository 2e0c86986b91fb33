"""Which of the certificates of Get-ExchangeCertificate clients are shown, and what it says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from evidence.certificate import Certificate, certificate_observations, parse_certificate, summary_note
from evidence.distinguished_name import common_names_in
from evidence.errors import MalformedInput
from evidence.hosts import is_certificate_name, is_host_name, same_server
from evidence.limits import MAX_CERTIFICATES
from evidence.model import Detail, Observation, Rank, ReadingNote, Sighting
from evidence.printed_dates import read_dates
from evidence.shell_object import ShellObject, Value

_IIS_FLAG: Final = 8
"""`Services` as a number, as ConvertTo-Json writes it: IMAP 1, POP 2, UM 4, IIS 8, SMTP 16, Federation 32 (the
`AllowedServices` enumeration of Microsoft.Exchange.Management.SystemConfigurationTasks)."""
_MANAGEMENT_SERVICE: Final = "wmsvc"
"""The certificate of IIS's Web Management Service, which every server has, is CN=WMSvc-…, or carries WMSvc in it."""
SERVICES_COLUMN: Final = re.compile(r"[I.][P.][U.][W.][S.](?:[F.].?)?")
"""How Format-Table shortens the services, each letter in its own place: `I..WS.`, where W is IIS.

Five letters on Exchange 2007, later six or seven. A point stands for a service that it is not assigned to, so `IP....`
is whole, and not a word that was cut."""
_BY_LETTER: Final = (("I", "IMAP"), ("P", "POP"), ("U", "UM"), ("W", "IIS"), ("S", "SMTP"), ("F", "Federation"))
_CALL_ROUTER: Final = "UMCallRouter"
_BY_FLAG: Final = ((1, "IMAP"), (2, "POP"), (4, "UM"), (_IIS_FLAG, "IIS"), (16, "SMTP"), (32, "Federation"))
THUMBPRINT: Final = re.compile(r"[0-9A-Fa-f]{40}")
_ALL_OF_IIS: Final = re.compile(
    r"[\s{(]*\$(?:_|PSItem)\.Services\s+-(?:i?match|i?like|contains)\s+[\"']?\*?\.?\*?(?:IIS|W)\*?[\"']?[\s})]*",
    re.IGNORECASE,
)
"""A condition that leaves out only certificates that are not assigned to IIS."""
_WEB_SITE: Final = re.compile(r"/W3SVC/(\d{1,9})\b", re.IGNORECASE)
_DEFAULT_WEB_SITE: Final = "1"
"""`IISServices` names the web sites that use a certificate: 1 is the one that clients come to, 2 is the back end, which
shows them nothing (MicrosoftDocs/OfficeDocs-Exchange, ExchangeServer/architecture/client-access/certificates.md)."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    """One certificate of the output, with what decides whether clients are shown it."""

    certificate: Certificate
    shell_object: ShellObject
    server: str | None
    for_iis: bool | None
    """Whether its services include IIS; `None` where the output does not tell."""
    names_complete: bool
    """False where the output cut the list of names, or does not show it."""
    issuer_known: bool = True
    """False where the output shows neither the issuer nor whether the certificate is self-signed."""
    for_web_site: bool | None = None
    """Whether the web site that clients come to uses it; `None` where the output does not name the sites."""
    services: tuple[str, ...] | None = None
    """What it is assigned to; `None` where the output does not show it whole."""


def certificates_of(objects: Sequence[ShellObject]) -> tuple[list[Observation], list[ReadingNote]]:
    """Return the facts of the one certificate of each server that is assigned to IIS; all others become notes."""
    observations: list[Observation] = []
    notes: list[ReadingNote] = []
    groups: list[list[_Candidate]] = []
    for shell_object in objects[:MAX_CERTIFICATES]:
        try:
            candidate = _candidate(shell_object)
        except MalformedInput as error:
            notes.append(ReadingNote("unreadable", f"{error.what}. {error.remedy}.", shell_object.provenance))
            continue
        for group in groups:
            if shell_object.run == group[0].shell_object.run and _together(group[0].server, candidate.server):
                group.append(candidate)
                break
        else:
            groups.append([candidate])
    if len(objects) > MAX_CERTIFICATES:
        text = f"{len(objects)} certificates are more than the {MAX_CERTIFICATES} that are read; the rest was left out."
        notes.append(ReadingNote("left-out", text, objects[MAX_CERTIFICATES].provenance))
    for group in groups:
        found, remarks = _of_server(group)
        observations += found
        notes += remarks
    return observations, notes


def _of_server(group: list[_Candidate]) -> tuple[list[Observation], list[ReadingNote]]:
    chosen, rank, remark = _served(group)
    observations: list[Observation] = []
    notes: list[ReadingNote] = []
    for candidate in group:
        provenance, server = candidate.shell_object.provenance, candidate.server
        if candidate not in chosen:
            notes.append(summary_note(candidate.certificate, provenance, server=server))
            continue
        sighting = Sighting(candidate.shell_object.run, chosen.index(candidate))
        found, remarks = certificate_observations(
            candidate.certificate, provenance, rank=rank, server=server, sighting=sighting
        )
        if not _tells_replacement(candidate):
            found = tuple(observation for observation in found if observation.fact != "certificate.replaced")
        if not candidate.names_complete:
            found = tuple(
                observation for observation in found if observation.fact != "certificate.subject_alternative_names"
            )
            notes.append(_cut_list_note(candidate))
        if candidate.services is not None:
            value = ", ".join(candidate.services) or "None"
            found += (Observation("certificate.services", value, provenance, rank, server, sighting),)
        if candidate.shell_object.get("RawData") is None:
            printed = [
                shown.text if (shown := candidate.shell_object.get(name)) is not None and shown.complete else None
                for name in ("NotBefore", "NotAfter")
            ]
            found += tuple(
                Observation(f"certificate.{fact}", day, provenance, rank, server, sighting)
                for fact, day in zip(("not_before", "not_after"), read_dates(printed), strict=True)
                if day is not None
            )
        observations += found
        notes += remarks
    if remark is not None:
        notes.append(ReadingNote(*remark, group[0].shell_object.provenance, group[0].server, _thumbprints(group)))
    return observations, notes


def _tells_replacement(candidate: _Candidate) -> bool:
    """Tell whether the output shows enough to say if this is Exchange's own certificate.

    A common name with a dot settles it, and so does an issuer; else the list of names has to be whole too.
    """
    certificate = candidate.certificate
    if any("." in name for name in certificate.common_names):
        return True
    if not candidate.issuer_known or not certificate.common_names:
        return False
    return not certificate.self_signed or candidate.names_complete


def _served(group: list[_Candidate]) -> tuple[list[_Candidate], Rank, tuple[str, str] | None]:
    """Choose the certificate that clients are shown, with what is to be said where that is not plain.

    Where several are assigned to IIS each may be the one, and somebody has to say which; where the output does not show
    what they are assigned to, the one that could be it is proposed.
    """
    partial = any(candidate.shell_object.partial for candidate in group)
    for_iis = _distinct([candidate for candidate in group if candidate.for_iis])
    if not partial and any(_leaves_out(candidate.shell_object) for candidate in group):
        return (for_iis if len(for_iis) == 1 else []), Rank.PROPOSED, _chosen_list()
    if partial or (for_iis and any(candidate.for_iis is None for candidate in group)):
        return [], Rank.PROPOSED, _partial_list(partial)
    sites = [candidate for candidate in for_iis if candidate.for_web_site]
    if len(sites) == 1:
        return sites, Rank.MACHINE_OUTPUT, None
    if for_iis and all(candidate.for_web_site is False for candidate in for_iis):
        return (
            [],
            Rank.PROPOSED,
            (
                "no-certificate-for-iis",
                "The certificates that are assigned to IIS serve its back end only, so clients are shown another one.",
            ),
        )
    for_iis = [candidate for candidate in for_iis if candidate.for_web_site is not False]
    if len(for_iis) == 1:
        return for_iis, Rank.MACHINE_OUTPUT, None
    chosen = for_iis if _told_apart(for_iis) else []
    if len(for_iis) > 1:
        return (
            chosen,
            Rank.MACHINE_OUTPUT,
            (
                "several-certificates",
                f"{len(for_iis)} certificates are assigned to IIS, and the list does not say which of them clients are "
                "shown. Get-ExchangeCertificate | Format-List Thumbprint, Services, IISServices tells: W3SVC/1 is the "
                "web site that they come to.",
            ),
        )
    unknown = _distinct([candidate for candidate in group if candidate.for_iis is None])
    plausible = [candidate for candidate in unknown if _is_plausible(candidate.certificate)]
    if len(plausible) == 1:
        return (
            plausible,
            Rank.PROPOSED,
            (
                "services-unknown",
                "The output does not show which services the certificates are assigned to; the only one that bears a "
                "server's name was taken for the one of IIS.",
            ),
        )
    if unknown:
        return (
            [],
            Rank.PROPOSED,
            (
                "services-unknown",
                "The output does not show which certificate is assigned to IIS. Paste "
                "the output of Get-ExchangeCertificate | Format-List",
            ),
        )
    return (
        [],
        Rank.PROPOSED,
        (
            "no-certificate-for-iis",
            "None of these certificates is assigned to IIS, so clients are shown another one. "
            + " ".join(_assigned(candidate) for candidate in group[:5]),
        ),
    )


def _told_apart(candidates: list[_Candidate]) -> bool:
    """Tell whether each certificate differs from each other in its thumbprint, or in its common name.

    Of those that do not, what is shown of one would be taken for what the other does not show.
    """
    by_thumbprint = {candidate.certificate.thumbprint for candidate in candidates} - {None}
    by_name = {candidate.certificate.common_names[:1] for candidate in candidates} - {()}
    return len(candidates) in (len(by_thumbprint), len(by_name))


def _leaves_out(shell_object: ShellObject) -> bool:
    """Tell whether the command leaves certificates out that could be the one of IIS."""
    tests = shell_object.command.tests if shell_object.command is not None else ()
    return any(_ALL_OF_IIS.fullmatch(test) is None for test in tests)


def _chosen_list() -> tuple[str, str]:
    return (
        "partial-list",
        "The command shows only some of the certificates, so another one may be assigned to IIS too. Paste all of "
        "Get-ExchangeCertificate | Format-List Thumbprint, Services, IISServices, Subject, CertificateDomains",
    )


def _partial_list(unread: bool) -> tuple[str, str]:
    reason = (
        "Something of this list was left out or could not be read"
        if unread
        else "The list does not show of each certificate what it is assigned to"
    )
    return (
        "partial-list",
        f"{reason}, so none of its certificates was taken for the one that clients are shown. Paste all of "
        "Get-ExchangeCertificate | Format-List Thumbprint, Services, IISServices, Subject, CertificateDomains",
    )


def _assigned(candidate: _Candidate) -> str:
    name = next(iter(candidate.certificate.names), "") or candidate.certificate.subject or "One without a name"
    return f"{name}: {', '.join(candidate.services or ()) or 'no service'}."


def _candidate(shell_object: ShellObject) -> _Candidate:
    server = _server(shell_object)
    raw = shell_object.get("RawData")
    if raw is not None and raw.binary:
        certificate = parse_certificate(raw.binary, name=shell_object.provenance.name, line=raw.line)
        return _Candidate(
            certificate,
            shell_object,
            server,
            _for_iis(shell_object),
            True,
            for_web_site=_for_web_site(shell_object),
            services=_services(shell_object),
        )
    subject = shell_object.get("Subject")
    issuer = shell_object.get("Issuer")
    domains = shell_object.get("CertificateDomains", "DnsNameList")
    self_signed = shell_object.get("IsSelfSigned")
    thumbprint = shell_object.get("Thumbprint")
    common_names: tuple[str, ...] = ()
    if subject is not None:  # of a subject that was cut, the parts before the last comma are whole
        common_names = common_names_in(subject.text if subject.complete else subject.text.rpartition(",")[0])
    # An empty list is no extension without names: Exchange leaves out what it cannot use as a domain.
    names = (tuple(_plain_name(name) for name in domains.listed) or None) if domains is not None else None
    if domains is not None and domains.complete and _is_cut(common_names, names or ()):
        common_names = ()
    # A name that is none was masked, or is broken: what it was may be what clients ask for.
    whole = domains is not None and domains.complete and all(is_certificate_name(name) for name in names or ())
    if names is not None and not whole:
        shown = names if domains is None or domains.complete else names[:-1]  # the last one was cut
        names = tuple(name for name in shown if is_certificate_name(name)) or None
    certificate = Certificate(
        common_names=common_names,
        dns_names=names,
        subject=subject.text if subject is not None else "",
        issuer=_whole_parts(issuer),
        printed_not_after=ends.text[:60] if (ends := shell_object.get("NotAfter")) is not None else None,
        self_signed=self_signed.boolean is True if self_signed is not None else _same(subject, issuer),
        key=f"{size.text} bits" if (size := shell_object.get("PublicKeySize")) is not None else None,
        thumbprint=thumbprint.text.upper()
        if thumbprint is not None and THUMBPRINT.fullmatch(thumbprint.text)
        else None,
    )
    complete = whole or (domains is None and shell_object.has("CertificateDomains"))
    issuer_known = self_signed is not None or (subject is not None and issuer is not None)
    return _Candidate(
        certificate,
        shell_object,
        server,
        _for_iis(shell_object),
        complete,
        issuer_known,
        _for_web_site(shell_object),
        _services(shell_object),
    )


def _whole_parts(name: Value | None) -> str:
    """Return a distinguished name; of one that was cut the parts that are whole, which stand before the last comma."""
    if name is None:
        return ""
    return name.text if name.complete else name.text.rpartition(",")[0]


def _for_iis(shell_object: ShellObject) -> bool | None:
    services = _services(shell_object)
    return None if services is None else "IIS" in services


def _services(shell_object: ShellObject) -> tuple[str, ...] | None:
    """Return what a certificate is assigned to, by the names of the shell; `None` where that is not shown whole."""
    services = shell_object.get("Services")
    if services is None:
        return None
    text = services.text.strip()
    if SERVICES_COLUMN.fullmatch(text):
        return tuple(name for letter, name in _BY_LETTER if letter in text)
    if not services.complete:
        return None
    if text.isascii() and text.isdecimal():
        return tuple(name for flag, name in _BY_FLAG if int(text[:9]) & flag)
    listed = tuple(service.strip() for service in services.listed)
    if [service.lower() for service in listed] == ["none"]:
        return ()
    known = {name.lower(): name for name in (*(name for _, name in _BY_LETTER), _CALL_ROUTER)}
    # A word that is no service may be the beginning of one, in a paste that ends there.
    named = tuple(known.get(service.lower(), "") for service in listed)
    return named if all(named) else None


def _for_web_site(shell_object: ShellObject) -> bool | None:
    sites = shell_object.get("IISServices")
    if sites is None:
        return None
    named = _WEB_SITE.findall(sites.text)
    if _DEFAULT_WEB_SITE in named:
        return True
    return False if named and sites.complete else None


def _server(shell_object: ShellObject) -> str | None:
    """Return the server that a certificate is on; the session's own name is the last resort.

    A certificate that was asked of another server (`-Server`) shows that server in its identity alone.
    """
    identity = shell_object.get("Identity")
    named = identity.text.split("\\", 1)[0] if identity is not None and "\\" in identity.text else ""
    command = shell_object.command
    session = shell_object.get("PSComputerName")
    for candidate in (
        value.text if (value := shell_object.get("Server")) is not None else "",
        named,
        (command.server or "") if command is not None else "",
        session.text if session is not None else "",
    ):
        if is_host_name(candidate):
            return candidate
    return None


def _is_plausible(certificate: Certificate) -> bool:
    names = [name for name in (*certificate.common_names, *(certificate.dns_names or ())) if name]
    return (
        certificate.for_servers
        and not certificate.authority
        and any(is_certificate_name(name) for name in names)
        and not any(name.lower().startswith(_MANAGEMENT_SERVICE) for name in names)
    )


def _distinct(candidates: list[_Candidate]) -> list[_Candidate]:
    """Drop a certificate that the output holds twice."""
    seen: dict[object, _Candidate] = {}
    for candidate in candidates:
        key = candidate.certificate.thumbprint or id(candidate)
        seen.setdefault(key, candidate)
    return list(seen.values())


def _together(one: str | None, other: str | None) -> bool:
    return one is other if one is None or other is None else same_server(one, other)


def _is_cut(common_names: tuple[str, ...], names: tuple[str, ...]) -> bool:
    """Tell whether a common name is only the beginning of one of the names: a narrow column has cut it."""
    lowered = [name.lower() for name in names]
    return any(
        cut.lower() not in lowered and any(name.startswith(cut.lower()) for name in lowered)
        for cut in common_names
        if "." in cut
    )


def _plain_name(name: str) -> str:
    return name.strip().strip("\"'")


def _same(one: Value | None, other: Value | None) -> bool:
    """Whether two names are the same; of two that were cut nobody can tell."""
    return one is not None and other is not None and one.complete and other.complete and one.text == other.text


def _cut_list_note(candidate: _Candidate) -> ReadingNote:
    domains = candidate.shell_object.get("CertificateDomains", "DnsNameList")
    shown = domains.listed if domains is not None else ()
    text = (
        "The list of the certificate's names is missing, masked or cut short, so it was not relied on. Run "
        "$FormatEnumerationLimit = -1 first, then the command again, or give the certificate itself."
    )
    return ReadingNote("truncated-list", text, candidate.shell_object.provenance, candidate.server, {"shown": shown})


def _thumbprints(group: list[_Candidate]) -> dict[str, Detail]:
    return {"thumbprints": tuple(candidate.certificate.thumbprint or "?" for candidate in group)}
