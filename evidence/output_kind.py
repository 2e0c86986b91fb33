"""Which kind of Exchange object an output shows: by its type, its own name, its properties, or the command."""

from __future__ import annotations

import re
from collections.abc import Collection
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

from evidence.hosts import clean_url
from evidence.shell_object import ShellObject


class OutputKind(StrEnum):
    """The kinds of objects that say something here."""

    CLIENT_ACCESS = "client access server"
    WEB_SERVICES = "Web Services virtual directory"
    OAB = "OAB virtual directory"
    UNIFIED_MESSAGING = "unified messaging virtual directory"
    MAPI = "MAPI virtual directory"
    ECP = "ECP virtual directory"
    CERTIFICATE = "Exchange certificate"
    SERVER = "Exchange server"
    OUTLOOK_ANYWHERE = "Outlook Anywhere"
    AUTODISCOVER_DIRECTORY = "Autodiscover virtual directory"
    OWA = "Outlook on the web virtual directory"
    ACTIVE_SYNC = "ActiveSync virtual directory"
    OTHER_DIRECTORY = "another virtual directory"
    OTHER = "another object"


_BY_NOUN: Final = {
    "clientaccessserver": OutputKind.CLIENT_ACCESS,
    "clientaccessservice": OutputKind.CLIENT_ACCESS,
    "webservicesvirtualdirectory": OutputKind.WEB_SERVICES,
    "oabvirtualdirectory": OutputKind.OAB,
    "umvirtualdirectory": OutputKind.UNIFIED_MESSAGING,
    "mapivirtualdirectory": OutputKind.MAPI,
    "ecpvirtualdirectory": OutputKind.ECP,
    "exchangecertificate": OutputKind.CERTIFICATE,
    "exchangeserver": OutputKind.SERVER,
    "outlookanywhere": OutputKind.OUTLOOK_ANYWHERE,
    "autodiscovervirtualdirectory": OutputKind.AUTODISCOVER_DIRECTORY,
    "owavirtualdirectory": OutputKind.OWA,
    "activesyncvirtualdirectory": OutputKind.ACTIVE_SYNC,
    "powershellvirtualdirectory": OutputKind.OTHER_DIRECTORY,
}

_BY_TYPE: Final = {
    "adwebservicesvirtualdirectory": OutputKind.WEB_SERVICES,
    "adoabvirtualdirectory": OutputKind.OAB,
    "adumvirtualdirectory": OutputKind.UNIFIED_MESSAGING,
    "admapivirtualdirectory": OutputKind.MAPI,
    "adecpvirtualdirectory": OutputKind.ECP,
    "adautodiscovervirtualdirectory": OutputKind.AUTODISCOVER_DIRECTORY,
    "adrpchttpvirtualdirectory": OutputKind.OUTLOOK_ANYWHERE,
    "adowavirtualdirectory": OutputKind.OWA,
    "admobilevirtualdirectory": OutputKind.ACTIVE_SYNC,
    "adpowershellvirtualdirectory": OutputKind.OTHER_DIRECTORY,
    "exchangecertificate": OutputKind.CERTIFICATE,
    "exchangeserver": OutputKind.SERVER,
    "clientaccessserver": OutputKind.CLIENT_ACCESS,
    "clientaccessservice": OutputKind.CLIENT_ACCESS,
}
"""The last part of the .NET type's name; the real ones are in the exports of microsoft/CSS-Exchange's tests."""

_BY_DIRECTORY: Final = {
    "ews": OutputKind.WEB_SERVICES,
    "oab": OutputKind.OAB,
    "unifiedmessaging": OutputKind.UNIFIED_MESSAGING,
    "mapi": OutputKind.MAPI,
    "ecp": OutputKind.ECP,
    "autodiscover": OutputKind.AUTODISCOVER_DIRECTORY,
    "rpc": OutputKind.OUTLOOK_ANYWHERE,
    "owa": OutputKind.OWA,
    "microsoft-server-activesync": OutputKind.ACTIVE_SYNC,
    "powershell": OutputKind.OTHER_DIRECTORY,
}
"""The virtual directory's name, as in `EX1\\EWS (Default Web Site)`, and the first part of its URL's path."""

