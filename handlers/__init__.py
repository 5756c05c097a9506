"""Inbound edges: authenticate, bound, parse, hand over, acknowledge. No decisions, no cluster access."""
