"""Reads what Format-Table printed, where its columns are unambiguous.

PowerShell underlines each column's heading with hyphens, and that line tells where columns begin. Where text runs
across a border, as it does after a forum has collapsed the spacing or somebody has masked a thumbprint, a row is read
only if it has exactly one word for each column, and each cell is of its column's kind. The list of certificates that
everybody pastes (`Thumbprint  Services  Subject`) is read by the shape of its rows, since their second column has its
own grammar. A cell that ends in `...` was cut and is not relied on; of a list of certificates of which a row cannot be
read, it is said that something is missing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from evidence.evidence_text import EvidenceText, Reader, Reading
from evidence.exchange_certificates import SERVICES_COLUMN
from evidence.hosts import clean_url, is_host_name
from evidence.limits import MAX_OBJECTS, MAX_PARSED_LINE
from evidence.model import ReadingNote
from evidence.shell_object import (
    ShellCommand,
    ShellObject,
    Value,
    command_in,
    is_elision,
    is_prompt,
    value_of_text,
)
from evidence.shell_outputs import interpret

_RULE: Final = re.compile(r"[ \t]*-{2,}(?:[ \t]+-{2,})*[ \t]*")
_COLUMN: Final = re.compile(r"-{2,}")
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,80}")
_QUOTE: Final = re.compile(r"\A[ \t]{0,16}(?:>[ \t]?){1,8}")
"""The marks with which mail programs quote."""
_CERTIFICATE_COLUMNS: Final = ("thumbprint", "services", "subject")
_CERTIFICATE_ROW: Final = re.compile(
    rf"[\s>|]{{0,80}}(?:[*\u2022\u00b7-]\s{{1,8}})?(?:(\S{{1,100}})\s+)?({SERVICES_COLUMN.pattern})(?:\s+(\S.*))?"
)
_GONE: Final = re.compile(r"\b(?:removed|deleted|gone|old|gel\u00f6scht|entfernt|alt(?:es)?)\b", re.IGNORECASE)
_ANNOTATION: Final = re.compile(r"\s+(?:<[=-]|\u2190|#).*")
"""What somebody has written behind a row: `<== this one`."""
_LIKE_A_ROW: Final = re.compile(r"[0-9A-Fa-f]{16}|\b(?:CN|OU|O|DC|C)\s?=|(?<!\S)[.IPUWSF]{5,8}(?!\S)")
"""What stands in a row of certificates and in no sentence."""
_LONG_LINE: Final = 70
"""Characters from which on a line is taken for one that a narrow window or a mail program has broken."""
_LOOK_AHEAD: Final = 12
"""Lines behind one that is no row, in which another row shows that the list goes on."""
_ELLIPSIS: Final = "..."
_WIDTHS: Final = frozenset({79, 80, 119, 120})
_SERVICE = "(?:IMAP|POP|IIS|SMTP|UM|UMCallRouter|Federation)"
_SPACED_VALUE: Final = re.compile(rf"(?<!\S){_SERVICE}(?:, {_SERVICE})+(?!\S)", re.IGNORECASE)
_TIME: Final = re.compile(r"(?<!\S)\d{1,4}[./-]\d{1,2}[./-]\d{2,4} \d{1,2}:\d\d(?::\d\d)?(?: [AP]M)?(?!\S)")
_JOINED: Final = "\x00"
_WORDS_OF_SERVICES: Final = re.compile(r"[A-Za-z]+(?:,\s?[A-Za-z]+)*(?:,?\s?(?:\.\.\.|\u2026))?")


@dataclass(frozen=True, slots=True)
class _Table:
    names: tuple[str, ...]
    starts: tuple[int, ...]
    heading: int
    """Index of the line with the headings."""
    rows: tuple[int, ...]
    """Indices of the lines that may be rows."""
    end: int
    command: ShellCommand | None
    elided: bool
    """Whether a line says that something was left out, or is none of the rows between which it stands."""
    last_cut: bool = False
    """Whether the line behind the last row may be the rest of that row."""

    @property
    def of_certificates(self) -> bool:
        return self.names[:3] == _CERTIFICATE_COLUMNS and len(self.names) == 3


@dataclass(slots=True)
class _Row:
    index: int
    cells: list[str]


def read_format_table(evidence_text: EvidenceText) -> Reading | None:
    """Read every table whose headings are properties of outputs that the library knows."""
    objects: list[ShellObject] = []
    notes: list[ReadingNote] = []
    claimed: list[range] = []
    lines = tuple(_QUOTE.sub("", line, count=1) if ">" in line[:20] else line for line in evidence_text.lines)
    for table in _tables(lines, evidence_text.knowledge.outputs.marks):
        claimed.append(range(table.heading, table.end))
        rows, unread = _rows(lines, table)
        what = table.command.cmdlet if table.command is not None else "Format-Table output"
        for index in unread:
            text = "A row of the table does not fit its columns, so it was not read. Use Format-List instead."
            notes.append(ReadingNote("ambiguous-row", text, evidence_text.provenance(what, index + 1)))
        if table.elided:
            text = "The table says that something was left out of it."
            notes.append(ReadingNote("left-out-by-hand", text, evidence_text.provenance(what, table.heading + 1)))
        partial = bool(unread) or table.elided
        for row in rows:
            properties: dict[str, Value] = {
                name: value_of_text(cell, row.index + 1) for name, cell in zip(table.names, row.cells, strict=True)
            }
            if len(objects) <= MAX_OBJECTS:
                provenance = evidence_text.provenance(what, row.index + 1)
                objects.append(ShellObject(properties, provenance, table.command, partial=partial))
    if not objects and not notes:
        return None
    observations, more = interpret(objects, evidence_text.knowledge)
    return Reading(observations, (*notes, *more), tuple(claimed))


def _tables(lines: tuple[str, ...], marks: frozenset[str]) -> Iterator[_Table]:
    command: ShellCommand | None = None
    index = 0
    previous = -1
    while index < len(lines):
        line = lines[index]
        if len(line) > MAX_PARSED_LINE or not line.strip():
            index += 1
            continue
        table = None
        if _is_rule(line):
            if previous >= 0 and index - previous <= 2:
                table = _ruled(lines, previous, index, command, marks)
        elif _is_certificate_heading(line):
            table = _unruled(lines, index, command)
        if table is not None:
            yield table
            previous, index = -1, max(table.end, index + 1)
            continue
        command = command_in(line) or command
        previous, index = index, index + 1


def _ruled(
    lines: tuple[str, ...], above: int, rule: int, command: ShellCommand | None, marks: frozenset[str]
) -> _Table | None:
    """Make a table of a heading and the hyphens below it."""
    heading, hyphens = lines[above].expandtabs(), lines[rule].expandtabs()
    starts = tuple(match.start() for match in _COLUMN.finditer(hyphens))
    words = tuple(heading.split())
    if len(words) != len(starts) or not all(_NAME.fullmatch(word) for word in words):
        return None
    names = tuple(word.lower() for word in words)
    if len(set(names)) != len(names) or marks.isdisjoint(names):
        return None
    return _filled(lines, _Table(names, _aligned(heading, words, starts), above, (), rule + 1, command, False))


def _unruled(lines: tuple[str, ...], heading: int, command: ShellCommand | None) -> _Table | None:
    """Make a table of a heading of certificates alone, where the line of hyphens was lost."""
    below = next((line for line in lines[heading + 1 : heading + 4] if line.strip()), "")
    if _is_rule(below):
        return None
    table = _Table(_CERTIFICATE_COLUMNS, (), heading, (), heading + 1, command, False)
    filled = _filled(lines, table)
    return filled if filled.rows and _CERTIFICATE_ROW.fullmatch(lines[filled.rows[0]].rstrip()) else None


def _is_rule(line: str) -> bool:
    return "--" in line and len(line) <= MAX_PARSED_LINE and _RULE.fullmatch(line) is not None


def _is_certificate_heading(line: str) -> bool:
    return len(line) <= 400 and tuple(word.lower() for word in line.strip(" \t>*|").split()) == _CERTIFICATE_COLUMNS


def _filled(lines: tuple[str, ...], table: _Table) -> _Table:
    """Find the rows of a table: also those behind an empty line, where what stands there fits the columns."""
    rows: list[int] = []
    elided = spaced = False
    end = index = table.end
    while index < len(lines):
        line = lines[index]
        if len(line) > MAX_PARSED_LINE:
            break
        if not line.strip():
            index += 1
            continue
        gap = index - end
        if is_elision(line):
            elided = True
        elif _ends_table(lines, index):
            break
        elif (gap and (rows or gap > 2) and not _fits(line, table)) or not _may_be_row(line, table):
            if not _goes_on(lines, index, table):
                # What stands right below a row, or as far from it as rows are from each other, may be the row's rest.
                cut = bool(rows) and gap <= (1 if spaced else 0)
                return replace(table, rows=tuple(rows), end=end, elided=elided, last_cut=cut)
            elided = True
        else:
            spaced = spaced or gap == 1
            rows.append(index)
        index += 1
        end = index
    return replace(table, rows=tuple(rows), end=end, elided=elided)


def _goes_on(lines: tuple[str, ...], index: int, table: _Table) -> bool:
    """Tell whether rows of certificates follow behind a line that is none."""
    if not table.of_certificates:
        return False
    for below in range(index + 1, min(index + _LOOK_AHEAD, len(lines))):
        if len(lines[below]) > MAX_PARSED_LINE or (lines[below].strip() and _ends_table(lines, below)):
            return False
        if _CERTIFICATE_ROW.fullmatch(lines[below].rstrip()):
            return True
    return False


def _ends_table(lines: tuple[str, ...], index: int) -> bool:
    """Tell whether a line belongs to something else: a prompt, a command, a fence, or the heading of a next table."""
    line = lines[index]
    if is_prompt(line) or command_in(line) is not None or line.strip() in ("#>", "```", "~~~"):
        return True
    below = lines[index + 1] if index + 1 < len(lines) else ""
    return _is_certificate_heading(line) or _is_rule(below)


def _fits(line: str, table: _Table) -> bool:
    """Tell whether a line that stands apart can be a row: every column begins in it where it should."""
    if table.of_certificates:
        return _CERTIFICATE_ROW.fullmatch(line.rstrip()) is not None
    line = line.expandtabs().rstrip()
    return len(table.starts) > 1 and all(
        start < len(line) and line[start] != " " and (start == 0 or line[start - 1] == " ") for start in table.starts
    )


def _may_be_row(line: str, table: _Table) -> bool:
    """Tell whether a line may be a row, or the rest of one, of a list of certificates; in other tables all may be."""
    return (
        not table.of_certificates
        or _CERTIFICATE_ROW.fullmatch(line.rstrip()) is not None
        or _LIKE_A_ROW.search(line) is not None
    )


def _is_broken_off(line: str, above: str) -> bool:
    """Tell whether a line is the rest of the one above, which did not fit into a window or a mail."""
    above = above.rstrip()
    return len(above) >= _LONG_LINE or above.endswith((",", "=")) or line.startswith(" " * 8)


def _aligned(heading: str, names: tuple[str, ...], starts: tuple[int, ...]) -> tuple[int, ...]:
    """Return where columns begin, or nothing where heading and hyphens do not agree (collapsed spacing)."""
    ends = zip(starts, (*starts[1:], len(heading) + 1), strict=True)
    cells = tuple(heading[start:end].strip() for start, end in ends)
    return starts if cells == names else ()


def _rows(lines: tuple[str, ...], table: _Table) -> tuple[list[_Row], list[int]]:
    """Return the rows in cells, and the indices of those that cannot be read."""
    rows: list[_Row] = []
    unread: list[int] = []
    last = -1
    for index in table.rows:
        line = lines[index].expandtabs()
        remark = _ANNOTATION.search(line)
        if remark is not None and _GONE.search(remark[0]):
            unread.append(index)
            continue
        line = _ANNOTATION.sub("", line).rstrip()
        cells = _certificate_cells(line) if table.of_certificates else None
        if cells is None and rows and last == index - 1:
            if table.of_certificates and _is_rest_of_subject(line, lines[index - 1], table):
                rows[-1].cells[-1] += _ELLIPSIS
                last = index
                continue
            if not table.of_certificates and _continued(rows[-1], line, table):
                last = index
                continue
        cells = cells or _cells(line, table)
        if cells is None or not all(_is_of_kind(name, cell) for name, cell in zip(table.names, cells, strict=True)):
            unread.append(index)
        else:
            rows.append(_Row(index, list(cells)))
            last = index
    # A window of the usual widths may have cut a row that ends right at its edge.
    width = max((len(lines[index].rstrip()) for index in table.rows), default=0)
    for row in rows:
        if width in _WIDTHS and len(lines[row.index].rstrip()) == width and table.names[-1] == "subject":
            row.cells[-1] = row.cells[-1].removesuffix(_ELLIPSIS) + _ELLIPSIS
    if table.last_cut and table.of_certificates and rows:
        rows[-1].cells[-1] += _ELLIPSIS
    return rows, unread


def _certificate_cells(line: str) -> tuple[str, ...] | None:
    match = _CERTIFICATE_ROW.fullmatch(line)
    return None if match is None else (match[1] or "", match[2].strip(), match[3] or "")


def _is_rest_of_subject(line: str, above: str, table: _Table) -> bool:
    """Tell whether a line is the rest of a subject: it has neither a thumbprint nor services of its own."""
    if re.search(r"[0-9A-Fa-f]{16}|(?<!\S)[.IPUWSF]{5,8}(?!\S)", line):
        return False
    return _is_broken_off(line, above)


def _continued(row: _Row, line: str, table: _Table) -> bool:
    """Take a line into the row above it where it holds what did not fit into that row's cells (`-Wrap`)."""
    if not table.starts or line[: table.starts[1] if len(table.starts) > 1 else 1].strip():
        return False
    cells = _cells(line, table)
    if cells is None or any(cell and not above for cell, above in zip(cells, row.cells, strict=True)):
        return False
    widths = (*(after - start - 1 for start, after in zip(table.starts, table.starts[1:], strict=False)), 0)
    for position, cell in enumerate(cells):
        above = row.cells[position]
        if not cell:
            continue
        whole = len(above) == widths[position] and " " not in above and not above.endswith(_ELLIPSIS)
        row.cells[position] = above + cell if whole else above.removesuffix(_ELLIPSIS) + _ELLIPSIS
    return True


