"""Looks for itself along the way that Outlook takes: which certificate is shown where, and what would be warned of.

`walk` looks, with what it is given to look with; `evidence` makes measured observations of what it saw; `telling` says
it in words and as JSON.
"""

from __future__ import annotations

from evidence.probe.asking import HttpAsk
from evidence.probe.looking import TlsLook
from evidence.probe.lookups import DNS_PORT, DnsResolver, Resolver
from evidence.probe.model import End, Forecast, Found, Line, Lines, Look, Lookup, Probe, State, Stop, Way
from evidence.probe.observing import evidence, host_evidence, names_evidence, report
from evidence.probe.walking import Eyes, Walk, walk
from evidence.probe_report import ProbedFact

__all__ = [
    "DNS_PORT",
    "DnsResolver",
    "End",
    "Eyes",
    "Forecast",
    "Found",
    "HttpAsk",
    "Line",
    "Lines",
    "Look",
    "Lookup",
    "Probe",
    "ProbedFact",
    "Resolver",
    "State",
    "Stop",
    "TlsLook",
    "Walk",
    "Way",
    "evidence",
    "host_evidence",
    "names_evidence",
    "report",
    "walk",
]
