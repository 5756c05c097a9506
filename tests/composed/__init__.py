"""Scenarios composed from the reference, not copied from the recordings: other languages, words, images and shapes.

A third are negatives and confusions. ``held_*.py`` were kept back from tuning.
"""
