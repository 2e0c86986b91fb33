"""``resolvent graph``: the library as a picture, or its questionnaire as a tree."""

from __future__ import annotations

from pathlib import Path

import click

from desk.cli.shared.exits import DeskError, Exit
from desk.cli.shared.options import authors_library_option


@click.command("graph")
@click.option(
    "--of",
    type=click.Choice(["rules", "questions"]),
    default="rules",
    show_default=True,
    help="rules: facts, conditions, diagnoses, resolutions. questions: the questionnaire, with each answer's share.",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["mermaid", "dot", "svg"]),
    default="mermaid",
    show_default=True,
    help="svg is laid out by Graphviz where that is installed, else in plain columns.",
)
@click.option("--depth", type=click.IntRange(1, 12), default=6, show_default=True, help="Questions on one path.")
@click.option("--unknown", is_flag=True, help="Draw unknown as an answer too.")
@click.option("--output", metavar="FILE", help="Write there instead of to standard output.")
@authors_library_option
def command(of: str, format_: str, depth: int, unknown: bool, output: str | None, library: str) -> int:
    """Draw a library: facts, conditions, diagnoses and resolutions, or the questionnaire as a tree."""
    from engine import Engine
    from workbench.checks import read_library
    from workbench.pictures import as_dot, as_mermaid, as_svg, drawn_within, questions_picture, rules_picture
    from workbench.proof.question_tree import QuestionTree

    source = read_library(library)
    if of == "rules":
        picture = rules_picture(source)
    else:
        engine = Engine(source.knowledge, "compiled")
        tree, reached = drawn_within(lambda to: QuestionTree(engine, unknown=unknown, depth=to).tree(), depth)
        if reached < depth:
            click.echo(
                f"graph: drawn {reached} questions deep; deeper it is too large to read, or takes too long.", err=True
            )
        knowledge = source.knowledge
        labels = {key: fact.label for key, fact in knowledge.facts.items()}
        labels |= {key: fact.label for key, fact in knowledge.derived.items()}
        picture = questions_picture(tree, f"{source.knowledge.name}: the questionnaire", labels)
    text = {"mermaid": as_mermaid, "dot": as_dot, "svg": as_svg}[format_](picture)
    if output is None:
        click.echo(text, nl=False)
        return Exit.DONE
    try:
        Path(output).write_text(text, encoding="utf-8")
    except OSError as error:
        raise DeskError(f"graph: {output} cannot be written: {error.strerror}; name another file") from None
    return Exit.DONE
