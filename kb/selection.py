"""A part of a library: one article by itself, with what its rules speak of, or all but the drafts."""

from __future__ import annotations

from collections.abc import Iterator

from kb.conditions import Concluded, Condition, leaves
from kb.model import Diagnosis, KnowledgeBase, NoteRule, Resolution


def article_alone(knowledge: KnowledgeBase, article: str) -> KnowledgeBase:
    """The knowledge of one article: its diagnoses, ways out and notes, and the diagnoses that these speak of.

    What would exclude one of its diagnoses from elsewhere is left out, as are ways out that another article has for it.
    """
    by_id = {each.id: each for each in knowledge.diagnoses}
    resolutions = [each for each in knowledge.resolutions if each.article == article]
    notes = [each for each in knowledge.note_rules if each.article == article]
    waiting = [each.id for each in knowledge.diagnoses if each.article == article]
    waiting += [id_ for each in resolutions for id_ in each.diagnoses]
    waiting += [id_ for resolution in resolutions for id_ in _spoken_of(resolution)]
    waiting += [id_ for note in notes for id_ in _spoken_of(note)]
    kept: set[str] = set()
    while waiting:
        id_ = waiting.pop()
        if id_ not in kept:
            kept.add(id_)
            waiting += _spoken_of(by_id[id_])
    return knowledge.model_copy(
        update={
            "diagnoses": _kept(knowledge, kept),
            "resolutions": tuple(resolutions),
            "note_rules": tuple(notes),
        }
    )


def without_drafts(knowledge: KnowledgeBase) -> KnowledgeBase:
    """All but the rules of articles that are drafts; nothing else rests on those."""
    if not knowledge.drafts:
        return knowledge
    kept = {each.id for each in knowledge.diagnoses if each.article not in knowledge.drafts}
    return knowledge.model_copy(
        update={
            "diagnoses": _kept(knowledge, kept),
            "resolutions": tuple(each for each in knowledge.resolutions if each.article not in knowledge.drafts),
            "note_rules": tuple(each for each in knowledge.note_rules if each.article not in knowledge.drafts),
            "drafts": (),
        }
    )


def _kept(knowledge: KnowledgeBase, kept: set[str]) -> tuple[Diagnosis, ...]:
    """Some diagnoses of a library, which exclude none but each other."""
    return tuple(
        each.model_copy(update={"excludes": tuple(other for other in each.excludes if other in kept)})
        for each in knowledge.diagnoses
        if each.id in kept
    )


def _spoken_of(rule: Diagnosis | Resolution | NoteRule) -> list[str]:
    return [
        leaf.diagnosis for condition in _conditions(rule) for leaf in leaves(condition) if isinstance(leaf, Concluded)
    ]


def _conditions(rule: Diagnosis | Resolution | NoteRule) -> Iterator[Condition]:
    match rule:
        case Diagnosis():
            yield from (each.that for each in rule.applies_when)
            for instance in rule.instances:
                for requirement in instance.requires:
                    yield requirement.that
                    yield from (each.when for each in requirement.otherwise if each.when is not None)
                yield from (each.where for each in instance.explains if each.where is not None)
        case Resolution():
            if rule.when is not None:
                yield rule.when
            for step in rule.steps:
                if step.when is not None:
                    yield step.when
                yield from (each.when for each in step.because if each.when is not None)
                yield from (each.when for each in (*step.run, *step.check, *step.undo) if each.when is not None)
        case NoteRule():
            yield rule.when
