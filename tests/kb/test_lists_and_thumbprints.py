"""Values that are several of a library's own, written as names or as one number, and thumbprints."""

from __future__ import annotations

import pytest

from kb.commands import read, render
from kb.messages import Slot
from kb.model import Choice, Fact
from kb.speech import spoken, typed
from kb.templates import Blank
from kb.values import UNKNOWN, FactType, Value, ValueRefused, read_value, same_value

PAPER = Fact(
    key="printer.fault",
    label="the fault code",
    ask="Which code does it show?",
    type=FactType.FLAGS,
    choices=(
        Choice(value="jam", label="a paper jam", bit=0x1),
        Choice(value="empty", label="no paper", bit=0x10),
        Choice(value="door", label="an open door", bit=0x80000000),
    ),
    answered_by="caller",
    cost=1,
)
SIZES = PAPER.model_copy(
    update={
        "type": FactType.CHOICES,
        "choices": (Choice(value="a4", label="A4"), Choice(value="a5", label="A5"), Choice(value="a6", label="A6")),
    }
)
THUMBPRINT = PAPER.model_copy(update={"type": FactType.THUMBPRINT, "choices": ()})


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("10", ("empty",)),
        (11, ("jam", "empty")),
        ("0x80000001", ("jam", "door")),
        ("0", ()),
        (["door", "jam"], ("jam", "door")),
        ("a paper jam, an open door", ("jam", "door")),
        ("don't know", UNKNOWN),
    ],
)
def test_a_number_is_read_as_the_flags_that_it_is_the_sum_of(raw: object, value: Value) -> None:
    assert read_value(raw, PAPER) == value
    assert read_value(value, PAPER) == value
    assert read_value(typed(value), PAPER) == value


@pytest.mark.parametrize("raw", ["2", "0x100000000", True, -1, 1.5, ["jam", "smoke"], ""])
def test_a_bit_without_a_meaning_is_refused(raw: object) -> None:
    with pytest.raises(ValueRefused):
        read_value(raw, PAPER)


@pytest.mark.parametrize(
    ("raw", "value"),
    [("A6, A4", ("a4", "a6")), ("{A4, A5}", ("a4", "a5")), ("a4 and a5", ("a4", "a5")), ("none", ()), ([], ())],
)
def test_a_list_keeps_the_order_of_the_library(raw: object, value: Value) -> None:
    assert read_value(raw, SIZES) == value


def test_lists_are_the_same_in_any_order() -> None:
    assert same_value(("a5", "a4"), ("a4", "a5"), SIZES)
    assert not same_value(("a4",), ("a4", "a5"), SIZES)


def test_a_list_is_said_by_its_labels() -> None:
    assert str(spoken(("jam", "empty"), PAPER)) == "a paper jam, no paper"


def test_a_list_stands_in_a_command_as_a_list_of_literals() -> None:
    command, _ = read("Set-Tray -Size '{tray.sizes}'", lambda name: Blank(fact=name), may_show=False)
    line = render(command, {"tray.sizes": Slot("a4, a5", FactType.CHOICES, ("a4", "a5"))})
    assert str(line) == "Set-Tray -Size 'a4', 'a5'"


def test_a_thumbprint_is_read_as_windows_and_openssl_print_it() -> None:
    digits = "A1B2C3D4E5F60718293A4B5C6D7E8F9001122334"
    pairs = [digits[at : at + 2] for at in range(0, 40, 2)]
    for raw in (digits, digits.lower(), " ".join(pairs), ":".join(pairs), "\N{LEFT-TO-RIGHT MARK}" + digits):
        assert read_value(raw, THUMBPRINT) == digits
    for raw in (digits[:-1], digits + "0", "G" * 40, "…" + digits[:8]):
        with pytest.raises(ValueRefused):
            read_value(raw, THUMBPRINT)
