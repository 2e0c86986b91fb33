"""The command ``resolvent``: its verbs, loaded when they are called, and how errors reach a person."""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any

import click
from click.shell_completion import CompletionItem

from desk.cli.shared.examples import epilog
from desk.cli.shared.exits import DeskError, Exit

_VERBS = {
    "ask": ("desk.cli.ask", "Ask about an environment, question by question, and say what to do."),
    "diagnose": ("desk.cli.diagnose", "Diagnose the environment that a file of facts describes."),
    "read": ("desk.cli.read", "Read certificates, shell output and live servers into facts with provenance."),
    "collect": ("desk.cli.collect", "Print a script that only reads, for whoever can run it; its output is evidence."),
    "probe": ("desk.cli.probe", "Look which certificates clients are shown, and what they would warn of."),
    "explain": ("desk.cli.explain", "Say how a conclusion came about, why a question is asked, what would be if."),
    "serve": ("desk.cli.serve", "Serve the web questionnaire, the HTTP API and MCP."),
    "mcp": ("desk.cli.mcp", "Offer the tools to a model over standard input and output (MCP)."),
    "cases": ("desk.cli.cases", "List, show and export the cases that were kept."),
    "token": ("desk.cli.token", "Make, list and revoke access tokens."),
    "check": ("desk.cli.check", "Check a library, and prove what can be proven over all answers."),
    "test": ("desk.cli.test", "Run the examples of a library, with coverage and mutants."),
    "graph": ("desk.cli.graph", "Draw the rules of a library, or its questionnaire as a tree."),
    "docs": ("desk.cli.docs", "Build a site from a library: a page for every article, rule, fact and issue."),
    "diff": ("desk.cli.diff", "Say which outcomes differ between two versions of a library."),
    "new": ("desk.cli.new", "Begin an article: a skeleton that passes its check."),
    "schema": ("desk.cli.schema", "Print the JSON Schema of what goes in, comes out, or is written by an author."),
}


class _Verbs(click.Group):
    """Verbs are imported when they are called, so that none pays for another's libraries."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _VERBS:
            return None
        command: click.Command = importlib.import_module(_VERBS[cmd_name][0]).command
        command.epilog = epilog(cmd_name)
        return command

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Verbs by the table, so that completing one imports none of them; options as of any command."""
        verbs = [CompletionItem(name, help=told) for name, (_, told) in _VERBS.items() if name.startswith(incomplete)]
        return verbs + click.Command.shell_complete(self, ctx, incomplete)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Verbs"):
            formatter.write_dl([(name, summary) for name, (_, summary) in _VERBS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = click.utils.make_str(args[0])
        if name not in _VERBS and not name.startswith("-"):
            from kb.values import suggestion

            raise DeskError(
                f"there is no verb {name!r}{suggestion(name, _VERBS)}; 'resolvent --help' lists them", Exit.USAGE
            )
        return super().resolve_command(ctx, args)


@click.group(cls=_Verbs, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="resolvent", message="%(version)s")
def cli() -> None:
    """Diagnoses support cases from a knowledge base, and prints the exact steps that mend them."""


def main(arguments: list[str] | None = None) -> None:
    """Run the command and end the process with its exit code; whatever goes wrong is one line on stderr."""
    sys.exit(run(arguments))


def run(arguments: list[str] | None = None) -> int:
    """Run the command and return its exit code."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal or a pipe that cannot show a character gets a substitute, not a traceback.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        result: Any = cli.main(args=arguments, prog_name="resolvent", standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.NoArgsIsHelpError as help_:
        _say(help_.format_message())
        return Exit.USAGE
    except click.ClickException as error:
        hint = "" if error.format_message().endswith(".") else "."
        command = error.ctx.command_path if isinstance(error, click.UsageError) and error.ctx else "resolvent"
        _say(f"resolvent: {error.format_message()}{hint} '{command} --help' says how it is used.")
        return Exit.USAGE
    except (click.Abort, KeyboardInterrupt):
        return Exit.INTERRUPTED
    except DeskError as error:
        _say(f"resolvent: {error}")
        return error.exit
    except BrokenPipeError:
        # The reader has seen enough; stdout is pointed elsewhere so that closing it does not fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.DONE
    except Exception as error:
        return _our_fault(error)
    return result if isinstance(result, int) else Exit.DONE


def _our_fault(error: Exception) -> int:
    from engine.rete import ReteUnavailable
    from kb import LibraryError

    if isinstance(error, LibraryError):
        for problem in error.problems:
            _say(str(problem))
        missing = any(problem.code.value == "KB001" for problem in error.problems)
        return Exit.NO_INPUT if missing else Exit.BAD_INPUT
    if isinstance(error, ReteUnavailable):
        _say(f"resolvent: {error}; use --engine auto or --engine compiled")
        return Exit.USAGE
    if os.environ.get("RESOLVENT_DEBUG"):
        raise error
    _say(
        f"resolvent: this is our fault, {type(error).__name__} at {_where(error)}; "
        "set RESOLVENT_DEBUG=1 to see all of it, and report it"
    )
    return Exit.OUR_FAULT


def _where(error: Exception) -> str:
    """The innermost place of an error that is ours; its message may hold what somebody typed and is not shown."""
    place = "resolvent"
    trace = error.__traceback__
    while trace is not None:
        folder, file = os.path.split(trace.tb_frame.f_code.co_filename)
        place = f"{os.path.basename(folder)}/{file}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place


def _say(line: str) -> None:
    click.echo(line, err=True)


if __name__ == "__main__":
    main()
