"""Checks of the vocabulary: facts that nothing uses, choices nobody can reach, questions that are none."""

from __future__ import annotations

from collections.abc import Iterator

from kb.conditions import Operator, Test
from kb.model import DerivedFact, Fact
from kb.values import FactType
from workbench.checks.check import Check
from workbench.checks.issue import Issue, IssueKind, Severity
from workbench.checks.source import LibrarySource
from workbench.checks.usage import parts, seen, used_facts


class UnusedFact(Check):
    """A fact that no rule tests or speaks of; somebody may be asked for it in vain, or a rule forgot it."""

    kind = IssueKind("KB301", Severity.WARNING, "A fact that nothing uses")

    def issues(self, library: LibrarySource) -> Iterator[Issue]:
        """One for each declaration none of whose facts is used."""
        used = used_facts(library.knowledge)
        declared: dict[str, list[str]] = {}
        for key in (*library.knowledge.facts, *library.knowledge.derived):
            declared.setdefault(library.written_key(key), []).append(key)
        for written, keys in declared.items():
            if not used.intersection(keys):
                yield self.found(
                    library.fact(keys[0]),
                    f"no rule tests or speaks of {written}; use it in a condition or a text, or take it out",
                )


class UnusedEntry(Check):
    """An external article that no rule sends anyone to, or a person whom no question is for."""

    kind = IssueKind("KB302", Severity.WARNING, "An external article or a person that nothing uses")

    def issues(self, library: LibrarySource) -> Iterator[Issue]:
        """External articles first, then people."""
        sent_to = seen(library.knowledge)
        for document, written in library.rules:
            for id_ in written.external_articles:
                if id_ not in sent_to:
                    yield self.found(
                        library.at(document, "external_articles", id_),
                        f"no rule sends anyone to {id_}; name it in references, or take it out",
                    )
        asked = {fact.answered_by for fact in library.knowledge.facts.values()}
        asked |= {step.acts for resolution in library.knowledge.resolutions for step in resolution.steps}
        for person in library.knowledge.people:
            if person.id not in asked:
                yield self.found(
                    library.at(library.vocabulary[0], "people", person.id),
                    f"no question and no step is for {person.id}; name them in answered_by or acts, or take them out",
                )


class UnreachableChoice(Check):
    """A choice that nobody can pick: it is read away, or reads like another one."""

    kind = IssueKind("KB303", Severity.ERROR, "A choice that nobody can reach")

    def issues(self, library: LibrarySource) -> Iterator[Issue]:
        """Every such choice, at its declaration."""
        for fact in library.knowledge.facts.values():
            labels: dict[str, str] = {}
            values: dict[str, str] = {}
            for choice in fact.choices:
                label, value = " ".join(choice.label.split()).casefold(), choice.value.strip().casefold()
                at = library.fact(fact.key, "choices", choice.value)
                if choice.value != choice.value.strip() or not choice.value:
                    yield self.found(
                        at, f"the choice {choice.value!r} begins or ends with a blank, which every answer is freed of"
                    )
                elif value in values:
                    yield self.found(
                        at, f"the choice {choice.value} differs from {values[value]} in letter case alone; rename one"
                    )
                elif label in labels:
                    yield self.found(
                        at, f"the choices {labels[label]} and {choice.value} bear the same words; tell them apart"
                    )
                labels.setdefault(label, choice.value)
                values.setdefault(value, choice.value)


class IdleTest(Check):
    """A comparison that every choice passes, or none: it says nothing, or can never hold."""

    kind = IssueKind("KB304", Severity.WARNING, "A comparison that tells no choices apart")

    def issues(self, library: LibrarySource) -> Iterator[Issue]:
        """One for each rule and comparison."""
        rules = [
            *((library.diagnosis(each.id), each.id, each) for each in library.knowledge.diagnoses),
            *((library.resolution(each.id), each.id, each) for each in library.knowledge.resolutions),
            *((library.note_rule(each.id), each.id, each) for each in library.knowledge.note_rules),
        ]
        told: set[tuple[str, Test]] = set()
        for at, id_, rule in rules:
            for test in (part for part in parts(rule) if isinstance(part, Test)):
                fact = library.knowledge.fact(test.fact)
                passing = None if fact is None else _passing(test, fact)
                article = getattr(rule, "article", "")
                if fact is None or passing is None or (article, test) in told:
                    continue
                told.add((article, test))
                if not passing or len(passing) == len(_choices(fact)):
                    which = "no choice" if not passing else "every choice"
                    yield self.found(
                        at, f"{which} of {test.fact} passes a comparison in {id_}; name the choices that matter"
                    )


class MissingQuestion(Check):
    """A fact whose `ask` is no question, or one that asks for free text and says nowhere how to find it."""

    kind = IssueKind("KB305", Severity.WARNING, "A fact without a proper question")

    def issues(self, library: LibrarySource) -> Iterator[Issue]:
        """One for each declaration."""
        told: set[str] = set()
        for fact in library.knowledge.facts.values():
            written = library.written_key(fact.key)
            if written in told:
                continue
            told.add(written)
            if not fact.ask.rstrip().endswith("?"):
                yield self.found(
                    library.fact(fact.key, "ask"), f"what {written} asks is no question; let it end in a question mark"
                )
            if not fact.type.closed and not fact.how_to_check and not fact.help:
                yield self.found(
                    library.fact(fact.key),
                    f"{written} says neither in how_to_check nor in help where it stands; nobody can guess it",
                )


def _choices(fact: Fact | DerivedFact) -> tuple[str | bool, ...]:
    return (True, False) if fact.type is FactType.BOOLEAN else tuple(choice.value for choice in fact.choices)


def _passing(test: Test, fact: Fact | DerivedFact) -> tuple[str | bool, ...] | None:
    """The choices for which a test holds; nothing where the fact has no choices."""
    choices = _choices(fact)
    if not choices or fact.type.several:
        return None
    if test.operator is Operator.ONE_OF:
        return tuple(choice for choice in choices if choice in test.operands)
    limit = choices.index(test.operands[0])
    match test.operator:
        case Operator.AT_LEAST:
            return choices[limit:]
        case Operator.AT_MOST:
            return choices[: limit + 1]
        case Operator.ABOVE:
            return choices[limit + 1 :]
        case Operator.BELOW:
            return choices[:limit]
    return None
