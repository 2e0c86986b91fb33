"""One TLS handshake with one address, bounded in time: which certificate is shown, and whether it is trusted here."""

from __future__ import annotations

import os
import select
import socket
import ssl
import time
from ipaddress import ip_address
from typing import Final

from evidence.addresses import Address

_NO_CHECK_TIME: Final = 0x200000
"""OpenSSL's X509_V_FLAG_NO_CHECK_TIME, for which Python has no name."""


def handshake(host: str, port: int, address: Address, deadline: float, context: ssl.SSLContext) -> tuple[bytes, str]:
    """Return the certificate in DER and the protocol's name.

    Args:
        host: sent as SNI where it is a name.
        port: TCP port.
        address: where to connect; the host is not resolved.
        deadline: the moment of `time.monotonic` at which it ends.
        context: whether trust is verified.

    Raises:
        OSError: not reached, not in time, or no TLS (`ssl.SSLError` is one).
        ValueError: the host cannot be sent as SNI.
    """
    with socket.create_connection((str(address), port), timeout=_remaining(deadline)) as plain:
        plain.setblocking(False)
        name = None if is_address(host) else host.rstrip(".")
        with context.wrap_socket(plain, server_hostname=name, do_handshake_on_connect=False) as secured:
            while True:
                try:
                    secured.do_handshake()
                    break
                except ssl.SSLWantReadError:
                    _wait(secured, deadline, reading=True)
                except ssl.SSLWantWriteError:
                    _wait(secured, deadline, reading=False)
            der = secured.getpeercert(binary_form=True)
            if not der:
                raise ssl.SSLError("no certificate")
            return der, secured.version() or ""


def looking() -> ssl.SSLContext:
    """Make a context that speaks with old servers too and verifies nothing: it only looks."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    _speak_with_old_servers(context)
    return context


def verifying() -> ssl.SSLContext:
    """Make a context that verifies the chain against this machine's store, and no name."""
    context = ssl.create_default_context()
    context.check_hostname = False
    # What RFC 5280 demands of an authority's certificate beyond that, Windows does not ask of a company's own.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    _speak_with_old_servers(context)
    return context


def without_dates(context: ssl.SSLContext) -> ssl.SSLContext:
    """Let a context verify the chain without its dates, and return it."""
    context.verify_flags |= _NO_CHECK_TIME
    return context


def trusts_anybody(context: ssl.SSLContext) -> bool:
    """Whether there is any authority in the context's store; with none, its verdict says nothing."""
    if context.cert_store_stats()["x509_ca"]:
        return True
    folder = ssl.get_default_verify_paths().capath  # read one by one as needed, so that the store does not count them
    try:
        return folder is not None and bool(os.listdir(folder))
    except OSError:
        return False


def is_address(host: str) -> bool:
    """Whether a host is given as an address."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _speak_with_old_servers(context: ssl.SSLContext) -> None:
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.set_ciphers("ALL:@SECLEVEL=0")


def _remaining(deadline: float) -> float:
    remaining = deadline - time.monotonic()
    if remaining <= 0:
        raise TimeoutError
    return remaining


def _wait(secured: ssl.SSLSocket, deadline: float, *, reading: bool) -> None:
    ready = select.select([secured] if reading else [], [] if reading else [secured], [], _remaining(deadline))
    if not (ready[0] or ready[1]):
        raise TimeoutError
