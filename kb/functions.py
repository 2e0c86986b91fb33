"""The named, pure functions from which a library may derive facts.

A function sees its arguments as normalised values, ``None`` for a fact that is absent, or ``UNKNOWN`` for one
that nobody can tell. It answers with a `DerivedValue`; its value is ``None`` where nothing can be concluded.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from kb.messages import NOTHING, Message, Slot
from kb.names import Coverage, is_ip_address, match_certificate, parse_host, parse_url
from kb.templates import split
from kb.values import UNKNOWN, FactType, Value

Arguments = tuple[Value | None, ...]


@dataclass(frozen=True, slots=True)
class DerivedValue:
    """What a function concluded: a value, or ``None`` for nothing; and why, in one sentence."""

    value: Value | None
    reason: Message = NOTHING


@dataclass(frozen=True, slots=True)
class Function:
    """A function's signature, which a library is checked against, and the function itself.

    Attributes:
        parameters: the type each argument must have.
        repeats: whether the last parameter may be given several times.
        result: the type of the value.
        outcomes: the values it can have where the result is a choice, with the words for them.
        open_arguments: which of the arguments that are absent could still change the result, by position.
    """

    name: str
    summary: str
    parameters: tuple[FactType, ...]
    result: FactType
    apply: Callable[[Arguments], DerivedValue]
    repeats: bool
    outcomes: Mapping[str, str]
    open_arguments: Callable[[Arguments], tuple[int, ...]]

    def parameter(self, position: int) -> FactType | None:
        """The type of the argument at `position`, or ``None`` where there is no such parameter."""
        if position < len(self.parameters):
            return self.parameters[position]
        return self.parameters[-1] if self.repeats else None


def _absent(arguments: Arguments) -> tuple[int, ...]:
    return tuple(position for position, value in enumerate(arguments) if value is None)


def _all_if_none_is_unknown(arguments: Arguments) -> tuple[int, ...]:
    """A function that needs all its arguments: one that nobody can tell makes the others pointless."""
    return () if UNKNOWN in arguments else _absent(arguments)


def _known(value: Value | None) -> Value | None:
    return None if value == UNKNOWN else value


def _names(value: Value | None) -> tuple[str, ...] | None:
    return value if isinstance(value, tuple) else None


def _text(value: Value | None) -> str | None:
    return value if isinstance(value, str) and value != UNKNOWN else None


def host_of(arguments: Arguments) -> DerivedValue:
    """The host that a URL leads to."""
    url = _text(arguments[0])
    return DerivedValue(None) if url is None else DerivedValue(parse_url(url).host)


def scheme_of(arguments: Arguments) -> DerivedValue:
    """``http`` or ``https``: whether a certificate is shown at all."""
    url = _text(arguments[0])
    return DerivedValue(None) if url is None else DerivedValue(parse_url(url).scheme)


def first_label(arguments: Arguments) -> DerivedValue:
    """The part of a host name before its first dot; on a default Exchange URL that is the server's name."""
    host = _text(arguments[0])
    if host is None or is_ip_address(host):
        return DerivedValue(None)
    return DerivedValue(host.partition(".")[0])


def certificate_coverage(arguments: Arguments) -> DerivedValue:
    """Whether the certificate carries the host, as Windows compares them (`kb.names.match_certificate`)."""
    common_name, alternative_names, host = arguments
    match = match_certificate(_text(common_name), _names(alternative_names), _text(host))
    value = None if match.coverage is Coverage.UNKNOWN else match.coverage.value
    reason = Message(
        *(piece if isinstance(piece, str) else _host(match.names[piece.fact]) for piece in split(match.reason.value))
    )
    return DerivedValue(value, reason)


def _host(name: str) -> Slot:
    return Slot(name, FactType.HOST_NAME, name)


def _open_for_coverage(arguments: Arguments) -> tuple[int, ...]:
    """The common name counts only while there may be no alternative names; without those nothing else helps."""
    common_name, alternative_names, host = arguments
    if UNKNOWN in (alternative_names, host):
        return ()
    if alternative_names == () and common_name == UNKNOWN:
        return ()
    return tuple(position for position in _absent(arguments) if position or not alternative_names)


def certificate_names(arguments: Arguments) -> DerivedValue:
    """The names that count: the subject alternative names, or the common name where there are none."""
    common_name, alternative_names = _text(arguments[0]), _names(arguments[1])
    if alternative_names:
        return DerivedValue(alternative_names)
    if alternative_names == () and common_name is not None:
        return DerivedValue((common_name,))
    return DerivedValue(None)


