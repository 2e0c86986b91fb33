"""Puts conditions into words, for explanations and for requirements that have no words of their own."""

from __future__ import annotations

from engine.wording import Words
from kb.conditions import All, Any, Concluded, Condition, Not, Operator, Test
from kb.model import KnowledgeBase


def describe(condition: Condition, words: Words, knowledge: KnowledgeBase) -> str:
    """A condition in one sentence."""
    match condition:
        case Test():
            return describe_test(condition, words, wanted=True)
        case Not(part=Test() as test):
            return describe_test(test, words, wanted=False)
        case Concluded():
            title = next(each.title for each in knowledge.diagnoses if each.id == condition.diagnosis)
            return f"“{title}” is confirmed"
        case Not():
            return f"not ({describe(condition.part, words, knowledge)})"
        case All() | Any():
            joint = "; " if isinstance(condition, All) else "; or "
            return joint.join(describe(part, words, knowledge) for part in condition.parts)


def describe_test(test: Test, words: Words, *, wanted: bool) -> str:
    """What a test wants of its fact, or wants not to be."""
    values = " or ".join(words.spoken_value(test.fact, operand) for operand in test.operands)
    match test.operator:
        case Operator.ONE_OF:
            required = values
        case Operator.EMPTY:
            required = "none"
        case _:
            required = f"{test.operator.value.replace('_', ' ')} {values}"
    return f"{words.label(test.fact)}: {required if wanted else f'not {required}'}"
