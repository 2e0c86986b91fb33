"""Selects questions: which facts to ask for, grouped as a person finds them, and why each is asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from engine import outcome as out
from engine.compiled import Program
from engine.description import describe
from engine.fact_state import FactState
from engine.memory import Memory, Same, text_bytes
from engine.pursuit import Unit, UnitKind
from engine.ranking import Ranking
from engine.wording import Words
from kb.conditions import facts_in
from kb.messages import Message
from kb.model import Citation, Fact

_REMEMBERED_BYTES = 8 * 1024 * 1024


class _Asked(NamedTuple):
    """A fact that decides something, with what it decides, or nothing where it decides only how this goes on."""

    fact: str
    unit: Unit | None
    citation: Citation | None


@dataclass(frozen=True, slots=True)
class _Deciding:
    """What a decision leaves to be asked.

    Attributes:
        facts: those that decide something.
        asked: what is asked, best first: runs of questions that follow from the decision alone, and facts whose
            question follows from what is known besides.
        plainly: the facts of the former.
    """

    facts: frozenset[str]
    asked: tuple[tuple[out.Question, ...] | _Asked, ...]
    plainly: frozenset[str]

    @property
    def size(self) -> int:
        """About how many bytes it takes; the questions themselves are as many as the library makes them, and shared."""
        return 500 + 300 * len(self.asked) + 150 * len(self.facts)


_GOES_ON = Message("It decides how this goes on.")
_SAYS_MORE = Message("It tells more exactly what this is, and where to look.")


class QuestionSelector:
    """Selects on behalf of one program."""

    def __init__(self, program: Program, ranking: Ranking) -> None:
        self._program = program
        self._knowledge = program.knowledge
        self._ranking = ranking
        self._resolutions = {each.resolution.id: each for each in program.resolutions}
        self._questions: Memory[out.Question] = Memory(_REMEMBERED_BYTES)
        self._deciding: Memory[_Deciding] = Memory(_REMEMBERED_BYTES)

    def questions(self, words: Words, resolutions: Iterable[out.ResolutionOutcome]) -> tuple[out.Question, ...]:
        """Every question worth asking, best first: those that decide, then those that complete commands and texts."""
        decision = words.decision
        deciding = self._deciding.recall(
            Same(decision),
            lambda: self._find_deciding(words),
            lambda found: found.size + self._program.size_of(decision),
        )
        to_decide = deciding.facts
        asked: set[str] = set()
        questions: list[out.Question] = []
        for each in deciding.asked:
            if not isinstance(each, _Asked):
                questions.extend(each)
            elif each.fact not in asked:
                key, unit, citation = each
                keys = self._together(key, words.fact_state, to_decide, asked)
                asked.update(keys)
                why = _GOES_ON if unit is None else self._purpose_of(unit, words)
                optional = tuple(every not in to_decide for every in keys)
                questions.append(self._question(keys, optional, out.Purpose.DECIDE, why, citation, words))
        for key, why in self._completing(words, resolutions):
            if key not in asked and key not in deciding.plainly:
                asked.add(key)
                questions.append(self._question((key,), (True,), out.Purpose.COMPLETE, why, None, words))
        return tuple(questions)

    def _find_deciding(self, words: Words) -> _Deciding:
        """The facts in their order, each with the first thing that it decides."""
        decision = words.decision
        units = list(self._program.units(decision)) if decision.to_decide else []
        to_decide = frozenset(self._program.facts_of(decision.to_decide))

        asked: list[tuple[out.Question, ...] | _Asked] = []
        plainly: dict[str, out.Question] = {}
        run: list[out.Question] = []
        for fact in self._ranking.order(decision.key, decision.pursuit.thorough):
            bit = self._program.deriver.base_bits[fact]
            unit = next((each for each in units if each.opens & bit), None)
            citation = None if unit is None else self._citation_for(unit, fact)
            declared = self._knowledge.facts[fact]
            # A step's text has blanks, a suggestion follows from what is known, a group from what is asked already.
            if declared.group is None and declared.suggest is None and (unit is None or unit.step is None):
                why = _GOES_ON if unit is None else self._purpose_of(unit, words)
                optional = (fact not in to_decide,)
                plainly[fact] = self._question((fact,), optional, out.Purpose.DECIDE, why, citation, words)
                run.append(plainly[fact])
                continue
            if run:
                asked.append(tuple(run))
                run.clear()
            asked.append(_Asked(fact, unit, citation))
        if run:
            asked.append(tuple(run))
        return _Deciding(to_decide, tuple(asked), frozenset(plainly))

    def _together(
        self, lead: str, fact_state: FactState, to_decide: frozenset[str], asked: set[str]
    ) -> tuple[str, ...]:
        """What is read off the same place, as one comes to it there: what decides, then what is only seen."""
        group = self._knowledge.facts[lead].group
        if group is None:
            return (lead,)
        absent = [key for key in self._knowledge.group(group).facts if key not in fact_state.given and key not in asked]
        seen = (key for key in absent if key not in to_decide and key not in self._ranking.decisive)
        return (*(key for key in absent if key in to_decide), *seen)

    def _completing(self, words: Words, resolutions: Iterable[out.ResolutionOutcome]) -> Iterator[tuple[str, Message]]:
        """The absent facts that would complete commands, and those that would tell which words fit."""
        for resolution in resolutions:
            for step in resolution.steps:
                for missing in step.missing:
                    for key in self._program.deriver.sources(missing):
                        if key not in words.fact_state.given:
                            yield key, Message("It completes the command of this step: ", step.text)
            for key, step in self.doubts(resolution, words):
                yield key, Message("It decides whether this step has to be verified first: ", step.text)
        for key in self._program.facts_of(words.decision.to_word):
            if words.value(key) is not None:
                continue  # its default fills everything, and fits unless somebody knows better
            yield key, _SAYS_MORE

    def doubts(self, resolution: out.ResolutionOutcome, words: Words) -> Iterator[tuple[str, out.StepOutcome]]:
        """The absent facts that would tell whether a step that is to be done has to be verified first."""
        known = words.decision
        for step, compiled in zip(resolution.steps, self._resolutions[resolution.id].steps, strict=True):
            if step.state is out.StepState.DO and compiled.verify_when is not None:
                open_ = compiled.verify_when.undecided(known.true, known.false)
                for tested in self._program.deriver.facts_of_tests(open_):
                    for key in self._program.deriver.sources(tested):
                        if key not in words.fact_state.given:
                            yield key, step

    def _question(
        self,
        keys: tuple[str, ...],
        optional: tuple[bool, ...],
        purpose: out.Purpose,
        why: Message,
        citation: Citation | None,
        words: Words,
    ) -> out.Question:
        """The question for facts that are asked together, the lead first."""
        suggestions = tuple(self._suggestions(self._knowledge.facts[key], words) for key in keys)
        checks = tuple(self._program.check_of(key, words.decision) for key in keys)
        made_of = (keys, optional, purpose, why, suggestions, checks, citation and (citation.article, citation.at))
        size = 3000 * len(keys) + text_bytes((suggestions, why))
        return self._questions.recall(
            made_of,
            lambda: out.Question.led(
                tuple(map(self._part, keys, optional, suggestions, checks)),
                purpose,
                why,
                citation=citation,
                group=self._group(keys),
            ),
            lambda _: size,
        )

    def _part(self, key: str, optional: bool, suggestions: tuple[str, ...], check: str) -> out.QuestionPart:
        fact = self._knowledge.facts[key]
        return out.QuestionPart(
            fact=key,
            ask=Message(fact.ask),
            help=Message(fact.help),
            type=fact.type,
            choices=tuple(
                out.QuestionChoice(value=choice.value, label=Message(choice.label)) for choice in fact.choices
            ),
            suggestions=suggestions,
            how_to_check=Message(check),
            answered_by=fact.answered_by,
            optional=optional,
        )

    def _group(self, keys: tuple[str, ...]) -> out.QuestionGroup | None:
        """The place that several facts are read off; nothing for one that is asked by itself."""
        id_ = self._knowledge.facts[keys[0]].group
        if id_ is None or len(keys) == 1:
            return None
        group = self._knowledge.group(id_)
        checklist = group.checklist
        ticked: tuple[str, ...] = ()
        if checklist is not None:
            ticked = tuple(key for key in group.facts if key in keys and checklist.answer(self._knowledge.facts[key]))
        return out.QuestionGroup(
            id=group.id,
            ask=group.ask,
            help=group.help,
            checklist=out.QuestionChecklist(
                ask=checklist.ask,
                help=checklist.help,
                marked=checklist.marked,
                unmarked=checklist.unmarked,
                facts=ticked,
            )
            if checklist is not None and ticked
            else None,
        )

    def _suggestions(self, fact: Fact, words: Words) -> tuple[str, ...]:
        """Likely answers to a question, from what is known already."""
        if fact.suggest is None:
            return ()
        value = words.derived(fact.suggest)
        if value is None:
            return ()
        return value if isinstance(value, tuple) else (str(value),)

    def _purpose_of(self, unit: Unit, words: Words) -> Message:
        if unit.resolution is not None:
            resolution = self._program.resolutions[unit.resolution]
            if unit.step is not None:
                text = words.text(resolution.steps[unit.step].step.text)
                return Message("It decides whether this step is needed: ", text)
            return Message(f"It decides whether this is a way out: {resolution.resolution.title}.")
        if unit.diagnosis is None:
            seen = self._program.compiled.seen[unit.symptom or 0]
            return Message("It says what there is to explain: ", describe(seen, self._knowledge), ".")
        title = self._program.diagnoses[unit.diagnosis].diagnosis.title
        if unit.kind is UnitKind.CONDITION:
            return Message(f"It decides whether this explains what was seen: {title}.")
        return Message(f"It decides whether this is the cause: {title}.")

    def _citation_for(self, unit: Unit, fact: str) -> Citation | None:
        """The citation of the requirement that looks at a fact, or of what the requirement belongs to."""
        if unit.resolution is not None:
            resolution = self._program.resolutions[unit.resolution]
            step = None if unit.step is None else resolution.steps[unit.step].step
            return resolution.resolution.citation if step is None or step.citation is None else step.citation
        if unit.diagnosis is None:
            return None
        diagnosis = self._program.diagnoses[unit.diagnosis]
        requirements = list(diagnosis.scope)
        if unit.instance is not None:
            requirements += diagnosis.instances[unit.instance].requires
        for compiled in requirements:
            tested = facts_in(compiled.requirement.that)
            if any(fact in self._program.deriver.sources(each) for each in tested):
                return compiled.requirement.citation or diagnosis.diagnosis.citation
        return diagnosis.diagnosis.citation
