"""The version of Exchange is read from what people and machines write for it, as the table of builds says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import kb
from kb.values import ValueAmbiguous, ValueRefused, read_value


@pytest.mark.parametrize(
    ("written", "version"),
    [
        ("2010 SP3", "2010"),
        ("Exchange 2010 SP3", "2010"),
        (2010, "2010"),
        (14.3, "2010"),
        ("14.3", "2010"),
        ("8.3", "2007"),
        ("v15.1 (Build 2507.6)", "2016"),
        ("Version 15.2 (Build 2562.17)", "se"),
        ("Version 15.2 (Build 1544.4)", "2019"),
        ("15.02.0986.005", "2019"),
        ("exchange se", "se"),
        ("SE RTM", "se"),
        ("Subscription Edition", "se"),
        ("Office 365", "online"),
        ("6.5", "other"),
    ],
)
def test_what_people_say(knowledge: kb.KnowledgeBase, written: object, version: str) -> None:
    assert read_value(written, knowledge.facts["exchange.version"]) == version


@pytest.mark.parametrize("written", ["15.2", 15.2, "Version 15.2"])
def test_what_two_versions_share_is_refused_with_both(knowledge: kb.KnowledgeBase, written: object) -> None:
    with pytest.raises(ValueAmbiguous, match="Exchange Server 2019 or Exchange Server Subscription Edition"):
        read_value(written, knowledge.facts["exchange.version"])


def version_of(major: int, minor: int, build: int) -> str | None:
    """The table, in other words than the library's patterns.

    From 15.2.2562 on (1 July 2025) it is the Subscription Edition: microsoft/CSS-Exchange,
    Shared/Get-ExchangeBuildVersionInformation.ps1. 15.20 is Exchange Online, as its ServerVersionInfo says.
    """
    if major == 15:
        if minor == 2:
            return None if build >= 30_000 else "se" if build >= 2562 else "2019"
        return {0: "2013", 1: "2016", 20: "online"}.get(minor)
    return {4: "other", 5: "other", 6: "other", 7: "other", 8: "2007", 14: "2010"}.get(major)


@given(
    st.sampled_from(
        [(4, 0), (6, 5), (8, 3), (9, 0), (14, 1), (14, 3), (15, 0), (15, 1), (15, 2), (15, 3), (15, 20), (16, 0)]
    ),
    st.sampled_from([1, 196, 986, 1544, 1999, 2561, 2562, 2563, 9999, 29_999, 30_000, 65_535]),
    st.integers(0, 99),
    st.sampled_from(["Version {0}.{1} (Build {2}.{3})", "{0}.{1}.{2}.{3}", "v{0}.{1:02}.{2:04}.{3:03}"]),
)
def test_a_build_is_read_as_the_table_says(
    knowledge: kb.KnowledgeBase, major_minor: tuple[int, int], build: int, revision: int, notation: str
) -> None:
    expected = version_of(*major_minor, build)
    written = notation.format(*major_minor, build, revision)
    fact = knowledge.facts["exchange.version"]
    if expected is None:
        with pytest.raises(ValueRefused):
            read_value(written, fact)
    else:
        assert read_value(written, fact) == expected
