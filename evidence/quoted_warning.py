"""Tells a window's own sentence from one in which somebody tells of the window, by the words around it."""

from __future__ import annotations

import re
from typing import Final

from evidence.alert_wordings import TITLE_WORDS

HOST: Final = re.compile(r"(?<![\w.@-])[a-z0-9][a-z0-9-]{0,62}(?:\.[a-z0-9-]{1,63}){0,8}\.[a-z]{2,24}(?![\w-])")
"""A host name in text in lower case."""
_LEADS_IN: Final = frozenset({
    "a", "an", "the", "this", "your", "there", "is", "was", "with", "however", "because",
    "der", "die", "das", "den", "dem", "des", "ein", "eine", "es", "gibt", "liegt", "besteht", "auf", "von", "im",
    "jedoch", "vor", "name", "angegebene", "angezeigte", "datum",
    "le", "la", "les", "un", "une", "du", "il", "y", "existe", "toutefois",
    "el", "los", "hay", "sin", "embargo", "lo", "gli", "si", "verificato", "tuttavia",
    "o", "as", "os", "no", "entanto", "um", "uma", "de", "het", "een", "er", "echter", "met",
    "et", "ett", "det", "az", "egy", "to", "jest", "ten", "x", "v", "ok",
})  # fmt: skip
"""Words with which a window's sentence can begin, before those that tell it; and what stands for a tick or a cross."""
_SOMEBODY: Final = re.compile(
    r"(?<![\w/])(?:i (?:get|got|see|saw|am|have|open|click|keep|always|only)|we|he|she|they|our|my|his|her|their|me|us|"
    r"users?|colleagues?|customers?|people|everybody|everyone|anyone|says?|said|gets?|getting|sees?|shows?|tells?|told|"
    r"reads?|complains?|reports?|reported|quotes?|asks?|appears?|comes up|pops up|"
    r"ich|wir|unser\w{0,2}|mein\w{0,2}|benutzer\w{0,2}|anwender\w{0,2}|kunden?|kollegen?|sagt|zeigt|meldet|erscheint|"
    r"kommt|fragt|bekomm\w{1,3}|erh\u00e4lt|erhalten|steht|"
    r"je|nous|notre|nos|elle|utilisateurs?|affiche|re\u00e7oit|appara\u00eet|"
    r"nuestr[oa]s?|usuarios?|dice|muestra|aparece|recibe|utenti?|appare|mostra|riceve|"
    r"nosso|usu\u00e1rios?|diz|wij|ons|onze|gebruikers?|zegt|krijgt|toont|"
    r"u\u017cytkowni\w{1,4}|wy\u015bwietla|pojawia)(?![\w/])"
)
"""Words of somebody who tells of a warning. A window speaks to one person, whom it calls you."""
_QUOTES: Final = "'\u00ab\u00bb\u300c\u300e\u300d\u300f"
_GOES_ON: Final = re.compile(
    r"[^.!?]{0,60}?['\u00bb\u300d\u300f][,;]? ?[^\W\d_]|"
    r" (?:when|whenever|if|for|each|every|is what|wenn|sobald|bei|f\u00fcr|quand|lorsque|pour|cuando|quando|als|"
    r"wanneer)\b"
)
"""What follows a window's sentence where it is a part of somebody's."""
_AROUND_WORD: Final = " \t.,;:!?()[]{}<>*|'\"-_=+#~/\u2013\u2014\u2022\u00ab\u00bb0123456789"


def goes_on_from(above: str, line: str) -> bool:
    """Tell whether a line goes on with the sentence of the one above it, as in a paragraph that was wrapped."""
    return line.lstrip(" \t>*")[:1].islower() and bool(above.strip()) and above.rstrip()[-1:] not in ".!?:"


def is_somebodys(before: str, after: str, *, alone: bool) -> bool:
    """Tell whether the words around a window's sentence are somebody's, and none that a window has.

    Args:
        before: what stands in the same line or sentence before it, in lower case and with plain quotes.
        after: what stands there behind it.
        alone: whether it is one line of a window, without the first sentence that says of which.
    """
    if _SOMEBODY.search(before) or _SOMEBODY.search(after) or _GOES_ON.match(after):
        return True
    sentence = before[max(before.rfind(end) + 1 for end in (". ", "! ", "? ")) :]
    own = HOST.sub(" ", TITLE_WORDS.sub(" ", sentence))
    # What tells a sentence can begin within a word: `Sicherheitszertifikat`.
    words = (word.strip(_AROUND_WORD) for word in own[: own.rfind(" ") + 1].split())
    strange = any(word and word.isascii() and word not in _LEADS_IN for word in words)
    return strange and (alone or any(mark in own.rstrip(" ")[1:] for mark in _QUOTES))
