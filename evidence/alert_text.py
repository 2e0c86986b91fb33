"""Reads the warning itself: which kind it is, which of the three checks failed, and which host it names.

Where the words have a dialog's own structure, they are what a program showed. Where they stand in a sentence that
somebody wrote, that person states them. What only makes a dialog likely is proposed, with the words that it rests on. A
page of documentation that lists the messages is no warning at all.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Final

from evidence.alert_wordings import (
    CERTIFICATE_WORDS,
    CHECKS,
    DIALOGS,
    SECOND_SENTENCES,
    TITLE_WORDS,
    Check,
    CheckWording,
    DialogWording,
)
from evidence.evidence_text import EvidenceText, Reader, Reading
from evidence.hosts import host_of, is_dns_name
from evidence.limits import MAX_NOTES, MAX_PARSED_LINE
from evidence.model import Detail, Observation, Rank, ReadingNote, Sighting
from evidence.quoted_warning import HOST, goes_on_from, is_somebodys

_SAME: Final = str.maketrans(
    {
        "\ufb01": "fi",
        "\ufb02": "fl",
        "\u2018": "'",
        "\u2019": "'",
        "\u201c": "'",
        "\u201d": "'",
        "\u201e": "'",
        '"': "'",
    }
)
_URL: Final = re.compile(r"https?://[^\s<>\"'`]{1,2000}", re.IGNORECASE)
_HOST: Final = r"['(\[]?([a-z0-9_](?:[a-z0-9._-]{0,251}[a-z0-9_])?)"
_NAMED: Final = re.compile(
    rf"(?:security certificate,|to the proxy server|target site|zielwebsite|sicherheitszertifikat(?: f\u00fcr)?,|"
    rf"proxyserver|serveur proxy|with the server|with server|connection (?:to|with)) {_HOST}"
)
_CODE: Final = re.compile(
    r"\((?:[^\d()%]{0,30}(?:code|\u30b3\u30fc\u30c9|error|erreur|c\u00f3digo|codice|kod|k\u00f3d|\u4ee3\u7801|"
    r"kode)[^\d()%]{0,12}?)?"
    r"[ :]?(0x[0-9a-f]{1,8}|(?=[a-f]{0,7}[0-9])[0-9a-f]{1,8})\)"
)
_ARTICLE: Final = re.compile(
    r"flag_(?:cert|invalid|security)_|error message \d|certificate,? ['(]?%s|\(%s\)|message d'erreur \d|"
    r"fehlermeldung \d"
)
"""What stands in documentation of the messages, and in none that somebody has got."""
_MARKED: Final = re.compile(
    r"[\s>]{0,40}([\u2713\u2714\u221a\u2705\u2611\u2717\u2718\u2716\u274c\u274e\u26a0\u2757!xX\u00d7])\ufe0f?\s+(\S.{5,300})"
)
_GOOD_MARKS: Final = frozenset("\u2713\u2714\u221a\u2705\u2611")
_THREE: Final[tuple[Check, ...]] = ("trust", "date", "name")
"""The order of the Security Alert's lines, in every language."""
_BEFORE, _AFTER = 200, 400
"""Characters around a word of certificates that are looked at: a sentence of a warning has no more."""
_SENTENCE: Final = re.compile(r"(?<=[.!?])[\"'\u201d]?\s+|(?<=\s)(?=[\"\u201c\u201e])")
_MOST_SENTENCES: Final = 60
_QUOTED_TITLE: Final = re.compile(rf"'{_HOST}[ :\u2013-]{{1,4}}(?:[^'.]{{0,60}})\Z")
"""A host with which somebody begins to quote a dialog."""
_DASH: Final = r"\u2013\u2014-"
_TITLED_BEFORE: Final = re.compile(
    rf"(?:\A|[\s(]){_HOST}['\])]?[ |:,{_DASH}]{{1,4}}(?:{TITLE_WORDS.pattern})[ |:,'{_DASH}]{{0,5}}(?:\w{{1,3}} )?\Z"
    rf"|(?:{TITLE_WORDS.pattern})[ |:,({_DASH}]{{1,4}}{_HOST}['\])]?[ |:,'{_DASH}]{{0,5}}(?:\w{{1,3}} )?\Z",
    re.IGNORECASE,
)
"""A title that stands in one line with the dialog's first sentence: the host beside the title's own words."""
_LISTED: Final = re.compile(
    r"\b(?:one|any|either) of (?:these|those|them|two|three|the (?:following|two|three|lines|messages|warnings|"
    r"texts))\b|"
    r"\byou (?:\w+ )?(?:receive|get|see)\b|"
    r"\b(?:can|could|may|might|should|would) (?:\w+ )?"
    r"(?:show|say|be|read|see|get|appear|contain)\b|"
    r"\b(?:for example|e\.g\.|such as)|\b(?:zum beispiel|eine[rs]? der|kann (?:\w+ )?(?:lauten|stehen|erscheinen))\b|"
    r"\bz\. ?b\."
)
"""Words that introduce what a warning may say, and not what somebody sees."""
_NOT_NOW_BEFORE: Final = re.compile(
    rf"{_LISTED.pattern}|"
    r"\b(?:do|does|did|have|has)(?: not|n't) (?:\w+ )?(?:get|got|see|seen|have|had|show|shown|say|said|"
    r"receive|received|appear)\b(?! (?:this|it|that) before)|"
    r"\banother (?:company|customer|organi[sz]ation|firm)\b|\blast year\b|\b(?:years?|months) ago\b|\bletztes jahr\b|"
    r"\b(?:do|does|did|has|have|can|could) (?:you|anyone|anybody|someone|somebody|sie|jemand)\b|"
    r"\bkenn(?:en|t) (?:sie|jemand)\b|\b(?:is|was|are|it's) (?:not|never)\W+(?:\w+\W+){0,4}\Z|"
    r"\bist (?:nicht|keine?)\W+(?:\w+\W+){0,4}\Z|"
    r"\b(?:describes?|article|kb ?\d{5,7}|beschreibt|artikel)\b|"
    r"\b(?:no longer|instead of|used to|previously|formerly|before that|in the past)\b|"
    r"\bnever\b(?! (?:had|seen|saw|got) (?:this|it|that)\b)|\b(?:n'\w+|ne \w+) plus\b|\bya no\b|\bnon \w+ pi\u00f9\b|"
    r"\b(?:if|whether|when) (?:(?:the|this|your|a|an) )?(?:alert|warning|message|dialog|window|pop-?up|it|you|"
    r"they|we) "
    r"(?:get|gets|see|sees|say|says|show|shows|read|reads)\b|\bwhat (?:does|is|do)\b|\bmeaning of\b|"
    r"\b(?:nicht mehr|fr\u00fcher|vorher|damals|nie|anstatt|statt|was (?:bedeutet|hei\u00dft))\b|"
    r"\b(?:wenn|falls|ob) (?:die |eine |das )?(?:meldung|warnung|fenster|da|dort)\b"
)
"""Words before a quotation that say that it is not, or not any more, or only might be, what somebody sees."""
_NOT_NOW_AFTER: Final = re.compile(
    r"(?:[^.'!?]{0,30}[.'!?]{1,3})?[\W_]{0,6}(?:\w+ ){0,3}?(?:any ?more\b|"
    r"(?:is|are|was|has|have|ist|sind)(?: now| all| jetzt)? (?:been )?(?:gone|fixed|solved|resolved|weg|behoben|"
    r"verschwunden)\b|no longer\b|nicht(?: mehr)?\b|"
    r"a disparu\b|n[e'] ?\w+(?: \w+)? plus\b|ya no\b|ha desaparecido\b|non \w+ pi\u00f9\b|(?:disappeared|"
    r"gone away|went away)\b|means?\b|bedeutet\b|"
    r"last year\b|(?:\w+ )?(?:years?|months) ago\b|letztes jahr\b|"
    r"(?:is|does|did)(?: not|n't) (?:shown|show|appear|come|what)\b)"
)
"""The same of words that follow."""
_BEFORE_QUOTE, _AFTER_QUOTE = 120, 80
"""Characters of the words around a quotation that are looked at."""
_FOR_HOST: Final = re.compile(
    rf"[^.!?']{{0,60}}?[.!?]?['\u00bb] (?:for|on|at|from|f\u00fcr|bei|von|pour|para|per|voor|dla) "
    rf"(?:the (?:host|server|name) )?{_HOST}"
)
"""A host for which somebody quotes a warning."""
_SHORT_HOST: Final = re.compile(r"(?!KB\d)[A-Z](?=[A-Z0-9-]{0,14}\d)[A-Z0-9-]{1,14}", re.IGNORECASE)
"""A server's name without its domain, which people number: `NWEX1`."""
_AROUND_TITLE: Final = " \t>*[]\"'-\u2013\u2014:|\u201c\u201d\u201e"
_MAX_LOOKED_AT: Final = 400_000
"""Characters that are looked at for warnings in one input; the text of a warning has 500."""
_ONE_DIALOG: Final = 1_200
"""Characters within which sentences belong to one dialog."""
_LINES_ABOVE: Final = 8
"""How far above the alert's first sentence its title can stand."""
_LINES_BELOW: Final = 4
_CODE_WITHIN: Final = 400
_NAMED_WITHIN: Final = 60
"""Characters behind a dialog's sentences within which its last sentence names the host."""

