"""Buttons: which ones an answer gets, and a press from its start to its end.

``offers`` makes the buttons, ``service`` takes a press, ``confirmation`` asks in a dialog, ``authorization`` lets it
through or not, ``recheck`` looks at the verdict again, ``execution`` does it with ``rollout``, ``audit_writer`` writes
it down.
"""
