"""What the warnings say, language by language: the words by which they are recognised, wherever else they differ.

A sentence is recognised by the words that it cannot do without, in their order and near each other, and never by
equality: wording differs by product and age ("name of", "name on"), translations were made more than once, and people
type with slips. The name line is the one of KB940726; translations are those of the article and of KB2772058, KB2783881
and KB923575, partly made by machine, as Microsoft published them. Where no product text was found, the words of the
same sentence in Windows' other dialogs stand in; what they give is the same.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

Check = Literal["name", "trust", "date"]
"""The three checks that the Security Alert reports, each on its own."""

GAP: Final = 60
"""Characters that may stand between two of a sentence's words."""
_LONGEST_WORD: Final = 60
_SENTENCE_END: Final = re.compile(r"[.!?] |。")


@dataclass(frozen=True)
class AlertWording:
    """Words of one sentence, in their order; each is a regular expression over text in lower case."""

    words: tuple[str, ...]

    @cached_property
    def _patterns(self) -> tuple[re.Pattern[str], ...]:
        return tuple(re.compile(word) for word in self.words)

    def find(self, text: str, start: int, end: int) -> tuple[int, int] | None:
        """Return where the words stand in `text[start:end]`, within one sentence, or `None`. Linear in its length."""
        first, *others = self._patterns
        found: tuple[int, int] | None = None
        for match in first.finditer(text, start, end):
            # Where the sentence before has the first word too, and no full stop, the later one is this sentence's.
            if found is not None and match.start() >= found[1]:
                break
            until = self._others_end(others, text, match.end(), end)
            if until is not None and (found is None or until == found[1]):
                found = match.start(), until
        return found

    @staticmethod
    def _others_end(others: list[re.Pattern[str]], text: str, position: int, end: int) -> int | None:
        for pattern in others:
            found = pattern.search(text, position, min(end, position + GAP + _LONGEST_WORD))
            if found is None or found.start() - position > GAP:
                return None
            if _SENTENCE_END.search(text, position, found.start()):
                return None
            position = found.end()
        return position


@dataclass(frozen=True)
class CheckWording(AlertWording):
    """A line of the Security Alert, or the same sentence in the proxy error."""

    language: str
    """ISO 639-1."""
    check: Check
    failed: bool


@dataclass(frozen=True)
class DialogWording(AlertWording):
    """A sentence that only one kind of dialog has."""

    language: str
    kind: str
    """A value of the fact `alert.kind`."""
    check: Check | None = None
    """The check that the sentence says has failed, too."""


CERTIFICATE_WORDS: Final = re.compile(
    r"certi|cert\b|zertifi|sertifi|certyfik|tanúsítv|varmen|证书|憑證|証明書|인증서|"
    r"сертиф|πιστοποιητικ|"
    r"אישור|ใบรับรอง|principal|prinzipal|プリンシパル|website|"
    r"web site|proxy|revocation|sperr|insecure connection|secure connection|server identity|serveridentit|0x80072f0|"
    r"net::err_cert|connection is not private"
)
"""Words of which every sentence of a warning has one: text without them need not be looked at."""


def _check(language: str, check: Check, failed: bool, *words: str) -> CheckWording:
    return CheckWording(words, language, check, failed)


def _dialog(language: str, kind: str, *words: str, check: Check | None = None) -> DialogWording:
    return DialogWording(words, language, kind, check)


