"""Host names, URLs and server names: what is one, and when two of them are the same."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

MAX_HOST_CHARACTERS: Final = 253
"""RFC 1035 §2.3.4, without the trailing dot."""

_LABEL = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_HOST: Final = re.compile(rf"{_LABEL}(?:\.{_LABEL})*\.?", re.ASCII)
_CERTIFICATE_NAME: Final = re.compile(rf"(?:\*\.)?{_LABEL}(?:\.{_LABEL})*\.?", re.ASCII)
_MASKED: Final = re.compile(r"(?:.*\.)?[xX]{4,63}(?:\..*)?")
"""A label with which people hide a name: `mail.xxxxx.com`."""
_PLAIN_URL = r"(https?://[^\s<>\[\]()]{1,2040})"
_LINKED: Final = re.compile(rf"\[?{_PLAIN_URL}\]?\s?[<(]{_PLAIN_URL}[>)]")
"""A URL with the link that it has become: `https://…<https://…>` in mails, `[https://…](https://…)` in chats."""
_QUOTES: Final = "\"'`\u2018\u2019\u201c\u201d\u201e\u00ab\u00bb"
_NUMERIC: Final = re.compile(r"[0-9.]+")


def is_host_name(text: str) -> bool:
    """Tell whether `text` is a DNS host name or a NetBIOS name (underscores allowed, as Windows allows them).

    What somebody has masked is none.
    """
    return (
        0 < len(text) <= MAX_HOST_CHARACTERS
        and _HOST.fullmatch(text) is not None
        and _NUMERIC.fullmatch(text) is None
        and _MASKED.fullmatch(text) is None
    )


def is_dns_name(text: str) -> bool:
    """Tell whether `text` is a host name of at least two labels."""
    return is_host_name(text) and "." in text.rstrip(".")


def is_certificate_name(text: str) -> bool:
    """Tell whether `text` is a name that a certificate may carry: a host name, or one after `*.`."""
    return (
        0 < len(text) <= MAX_HOST_CHARACTERS + 2
        and _CERTIFICATE_NAME.fullmatch(text) is not None
        and _MASKED.fullmatch(text) is None
    )


def in_ascii(host: str) -> str:
    """Return a name as the DNS and certificates have it: `xn--mller-kva.example` for `m\u00fcller.example`."""
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return host


def host_of(url: str) -> str | None:
    """Return the host of an http or https URL in lower case, or `None` where `url` is not one."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
        _ = parts.port
    except ValueError:
        return None
    if parts.scheme.lower() not in ("http", "https") or not host or "@" in parts.netloc:
        return None
    if ":" in host or _NUMERIC.fullmatch(host):
        return host
    return host if is_host_name(host) else None


def clean_url(text: str) -> str | None:
    """Return the http or https URL that `text` holds, freed of what mails and chats put around it, or `None`."""
    url = text.strip()
    if (link := _LINKED.fullmatch(url[:4200])) is not None and link[1] == link[2]:
        url = link[1]
    url = url.strip(_QUOTES).removeprefix("<").removesuffix(">").strip()
    if not url or len(url) > 2048 or any(character.isspace() or ord(character) < 32 for character in url):
        return None
    if any(character in url for character in "\"'`<>{}|\\^"):
        return None
    return url if host_of(url) is not None else None


def first_label(server: str) -> str:
    """Return the NetBIOS-like part of a server's name, in lower case."""
    return server.split(".", 1)[0].lower()


def same_server(one: str, other: str) -> bool:
    """Tell whether two names mean one server: equal but for case, or an FQDN and its first label."""
    one, other = one.lower().rstrip("."), other.lower().rstrip(".")
    if one == other:
        return True
    return ("." not in one or "." not in other) and first_label(one) == first_label(other)


def comparable_url(url: str) -> str:
    """Return `url` with scheme and host in lower case and without a trailing slash, for comparison alone."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    return f"{parts.scheme.lower()}://{parts.netloc.lower()}{parts.path.rstrip('/')}?{parts.query}"
