"""Random environments for property tests: every fact of a library, known, unknown or not asked."""

from __future__ import annotations

from hypothesis import strategies as st

import kb
from kb.model import Fact
from kb.values import UNKNOWN, FactType

HOSTS = ("mail.contoso.com", "exch1.contoso.com", "exch1.contoso.local", "contoso.com", "autodiscover.contoso.com")
_hosts = st.sampled_from(HOSTS)
_names = st.lists(st.sampled_from((*HOSTS, "*.contoso.com", "*.contoso.local")), max_size=3)
_urls = st.builds("{}://{}/x".format, st.sampled_from(("https", "https", "http")), _hosts)


def values(fact: Fact) -> st.SearchStrategy[object]:
    """Values that a fact can have, ``"unknown"`` among them."""
    known: st.SearchStrategy[object]
    match fact.type:
        case FactType.CHOICE:
            known = st.sampled_from([choice.value for choice in fact.choices])
        case FactType.CHOICES | FactType.FLAGS:
            known = st.lists(st.sampled_from([choice.value for choice in fact.choices]), max_size=2, unique=True)
        case FactType.BOOLEAN:
            known = st.booleans()
        case FactType.INTEGER:
            known = st.integers(0, 10)
        case FactType.URL:
            known = _urls
        case FactType.THUMBPRINT:
            known = st.sampled_from(("A1" * 20, "B2" * 20))
        case FactType.TEXT:
            known = st.sampled_from((*HOSTS, "Check the cartridge (black), then press OK", "CN=Contoso CA"))
        case FactType.CERTIFICATE_NAMES:
            known = _names
        case _:
            known = _hosts
    return st.one_of(known, known, known, st.just(UNKNOWN))


def environments(knowledge: kb.KnowledgeBase, *, gaps: bool = True) -> st.SearchStrategy[dict[str, object]]:
    """Facts of an environment; with gaps, some were not asked."""
    every = {key: values(fact) for key, fact in knowledge.facts.items() if fact.tried is None}
    if not gaps:
        return st.fixed_dictionaries(every)  # type: ignore[arg-type]
    return st.fixed_dictionaries({}, optional=every)  # type: ignore[arg-type]
