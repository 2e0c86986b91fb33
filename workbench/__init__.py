"""The author's tools: check and its proofs, worked examples and mutants, pictures, a site, differences, a skeleton."""
