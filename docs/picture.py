"""Draws docs/ask.svg from a real run of `resolvent ask`: python docs/picture.py"""

from __future__ import annotations

import io
import re
from pathlib import Path

from rich.console import Console
from rich.text import Text

from desk.interview.interview import Interview
from desk.interview.replies import Replies
from desk.interview.screen import Screen
from desk.interview.terminal_interview import TerminalInterview
from engine import load

WIDTH = 100
REPLIES = """1
3
exch1.contoso.local
paste
[PS] C:\\>Get-ClientAccessServer | fl Name,AutoDiscoverServiceInternalUri
Name                           : EXCH1
AutoDiscoverServiceInternalUri : https://exch1.contoso.local/Autodiscover/Autodiscover.xml
[PS] C:\\>Get-WebServicesVirtualDirectory | fl Server,InternalUrl
Server      : EXCH1
InternalUrl : https://exch1.contoso.local/EWS/Exchange.asmx
[PS] C:\\>Get-OabVirtualDirectory | fl Server,InternalUrl
Server      : EXCH1
InternalUrl : http://exch1.contoso.local/OAB
[PS] C:\\>Get-ExchangeServer | fl Name,AdminDisplayVersion
Name                : EXCH1
AdminDisplayVersion : Version 14.3 (Build 123.4)
[PS] C:\\>Get-ExchangeCertificate | fl Subject,Issuer,IsSelfSigned,CertificateDomains,Services
Subject            : CN=mail.contoso.com, O=Contoso
Issuer             : CN=Contoso Issuing CA
IsSelfSigned       : False
CertificateDomains : {mail.contoso.com}
Services           : IIS, SMTP
.
inside
no
no
no
"""
SHOWN = 92
"""Lines of the run that fit into a picture one can read."""


def draw() -> str:
    """Run the interview and draw its screen, as SVG."""
    screen = Screen(io.StringIO())
    written = io.StringIO()
    screen._console = Console(file=written, width=WIDTH, force_terminal=True, color_system="standard", highlight=False)  # type: ignore[assignment]  # one that draws in colours
    engine = load()
    TerminalInterview(Interview(engine), engine, screen, Replies(io.StringIO(REPLIES), screen, engine.knowledge)).run()
    lines = written.getvalue().strip("\n").split("\n")
    drawn = Console(record=True, width=WIDTH, file=io.StringIO(), highlight=False)
    for line in lines[:SHOWN]:
        drawn.print(Text.from_ansi(line), soft_wrap=True)
    svg = drawn.export_svg(title="resolvent ask")
    # No font is fetched from anywhere: the reader's own monospaced one does.
    return re.sub(r"@font-face\s*\{.*?\}\s*", "", svg, flags=re.DOTALL).replace("Fira Code, ", "")


if __name__ == "__main__":
    Path(__file__).with_name("ask.svg").write_text(draw(), encoding="utf-8")
