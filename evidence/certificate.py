"""What one X.509 certificate says, and the facts that follow from it."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, rsa
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

from evidence.distinguished_name import written
from evidence.errors import MalformedInput
from evidence.hosts import is_certificate_name
from evidence.limits import MAX_CERTIFICATE_BYTES, MAX_NAMES
from evidence.model import Detail, Observation, Provenance, Rank, ReadingNote, Sighting

_MAX_ISSUER: Final = 500
"""Characters of an issuer's name that are kept; the longest in use have some 250."""
_FILTERS: Final = threading.Lock()
_BROKEN: Final = (ValueError, TypeError, OverflowError, x509.DuplicateExtension, x509.InvalidVersion)


@dataclass(frozen=True, slots=True)
class Certificate:
    """The parts of a certificate that decide which names it covers, and those that people ask for."""

    common_names: tuple[str, ...]
    """In the order of the certificate; several are rare but allowed."""
    dns_names: tuple[str, ...] | None
    """The dNSName entries; `None` where there is no Subject Alternative Name extension, so that the CN counts."""
    other_names: tuple[tuple[str, str], ...] = ()
    """The other entries of that extension, as (kind, value): `("IP address", "192.0.2.1")`."""
    subject: str = ""
    issuer: str = ""
    """Both as RFC 4514 writes them."""
    not_before: datetime | None = None
    not_after: datetime | None = None
    """In UTC; `None` where the source does not tell."""
    printed_not_after: str | None = None
    """The end of validity as an output prints it, where that is all there is: the order of day and month is unknown."""
    key: str | None = None
    """Kind and size of the public key, such as `RSA 2048`."""
    key_bits: int | None = None
    self_signed: bool = False
    authority: bool = False
    """Whether it may sign other certificates."""
    for_servers: bool = True
    """Whether its extended key usage, where present, admits TLS servers."""
    issuer_at_hand: bool = False
    """Whether it says where its issuer's certificate can be fetched over HTTP, as Windows does where it is missing."""
    thumbprint: str | None = None
    """SHA-1 of the DER in upper case, as Windows names certificates."""
    raw_issuer: bytes = field(default=b"", repr=False)
    raw_subject: bytes = field(default=b"", repr=False)

    @property
    def names(self) -> tuple[str, ...]:
        """The names that count: the DNS names where the extension is present, else the common names."""
        return self.common_names if self.dns_names is None else self.dns_names

    @property
    def exchange_default(self) -> bool:
        """Whether it looks like the one that Exchange's set-up makes: see `looks_like_exchange_default`."""
        return looks_like_exchange_default(self.self_signed, self.common_names, self.dns_names or ())


def looks_like_exchange_default(self_signed: bool, common_names: Sequence[str], dns_names: Iterable[str]) -> bool:
    """Tell whether a certificate has the shape of the one that Exchange's set-up creates.

    It is self-signed, its common name is the server's NetBIOS name, and its DNS names are that name and the
    server's FQDN. Sources: TechNet bb851554 for Exchange 2007; for 2019, the certificate of a fresh server in the
    HealthChecker tests of microsoft/CSS-Exchange (CN=Solo-E19A; Solo-E19A, Solo-E19A.Solo.com).
    """
    if not self_signed or len(common_names) != 1 or "." in common_names[0] or not common_names[0]:
        return False
    netbios = common_names[0].lower()
    lowered = {name.lower() for name in dns_names}
    fqdns = lowered - {netbios}
    return netbios in lowered and len(fqdns) == 1 and fqdns.pop().startswith(netbios + ".")


def parse_certificate(der: bytes, *, name: str, line: int | None = None) -> Certificate:
    """Read one certificate from DER.

    Raises:
        MalformedInput: it is too big, or no certificate, or broken inside.
    """
    if len(der) > MAX_CERTIFICATE_BYTES:
        raise MalformedInput(
            f"a certificate of {len(der)} bytes is bigger than the {MAX_CERTIFICATE_BYTES} that are read",
            name=name,
            line=line,
            remedy="Export the server's own certificate alone",
        )
    try:
        with without_warnings():
            return describe(x509.load_der_x509_certificate(der))
    except _BROKEN:
        raise MalformedInput(
            "this is no certificate, or it was damaged on the way",
            name=name,
            line=line,
            remedy="Export it again (Base-64 encoded X.509) and paste all of it, both marker lines included",
        ) from None


