"""The registered readers, in the order in which they look at an input."""

from __future__ import annotations

from functools import cache
from importlib.metadata import entry_points
from typing import Final

from evidence import (
    alert_text,
    autoconfig_log,
    autodiscover_pox,
    certificate_viewer,
    certutil_output,
    clixml,
    connectivity_analyzer,
    csv_output,
    format_list,
    format_table,
    health_checker,
    json_output,
    name_lookup,
    openssl_output,
    probe_report,
    set_commands,
    ticket,
    web_bindings,
    web_services_test,
    x509,
)
from evidence.evidence_text import Reader

ENTRY_POINT_GROUP: Final = "resolvent.evidence_readers"
"""A distribution adds a reader with an entry point of this group that names a `Reader`."""

BUILT_IN: Final[tuple[Reader, ...]] = (
    openssl_output.READER,
    x509.READER,
    certutil_output.READER,
    certificate_viewer.READER,
    clixml.READER,
    autodiscover_pox.READER,
    probe_report.READER,
    json_output.READER,
    connectivity_analyzer.READER,
    alert_text.READER,
    autoconfig_log.READER,
    health_checker.READER,
    web_services_test.READER,
    web_bindings.READER,
    csv_output.READER,
    format_table.READER,
    format_list.READER,
    name_lookup.READER,
    set_commands.READER,
    ticket.READER,
)
"""Exact formats come before loose ones, and plain words last: a reader sees what those before it left."""


@cache
def _foreign() -> tuple[tuple[Reader, ...], tuple[str, ...]]:
    """Load the readers of other distributions; return them, and the entry points that gave none."""
    loaded: list[Reader] = []
    failed: list[str] = []
    for point in sorted(entry_points(group=ENTRY_POINT_GROUP), key=lambda point: point.name):
        try:
            found = point.load()
        except Exception:  # whatever a stranger's module does at import, the built-in readers go on
            found = None
        if isinstance(found, Reader):
            loaded.append(found)
        else:
            failed.append(point.name)
    return tuple(loaded), tuple(failed)


def readers() -> tuple[Reader, ...]:
    """Return all readers in order: those of others come before the last built-in one, which takes plain words."""
    return (*BUILT_IN[:-1], *_foreign()[0], BUILT_IN[-1])


def failed_entry_points() -> tuple[str, ...]:
    """Name the entry points of the group that gave no reader."""
    return _foreign()[1]
