"""Looks at one address: the certificate that it shows for a host, and whether this machine would trust it."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable
from datetime import datetime

from evidence.addresses import Address, AddressPolicy
from evidence.certificate import Certificate, parse_certificate
from evidence.errors import MalformedInput
from evidence.handshake import handshake, looking, trusts_anybody, verifying, without_dates
from evidence.probe import judging
from evidence.probe.model import End, Line, Sight

Look = Callable[[str, int, Address, datetime], Sight]
"""Looks at (host, port, address) as of now; returns within the time limit and raises nothing."""


class TlsLook:
    """Shakes hands to see the certificate, and once more to see whether its chain is trusted; sends nothing more.

    Nothing that is read is trusted: the second handshake verifies the chain for the verdict alone.
    """

    def __init__(
        self, policy: AddressPolicy, *, timeout: float, store: Callable[[], ssl.SSLContext] = verifying
    ) -> None:
        """Take where it may go, seconds for each handshake, and how the store of authorities is come by."""
        self._policy = policy
        self._timeout = timeout
        self._store = store

    def __call__(self, host: str, port: int, address: Address, now: datetime) -> Sight:
        """What the address shows for the host."""
        refusal = self._policy.refusal(address)
        if refusal is not None:
            return Sight(End.NOT_ALLOWED, refusal)
        try:
            der, protocol = handshake(host, port, address, self._deadline(), looking())
            certificate = parse_certificate(der, name=host)
        except MalformedInput:
            return Sight(End.UNREADABLE)
        except (OSError, ValueError) as error:
            return Sight(end_of(error))
        trust = self._trust(host, port, address, der, certificate, now)
        return Sight(End.SHOWN, None, certificate, protocol, trust)

    def _trust(
        self, host: str, port: int, address: Address, der: bytes, certificate: Certificate, now: datetime
    ) -> Line:
        """Verify the chain. Where the certificate is out of date, without dates: that is another line's matter."""
        context = self._store()
        if not trusts_anybody(context):
            return judging.untold("this machine has no store of trusted authorities")
        if not judging.in_date(certificate, now):
            without_dates(context)
        try:
            again, _ = handshake(host, port, address, self._deadline(), context)
        except ssl.SSLCertVerificationError as error:
            return judging.untrusted(error, certificate)
        except (OSError, ValueError):
            return judging.untold("the server did not show its certificate a second time")
        if again != der:
            return judging.untold("the server showed another certificate the second time")
        return judging.trusted()

    def _deadline(self) -> float:
        return time.monotonic() + self._timeout


def end_of(error: Exception) -> End:
    """How a connection ended that ended in an error."""
    if isinstance(error, TimeoutError):
        return End.SILENT
    if isinstance(error, ConnectionRefusedError):
        return End.NOTHING_LISTENS
    # Whoever takes the connection and then breaks it off, or sends what is no handshake, speaks no TLS.
    if isinstance(error, ssl.SSLError | ConnectionResetError | BrokenPipeError):
        return End.OTHER_PROTOCOL
    return End.UNREACHABLE
