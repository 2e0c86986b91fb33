"""``resolvent probe``: looks for itself which certificates a mail client is shown, and what it would warn of."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from ipaddress import ip_address, ip_network

import click

from desk.cli.shared.evidence_input import read_sources
from desk.cli.shared.exits import DeskError, Exit
from desk.cli.shared.options import evidence_option, format_option, library_option
from desk.interview.screen import Screen
from engine import Engine, Outcome, load
from evidence import ConnectionFailed
from evidence.addresses import PUBLIC, Address, AddressPolicy, Network
from evidence.handshake import is_address
from evidence.hosts import in_ascii, is_dns_name, is_host_name
from evidence.model import Evidence
from evidence.probe import (
    DNS_PORT,
    DnsResolver,
    End,
    Eyes,
    HttpAsk,
    Probe,
    TlsLook,
    Walk,
    observing,
    telling,
    walk,
)
from kb import load as load_library
from kb.names import NameRefused, parse_url
from render.blocks import Block, Heading, Item, Paragraph
from render.report import blocks


@click.command("probe")
@click.argument("target", metavar="[USER@DOMAIN|DOMAIN]", required=False)
@click.option("--host", "hosts", metavar="NAME", multiple=True, help="Look at this host too; repeatable.")
@click.option(
    "--server",
    "servers",
    metavar="NAME",
    multiple=True,
    help="Look at this server too, and take the certificate as that server's own; repeatable.",
)
@click.option("--url", "urls", metavar="URL", multiple=True, help="A URL that clients are sent to; repeatable.")
@evidence_option
@click.option("--resolver", metavar="ADDRESS[:PORT]", help="Ask this DNS server. Default: those of this machine.")
@click.option(
    "--connect",
    "connects",
    metavar="HOST=ADDRESS",
    multiple=True,
    help="Look for HOST at this address, such as one member behind a load balancer; repeatable.",
)
@click.option(
    "--allow-network",
    "networks",
    metavar="CIDR",
    multiple=True,
    help="Look there too, although it is not on the public internet; repeatable.",
)
@click.option(
    "--timeout", type=click.FloatRange(0.1, 60), default=5, show_default=True, help="Seconds for each single step."
)
@click.option("--diagnose", is_flag=True, help="Go on to a diagnosis, with what was measured and read.")
@format_option("text", "json")
@library_option
def command(
    target: str | None,
    hosts: tuple[str, ...],
    servers: tuple[str, ...],
    urls: tuple[str, ...],
    evidence: tuple[str, ...],
    resolver: str | None,
    connects: tuple[str, ...],
    networks: tuple[str, ...],
    timeout: float,
    diagnose: bool,
    format_: str,
    library: str | None,
) -> int:
    """Walk the way a mail client takes from a mail address to its server, and say for each host on it which
    certificate is shown, whether the client would warn, and why. --evidence adds the URLs that were read elsewhere.
    """
    read = read_sources(evidence, load_library(library)) if evidence else []
    where = Walk(
        domain=None if target is None else _domain(target),
        hosts=(*(_host(name, "--host") for name in hosts), *observing.alert_hosts(read)),
        servers=tuple(_host(name, "--server") for name in servers),
        urls=(*(_url(url) for url in urls), *_urls(read)),
        connect=_connect(connects),
    )
    if not (where.domain or where.hosts or where.servers or where.urls):
        raise DeskError("probe: name a mail address, its domain, or --host NAME", Exit.USAGE)
    engine = load(library, "compiled") if diagnose else None
    seen = _look(where, AddressPolicy(PUBLIC.refused, tuple(map(_network, networks))), resolver, timeout)
    _must_have_looked(seen)
    if format_ == "json":
        click.echo(
            json.dumps({**observing.report(seen), **_followed(engine, seen, read)}, indent=2, ensure_ascii=False)
        )
        return Exit.DONE
    screen = Screen()
    _show(seen, screen)
    if engine is not None:
        for heading, outcome in _outcomes(engine, seen, read):
            screen.report([Heading(1, heading), *blocks(outcome, engine.knowledge)])
    return Exit.DONE


def _outcomes(engine: Engine, seen: Probe, read: list[Evidence]) -> Iterator[tuple[str, Outcome]]:
    """What follows: from the warning that was read, or else from each that is forecast, as no other was seen."""
    from evidence.diagnosis import Given, diagnose

    known = (*read, observing.evidence(seen))
    if observing.tells_of_an_alert(read) or not seen.forecasts:
        for each in diagnose(engine, Given(evidence=known)):
            yield "What follows", each.outcome
        return
    for expected in seen.forecasts:
        for each in diagnose(engine, Given(evidence=(*known, observing.supposed_alert(expected)))):
            yield f"If the warning names {expected.host}", each.outcome


def _followed(engine: Engine | None, seen: Probe, read: list[Evidence]) -> dict[str, object]:
    if engine is None:
        return {}
    outcomes = _outcomes(engine, seen, read)
    return {
        "outcomes": [
            {"supposing": heading, "outcome": outcome.model_dump(mode="json")} for heading, outcome in outcomes
        ]
    }


def _look(where: Walk, policy: AddressPolicy, resolver: str | None, timeout: float) -> Probe:
    try:
        dns = DnsResolver(() if resolver is None else (_resolver(resolver),), timeout=timeout)
    except ConnectionFailed as error:
        raise DeskError(f"probe: {error}", Exit.NO_INPUT) from None
    eyes = Eyes(dns, TlsLook(policy, timeout=timeout), HttpAsk(policy, timeout=timeout))
    return walk(where, eyes, progress=lambda step: click.echo(f"… {step}", err=True))


def _must_have_looked(seen: Probe) -> None:
    """A probe that was allowed nowhere is no result; the options that would let it look are told."""
    looks = [look for stop in seen.stops for look in stop.looks]
    if looks and all(look.sight.end is End.NOT_ALLOWED for look in looks):
        told = dict.fromkeys(text for kind, text in telling.remarks(seen) if kind == telling.NOT_ALLOWED)
        raise DeskError("probe: no address may be looked at\n" + "\n".join(told), Exit.USAGE)


def _show(seen: Probe, screen: Screen) -> None:
    screen.report(_forecast(seen))
    screen.blank()
    screen.table(telling.COLUMNS, telling.rows(seen))
    screen.report(_details(seen))


def _forecast(seen: Probe) -> Iterator[Block]:
    yield Heading(1, "What would be warned of")
    for expected in seen.forecasts:
        yield Item("!", telling.forecast(expected), "bad", (Paragraph(telling.reasons(expected)),))
    if not seen.forecasts:
        yield Paragraph(*_without_forecast(seen))
    yield Paragraph(telling.NO_ALERT_SEEN, "quiet")


def _without_forecast(seen: Probe) -> tuple[str, str]:
    verdicts = {lines.would_warn for stop in seen.stops for _, _, lines in stop.shown}
    if not verdicts:
        return "No certificate was shown.", "warn"
    if None in verdicts:
        return "Nothing fails, but not every line could be told.", "warn"
    return "No warning is to be expected at the hosts that answered.", "good"


def _details(seen: Probe) -> Iterator[Block]:
    for heading, lines in telling.certificates(seen):
        yield Heading(2, heading)
        for line in lines:
            yield Item("•", line)
    remarks = [text for _, text in telling.remarks(seen)]
    if remarks:
        yield Heading(2, "Noticed")
        for text in remarks:
            yield Item("-", text)


def _domain(target: str) -> str:
    """The domain of a mail address; what stands before the @ is not used."""
    domain = in_ascii(target.strip().rpartition("@")[2].rstrip(".").lower())
    if not is_dns_name(domain):
        raise DeskError(f"probe {target[:80]}: write a mail address or its domain, such as contoso.com", Exit.USAGE)
    return domain


def _host(name: str, option: str) -> str:
    bare = in_ascii(name.strip().strip("[]").rstrip(".").lower())
    if not (is_host_name(bare) or is_address(bare)):
        raise DeskError(f"probe {option} {name[:80]}: write a host name, such as mail.contoso.com", Exit.USAGE)
    return bare


def _url(text: str) -> str:
    try:
        return str(parse_url(text))
    except NameRefused as refused:
        raise DeskError(f"probe --url: {refused}", Exit.USAGE) from None


def _urls(evidence: Iterable[Evidence]) -> Iterator[str]:
    """The URLs among what was read; whatever facts they are, a client may be sent there."""
    for observation in (each for one in evidence for each in one.asserted):
        if isinstance(observation.value, str):
            try:
                yield str(parse_url(observation.value))
            except NameRefused:
                continue


def _connect(texts: Iterable[str]) -> dict[str, tuple[Address, ...]]:
    found: dict[str, tuple[Address, ...]] = {}
    for text in texts:
        host, _, address = text.partition("=")
        name = _host(host, "--connect")
        try:
            found[name] = (*found.get(name, ()), ip_address(address.strip().strip("[]")))
        except ValueError:
            raise DeskError(
                f"probe --connect {text[:80]}: write HOST=ADDRESS, such as mail.contoso.com=192.0.2.5", Exit.USAGE
            ) from None
    return found


def _network(text: str) -> Network:
    try:
        return ip_network(text.strip(), strict=False)
    except ValueError:
        raise DeskError(f"probe --allow-network {text[:80]}: write it as 10.1.0.0/16 or 10.1.2.3", Exit.USAGE) from None


def _resolver(text: str) -> tuple[str, int]:
    bare = text.strip()
    host, port = bare, str(DNS_PORT)
    if bare.startswith("["):
        host, _, rest = bare[1:].partition("]")
        port = rest.removeprefix(":") or port
    elif bare.count(":") == 1:
        host, _, port = bare.partition(":")
    if not is_address(host) or not port.isdecimal() or not 0 < int(port) < 65536:
        raise DeskError(f"probe --resolver {text[:80]}: write its address, such as 192.0.2.53", Exit.USAGE)
    return host, int(port)
