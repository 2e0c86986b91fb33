"""The warning's own text: kind, checks, host, in every language that is known."""

from __future__ import annotations

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

import evidence
import kb
from tests.evidence.facts import facts, note, notes, proposals

NAME_FAILED = "The name on the security certificate is invalid or does not match the name of the site."
CHECKS = {"alert.name", "alert.trust", "alert.date"}
ALERT = f"""Security Alert
autodiscover.contoso.com
Information you exchange with this site cannot be viewed or changed by others. However, there is a
problem with the site\u2019s security certificate.
  \u2714 The security certificate is from a trusted certifying authority.
  \u2714 The security certificate date is valid.
  X {NAME_FAILED[:50]}
    {NAME_FAILED[51:]}
Do you want to proceed?
"""


def test_the_three_checks_and_the_host_of_the_title() -> None:
    assert facts(evidence.read(ALERT)) == {
        "alert.kind": "security_alert",
        "alert.name": "failed",
        "alert.trust": "ok",
        "alert.date": "ok",
        "alert.host": "autodiscover.contoso.com",
    }


def test_an_untrusted_certificate_with_a_good_name() -> None:
    text = (
        "X The security certificate was issued by a company you have not chosen to trust, View the certificate\n"
        "\u2714 The security certificate date is valid.\n\u2714 The security certificate has a valid name.\n"
    )
    found = facts(evidence.read(text))
    assert (found["alert.trust"], found["alert.date"], found["alert.name"]) == ("failed", "ok", "ok")


SENTENCES = (
    (
        "en",
        "name",
        "failed",
        "The name of the security certificate is invalid or does not match the name of the site",
    ),  # KB940726, revision 5
    (
        "en",
        "name",
        "failed",
        "The name on the security certificate is invalid or does not match the name of the site",
    ),  # KB2783881, KB2772058, KB923575
    (
        "en",
        "name",
        "failed",
        "The name on the security certificate is invalid or does not match the name of the target site %s",
    ),  # KB923575, message 4
    (
        "da",
        "name",
        "failed",
        "Navnet på sikkerhedscertifikatet er ugyldigt eller stemmer ikke overens med stedets navn",
    ),  # support.microsoft.com/da-dk/help/940726
    (
        "hu",
        "name",
        "failed",
        "A biztonsági tanúsítvány neve érvénytelen, vagy nem egyezik a webhely nevével",
    ),  # support.microsoft.com/hu-hu/help/940726
    (
        "nb",
        "name",
        "failed",
        "Sikkerhetssertifikatets navn er ugyldig eller samsvarer ikke med områdets navn",
    ),  # support.microsoft.com/kb/940726/no
    (
        "de",
        "name",
        "failed",
        "Der Name des Sicherheitszertifikats ist ungültig oder entspricht nicht dem Namen der Zielwebsite '%s'",
    ),  # support.microsoft.com/de-lu/help/2772058
    (
        "nl",
        "name",
        "failed",
        "De naam van het beveiligingscertificaat is ongeldig of komt niet overeen met de naam van de site",
    ),  # support.microsoft.com/nl-be/help/2772058
    (
        "fr",
        "name",
        "failed",
        "Le nom du certificat de sécurité n'est pas valide ou ne correspond pas au nom du site",
    ),  # support.microsoft.com/kb/2783881/fr
    (
        "id",
        "name",
        "failed",
        "nama pada sertifikat keamanan tidak valid atau tidak sesuai dengan nama situs",
    ),  # github.com/MicrosoftDocs/OfficeDocs-O365ITPro/issues/196, as a user typed it
    (
        "en",
        "name",
        "ok",
        "The security certificate has a valid name",
    ),  # the alert of a fresh server, as an administrator's migration notes quote it
    (
        "en",
        "trust",
        "failed",
        "The security certificate was issued by a company you have not chosen to trust",
    ),  # MicrosoftDocs/windowsserverdocs, on self-signed service certificates of AD FS
    (
        "en",
        "trust",
        "failed",
        "The security certificate is not from a trusted certifying authority",
    ),  # KB923575, message 3
    (
        "en",
        "trust",
        "ok",
        "The security certificate is from a trusted certifying authority",
    ),  # the alert of Windows with a name that does not match, as a screenshot's description spells it out
    (
        "en",
        "date",
        "failed",
        "The security certificate has expired",
    ),  # Microsoft's administrator guide on the Security Alert, which lists the three messages
    (
        "en",
        "date",
        "ok",
        "The security certificate date is valid",
    ),  # the same screenshot's description; also the migration notes above
    (
        "de",
        "name",
        "failed",
        "Der auf dem Sicherheitszertifikat angegebene Name ist ungültig oder stimmt nicht mit dem Namen der Site "
        "überein",
    ),  # technet de-DE dd439393
    (
        "de",
        "name",
        "failed",
        "Der Name auf dem Sicherheitszertifikat ist ungültig oder stimmt nicht mit dem Namen der Website überein",
    ),  # the same, as forums quote it
    (
        "it",
        "name",
        "failed",
        "Il nome del certificato di sicurezza non è valido o non corrisponde al nome del sito di destinazione",
    ),  # Microsoft's analyzer, Italian help
    ("ja", "name", "failed", "セキュリティ証明書の名前が無効であるか、サイトの名前と一致しません"),  # KB2772058, ja
    (
        "pt",
        "name",
        "failed",
        "O nome no certificado de segurança é inválido ou não corresponde ao nome do site",
    ),  # KB2772058, pt-BR
    (
        "pl",
        "name",
        "failed",
        "Nazwa certyfikatu zabezpieczeń jest nieprawidłowa lub niezgodna z nazwą witryny",
    ),  # KB940726, pl-pl
    (
        "pl",
        "trust",
        "failed",
        "Certyfikat zabezpieczeń został wydany przez firmę, której nie zaklasyfikowano jako zaufanej",
    ),  # KB2006728, pl
    ("zh", "name", "failed", "安全证书上的名称无效，或者与站点名称不匹配"),  # the same dialog of a browser
    ("zh", "date", "failed", "该安全证书已到期或还未生效"),  # the same
    ("en", "date", "failed", "The security certificate has expired or is not yet valid"),  # as a caller typed it
    ("en", "date", "failed", "The security certificate has expired or is not valid yet"),  # the same, by another
)
"""As Microsoft published them, in part translated by machine; each with where it stands."""