@contextmanager
def without_warnings() -> Iterator[None]:
    """Keep quiet what the parser remarks on odd but readable certificates, such as BER in place of DER.

    One thread at a time: the filters belong to the process, and two that restore them in turn would mix them up.
    """
    with _FILTERS, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def describe(certificate: x509.Certificate) -> Certificate:
    """Take from a parsed certificate what is of use here.

    Raises:
        ValueError, TypeError, OverflowError, x509.DuplicateExtension, x509.InvalidVersion: broken inside.
    """
    dns_names, other_names = _alternative_names(certificate)
    key, key_bits = _key(certificate)
    return Certificate(
        common_names=tuple(
            attribute.value if isinstance(attribute.value, str) else attribute.value.decode("utf-8", "replace")
            for attribute in certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        ),
        dns_names=dns_names,
        other_names=other_names,
        subject=certificate.subject.rfc4514_string(),
        issuer=certificate.issuer.rfc4514_string(),
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
        key=key,
        key_bits=key_bits,
        self_signed=_is_self_signed(certificate),
        authority=_is_authority(certificate),
        for_servers=_is_for_servers(certificate),
        issuer_at_hand=_names_its_issuers_place(certificate),
        # SHA-1 names the certificate here and proves nothing: Windows and Exchange show no other thumbprint.
        thumbprint=certificate.fingerprint(hashes.SHA1()).hex().upper(),
        raw_issuer=certificate.issuer.public_bytes(),
        raw_subject=certificate.subject.public_bytes(),
    )


def _names_its_issuers_place(certificate: x509.Certificate) -> bool:
    try:
        places = certificate.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    except x509.ExtensionNotFound:
        return False
    return any(
        each.access_method == AuthorityInformationAccessOID.CA_ISSUERS
        and isinstance(each.access_location, x509.UniformResourceIdentifier)
        and each.access_location.value.lower().startswith("http")
        for each in places
    )


def server_certificates(certificates: Sequence[Certificate]) -> tuple[Certificate, ...]:
    """Return those of a bundle that servers present: the ones that issued none of the others.

    Authorities are left out where anything else remains, and repetitions always.
    """
    distinct = tuple({certificate.thumbprint: certificate for certificate in certificates}.values())
    issuers = {certificate.raw_issuer for certificate in distinct if certificate.raw_issuer != certificate.raw_subject}
    leaves = tuple(certificate for certificate in distinct if certificate.raw_subject not in issuers)
    return tuple(certificate for certificate in leaves if not certificate.authority) or leaves or distinct


def certificate_observations(
    certificate: Certificate,
    provenance: Provenance,
    *,
    rank: Rank,
    server: str | None = None,
    sighting: Sighting | None = None,
) -> tuple[tuple[Observation, ...], tuple[ReadingNote, ...]]:
    """Return the facts of a certificate, and what no fact takes as notes.

    Args:
        certificate: what was read.
        provenance: where.
        rank: how much it weighs.
        server: the server that it is on, where that is known.
        sighting: which one it is, where there are several, and where it was seen.
    """
    observations: list[Observation] = []
    notes = [summary_note(certificate, provenance, server=server)]

    def found(fact: str, value: str | bool | tuple[str, ...], rank: Rank = rank) -> None:
        observations.append(Observation(fact, value, provenance, rank, server, sighting))

    if certificate.thumbprint is not None:
        found("certificate.thumbprint", certificate.thumbprint)
    if certificate.issuer:
        found("certificate.issuer", written(certificate.issuer)[:_MAX_ISSUER])
    if certificate.issuer or certificate.self_signed:
        found("certificate.self_signed", certificate.self_signed)
    for fact, moment in (("not_before", certificate.not_before), ("not_after", certificate.not_after)):
        if moment is not None:
            found(f"certificate.{fact}", f"{moment.astimezone(UTC):%Y-%m-%d}")
    found("certificate.replaced", not certificate.exchange_default)
    usable = tuple(name for name in certificate.common_names if is_certificate_name(name))
    if usable:
        several = len(certificate.common_names) > 1
        found("certificate.common_name", usable[0], Rank.PROPOSED if several else rank)
    if len(certificate.common_names) > 1:
        notes.append(
            ReadingNote(
                "several-common-names",
                "The certificate has several common names; without a Subject Alternative Name extension "
                "Windows accepts any of them.",
                provenance,
                server,
                {"common_names": certificate.common_names[:MAX_NAMES]},
            )
        )
    alternative, refused = _alternative_observation(certificate)
    if alternative is not None:
        found("certificate.subject_alternative_names", alternative)
    if refused or certificate.other_names:
        notes.append(_other_names_note(certificate, refused, provenance, server))
    return tuple(observations), tuple(notes)


