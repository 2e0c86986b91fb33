"""``resolvent serve``: the API, the MCP server and the pages, on this machine alone or, with tokens, for others."""

from __future__ import annotations

import os
import secrets
import socket
import tempfile
from typing import TYPE_CHECKING, Any

import click

from desk.cli.shared.exits import DeskError, Exit
from desk.cli.shared.options import engine_option, known_option, library_option
from desk.cli.shared.store_options import database_option, opened_database

if TYPE_CHECKING:
    from desk.http.settings import Settings

_GRACE_SECONDS = 20
_KEEP_ALIVE_SECONDS = 20
_STATE_KEY_VARIABLE = "RESOLVENT_STATE_KEY"
_METRICS_FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at.")
@click.option("--port", type=click.IntRange(0, 65535), default=8940, show_default=True, help="0 takes a free one.")
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes that serve.")
@database_option
@click.option(
    "--auth",
    type=click.Choice(["auto", "tokens"]),
    default="auto",
    show_default=True,
    help="auto asks for tokens on every address but loopback's; tokens asks for them there too, "
    "as behind a reverse proxy on the same machine.",
)
@click.option("--allow-host", "hosts", multiple=True, metavar="NAME", help="A name to answer to; repeatable.")
@click.option("--cors-origin", "origins", multiple=True, metavar="URL", help="Let pages of this origin call the API.")
@click.option(
    "--rate-limit", type=click.IntRange(0), default=600, show_default=True, help="Requests a minute for each token."
)
@click.option("--read-tls", is_flag=True, help="Let callers have certificates read from tls:// addresses.")
@click.option("--forbid-network", "networks", multiple=True, metavar="CIDR", help="Never read one from there.")
@click.option("--secure-cookies", is_flag=True, help="Send log-in cookies over TLS only: behind a proxy that ends TLS.")
@click.option("--trust-proxy", "proxies", multiple=True, metavar="ADDRESS", help="Believe X-Forwarded-* from there.")
@click.option("--no-mcp", is_flag=True, help="Leave /mcp out.")
@click.option("--no-pages", is_flag=True, help="Leave the pages out.")
@click.option("--access-log", is_flag=True, help="Log a line for each request; nothing that was sent stands in it.")
@known_option
@engine_option
@library_option
def command(
    host: str,
    port: int,
    workers: int,
    database: str | None,
    auth: str,
    hosts: tuple[str, ...],
    origins: tuple[str, ...],
    rate_limit: int,
    read_tls: bool,
    networks: tuple[str, ...],
    secure_cookies: bool,
    proxies: tuple[str, ...],
    no_mcp: bool,
    no_pages: bool,
    access_log: bool,
    known: str | None,
    engine: str,
    library: str | None,
) -> int:
    """Serve the HTTP API, MCP at /mcp, and the questionnaire's pages.

    On a loopback address nobody needs a token. On any other, everybody does, and it does not start before there is one:
    'resolvent token new NAME'.
    """
    from pydantic import ValidationError

    from desk.http.settings import Authentication, Settings, is_loopback

    with_tokens = auth == "tokens" or not is_loopback(host)
    try:
        settings = Settings.model_validate(
            {
                "host": host,
                "port": port,
                "library": library,
                "known": known,
                "engine": engine,
                "database_url": database,
                "authentication": Authentication.TOKENS if with_tokens else Authentication.NONE,
                "allowed_hosts": hosts,
                "cors_origins": origins,
                "rate_limit": rate_limit,
                "read_tls": read_tls,
                "forbidden_networks": networks,
                "secure_cookies": secure_cookies,
                "mcp": not no_mcp,
                "pages": not no_pages,
                "state_key": os.environ.get(_STATE_KEY_VARIABLE) or secrets.token_urlsafe(32),
            }
        )
    except ValidationError as error:
        place = str(error.errors()[0]["loc"][0]).replace("_", "-").removesuffix("s")
        raise DeskError(f"serve: {place}: {error.errors()[0]['msg'].lower()}", Exit.USAGE) from None
    _check_access(settings)
    if known is not None:
        # Told here in one line, and not by every worker.
        from desk.cli.shared.evidence_input import read_known
        from kb import load

        read_known(known, load(library))
    settings = settings.model_copy(update={"port": _free_port(host, port)})
    shown = f"[{host.strip('[]')}]" if ":" in host else host
    click.echo(f"resolvent: serving at http://{shown}:{settings.port}/", err=True)
    _run(settings, workers, proxies, access_log)
    return Exit.DONE


def _check_access(settings: Settings) -> None:
    """Open the database once, so that its faults are told in one line, and look for a token where one is needed."""
    from desk.access import Tokens

    with opened_database(settings.database_url) as database:
        if settings.needs_tokens and not Tokens(database).any_live():
            raise DeskError(
                f"serve: {settings.host} can be reached by others, and there is no access token yet; make one with "
                "'resolvent token new NAME', or serve on 127.0.0.1",
                Exit.USAGE,
            )


def _free_port(host: str, port: int) -> int:
    """The port to listen at, so that an address that is taken is told in one line, before anything is loaded."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            found: int = probe.getsockname()[1]
    except OSError as error:
        reason = (error.strerror or "error").lower()
        raise DeskError(f"serve: cannot listen at {host} port {port} ({reason}); choose another", Exit.USAGE) from None
    return found


def _run(settings: Settings, workers: int, proxies: tuple[str, ...], access_log: bool) -> None:
    options: dict[str, Any] = {
        "host": settings.host.strip("[]"),
        "port": settings.port,
        "log_config": _log_config(access_log),
        # Paths and queries are what callers send; the gate writes its own line with neither.
        "access_log": False,
        "server_header": False,
        "ws": "none",
        "timeout_keep_alive": _KEEP_ALIVE_SECONDS,
        "timeout_graceful_shutdown": _GRACE_SECONDS,
        "proxy_headers": bool(proxies),
        "forwarded_allow_ips": list(proxies),
    }
    if workers > 1:
        with tempfile.TemporaryDirectory(prefix="resolvent-metrics-") as folder:
            _run_workers(settings, workers, folder, options)
        return

    import uvicorn

    from desk.http.app import for_a_process

    # Made here and not by the server, so that faults of the library are told by the command.
    uvicorn.run(for_a_process(settings), **options)


def _run_workers(settings: Settings, workers: int, folder: str, options: dict[str, Any]) -> None:
    os.environ.setdefault(_METRICS_FOLDER_VARIABLE, folder)

    import uvicorn

    from desk.http.settings import ENVIRONMENT_VARIABLE
    from engine import load

    # Faults of the library are told once, by this process; it is in the cache when the workers start.
    load(settings.library, settings.engine)
    os.environ[ENVIRONMENT_VARIABLE] = settings.model_dump_json()
    uvicorn.run("desk.http.app:from_environment", factory=True, workers=workers, **options)


def _log_config(access_log: bool) -> dict[str, Any]:
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "stream": "ext://sys.stderr"}},
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {
            "uvicorn.error": {"level": "INFO"},
            "resolvent": {"level": "INFO"},
            "resolvent.access": {"level": "INFO" if access_log else "WARNING"},
        },
    }
