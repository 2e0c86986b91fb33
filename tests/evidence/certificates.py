"""Makes the certificates that tests need: any names, any age, chains, PKCS#7."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs7
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Made:
    """A certificate with its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.DER)

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode("ascii")

    @property
    def key_pem(self) -> str:
        return self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode("ascii")

    @property
    def thumbprint(self) -> str:
        return self.certificate.fingerprint(hashes.SHA1()).hex().upper()


@cache
def _key(number: int = 0) -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def make(
    *common_names: str,
    names: Sequence[str] | None = None,
    addresses: Sequence[str] = (),
    issuer: Made | None = None,
    authority: bool = False,
    expired: bool = False,
    for_servers: bool = True,
    key_number: int = 0,
    issuer_at: str | None = None,
) -> Made:
    """Make a certificate; without `issuer` it is self-signed, with `names=None` it has no SAN extension."""
    key = _key(key_number)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name) for name in common_names])
    start, end = NOW - timedelta(days=400), NOW + timedelta(days=3650)
    if expired:
        end = NOW - timedelta(days=30)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer is not None else subject)
        .public_key(key.public_key())
        .serial_number(1000 + len(common_names) + key_number)
        .not_valid_before(start)
        .not_valid_after(end)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    )
    if names is not None or addresses:
        entries: list[x509.GeneralName] = [x509.DNSName(name) for name in names or ()]
        entries += [x509.IPAddress(ipaddress.ip_address(address)) for address in addresses]
        builder = builder.add_extension(x509.SubjectAlternativeName(entries), critical=False)
    usage = ExtendedKeyUsageOID.SERVER_AUTH if for_servers else ExtendedKeyUsageOID.CODE_SIGNING
    builder = builder.add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
    if issuer_at is not None:
        place = x509.AccessDescription(
            AuthorityInformationAccessOID.CA_ISSUERS, x509.UniformResourceIdentifier(issuer_at)
        )
        builder = builder.add_extension(x509.AuthorityInformationAccess([place]), critical=False)
    signer = issuer.key if issuer is not None else key
    return Made(builder.sign(signer, hashes.SHA256()), key)


def authority(name: str = "Contoso Issuing CA") -> Made:
    """Make a certification authority."""
    return make(name, authority=True, key_number=1)


def exchange_default(server: str = "EX1", domain: str = "contoso.com") -> Made:
    """Make a certificate of the shape that Exchange's set-up makes."""
    return make(server, names=[server, f"{server}.{domain}"])


def bundle(*certificates: Made, encoding: serialization.Encoding = serialization.Encoding.DER) -> bytes:
    """Make a PKCS#7 bundle."""
    return pkcs7.serialize_certificates([made.certificate for made in certificates], encoding)
