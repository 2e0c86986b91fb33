"""Who may come in: access tokens with scopes, log-ins of the pages, protection against forged forms, rate limits."""

from desk.access.principal import ANYONE_HERE, Principal, Scope
from desk.access.rate_limit import RateLimit
from desk.access.sessions import Session, Sessions, csrf_token, is_csrf_token
from desk.access.tokens import IssuedToken, Token, Tokens, TokenUnknown

__all__ = [
    "ANYONE_HERE",
    "IssuedToken",
    "Principal",
    "RateLimit",
    "Scope",
    "Session",
    "Sessions",
    "Token",
    "TokenUnknown",
    "Tokens",
    "csrf_token",
    "is_csrf_token",
]