_FAULTS: Final = {
    0x01: "revocation could not be checked",
    0x02: "invalid certificate",
    0x04: "revoked",
    0x08: "untrusted authority",
    0x10: "name does not match",
    0x20: "date",
    0x40: "wrong usage",
    0x80000000: "secure channel",
}
"""The bits of the proxy error's code, which is shown in hexadecimal without 0x (KB923575)."""
_WORDINGS: Final[tuple[DialogWording | CheckWording, ...]] = (*DIALOGS, *CHECKS)
_KNOWN_BITS: Final = 0x8000007F
_CHECK_BITS: Final[tuple[tuple[int, Check], ...]] = ((0x10, "name"), (0x08, "trust"), (0x20, "date"))


@dataclass(frozen=True, slots=True)
class _Folded:
    """The text as one line in lower case with plain quotes and single spaces, and where its lines begin."""

    text: str
    starts: tuple[int, ...]

    def line(self, offset: int) -> int:
        """Return the index of the line that an offset lies on."""
        return bisect_right(self.starts, offset) - 1


@dataclass(frozen=True, slots=True)
class _Hit:
    start: int
    end: int
    kind: str | None = None
    check: Check | None = None
    failed: bool = True


@dataclass(slots=True)
class _Alert:
    """One dialog: what was found of it, and where."""

    hits: list[_Hit] = field(default_factory=list)
    host: str | None = None
    """The host that it names, once that was looked for."""
    told: bool = False
    """Whether somebody tells of it, in a sentence of their own."""

    @property
    def checks(self) -> set[tuple[Check, bool]]:
        """The checks that its sentences report, each with whether it failed."""
        return {(hit.check, hit.failed) for hit in self.hits if hit.check is not None}

    @property
    def kind(self) -> str | None:
        return next((hit.kind for hit in self.hits if hit.kind is not None), None)

    @property
    def start(self) -> int:
        return min(hit.start for hit in self.hits)

    @property
    def end(self) -> int:
        return max(hit.end for hit in self.hits)

    def takes(self, hit: _Hit, text: str) -> bool:
        """Whether a sentence of the same text can be another one of this dialog."""
        if hit.start - self.end > _ONE_DIALOG:
            return False
        if hit.check is not None and self.checks and HOST.search(text, self.end, hit.start):
            return False  # a dialog names its host before its lines, so that another one begins here
        if hit.check is not None and any(each.check == hit.check and each.failed != hit.failed for each in self.hits):
            return False
        if hit.kind is None or self.kind is None:
            # A dialog's first sentence comes before its lines.
            return hit.kind is None or not any(each.check for each in self.hits)
        return hit.kind == self.kind


