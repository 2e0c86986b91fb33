"""What a page shows of what is known: every value with who said it or where it was read, and what does not agree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from desk.cases import Answer, Case, EvidenceEntry
from desk.environments import Diagnosed, Known, fits, proposals
from desk.web.wording import capitalised, counted, machine_time, named, spoken_time
from engine import Engine
from evidence import Certainty, FactRecord, Observation
from kb import KnowledgeBase
from kb.values import UNKNOWN, Value
from render.report import spoken


@dataclass(frozen=True, slots=True)
class ProvenanceView:
    """Where a value comes from: said by somebody at some time, or read somewhere."""

    words: str
    at: str = ""
    machine_at: str = ""


@dataclass(frozen=True, slots=True)
class KnownFact:
    """One thing that is known, or that nobody could tell.

    Attributes:
        stated: somebody said so in this case, so that it can be taken back.
        also: what else was said or read of it and agrees, or was overruled.
    """

    fact: str
    label: str
    value: str
    provenance: ProvenanceView
    unknown: bool
    stated: bool
    also: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """What plain words mention, to be confirmed or left; `new` where the submission that led here brought it."""

    fact: str
    label: str
    value: str
    provenance: str
    new: bool


@dataclass(frozen=True, slots=True)
class ReadFact:
    """One fact that a piece of evidence gave."""

    label: str
    value: str
    place: str
    server: str


@dataclass(frozen=True, slots=True)
class EvidenceRead:
    """One piece of evidence and what it gave; `mentions` counts what plain words only propose."""

    name: str
    provenance: ProvenanceView
    facts: tuple[ReadFact, ...]
    mentions: int
    notes: tuple[str, ...]
    revision: int

    @property
    def tells(self) -> bool:
        """Whether it gave anything besides what is to be confirmed."""
        return bool(self.facts or self.notes or not self.mentions)

    @property
    def summary(self) -> str:
        """What it gave, in a line."""
        gave = [counted(len(self.facts), "fact")] if self.facts else []
        gave += [counted(self.mentions, "mention")] if self.mentions else []
        return " and ".join(gave) or "nothing that is asked for"


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a dispute between two sources; `answer` is the value as a form sends it."""

    value: str
    answer: str
    provenance: ProvenanceView
    held: bool


@dataclass(frozen=True, slots=True)
class DisputeView:
    """Two or more sources that say different things of one fact."""

    fact: str
    label: str
    sides: tuple[Side, ...]


def known_facts(case: Case, environment: Diagnosed, knowledge: KnowledgeBase) -> tuple[KnownFact, ...]:
    """All that is known of one environment, in the order of the vocabulary."""
    facts = environment.known.facts
    return tuple(
        _known(key, facts[key], case.answers.get(key), environment.known, knowledge)
        for key in knowledge.facts
        if key in facts
    )


def open_proposals(
    case: Case, environment: Diagnosed, engine: Engine, after: int | None = None
) -> tuple[Proposal, ...]:
    """What was mentioned and nobody has confirmed yet; new is what came in after a revision."""
    new = {
        observation.provenance
        for entry in case.evidence
        if after is not None and entry.revision > after
        for observation in entry.evidence.proposed
    }
    return tuple(
        Proposal(
            observation.fact,
            capitalised(engine.knowledge.facts[observation.fact].label),
            _shown(observation, engine),
            capitalised(str(observation.provenance)),
            observation.provenance in new,
        )
        for observation in proposals((entry.evidence for entry in case.evidence), engine, environment.known.facts)
    )


def evidence_read(case: Case, engine: Engine) -> tuple[EvidenceRead, ...]:
    """What each piece of evidence gave, latest first."""
    return tuple(_read(entry, engine, several=len(case.environments) > 1) for entry in reversed(case.evidence))


