"""``resolvent ask``: the guided questionnaire, for a person at a terminal or answers on a pipe."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from desk.cli.shared import answers_file
from desk.cli.shared.exits import DeskError, Exit
from desk.cli.shared.facts_input import read_facts
from desk.cli.shared.options import engine_option, evidence_option, known_option, library_option, set_option
from desk.interview.interview import Interview
from desk.interview.replies import InputEnded, Replies
from desk.interview.screen import Screen
from desk.interview.terminal_interview import TerminalInterview
from engine import Engine, load
from render.brief import brief
from render.markdown import to_markdown
from render.report import blocks

if TYPE_CHECKING:
    from evidence import Evidence
    from kb import KnowledgeBase


@click.command("ask")
@set_option
@evidence_option
@known_option
@click.option("--save", "save", metavar="FILE", type=click.Path(path_type=Path), help="Keep the answers in FILE.")
@click.option("--resume", metavar="FILE", help="Begin with the answers in FILE.")
@click.option(
    "--report", metavar="FILE", type=click.Path(path_type=Path), help="Write the outcome to FILE as Markdown."
)
@engine_option
@library_option
def command(
    settings: tuple[str, ...],
    evidence: tuple[str, ...],
    known: str | None,
    save: Path | None,
    resume: str | None,
    report: Path | None,
    engine: str,
    library: str | None,
) -> int:
    """Ask about an environment, question by question, and say what to do.

    Answers may also come through a pipe, one a line.
    """
    reasoner = load(library, engine)
    facts = read_facts(None, settings, reasoner.knowledge)
    resumed = read_facts(resume, (), reasoner.knowledge)
    on_file = _read_known(known, reasoner)
    interview = Interview(
        reasoner, facts, _read_evidence(evidence, reasoner.knowledge), resumed=resumed, on_file=on_file
    )
    keep_at = save or (Path(resume) if resume and resume != "-" else None)
    screen = Screen()
    replies = Replies(sys.stdin, screen, reasoner.knowledge)
    shown = False
    try:
        terminal_interview = TerminalInterview(interview, reasoner, screen, replies)
        shown = terminal_interview.run(recap=bool(resumed))
    except InputEnded:
        if replies.interactive:
            screen.blank()
    except KeyboardInterrupt:
        return _interrupted(interview, keep_at, screen)
    except DeskError:
        _keep(interview, save, screen)
        raise
    if not shown and replies.folds:
        screen.report(brief(interview.outcome, reasoner.knowledge))
    elif not shown:
        screen.report(blocks(interview.outcome, reasoner.knowledge, interview.provenance))
    _finish(interview, reasoner, screen, save, report)
    return Exit.DONE


def _read_evidence(sources: tuple[str, ...], knowledge: KnowledgeBase) -> list[Evidence]:
    if not sources:
        return []
    from desk.cli.shared.evidence_input import read_sources

    return read_sources(sources, knowledge)


def _read_known(path: str | None, reasoner: Engine) -> Evidence:
    from evidence.model import NOTHING

    if path is None:
        return NOTHING
    from desk.cli.shared.evidence_input import read_known

    return read_known(path, reasoner.knowledge)


def _finish(interview: Interview, reasoner: Engine, screen: Screen, save: Path | None, report: Path | None) -> None:
    _keep(interview, save, screen)
    if report is not None:
        text = to_markdown(blocks(interview.outcome, reasoner.knowledge, interview.provenance))
        try:
            report.write_text(text, encoding="utf-8")
        except OSError as error:
            reason = (error.strerror or "error").lower()
            raise DeskError(f"{report}: the report cannot be written there ({reason})", Exit.NO_INPUT) from None
        screen.blank()
        screen.line(f"The report is in {report}.", "quiet")


def _keep(interview: Interview, save: Path | None, screen: Screen) -> None:
    if save is not None:
        answers_file.save(save, interview.to_keep)
        screen.line(f"The answers are in {save}.", "quiet")


def _interrupted(interview: Interview, keep_at: Path | None, screen: Screen) -> int:
    """Keep what was answered, and say how to go on."""
    screen.blank()
    if not interview.facts:
        screen.line("Nothing was answered yet, so nothing is kept.", "quiet")
        return Exit.INTERRUPTED
    try:
        path = keep_at or answers_file.fallback_path()
    except OSError:
        path = Path("resolvent-answers.json")
    answers_file.save(path, interview.to_keep)
    # `make ask` runs it from a virtual environment that is not on the path.
    program = "resolvent" if shutil.which("resolvent") else sys.argv[0]
    screen.line("Your answers are kept; go on with:", "warn")
    screen.code(f"{program} ask --resume {path}")
    return Exit.INTERRUPTED
