"""Decision diagrams against what they stand for: plain sets of assignments, written out."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.proof.diagrams import ALL, EMPTY, Diagrams, TooLarge

SIZES = (3, 2, 3, 2)
GAPS = {variable: size - 1 for variable, size in enumerate(SIZES)}
EVERY = list(product(*(range(size) for size in SIZES)))

formulas = st.recursive(
    st.tuples(st.integers(0, 3), st.sets(st.integers(0, 2))).map(lambda each: ("is", *each)),
    lambda inner: st.one_of(
        st.tuples(st.just("not"), inner),
        st.tuples(st.just("and"), inner, inner),
        st.tuples(st.just("or"), inner, inner),
    ),
    max_leaves=8,
)


def diagram(diagrams: Diagrams, formula: tuple) -> int:
    match formula:
        case ("is", variable, values):
            return diagrams.having(variable, values)
        case ("not", inner):
            return diagrams.outside(diagram(diagrams, inner))
        case ("and", left, right):
            return diagrams.both(diagram(diagrams, left), diagram(diagrams, right))
        case ("or", left, right):
            return diagrams.either(diagram(diagrams, left), diagram(diagrams, right))
    raise AssertionError(formula)


def members(formula: tuple) -> set[tuple[int, ...]]:
    match formula:
        case ("is", variable, values):
            return {each for each in EVERY if each[variable] in values}
        case ("not", inner):
            return set(EVERY) - members(inner)
        case ("and", left, right):
            return members(left) & members(right)
        case ("or", left, right):
            return members(left) | members(right)
    raise AssertionError(formula)


def fillings(assignment: tuple[int, ...]) -> set[tuple[int, ...]]:
    """Every way to fill the gaps of an assignment."""
    options = [range(GAPS[v]) if value == GAPS[v] else [value] for v, value in enumerate(assignment)]
    return set(product(*options))


@given(formulas)
def test_a_diagram_holds_exactly_the_assignments_of_its_formula(formula: tuple) -> None:
    diagrams = Diagrams(SIZES)
    made, wanted = diagram(diagrams, formula), members(formula)
    assert {each for each in EVERY if diagrams.contains(made, dict(enumerate(each)))} == wanted
    assert diagrams.count(made, [[1] * size for size in SIZES]) == len(wanted)
    assert (made == EMPTY) == (not wanted)
    assert (made == ALL) == (len(wanted) == len(EVERY))


@given(formulas, formulas)
def test_equal_sets_are_equal_numbers(first: tuple, second: tuple) -> None:
    diagrams = Diagrams(SIZES)
    same = diagram(diagrams, first) == diagram(diagrams, second)
    assert same == (members(first) == members(second))
    assert diagrams.inside(diagram(diagrams, first), diagram(diagrams, second)) == (members(first) <= members(second))


@given(formulas)
def test_gaps_are_filled_in_every_way_or_in_some(formula: tuple) -> None:
    diagrams = Diagrams(SIZES)
    made, wanted = diagram(diagrams, formula), members(formula)
    whatever, somehow = diagrams.whatever(made, GAPS), diagrams.somehow(made, GAPS)
    for each in EVERY:
        assignment = dict(enumerate(each))
        assert diagrams.contains(whatever, assignment) == (fillings(each) <= wanted)
        assert diagrams.contains(somehow, assignment) == bool(fillings(each) & wanted)


@given(formulas)
def test_paths_lead_through_all_of_it_and_nothing_else(formula: tuple) -> None:
    diagrams = Diagrams(SIZES)
    made = diagram(diagrams, formula)
    reached = {
        each for path in diagrams.paths(made) for each in EVERY if all(each[v] == value for v, value in path.items())
    }
    assert reached == members(formula)
    assert diagrams.support(made) >= {v for path in diagrams.paths(made) for v in path}


def test_work_beyond_the_budget_is_refused_and_not_guessed_at() -> None:
    diagrams = Diagrams([2] * 24, budget=200)
    pairs = [(number, number + 12) for number in range(12)]
    with pytest.raises(TooLarge):
        diagrams.all_of(diagrams.either(diagrams.having(a, [0]), diagrams.having(b, [0])) for a, b in pairs)
