"""Turns the bytes of a file into text, whatever Windows wrote them with."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import Final

from evidence.errors import InputTooLarge, MalformedInput
from evidence.limits import MAX_INPUT_BYTES, MAX_LINE_CHARACTERS, MAX_LINES

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ODD_BLANK: Final = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f]")
_NO_WIDTH: Final = re.compile("[\u00ad\u200b\u200e\u200f\u2060\ufeff]")
_CODE_PAGES: Final = ("cp1252", "cp1250", "cp1251", "latin-1")
"""Tried in this order. The first that has all the bytes is taken: names and URLs are ASCII in each of them."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text, and the encoding that it was read with."""

    text: str
    encoding: str
    guessed: bool
    """Whether the encoding is a guess, so that letters beyond ASCII may be wrong."""


def decode(data: bytes, *, name: str) -> Decoded:
    """Decode `data`: UTF-8 with or without a mark, UTF-16 and UTF-32 with one, UTF-16 where evident, code pages.

    Raises:
        InputTooLarge: more than `MAX_INPUT_BYTES`.
        MalformedInput: a byte-order mark, and then bytes that the encoding does not have.
    """
    check_size(len(data), name=name)
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                return Decoded(data.decode(encoding), encoding.removesuffix("-sig"), guessed=False)
            except UnicodeDecodeError as error:
                raise MalformedInput(
                    f"it begins like {encoding.removesuffix('-sig')} but is broken at byte {error.start}",
                    name=name,
                    remedy="Save it again as UTF-8, or paste the text itself",
                ) from None
    if wide := _evident_utf16(data):
        try:
            return Decoded(data.decode(wide), wide, guessed=False)
        except UnicodeDecodeError:
            pass
    try:
        return Decoded(data.decode("utf-8"), "utf-8", guessed=False)
    except UnicodeDecodeError:
        return _by_code_page(data)


def valid_text(text: str) -> str:
    """The text in valid Unicode: two halves of a character are joined, a half by itself becomes U+FFFD."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def split_lines(text: str, *, name: str) -> tuple[str, ...]:
    """Split at line feeds, carriage returns and both (not at the other characters of `str.splitlines`).

    Blanks of mail programs, chats and web pages become the plain ones that commands print, and what has no width goes.

    Raises:
        InputTooLarge: too many lines, or a line that is too long.
    """
    if not text.isascii():
        text = _ODD_BLANK.sub(" ", _NO_WIDTH.sub("", text))
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if len(lines) > MAX_LINES:
        raise InputTooLarge(
            f"{len(lines)} lines are more than the {MAX_LINES} that are read",
            name=name,
            remedy="Give the part that concerns the Client Access servers",
        )
    for number, line in enumerate(lines, 1):
        if len(line) > MAX_LINE_CHARACTERS:
            raise InputTooLarge(
                f"a line of {len(line)} characters is longer than the {MAX_LINE_CHARACTERS} that are read",
                name=name,
                line=number,
                remedy="Give the output as the command prints it",
            )
    return tuple(lines)


def check_size(size: int, *, name: str) -> None:
    """Refuse more than `MAX_INPUT_BYTES`.

    Raises:
        InputTooLarge: `size`, in bytes or characters, exceeds the limit.
    """
    if size > MAX_INPUT_BYTES:
        raise InputTooLarge(
            f"{size} bytes are more than the {MAX_INPUT_BYTES} that are read",
            name=name,
            remedy="Give the part that concerns the Client Access servers",
        )


def _evident_utf16(data: bytes) -> str | None:
    """Name the UTF-16 without a mark that `data` evidently is: ASCII text has a zero in every other byte."""
    sample = data[:4096]
    if len(data) < 4 or len(data) % 2:
        return None
    pairs = len(sample) // 2
    low_zeros, high_zeros = sample[0::2].count(0), sample[1::2].count(0)
    if high_zeros > pairs * 0.7 and low_zeros < pairs * 0.05:
        return "utf-16-le"
    if low_zeros > pairs * 0.7 and high_zeros < pairs * 0.05:
        return "utf-16-be"
    return None


def _by_code_page(data: bytes) -> Decoded:
    for page in _CODE_PAGES[:-1]:
        try:
            return Decoded(data.decode(page), page, guessed=True)
        except UnicodeDecodeError:
            continue
    return Decoded(data.decode(_CODE_PAGES[-1]), _CODE_PAGES[-1], guessed=True)