_DIRECTORY: Final = re.compile(r"(?:[^\\]{1,256}\\)?([A-Za-z-]{2,40}) ?\(([^()]{0,120})\)?")

_BY_PROPERTY: Final = (
    (
        OutputKind.CLIENT_ACCESS,
        frozenset({"autodiscoverserviceinternaluri", "autodiscoversitescope", "autodiscoverservicecn"}),
    ),
    (
        OutputKind.CERTIFICATE,
        frozenset({"certificatedomains", "thumbprint", "rootcatype", "rawdata", "isselfsigned"}),
    ),
    (OutputKind.WEB_SERVICES, frozenset({"internalnlbbypassurl", "mrsproxyenabled", "gziplevel"})),
    (OutputKind.OAB, frozenset({"offlineaddressbooks", "pollinterval"})),
    (OutputKind.OUTLOOK_ANYWHERE, frozenset({"externalhostname", "internalhostname", "ssloffloading"})),
)
_OF_ANY_DIRECTORY: Final = frozenset({"internalurl", "externalurl", "metabasepath"})
_OF_SERVER: Final = frozenset({"admindisplayversion", "serverrole", "isclientaccessserver"})
_BACK_END: Final = "exchange back end"


def is_telling(name: str) -> bool:
    """Tell whether a property of this name (in lower case) marks text as an output of the Exchange shell."""
    return name in _OF_ANY_DIRECTORY or name in _OF_SERVER or any(name in names for _, names in _BY_PROPERTY)


def kind_by_properties(names: Collection[str]) -> OutputKind | None:
    """Tell the kind from the names of the properties (in lower case) alone; `None` where they do not decide it."""
    for kind, telling in _BY_PROPERTY:
        if not telling.isdisjoint(names):
            return kind
    if not _OF_SERVER.isdisjoint(names) and _OF_ANY_DIRECTORY.isdisjoint(names):
        return OutputKind.SERVER
    return None


def kind_of(shell_object: ShellObject) -> tuple[OutputKind | None, bool]:
    """Return the kind of an object, and whether that is certain; `(None, False)` where nothing tells.

    The type decides, then the object's own name, then properties that no other kind has, then the command above
    it. The path of its URL comes last and is no certainty: administrators may publish a directory anywhere.
    """
    if shell_object.type_name is not None:
        kind = _BY_TYPE.get(shell_object.type_name.lower().removeprefix("deserialized.").rpartition(".")[2])
        if kind is not None:
            return kind, True
    if (directory := directory_name(shell_object)) is not None and directory[0] in _BY_DIRECTORY:
        return _BY_DIRECTORY[directory[0]], True
    names = shell_object.properties.keys()
    if (kind := kind_by_properties(names)) not in (None, OutputKind.SERVER):
        return kind, True
    if shell_object.command is not None and (named := _BY_NOUN.get(shell_object.command.noun)) is not None:
        return named, True
    if kind is not None:
        return kind, True
    for name in ("InternalUrl", "ExternalUrl"):
        value = shell_object.get(name)
        url = clean_url(value.text) if value is not None else None
        if url is not None and (by_path := _BY_DIRECTORY.get(first_path_part(url))) is not None:
            return by_path, False
    if shell_object.command is not None:
        return OutputKind.OTHER, True
    return None, False


def first_path_part(url: str) -> str:
    """Return the first part of a URL's path in lower case: `ews`."""
    return urlsplit(url).path.strip("/").split("/", 1)[0].lower()


def directory_name(shell_object: ShellObject) -> tuple[str, str] | None:
    """Return the virtual directory and the web site, in lower case, that the object's own name consists of."""
    for name in ("Identity", "Name"):
        value = shell_object.get(name)
        if value is not None and (match := _DIRECTORY.fullmatch(value.text.strip()[:512])) is not None:
            return match[1].lower(), match[2].lower()
    return None


def is_back_end(shell_object: ShellObject) -> bool:
    """Tell whether this is a directory of the back-end web site (2013 and later), which clients never see."""
    directory = directory_name(shell_object)
    return directory is not None and directory[1] == _BACK_END
