"""Kinds of failure that answers went wrong on: each with three programs, the right answer and the wrong one."""