CHECKS: Final[tuple[CheckWording, ...]] = (
    # The name does not match. Both halves of the sentence are asked for: a person says one of them.
    _check("en", "name", True, r"name (?:of|on|in)\b", "certificate", r"invalid|not valid",
           r"match (?:the )?(?:\w*ame of (?:the|this)|(?:site|server)(?:'s)? name)"),
    _check("en", "name", True, r"name (?:of|on|in)\b", "security certificate", r"(?:does not|doesn't) match",
           r"\w*ame of the (?:\w+ )?(?:web ?)?site"),
    _check("de", "name", True, "zertifikat", r"ungültig|ungueltig|nicht gültig",
           r"(?:stimmt|entspricht) nicht", r"name[ns]?\b"),
    _check("fr", "name", True, r"\bnom\b", "certificat", r"pas (?:valide|valable)|non valide",
           r"correspond pas|diffère", r"nom\b"),
    _check("it", "name", True, r"\bnome\b", "certificato", r"non (?:è )?valido", "non corrisponde"),
    _check("es", "name", True, r"\bnombre\b", "certificado", r"no (?:es )?válido|inválido",
           r"no (?:coincide|corresponde)"),
    _check("pt", "name", True, r"\bnome\b", "certificado", r"inválido|não (?:é )?válido",
           r"não (?:corresponde|coincide)"),
    _check("nl", "name", True, r"\bnaam\b", "certificaat", "ongeldig", "niet overeen"),
    _check("da", "name", True, r"navn\w*\b", "certifikat", "ugyldig", r"ikke (?:overens|svarer)|ikke med"),
    _check("nb", "name", True, "sertifikat", "navn", "ugyldig", r"samsvarer ikke|stemmer ikke"),
    _check("sv", "name", True, r"namn\w*\b", "certifikat", "ogiltig", r"(?:överens)?stämmer inte"),
    _check("fi", "name", True, "varmen", "nimi", r"virheellinen|ei kelpaa", r"ei vastaa"),
    _check("hu", "name", True, "tanúsítv", r"neve\b", "érvénytelen", "nem egyezik"),
    _check("pl", "name", True, r"\bnazwa\b", "certyfikat", r"nieprawidłow", r"niezgodn|nie (?:pasuje|zgadza)"),
    _check("cs", "name", True, r"název|jméno", r"certifikát", "neplatn", r"neodpovíd|neshoduj"),
    _check("ru", "name", True, r"имя|название", "сертификат",
           r"недействит|недопустим", r"не (?:соответств|совпад)"),
    _check("ja", "name", True, "証明書の名前", "無効", "一致し"),
    _check("zh", "name", True, r"证书|憑證", r"名称|名稱", r"无效|無效", r"不匹配|不符|不相符"),
    _check("ko", "name", True, "인증서", "이름", r"잘못|올바르지|유효하지", "일치하지"),
    _check("id", "name", True, r"\bnama\b", "sertifikat", "tidak valid", "tidak sesuai"),
    # The name matches.
    _check("en", "name", False, "security certificate has a valid name"),
    _check("en", "name", False, r"name (?:on|of|in) the security certificate (?:is valid\b(?! or|\?)|matches)"),
    _check("de", "name", False, "sicherheitszertifikat", r"(?:trägt|hat|besitzt|enthält) einen gültigen namen"),
    _check("de", "name", False, r"\bname\b", "sicherheitszertifikat", r"ist gültig\b(?! oder|\?)|stimmt mit dem namen"),
    _check("fr", "name", False, r"certificat de sécurité (?:a|porte|possède|présente|comporte) un nom valide"),
    _check("fr", "name", False, r"nom (?:du|sur le|figurant sur le) certificat de sécurité est valide\b(?! ou|\?)"),
    _check("es", "name", False, r"certificado de seguridad tiene un nombre válido"),
    _check("es", "name", False, r"nombre (?:del|en el) certificado de seguridad es válido\b(?! o\b|\?)"),
    _check("it", "name", False, r"certificato di (?:protezione|sicurezza) (?:ha|presenta|contiene) un nome valido"),
    _check("it", "name", False, r"nome (?:del|nel|sul) certificato di (?:protezione|sicurezza) è valido\b(?! o\b|\?)"),
    _check("pt", "name", False, r"certificado de segurança (?:tem|possui) um nome válido"),
    _check("pt", "name", False, r"nome (?:do|no) certificado de segurança é válido\b(?! ou|\?)"),
    _check("nl", "name", False, r"beveiligingscertificaat heeft een geldige naam"),
    _check("nl", "name", False, r"naam (?:van|op) het beveiligingscertificaat is geldig\b(?! of|\?)"),
    _check("pl", "name", False, r"certyfikat zabezpieczeń ma (?:prawidłową|poprawną) nazwę"),
    # The issuer is not trusted.
    _check("en", "trust", True, "security certificate", r"(?:was )?issued by a company", "not chosen to trust"),
    _check("en", "trust", True, r"security certificate is not from a trusted"),
    _check("de", "trust", True, "zertifikat", r"firma|unternehmen|stelle|herausgeber", r"nicht\b", "vertrau"),
    _check("de", "trust", True, "zertifikat", r"nicht von einer|keiner", r"vertrauenswürdigen zertifizierungs"),
    _check("fr", "trust", True, "certificat", r"société|entreprise|autorité",
           r"\bpas\b|\bnon\b", r"confiance|approuv"),
    _check("es", "trust", True, "certificado", r"compañía|empresa|organización|entidad|autoridad", r"\bno\b",
           r"confia"),
    _check("pt", "trust", True, "certificado", r"empresa|organização|entidade|autoridade", r"\bnão\b", r"confia"),
    _check("it", "trust", True, "certificato", r"società|autorità", r"non\b", r"attendibile|fiducia"),
    _check("nl", "trust", True, "certificaat", r"bedrijf|instantie", r"niet\b", "vertrouw"),
    _check("pl", "trust", True, "certyfikat", r"firmę|firmą", r"nie\b", r"zaufan"),
    _check("ja", "trust", True, "証明書", "信頼", r"ものではありません|証明書ではありません|選択していない"),
    _check("zh", "trust", True, "证书", r"没有|未", "信任", "公司"),
    # The issuer is trusted.
    _check("en", "trust", False, r"security certificate is from a trusted certif"),
    _check("de", "trust", False, "zertifikat", r"(?:stammt|ist|kommt) von einer vertrauenswürdigen"),
    _check("fr", "trust", False,
           r"certificat de sécurité (?:provient|émane|est issu) d'une "
           r"autorité(?: de certification)? (?:approuvée|de confiance|digne de confiance|fiable)"),
    _check("es", "trust", False, r"certificado de seguridad (?:proviene|procede|es) de una (?:entidad|autoridad)"
           r"(?:(?!\bno\b)[a-zó ]){0,40}? de confianza"),
    _check("it", "trust", False, r"certificato di (?:protezione|sicurezza) proviene da un'autorità di certificazione "
           r"(?:attendibile|considerata attendibile)"),
    _check("pt", "trust", False, r"certificado de segurança (?:é|provém|vem) de uma autoridade(?: de certificação)? "
           r"(?:confiável|fidedigna|de confiança)"),
    _check("nl", "trust", False, r"beveiligingscertificaat (?:is afkomstig|komt|is) van een vertrouwde"),
    _check("zh", "trust", False, r"证书(?:是)?(?:来自|由)(?:可|受)?信任的证书"),
    _check("pl", "trust", False, r"certyfikat zabezpieczeń pochodzi (?:od|z) zaufane"),
    # The date.
    _check("en", "date", True, r"security certificate (?:has|is) expired", r"or\b", r"not (?:yet )?valid"),
    _check("en", "date", True, r"security certificate has expired\b(?=[.!\"'\u201d]? *(?:$|\n))"),
    _check("de", "date", True, "zertifikat", "abgelaufen", r"noch nicht gültig"),
    _check("fr", "date", True, "certificat", r"expiré", r"pas encore"),
    _check("it", "date", True, "certificato", "scadut", r"non (?:è )?ancora"),
    _check("nl", "date", True, "certificaat", "verlopen", "nog niet"),
    _check("pl", "date", True, "certyfikat", r"wygasł", r"nie jest jeszcze"),
    _check("zh", "date", True, r"证书", r"到期|过期", r"未生效"),
    _check("ja", "date", True, "証明書", r"期限|日付", r"切れ|無効"),
    _check("en", "date", True, r"security certificate date is (?:invalid|not valid)"),
    _check("de", "date", True, r"datum des sicherheitszertifikats ist (?:ungültig|nicht gültig)"),
    _check("es", "date", True, "certificado", r"expirad|caducad|vencid", r"(?:todavía|aún) no"),
    _check("pt", "date", True, "certificado", r"expirou|expirad", r"ainda não"),
    _check("en", "date", False, "security certificate date is valid"),
    _check("de", "date", False, r"datum des sicherheitszertifikats ist gültig"),
    _check("fr", "date", False, r"date du certificat de sécurité est valide"),
    _check("es", "date", False, r"fecha del certificado de seguridad es válida"),
    _check("it", "date", False, r"data del certificato di (?:protezione|sicurezza) è valida"),
    _check("pt", "date", False, r"data do certificado de segurança é válida"),
    _check("nl", "date", False, r"datum van het beveiligingscertificaat is geldig"),
    _check("pl", "date", False, r"data certyfikatu zabezpieczeń jest (?:prawidłowa|ważna|poprawna)"),
)  # fmt: skip

