"""Situations of the printer library: every kind of value, a collection, several printers, a cartridge in dispute."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import strategies as st

from tests.desk.contract.situations import Situation
from tests.evidence.shell_output import Property, format_list

_REFUSED = "Check the cartridge (black), then press OK"


def state(printer: str, **more: Property) -> str:
    """What a printer says of itself."""
    return format_list("Get-PrinterState | Format-List", [{"PrinterName": printer, **more}])


def cartridge(printer: str, serial: str, refilled: bool, colours: tuple[str, ...]) -> str:
    """Which cartridge a printer says is in it."""
    said: dict[str, Property] = {"CartridgeSerial": serial, "Refilled": refilled, "Colours": colours}
    return format_list("Get-Cartridge | Format-List", [{"PrinterName": printer, **said}])


def chip(printer: str, serial: str, refilled: bool) -> str:
    """Which cartridge it is by its chip."""
    said: dict[str, Property] = {"ChipSerial": serial, "Refilled": refilled}
    return format_list("Get-CartridgeChip | Format-List", [{"PrinterName": printer, **said}])


def by_hand() -> Iterator[Situation]:
    """One of each verdict, as people say it; and each thing that may be said twice."""
    yield Situation("nothing at all")
    yield Situation(
        "as a person says it",
        {"model": "laser 9000", "ink": "4", "trays": {"upper": {"filled": "no"}, "lower.filled": "yes"}, "shelf": "S1"},
    )
    yield Situation(
        "all is well",
        {"model": "Small", "ink": 80, "trays.upper.filled": True, "lamps": "none", "message": "don't know"},
    )
    yield Situation(
        "the cartridge, told in words",
        {
            "lamps": "Error, Paper",
            "message": _REFUSED,
            "cartridge.refilled": "y",
            "cartridge.colours": ["Black"],
            "cartridge.serial": "No. 7 <b>",
            "printer.name": "P1",
        },
    )
    yield Situation(
        "two printers, one of them without paper",
        {"model": "large"},
        (("both", state("P1", UpperTrayFilled=False, InkLeft="50") + state("P2", UpperTrayFilled=True, InkLeft="3")),),
    )
    yield Situation(
        "before and after in two pastes",
        {},
        (("first", state("P1", Lamps="Error", InkLeft="2")), ("second", state("P1", Lamps="Ready", InkLeft="90"))),
    )
    refused = {"lamps": ["error"], "message": _REFUSED}
    two = cartridge("P1", "A 1/7", True, ("Black", "Cyan")) + chip("P1", "B-2", False)
    yield Situation("two cartridges, and nobody has said which", refused, (("both", two),))
    yield Situation("two cartridges, and nobody can say which", refused, (("both", two),), {"cartridge": "unknown"})
    yield Situation(
        "a number that was said against one that was read",
        {"ink": 60, "printer.name": "P1"},
        (("state", state("P1", InkLeft="4", PrinterModel="Small")),),
    )


def pieces() -> st.SearchStrategy[str]:
    """What two printers may say of themselves and of their cartridges."""
    printers = st.sampled_from(["P1", "P2"])
    said: dict[str, st.SearchStrategy[Property]] = {
        "PrinterModel": st.sampled_from(["Small", "Large", "Laser 9000"]),
        "InkLeft": st.sampled_from(["2", "4", "60"]),
        "UpperTrayFilled": st.booleans(),
        "Lamps": st.sampled_from([("Error",), ("Paper", "Error"), ()]),
        "Message": st.sampled_from([_REFUSED, "Ready"]),
    }
    states = st.fixed_dictionaries({}, optional=said).filter(bool)
    serials = st.sampled_from(["A 1/7", "B-2"])
    colours = st.sampled_from([("Black",), ("Cyan",), ("Black", "Cyan", "Magenta")])
    return st.one_of(
        st.builds(lambda printer, more: state(printer, **more), printers, states),
        st.builds(cartridge, printers, serials, st.booleans(), colours),
        st.builds(chip, printers, serials, st.booleans()),
    )
