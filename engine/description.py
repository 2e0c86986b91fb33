"""Puts conditions into words, for explanations and for requirements that have no words of their own."""

from __future__ import annotations

from kb.conditions import All, Any, Concluded, Condition, Not, Operator, Test
from kb.messages import Message
from kb.model import KnowledgeBase
from kb.speech import spoken


def describe(condition: Condition, knowledge: KnowledgeBase) -> Message:
    """A condition in one sentence."""
    match condition:
        case Test():
            return describe_test(condition, knowledge, wanted=True)
        case Not(part=Test() as test):
            return describe_test(test, knowledge, wanted=False)
        case Concluded():
            title = next(each.title for each in knowledge.diagnoses if each.id == condition.diagnosis)
            return Message(f"“{title}” is confirmed")
        case Not():
            return Message("not (", describe(condition.part, knowledge), ")")
        case All() | Any():
            joint = "; " if isinstance(condition, All) else "; or "
            return Message.joined(joint, (describe(part, knowledge) for part in condition.parts))


def describe_test(test: Test, knowledge: KnowledgeBase, *, wanted: bool) -> Message:
    """What a test wants of its fact, or wants not to be."""
    fact = knowledge.fact(test.fact)
    values = Message.joined(" or ", (spoken(operand, fact) for operand in test.operands))
    match test.operator:
        case Operator.ONE_OF:
            required = values
        case Operator.EMPTY:
            required = Message("none")
        case _:
            required = Message(f"{test.operator.value.replace('_', ' ')} ", values)
    label = test.fact if fact is None else fact.label
    return Message(f"{label}: {'' if wanted else 'not '}", required)


def describe_exclusion(excluder: str) -> Message:
    """What another cause, named by its title, does to one that it excludes."""
    return Message(f"Ruled out by another cause: {excluder}.")