def disputes(case: Case, environment: Diagnosed, engine: Engine) -> tuple[DisputeView, ...]:
    """What two sources say differently, both sides as they stand there."""
    found = []
    for dispute in environment.known.disputes:
        sides = []
        for side in (dispute.held, *dispute.against):
            value = fits(engine, side)
            answer = "" if value is None else typed(value)
            said = case.answers.get(side.fact) if side.provenance.what == "stated" else None
            provenance = said_by(said) if said is not None else ProvenanceView(capitalised(str(side.provenance)))
            sides.append(Side(_shown(side, engine), answer, provenance, held=side is dispute.held))
        label = capitalised(engine.knowledge.facts[dispute.fact].label)
        found.append(DisputeView(dispute.fact, label, tuple(sides)))
    return tuple(found)


def said_by(answer: Answer) -> ProvenanceView:
    """Who said so, and when; for a confirmed proposal, also where it was read."""
    read = "" if answer.provenance in ("stated", "api", "web") else f", read in {answer.provenance}"
    who = named(answer.who)
    words = f"{who} said so{read}" if who else f"answered{read}"
    return ProvenanceView(words, spoken_time(answer.at), machine_time(answer.at))


def typed(value: Value) -> str:
    """A value as a form sends it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return (", ".join(value) or "none") if isinstance(value, tuple) else str(value)


def _known(key: str, value: Value, answer: Answer | None, known: Known, knowledge: KnowledgeBase) -> KnownFact:
    record = known.environment.facts.get(key)
    stated = answer is not None and (record is None or record.provenance.what == "stated")
    provenance = said_by(answer) if stated and answer is not None else _read_in(record)
    return KnownFact(
        fact=key,
        label=capitalised(knowledge.facts[key].label),
        value=capitalised(spoken(key, value, knowledge)) if value == UNKNOWN else spoken(key, value, knowledge),
        provenance=provenance,
        unknown=value == UNKNOWN,
        stated=answer is not None,
        also=tuple(dict.fromkeys(_others(record))),
    )


def _read_in(record: FactRecord | None) -> ProvenanceView:
    if record is None:
        return ProvenanceView("concluded from what was said")
    deduced = ", deduced" if record.certainty is Certainty.LIKELY else ""
    return ProvenanceView(f"{capitalised(str(record.provenance))}{deduced}")


def _others(record: FactRecord | None) -> Iterator[str]:
    if record is None:
        return
    read = [other for other in record.others if other.provenance.what != "stated"]
    agreeing = [other for other in read if other.value == record.value]
    for other in read:
        if other not in agreeing:
            yield f"{capitalised(str(other.provenance))} says {typed(other.value)}"
    if len(agreeing) == 1:
        yield f"{capitalised(str(agreeing[0].provenance))} agrees"
    elif agreeing:
        yield f"{len(agreeing)} more sources agree"


def _read(entry: EvidenceEntry, engine: Engine, *, several: bool) -> EvidenceRead:
    facts = tuple(_read_facts(entry.evidence.asserted, engine, several=several))
    notes = [note.text for note in entry.evidence.notes]
    notes += [
        f"{observation.provenance}: {observation.fact} is {typed(observation.value)}; this is not asked for."
        for observation in entry.evidence.asserted
        if fits(engine, observation) is None
    ]
    return EvidenceRead(
        name=entry.name,
        provenance=ProvenanceView(
            f"from {who}" if (who := named(entry.who)) else "added", spoken_time(entry.at), machine_time(entry.at)
        ),
        facts=facts,
        mentions=len(
            {observation.fact for observation in entry.evidence.proposed if fits(engine, observation) is not None}
        ),
        notes=tuple(dict.fromkeys(notes)),
        revision=entry.revision,
    )


def _read_facts(observations: Iterable[Observation], engine: Engine, *, several: bool) -> Iterator[ReadFact]:
    told: set[tuple[str, str, str]] = set()
    for observation in observations:
        if fits(engine, observation) is None:
            continue
        shown = _shown(observation, engine)
        # A source that says the same twice, such as an alert and its copy in the ticket, is told once.
        if (key := (observation.fact, shown, observation.server or "")) in told:
            continue
        told.add(key)
        label = capitalised(engine.knowledge.facts[observation.fact].label)
        yield ReadFact(label, shown, str(observation.provenance), (observation.server or "") if several else "")


def _shown(observation: Observation, engine: Engine) -> str:
    value = fits(engine, observation)
    return typed(observation.value) if value is None else spoken(observation.fact, value, engine.knowledge)
