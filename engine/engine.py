"""The engine: facts in, an Outcome out, from a knowledge base that does not change."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from enum import StrEnum
from threading import Lock

from engine.compiled import Decision, Program
from engine.explanation import Difference, Explainer, Explanation, Why, difference
from engine.fact_parser import FactParser
from engine.fact_state import FactState, Key
from engine.outcome import Outcome
from engine.outcome_builder import OutcomeBuilder
from engine.ranking import Ranking
from engine.rete import Confirmed, Rete, ReteUnavailable, is_installed
from engine.standing import Standing, standing
from kb import KnowledgeBase
from kb import load as load_knowledge
from kb.messages import Message

_DISAGREEMENTS_KEPT = 1000

_log = logging.getLogger("resolvent.engine")


class EngineChoice(StrEnum):
    """Which engine decides what is confirmed.

    ``auto``: the compiled one, compared with durable-rules wherever that is installed. ``compiled``: that one alone.
    ``durable``: what durable-rules fires; the compiled one still says what is unknown, why not, and what next.
    """

    AUTO = "auto"
    COMPILED = "compiled"
    DURABLE = "durable"


class Engine:
    """Diagnoses environments with one knowledge base. Safe to share between threads.

    Raises:
        ReteUnavailable: durable-rules was chosen and cannot be used.
    """

    def __init__(self, knowledge: KnowledgeBase, choice: EngineChoice | str = EngineChoice.AUTO) -> None:
        self.knowledge = knowledge
        self.choice = EngineChoice(choice)
        self.program = Program(knowledge)
        self.parser = FactParser(knowledge)
        self.ranking = Ranking(self.program)
        self._outcome_builder = OutcomeBuilder(self.program, self.ranking)
        self._explainer = Explainer(self.program, self.ranking)
        self._lock = Lock()
        self._disagreements = 0
        self._disagreed: set[Key] = set()
        self._rete = self._make_rete()

    @property
    def disagreements(self) -> int:
        """In how many states the engines did not confirm the same; each was logged, and the compiled one answered."""
        return self._disagreements

    @property
    def engines(self) -> tuple[str, ...]:
        """The engines at work."""
        return ("compiled",) if self._rete is None else ("compiled", "durable")

    def diagnose(self, facts: Mapping[str, object], thorough: bool = False) -> Outcome:
        """The outcome for these facts: a pure function of them, of `thorough` and of the knowledge.

        Args:
            facts: values by fact key, flat or nested; ``"unknown"`` where nobody can tell, and nothing where nobody was
                asked.
            thorough: ask for every cause, also where what was seen is explained already.

        Raises:
            engine.FactsRefused: a key or a value cannot be taken; all that is wrong is listed.
            ReteUnavailable: durable-rules was chosen and failed.
        """
        fact_state = self.derive_state(facts)
        return self.outcome(fact_state, self.decide(fact_state, thorough))

    def outcome(self, fact_state: FactState, decision: Decision) -> Outcome:
        """A decision on a fact state, in words."""
        return self._outcome_builder.outcome(fact_state, decision)

    def derive_state(self, facts: Mapping[str, object]) -> FactState:
        """What the facts come to before anything is concluded.

        Raises:
            engine.FactsRefused: as in `diagnose`.
        """
        return self.program.deriver.derive_state(self.parser.parse(facts))

    def decide(self, fact_state: FactState, thorough: bool = False) -> Decision:
        """What the engine at work concludes from a fact state."""
        decision = self.program.decide(fact_state.key, thorough)
        rete = self._rete  # read once: another thread may leave it out meanwhile
        if rete is None:
            return decision
        if self.choice is EngineChoice.DURABLE:
            return self.program.decide_as_fired(fact_state.key, rete.confirmed(fact_state), thorough)
        self._compare(rete, fact_state, decision)
        return decision

    def explain(self, facts: Mapping[str, object], diagnosis: str) -> Explanation:
        """How a diagnosis came to its state: what holds, what fails and why, what is open.

        Raises:
            engine.FactsRefused: as in `diagnose`.
            KeyError: there is no such diagnosis.
        """
        fact_state = self.derive_state(facts)
        return self._explainer.explain(diagnosis, fact_state, self.decide(fact_state))

    def how_to_check(self, facts: Mapping[str, object], fact: str) -> str:
        """How to find a fact out, with these facts known: a read-only command or a place; empty where there is none.

        Raises:
            engine.FactsRefused: as in `diagnose`.
            KeyError: there is no such fact.
        """
        return self.program.check_of(fact, self.decide(self.derive_state(facts)))

    def standing(self, facts: Mapping[str, object], diagnosis: str) -> Standing:
        """How a diagnosis stands among its rivals: what excludes it, what it explains, why it is asked about or not.

        Raises:
            engine.FactsRefused: as in `diagnose`.
            KeyError: there is no such diagnosis.
        """
        return standing(diagnosis, self.program, self.decide(self.derive_state(facts)))

    def why(self, facts: Mapping[str, object], fact: str) -> Why:
        """What an answer to the question for a fact would decide, with these facts known.

        Raises:
            engine.FactsRefused: as in `diagnose`.
            KeyError: there is no such fact.
        """
        asked = self.knowledge.facts[fact]
        taken = {key: value for key, value in self.parser.parse(facts).items() if key != fact}
        fact_state = self.program.deriver.derive_state(taken)
        questions = self._outcome_builder.questions(fact_state, self.decide(fact_state))
        question = next((each for each in questions if fact in each.facts), None)
        consequences = self._explainer.consequences(fact, fact_state)
        return Why(
            fact=fact,
            ask=Message(asked.ask),
            reason=question.why if question else Message("No answer to it would change anything now."),
            citation=question.citation if question else None,
            consequences=consequences if question else (),
        )

    def what_if(self, facts: Mapping[str, object], changes: Mapping[str, object]) -> Difference:
        """What would differ if some facts were others; ``None`` takes a fact away.

        Raises:
            engine.FactsRefused: as in `diagnose`, for either.
        """
        known = self.parser.parse(facts)
        taken_away = {key for key, value in changes.items() if value is None}
        changed = self.parser.parse({key: value for key, value in changes.items() if value is not None})
        other = {key: value for key, value in {**known, **changed}.items() if key not in taken_away}
        return difference(self.diagnose(known), self.diagnose(other))

    def _compare(self, rete: Rete, fact_state: FactState, decision: Decision) -> None:
        try:
            fired = rete.confirmed(fact_state)
        except ReteUnavailable as error:
            _log.warning("durable-rules is left out from here on: %s", error)
            self._rete = None
            return
        if fired != decision.confirmed:
            with self._lock:
                if fact_state.key in self._disagreed:
                    return  # counted and told already
                if len(self._disagreed) < _DISAGREEMENTS_KEPT:
                    self._disagreed.add(fact_state.key)
                self._disagreements += 1
            _log.error(
                "the engines disagree: compiled confirms %s, durable-rules %s; the compiled one is answered from",
                self._named(decision.confirmed),
                self._named(fired),
            )

    def _named(self, confirmed: frozenset[Confirmed]) -> str:
        """Rule ids only: what somebody typed does not go to a log."""
        names = []
        for diagnosis, instance in sorted(confirmed):
            member = self.knowledge.diagnoses[diagnosis].instances[instance].member
            names.append(self.knowledge.diagnoses[diagnosis].id + (f".{member}" if member else ""))
        return ", ".join(names) or "nothing"

    def _make_rete(self) -> Rete | None:
        if self.choice is EngineChoice.COMPILED or (self.choice is EngineChoice.AUTO and not is_installed()):
            return None
        try:
            return Rete(self.program)
        except ReteUnavailable as error:
            if self.choice is EngineChoice.DURABLE:
                raise
            _log.warning("durable-rules is left out: %s", error)
            return None


def load(library: str | os.PathLike[str] | None = None, engine: EngineChoice | str = EngineChoice.AUTO) -> Engine:
    """An engine for a library: the one named, the one in ``RESOLVENT_LIBRARY``, or the one that was shipped.

    Raises:
        kb.LibraryError: the library has faults; all of them are listed.
        ReteUnavailable: ``durable`` was chosen and cannot be used.
    """
    return Engine(load_knowledge(library), engine)
