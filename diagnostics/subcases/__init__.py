"""Sub-cases of a trouble: one TOML file for a kind of words. How to add one: CONTRIBUTING.md, *Add a sub-case*."""
