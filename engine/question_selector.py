"""Selects questions: which facts to ask for, grouped as a person finds them, and why each is asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from engine import outcome as out
from engine.compiled import Decision, Program, Unit
from engine.fact_state import FactState, Key
from engine.memory import Memory
from engine.ranking import Ranking
from engine.wording import Words
from kb.conditions import facts_in
from kb.model import Citation, Fact

_REMEMBERED_QUESTIONS = 2048


class QuestionSelector:
    """Selects on behalf of one program."""

    def __init__(self, program: Program, ranking: Ranking) -> None:
        self._program = program
        self._knowledge = program.knowledge
        self._ranking = ranking
        self._questions: Memory[out.Question] = Memory(_REMEMBERED_QUESTIONS)
        self._deciding = lru_cache(maxsize=16384)(self._find_deciding)

    def questions(
        self, fact_state: FactState, decision: Decision, words: Words, resolutions: Iterable[out.ResolutionOutcome]
    ) -> tuple[out.Question, ...]:
        """Every question worth asking, best first: those that decide, then those that complete commands and texts."""
        deciding = self._deciding(fact_state.key)
        completing = list(self._completing(fact_state, decision, words, resolutions))
        asked: set[str] = set()
        questions: list[out.Question] = []
        for key, why, citation in deciding:
            if key not in asked:
                together = self._together(key, fact_state, decision, asked)
                asked.update((key, *together))
                questions.append(self._question(key, together, out.Purpose.DECIDE, why, citation, words))
        for key, why in completing:
            if key not in asked:
                asked.add(key)
                questions.append(self._question(key, (), out.Purpose.COMPLETE, why, None, words))
        return tuple(questions)

    def _find_deciding(self, key: Key) -> tuple[tuple[str, str, Citation | None], ...]:
        decision = self._program.decide(key)
        return tuple((fact, *self._why(fact, key, decision)) for fact in self._ranking.order(key))

    def _together(self, lead: str, fact_state: FactState, decision: Decision, asked: set[str]) -> tuple[str, ...]:
        """What else is read off the same place: all that is open there, and what is seen there and decides nothing."""
        group = self._knowledge.facts[lead].group
        if group is None:
            return ()
        to_decide = set(self._program.facts_of(decision.to_decide))
        return tuple(
            key
            for key in self._knowledge.group(group).facts
            if key != lead
            and key not in fact_state.given
            and key not in asked
            and (key in to_decide or key not in self._ranking.decisive)
        )

    def _completing(
        self, fact_state: FactState, decision: Decision, words: Words, resolutions: Iterable[out.ResolutionOutcome]
    ) -> Iterator[tuple[str, str]]:
        """The absent facts that would complete commands, and those that would tell which words fit."""
        for resolution in resolutions:
            for step in resolution.steps:
                for missing in step.missing:
                    for key in self._program.deriver.sources(missing):
                        if key not in fact_state.given:
                            yield key, f"It completes the command of the step {step.id}."
        for key in self._program.facts_of(decision.to_word):
            if words.value(key) is not None:
                continue  # its default fills everything, and fits unless somebody knows better
            yield key, "It tells more exactly what this is, and where to look."

    def _question(
        self,
        key: str,
        together: tuple[str, ...],
        purpose: out.Purpose,
        why: str,
        citation: Citation | None,
        words: Words,
    ) -> out.Question:
        fact = self._knowledge.facts[key]
        suggestions = self._suggestions(fact, words)
        made_of = (key, together, purpose, why, suggestions, citation and (citation.article, citation.at))
        return self._questions.recall(
            made_of,
            lambda: out.Question(
                fact=key,
                together=together,
                group=fact.group,
                ask=fact.ask,
                help=fact.help,
                type=fact.type,
                choices=tuple(out.QuestionChoice(value=choice.value, label=choice.label) for choice in fact.choices),
                suggestions=suggestions,
                how_to_check=fact.how_to_check,
                answered_by=fact.answered_by,
                purpose=purpose,
                why=why,
                citation=citation,
            ),
        )

    def _suggestions(self, fact: Fact, words: Words) -> tuple[str, ...]:
        """Likely answers to a question, from what is known already."""
        if fact.suggest is None:
            return ()
        value = words.derived(fact.suggest)
        if value is None:
            return ()
        return value if isinstance(value, tuple) else (str(value),)

    def _why(self, fact: str, key: Key, decision: Decision) -> tuple[str, Citation | None]:
        """What an answer would decide, in a sentence, and where the article says so."""
        bit = self._program.deriver.base_bits[fact]
        for position in decision.units:
            unit = self._program.units[position]
            tests = unit.open_bits(decision.true, decision.false)
            if not self._program.open_facts(tests, key, decision.conclusions) & bit:
                continue
            return self._purpose_of(unit), self._citation_for(unit, fact)
        return "It decides how this goes on.", None

    def _purpose_of(self, unit: Unit) -> str:
        if unit.resolution is not None:
            resolution = self._program.resolutions[unit.resolution]
            if unit.step is not None:
                return f"It decides whether the step {resolution.steps[unit.step].step.id} is needed."
            return f"It decides whether this is a way out: {resolution.resolution.title}."
        return f"It decides whether this is the cause: {self._program.diagnoses[unit.diagnosis].diagnosis.title}."

    def _citation_for(self, unit: Unit, fact: str) -> Citation | None:
        """The citation of the requirement that looks at a fact, or of what the requirement belongs to."""
        diagnosis = self._program.diagnoses[unit.diagnosis]
        if unit.resolution is not None:
            resolution = self._program.resolutions[unit.resolution]
            step = None if unit.step is None else resolution.steps[unit.step].step
            return resolution.resolution.citation if step is None or step.citation is None else step.citation
        requirements = list(diagnosis.scope)
        if unit.instance is not None:
            requirements += diagnosis.instances[unit.instance].requires
        for compiled in requirements:
            tested = facts_in(compiled.requirement.that)
            if any(fact in self._program.deriver.sources(each) for each in tested):
                return compiled.requirement.citation or diagnosis.diagnosis.citation
        return diagnosis.diagnosis.citation
