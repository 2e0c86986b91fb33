"""Measures the processor's time of reading a mixed paste of 100 kB and one of 1 MB, as a ratio in the same run.

The pieces are what administrators paste, each time with other names, so that nothing is read once and remembered:
outputs in lists, tables and CSV, a certificate, a warning, a log, mails and prose. Reading is linear where ten times
the text takes ten times as long; the time per kB is printed for each size, and the readers that take most of it.
"""

from __future__ import annotations

import base64
import statistics
import sys
import time
from collections import Counter

from evidence.errors import EvidenceError
from evidence.evidence_text import EvidenceText
from evidence.readers import readers
from evidence.reading import read

SMALL, LARGE = 100_000, 1_000_000
ROUNDS = 5

PIECE = """From: ann{n}@fabrikam.example
Subject: popup {n}

Hi, since Monday all users in the office get this, our server is EX{n}, Exchange 2016 CU23.

> ex{n}.fabrikam.example
> Security Alert
> Information you exchange with this site cannot be viewed or changed by
> others. However, there is a problem with the site's security certificate.
> The security certificate is from a trusted certifying authority.
> The security certificate date is valid.
> The name on the security certificate is invalid or does not match the
> name of the site.

[PS] C:\\>Get-OabVirtualDirectory -Server EX{n} | fl Server,InternalUrl,ExternalUrl

Server      : EX{n}
InternalUrl : https://ex{n}.fabrikam.local/OAB
ExternalUrl : https://post.fabrikam.example/OAB

[PS] C:\\>Get-ExchangeCertificate -Server EX{n} | ft Thumbprint,Services,Subject

Thumbprint                                Services   Subject
----------                                --------   -------
{hash}  ...WS.     CN=post{n}.fabrikam.example, O=Fabrikam
{other}  IP....     CN=EX{n}

"Server","Name","InternalUrl"
"EX{n}","EWS (Default Web Site)","https://ex{n}.fabrikam.local/EWS/Exchange.asmx"

C:\\>nslookup autodiscover{n}.fabrikam.example
Server:  dc1.fabrikam.local
Address:  10.0.0.10

Name:    webhost{n}.hoster.example
Address:  203.0.113.10
Aliases:  autodiscover{n}.fabrikam.example

Attempting to test potential Autodiscover URL https://fabrikam{n}.example:443/Autodiscover/Autodiscover.xml
Remote Certificate Subject: CN=*.hoster{n}.example, Issuer: CN=Some CA, O=Some.

$ openssl s_client -connect post{n}.fabrikam.example:443 | openssl x509 -noout -subject -issuer
subject=CN = post{n}.fabrikam.example
issuer=C = US, O = Some CA, CN = Some CA R1
-----BEGIN CERTIFICATE-----
{pem}
-----END CERTIFICATE-----

The internal URL for EWS is https://ex{n}.fabrikam.local/ews/exchange.asmx, and it was changed last week {words}
"""


def paste(size: int) -> str:
    """A text of about that many characters, of pieces that differ."""
    pieces: list[str] = []
    length = number = 0
    while length < size:
        pem = base64.encodebytes(number.to_bytes(4, "big") * 180).decode().strip()
        words = f"with a remark of colleague {number} in the certificate's history " * 4
        piece = PIECE.format(n=number, hash=f"{number:040X}", other=f"{number + 10**9:040X}", pem=pem, words=words)
        pieces.append(piece)
        length += len(piece)
        number += 1
    return "".join(pieces)


def seconds(text: str) -> float:
    """The median time of reading a text."""
    times = []
    for _ in range(ROUNDS):
        start = time.process_time()
        read(text)
        times.append(time.process_time() - start)
    return statistics.median(times)


def shares(text: str) -> Counter[str]:
    """The time that each reader takes of it, one after the other, each on what those before it have left."""
    taken: Counter[str] = Counter()
    rest = EvidenceText.of(text, name="paste")
    for reader in readers():
        start = time.process_time()
        try:
            reading = reader.read(rest)
        except EvidenceError:
            reading = None
        taken[reader.name] += int(1e6 * (time.process_time() - start))
        if reading is not None:
            rest = rest.without(reading.claimed, reading.left)
    return taken


def main() -> None:
    small, large = paste(SMALL), paste(LARGE)
    read(small)
    few, many = seconds(small), seconds(large)
    print(f"Python {sys.version.split()[0]}; medians of {ROUNDS}")
    for name, text, taken in (("100 kB", small, few), ("1 MB", large, many)):
        print(f"{name:8}{1e3 * taken:10.1f} ms{1e6 * taken / (len(text) / 1e3):10.1f} microseconds a kB")
    print(f"{'ratio':8}{many / few:10.2f} for {len(large) / len(small):.2f} times the text")
    by_size = shares(small), shares(large)
    print("\nthe readers that take most, milliseconds for 100 kB and 1 MB")
    for name, taken in by_size[1].most_common(8):
        print(
            f"{name:24}{by_size[0][name] / 1e3:8.1f}{taken / 1e3:8.1f}  {taken / max(1, by_size[0][name]):6.1f} times"
        )


if __name__ == "__main__":
    main()
