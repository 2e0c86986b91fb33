"""Interviews as people lead them on the pages, and what they paste."""

from __future__ import annotations

from tests.desk.web.visit import Visit

SHELL = r"""[PS] C:\>Get-ClientAccessServer | fl Name, AutoDiscoverServiceInternalUri

Name                           : EX1
AutoDiscoverServiceInternalUri : https://ex1.contoso.local/autodiscover/autodiscover.xml

[PS] C:\>Get-WebServicesVirtualDirectory | fl Server, Name, InternalUrl

Server      : EX1
Name        : EWS (Default Web Site)
InternalUrl : https://ex1.contoso.local/ews/exchange.asmx

[PS] C:\>Get-OabVirtualDirectory | fl Server, Name, InternalUrl

Server      : EX1
Name        : OAB (Default Web Site)
InternalUrl : http://ex1.contoso.local/OAB

[PS] C:\>Get-ExchangeServer | fl Name, AdminDisplayVersion

Name                : EX1
AdminDisplayVersion : Version 14.3 (Build 123.4)
"""
SECOND_SERVER = SHELL.replace("EX1", "EX2").replace("ex1.contoso.local", "mail.contoso.com")
CERTIFICATE = r"""[PS] C:\>Get-ExchangeCertificate | fl Subject, Issuer, IsSelfSigned, CertificateDomains, Services

Subject            : CN=mail.contoso.com, O=Contoso
Issuer             : CN=Contoso CA
IsSelfSigned       : False
CertificateDomains : {mail.contoso.com, autodiscover.contoso.com}
Services           : IMAP, POP, IIS, SMTP
"""
PLAIN_WORDS = "The user has Outlook 2010, the server is Exchange 2010 at https://ex1.contoso.local/ews/exchange.asmx"
OUTPUTS = """\
Security Alert
exch1.contoso.com
Information you exchange with this site cannot be viewed or changed by others. However, there is a problem with the
site's security certificate.
[OK] The security certificate is from a trusted certifying authority.
[OK] The security certificate date is valid.
[X] The name on the security certificate is invalid or does not match the name of the site.
Do you want to proceed?
[PS] C:\\>Get-ClientAccessServer | fl Name,AutoDiscoverServiceInternalUri
Name                           : EXCH1
AutoDiscoverServiceInternalUri : https://exch1.contoso.com/autodiscover/autodiscover.xml
[PS] C:\\>Get-WebServicesVirtualDirectory | fl Server,InternalUrl
Server      : EXCH1
InternalUrl : https://exch1.contoso.com/ews/exchange.asmx
[PS] C:\\>Get-OabVirtualDirectory | fl Server,InternalUrl
Server      : EXCH1
InternalUrl : https://exch1.contoso.com/oab
[PS] C:\\>Get-UMVirtualDirectory | fl Server,InternalUrl
Server      : EXCH1
InternalUrl : https://exch1.contoso.com/unifiedmessaging/service.asmx
[PS] C:\\>Get-ExchangeServer | fl Name,AdminDisplayVersion
Name                : EXCH1
AdminDisplayVersion : Version 8.3 (Build 83.6)
[PS] C:\\>Get-ExchangeCertificate | fl Subject,Issuer,IsSelfSigned,CertificateDomains,Services
Subject            : CN=mail.contoso.com, O=Contoso
Issuer             : CN=Contoso Issuing CA
IsSelfSigned       : False
CertificateDomains : {mail.contoso.com}
Services           : IIS, SMTP
"""
"""What an administrator sends with the alert, for the classic case."""
URLS_2007 = {
    "endpoints__autodiscover__url": "https://ServerName.contoso.com/autodiscover/autodiscover.xml",
    "endpoints__ews__url": "https://ServerName.contoso.com/ews/exchange.asmx",
    "endpoints__oab__url": "https://ServerName.contoso.com/oab",
    "endpoints__um__url": "https://ServerName.contoso.com/unifiedmessaging/service.asmx",
}


def answer_everything(visit: Visit, until: str = "") -> list[str]:
    """Answer whatever is asked as in the article's example, until nothing is; returns the questions in order.

    Args:
        visit: the page of a case.
        until: the fact whose question is left unanswered.
    """
    asked: list[str] = []
    while visit.page.select(".question"):
        facts = {str(each["value"]) for each in visit.page.select(".question input[name=asked]")}
        if until in facts:
            return asked
        asked.append(visit.words("#question")[0])
        assert len(asked) < 20, asked
        if "alert.kind" in facts:
            visit.answer(alert__kind="security_alert", mark=["alert.name"])
        elif "certificate.replaced" in facts:
            visit.answer(certificate__replaced="yes")
        elif "client.location" in facts:
            visit.answer(client__location="internal")
        elif "exchange.version" in facts:
            visit.answer(exchange__version="2007")
        elif "certificate.common_name" in facts:
            visit.answer(certificate__subject_alternative_names="none", certificate__common_name="mail.contoso.com")
        elif "endpoints.ews.url" in facts:
            visit.answer(**URLS_2007)
        elif "dns.resolves_internally" in facts:
            visit.answer(dns__resolves_internally="no", certificate__san_available="no")
        elif "exchange.server" in facts:
            visit.answer(exchange__server="ServerName")
        elif "namespace.host" in facts:
            visit.answer(namespace__host="mail.contoso.com")
        else:
            visit.answer("unknown=1")
        assert visit.response.status_code == 200, visit.words(".error")
    return asked


def diagnosed(visit: Visit, reference: str = "INC-1") -> Visit:
    """A case that has come to its diagnosis."""
    visit.begin(reference)
    answer_everything(visit)
    return visit
