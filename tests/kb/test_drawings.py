"""Drawings of choices: still pictures, one for a choice, and nothing that could do more than draw."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb import KnowledgeBase, LibraryError
from kb.drawings import checked, drawings_of
from kb.library import read_drawings

BOX = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10">{}</svg>'


def test_every_drawing_of_the_shipped_library_belongs_to_a_choice_and_is_a_still_picture(
    knowledge: KnowledgeBase,
) -> None:
    drawings = drawings_of(read_drawings(), knowledge)
    (fact,) = {fact for fact, _ in drawings}
    assert {choice for _, choice in drawings} == set(knowledge.facts[fact].labels)
    assert all(each.startswith("<svg ") for each in drawings.values())


@pytest.mark.parametrize(
    "content",
    [
        "<script>alert(1)</script>",
        '<rect onclick="alert(1)"/>',
        '<rect style="fill: red"/>',
        '<a href="https://example.org"><rect/></a>',
        '<image href="https://example.org/x.png"/>',
        '<use href="#x"/>',
        '<rect fill="url(https://example.org)"/>',
        "<foreignObject><p>x</p></foreignObject>",
        '<animate attributeName="x"/>',
        "<svg/>",
        '<rect class="verdict"/>',
    ],
)
def test_what_could_do_more_than_draw_is_refused(content: str) -> None:
    with pytest.raises(ValueError, match=r"may not have|may have"):
        checked(BOX.format(content).encode())


@pytest.mark.parametrize(
    "data", [b"", b"<p/>", b"\xff\xfe\x00", b'<!DOCTYPE svg [<!ENTITY a "b">]><svg/>', b"x" * 30_000]
)
def test_what_is_no_small_svg_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"SVG|svg|bytes"):
        checked(data)


def test_words_in_a_drawing_stay_words() -> None:
    assert "&lt;b&gt;" in checked(BOX.format("<text>&lt;b&gt;</text>").encode())


def test_a_drawing_of_no_choice_is_told_with_its_path(knowledge: KnowledgeBase, tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match=r"rules/drawings/nothing/x\.svg:1:1: KB106"):
        drawings_of({"rules/drawings/nothing/x.svg": BOX.format("").encode()}, knowledge)
