"""Closed vocabularies: words whose meaning does not depend on the program that prints them, and their claim types."""
