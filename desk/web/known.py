"""What a page shows of what is known: every value with who said it or where it was read, and what was read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from desk.cases import Answer, Case, EvidenceEntry, Mark
from desk.cases.store import MAX_MARK
from desk.web.wording import machine_time, named, spoken_time
from evidence import Environment, Observation, Said, Taken
from kb import KnowledgeBase
from kb.messages import Message
from kb.speech import spoken
from kb.values import UNKNOWN, Value, ValueRefused, read_value, same_value
from render.words import capitalised, counted

_STATED = "stated"


@dataclass(frozen=True, slots=True)
class ProvenanceView:
    """Where a value comes from: said by somebody at some time, or read somewhere."""

    words: str
    at: str = ""
    machine_at: str = ""


@dataclass(frozen=True, slots=True)
class FactOnPage:
    """One thing that is known, or that nobody could tell.

    Attributes:
        stated: somebody said so in this case, so that it can be taken back.
        also: what else was said or read of it and agrees, or was overruled.
    """

    fact: str
    label: str
    value: Message
    provenance: ProvenanceView
    unknown: bool
    stated: bool
    also: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OpenProposal:
    """What plain words mention, to be confirmed or left; `new` where the submission that led here brought it."""

    observation: Observation
    new: bool


@dataclass(frozen=True, slots=True)
class ReadFact:
    """One fact that a piece of evidence gave."""

    fact: str
    value: Message
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


def facts_known(case: Case, environment: Environment, knowledge: KnowledgeBase) -> tuple[FactOnPage, ...]:
    """All that is known of one environment, in the order of the vocabulary."""
    return tuple(
        _fact(key, environment.taken[key], case.answer(key, environment.server), knowledge)
        for key in knowledge.facts
        if key in environment.taken
    )


def open_proposals(case: Case, environment: Environment, after: int | None = None) -> tuple[OpenProposal, ...]:
    """What was mentioned and nobody has confirmed yet, each fact once; new is what came in after a revision."""
    new = {
        observation.provenance
        for entry in case.evidence
        if after is not None and entry.revision > after
        for observation in entry.evidence.proposed
    }
    aside = case.marks.get(Mark.DISMISSED, frozenset())
    by_fact: dict[str, Observation] = {}
    for observation in environment.proposed:
        if dismissal(observation) in aside:
            continue
        by_fact.setdefault(observation.fact, observation)
    return tuple(OpenProposal(each, each.provenance in new) for each in by_fact.values())


def dismissal(observation: Observation) -> str:
    """Under what a proposal is kept that somebody has put aside: the same value, mentioned again, stays aside."""
    return f"{observation.fact}={observation.value}"[:MAX_MARK]


def evidence_read(case: Case, knowledge: KnowledgeBase) -> tuple[EvidenceRead, ...]:
    """What each piece of evidence gave, latest first."""
    return tuple(_read(entry, knowledge, several=len(case.environments) > 1) for entry in reversed(case.evidence))


def said_by(answer: Answer) -> ProvenanceView:
    """Who said so, and when; for a confirmed proposal, also where it was read."""
    read = "" if answer.provenance in (_STATED, "answers", "api", "web") else f", read in {answer.provenance}"
    who = named(answer.who)
    words = f"{who} said so{read}" if who else f"answered{read}"
    return ProvenanceView(words, spoken_time(answer.at), machine_time(answer.at))


def said(observation: Observation, knowledge: KnowledgeBase) -> Message:
    """What an observation gives, in words."""
    value = _taken(observation, knowledge)
    return spoken(observation.value if value is None else value, knowledge.facts.get(observation.fact))


def _fact(key: str, taken: Taken, answer: Answer | None, knowledge: KnowledgeBase) -> FactOnPage:
    fact = knowledge.facts[key]
    stated = answer is not None and taken.provenance.what == _STATED
    value = spoken(taken.value, fact)
    return FactOnPage(
        fact=key,
        label=capitalised(fact.label),
        value=Message(capitalised(value)) if taken.value == UNKNOWN else value,
        provenance=said_by(answer)
        if stated and answer is not None
        else ProvenanceView(capitalised(str(taken.provenance))),
        unknown=taken.value == UNKNOWN,
        stated=answer is not None,
        also=tuple(dict.fromkeys(_others(key, taken, knowledge))),
    )


def _others(key: str, taken: Taken, knowledge: KnowledgeBase) -> Iterator[str]:
    fact = knowledge.facts[key]
    agreeing: list[Said] = []
    for other in taken.also:
        if same_value(other.value, taken.value, fact):
            agreeing.append(other)
        else:
            who = "somebody" if other.provenance.what == _STATED else str(other.provenance)
            yield f"{capitalised(who)} says {spoken(other.value, fact)}"
    if len(agreeing) == 1:
        who = "an answer" if agreeing[0].provenance.what == _STATED else str(agreeing[0].provenance)
        yield f"{capitalised(who)} agrees"
    elif agreeing:
        yield f"{len(agreeing)} more sources agree"


def _read(entry: EvidenceEntry, knowledge: KnowledgeBase, *, several: bool) -> EvidenceRead:
    notes = [note.text for note in entry.evidence.notes]
    notes += [
        f"{observation.provenance}: {observation.fact} is {said(observation, knowledge)}; this is not asked for."
        for observation in entry.evidence.asserted
        if _taken(observation, knowledge) is None
    ]
    mentioned = {each.fact for each in entry.evidence.proposed if _taken(each, knowledge) is not None}
    return EvidenceRead(
        name=entry.name,
        provenance=ProvenanceView(
            f"from {who}" if (who := named(entry.who)) else "added", spoken_time(entry.at), machine_time(entry.at)
        ),
        facts=tuple(_read_facts(entry.evidence.asserted, knowledge, several=several)),
        mentions=len(mentioned),
        notes=tuple(dict.fromkeys(notes)),
        revision=entry.revision,
    )


def _read_facts(observations: Iterable[Observation], knowledge: KnowledgeBase, *, several: bool) -> Iterator[ReadFact]:
    told: set[tuple[str, str, str]] = set()
    for observation in observations:
        if _taken(observation, knowledge) is None:
            continue
        shown = said(observation, knowledge)
        # A source that says the same twice, such as an alert and its copy in the ticket, is told once.
        if (key := (observation.fact, shown, observation.server or "")) in told:
            continue
        told.add(key)
        yield ReadFact(
            observation.fact, shown, str(observation.provenance), (observation.server or "") if several else ""
        )


def _taken(observation: Observation, knowledge: KnowledgeBase) -> Value | None:
    """An observation's value as the vocabulary takes it, or ``None`` where it does not."""
    fact = knowledge.facts.get(observation.fact)
    if fact is None:
        return None
    try:
        return read_value(observation.value, fact)
    except ValueRefused:
        return None
