"""Which Exchange a build number belongs to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_SUBSCRIPTION_EDITION_BUILD: Final = 2562
"""From 15.2.2562 (RTM, 1 July 2025) on, 15.2 is the Subscription Edition; below, it is Exchange 2019.
Source: microsoft/CSS-Exchange, Shared/Get-ExchangeBuildVersionInformation.ps1 (`Build -ge 2562`)."""

_NO_BUILD: Final = 30_000
"""No build of 15.2 is near this number; one that is beyond it decides nothing."""

_BUILD: Final = re.compile(
    r"(?<![\d.])(\d{1,2})\.(\d{1,2})(?:(?:\.|\s{0,3}\([^\d()]{0,16})(\d{1,5})(?:\.(\d{1,5}))?)?(?!\d)"
)
_BY_MAJOR_MINOR: Final = {(15, 0): "2013", (15, 1): "2016", (15, 20): "online"}


@dataclass(frozen=True, slots=True)
class Build:
    """A version number as Exchange shows it: `Version 15.2 (Build 986.5)` or `15.2.986.5`."""

    major: int
    minor: int
    build: int | None = None
    revision: int | None = None

    def __str__(self) -> str:
        parts = (self.major, self.minor, self.build, self.revision)
        return ".".join(str(part) for part in parts if part is not None)

    @property
    def version(self) -> str | None:
        """The value of the fact `exchange.version`, or `None` where the number does not decide it.

        8.x is 2007, 14.x 2010, 15.0 2013, 15.1 2016, 15.2 2019 or the Subscription Edition by build. 15.20 is
        Exchange Online (seen in ServerVersionInfo: github.com/ecederstrand/exchangelib/issues/221). What came
        before 8 is `other`. Later numbers than these are not guessed at.
        """
        if self.major < 8:
            return "other" if self.major >= 4 else None
        if self.major == 8:
            return "2007"
        if self.major == 14:
            return "2010"
        if (self.major, self.minor) == (15, 2):
            if self.build is None or self.build >= _NO_BUILD:
                return None
            return "se" if self.build >= _SUBSCRIPTION_EDITION_BUILD else "2019"
        return _BY_MAJOR_MINOR.get((self.major, self.minor))


def build_in(text: str) -> Build | None:
    """Return the first build number in `text`, in either notation, zeros in front allowed (`15.02.0986.005`)."""
    match = _BUILD.search(text[:512])
    if match is None:
        return None
    major, minor, build, revision = (int(group) if group is not None else None for group in match.groups())
    if major is None or minor is None:
        return None
    return Build(major, minor, build, revision)


def build_of_server_version(text: str) -> Build | None:
    """Decode Autodiscover's `ServerVersion`, eight hexadecimal digits such as `738180DA` (14.1.218).

    From the top, after four bits of the format: six bits of major version, six of minor version, one flag, fifteen
    of build. Source: ServerVersion (POX), learn.microsoft.com/exchange/client-developer/web-service-reference.
    """
    if re.fullmatch(r"[0-9A-Fa-f]{8}", text.strip()) is None:
        return None
    number = int(text.strip(), 16)
    return Build(number >> 22 & 0x3F, number >> 16 & 0x3F, number & 0x7FFF)