@pytest.mark.parametrize(("language", "check", "outcome", "sentence"), SENTENCES)
def test_every_sentence_is_recognised_however_it_is_pasted(
    language: str, check: str, outcome: str, sentence: str
) -> None:
    text = sentence.replace("%s", "mail.contoso.com")
    middle = text.find(" ", len(text) // 2)
    shapes = [text, text.upper(), text.replace("'", "\u2019"), f"\u2714 {text}."]
    if middle > 0:
        shapes.append(f"> {text[:middle]}\r\n>   {text[middle:]}.")
    for shown in shapes:
        found = facts(evidence.read(shown))
        assert found[f"alert.{check}"] == outcome
        assert {key for key in found if key in CHECKS} == {f"alert.{check}"}
        if "%s" in sentence:
            assert found["alert.host"] == "mail.contoso.com"


@pytest.mark.parametrize(
    "title",
    [
        "mail.contoso.com",
        "Security Alert - mail.contoso.com",
        "Microsoft Outlook: mail.contoso.com",
        "[mail.contoso.com]",
    ],
)
def test_titles(title: str) -> None:
    assert facts(evidence.read(f"{title}\n\n{NAME_FAILED}"))["alert.host"] == "mail.contoso.com"


def test_no_host_is_made_up() -> None:
    assert "alert.host" not in facts(evidence.read(f"Dear colleagues,\nOutlook 2010 says\n{NAME_FAILED}"))


def test_two_alerts_that_differ_are_a_dispute_and_not_a_choice(knowledge: kb.KnowledgeBase) -> None:
    text = "The security certificate date is valid.\n\nThe security certificate has expired.\n"
    (environment,) = evidence.resolve(knowledge, evidence.read(text).observations)
    assert [dispute.facts for dispute in environment.disputes] == [("alert.date",)]


def test_the_redirect_prompt() -> None:
    text = (
        "Allow this website to configure anna@contoso.com server settings?\n"
        "https://mail.fabrikam.com/autodiscover/autodiscover.xml\n"
        "Your account was redirected to this website for settings.\n"
    )
    assert facts(evidence.read(text)) == {"alert.kind": "redirect_prompt", "alert.host": "mail.fabrikam.com"}


def test_the_proxy_error_with_its_code() -> None:
    text = (
        "There is a problem with the proxy server's security certificate, mail.contoso.com. "
        "The name on the security certificate is invalid or does not match the name of the site. "
        "Outlook is unable to connect to this server. (0x00000030)"
    )
    found = evidence.read(text)
    assert facts(found)["alert.kind"] == "proxy_error"
    assert facts(found)["alert.name"] == "failed"
    assert facts(found)["alert.date"] == "failed"
    assert "alert.trust" not in facts(found)  # a bit that is not set says only that this was not complained of
    assert facts(found)["alert.code"] == "0x00000030"
    assert note(found, "proxy-error-code").details["faults"] == ("name does not match", "date")


@pytest.mark.parametrize(
    ("code", "faults", "failed"),
    [
        ("10", ("name does not match",), {"alert.name"}),
        ("8", ("untrusted authority",), {"alert.trust", "alert.name"}),
        ("18", ("untrusted authority", "name does not match"), {"alert.trust", "alert.name"}),
        ("28", ("untrusted authority", "date"), {"alert.trust", "alert.date", "alert.name"}),
        ("80000000", ("secure channel",), {"alert.name"}),
        ("0", (), {"alert.name"}),
    ],
)
@pytest.mark.parametrize("words", ["Error Code ", "Error code: ", "Fehlercode ", ""])
def test_the_code_is_hexadecimal_and_its_bits_are_named(
    code: str, faults: tuple[str, ...], failed: set[str], words: str
) -> None:
    text = (
        "There is a problem with the proxy server's security certificate. The name on the security certificate is "
        "invalid or does not match the name of the target site mail.contoso.com.\n"
        f"Outlook is unable to connect to the proxy server. ({words}{code})"
    )
    found = evidence.read(text)
    assert facts(found)["alert.code"] == code
    assert note(found, "proxy-error-code").details == {"code": int(code, 16), "faults": faults}
    assert {key for key in facts(found) if key in CHECKS} == failed
    assert facts(found)["alert.host"] == "mail.contoso.com"


def test_a_year_behind_the_proxy_error_is_no_code() -> None:
    found = evidence.read("There is a problem with the proxy server's security certificate. (Outlook 2010)")
    assert facts(found) == {"alert.kind": "proxy_error"}


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("mail_account", "Internet Security Warning\nThe server you are connected to is using a security "
                         "certificate that "
         "cannot be verified.\nThe target principal name is incorrect.\nDo you want to continue using this server?"),
        ("mail_account", "Von dem Server, mit dem Sie verbunden sind, wird ein Sicherheitszertifikat verwendet, das "
                         "nicht "
         "\u00fcberpr\u00fcft werden kann. Der Zielprinzipalname ist falsch."),
        ("mail_account", "接続しているサーバーは、確認できないセキュリティ証明書を使用しています。"
         "対象のプリンシパル名が間違っています。"),
        ("proxy_error", "プロキシ サーバーのセキュリティ証明書に問題があります。"),
        ("redirect_prompt", "Allow this website to configure anna@contoso.com server settings?"),
        ("mac_alert", "A secure connection cannot be established with the server mail.contoso.com because its "
                      "intermediate "
         "or root certificate cannot be found. Do you want to continue?"),
        ("mobile_alert", "Insecure connection. Would you like to log in anyway?"),
        ("mobile_alert", "Secure connection unavailable. Would you like to log in anyway?"),
        ("mobile_alert", "Cannot Verify Server Identity"),
        ("mobile_alert", "The security certificate on the server is not valid. Support code: 0x80072f0d"),
        ("mobile_alert", "Das Sicherheitszertifikat auf dem Server ist ung\u00fcltig. Unterst\u00fctzungscode: "
                         "0x80072f0d"),
        ("browser_page", "There is a problem with this website's security certificate."),
        ("browser_page", "Your connection is not private. NET::ERR_CERT_COMMON_NAME_INVALID"),
        ("revocation", "Revocation information for the security certificate for this site is not available. Do you "
                       "want "
         "to proceed?"),
    ],
)  # fmt: skip
def test_every_kind_of_dialog_is_told_by_its_own_words(kind: str, text: str) -> None:
    found = facts(evidence.read(text))
    assert found["alert.kind"] == kind
    assert {"alert.trust", "alert.date"}.isdisjoint(found)
    assert ("alert.name" in found) is (kind == "mail_account")