DIALOGS: Final[tuple[DialogWording, ...]] = (
    # B: Outlook Anywhere's proxy (KB923575). There is no way to click it away.
    _dialog("en", "proxy_error", r"problem with the proxy server'?s? security certificate"),
    _dialog("de", "proxy_error", "problem", r"sicherheitszertifikat", r"proxyserver"),
    _dialog("de", "proxy_error", "problem", r"proxyserver", r"sicherheitszertifikat"),
    _dialog("fr", "proxy_error", r"problème", r"certificat de sécurité", "proxy"),
    _dialog("es", "proxy_error", "problema", "certificado de seguridad", "proxy"),
    _dialog("it", "proxy_error", "problem[ai]", "certificato di (?:protezione|sicurezza)", "proxy"),
    _dialog("nl", "proxy_error", "probleem", "beveiligingscertificaat", "proxy"),
    _dialog("pl", "proxy_error", "problem", r"certyfikat\w* zabezpieczeń", "proxy"),
    _dialog("ja", "proxy_error", r"プロキシ ?サーバーのセキュリティ証明書", "問題"),
    # C: a POP, IMAP or SMTP account.
    _dialog("en", "mail_account", r"server you are connected "
                                  r"to", "certificate", r"(?:cannot|can't|could not) be verified"),
    _dialog("de", "mail_account", r"server, mit dem sie verbunden sind", "zertifikat", r"nicht überprüft"),
    _dialog("fr", "mail_account", r"serveur auquel vous êtes connecté", "certificat", r"vérifi"),
    _dialog("es", "mail_account", r"servidor al que (?:está|se ha) conectado", "certificado", r"comprob|verific"),
    _dialog("it", "mail_account", r"server a(?: cui|l quale)", "certificato", "verific"),
    _dialog("nl", "mail_account", r"server waarmee", "certificaat", r"geverifieerd|gecontroleerd"),
    _dialog("pl", "mail_account", r"serwer, z którym", "certyfikat", "zweryfikowa"),
    _dialog("ja", "mail_account", "接続しているサーバ", r"確認できない", "証明書"),
    # D: no fault of a certificate (KB2480582).
    _dialog("en", "redirect_prompt", r"allow this website to configure"),
    _dialog("en", "redirect_prompt", r"account was redirected to this website for settings"),
    _dialog("de", "redirect_prompt", r"website|webseite", r"servereinstellungen", r"konfigurieren"),
    _dialog("de", "redirect_prompt", r"konto wurde", r"umgeleitet", r"einstellungen"),
    _dialog("fr", "redirect_prompt", r"autoriser ce site web", r"configurer"),
    _dialog("nl", "redirect_prompt", r"deze website", r"serverinstellingen", r"configureren"),
    _dialog("it", "redirect_prompt", r"consentire a questo sito", r"configurare"),
    _dialog("es", "redirect_prompt", r"permitir (?:que|a) este sitio web", r"configur"),
    # E: Outlook for Mac (KB3066652). It says root, and means the name as often.
    _dialog("en", "mac_alert", r"secure connection (?:cannot|can't|could not) be established with", r"because",
            r"root certificate"),
    _dialog("en", "mac_alert", r"(?:unable|not able) to establish a secure connection (?:to|"
                               r"with)", r"because", "certificate"),
    _dialog("de", "mac_alert", r"sichere verbindung", r"(?:nicht|keine)", r"(?:stamm|zwischen)zertifikat"),
    # F and G: phones.
    _dialog("en", "mobile_alert", r"(?:insecure connection|secure connection unavailable)[.!]? {0,2}would "
                                  r".{0,20}log ?in anyway"),
    _dialog("en", "mobile_alert", r"cannot verify server identity"),
    _dialog("de", "mobile_alert", r"serveridentität", r"nicht überprüf|überprüft werden"),
    _dialog("", "mobile_alert", r"0x80072f0(?:d|5)\b"),
    # H: a web page.
    _dialog("en", "browser_page", r"problem with this website'?s security certificate"),
    _dialog("en", "browser_page", r"your connection is not private"),
    _dialog("de", "browser_page", r"problem mit dem sicherheitszertifikat der web(?:site|seite)"),
    _dialog("de", "browser_page", r"dies ist keine sichere verbindung"),
    _dialog("", "browser_page", r"net::err_cert_[a-z_]{3,40}"),
    # I: revocation.
    _dialog("en", "revocation", r"revocation information for the security certificate", r"not available"),
    _dialog("de", "revocation", r"sperr(?:ungs)?information", r"sicherheitszertifikat", r"nicht verfügbar"),
    # A: the Security Alert's first sentence.
    _dialog("en", "security_alert", r"problem with the site'?s security certificate"),
    _dialog("en", "security_alert", r"information you exchange with this site cannot be viewed"),
    _dialog("de", "security_alert", r"informationen, die sie mit dieser (?:web)?site austauschen"),
    _dialog("de", "security_alert", r"problem mit dem sicherheitszertifikat der site"),
    _dialog("fr", "security_alert", r"informations (?:que vous )?échang", r"avec ce site"),
    _dialog("es", "security_alert", r"información que (?:usted )?intercambi", r"con este sitio"),
    _dialog("es", "security_alert", r"problema con el certificado de seguridad del sitio"),
    _dialog("it", "security_alert", r"informazioni scambiate con questo sito"),
    _dialog("pt", "security_alert", r"informações (?:trocadas|que (?:você )?troca)", r"com este s[ií]t"),
    _dialog("nl", "security_alert", r"(?:informatie|gegevens) die u met deze site uitwisselt"),
)  # fmt: skip
"""What each kind of dialog is told by. Of two that both fit one place, the one that stands first here counts."""