def _cells(line: str, table: _Table) -> tuple[str, ...] | None:
    """Divide a row at the columns' borders; where text crosses one, into words if there is one for each column."""
    crossed = any(start - 1 < len(line) and line[start - 1] != " " for start in table.starts[1:])
    if not table.starts or crossed:
        return _in_words(line, table.names)
    borders = zip(table.starts, (*table.starts[1:], len(line) + 1), strict=True)
    return tuple(line[start:end].strip() for start, end in borders)


def _in_words(line: str, names: tuple[str, ...]) -> tuple[str, ...] | None:
    """Divide a row into words, one for each column; a list of services and a time of day are one, a subject is all."""
    line = _SPACED_VALUE.sub(lambda match: "".join(match[0].split(" ")) if "," in match[0] else match[0], line)
    line = _TIME.sub(lambda match: match[0].replace(" ", _JOINED), line)
    last = len(names) - 1 if names[-1] in ("subject", "issuer") else -1
    words = tuple(word.replace(_JOINED, " ") for word in line.split(None, last))
    return words if len(words) == len(names) else None


def _is_of_kind(name: str, cell: str) -> bool:
    """Tell whether a cell can stand in its column; one that cannot shows that the row was divided wrongly."""
    if not cell or cell.endswith((_ELLIPSIS, "\u2026")):
        return name != "services" or not cell or " " not in cell or _WORDS_OF_SERVICES.fullmatch(cell) is not None
    if name == "thumbprint":
        return " " not in cell
    if name == "services":
        return SERVICES_COLUMN.fullmatch(cell) is not None or _WORDS_OF_SERVICES.fullmatch(cell) is not None
    if name in ("notafter", "notbefore"):
        return cell[:1].isdigit()
    if name in ("subject", "issuer"):
        return "=" in cell or "..." in cell
    if name.endswith(("url", "uri")):
        return clean_url(cell) is not None
    if name in ("server", "servername", "fqdn"):
        return is_host_name(cell)
    return True


READER: Final = Reader(
    name="format-table",
    reads="Format-Table output where the columns are unambiguous",
    read=read_format_table,
)
