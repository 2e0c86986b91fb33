"""What Outlook's warnings say, language by language: the words by which they are recognised.

The name line is the one of KB940726. It says "name of" in that article and "name on" in later ones; translations
are those of the article and of KB2772058 and KB2783881, partly made by machine, as Microsoft published them.
`%s` stands for a host name.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Check = Literal["name", "trust", "date"]
"""The three checks that the Security Alert reports, each on its own."""


@dataclass(frozen=True, slots=True)
class AlertWording:
    """One sentence of a warning and what it tells."""

    language: str
    """ISO 639-1."""
    check: Check
    failed: bool
    text: str
    source: str


@dataclass(frozen=True, slots=True)
class Title:
    """A sentence that tells which kind of warning this is."""

    kind: str
    """A value of the fact `alert.kind`."""
    text: str
    source: str


_SUPPORT: Final = "support.microsoft.com"

WORDINGS: Final[tuple[AlertWording, ...]] = (
    AlertWording(
        "en",
        "name",
        True,
        "The name of the security certificate is invalid or does not match the name of the site",
        "KB940726, revision 5",
    ),
    AlertWording(
        "en",
        "name",
        True,
        "The name on the security certificate is invalid or does not match the name of the site",
        "KB2783881, KB2772058, KB923575",
    ),
    AlertWording(
        "en",
        "name",
        True,
        "The name on the security certificate is invalid or does not match the name of the target site %s",
        "KB923575, message 4",
    ),
    AlertWording(
        "da",
        "name",
        True,
        "Navnet på sikkerhedscertifikatet er ugyldigt eller stemmer ikke overens med stedets navn",
        f"{_SUPPORT}/da-dk/help/940726",
    ),
    AlertWording(
        "hu",
        "name",
        True,
        "A biztonsági tanúsítvány neve érvénytelen, vagy nem egyezik a webhely nevével",
        f"{_SUPPORT}/hu-hu/help/940726",
    ),
    AlertWording(
        "nb",
        "name",
        True,
        "Sikkerhetssertifikatets navn er ugyldig eller samsvarer ikke med områdets navn",
        f"{_SUPPORT}/kb/940726/no",
    ),
    AlertWording(
        "de",
        "name",
        True,
        "Der Name des Sicherheitszertifikats ist ungültig oder entspricht nicht dem Namen der Zielwebsite '%s'",
        f"{_SUPPORT}/de-lu/help/2772058",
    ),
    AlertWording(
        "nl",
        "name",
        True,
        "De naam van het beveiligingscertificaat is ongeldig of komt niet overeen met de naam van de site",
        f"{_SUPPORT}/nl-be/help/2772058",
    ),
    AlertWording(
        "fr",
        "name",
        True,
        "Le nom du certificat de sécurité n'est pas valide ou ne correspond pas au nom du site",
        f"{_SUPPORT}/kb/2783881/fr",
    ),
    AlertWording(
        "id",
        "name",
        True,
        "nama pada sertifikat keamanan tidak valid atau tidak sesuai dengan nama situs",
        "github.com/MicrosoftDocs/OfficeDocs-O365ITPro/issues/196, as a user typed it",
    ),
    AlertWording(
        "en",
        "name",
        False,
        "The security certificate has a valid name",
        "the alert of a fresh server, as an administrator's migration notes quote it",
    ),
    AlertWording(
        "en",
        "trust",
        True,
        "The security certificate was issued by a company you have not chosen to trust",
        "MicrosoftDocs/windowsserverdocs, on self-signed service certificates of AD FS",
    ),
    AlertWording(
        "en",
        "trust",
        True,
        "The security certificate is not from a trusted certifying authority",
        "KB923575, message 3",
    ),
    AlertWording(
        "en",
        "trust",
        False,
        "The security certificate is from a trusted certifying authority",
        "the alert of Windows with a name that does not match, as a screenshot's description spells it out",
    ),
    AlertWording(
        "en",
        "date",
        True,
        "The security certificate has expired",
        "Microsoft's administrator guide on the Security Alert, which lists the three messages",
    ),
    AlertWording(
        "en",
        "date",
        False,
        "The security certificate date is valid",
        "the same screenshot's description; also the migration notes above",
    ),
)
"""Without the full stop at the end, which people leave out."""

TITLES: Final[tuple[Title, ...]] = (
    Title(
        "proxy_error",
        "There is a problem with the proxy server's security certificate",
        "KB923575",
    ),
    Title(
        "redirect_prompt",
        "Your account was redirected to this website for settings",
        "KB2480582",
    ),
    Title("redirect_prompt", "Allow this website to configure", "KB2480582"),
    Title(
        "security_alert",
        "there is a problem with the site's security certificate",
        "the Security Alert's first sentence",
    ),
)