def test_the_mac_names_the_host_in_its_sentence() -> None:
    text = "A secure connection cannot be established with the server mail.contoso.com because its root certificate"
    assert facts(evidence.read(f"{text} cannot be found."))["alert.host"] == "mail.contoso.com"


@pytest.mark.parametrize(
    "above",
    ["Our mail server is ex1.contoso.com", "Server: ex1.contoso.com", "ex1.contoso.com\nand then this came up:"],
)
def test_a_host_that_stands_near_is_not_the_alerts_host(above: str) -> None:
    assert "alert.host" not in facts(evidence.read(f"{above}\n{NAME_FAILED}"))


def test_a_dialog_quoted_from_its_title_on() -> None:
    found = evidence.read(f'Outlook warns: "autodiscover.contoso.com  {NAME_FAILED}"')
    assert facts(found)["alert.host"] == "autodiscover.contoso.com"


def test_a_placeholder_is_no_host() -> None:
    assert "alert.host" not in facts(evidence.read(f"server_name.domain_name\n{NAME_FAILED}"))


def test_two_dialogs_keep_what_is_theirs() -> None:
    found = evidence.read(
        f"{ALERT}\n\nThere is a problem with the proxy server's security certificate. The security certificate is "
        f"not from "
        "a trusted certifying authority. Outlook is unable to connect to the proxy server. (Error Code 8)\n"
    )
    alerts = {}
    for each in found.asserted:
        assert each.sighting is not None
        alerts.setdefault(each.sighting.item, {})[each.fact] = each.value
    assert alerts[0]["alert.kind"] == "security_alert"
    assert alerts[0]["alert.trust"] == "ok"
    assert alerts[1] == {"alert.kind": "proxy_error", "alert.trust": "failed", "alert.code": "8"}


