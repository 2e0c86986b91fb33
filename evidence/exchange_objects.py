"""Turns objects of the Exchange Management Shell into observations, whatever format they came in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Final
from urllib.parse import urlsplit

from evidence.exchange_certificates import THUMBPRINT, certificates_of
from evidence.exchange_version import Build, build_in
from evidence.hosts import clean_url, is_dns_name, is_host_name, same_server
from evidence.limits import MAX_OBJECTS
from evidence.model import Detail, Observation, Rank, ReadingNote, Sighting
from evidence.output_kind import OutputKind, is_back_end, kind_of
from evidence.shell_object import ShellCommand, ShellObject, Value

_USUAL_PATHS: Final = {
    "endpoints.autodiscover": "/autodiscover/autodiscover.xml",
    "endpoints.ews": "/ews/exchange.asmx",
    "endpoints.oab": "/oab",
    "endpoints.um": "/unifiedmessaging/service.asmx",
    "endpoints.mapi": "/mapi",
    "endpoints.ecp": "/ecp",
    "endpoints.owa": "/owa",
    "endpoints.activesync": "/microsoft-server-activesync",
}
"""The paths that set-up gives; administrators change the host and leave the path."""
Facts = tuple[list[Observation], list[ReadingNote]]

_ENDPOINTS: Final = {
    OutputKind.WEB_SERVICES: "endpoints.ews",
    OutputKind.OAB: "endpoints.oab",
    OutputKind.UNIFIED_MESSAGING: "endpoints.um",
    OutputKind.MAPI: "endpoints.mapi",
    OutputKind.ECP: "endpoints.ecp",
    OutputKind.OWA: "endpoints.owa",
    OutputKind.ACTIVE_SYNC: "endpoints.activesync",
}


def interpret(objects: Sequence[ShellObject]) -> tuple[tuple[Observation, ...], tuple[ReadingNote, ...]]:
    """Return what the objects say; of more than `MAX_OBJECTS` the first, and a note."""
    observations: list[Observation] = []
    notes: list[ReadingNote] = []
    certificates: list[ShellObject] = []
    if len(objects) > MAX_OBJECTS:
        text = f"More than {MAX_OBJECTS} objects: the rest was left out."
        notes.append(ReadingNote("left-out", text, objects[MAX_OBJECTS].provenance))
    for shell_object in _in_runs(objects[:MAX_OBJECTS]):
        kind, certain = kind_of(shell_object)
        if kind is OutputKind.CERTIFICATE:
            certificates.append(shell_object)
            continue
        found, remarks = _interpret_one(shell_object, kind, certain)
        observations += found
        notes += remarks
    found, remarks = certificates_of(certificates)
    return (*observations, *found), (*notes, *remarks)


def _in_runs(objects: Sequence[ShellObject]) -> Iterator[ShellObject]:
    """Say of each object in which output it stands.

    One output goes on until another command, or the same thing again: a remark between two objects does not end it.
    """
    run = 1
    command: ShellCommand | None = None
    met: set[str] = set()
    for position, shell_object in enumerate(objects):
        thing = _name_of_thing(shell_object)
        another = shell_object.command is not None and shell_object.command is not command
        if position == 0 or another or thing in met:
            run = shell_object.provenance.line or position + 1
            met = set()
            command = shell_object.command
        if thing:
            met.add(thing)
        yield replace(shell_object, run=run)


def _name_of_thing(shell_object: ShellObject) -> str:
    """What tells an object from the others of its output; empty where nothing does, as with a masked thumbprint."""
    thumbprint = shell_object.get("Thumbprint")
    if thumbprint is not None:
        return thumbprint.text.lower() if THUMBPRINT.fullmatch(thumbprint.text) else ""
    for names in (("Identity",), ("Server", "Name"), ("Name",), ("Server",)):
        values = [shell_object.get(name) for name in names]
        if all(value is not None and value.complete for value in values):
            return "|".join(value.text.lower() for value in values if value is not None)
    return ""


def _interpret_one(shell_object: ShellObject, kind: OutputKind | None, certain: bool) -> Facts:
    if kind is None:
        return [], [_unknown_directory(shell_object)]
    if kind is OutputKind.OTHER:
        return [], []
    if is_back_end(shell_object):
        return [], [
            _note(
                shell_object,
                "back-end-directory",
                "A virtual directory of the Exchange Back End web site was passed over: clients never see its URL.",
            )
        ]
    return _INTERPRETERS.get(kind, _interpret_directory)(shell_object, kind, certain)


def _interpret_client_access(shell_object: ShellObject, kind: OutputKind, certain: bool) -> Facts:
    """Take the Service Connection Point's URL: the `AutoDiscoverServiceInternalUri`, and nothing else, counts."""
    observations, notes = _server_facts(shell_object, "Name", "Fqdn", "Identity")
    observations += _endpoint(shell_object, "endpoints.autodiscover.url", "AutoDiscoverServiceInternalUri", True, notes)
    scope = shell_object.get("AutoDiscoverSiteScope")
    if scope is not None:
        details: dict[str, Detail] = {"sites": scope.listed}
        notes.append(
            _note(
                shell_object,
                "site-scope",
                f"The Service Connection Point serves {', '.join(scope.listed)}.",
                details,
            )
        )
    return observations, notes