def read_alert(evidence_text: EvidenceText) -> Reading | None:
    """Read Outlook's certificate warning in any of its kinds, or what somebody tells of one."""
    folded = _fold(evidence_text.lines)
    windows = tuple(_windows(folded.text))
    hits, likely = _hits(folded.text, windows)
    observations: list[Observation] = []
    notes: list[ReadingNote] = []
    claimed: list[range] = []
    if (hits or likely) and (article := _ARTICLE.search(folded.text)) is not None:
        hits, likely = [], []
        line = folded.line(article.start())
        text = (
            "This is documentation of the messages, with placeholders, and not a message that somebody got. Paste the "
            "text of the window that Outlook shows."
        )
        notes.append(ReadingNote("documentation", text, evidence_text.provenance("an article", line + 1)))
        claimed += [_lines_of(folded, start, end) for start, end in windows]
    current: list[_Hit] = []
    gone: list[_Hit] = []
    for position, hit in enumerate(hits):
        end_of_last = hits[position - 1].end if position else 0
        (gone if _is_not_now(evidence_text.lines, folded, hit, end_of_last) else current).append(hit)
    if gone:
        notes.append(_not_now_note(evidence_text, folded, gone[0]))
        claimed += [_lines_of(folded, hit.start, hit.end) for hit in gone]
        claimed += _titles(evidence_text.lines, folded.line(gone[0].start))
    alerts = _alerts(current, folded.text)
    for alert in alerts:
        alert.told = _is_told(evidence_text.lines, folded, alert)
    run = folded.line(alerts[0].start) + 1 if alerts else 1
    for item, alert in enumerate(alerts[:MAX_NOTES]):
        _tell(evidence_text, folded, alert, Sighting(run, item), observations, notes, claimed)
    if sum(alert.told for alert in alerts[:MAX_NOTES]) > 1 or any(
        _may_be_mixed_up(one, other) for one, other in pairwise(alerts[:MAX_NOTES])
    ):
        observations = [replace(each.proposed(), quote=_words(evidence_text, each)) for each in observations]
        text = "Several warnings are quoted here, and not which is of which window. Say what one window shows."
        notes.append(ReadingNote("several-warnings", text, evidence_text.provenance("the alert's text", run)))
    if not hits:
        for hit in likely[:1]:
            observations += _proposed(evidence_text, folded, hit)
            claimed.append(_lines_of(folded, hit.start, hit.end))
        marked = _marked_lines(evidence_text) if not observations and not notes else None
        if marked is not None:
            observations += marked[0]
            claimed.append(marked[1])
    if not observations and not notes:
        return None
    left = _left(evidence_text.lines, folded, hits)
    return Reading(tuple(observations), tuple(notes), tuple(claimed), left=left)