def test_documentation_of_the_messages_is_no_message() -> None:
    found = evidence.read(
        "Error message 1\nThere is a problem with the proxy server's security certificate, %s. Outlook is unable to "
        "connect "
        "to this server. (%s)\n| FLAG_CERT_CN_INVALID | 0x00000010 |\n"
    )
    assert found.observations == ()
    assert "documentation" in notes(found)


def test_the_principal_name_of_another_program_is_only_likely() -> None:
    found = evidence.read("The log says: The target principal name is incorrect.")
    assert facts(found) == {}
    assert proposals(found)["alert.kind"] == "mail_account"
    gateway = "500 Internal Server Error. The target principal name is incorrect. (-2146893022)"
    with pytest.raises(evidence.UnrecognisedInput):
        evidence.read(gateway)


def test_ticks_and_crosses_in_a_language_that_is_not_known() -> None:
    found = evidence.read(
        "\u2714 Sertifikaat on v\u00e4lja antud usaldusv\u00e4\u00e4rse asutuse poolt\n\u2714 Sertifikaadi "
        "kuup\u00e4ev kehtib\n"
        "\u26a0 Sertifikaadi nimi ei vasta saidi nimele\n"
    )
    assert facts(found) == {}
    assert proposals(found) == {
        "alert.kind": "security_alert",
        "alert.trust": "ok",
        "alert.date": "ok",
        "alert.name": "failed",
    }


@pytest.mark.parametrize(
    ("told", "proposed"),
    [
        ("Outlook says the name on the certificate does not match.", {"alert.name": "failed"}),
        ("The warning says that the certificate has expired.", {"alert.date": "failed"}),
        ("She gets a message that the certificate is not trusted.", {"alert.trust": "failed"}),
        ("Outlook keeps asking for the password.", {"alert.kind": "password_prompt"}),
        ("It is the proxy error with code 10.", {"alert.kind": "proxy_error", "alert.code": "10"}),
        ("The Security Alert pops up every hour.", {"alert.kind": "security_alert"}),
    ],
)
def test_what_a_person_tells_of_a_warning_is_proposed_with_its_words(told: str, proposed: dict[str, str]) -> None:
    found = evidence.read(told)
    assert facts(found) == {}
    assert proposals(found) == proposed
    assert all(each.quote in told for each in found.proposed)


