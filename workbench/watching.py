"""Does something again whenever a file below a folder changes, by looking a few times a second."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

INTERVAL = 0.1
"""Seconds between two looks."""

Marks = Mapping[str, tuple[int, int]]
"""For each file its time of change, in nanoseconds, and its size."""


def marks(folder: Path, inside: tuple[str, ...] = ("rules", "articles")) -> Marks:
    """The state of all files in some folders below one."""
    found: dict[str, tuple[int, int]] = {}
    for part in inside:
        for path in sorted((folder / part).rglob("*")):
            try:
                status = path.stat()
            except OSError:  # removed between the two looks
                continue
            found[str(path)] = (status.st_mtime_ns, status.st_size)
    return found


class Watch:
    """Looks at the files of a library."""

    def __init__(self, folder: Path, wait: Callable[[float], None] = time.sleep) -> None:
        self._folder = folder
        self._wait = wait
        self._seen: Marks | None = None
        self._look_again = 0.0

    def changes(self) -> Iterator[None]:
        """Once at the start, and then after every change; an editor that writes a file in two goes counts once."""
        while True:
            if self.changed():
                if self._seen is not None:
                    self._wait(INTERVAL / 2)
                self._seen = marks(self._folder)
                yield
            else:
                self._wait(INTERVAL)

    def changed_by_now(self) -> bool:
        """The same as `changed`, for whoever asks all the time: it looks every `INTERVAL`."""
        now = time.monotonic()
        if now < self._look_again:
            return False
        self._look_again = now + INTERVAL
        return self.changed()

    def changed(self) -> bool:
        """Whether a file was changed since `changes` told last."""
        return marks(self._folder) != self._seen
