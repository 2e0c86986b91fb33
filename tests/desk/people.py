"""What a person answers in the article's example: in words, not as the vocabulary writes its values."""

from __future__ import annotations

ANSWERS = {
    "alert.kind": "security alert",
    "alert.trust": "trusted, tick",
    "alert.date": "valid",
    "alert.name": "does not match",
    "alert.host": "servername.contoso.com.",
    "client.location": "inside",
    "exchange.version": "2007 SP3",
    "exchange.server": "ServerName",
    "certificate.replaced": "yes",
    "certificate.subject_alternative_names": "none",
    "certificate.common_name": "CN=mail.contoso.com, O=Contoso",
    "certificate.san_available": "n",
    "dns.resolves_internally": "No",
    "endpoints.autodiscover.url": "https://ServerName.contoso.com/autodiscover/autodiscover.xml",
    "endpoints.ews.url": "https://ServerName.contoso.com/ews/exchange.asmx",
    "endpoints.oab.url": "https://ServerName.contoso.com/oab",
    "endpoints.um.url": "https://ServerName.contoso.com/unifiedmessaging/service.asmx",
    "namespace.host": "mail.contoso.com",
}
"""By fact; the version is what a helpdesk says for Exchange 2007."""

SLIPS = {
    "exchange.version": "15.2",
    "certificate.replaced": "perhaps",
    "endpoints.ews.url": "ServerName.contoso.com/ews/exchange.asmx",
    "certificate.common_name": "",
}
"""What a person answers first and has to mend, by fact."""