@pytest.mark.parametrize(
    "told", ["The warning does not say that the certificate has expired.", "Our certificate expired in May."]
)
def test_what_a_person_denies_or_tells_of_something_else_is_not(told: str) -> None:
    with pytest.raises(evidence.UnrecognisedInput):
        evidence.read(told)


LINES = {
    "trust": (
        "The security certificate was issued by a company you have not chosen to trust. View the certificate to "
        "determine "
        "whether you want to trust the certifying authority.",
        "The security certificate is from a trusted certifying authority.",
    ),
    "date": ("The security certificate has expired or is not yet valid.", "The security certificate date is valid."),
    "name": (NAME_FAILED, "The security certificate has a valid name."),
}


@given(
    st.dictionaries(st.sampled_from(sorted(LINES)), st.booleans(), min_size=1),
    st.sampled_from(["", "> ", "   ", "* "]),
    st.sampled_from(["", "X ", "\u2714 ", "- "]),
    st.sampled_from([30, 50, 72, 500]),
    st.sampled_from(["\n", "\r\n", " "]),
    st.sampled_from(["", "mail.contoso.com\n", "Security Alert - mail.contoso.com\n", "Hello,\nthis came up:\n"]),
)
def test_the_lines_of_the_alert_in_any_shape(
    shown: dict[str, bool], margin: str, mark: str, width: int, end: str, title: str
) -> None:
    text = title + end.join(
        (margin if "\n" in end else "") + piece
        for check, failed in shown.items()
        for piece in textwrap.wrap(mark + LINES[check][0 if failed else 1], width)
    )
    found = facts(evidence.read(text))
    expected = {f"alert.{check}": "failed" if failed else "ok" for check, failed in shown.items()}
    assert {key: value for key, value in found.items() if key in CHECKS} == expected
    assert found.get("alert.host") in ({"mail.contoso.com"} if "mail" in title else {None})


WHOLE = {
    "de": (
        "Sicherheitshinweis\nmail.muster.example\nInformationen, die Sie mit dieser Site austauschen, können von "
        "anderen "
        "weder angesehen noch verändert werden. Das Sicherheitszertifikat der Site ist jedoch fehlerhaft.\n",
        ("Das Sicherheitszertifikat stammt von einer vertrauenswürdigen Zertifizierungsstelle.",
         "Das Sicherheitszertifikat wurde von einer Firma ausgestellt, die Sie nicht als vertrauenswürdig eingestuft "
         "haben. Zeigen Sie das Zertifikat an, um zu bestimmen, ob Sie der Zertifizierungsstelle vertrauen möchten."),
        ("Das Datum des Sicherheitszertifikats ist gültig.",
         "Das Sicherheitszertifikat ist abgelaufen oder noch nicht gültig."),
        ("Der Name auf dem Sicherheitszertifikat ist gültig.",
         "Der auf dem Sicherheitszertifikat angegebene Name ist ungültig oder stimmt nicht mit dem Namen der Site "
         "überein."),
    ),
    "en": (
        "Security Alert\nmail.muster.example\nInformation you exchange with this site cannot be viewed or changed by "
        "others. However, there is a problem with the site's security certificate.\n",
        ("The security certificate is from a trusted certifying authority.",
         "The security certificate was issued by a company you have not chosen to trust. View the certificate to "
         "determine whether you want to trust the certifying authority."),
        ("The security certificate date is valid.", "The security certificate has expired or is not yet valid."),
        ("The security certificate has a valid name.", NAME_FAILED),
    ),
    "es": (
        "Alerta de seguridad\nmail.muster.example\nOtros no pueden ver ni cambiar la información que intercambia "
        "con este "
        "sitio. Sin embargo, existe un problema con el certificado de seguridad del sitio.\n",
        ("El certificado de seguridad proviene de una entidad emisora de certificados de confianza.",
         "El certificado de seguridad fue emitido por una compañía en la que no ha elegido confiar."),
        ("La fecha del certificado de seguridad es válida.",
         "El certificado de seguridad ha caducado o todavía no es válido."),
        ("El certificado de seguridad tiene un nombre válido.",
         "El nombre del certificado de seguridad no es válido o no coincide con el nombre del sitio."),
    ),
    "fr": (
        "Alerte de sécurité\nmail.muster.example\nLes informations que vous échangez avec ce site ne peuvent être "
        "consultées ni modifiées par d'autres.\n",
        ("Le certificat de sécurité provient d'une autorité de certification approuvée.",
         "Le certificat de sécurité a été émis par une société que vous n'avez pas choisi d'approuver."),
        ("La date du certificat de sécurité est valide.",
         "Le certificat de sécurité a expiré ou n'est pas encore valide."),
        ("Le certificat de sécurité porte un nom valide.",
         "Le nom figurant sur le certificat de sécurité n'est pas valide ou ne correspond pas au nom du site."),
    ),
    "it": (
        "Avviso di protezione\nmail.muster.example\nLe informazioni scambiate con questo sito non possono essere "
        "visualizzate o modificate da altri.\n",
        ("Il certificato di protezione proviene da un'autorità di certificazione attendibile.",
         "Il certificato di protezione è stato emesso da una società considerata non attendibile."),
        ("La data del certificato di protezione è valida.",
         "Il certificato di protezione è scaduto o non è ancora valido."),
        ("Il nome del certificato di protezione è valido.",
         "Il nome del certificato di protezione non è valido o non corrisponde al nome del sito."),
    ),
    "nl": (
        "Beveiligingswaarschuwing\nmail.muster.example\nDe informatie die u met deze site uitwisselt, kan niet door "
        "anderen worden bekeken.\n",
        ("Het beveiligingscertificaat is afkomstig van een vertrouwde certificeringsinstantie.",
         "Het beveiligingscertificaat is uitgegeven door een bedrijf dat u niet vertrouwt."),
        ("De datum van het beveiligingscertificaat is geldig.",
         "Het beveiligingscertificaat is verlopen of nog niet geldig."),
        ("Het beveiligingscertificaat heeft een geldige naam.",
         "De naam van het beveiligingscertificaat is ongeldig of komt niet overeen met de naam van de site."),
    ),
}  # fmt: skip
"""A dialog's title and first sentence, and each of its three lines where all is well and where it is not."""
STATES = st.tuples(st.booleans(), st.booleans(), st.booleans())


