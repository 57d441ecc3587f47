"""The kinds of fact, a subject a file. `schemas.fact` puts them together."""
