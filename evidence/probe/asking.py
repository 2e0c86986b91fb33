"""Asks one address over plain HTTP where it redirects to; reads the head of one answer and follows nothing."""

from __future__ import annotations

import http.client
import re
import socket
import time
from collections.abc import Callable
from io import BytesIO
from typing import Final

from evidence.addresses import Address, AddressPolicy
from evidence.probe.looking import end_of
from evidence.probe.model import End, Reply

Ask = Callable[[str, int, str, Address], Reply]
"""Asks (host, port, path, address); returns within the time limit and raises nothing."""

MAX_HEAD: Final = 16 * 1024
"""Bytes of an answer that are read; the head of an honest redirect has a few hundred."""
_MAX_LOCATION: Final = 2048
_STATUS: Final = re.compile(rb"HTTP/1\.[01] ([1-5][0-9]{2})(?: [^\r\n]*)?\r?\n")
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})


class HttpAsk:
    """Sends one GET without a name, a password or a cookie."""

    def __init__(self, policy: AddressPolicy, *, timeout: float) -> None:
        """Take where it may go, and seconds for everything."""
        self._policy = policy
        self._timeout = timeout

    def __call__(self, host: str, port: int, path: str, address: Address) -> Reply:
        """What the address answers for the host."""
        if self._policy.refusal(address) is not None:
            return Reply(End.NOT_ALLOWED)
        deadline = time.monotonic() + self._timeout
        try:
            with socket.create_connection((str(address), port), timeout=self._timeout) as connection:
                request = f"GET {path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: resolvent\r\nConnection: close\r\n\r\n"
                connection.sendall(request.encode("ascii"))
                head = _head(connection, deadline)
        except (OSError, ValueError) as error:
            return Reply(end_of(error))
        return _reply(head)


def _head(connection: socket.socket, deadline: float) -> bytes:
    """What comes up to the empty line, the limit, or the end."""
    head = b""
    while len(head) < MAX_HEAD and b"\r\n\r\n" not in head and b"\n\n" not in head:
        remaining = deadline - time.monotonic()
        if remaining <= 0:
            raise TimeoutError
        connection.settimeout(remaining)
        part = connection.recv(MAX_HEAD - len(head))
        if not part:
            break
        head += part
    return head


def _reply(head: bytes) -> Reply:
    line = _STATUS.match(head)
    if line is None:
        return Reply(End.OTHER_PROTOCOL)
    status = int(line[1])
    try:
        location = http.client.parse_headers(BytesIO(head[line.end() :])).get("Location")
    except http.client.HTTPException:
        return Reply(End.OTHER_PROTOCOL)
    if status not in _REDIRECTS or location is None:
        return Reply(End.SHOWN, status)
    printable = "".join(letter if letter.isprintable() else "\ufffd" for letter in location.strip())
    return Reply(End.SHOWN, status, printable[:_MAX_LOCATION])
