"""Probes: what their failures say, who is wrong, and the smallest change that would pass."""