def _tell(
    evidence_text: EvidenceText,
    folded: _Folded,
    alert: _Alert,
    sighting: Sighting,
    observations: list[Observation],
    notes: list[ReadingNote],
    claimed: list[range],
) -> None:
    kind = alert.kind or "security_alert"
    told: set[str] = set()
    what, rank = ("quoted warning text", Rank.STATED) if alert.told else ("the alert's text", Rank.MACHINE_OUTPUT)

    def found(fact: str, value: str, offset: int) -> None:
        provenance = evidence_text.provenance(what, folded.line(offset) + 1)
        observations.append(Observation(fact, value, provenance, rank, sighting=sighting))
        told.add(fact)

    found("alert.kind", kind, alert.start)
    for hit in alert.hits:
        claimed.append(_lines_of(folded, hit.start, hit.end))
        if hit.check is not None and f"alert.{hit.check}" not in told:
            found(f"alert.{hit.check}", "failed" if hit.failed else "ok", hit.start)
    named = _host(evidence_text, folded, alert, kind)
    if named is not None:
        host, line = named
        alert.host = host
        found("alert.host", host, folded.starts[line])
        claimed.append(range(line, line + 1))
    elif kind == "security_alert" and not alert.told:
        observations += _short_host(evidence_text, folded.line(alert.start))
    if not alert.told:
        claimed += _titles(evidence_text.lines, folded.line(alert.start))
    if kind == "proxy_error" and (match := _code(folded, alert)) is not None:
        found("alert.code", match[1], match.start())
        claimed.append(_lines_of(folded, match.start(), match.end()))
        code = int(match[1], 16)
        for bit, check in _CHECK_BITS:
            if code & bit and f"alert.{check}" not in told:
                found(f"alert.{check}", "failed", match.start())
        notes.append(_code_note(evidence_text, folded, match, code))