def _open_for_names(arguments: Arguments) -> tuple[int, ...]:
    return _open_for_coverage((*arguments, "host.example"))


def host_names_among(arguments: Arguments) -> DerivedValue:
    """Those of a certificate's names that clients could use as they stand: full host names without a wildcard."""
    names = _names(arguments[0])
    if names is None:
        return DerivedValue(None)
    return DerivedValue(tuple(dict.fromkeys(name.lower() for name in names if _is_full_host_name(name))))


def _is_full_host_name(name: str) -> bool:
    if "." not in name or is_ip_address(name):
        return False
    try:
        parse_host(name)
    except ValueError:
        return False
    return True


def sole_name(arguments: Arguments) -> DerivedValue:
    """The one name in a list of exactly one; nothing where there are more, or none."""
    names = _names(arguments[0])
    return DerivedValue(names[0]) if names is not None and len(names) == 1 else DerivedValue(None)


def all_names(arguments: Arguments) -> DerivedValue:
    """A list and further names in one list, each once, in the order given; names that are not known are left out."""
    first, *others = arguments
    names = list(_names(first) or ())
    names += [name for other in others if (name := _text(other)) is not None]
    unique: dict[str, str] = {}
    for name in names:
        unique.setdefault(name.lower(), name)
    return DerivedValue(tuple(unique.values())) if unique else DerivedValue(None)


def same_domain(arguments: Arguments) -> DerivedValue:
    """Whether two host names lie in the same domain: all that follows their first dot is the same."""
    first, second = _text(arguments[0]), _text(arguments[1])
    if first is None or second is None or is_ip_address(first) or is_ip_address(second):
        return DerivedValue(None)
    same = first.lower().partition(".")[2] == second.lower().partition(".")[2]
    return DerivedValue("same" if same else "different", Message(_host(first), " and ", _host(second)))


def host_among(arguments: Arguments) -> DerivedValue:
    """Whether a host is one of several others; open while one that could be it is not known."""
    host, *others = arguments
    wanted = _text(host)
    if wanted is None:
        return DerivedValue(None)
    if wanted.lower() in {name.lower() for other in others if (name := _text(other)) is not None}:
        return DerivedValue("listed", Message(_host(wanted), " is among them"))
    if any(_known(other) is None for other in others):
        return DerivedValue(None)
    return DerivedValue("unlisted", Message(_host(wanted), " is none of them"))


def names_server(arguments: Arguments) -> DerivedValue:
    """Whether a host name is that of a server: its full name, or its short name with a domain behind.

    The last argument holds the names of all servers. One alone can say that the host is a server, only all of them
    that it is none.
    """
    wanted = _text(arguments[0])
    if wanted is None or is_ip_address(wanted):
        return DerivedValue(None)
    one, every = _text(arguments[1]), _names(arguments[2])
    full = wanted.casefold()
    # A short name is a server's with any domain behind, so both are looked for.
    if not {full, full.partition(".")[0]}.isdisjoint(map(str.casefold, (one or "", *(every or ())))):
        return DerivedValue("listed", Message(_host(wanted), " is one of them"))
    if every is None or arguments[1] is None:
        return DerivedValue(None)
    return DerivedValue("unlisted", Message(_host(wanted), " is none of them"))


def _open_for_server(arguments: Arguments) -> tuple[int, ...]:
    return () if arguments[0] == UNKNOWN else _absent(arguments)


def names_within(arguments: Arguments) -> DerivedValue:
    """Those of a list of names that lie in a domain; all of them while the domain is not known."""
    names, domain = _names(arguments[0]), _text(arguments[1])
    if names is None:
        return DerivedValue(None)
    if domain is None:
        return DerivedValue(names)
    below = "." + domain.casefold()
    return DerivedValue(tuple(name for name in names if ("." + name.casefold()).endswith(below)))


def _open_for_names_within(arguments: Arguments) -> tuple[int, ...]:
    """The domain only narrows what is known already, so nobody is asked for it."""
    return (0,) if arguments[0] is None else ()


def lies_within(arguments: Arguments) -> DerivedValue:
    """Whether a host name is a domain's own name or lies below it."""
    host, domain = _text(arguments[0]), _text(arguments[1])
    if host is None or domain is None:
        return DerivedValue(None)
    inside = ("." + host.casefold()).endswith("." + domain.casefold())
    return DerivedValue("inside" if inside else "outside", Message(_host(host), " and ", _host(domain)))