@pytest.mark.parametrize("language", sorted(WHOLE))
@given(STATES, st.sampled_from(["", "\u2714/\u2718", "(ok)/(x)", "- "]), st.integers(50, 200))
def test_each_line_is_bound_to_its_check_by_its_own_sentence(
    language: str, failed: tuple[bool, bool, bool], marks: str, width: int
) -> None:
    title, *lines = WHOLE[language]
    text = title
    for line, fails in zip(lines, failed, strict=True):
        mark = marks.split("/")[fails] if "/" in marks else marks
        text += "\n".join(textwrap.wrap(f"{mark} {line[fails]}".strip(), width)) + "\n"
    found = evidence.read(text)
    assert {each.rank for each in found.asserted} == {evidence.Rank.MACHINE_OUTPUT}
    assert facts(found) == {
        "alert.kind": "security_alert",
        "alert.host": "mail.muster.example",
        **{
            f"alert.{check}": "failed" if fails else "ok"
            for check, fails in zip(("trust", "date", "name"), failed, strict=True)
        },
    }


def test_lines_without_a_full_stop_are_each_a_sentence() -> None:
    found = facts(
        evidence.read(
            "mail.muster.example\n安全警报\n该安全证书来自信任的证书颁发机构\n该安全证书已到期或还未生效\n"
            "安全证书上的名称无效，或者与站点名称不匹配\n"
        )
    )
    assert [found[f"alert.{check}"] for check in ("trust", "date", "name")] == ["ok", "failed", "failed"]


def test_the_name_line_without_its_first_half() -> None:
    text = (
        "The security certificate date is invalid.\n"
        "The name on the security certificate does not match the name of the site.\n"
    )
    found = facts(evidence.read(text))
    assert (found["alert.date"], found["alert.name"]) == ("failed", "failed")


def test_a_title_in_one_line_with_the_sentences() -> None:
    assert facts(evidence.read(f"ex2.muster.example - Security Alert: \u201c{NAME_FAILED}\u201d"))["alert.host"] == (
        "ex2.muster.example"
    )
    whole = "ex2.muster.example Security Alert " + " ".join(line[0] for line in WHOLE["en"][1:])
    assert facts(evidence.read(whole))["alert.host"] == "ex2.muster.example"