def _left(lines: tuple[str, ...], folded: _Folded, hits: list[_Hit]) -> tuple[tuple[int, str], ...]:
    """Return what else stands in the lines of a warning that somebody has quoted in the middle of a paragraph."""
    found: dict[int, list[str]] = {}
    for hit in hits:
        lines_of = _lines_of(folded, hit.start, hit.end)
        if len(lines_of) == 1 and len(lines[lines_of.start]) <= MAX_PARSED_LINE:
            found.setdefault(lines_of.start, []).append(folded.text[hit.start : hit.end])
    left: list[tuple[int, str]] = []
    for index, texts in found.items():
        sentences = _SENTENCE.split(lines[index])[:_MOST_SENTENCES]
        kept = [each for each in sentences if not any(text in _fold((each,)).text for text in texts)]
        if 0 < len(kept) < len(sentences):
            left.append((index, " ".join(kept)))
    return tuple(left)


def _is_not_now(lines: tuple[str, ...], folded: _Folded, hit: _Hit, end_of_last: int) -> bool:
    """Tell whether the words around a quotation deny it, ask about it, or list what a warning may say."""
    first = folded.line(hit.start)
    before = folded.text[max(folded.starts[first], hit.start - _BEFORE_QUOTE, end_of_last) : hit.start]
    before = before[max(before.rfind(end) + 1 for end in (". ", "! ", "? ", "; ", " but ", " aber ", " sondern ")) :]
    if _NOT_NOW_BEFORE.search(before) or _NOT_NOW_AFTER.match(folded.text, hit.end, hit.end + _AFTER_QUOTE):
        return True
    above = range(first - 1, max(-1, first - 1 - _LINES_ABOVE), -1)
    introduction = next((lines[index] for index in above if _introduces(lines[index])), "")
    return bool(introduction) and _LISTED.search(introduction.lower()) is not None


def _is_told(lines: tuple[str, ...], folded: _Folded, alert: _Alert) -> bool:
    """Tell whether somebody tells of a warning, from a window that was pasted, or read off a picture, as a whole.

    A window's sentences stand by themselves: in their lines stands nothing of anybody's own. One with its first
    sentence and all three lines is whole, wherever it stands.
    """
    checks = {check for check, _ in alert.checks}
    if any(hit.kind and not hit.check for hit in alert.hits) and len(checks) == len(_THREE):
        return False
    end_of_last = 0
    for hit in alert.hits:
        if _is_in_somebodys_words(lines, folded, hit, end_of_last, alone=alert.kind is None):
            return True
        end_of_last = hit.end
    return False


def _is_in_somebodys_words(
    lines: tuple[str, ...], folded: _Folded, hit: _Hit, end_of_last: int, *, alone: bool
) -> bool:
    first, last = folded.line(hit.start), folded.line(max(hit.start, hit.end - 1))
    before = folded.text[max(folded.starts[first], hit.start - _ONE_DIALOG, end_of_last) : hit.start]
    if first and hit.start - folded.starts[first] < _BEFORE and goes_on_from(lines[first - 1], lines[first]):
        before = f"{_fold((lines[first - 1],)).text} {before}"
    end = folded.starts[last + 1] if last + 1 < len(folded.starts) else len(folded.text)
    after = folded.text[hit.end : min(end, hit.end + _ONE_DIALOG)]
    return is_somebodys(before, after, alone=alone)


def _words(evidence_text: EvidenceText, observation: Observation) -> str:
    line = observation.provenance.line
    return "" if line is None else " ".join(evidence_text.lines[line - 1][:400].split())[:200]


def _introduces(line: str) -> bool:
    return len(line) <= _ONE_DIALOG and line.rstrip().endswith(":")


