"""The verbs for those who write knowledge: check, test, graph, docs, new, diff."""
