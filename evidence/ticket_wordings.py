"""The words by which a clause of a ticket is told to speak of something, and those that keep it from doing so."""

from __future__ import annotations

import re
from typing import Final

URL: Final = re.compile(r"https?://[^\s<>\"'`\u00ab\u00bb\u201c\u201d\u2019(){}\[\]]{1,2000}", re.IGNORECASE)
HOST_NAME = r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,10}[A-Za-z]{2,24}"
HOST: Final = re.compile(rf"(?<![\w.@/\\$-])({HOST_NAME})(?![\w@\\-]|\.\w)")
MAIL: Final = re.compile(rf"(?<![\w.])[A-Za-z0-9._%+-]{{1,64}}@({HOST_NAME})(?![\w-])")
CLAUSE_END: Final = re.compile(
    r"[,;!?](?=\s|$)|\.(?=\s|$)|\s[-\u2013\u2014]\s|\b(?:but|however|aber|jedoch|while)\b", re.IGNORECASE
)
OUTLOOK: Final = re.compile(
    r"\bOutlook(?:[\s-]{1,3}(?:for|Microsoft|Office|Windows|version)){0,3}[\s:-]{1,3}(2003|2007|2010|2013|2016|2019|"
    r"2021|365)\b",
    re.IGNORECASE,
)
EXCHANGE: Final = re.compile(
    r"\b(?:Microsoft )?Exchange(?:[\s-]{1,3}(?:Server|for|Microsoft|version)){0,3}[\s:-]{1,3}"
    r"(?:2003|2007|2010|2013|2016|2019|SE\b|Online\b|Subscription Edition)(?:\s?(?:SP|CU|RU)\s?\d{1,2}\b)?",
    re.IGNORECASE,
)
OFFICE_365: Final = re.compile(r"\b(?:Office|Microsoft) ?365\b|\bO365\b|\bM365\b", re.IGNORECASE)
BUILD: Final = re.compile(
    r"(?<![\d.])(?:Version )?(?:8|14|15)\.\d{1,2}(?:\.\d{1,5}(?:\.\d{1,5})?| \(Build \d{1,5}\.\d{1,5}\))(?![\d.])",
    re.IGNORECASE,
)
ABOUT_EXCHANGE: Final = re.compile(r"exchange|server|build", re.IGNORECASE)
CERTIFICATE: Final = re.compile(r"certificat|\bcert\b|zertifikat", re.IGNORECASE)
WARNS: Final = re.compile(
    r"warn|alert|pop-?up|prompt|message|\bsays?\b|error|shows?\b|complain|meldung|fehler|hinweis|zeigt|meldet",
    re.IGNORECASE,
)
HOST_OF_ALERT: Final = re.compile(
    r"(?:(?:warn\w*|alert|pop-?up|prompt|warnung|window|fenster)\b(?:\W+\w+){0,3}?\W+"
    r"(?:for|about|of|naming|names|titled|says|f\u00fcr|zu|bei|title|heading|at|on)|"
    r"(?:message|error|meldung|hinweis)\b(?:\W+\w+){0,3}?\W+(?:for|about|naming|names|titled|f\u00fcr|zu|bei|title|heading))"
    r"\W{1,4}(?:the |host |server |is ){0,2}$|"
    r"(?:title|heading|titel)(?: of [\w ]{1,30})?(?: (?:is|says|shows|lautet|ist))?\W{1,4}$",
    re.IGNORECASE,
)
NO_WARNING: Final = re.compile(
    r"\b(?:logs?|search\w*|google\w*|monitoring|event ?id|mail from|protokoll|gesucht)\b", re.IGNORECASE
)
"""Words of a clause about another message than the warning."""
IN_THE_TITLE: Final = re.compile(
    r"\W{0,3}(?:is|stands|steht|ist) (?:shown )?(?:in|at|im) (?:the )?(?:title|heading|top|titel)\b", re.IGNORECASE
)
CERTIFICATE_FOR: Final = re.compile(
    r"\bcertificate (?:(?:is|was) (?:issued |made out )?(?:for|to|on)|(?:issued|made out) (?:for|to)|(?:is )?named) $",
    re.IGNORECASE,
)
INTERNAL_URL: Final = re.compile(
    r"internal ?ur[li]|autodiscoverserviceinternaluri|\bscp\b|\binternal(?:ly)?\b(?! use)|\bintern\w{0,2}\b",
    re.IGNORECASE,
)
EXTERNAL_URL: Final = re.compile(r"external", re.IGNORECASE)
STORED: Final = re.compile(
    r"\b(?:is|are|was) (?:at|set to|configured|stored)|points? to|configured (?:as|to|with)|\b(?:url|uri)s? (?:is|"
    r"are)\b|=\s*$",
    re.IGNORECASE,
)
SUPPOSED: Final = re.compile(
    r"\b(?:if|whether|should|shall|would|could|might|will|going to|plan(?:s|ned|ning)?|want(?:s|ed)?|soon|next "
    r"(?:week|month|year)|"
    r"maybe|perhaps|probably|possibly|presumably|not sure|unsure|i (?:think|guess|believe|suppose)|in case|what if|"
    r"how|why|which|wenn|falls|soll\w*|werden|wollen|k\u00f6nnte\w*|geplant|plan(?:en|t)|vermutlich|wahrscheinlich|vielleicht)\b",
    re.IGNORECASE,
)
NEGATED: Final = re.compile(
    r"\b(?:not|never|no|none|nobody|without|neither|nothing|nichts|nicht|kein\w*|niemand|nie|ohne)\b|n't\b",
    re.IGNORECASE,
)
ALL_IS_WELL: Final = re.compile(
    r"\b(?:fine|works?(?! (?:from|at|in|on|for|remotely)\b)|worked|okay|ok|no (?:problem|warning|alert|issue)s?|"
    r"funktioniert|geht|klappt)\b",
    re.IGNORECASE,
)
OF_THE_PAST: Final = re.compile(
    r"\b(?:old|former(?:ly)?|previous(?:ly)?|removed|uninstalled|decommission\w*|retired|"
    r"switched off|shut down|deleted|cleared|gel\u00f6scht|used to|years? ago|"
    r"alte[rnms]?|"
    r"fr\u00fcher\w*|vor \w+ jahren|test lab)\b",
    re.IGNORECASE,
)
NOT_IN_USE: Final = re.compile(
    r"\bhad\b(?! (?:a|an|the|to|problems?|this)\b)|\A\s*(?:and )?then\b|\bhatten\b", re.IGNORECASE
)
"""Before a product's name: it was in use once."""
OF_A_PERSON: Final = re.compile(
    r"\b(?:certified|expert|specialist|mcs[ea]|mcp|mvp|mcitp|consultant|trainer|engineer|zertifiziert\w*|berater\w*)\b",
    re.IGNORECASE,
)
"""What somebody knows about, and not what runs there: a line below a mail."""
A_PERSONS_TITLE: Final = re.compile(
    r"\W{0,3}(?:sp\d )?(?:administrat\w+|admins?|engineers?|specialists?|experts?|consultants?|architects?)\b",
    re.IGNORECASE,
)
"""Behind a product's name: what somebody is, or whom a text is for."""
OF_OTHERS: Final = re.compile(
    r"\b(?:another|other) (?:customer|company|organi[sz]ation|firm|site|tenant)\b|"
    r"\bpartners?\b|\bsuppliers?\b|"
    r"\bander\w{1,2} (?:kunden?|firma|organisation)\b",
    re.IGNORECASE,
)
OF_THEM: Final = re.compile(r"\btheir\b|\bihr\w{0,2} (?:exchange|server)\b", re.IGNORECASE)
"""Whose product or server it is, when people speak of others."""
OF_A_TEXT: Final = re.compile(
    r"\b(?:articles?|blogs?|guides?|kb\d*|posts?|forums?|documentation|docs|manual|applies to|affects|book|course|"
    r"artikel|anleitung|beitrag|sent from|get outlook|gesendet (?:mit|von|aus))\b",
    re.IGNORECASE,
)
"""What somebody has read about a product, or a line that a program puts below a mail."""
GONE_BEFORE: Final = re.compile(
    r"\b(?:replac\w+|remov\w+|uninstall\w+|instead of|left|before|until|after|unlike|than|compared (?:to|with)|as of|"
    r"ersetz\w+|bevor|vor|anders als)\s+"
    r"(?:(?:our|the|an|old|last|dem|den|der)\s+){0,2}\Z",
    re.IGNORECASE,
)
"""Before the name of what is there no more."""
GONE_AFTER: Final = re.compile(
    r"[^,]{0,20}?\b(?:is|was|has been|got|ist|wurde)\s+(?:now )?(?:gone|replaced|weg|ersetzt|abgeschaltet|entfernt)\b|"
    r"\s+(?:by|durch|with) |\s+war\b",
    re.IGNORECASE,
)
MORE_VERSIONS: Final = re.compile(
    r"\+|\W{0,2} (?:and|or) (?:later|newer|up|higher|older|earlier)\b|\W{1,3}(?:(?:and|or|und|oder|to|bis) )?20\d\d\b",
    re.IGNORECASE,
)
"""Behind a version: others beside it."""
MAIL_HEADER: Final = re.compile(
    r"[\s>]*(?:Received|X-[A-Za-z-]{2,60}|Return-Path|Message-ID|Authentication-Results|DKIM-Signature|User-Agent|"
    r"MIME-Version|Content-[A-Za-z-]{2,40}|Thread-[A-Za-z-]{2,20}|Received-SPF|Reply-To|List-[A-Za-z]{2,20})\s?:|"
    r"(?:Applies to|Affected products|Tags|Keywords|What if|WhatIf|Was w\u00e4re wenn)\s?:|"
    r".{0,300}\bwith (?:Microsoft SMTP Server|mapi\b|E?SMTPS?A?\b)"
)
"""A line with which programs hand a mail on, where the servers are of all who did; or one about a text, or a try."""
OTHER_SERVER: Final = re.compile(
    r"\b(?:dns|dhcp|file|print|sql|web|backup|proxy|time|terminal|app\w*|database|ftp|vpn|licen[cs]e|update|domain "
    r"controller)[ -]?\Z",
    re.IGNORECASE,
)
"""Before the word server: one of another kind."""
OTHER_DEVICE: Final = re.compile(
    r"\b(?:firewall|proxy|web ?(?:shop|site|server)|printers?|vpn|wlan|wi-?fi|phone system|switch|nas|sql|radius|ldap|"
    r"sharepoint|teams|load balancer|print server|file server|drucker|webshop|webseite)\b",
    re.IGNORECASE,
)
"""What has certificates too, and is no Exchange."""
NOT_DONE: Final = re.compile(
    r"\b(?:need(?:s|ed)? to|(?:have|has|had) (?:yet )?to|must|to be|yet to|on order|ordered|requested|waiting for|muss|"
    r"m\u00fcssen|bestellt|beantragt)\b",
    re.IGNORECASE,
)
"""What is still to be done."""
TOLD_TO: Final = re.compile(r"\b(?:told|asked|advised|informed|instructed|gebeten|informiert)\b", re.IGNORECASE)
ALL_BUT: Final = re.compile(r"\b(?:except|apart|other than|but|besides|au\u00dfer|bis auf)\b", re.IGNORECASE)
ABOUT_IT: Final = re.compile(
    r"warn|alert|prompt|pop-?up|window|message|error|problem|issue|trouble|outlook|exchange|certific|\bit\b|this|happen|"
    r"\b(?:gets?|sees?)\b|meldung|warnung|fehler|hinweis|zertifikat|fenster|\bes\b|kommt|tritt",
    re.IGNORECASE,
)
"""What a clause about the warning has one of."""
FEW_WORDS: Final = 4
OF_ANOTHER_MAILBOX: Final = re.compile(
    r"\b(?:reply|replies|write|contact|forward|mails? to|bounces|azure|google|apple|our address|my address|"
    r"help ?desk|support|antwort\w*|kontakt\w*)\b",
    re.IGNORECASE,
)
ONLY_USED: Final = re.compile(
    r"\b(?:brows\w+|open(?:s|ed)?|surf\w*|log ?in|used?|aufruf\w*|\u00f6ffn\w*) ?(?:only|to|at|on)?\b|"
    r"\bpolic(?:y|ies)\b",
    re.IGNORECASE,
)
"""Words before a URL that somebody goes to, which is no setting."""
WAS_ONCE: Final = re.compile(r"\b(?:was|were|war|waren)\W*\Z", re.IGNORECASE)
LONG_AGO: Final = re.compile(
    r"\blast year\b|\b(?:years?|months) ago\b|\b(?:letztes|voriges) jahr\b|\bvor \w+ (?:jahren|monaten)\b",
    re.IGNORECASE,
)
OF_THE_SERVER: Final = re.compile(
    r"\b(?:server|exchange|firewall|controller|data ?cent\w+|rack|mailbox(?:es)?)\b", re.IGNORECASE
)
FROM: Final = re.compile(r"\b(?:from|von)\s+(?:(?:our|the|an|old)\s+){0,2}$", re.IGNORECASE)
TO: Final = re.compile(r"\b(?:to|zu|auf|nach)\b", re.IGNORECASE)
FROM_HERE: Final = re.compile(r"\b(?:from|von)[\s:\"'\u201c\u201e]{1,4}\Z", re.IGNORECASE)
CLAUSE_OF_URL_ENDS: Final = re.compile(
    r"[,;!?](?=\s|\Z)|\.(?=\s|\Z)|\b(?:but|however|aber|jedoch|while)\b(?=\s)", re.IGNORECASE
)
"""Like `CLAUSE_END`, but for the dash, which people write between a setting and its URL."""
ONLY_LEADS_TO: Final = 2
"""Words behind a comma that only lead to a URL, which the clause before speaks of: `…, like https://`."""
INSIDE: Final = re.compile(
    r"\b(?:in|at|inside|from) (?:the |our |my )?(?:office|company network|corporate network|internal network|local "
    r"network|lan|"
    r"headquarters|branch(?: office)?)\b|\bim (?:b\u00fcro|firmennetz\w*|internen netz\w*|haus)\b|\bin der firma\b|"
    r"\b(?:location|standort)\s?:\s{0,8}(?:office|internal|in-house|b\u00fcro|intern)\b",
    re.IGNORECASE,
)
OUTSIDE: Final = re.compile(
    r"\b(?:at|from) home\b|\bhome ?office\b|\bworking remotely\b|\bon the road\b|\boutside (?:of )?(?:the |our )?"
    r"(?:office|network|company|lan)\b|\bzu ?hause\b|\bunterwegs\b|"
    r"\b(?:location|standort)\s?:\s{0,8}(?:home|external|remote|extern)\b",
    re.IGNORECASE,
)
ONE_OR_THE_OTHER: Final = re.compile(r"\b(?:either|or|oder|entweder)\b", re.IGNORECASE)
ON_VPN: Final = re.compile(
    r"\b(?:on|via|over|through|using|with|per|\u00fcber|connected to) (?:the |our |a |das |dem )?vpn\b", re.IGNORECASE
)
OFF_VPN: Final = re.compile(
    r"\b(?:without|no|not (?:on|using|via|over|through|connected to)|ohne|kein) (?:the |our |a |any )?vpn\b",
    re.IGNORECASE,
)
SERVER_IS: Final = re.compile(
    r"(?:\b(exchange|our|my|mail|cas|access|unser\w{0,2})[ -])?(?<![$\w.-])server(?:'s)?(?: name)?"
    r"((?: is called| is named| is| called| named| hei\u00dft| heisst| ist)?(?:\s?[:=])?)\s+[\"'\u201c\u201e]?"
    r"((?-i:[A-Za-z0-9])[A-Za-z0-9-]{0,62}(?:\.[A-Za-z0-9-]{1,63}){0,8})(?![\w\\@-])",
    re.IGNORECASE,
)
"""A server with a word that says whose it is, or with one that says what it is called."""
NO_SERVER: Final = re.compile(
    r"(?:SP|CU|RU|R|V|KB)\d.*|\d+|IIS|SBS|SSL|TLS|OK|CA|DC|AD|SE|CAS|MBX|VPN|DNS|URL|SAN|FQDN|HTTPS?", re.IGNORECASE
)
NAME_LIKE: Final = re.compile(r"[A-Z0-9-]{2,63}|.*\d.*|.*\..*")
DOMAIN_YES: Final = re.compile(
    r"\bdomain[- ]joined\b|\bjoined to (?:the|our) domain\b|\bdomain member\b|\bin der dom\u00e4ne\b", re.IGNORECASE
)
DOMAIN_NO: Final = re.compile(
    r"\b(?:not|isn't|nicht|non|never)[ -](?:(?:a|in|joined|member|part|of|to|the|our|der)[ -]){0,4}(?:domain|"
    r"dom\u00e4ne)\b|"
    r"\bworkgroup (?:pc|computer|machine|laptop)\b|\b(?:private|own|personal|privater?) (?:pc|laptop|computer|"
    r"machine|rechner)\b",
    re.IGNORECASE,
)
AFFECTED: Final = (
    ("all", re.compile(
        r"\b(?:all|every) (?:of )?(?:our |the |my )?(?:users?|clients?|colleagues?|staff|people|employees?|pcs?|"
        r"computers?)\b|"
        r"\beverybody\b|\beveryone\b|\balle[nr]? (?:benutzern?|anwendern?|kollegen|mitarbeitern?|clients)\b",
        re.IGNORECASE)),
    ("one", re.compile(
        r"\b(?:only|just) (?:one|a single|me|my|1)\b|\b(?:one|a single) user\b|\bnur (?:ein|eine|einer|bei "
        r"mir)\b", re.IGNORECASE)),
    ("some", re.compile(
        r"\b(?:some|several|a few|many|most|two|three) (?:of )?(?:our |the )?(?:users|clients|colleagues|people|pcs|"
        r"computers)\b|"
        r"\b(?:einige|mehrere|manche) (?:benutzer|anwender|kollegen|mitarbeiter)\b", re.IGNORECASE)),
)  # fmt: skip
GET_IT: Final = re.compile(
    r"\b(?:gets?|getting|got|sees?|receives?|affected|reports?|bekommen|erhalten|sehen|betroffen|tritt)\b|warn|"
    r"alert|prompt|pop-?up|"
    r"message|meldung|hinweis",
    re.IGNORECASE,
)
SINCE: Final = re.compile(
    r"\b(?:since|seit)\s?:?\s+((?:last |this |early |letzte[rmn]? |diese[rmn]? )?(?:yesterday|today|monday|tuesday|"
    r"wednesday|thursday|friday|"
    r"saturday|sunday|week(?:end)?|month|morning|gestern|heute|montag|dienstag|mittwoch|donnerstag|freitag|samstag|"
    r"sonntag|woche|"
    r"wochenende|monat|\d{1,2}\.\d{1,2}\.(?:\d{2,4})?|\d{4}-\d{2}-\d{2}))\b",
    re.IGNORECASE,
)
OTHER_OBJECT: Final = re.compile(
    r"\b(?:licen[cs]e|password|domain|contract|subscription|lease|lizenz|passwort|kennwort|vertrag)", re.IGNORECASE
)
CHANGES: Final = (
    ("new_certificate", re.compile(
        r"\b(?:renew(?:ed|al)|erneuert)\b|\b(?:replaced|re-?issued|installed|imported|bought|changed|exchanged|"
        r"ausgetauscht|ersetzt|"
        r"installiert|eingespielt)\b.{0,60}(?:certificat|\bcert\b|zertifikat)|(?:certificat\w*|\bcert|"
        r"zertifikat)\b.{0,40}"
        r"\b(?:replaced|re-?issued|installed|imported|changed|ausgetauscht|ersetzt|installiert)\b|\bnew (?:ssl |san "
        r"|tls )?"
        r"cert(?:ificate)?\b|\bneues zertifikat\b", re.IGNORECASE)),
    ("new_server", re.compile(
        r"\b(?:installed|added|set up|introduced|built|brought in|deployed|installiert|aufgesetzt)\b.{0,40}\b(?:new|"
        r"second|another|"
        r"additional|neue[nr]?|zweite[nr]?)\b.{0,20}\b(?:server|exchange)\b|\b(?:new|second|additional) (?:exchange "
        r"|mail )?server "
        r"(?:was|has been|is)\b", re.IGNORECASE)),
    ("migration", re.compile(
        r"\bmigrated\b.{0,40}\b(?:mailbox\w*|exchange|365|online|users?)\b|"
        r"\bmoved\b.{0,40}\b(?:mailbox\w*|exchange|365|online)\b|\bmigration\b.{0,40}\b(?:done|"
        r"finished|"
        r"completed|last|yesterday|since|week)\b|\bmigriert\b", re.IGNORECASE)),
    ("dns", re.compile(
        r"\b(?:changed|moved|switched|updated|ge\u00e4ndert|gewechselt)\b.{0,40}\b(?:dns|registrar|name ?servers?|"
        r"hosting|web ?host\w*|"
        r"provider)\b|\b(?:dns|registrar|name ?servers?|hosting|provider)\b.{0,20}\b(?:was|were|been|got|is|wurden?) "
        r"(?:changed|moved|switched|ge\u00e4ndert)\b",
        re.IGNORECASE)),
    ("proxy", re.compile(
        r"\b(?:installed|replaced|changed|added|introduced)\b.{0,40}\b(?:proxy|firewall|antivirus|virus scanner|"
        r"load balancer)\b|"
        r"\b(?:proxy|firewall|antivirus|virus scanner|load balancer)\b.{0,15}\b(?:was|were|has been|got|wurde) "
        r"(?:replaced|changed|installed|introduced|ausgetauscht|ersetzt)\b|\bnew (?:proxy|firewall|antivirus|"
        r"load balancer)\b", re.IGNORECASE)),
    ("none", re.compile(
        r"\bnothing (?:was |has been |has )?changed\b|\bno changes? (?:was|were|has been|have been)\b|\bnichts "
        r"(?:wurde )?ge\u00e4ndert\b",
        re.IGNORECASE)),
)  # fmt: skip
KINDS: Final = (
    ("password_prompt", re.compile(
        r"\b(?:asks?|asking|prompts?|prompted|prompting)\b.{0,30}\b(?:password|credentials)\b|\b(?:password|"
        r"credentials?) (?:prompt|"
        r"pop-?up|window)|kennwortabfrage|fragt .{0,30}(?:kennwort|passwort)", re.IGNORECASE)),
    ("proxy_error", re.compile(r"\bproxy\b.{0,40}\b(?:error|certificate)\b.{0,30}\bcode\b|\bproxy server'?s? "
                               r"(?:security )?certificate", re.IGNORECASE)),
    ("redirect_prompt", re.compile(r"\ballow (?:this|the) website to configure", re.IGNORECASE)),
    ("security_alert", re.compile(r"\bsecurity alert\b|\bsicherheitshinweis\b", re.IGNORECASE)),
    ("mail_account", re.compile(r"\binternet security warning\b|\binternetsicherheitswarnung\b", re.IGNORECASE)),
)  # fmt: skip
CODE: Final = re.compile(r"\bcode:?\s{0,3}(0x[0-9A-Fa-f]{1,8}|[0-9A-Fa-f]{1,3}|80000000)\b", re.IGNORECASE)
CHECKS: Final = (
    ("alert.name", re.compile(
        r"\bnames?\b.{0,50}\b(?:does(?:n't| not) match|mismatch|invalid|wrong)|\bname mismatch\b|"
        r"\bname\b.{0,60}\b(?:stimmt nicht|"
        r"ung\u00fcltig|passt nicht)", re.IGNORECASE)),
    ("alert.trust", re.compile(
        r"\b(?:certificate|cert|issuer|zertifikat|aussteller)\b.{0,40}\b(?:not trusted|isn't trusted|untrusted|nicht "
        r"vertrauensw\u00fcrdig)|\buntrusted (?:certificate|issuer)", re.IGNORECASE)),
    ("alert.date", re.compile(
        r"\b(?:certificate|cert|zertifikat)\b.{0,30}\b(?:expired|abgelaufen)|\bexpired certificate\b", re.IGNORECASE)),
)  # fmt: skip
MAIL_OF: Final = re.compile(
    r"\b(?:address|mailbox|account|user|adresse|postfach|benutzer)(?:\W+\w+){0,3}\W+$", re.IGNORECASE
)
HEADER: Final = re.compile(r"[\s>]*(?:From|To|Cc|Sent|Subject|Von|An|Gesendet|Betreff)\s?:", re.IGNORECASE)
FILE_ENDINGS: Final = frozenset(
    {
        "xml", "asmx", "aspx", "exe", "dll", "txt", "log", "ps1", "pst", "ost", "png", "jpg", "jpeg", "gif",
        "docx", "doc", "xlsx", "pdf", "zip", "msg", "eml", "html", "htm", "cer", "crt", "pem", "pfx",
        "json", "csv", "evtx", "svc", "msi", "bat", "cmd", "config", "ini", "md", "yaml", "reg"
    }
)  # fmt: skip
"""What looks like the last label of a host name and is the end of a file's name."""
NAMED_FAULTS: Final = re.compile(
    r"does(?:n't| not) match|not trusted|isn't trusted|stimmt nicht|passt nicht|nicht vertrauensw\u00fcrdig",
    re.IGNORECASE,
)
"""Negations that say what is wrong, and not that something is not so."""