def _not_now_note(evidence_text: EvidenceText, folded: _Folded, hit: _Hit) -> ReadingNote:
    text = (
        "A warning is quoted here in words that say that it is gone, ask about it, or list what it may say, so it was "
        "not taken for what the caller sees."
    )
    return ReadingNote(
        "warning-not-current", text, evidence_text.provenance("the alert's text", folded.line(hit.start) + 1)
    )


def _may_be_mixed_up(one: _Alert, other: _Alert) -> bool:
    """Whether two quotations could be of two windows, and nothing that they say keeps them apart."""
    first, second = one.checks, other.checks
    apart = (one.host and other.host) or any((check, not failed) in second for check, failed in first)
    return bool(first and second) and not apart


def _code(folded: _Folded, alert: _Alert) -> re.Match[str] | None:
    """Find the code behind the dialog's sentences; a number whose bits mean nothing is none."""
    match = _CODE.search(folded.text, alert.end, alert.end + _CODE_WITHIN)
    return match if match is not None and not int(match[1], 16) & ~_KNOWN_BITS else None


def _code_note(evidence_text: EvidenceText, folded: _Folded, match: re.Match[str], code: int) -> ReadingNote:
    faults = tuple(text for bit, text in _FAULTS.items() if code & bit)
    text = f"The proxy error's code {match[1]} is hexadecimal. It says: {', '.join(faults)}."
    if not code:
        text = "The proxy error's code is 0. An add-in of another maker is the usual cause (KB923575)."
    details: dict[str, Detail] = {"code": code, "faults": faults}
    provenance = evidence_text.provenance("the alert's error code", folded.line(match.start()) + 1)
    return ReadingNote("proxy-error-code", text, provenance, details=details)


def _fold(lines: tuple[str, ...]) -> _Folded:
    pieces: list[str] = []
    starts: list[int] = []
    offset = 0
    for line in lines:
        starts.append(offset)
        piece = " ".join(line[:MAX_PARSED_LINE].translate(_SAME).lower().strip(" \t>*").split()) if line else ""
        if piece:
            pieces.append(piece)
            offset += len(piece) + 1
    return _Folded(" ".join(pieces), tuple(starts))


def _lines_of(folded: _Folded, start: int, end: int) -> range:
    return range(folded.line(start), folded.line(max(start, end - 1)) + 1)


def _windows(text: str) -> Iterator[tuple[int, int]]:
    """Return the stretches of text in which a sentence of a warning can stand; the same words are looked at once."""
    seen: set[str] = set()
    budget = _MAX_LOOKED_AT
    start = end = -1
    for match in CERTIFICATE_WORDS.finditer(text):
        if start < 0:
            start, end = max(0, match.start() - _BEFORE), match.end() + _AFTER
        elif match.start() - _BEFORE <= end and end - start < 20 * _AFTER:
            end = match.end() + _AFTER
        else:
            if (window := text[start:end]) not in seen:
                seen.add(window)
                budget -= end - start
                yield start, min(end, len(text))
            if budget < 0:
                return
            start, end = max(0, match.start() - _BEFORE, end - _AFTER), match.end() + _AFTER
    if start >= 0 and text[start:end] not in seen:
        yield start, min(end, len(text))


def _hits(text: str, windows: tuple[tuple[int, int], ...]) -> tuple[list[_Hit], list[_Hit]]:
    """Return the sentences of dialogs, in order, and those that make one likely only."""
    found: dict[tuple[int, int], _Hit] = {}
    likely: list[_Hit] = []
    for start, end in windows:
        for wording in _WORDINGS:
            position = start
            while (place := wording.find(text, position, end)) is not None:
                position = place[1]
                if not any(each < place[1] and place[0] < other for each, other in found) or _adds(
                    found, place, wording
                ):
                    found[place] = _hit(place, wording)
        for wording in SECOND_SENTENCES:
            place = wording.find(text, start, end)
            if place is not None:
                near = any(
                    hit.kind == "mail_account" and abs(hit.start - place[0]) < _ONE_DIALOG for hit in found.values()
                )
                if near:
                    found[place] = _Hit(*place, "mail_account", wording.check)
                elif not _is_another_programs(text, place):
                    likely.append(_Hit(*place, "mail_account", wording.check))
    hits = sorted(found.values(), key=lambda hit: (hit.start, hit.end))
    return hits, likely