def summary_note(certificate: Certificate, provenance: Provenance, *, server: str | None = None) -> ReadingNote:
    """Describe a certificate for people: who issued it, until when it holds, its key, its thumbprint."""
    names = ", ".join(certificate.names[:5]) or certificate.subject or "no name"
    more = f" and {len(certificate.names) - 5} more" if len(certificate.names) > 5 else ""
    details: dict[str, Detail] = {
        "subject": certificate.subject,
        "issuer": certificate.issuer,
        "common_names": certificate.common_names[:MAX_NAMES],
        "subject_alternative_names": (certificate.dns_names or ())[:MAX_NAMES],
        "self_signed": certificate.self_signed,
        "exchange_default": certificate.exchange_default,
        "for_servers": certificate.for_servers,
    }
    sentences = [f"Certificate for {names}{more}"]
    if certificate.self_signed:
        sentences.append("self-signed")
    elif certificate.issuer:
        sentences.append(f"issued by {certificate.issuer}")
    if certificate.not_before is not None:
        details["not_before"] = certificate.not_before.astimezone(UTC).isoformat()
    if certificate.not_after is not None:
        details["not_after"] = certificate.not_after.astimezone(UTC).isoformat()
        sentences.append(f"valid until {certificate.not_after.astimezone(UTC):%Y-%m-%d}")
    elif certificate.printed_not_after is not None:
        details["printed_not_after"] = certificate.printed_not_after
        sentences.append(f"valid until {certificate.printed_not_after} (as printed)")
    if certificate.key is not None:
        details["key"] = certificate.key
        sentences.append(certificate.key)
    if certificate.key_bits is not None:
        details["key_bits"] = certificate.key_bits
    if certificate.thumbprint is not None:
        details["thumbprint"] = certificate.thumbprint
    return ReadingNote("certificate", ", ".join(sentences) + ".", provenance, server, details)


def _alternative_observation(certificate: Certificate) -> tuple[tuple[str, ...] | None, tuple[str, ...]]:
    """Return the value for `certificate.subject_alternative_names` and the names that it cannot take.

    IP addresses stand in the list too: an extension that holds nothing else is an extension all the same. One with
    neither gives no value: an empty list would say that there is no extension, and then the common name would count,
    which Windows ignores here.
    """
    if certificate.dns_names is None:
        return (), ()
    addresses = tuple(value for kind, value in certificate.other_names if kind == "IP address")
    dns_names = tuple(name for name in certificate.dns_names if is_certificate_name(name))
    usable = tuple(dict.fromkeys((*dns_names, *addresses)))
    refused = tuple(name for name in certificate.dns_names if not is_certificate_name(name))
    if not usable or len(usable) > MAX_NAMES:
        return None, refused
    return usable, refused


def _other_names_note(
    certificate: Certificate, refused: Sequence[str], provenance: Provenance, server: str | None
) -> ReadingNote:
    text = "The Subject Alternative Name extension also holds entries that are no DNS names."
    if not any(is_certificate_name(name) for name in certificate.dns_names or ()):
        text = (
            "The certificate has a Subject Alternative Name extension without any usable DNS name; Windows then "
            "ignores the common name too."
        )
    entries = [f"{kind}: {value}" for kind, value in certificate.other_names]
    entries += [f"DNS name (not usable): {name}" for name in refused]
    return ReadingNote("other-alternative-names", text, provenance, server, {"entries": tuple(entries[:MAX_NAMES])})


def _alternative_names(
    certificate: x509.Certificate,
) -> tuple[tuple[str, ...] | None, tuple[tuple[str, str], ...]]:
    try:
        extension = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        return None, ()
    except x509.UnsupportedGeneralNameType as error:
        raise ValueError("an unknown kind of alternative name") from error
    dns_names: list[str] = []
    others: list[tuple[str, str]] = []
    for entry in extension.value:
        if isinstance(entry, x509.DNSName):
            dns_names.append(entry.value)
        elif isinstance(entry, x509.IPAddress):
            others.append(("IP address", str(entry.value)))
        elif isinstance(entry, x509.RFC822Name):
            others.append(("e-mail address", entry.value))
        elif isinstance(entry, x509.UniformResourceIdentifier):
            others.append(("URI", entry.value))
        elif isinstance(entry, x509.DirectoryName):
            others.append(("directory name", entry.value.rfc4514_string()))
        elif isinstance(entry, x509.OtherName):
            others.append(("other name", entry.type_id.dotted_string))
        else:
            others.append(("registered id", str(entry.value)))
    return tuple(dns_names), tuple(others)


def _key(certificate: x509.Certificate) -> tuple[str | None, int | None]:
    try:
        key = certificate.public_key()
    except (ValueError, UnsupportedAlgorithm):
        return None, None
    if isinstance(key, rsa.RSAPublicKey):
        return f"RSA {key.key_size}", key.key_size
    if isinstance(key, ec.EllipticCurvePublicKey):
        return f"ECC {key.curve.name}", key.key_size
    if isinstance(key, dsa.DSAPublicKey):
        return f"DSA {key.key_size}", key.key_size
    return type(key).__name__.lstrip("_").removesuffix("PublicKey"), None


def _is_self_signed(certificate: x509.Certificate) -> bool:
    if certificate.issuer != certificate.subject:
        return False
    try:
        certificate.verify_directly_issued_by(certificate)
    except InvalidSignature:
        return False
    except (ValueError, TypeError, UnsupportedAlgorithm):
        pass  # an algorithm that is not checked any more, such as MD5: the names have to do
    return True


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


def _is_for_servers(certificate: x509.Certificate) -> bool:
    try:
        usages = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return True
    wanted = (ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE)
    return any(usage in usages for usage in wanted)
