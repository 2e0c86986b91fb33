"""Host names, URLs and certificate names: their grammars, and the matching that Windows does.

Everything that later stands in a command passes through one of the grammars here, so they are strict:
ASCII only, bounded in length, no white space, no user information, no fragment.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache

MAX_HOST_LENGTH = 253
"""Characters in a DNS name without its final dot (RFC 1035, section 2.3.4)."""

MAX_URL_LENGTH = 2048
"""Characters in a URL; far above any that Exchange stores, and small enough to show."""

_LABEL = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL})*", re.ASCII)
_URL = re.compile(
    r"(?P<scheme>https?)://(?P<host>[^/?#@:\s]+)(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<path>/[A-Za-z0-9\-._~!$&'()*+,;=:@%/]*)?(?P<query>\?[A-Za-z0-9\-._~!$&'()*+,;=:@%/?]*)?",
    re.ASCII | re.IGNORECASE,
)
_STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")


class NameRefused(ValueError):
    """A name or URL that does not follow its grammar; the message says what to write instead."""


class Coverage(StrEnum):
    """Whether a certificate carries a host name."""

    MATCHED = "matched"
    MISMATCHED = "mismatched"
    UNKNOWN = "unknown"


class Reason(StrEnum):
    """Why a certificate carries a host name or does not, or why that cannot be told: one sentence each."""

    NAMES_NOT_KNOWN = (
        "whether the certificate has subject alternative names is not known, and with them its common name does not "
        "count"
    )
    HOST_NOT_KNOWN = "the host name is not known"
    COMMON_NAME_NOT_KNOWN = "the certificate has no subject alternative names, and its common name is not known"
    COMMON_NAME_COVERS = "the common name {name} covers {host}"
    COMMON_NAME_DIFFERS = "the certificate has no subject alternative names and its common name {name} is not {host}"
    ADDRESS = "{host} is an IP address, and Windows versions differ in whether they compare those"
    ALTERNATIVE_NAME_COVERS = "the subject alternative name {name} covers {host}"
    ONLY_NAME_DIFFERS = "the certificate's only subject alternative name is {name}, which does not cover {host}"
    ALL_NAMES_DIFFER = "none of the certificate's subject alternative names covers {host}"


@dataclass(frozen=True, slots=True)
class Match:
    """The result of comparing a host with a certificate, and the reason for it.

    Attributes:
        reason: why, with blanks for the names in it.
        names: what stands in the blanks of the reason, by its name there.
    """

    coverage: Coverage
    reason: Reason
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def words(self) -> str:
        """The reason in words."""
        return self.reason.value.format(**self.names)


@dataclass(frozen=True, slots=True)
class Url:
    """The parts of an http or https URL that say where it leads."""

    scheme: str
    host: str
    port: int | None
    rest: str

    def __str__(self) -> str:
        port = "" if self.port is None else f":{self.port}"
        return f"{self.scheme}://{self.host}{port}{self.rest}"


def parse_host(text: str) -> str:
    """Return `text` as a host name, letters as they were written; the dot that ends a name in DNS is left out.

    Raises:
        NameRefused: it is empty, too long, not ASCII, is a pattern, or has other characters than a host name has.
    """
    host = text.strip()
    if len(host) > 1:
        host = host.removesuffix(".")
    if not host:
        raise NameRefused("a host name is empty; write one such as mail.contoso.com")
    if len(host) > MAX_HOST_LENGTH:
        raise NameRefused(f"a host name has at most {MAX_HOST_LENGTH} characters, this one has {len(host)}")
    if "://" in host:
        raise NameRefused("this is a URL; write only its host name, such as mail.contoso.com")
    if not host.isascii():
        raise NameRefused("write an international name in its ASCII form (xn--…), as the certificate holds it")
    if "*" in host:
        raise NameRefused("a pattern such as *.contoso.com is no host name; write the one name that clients use")
    if not _HOST.fullmatch(host):
        raise NameRefused(
            "a host name has letters, digits and hyphens between dots, such as mail.contoso.com, and nothing else"
        )
    return host


@lru_cache(maxsize=4096)  # every URL is taken apart for its value, its host and its scheme
def parse_url(text: str) -> Url:
    """Return the parts of an http or https URL; scheme in lower case, the rest as written.

    Raises:
        NameRefused: it is not such a URL, or holds what no stored Exchange URL holds (user information,
            a fragment, white space).
    """
    url = text.strip()
    if len(url) > MAX_URL_LENGTH:
        raise NameRefused(f"a URL has at most {MAX_URL_LENGTH} characters, this one has {len(url)}")
    found = _URL.fullmatch(url)
    if found is None:
        raise NameRefused(
            "write the whole URL with http:// or https:// in front and no spaces, "
            "such as https://mail.contoso.com/ews/exchange.asmx"
        )
    port = int(found["port"]) if found["port"] else None
    if port is not None and not 0 < port < 65536:
        raise NameRefused("a port lies between 1 and 65535")
    rest = (found["path"] or "") + (found["query"] or "")
    if _STRAY_PERCENT.search(rest):
        raise NameRefused("a % in a URL is followed by two hexadecimal digits")
    return Url(found["scheme"].lower(), parse_host(found["host"]), port, rest)


def is_ip_address(host: str) -> bool:
    """Whether `host` is an IPv4 or IPv6 address rather than a name."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def pattern_covers(pattern: str, host: str, *, partial_wildcards: bool = False) -> bool:
    """Whether one name on a certificate covers `host`, letters compared without case.

    A wildcard stands for exactly one label, the leftmost: ``*.contoso.com`` covers ``mail.contoso.com`` but
    neither ``contoso.com`` nor ``www.eu.contoso.com`` (Exchange documentation on digital certificates).
    ``partial_wildcards`` also accepts ``w*.contoso.com``, which Windows takes in a common name (KB258858);
    ``*w.contoso.com``, ``www.*.com``, ``*.*`` and ``*`` cover nothing.
    """
    pattern, host = pattern.lower(), host.lower()
    if "*" not in pattern:
        return pattern == host
    first, _, parent = pattern.partition(".")
    host_first, _, host_parent = host.partition(".")
    if not parent or "*" in parent or parent != host_parent or is_ip_address(host):
        return False
    if first == "*":
        return True
    prefix = first[:-1]
    return partial_wildcards and first.endswith("*") and "*" not in prefix and host_first.startswith(prefix)


