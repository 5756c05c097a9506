"""Ordinary noise and plain contradictions: what must not change a right answer, and what must never be confirmed."""