def _interpret_directory(shell_object: ShellObject, kind: OutputKind, certain: bool) -> Facts:
    observations, notes = _server_facts(shell_object, "Server")
    fact = _ENDPOINTS.get(kind)
    if fact is None:
        return observations, notes
    observations += _endpoint(shell_object, f"{fact}.url", "InternalUrl", certain, notes)
    external = shell_object.get("ExternalUrl")
    if external is not None:
        observations += _endpoint(shell_object, f"{fact}.external_url", "ExternalUrl", certain, notes)
    if external is not None:
        notes.append(
            _note(
                shell_object,
                "external-url",
                f"The {kind.value}'s external URL is {external.text}.",
                {"url": external.text},
            )
        )
    return observations, notes


def _interpret_autodiscover_directory(shell_object: ShellObject, kind: OutputKind, certain: bool) -> Facts:
    """The InternalUrl of this directory is a trap: Outlook never reads it (MicrosoftDocs/OfficeDocs-Exchange)."""
    observations, notes = _server_facts(shell_object, "Server")
    if shell_object.get("InternalUrl", "ExternalUrl") is not None:
        notes.append(
            _note(
                shell_object,
                "autodiscover-directory-url",
                "The URLs of the Autodiscover virtual directory were passed over, since Outlook does not use them. "
                "What counts is AutoDiscoverServiceInternalUri of Get-ClientAccessServer.",
            )
        )
    return observations, notes


def _interpret_server(shell_object: ShellObject, kind: OutputKind, certain: bool) -> Facts:
    role = _client_access_role(shell_object)
    observations, notes = _server_facts(shell_object, "Name", "Fqdn", "Identity")
    if role is False:
        server = server_of(shell_object, "Name", "Fqdn", "Identity")
        text = f"{server or 'A server'} has no Client Access role, so it hands out no URLs and was passed over."
        return [], [_note(shell_object, "no-client-access-role", text)]
    return observations, notes


def _interpret_outlook_anywhere(shell_object: ShellObject, kind: OutputKind, certain: bool) -> Facts:
    observations, notes = _server_facts(shell_object, "ServerName", "Server")
    details: dict[str, Detail] = {}
    server = server_of(shell_object, "ServerName", "Server")
    for name, fact in (("InternalHostname", "host"), ("ExternalHostname", "external_host")):
        value = shell_object.get(name)
        if value is None:
            continue
        details[name] = value.text
        if value.complete and is_dns_name(value.text):
            key = f"endpoints.outlook_anywhere.{fact}"
            observations.append(_observation(shell_object, key, value.text, server, place=value))
    if details:
        hosts = ", ".join(f"{name} {host}" for name, host in details.items())
        notes.append(_note(shell_object, "outlook-anywhere", f"Outlook Anywhere is published: {hosts}.", details))
    return observations, notes


_INTERPRETERS: Final[dict[OutputKind, Callable[[ShellObject, OutputKind, bool], Facts]]] = {
    OutputKind.CLIENT_ACCESS: _interpret_client_access,
    OutputKind.SERVER: _interpret_server,
    OutputKind.OUTLOOK_ANYWHERE: _interpret_outlook_anywhere,
    OutputKind.AUTODISCOVER_DIRECTORY: _interpret_autodiscover_directory,
}


def server_of(shell_object: ShellObject, *names: str) -> str | None:
    """Return the server that an object belongs to: by its properties, its identity, its command, or its session."""
    for name in names:
        value = shell_object.get(name)
        if value is not None and value.complete and is_host_name(value.text):
            return value.text
    for name in ("Identity", "Server", "MailboxServer"):
        value = shell_object.get(name)
        if value is not None and value.complete:
            server = value.text.split("\\", 1)[0] if "\\" in value.text else ""
            if is_host_name(server):
                return server
    if shell_object.command is not None and shell_object.command.server is not None:
        return shell_object.command.server if is_host_name(shell_object.command.server) else None
    return None


