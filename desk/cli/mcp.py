"""``resolvent mcp``: the MCP server over standard input and output, for a client that starts it."""

from __future__ import annotations

import logging
import sys

import click

from desk.cli.shared.evidence_input import read_known
from desk.cli.shared.exits import Exit
from desk.cli.shared.options import engine_option, known_option, library_option


@click.command("mcp")
@click.option("--read-tls", is_flag=True, help="Let the client have certificates read from tls:// addresses.")
@known_option
@engine_option
@library_option
def command(read_tls: bool, known: str | None, engine: str, library: str | None) -> int:
    """Speak MCP over standard input and output, for a client that starts this command.

    In a client's settings: {"command": "resolvent", "args": ["mcp"]}. 'resolvent serve' offers the same over HTTP at
    /mcp.
    """
    # Standard output belongs to the protocol, and standard error to the client's log.
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")

    from anyio import run

    from desk.http.settings import Settings
    from desk.mcp.server import make_server
    from engine import load

    settings = Settings(library=library, engine=engine, read_tls=read_tls)
    reasoner = load(library, engine)
    server = make_server(reasoner, settings, on_file=read_known(known, reasoner.knowledge))
    run(server.run_stdio_async)
    return Exit.DONE
