"""An outcome in words: one report in blocks, the forms they are written in, and the same with names masked."""
