"""Whatever is in the facts, a command is one invocation of the cmdlet that its rule names."""

from __future__ import annotations

import pytest
import tree_sitter
import tree_sitter_powershell
from hypothesis import example, given
from hypothesis import strategies as st

from kb.commands import Command, CommandRefused, read, render
from kb.templates import Blank

HOSTILE = st.text(alphabet="ab'\"`$;|&(){}<>#,@%\\ \n\r\t\u2018\u2019\u201a\u201b\u201c\u201d\u201e-*", max_size=40)
LINE = r"Set-OabVirtualDirectory -Identity '{server}\OAB (Default Web Site)' -InternalUrl 'https://{host}/OAB'"

_TYPOGRAPHIC = str.maketrans(
    {**dict.fromkeys("\u2018\u2019\u201a\u201b", "'"), **dict.fromkeys("\u201c\u201d\u201e", '"')}
)
_PARSER = tree_sitter.Parser(tree_sitter.Language(tree_sitter_powershell.language()))


def invocations(line: str) -> list[str]:
    """The names of all commands that PowerShell sees in a line; it takes typographic quotes for plain ones."""
    root = _PARSER.parse(line.translate(_TYPOGRAPHIC).encode()).root_node
    assert not root.has_error, line
    found: list[str] = []

    def walk(node: tree_sitter.Node) -> None:
        if node.type == "command_name":
            found.append((node.text or b"").decode())
        assert node.type not in (
            "variable",
            "sub_expression",
            "script_block_expression",
            "expandable_string_literal",
        ), line
        for child in node.children:
            walk(child)

    walk(root)
    return found


def written(line: str, *, may_show: bool = False) -> Command:
    command, strangers = read(line, lambda key: Blank(fact=key), may_show=may_show)
    assert strangers == ()
    return command


@given(server=HOSTILE, host=HOSTILE)
@example(server="x'; Remove-Mailbox 'all", host="y")
@example(server="x\u2019; Remove-Mailbox \u2018all", host="y\u201a\u201b")
@example(server="$(Remove-Mailbox all)", host='`"')
def test_no_value_can_add_a_command_or_an_argument(server: str, host: str) -> None:
    line = render(written(LINE), {"server": server, "host": host})
    assert invocations(line) == ["Set-OabVirtualDirectory"]


@given(value=HOSTILE)
def test_a_value_comes_out_of_its_quotes_as_it_went_in(value: str) -> None:
    line = render(written("Set-X -Y '{server}'"), {"server": value})
    inner = line.removeprefix("Set-X -Y '").removesuffix("'")
    undoubled, position = "", 0
    while position < len(inner):
        undoubled += inner[position]
        position += 2 if inner[position] in "'\u2018\u2019\u201a\u201b" else 1
    assert undoubled == value


def test_a_command_as_an_author_writes_it() -> None:
    line = render(written(LINE), {"server": "EXCH1", "host": "mail.contoso.com"})
    assert (
        line
        == r"Set-OabVirtualDirectory -Identity 'EXCH1\OAB (Default Web Site)' -InternalUrl 'https://mail.contoso.com/OAB'"
    )


def test_switches_constants_positions_and_percent_signs() -> None:
    command = written("Set-X 'first' -Force -Enabled:$false -Uri $null -Share 100%{server}")
    assert render(command, {"server": "%s"}) == "Set-X 'first' -Force -Enabled:$false -Uri $null -Share '100%%s'"


def test_a_reading_command_may_show_properties() -> None:
    command = written("Get-X -Identity '{server}' | fl Name,InternalUrl", may_show=True)
    assert render(command, {"server": "EXCH1"}) == "Get-X -Identity 'EXCH1' | Format-List Name, InternalUrl"


@pytest.mark.parametrize(
    "line",
    [
        "",
        "'Set-X'",
        "Set-X -Identity $server",
        'Set-X -Identity "$server"',
        "Set-X; Remove-Mailbox",
        "Set-X | Remove-Mailbox",
        "Set-X -Identity (Get-Y)",
        "Set-X -Identity @{a=1}",
        "Set-X -Identity 'open",
        "Set-X & calc",
        "Set-X > file",
        "Set-X -Identity a`b",
        "Get-X | Format-List Name",
        "Set-X -1",
    ],
)
def test_a_line_that_is_more_than_one_plain_command_is_refused(line: str) -> None:
    with pytest.raises(CommandRefused):
        written(line)
