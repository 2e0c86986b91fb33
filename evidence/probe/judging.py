"""Judges a certificate as Outlook's warning does: trust, date and name, each for itself."""

from __future__ import annotations

import ssl
from datetime import datetime
from typing import Final

from evidence.certificate import Certificate
from evidence.probe.model import Line, Lines, State
from kb.names import Coverage, match_certificate, pattern_covers

# OpenSSL's X509_V_ERR_…, from its manual page X509_STORE_CTX_get_error.
_NO_ISSUER: Final = frozenset({2, 20, 21})
NOT_YET_VALID: Final = 9
EXPIRED: Final = 10
_UNTRUSTED: Final = {
    2: "this machine does not trust its issuer, or the server leaves out a certificate in between",
    18: "it is self-signed, and this machine has no reason to trust it",
    19: "this machine does not trust the authority at the top of its chain",
    20: "this machine does not trust its issuer, or the server leaves out a certificate in between",
    21: "this machine does not trust its issuer, or the server leaves out a certificate in between",
    24: "it was issued with a certificate that may issue none",
    26: "it is not meant for servers",
    79: "it was issued with a certificate that may issue none",
    NOT_YET_VALID: "a certificate above it is not valid yet",
    EXPIRED: "a certificate above it has expired",
}


def trusted() -> Line:
    """The chain leads to an authority of this machine's store."""
    return Line(State.OK, "this machine trusts its issuer")


def untrusted(error: ssl.SSLCertVerificationError, certificate: Certificate) -> Line:
    """The chain does not, as far as can be told: Windows itself fetches what a server leaves out of its chain."""
    if error.verify_code in _NO_ISSUER and certificate.issuer_at_hand and not certificate.self_signed:
        return untold(
            "the server leaves out a certificate in between, or its issuer is not trusted here; Windows fetches what "
            "is left out"
        )
    return Line(State.FAILED, _UNTRUSTED.get(error.verify_code, f"this machine does not trust it ({_words(error)})"))


def untold(reason: str) -> Line:
    """It could not be told."""
    return Line(State.UNKNOWN, reason)


def in_date(certificate: Certificate, now: datetime) -> bool:
    """Whether a certificate is valid now, by its own dates."""
    begins, ends = certificate.not_before, certificate.not_after
    return begins is not None and ends is not None and begins <= now <= ends


def lines(certificate: Certificate, trust: Line, host: str, now: datetime) -> Lines:
    """The three lines for a certificate that was shown for `host`."""
    return Lines(trust, _date(certificate, now), _name(certificate, host))


def _date(certificate: Certificate, now: datetime) -> Line:
    begins, ends = certificate.not_before, certificate.not_after
    if begins is None or ends is None:
        return untold("its dates are not known")
    if now > ends:
        return Line(State.FAILED, f"it expired on {ends:%Y-%m-%d}")
    if now < begins:
        return Line(State.FAILED, f"it is not valid before {begins:%Y-%m-%d}")
    return Line(State.OK, f"it is valid until {ends:%Y-%m-%d}")


def _name(certificate: Certificate, host: str) -> Line:
    if certificate.dns_names is None:
        return _common_name(certificate.common_names, host)
    addresses = tuple(value for kind, value in certificate.other_names if kind == "IP address")
    names = (*certificate.dns_names, *addresses)
    if not names:
        return Line(State.FAILED, "its Subject Alternative Name extension holds no host name")
    match = match_certificate(None, names, host)
    states = {Coverage.MATCHED: State.OK, Coverage.MISMATCHED: State.FAILED, Coverage.UNKNOWN: State.UNKNOWN}
    return Line(states[match.coverage], match.words)


def _common_name(names: tuple[str, ...], host: str) -> Line:
    """Without the extension any of the common names counts."""
    for name in names:
        if pattern_covers(name, host, partial_wildcards=True):
            return Line(State.OK, f"the common name {name} covers {host}")
    if not names:
        return Line(State.FAILED, "it carries no host name at all")
    return Line(
        State.FAILED, f"it has no subject alternative names, and its common name {', '.join(names[:3])} is not {host}"
    )


def _words(error: ssl.SSLCertVerificationError) -> str:
    return str(error.verify_message)[:100]
