"""What a probe saw, in words and as JSON: for the terminal, for notes, for programs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from evidence.certificate import Certificate
from evidence.probe.model import End, Forecast, Found, Line, Lines, Look, Probe, Redirect, State, Stop, Way

COLUMNS: Final = ("Host", "Reached by", "Address", "Certificate", "Trust", "Date", "Name")

_WAYS: Final = {
    Way.ROOT_DOMAIN: "mail domain",
    Way.AUTODISCOVER: "autodiscover name",
    Way.HTTP_REDIRECT: "HTTP redirect",
    Way.SRV: "SRV record",
    Way.STORED_URL: "stored URL",
    Way.HOST: "named",
    Way.SERVER: "named server",
}
_STATES: Final = {State.OK: "ok", State.FAILED: "FAILS", State.UNKNOWN: "?"}
_FOUND: Final = {
    Found.NO_SUCH_NAME: "no such name",
    Found.NO_RECORD: "no address",
    Found.NO_ANSWER: "no answer from DNS",
}
_ENDS: Final = {
    End.NOTHING_LISTENS: "nothing listens there",
    End.SILENT: "no answer in time",
    End.UNREACHABLE: "not reachable",
    End.OTHER_PROTOCOL: "answers, but not with TLS",
    End.UNREADABLE: "its certificate is broken",
}
_SHOWN_NAMES: Final = 5
NOT_ALLOWED: Final = "not-allowed"
"""The kind of the remark about an address that was refused; it names the option that allows it."""
NO_ALERT_SEEN: Final = (
    "Nobody's warning was read: this is what Outlook would show, by this machine's view of the network, its clock and "
    "its list of trusted authorities. Outlook stops at the first host that gives it settings."
)


def forecast(expected: Forecast) -> str:
    """A warning to expect, in a sentence."""
    some = "" if expected.everywhere else f" (only at {', '.join(map(str, expected.at))})"
    return f"Outlook would warn at {expected.host}{some}: {', '.join(expected.fails)}."


def reasons(expected: Forecast) -> str:
    """Why, in a sentence for each line."""
    return " ".join(f"{_sentence(reason)}." for reason in expected.reasons)


def rows(probe: Probe) -> Iterator[tuple[str, ...]]:
    """A row of `COLUMNS` for every address of every host."""
    for stop in probe.stops:
        ways = ", ".join(_WAYS[way] for way in stop.ways)
        if not stop.looks:
            yield (stop.host, ways, "", _FOUND.get(stop.lookup.outcome, ""), "", "", "")
        for position, look in enumerate(stop.looks):
            first = ("", "") if position else (stop.host, ways)
            yield (*first, str(look.address), _certificate(look), *_marks(look.lines))


def certificates(probe: Probe) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each certificate that was shown, once: a heading that says by whom, and what it says."""
    hosts: dict[str | None, list[str]] = {}
    found: dict[str | None, Certificate] = {}
    for stop in probe.stops:
        for _, certificate, _ in stop.shown:
            found.setdefault(certificate.thumbprint, certificate)
            shown_by = hosts.setdefault(certificate.thumbprint, [])
            if stop.host not in shown_by:
                shown_by.append(stop.host)
    for thumbprint, certificate in found.items():
        yield f"The certificate at {' and '.join(hosts[thumbprint])}", tuple(_details(certificate))


def remarks(probe: Probe) -> Iterator[tuple[str, str]]:
    """What else was noticed: a stable kind, and a sentence or two."""
    if probe.any_name_resolves and probe.domain is not None:
        yield "wildcard", f"Any name of {probe.domain} resolves, even one that does not exist (a wildcard record)."
    if probe.redirect is not None and probe.redirect.reply.location is not None:
        yield "http-redirect", _redirected(probe.redirect)
    for record in probe.services.records if probe.services is not None else ():
        yield "srv", f"The SRV record of {probe.domain} leads to {record.host}, port {record.port}."
    for stop in probe.stops:
        if stop.lookup.alias_of is not None:
            text = f"{stop.host} is an alias of {stop.lookup.alias_of}; Outlook still compares {stop.host}."
            yield "alias", text
        if len({certificate.thumbprint for _, certificate, _ in stop.shown}) > 1:
            yield "addresses-differ", f"The addresses of {stop.host} do not all show the same certificate."
        for line in dict.fromkeys(line for _, _, lines in stop.shown for line in lines.each):
            if line[1].state is State.UNKNOWN:
                yield "untold", f"{stop.host}, {line[0]}: not known, as {printable(line[1].reason)}."
        for refusal in dict.fromkeys(look.sight.refusal for look in stop.looks if look.sight.refusal is not None):
            option = f"--allow-network {refusal.address}"
            yield NOT_ALLOWED, f"{stop.host}: {refusal}, so nothing was sent there. To look there, add {option}"
        if stop.unseen:
            yield "left-out", f"{stop.host} has {stop.unseen} more addresses, which were not looked at."
    if probe.left_out:
        yield "left-out", f"More hosts were named than are looked at; left out: {', '.join(probe.left_out)}."