@pytest.mark.parametrize(
    "text",
    [
        f"Since the fix the message \u201c{NAME_FAILED}\u201d is gone. All works fine.",
        f"We do not get \u201c{NAME_FAILED}\u201d any more.",
        f"Previously the popup said \u201c{NAME_FAILED}\u201d",
        f"What does \u201c{NAME_FAILED}\u201d mean? Our window is a different one.",
        f"If the alert says \u201c{NAME_FAILED}\u201d, call the second level.",
        "The window can show one of these:\n- The security certificate was issued by a company you have not chosen to "
        f"trust.\n- The security certificate has expired or is not yet valid.\n- {NAME_FAILED}\nWhich one do you see?",
        f"Wir bekommen die Meldung \u201e{NAME_FAILED}\u201c nicht, sondern eine andere.",
        f"Nous n'avons plus l'alerte \u00ab {NAME_FAILED} \u00bb depuis hier.",
        f"El mensaje \u201c{NAME_FAILED}\u201d ya no aparece.",
        f"Früher kam die Meldung „{NAME_FAILED}“",
        f"Do you know the message '{NAME_FAILED}'?",
        f"It is not the message '{NAME_FAILED}' but something about trust.",
        f"We found KB940726 which describes '{NAME_FAILED}' but our alert is about the date.",
    ],
)
def test_a_warning_that_is_denied_asked_about_or_listed_is_not_what_the_caller_sees(text: str) -> None:
    found = evidence.read(text)
    assert not facts(found)
    assert not CHECKS & set(proposals(found))
    assert "warning-not-current" in notes(found)


@pytest.mark.parametrize(
    "text",
    [
        f"Outlook is not working any more and says \u201c{NAME_FAILED}\u201d",
        f"We have not seen this before: \u201c{NAME_FAILED}\u201d",
        f"The other message is gone, but now it says \u201c{NAME_FAILED}\u201d",
        f"One of our users gets \u201c{NAME_FAILED}\u201d",
        f"Can any of you help? We see \u201c{NAME_FAILED}\u201d on all clients.",
        f"We never had this before the update: {NAME_FAILED}",
        f"When the user opens Outlook it says \u201c{NAME_FAILED}\u201d",
        f"Users get this if they open Outlook:\n{NAME_FAILED}",
    ],
)
def test_what_is_denied_beside_a_warning_is_not_the_warning(text: str) -> None:
    assert facts(evidence.read(text))["alert.name"] == "failed"


def test_two_windows_that_are_told_of_in_prose_are_not_made_one() -> None:
    found = evidence.read(
        f"Ann sees at autodiscover.muster.example: \u201c{NAME_FAILED}\u201d\n"
        "Bob sees at mail.muster.example: \u201cThe security certificate has expired or is not yet valid.\u201d\n"
    )
    assert not facts(found)
    assert proposals(found).items() >= {"alert.name": "failed", "alert.date": "failed"}.items()
    assert "several-warnings" in notes(found)


PROXY = (
    "There is a problem with the proxy server's security certificate. The name on the security certificate is invalid "
    "or does not match the name of the target site post.muster.example. (Error Code 10)"
)
DE_NAME = (
    "Der Name auf dem Sicherheitszertifikat ist ung\u00fcltig oder stimmt nicht mit dem Namen der Website \u00fcberein"
)


@pytest.mark.parametrize(
    ("told", "stated"),
    [
        (f"Outlook says '{NAME_FAILED}' for post.muster.example", {"name": "failed", "host": "post.muster.example"}),
        (f"She reads to me: {NAME_FAILED}", {"name": "failed"}),
        (f"A user gets a warning. {NAME_FAILED} What can we do?", {"name": "failed"}),
        (f"> Hi all,\n> since Monday a box says that the\n> {NAME_FAILED[4:]}", {"name": "failed"}),
        (f"The last line is \u201c{NAME_FAILED}\u201d with a red cross.", {"name": "failed"}),
        (
            f"Es erscheint die Meldung \u201e{DE_NAME}\u201c f\u00fcr post.muster.example",
            {"name": "failed", "host": "post.muster.example"},
        ),
        (f"Nous avons \u00ab {NAME_FAILED} \u00bb chaque matin.", {"name": "failed"}),
        (
            f'Ann gets: "{PROXY}"',
            {"kind": "proxy_error", "name": "failed", "host": "post.muster.example", "code": "10"},
        ),
        (
            "It asks us: Allow this website to configure ann@muster.example server settings?",
            {"kind": "redirect_prompt"},
        ),
    ],
)
def test_a_warning_in_somebodys_sentence_is_stated_by_them(told: str, stated: dict[str, str]) -> None:
    found = evidence.read(told)
    assert facts(found) == {
        "alert.kind": "security_alert",
        **{f"alert.{fact}": value for fact, value in stated.items()},
    }
    assert {(each.rank, each.provenance.what) for each in found.asserted} == {
        (evidence.Rank.STATED, "quoted warning text")
    }


