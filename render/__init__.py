"""An outcome in words: blocks of a report, and the forms they are written in."""