def compared_with_name(arguments: Arguments) -> DerivedValue:
    """Whether a host name and a certificate's name are the same, letter for letter; a wildcard only stands for it."""
    host, name = _text(arguments[0]), _text(arguments[1])
    if host is None or name is None:
        return DerivedValue(None)
    if host.casefold() == name.casefold():
        return DerivedValue("same", Message(_host(host)))
    if name.startswith("*.") and host.casefold().partition(".")[2] == name[2:].casefold():
        return DerivedValue("wildcard", Message(_host(name), " stands for ", _host(host)))
    return DerivedValue("different", Message(_host(host), " and ", _host(name)))


def wildcard_domain(arguments: Arguments) -> DerivedValue:
    """The domain whose hosts a name with a wildcard stands for: ``contoso.com`` for ``*.contoso.com``."""
    name = _text(arguments[0])
    if name is None or not name.startswith("*.") or not _is_full_host_name(name[2:]):
        return DerivedValue(None)
    return DerivedValue(parse_host(name[2:]))


def host_of_name(arguments: Arguments) -> DerivedValue:
    """A certificate's name where it is a full host name; nothing for a wildcard or other words."""
    name = _text(arguments[0])
    return DerivedValue(parse_host(name)) if name is not None and _is_full_host_name(name) else DerivedValue(None)


_HOST, _URL, _NAME, _NAMES, _SERVER = (
    FactType.HOST_NAME,
    FactType.URL,
    FactType.CERTIFICATE_NAME,
    FactType.CERTIFICATE_NAMES,
    FactType.SERVER_NAME,
)
_LISTED: Mapping[str, str] = {"listed": "one of them", "unlisted": "none of them"}


def _function(
    apply: Callable[[Arguments], DerivedValue],
    parameters: tuple[FactType, ...],
    result: FactType,
    *,
    repeats: bool = False,
    outcomes: Mapping[str, str] | None = None,
    open_arguments: Callable[[Arguments], tuple[int, ...]] = _all_if_none_is_unknown,
) -> Function:
    summary = (apply.__doc__ or "").partition("\n")[0]
    return Function(
        apply.__name__,
        summary,
        parameters,
        result,
        apply,
        repeats,
        MappingProxyType(dict(outcomes or {})),
        open_arguments,
    )


FUNCTIONS: Mapping[str, Function] = MappingProxyType(
    {
        function.name: function
        for function in (
            _function(host_of, (_URL,), _HOST),
            _function(scheme_of, (_URL,), FactType.CHOICE, outcomes={"http": "http", "https": "https"}),
            _function(first_label, (_HOST,), FactType.SERVER_NAME),
            _function(
                certificate_coverage,
                (_NAME, _NAMES, _HOST),
                FactType.CHOICE,
                outcomes={"matched": "on the certificate", "mismatched": "not on the certificate"},
                open_arguments=_open_for_coverage,
            ),
            _function(certificate_names, (_NAME, _NAMES), _NAMES, open_arguments=_open_for_names),
            _function(host_names_among, (_NAMES,), _NAMES),
            _function(sole_name, (_NAMES,), _HOST),
            _function(all_names, (_NAMES, _HOST), _NAMES, repeats=True, open_arguments=_absent),
            _function(
                same_domain, (_HOST, _HOST), FactType.CHOICE, outcomes={"same": "the same", "different": "different"}
            ),
            _function(
                host_among,
                (_HOST, _HOST),
                FactType.CHOICE,
                repeats=True,
                outcomes=_LISTED,
                open_arguments=_absent,
            ),
            _function(
                names_server,
                (_HOST, _SERVER, _NAMES),
                FactType.CHOICE,
                outcomes=_LISTED,
                open_arguments=_open_for_server,
            ),
            _function(names_within, (_NAMES, _HOST), _NAMES, open_arguments=_open_for_names_within),
            _function(
                compared_with_name,
                (_HOST, _NAME),
                FactType.CHOICE,
                outcomes={"same": "the same", "wildcard": "covered by a wildcard", "different": "different"},
            ),
            _function(
                lies_within,
                (_HOST, _HOST),
                FactType.CHOICE,
                outcomes={"inside": "lies in that domain", "outside": "lies in another domain"},
            ),
            _function(wildcard_domain, (_NAME,), _HOST),
            _function(host_of_name, (_NAME,), _HOST),
        )
    }
)