SECOND_SENTENCES: Final = (
    _dialog("en", "mail_account", r"target principal name is (?:incorrect|wrong)", check="name"),
    _dialog("de", "mail_account", r"zielprinzipalname ist falsch", check="name"),
    _dialog("fr", "mail_account", r"nom principal", r"cible", r"incorrect", check="name"),
    _dialog("es", "mail_account", r"nombre principal de destino", r"incorrecto", check="name"),
    _dialog("it", "mail_account", r"nome", r"principale di destinazione",
        r"(?:non è )?(?:corretto|errato)", check="name"),
    _dialog("ja", "mail_account", r"対象のプリンシパル名", r"間違|正しく", check="name"),
    # Windows' words for a root that is not trusted (0x800B0109), as the dialog shows them.
    _dialog("en", "mail_account", r"certificate chain processed", r"terminated in a root certificate", "not trusted",
        check="trust"),
    _dialog("ja", "mail_account", "証明書チェーンは処理され", "信頼していないルート証明書", check="trust"),
)  # fmt: skip
"""The second sentence of dialog C, which says what is wrong. Other programs use it too, so that by itself it only makes
the dialog likely."""

TITLE_WORDS: Final = re.compile(
    r"(?:microsoft )?(?:office )?outlook|internet ?security ?warning|internetsicherheitswarnung|security (?:alert|"
    r"warning)|"
    r"sicherheits(?:hinweis|warnung|meldung)|alert zabezpieczeń|alerte de sécurité|avertissement de sécurité(?: "
    r"internet)?|"
    r"avviso di (?:protezione|sicurezza)|beveiligings(?:waarschuwing|melding)|alerta de seguridad|alerta de segurança|"
    r"sikkerhe[dt]s(?:advarsel|varsel)|säkerhetsvarning|biztonsági riasztás|výstraha zabezpečení|"
    r"(?:インターネット ?)?セキュリティ(?:の)?警告|安全警报|安全性警告|보안 경고",
    re.IGNORECASE,
)
"""What stands in the title of a window beside the host."""
