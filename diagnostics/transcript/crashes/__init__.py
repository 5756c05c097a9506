"""Crash grammars, one file a language; the table of them is in ``table``."""
