"""The errors that people read: one plain sentence each, no traceback, nothing secret.

::

    BotError                 any of these; the command line prints it and exits 2
    ├── Temporary            worth another try, not before ``retry_after_s``
    │   └── Misconfigured    works as soon as somebody sets it right on the other side
    └── Refused              asked and answered: another try changes nothing

Library errors are chained (``raise ... from error``) and never shown: their text may hold headers or tokens.
"""

from __future__ import annotations


class BotError(Exception):
    """One sentence that names the thing that is wrong."""


class Temporary(BotError):  # noqa: N818 — it says what the caller may do, as the tree above does
    """Something that may work later (429, 5xx, a lost connection)."""

    def __init__(self, sentence: str, retry_after_s: float = 5.0) -> None:
        super().__init__(sentence)
        self.retry_after_s = retry_after_s


class Misconfigured(Temporary):
    """Something that works once somebody sets it right (a revoked token, a channel that was left). ``code`` says what.

    It is kept until then: nobody knows when that is.
    """

    def __init__(self, sentence: str, code: str) -> None:
        super().__init__(sentence)
        self.code = code


class Refused(BotError):  # noqa: N818 — as above
    """Something that will not work however often it is tried. ``code`` is the other side's own word for it.

    ``details`` are its further words, such as where in a message the fault is.
    """

    def __init__(self, sentence: str, code: str = "", details: tuple[str, ...] = ()) -> None:
        super().__init__(sentence)
        self.code = code
        self.details = details
