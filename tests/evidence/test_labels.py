"""Words above an output say whether it is so now. What was so before, or should be so, is no fact."""

from __future__ import annotations

import pytest

import evidence
from tests.evidence.facts import facts, note, notes

OUTPUT = """[PS] C:\\>Get-OabVirtualDirectory | fl Server,InternalUrl

Server      : EX7
InternalUrl : https://{host}/OAB
"""
OLD, NEW = OUTPUT.format(host="ex7.fabrikam.local"), OUTPUT.format(host="post.fabrikam.example")
URL = "endpoints.oab.url"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Before:", "After:"),
        ("### BEFORE THE CHANGE ###", "### AFTER ###"),
        ("It was (old, before the change):", "Now it is:"),
        ("Old settings:", "and this is what we have now:"),
        ("Vorher", "Nachher"),
        ("It should be:", "but it is:"),
        ("For example, the documentation shows:", "Currently:"),
    ],
)
@pytest.mark.parametrize("now_first", [True, False])
def test_what_is_said_to_be_so_now_counts_wherever_it_stands(before: str, after: str, now_first: bool) -> None:
    parts = [f"{before}\n{OLD}", f"{after}\n{NEW}"]
    found = evidence.read("\n".join(reversed(parts) if now_first else parts))
    assert {each.value for each in found.asserted if each.fact == URL} == {"https://post.fabrikam.example/OAB"}
    assert note(found, "not-of-today").details["words"] in before


def test_a_warning_from_before_the_change_is_not_the_one_of_today() -> None:
    good = "The security certificate is from a trusted certifying authority.\nThe security certificate date is valid.\n"
    found = evidence.read(
        f"Before the change:\nSecurity Alert\nex7.fabrikam.local\n{good}The name on the security certificate is "
        "invalid or does not match the name of the site.\n\n"
        "After the change:\nSecurity Alert\nautodiscover.fabrikam.example\n"
        f"{good.replace('date is valid', 'has expired or is not yet valid')}"
        "The security certificate has a valid name.\n"
    )
    assert facts(found)["alert.host"] == "autodiscover.fabrikam.example"
    assert (facts(found)["alert.name"], facts(found)["alert.date"]) == ("ok", "failed")


@pytest.mark.parametrize(
    "words",
    [
        "Old server:",
        "As I said before:",
        "Before we begin, our settings:",
        "The output was:",
        "mail.example.com",
        "Here is what we have today:",
        "Such a name is a server of ours, for example.",
        "Before, it was another server. This is the output of the new one.",
    ],
)
def test_words_that_say_nothing_of_another_time(words: str) -> None:
    found = evidence.read(f"{words}\n{NEW}")
    assert facts(found)[URL] == "https://post.fabrikam.example/OAB"
    assert "not-of-today" not in notes(found)


def test_another_sentence_ends_what_was_before() -> None:
    found = evidence.read(f"Before:\n{OLD}\nThen our colleague sent this output from the console.\n{NEW}")
    assert facts(found)[URL] == "https://post.fabrikam.example/OAB"