def match_certificate(
    common_name: str | None, subject_alternative_names: tuple[str, ...] | None, host: str | None
) -> Match:
    """Compare `host` with a certificate as Windows does.

    With a Subject Alternative Name extension the common name is ignored, even where no name in the extension
    fits (Wine's crypt32 ``chain.c``, which records native behaviour); without one the common name is compared.
    ``None`` stands for what is not known; ``()`` for a certificate without the extension.
    An IP address in the extension is left open: the Windows of 2011 did not compare it, later ones are not known.
    """
    if subject_alternative_names is None:
        return Match(Coverage.UNKNOWN, Reason.NAMES_NOT_KNOWN)
    if host is None:
        return Match(Coverage.UNKNOWN, Reason.HOST_NOT_KNOWN)
    if subject_alternative_names:
        return _match_alternative_names(subject_alternative_names, host)
    if common_name is None:
        return Match(Coverage.UNKNOWN, Reason.COMMON_NAME_NOT_KNOWN)
    both = {"name": common_name, "host": host}
    if pattern_covers(common_name, host, partial_wildcards=True):
        return Match(Coverage.MATCHED, Reason.COMMON_NAME_COVERS, both)
    return Match(Coverage.MISMATCHED, Reason.COMMON_NAME_DIFFERS, both)


def _match_alternative_names(names: tuple[str, ...], host: str) -> Match:
    if is_ip_address(host) and any(is_ip_address(name) for name in names):
        return Match(Coverage.UNKNOWN, Reason.ADDRESS, {"host": host})
    for name in names:
        if pattern_covers(name, host):
            return Match(Coverage.MATCHED, Reason.ALTERNATIVE_NAME_COVERS, {"name": name, "host": host})
    if len(names) == 1:
        return Match(Coverage.MISMATCHED, Reason.ONLY_NAME_DIFFERS, {"name": names[0], "host": host})
    return Match(Coverage.MISMATCHED, Reason.ALL_NAMES_DIFFER, {"host": host})