def _adds(found: dict[tuple[int, int], _Hit], place: tuple[int, int], wording: DialogWording | CheckWording) -> bool:
    """Whether a sentence says something of a place where another was found: a check beside a kind."""
    return isinstance(wording, CheckWording) and not any(
        each < place[1] and place[0] < other and hit.check is not None for (each, other), hit in found.items()
    )


def _hit(place: tuple[int, int], wording: DialogWording | CheckWording) -> _Hit:
    if isinstance(wording, CheckWording):
        return _Hit(*place, None, wording.check, wording.failed)
    return _Hit(*place, wording.kind, wording.check)


def _is_another_programs(text: str, place: tuple[int, int]) -> bool:
    """Tell a gateway's error page, which uses the same words with a number behind them, from Outlook's dialog."""
    around = text[max(0, place[0] - 120) : place[1] + 40]
    return "2146893022" in around or "80090322" in around or "internal server error" in around


def _alerts(hits: list[_Hit], text: str) -> list[_Alert]:
    """Put the sentences together that belong to one dialog."""
    alerts: list[_Alert] = []
    for hit in hits:
        if alerts and alerts[-1].takes(hit, text):
            alerts[-1].hits.append(hit)
        else:
            alerts.append(_Alert([hit]))
    return alerts


def _host(evidence_text: EvidenceText, folded: _Folded, alert: _Alert, kind: str) -> tuple[str, int] | None:
    """Return the host that the alert names, and its line: in a sentence, in a URL below, or in the title above."""
    match = _NAMED.search(folded.text, alert.start, alert.end + _NAMED_WITHIN + 253)
    if match is not None and match.start() - alert.end <= _NAMED_WITHIN and is_dns_name(match[1].rstrip(".")):
        return match[1].rstrip("."), folded.line(match.start(1))
    first = folded.line(alert.start)
    if alert.told and (quoted_for := _FOR_HOST.match(folded.text, alert.end)) and is_dns_name(quoted_for[1]):
        return quoted_for[1], folded.line(quoted_for.start(1))
    quoted = _QUOTED_TITLE.search(folded.text, max(0, folded.starts[first]), alert.start)
    if quoted is not None and _may_be_titled(quoted[1]):
        return quoted[1], first
    before = folded.text[max(folded.starts[first], alert.start - _BEFORE) : alert.start]
    titled = _TITLED_BEFORE.search(before)
    if titled is not None and _may_be_titled(titled[1] or titled[2]):
        return titled[1] or titled[2], first
    if kind == "redirect_prompt":
        for index in range(first, min(folded.line(alert.end) + _LINES_BELOW, len(evidence_text.lines))):
            for url in _URL.finditer(evidence_text.lines[index][:MAX_PARSED_LINE]):
                host = host_of(url[0])
                if host is not None:
                    return host, index
        return None
    if kind in ("mac_alert", "browser_page"):
        return None
    return _title(evidence_text.lines, first)


def _titles(lines: tuple[str, ...], first: int) -> list[range]:
    """Return the lines above a dialog that hold nothing but a window's title."""
    claimed: list[range] = []
    for index in range(first - 1, max(-1, first - _LINES_ABOVE), -1):
        if lines[index].strip() and len(lines[index]) <= 400:
            if TITLE_WORDS.sub("", lines[index]).strip(_AROUND_TITLE) or len(claimed) > 1:
                if not is_dns_name(lines[index].strip(_AROUND_TITLE)):
                    break
            else:
                claimed.append(range(index, index + 1))
    return claimed


def _title(lines: tuple[str, ...], first: int) -> tuple[str, int] | None:
    """Find the host in the title above a dialog: nothing but the title's own words may stand beside it or between."""
    for index in range(first, max(-1, first - _LINES_ABOVE), -1):
        line = lines[index]
        if index == first or not line.strip():
            continue
        if len(line) > 400:
            return None
        words = TITLE_WORDS.sub(" ", line).strip(_AROUND_TITLE).split()
        if not words:
            continue  # the title alone: the host may stand above it
        host = words[0].rstrip(".").lower()
        return (host, index) if len(words) == 1 and _may_be_titled(host) else None
    return None


