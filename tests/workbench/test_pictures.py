"""Pictures of a library: small enough to read, with shares instead of counts."""

from __future__ import annotations

from engine.outcome import Verdict
from workbench.pictures import branch_words, cut_words, drawn_within, in_columns, questions_in, questions_picture
from workbench.proof.question_tree import Branch, Cut, Leaf, QuestionNode

END = Leaf(Verdict.NOT_COVERED, (), ())


def _tree(depth: int) -> QuestionNode | Cut:
    """A tree in which each of three answers leads on."""
    if depth == 0:
        return Cut()
    return QuestionNode("f", "f", tuple(Branch((str(each),), 10**12, _tree(depth - 1)) for each in range(3)))


def test_a_picture_is_drawn_as_deep_as_it_can_be_read() -> None:
    tree, depth = drawn_within(_tree, 12, most=50)
    assert depth == 4
    assert questions_in(tree) == 40
    assert drawn_within(_tree, 2, most=50) == (_tree(2), 2)


def test_where_time_is_short_the_first_question_is_drawn_all_the_same() -> None:
    tree, depth = drawn_within(_tree, 12, seconds=-1)
    assert (questions_in(tree), depth) == (1, 1)


def test_an_answer_shows_its_share_of_those_who_get_the_question() -> None:
    branches = (Branch(("yes",), 3 * 10**13, END), Branch(("no", "perhaps"), 10**13, END), Branch(("never",), 7, END))
    node = QuestionNode("f", "f", branches)
    assert [branch_words(each, node) for each in branches] == [
        "yes (75 %)",
        "no or perhaps (25 %)",
        "never (under 1 %)",
    ]
    assert "75 %" in in_columns(questions_picture(node, "title", {"f": "the fact"}))


def test_what_is_not_drawn_is_folded_by_article() -> None:
    assert cut_words(Cut()) == "further questions"
    assert cut_words(Cut(("A", "B", "C"))) == "further questions for A, B, C"
    assert cut_words(Cut(("A", "B", "C", "D", "E"))) == "further questions for A, B, C and 2 more"
