"""How a server is set up: what `resolvent serve` was told, in a form that worker processes can be handed."""

from __future__ import annotations

from enum import StrEnum
from ipaddress import ip_address

from pydantic import BaseModel, ConfigDict, Field, IPvAnyNetwork, SecretStr, field_serializer

ENVIRONMENT_VARIABLE = "RESOLVENT_SERVE_SETTINGS"
"""Hands the settings to worker processes, as JSON, secrets among them: it is set for them alone."""

MEBIBYTE = 1024 * 1024


class Authentication(StrEnum):
    """Whether callers need a token."""

    NONE = "none"
    """Nobody does. Only ever on a loopback address."""
    TOKENS = "tokens"


class Settings(BaseModel):
    """How a server is set up.

    Attributes:
        library: the folder of the library; the shipped one where there is none.
        known: a file of what the organisation has on file; see `evidence.on_file`.
        database_url: where cases are kept; see `desk.cases.database.default_url`.
        allowed_hosts: names that requests may be addressed to, besides loopback's own. Empty: any, where tokens are
            asked for; loopback's alone where none are, so that a web page that resolves its own name to 127.0.0.1
            finds nothing.
        cors_origins: web origins whose scripts may call the API. None by default.
        rate_limit: requests a minute for each token; 0 sets none.
        max_body: bytes of a request that carries facts or answers.
        max_evidence_body: bytes of a request that carries evidence (as base64, a third more than the file).
        read_tls: whether evidence may be a `tls://` address that this server then connects to.
        forbidden_networks: addresses that it must not connect to, besides those of `evidence.addresses.NETWORK`.
        secure_cookies: cookies travel over TLS only; for a server behind a proxy that ends TLS.
        mcp: whether /mcp is there.
        state_key: seals what MCP clients carry between the rounds of a question to their user; shared by all workers
            and replicas. Without one each process makes its own.
        pages: whether the questionnaire's pages are there.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = "127.0.0.1"
    port: int = 8940
    library: str | None = None
    known: str | None = None
    engine: str = "auto"
    database_url: str | None = None
    authentication: Authentication = Authentication.NONE
    allowed_hosts: tuple[str, ...] = ()
    cors_origins: tuple[str, ...] = ()
    rate_limit: int = Field(default=600, ge=0)
    max_body: int = Field(default=MEBIBYTE, gt=0)
    max_evidence_body: int = Field(default=12 * MEBIBYTE, gt=0)
    read_tls: bool = False
    forbidden_networks: tuple[IPvAnyNetwork, ...] = ()
    secure_cookies: bool = False
    mcp: bool = True
    state_key: SecretStr | None = None
    pages: bool = True

    @field_serializer("state_key", when_used="json")
    def _handed_on(self, key: SecretStr | None) -> str | None:
        return None if key is None else key.get_secret_value()

    @property
    def needs_tokens(self) -> bool:
        """Whether callers need a token."""
        return self.authentication is Authentication.TOKENS


def is_loopback(host: str) -> bool:
    """Whether an address to listen at is reached from this machine alone; names other than localhost are not."""
    bare = host.strip("[]")
    if bare.lower() == "localhost":
        return True
    try:
        return ip_address(bare).is_loopback
    except ValueError:
        return False