def place(stop: Stop) -> str:
    """Where a host was looked at, as a target that can be looked at again."""
    host = f"[{stop.host}]" if ":" in stop.host else stop.host
    return f"tls://{host}:{stop.port}"


def as_json(probe: Probe) -> dict[str, object]:
    """Everything that was seen, for programs."""
    return {
        "domain": probe.domain,
        "as_of": probe.as_of.isoformat(timespec="seconds"),
        "forecast": [
            {
                "host": expected.host,
                "ways": [way.value for way in expected.ways],
                "fails": list(expected.fails),
                "reasons": list(expected.reasons),
                "at": [str(address) for address in expected.at],
                "everywhere": expected.everywhere,
                "text": forecast(expected),
            }
            for expected in probe.forecasts
        ],
        "hosts": [_stop(stop) for stop in probe.stops],
        "http_redirect": None if probe.redirect is None else _redirect(probe.redirect),
        "srv": [{"host": each.host, "port": each.port} for each in probe.services.records] if probe.services else [],
        "wildcard": probe.any_name_resolves,
        "remarks": [{"kind": kind, "text": text} for kind, text in remarks(probe)],
    }


def printable(text: str) -> str:
    """Text that a server sent, without what a terminal would obey."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text)


def _stop(stop: Stop) -> dict[str, object]:
    return {
        "host": stop.host,
        "port": stop.port,
        "ways": [way.value for way in stop.ways],
        "dns": stop.lookup.outcome.value,
        "alias_of": stop.lookup.alias_of,
        "addresses": [_look(look) for look in stop.looks],
    }


def _look(look: Look) -> dict[str, object]:
    seen: dict[str, object] = {"address": str(look.address), "end": look.sight.end.value}
    if look.sight.refusal is not None:
        seen["refused"] = str(look.sight.refusal)
    certificate, lines = look.sight.certificate, look.lines
    if certificate is not None and lines is not None:
        seen["protocol"] = look.sight.protocol
        seen["certificate"] = {
            "common_names": list(certificate.common_names),
            "subject_alternative_names": None if certificate.dns_names is None else list(certificate.dns_names),
            "issuer": certificate.issuer,
            "self_signed": certificate.self_signed,
            "not_before": certificate.not_before.isoformat() if certificate.not_before else None,
            "not_after": certificate.not_after.isoformat() if certificate.not_after else None,
            "thumbprint": certificate.thumbprint,
        }
        seen["would_warn"] = lines.would_warn
        seen["lines"] = {name: {"state": line.state.value, "reason": line.reason} for name, line in lines.each}
    return seen


def _redirect(redirect: Redirect) -> dict[str, object]:
    return {
        "url": redirect.url,
        "end": redirect.reply.end.value,
        "status": redirect.reply.status,
        "location": redirect.reply.location,
        "target": None if redirect.target is None else redirect.target.host,
    }


def _certificate(look: Look) -> str:
    if look.sight.refusal is not None:
        return f"not looked at: {look.sight.refusal.kind or 'forbidden'}"
    if look.sight.certificate is None:
        return _ENDS.get(look.sight.end, "")
    return _names(look.sight.certificate, shown=2, between="\n")


def _names(certificate: Certificate, shown: int = _SHOWN_NAMES, between: str = ", ") -> str:
    names = certificate.names or (certificate.subject,)
    more = f" and {len(names) - shown} more" if len(names) > shown else ""
    return (between.join(printable(name) for name in names[:shown]) or "no name") + more


def _marks(lines: Lines | None) -> tuple[str, str, str]:
    def mark(line: Line) -> str:
        return _STATES[line.state]

    return ("", "", "") if lines is None else (mark(lines.trust), mark(lines.date), mark(lines.name))


def _redirected(redirect: Redirect) -> str:
    if redirect.target is None or redirect.target.scheme != "https":
        return f"{redirect.url} redirects to what is no https URL; Outlook does not follow that."
    return (
        f"{redirect.url} redirects to {redirect.target.host}; Outlook may ask whether that site may configure the "
        "account. That question is no certificate warning."
    )


def _details(certificate: Certificate) -> Iterator[str]:
    yield f"Names: {_names(certificate)}"
    issuer = "itself (self-signed)" if certificate.self_signed else printable(certificate.issuer) or "nobody"
    yield f"Issued by {issuer}"
    if certificate.not_before is not None and certificate.not_after is not None:
        yield f"Valid {certificate.not_before:%Y-%m-%d} to {certificate.not_after:%Y-%m-%d}"
    if certificate.thumbprint is not None:
        yield f"Thumbprint {certificate.thumbprint}"


def _sentence(text: str) -> str:
    text = printable(text)
    return text[:1].upper() + text[1:]