def _server_facts(shell_object: ShellObject, *names: str) -> Facts:
    """Return the server's name and version, as far as the object shows them."""
    server = server_of(shell_object, *names)
    observations: list[Observation] = []
    notes: list[ReadingNote] = []
    if server is not None:
        observations.append(_observation(shell_object, "exchange.server", server, server))
        fqdn = shell_object.get("Fqdn")
        if fqdn is not None and fqdn.text != server and is_host_name(fqdn.text) and same_server(server, fqdn.text):
            text = f"The fully qualified name of {server} is {fqdn.text}."
            notes.append(_note(shell_object, "server-fqdn", text, {"fqdn": fqdn.text}, server))
    version = shell_object.get("AdminDisplayVersion")
    if version is not None:
        whole = version.complete and version.text.count("(") == version.text.count(")")
        build = build_in(version.text) if whole else None
        if build is not None and build.version is not None:
            observations.append(_observation(shell_object, "exchange.version", build.version, server))
        notes.append(_version_note(shell_object, version.text, build, server))
    return observations, notes


def _version_note(shell_object: ShellObject, text: str, build: Build | None, server: str | None) -> ReadingNote:
    if build is None or build.version is None:
        sentence = f"The version {text!r} does not tell which Exchange this is."
        return _note(shell_object, "undecided-version", sentence, {"version": text}, server)
    return _note(shell_object, "build", f"Exchange build {build}.", {"build": str(build)}, server)


def _endpoint(
    shell_object: ShellObject, fact: str, name: str, certain: bool, notes: list[ReadingNote]
) -> list[Observation]:
    if not shell_object.has(name):
        return []
    server = server_of(shell_object, "Server", "Name", "Fqdn")
    value = shell_object.get(name)
    if value is None:
        text = f"{name} is empty: no URL is set, or it was not printed."
        notes.append(_note(shell_object, "no-url", text, {"fact": fact}, server))
        return []
    url = clean_url(value.text) if value.complete else None
    if url is None:
        text = f"{name} is not a whole http(s) URL as it stands here, so it was not used: {value.text[:120]!r}."
        notes.append(_note(shell_object, "unusable-url", text, {"fact": fact, "text": value.text[:512]}, server))
        return []
    rank = Rank.MACHINE_OUTPUT if certain else Rank.PROPOSED
    if _may_be_cut(url, fact):
        text = f"{name} ends within its usual path, so it may have been cut and has to be confirmed: {url[:200]}"
        notes.append(_note(shell_object, "cut-url", text, {"fact": fact, "text": url[:512]}, server))
        rank = Rank.PROPOSED
    if not certain:
        text = (
            "Which virtual directory this is was deduced from its URL's path; paste the command line with it, "
            "and it is certain."
        )
        notes.append(_note(shell_object, "deduced-directory", text, {"fact": fact}, server))
    return [_observation(shell_object, fact, url, server, rank, value)]


def _may_be_cut(url: str, fact: str) -> bool:
    """Tell whether a URL looks like one that a narrow column has cut: it ends within its usual path, or has none."""
    usual = _USUAL_PATHS.get(fact.rpartition(".")[0], "")
    path = urlsplit(url).path.lower().rstrip("/")
    return usual.startswith(path) and usual != path


def _client_access_role(shell_object: ShellObject) -> bool | None:
    """Tell whether a server answers clients; `None` where the output does not show it.

    From 2016 on every Mailbox server does (the role of its own ended with 2013).
    """
    flag = shell_object.get("IsClientAccessServer")
    if flag is not None and flag.boolean is not None:
        return flag.boolean
    roles = shell_object.get("ServerRole")
    if roles is None or not roles.complete:
        return None
    named = {role.lower() for role in roles.listed}
    if "clientaccess" in named or "cafe" in named:
        return True
    version = shell_object.get("AdminDisplayVersion")
    build = build_in(version.text) if version is not None else None
    if build is None:
        return None
    return "mailbox" in named if (build.major, build.minor) >= (15, 1) else False


def _unknown_directory(shell_object: ShellObject) -> ReadingNote:
    text = (
        "This output does not tell which virtual directory it shows. Paste it with the command line above it, or "
        "with Identity: Format-List Identity,Server,*url*"
    )
    shown = tuple(list(shell_object)[:20])
    return _note(shell_object, "unknown-directory", text, {"properties": shown})


def _observation(
    shell_object: ShellObject,
    fact: str,
    value: str,
    server: str | None,
    rank: Rank = Rank.MACHINE_OUTPUT,
    place: Value | None = None,
) -> Observation:
    provenance = shell_object.provenance
    if place is not None and place.line is not None:
        provenance = type(provenance)(provenance.what, provenance.name, place.line)
    return Observation(fact, value, provenance, rank, server, Sighting(shell_object.run))


def _note(
    shell_object: ShellObject,
    kind: str,
    text: str,
    details: dict[str, Detail] | None = None,
    server: str | None = None,
) -> ReadingNote:
    if server is None:
        server = server_of(shell_object, "Server", "Name", "Fqdn")
    return ReadingNote(kind, text, shell_object.provenance, server, details or {})