@pytest.mark.parametrize(
    "pasted",
    [
        NAME_FAILED,
        f"\u2718 {NAME_FAILED}",
        f"3. {NAME_FAILED}",
        f"> post.muster.example\n> Security Alert\n> {NAME_FAILED}",
        f"Hello,\nthis came up:\n{NAME_FAILED}",
        DE_NAME,
        PROXY,
        "Security Alert post.muster.example "
        + " ".join(line[1] for line in WHOLE["en"][1:])
        + " Do you want to proceed?",
        f"Our user sent a picture, the text in it is: {WHOLE['en'][0]} {' '.join(line[0] for line in WHOLE['en'][1:])}",
    ],
)
def test_a_window_that_stands_by_itself_is_what_a_program_showed(pasted: str) -> None:
    assert {each.rank for each in evidence.read(pasted).asserted} == {evidence.Rank.MACHINE_OUTPUT}


def test_two_warnings_that_people_tell_of_are_not_made_one() -> None:
    found = evidence.read(
        f"Ann says '{NAME_FAILED}' for ex1.muster.example\n\n"
        "Bob gets 'The security certificate has expired or is not yet valid.' for ex2.muster.example\n"
    )
    assert not facts(found)


@pytest.mark.parametrize(
    "text",
    [
        "Internet Security Warning\nThe server you are connected to is using a security certificate that cannot be "
        "verified.\nA certificate chain processed, but terminated in a root certificate which is not trusted by the "
        "trust provider.\n",
        # As a university shows it to its users (its note of 21 April 2014 on Outlook and mail servers)
        "インターネット セキュリティ警告\n接続しているサーバは、確認できないセキュリティ証明書を使用しています。\n"
        "証明書チェーンは処理されましたが、信頼プロバイダが信頼していないルート証明書で強制終了しました。\n",
    ],
)
def test_a_mail_accounts_server_whose_root_is_not_trusted(text: str) -> None:
    assert facts(evidence.read(text)) == {"alert.kind": "mail_account", "alert.trust": "failed"}


def test_the_proxy_errors_line_of_trust_in_japanese() -> None:
    # KB923575, ja-jp, error message 3
    text = (
        "プロキシ サーバーのセキュリティ証明書 post.muster.example に問題があります。 "
        "セキュリティ証明書は、信頼された証明機関からの証明書ではありません。"
    )
    found = facts(evidence.read(text))
    assert (found["alert.kind"], found["alert.trust"]) == ("proxy_error", "failed")


@pytest.mark.parametrize("title", ["NWEX1\nSecurity Alert\n", "Security Alert\nNWEX1\n", "NWEX1 - Security Alert\n"])
def test_a_server_without_its_domain_in_the_title_is_only_likely(title: str) -> None:
    found = evidence.read(title + NAME_FAILED)
    assert "alert.host" not in facts(found)
    assert proposals(found)["alert.host"] == "NWEX1"


@pytest.mark.parametrize(
    "above", ["Hello\nSecurity Alert\n", "NWEX1\n", "URGENT\n\nSecurity Alert\n", "KB940726\nSecurity Alert\n"]
)
def test_a_word_above_a_warning_is_no_server(above: str) -> None:
    assert "alert.host" not in {
        **facts(evidence.read(above + NAME_FAILED)),
        **proposals(evidence.read(above + NAME_FAILED)),
    }


def test_a_title_before_a_long_dash_and_joined_letters_as_a_picture_is_read() -> None:
    text = "Security Alert \u2014 post.muster.example " + NAME_FAILED.replace("certifi", "certi\ufb01")
    assert facts(evidence.read(text)) == {
        "alert.kind": "security_alert",
        "alert.host": "post.muster.example",
        "alert.name": "failed",
    }