def _short_host(evidence_text: EvidenceText, first: int) -> list[Observation]:
    """Propose a server that stands in the title without its domain: right beside the title's own words."""
    titled: list[int] = []
    for index in range(first - 1, max(-1, first - _LINES_ABOVE), -1):
        line = evidence_text.lines[index].strip(_AROUND_TITLE)
        if not line and not titled:
            continue
        if len(line) > _ONE_DIALOG or not line:
            break
        words = TITLE_WORDS.sub(" ", line).strip(_AROUND_TITLE)
        has_title = len(words) < len(line)
        if _SHORT_HOST.fullmatch(words) and (has_title or titled or _is_title(evidence_text.lines[index - 1 : index])):
            provenance = evidence_text.provenance("the alert's text", index + 1)
            return [Observation("alert.host", words, provenance, Rank.PROPOSED, quote=line[:200])]
        if not has_title or words:
            break
        titled.append(index)
    return []


def _is_title(lines: tuple[str, ...]) -> bool:
    return any(line.strip() and not TITLE_WORDS.sub(" ", line[:400]).strip(_AROUND_TITLE) for line in lines)


def _may_be_titled(host: str) -> bool:
    """Tell whether a host can stand in a title; what has an underscore is a placeholder of somebody's notes."""
    return is_dns_name(host) and "_" not in host


def _proposed(evidence_text: EvidenceText, folded: _Folded, hit: _Hit) -> list[Observation]:
    """Propose what one sentence makes likely, which other programs use too."""
    lines = _lines_of(folded, hit.start, hit.end)
    provenance = evidence_text.provenance("the alert's text", lines.start + 1)
    quote = " ".join(" ".join(evidence_text.lines[index][:200] for index in lines).split())[:200]
    facts = {"alert.kind": hit.kind, f"alert.{hit.check}": "failed" if hit.check else None}
    return [
        Observation(fact, value, provenance, Rank.PROPOSED, quote=quote)
        for fact, value in facts.items()
        if value is not None
    ]


def _marked_lines(evidence_text: EvidenceText) -> tuple[list[Observation], range] | None:
    """Read three lines with a tick or a cross each, in a language that is not known here, by their order."""
    found: list[tuple[int, bool, str]] = []
    for index, line in enumerate(evidence_text.lines):
        if not line.strip():
            continue
        match = _MARKED.fullmatch(line[:400].rstrip())
        if match is None:
            if len(found) == len(_THREE):
                break
            found = []
        else:
            found.append((index, match[1] in _GOOD_MARKS, match[2]))
    if len(found) != len(_THREE) or not any(CERTIFICATE_WORDS.search(words.lower()) for _, _, words in found):
        return None
    observations = [
        Observation(
            f"alert.{check}",
            "ok" if good else "failed",
            evidence_text.provenance("the alert's text", index + 1),
            Rank.PROPOSED,
            quote=words[:200],
        )
        for check, (index, good, words) in zip(_THREE, found, strict=True)
    ]
    first = observations[0]
    kind = Observation("alert.kind", "security_alert", first.provenance, Rank.PROPOSED, quote=first.quote)
    above = range(found[0][0] - 1, max(-1, found[0][0] - 1 - _LINES_ABOVE), -1)
    title = next((index for index in above if is_dns_name(evidence_text.lines[index].strip(_AROUND_TITLE))), None)
    if title is not None:
        host = evidence_text.lines[title].strip(_AROUND_TITLE).lower()
        place = evidence_text.provenance("the alert's text", title + 1)
        observations.append(
            Observation("alert.host", host, place, Rank.PROPOSED, quote=evidence_text.lines[title][:200])
        )
    return [kind, *observations], range(found[0][0] if title is None else title, found[-1][0] + 1)


READER: Final = Reader(
    name="alert",
    reads="the text of Outlook's warning, with its title",
    read=read_alert,
)
