"""The bounds of everything that is read, in one place."""

from __future__ import annotations

from typing import Final

MAX_INPUT_BYTES: Final = 8 * 1024 * 1024
"""Bytes of one input. The largest honest one known, a Clixml export of a big organisation, stays under 5 MB."""
MAX_LINES: Final = 250_000
"""Lines of one input."""
MAX_LINE_CHARACTERS: Final = 2 * 1024 * 1024
"""Characters of one line. Compressed JSON and Clixml write long ones; a line without end is refused."""
MAX_PARSED_LINE: Final = 8_192
"""Characters of a line that the readers of plain text look at; longer ones are no shell output."""
MAX_CERTIFICATES: Final = 64
"""Certificates of one input."""
MAX_CERTIFICATE_BYTES: Final = 64 * 1024
"""Bytes of one certificate in DER."""
MAX_NAMES: Final = 1_000
"""Names on one certificate, and items of any list."""
MAX_VALUE_CHARACTERS: Final = 64 * 1024
"""Characters of one property's value."""
MAX_OBJECTS: Final = 5_000
"""Objects (servers, virtual directories, certificates) of one input."""
MAX_PROPERTIES: Final = 1_000
"""Properties of one object."""
MAX_OBSERVATIONS: Final = 10_000
"""Observations of one input."""
MAX_NOTES: Final = 2_000
"""Notes of one input; what comes after is counted in a last note."""
MAX_XML_DEPTH: Final = 64
"""Nesting of XML elements. Export-Clixml nests 2 objects deep by default, which is 12 elements."""
MAX_XML_ELEMENTS: Final = 400_000
"""Elements of one XML document."""
MAX_XML_DOCUMENTS: Final = 500
"""XML documents of one input."""
MAX_JSON_ATTEMPTS: Final = 8
"""Places of one paste where JSON is looked for in vain before the search ends."""
MAX_PROPOSALS: Final = 40
"""What a ticket may propose: more than a person would confirm is noise."""
