"""A certificate as some program describes it in words, and the facts that follow from such a description.

A description says less than the certificate: what it does not show is left open, and never taken to be absent.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Final

from evidence.certificate import Certificate, looks_like_exchange_default, summary_note
from evidence.distinguished_name import parts_of, written
from evidence.evidence_text import EvidenceText
from evidence.hosts import is_certificate_name
from evidence.limits import MAX_CERTIFICATES, MAX_NAMES
from evidence.model import Detail, Observation, Provenance, Rank, ReadingNote, Sighting
from kb.values import Value

_MAX_TEXT: Final = 500
_QUOTE: Final = 200


@dataclass(frozen=True, slots=True)
class DescribedCertificate:
    """What a description shows of one certificate; `None` is what it does not show."""

    subject: str | None = None
    """As `distinguished_name.written` writes it; empty where the certificate has an empty one."""
    issuer: str | None = None
    names: tuple[str, ...] | None = None
    """The subject alternative names; empty where the description shows that there are none."""
    not_before: str | None = None
    """As `YYYY-MM-DD`."""
    not_after: str | None = None
    printed_not_after: str | None = None
    thumbprint: str | None = None
    self_signed: bool | None = None
    authority: bool = False
    uncertain: frozenset[str] = frozenset()
    """Which of these may have been cut or broken in the paste: `subject`, `issuer`, `names`, `self_signed`."""
    line: int = 1
    """Where the description begins, from 1."""

    @property
    def common_names(self) -> tuple[str, ...]:
        """The CN parts of the subject."""
        return tuple(value for key, value in parts_of(self.subject or "") if key == "CN" and value)


def servers_own(described: Sequence[DescribedCertificate]) -> tuple[DescribedCertificate, ...]:
    """Return those of a chain that issued none of the others, without repetitions."""
    distinct = tuple({(each.subject, each.issuer, each.thumbprint): each for each in described}.values())
    issuers = {each.issuer for each in distinct if each.issuer != each.subject}
    leaves = tuple(each for each in distinct if each.subject not in issuers)
    return tuple(each for each in leaves if not each.authority) or leaves or distinct


def evidence_of(
    described: Sequence[DescribedCertificate], evidence_text: EvidenceText, what: str, *, run: int
) -> tuple[tuple[Observation, ...], tuple[ReadingNote, ...]]:
    """Return what follows from descriptions of which nothing says where the certificates were seen.

    Of one certificate, or of one chain, the server's own gives facts. Of several that do not belong together each is
    told, and none is chosen: a list of a store does not say which of them a server shows.
    """
    own = servers_own(described)[:MAX_CERTIFICATES]
    notes: list[ReadingNote] = []
    if len(own) == 1:
        place = evidence_text.provenance(what, own[0].line)
        found, notes_of_own = observations_of(own[0], place, Sighting(run, 0, placed=False))
        notes += notes_of_own
        notes += [note_of(each, evidence_text.provenance(what, each.line)) for each in described if each is not own[0]]
        return found, tuple(notes)
    notes += [note_of(each, evidence_text.provenance(what, each.line)) for each in described[:MAX_CERTIFICATES]]
    if own:
        notes.append(
            ReadingNote(
                "several-certificates",
                f"{len(own)} certificates are listed, and nothing says which of them a server shows, so none was used. "
                "Give the one that is meant, or read tls://<server>.",
                evidence_text.provenance(what, own[0].line),
                details={"subjects": tuple((each.subject or "")[:_MAX_TEXT] for each in own)},
            )
        )
    return (), tuple(notes)


def observations_of(
    described: DescribedCertificate, provenance: Provenance, sighting: Sighting, *, quote: str = ""
) -> tuple[tuple[Observation, ...], tuple[ReadingNote, ...]]:
    """Return the facts of one description, what may have been broken in the paste as proposals, and a note."""
    observations: list[Observation] = []

    def found(fact: str, value: Value, depends_on: Collection[str] = (), rank: Rank = Rank.MACHINE_OUTPUT) -> None:
        if not described.uncertain.isdisjoint(depends_on):
            rank = Rank.PROPOSED
        words = (quote or _words(described))[:_QUOTE] if rank is Rank.PROPOSED else ""
        observations.append(Observation(f"certificate.{fact}", value, provenance, rank, sighting=sighting, quote=words))

    if described.thumbprint is not None:
        found("thumbprint", described.thumbprint)
    if described.issuer:
        found("issuer", described.issuer[:_MAX_TEXT], {"issuer"})
    if described.self_signed is not None:
        found("self_signed", described.self_signed, {"self_signed"})
    for fact, day in (("not_before", described.not_before), ("not_after", described.not_after)):
        if day is not None:
            found(fact, day)
    replaced = _replaced(described)
    if replaced is not None:
        found("replaced", replaced, {"subject", "issuer", "names", "self_signed"})
    usable = tuple(name for name in described.common_names if is_certificate_name(name))
    if usable:
        several = len(described.common_names) > 1
        found("common_name", usable[0], {"subject"}, Rank.PROPOSED if several else Rank.MACHINE_OUTPUT)
    if described.names is not None and len(described.names) <= MAX_NAMES:
        found("subject_alternative_names", described.names, {"names"})
    return tuple(observations), (note_of(described, provenance),)


def note_of(described: DescribedCertificate, provenance: Provenance) -> ReadingNote:
    """Describe the certificate for people."""
    note = summary_note(
        Certificate(
            common_names=described.common_names,
            dns_names=described.names or None,
            subject=(described.subject or "")[:_MAX_TEXT],
            issuer=(described.issuer or "")[:_MAX_TEXT],
            printed_not_after=described.not_after or described.printed_not_after,
            self_signed=described.self_signed is True,
            authority=described.authority,
            thumbprint=described.thumbprint,
        ),
        provenance,
    )
    details: dict[str, Detail] = {**note.details}
    if described.names is None:
        del details["subject_alternative_names"]
    if described.self_signed is None:
        del details["self_signed"]
    return replace(note, details=details)


def issued_to_itself(subject: str | None, issuer: str | None) -> bool | None:
    """Tell whether a certificate is self-signed by its two names; `None` where one is not shown."""
    return None if not subject or not issuer else written(subject).lower() == written(issuer).lower()


def _replaced(described: DescribedCertificate) -> bool | None:
    """Tell whether this is another one than Exchange's own, as far as what is shown decides it."""
    if any("." in name for name in described.common_names) or described.self_signed is False:
        return True
    if described.self_signed is None or described.names is None or described.subject is None:
        return None
    return not looks_like_exchange_default(described.self_signed, described.common_names, described.names)


def _words(described: DescribedCertificate) -> str:
    return f"{described.subject or ''}; {described.issuer or ''}".strip("; ")
