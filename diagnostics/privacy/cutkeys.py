"""Private keys of which a part is missing: a body without its first line, an end without a beginning."""

from __future__ import annotations

from typing import TYPE_CHECKING

from diagnostics.patterns import compiled
from diagnostics.privacy.secretshapes import KEY_BEGIN, KEY_END
from diagnostics.privacy.values import MARK

if TYPE_CHECKING:
    from diagnostics.patterns import Match

# How a body begins in base64: PKCS #1 and #8 of RSA (a SEQUENCE and the INTEGER 0), SEC 1, PKCS #8 of curves, OpenSSH.
BODY = compiled(
    r"(?:\b|\\[rn])(?:MII[A-Za-z0-9+/]{3}IBA[AD]|MI[GH][A-Za-z0-9+/]{1,2}AgE[AB]|MHcCAQEE|MC4CAQAwBQYDK2V|b3BlbnNzaC1rZXktdj)"
    r"[A-Za-z0-9+/]{16,}={0,2}(?:\\+n[A-Za-z0-9+/]{4,}={0,2})*"
)
_LINE = compiled(r"""^(.*?)([A-Za-z0-9+/]{16,76}={0,2})((?:\\+n)?["']?\s*[+,\\]?\s*)$""")
_RUNS = compiled(r"(?:[A-Za-z0-9+/]{16,}={0,2}(?:\\+[rn])*)+$")
_MOST = 60
"""Lines of one body."""
REACH = _MOST + 1
"""Lines looked at from the end of a key on, that one included."""


def _row(text: str) -> Match | None:
    """Return a line's part that may be of a body: all of it but what a logger or a program puts around."""
    found = _LINE.search(text)
    made = found is not None and not (found.group(2).islower() or found.group(2).isupper())
    return (
        found
        if found is not None and made and found.group(1)[-1:] in ("", " ", "\t", "|", '"', "'", ":", "]")
        else None
    )


def beheaded(lines: list[str]) -> list[str]:
    """Return lines, of which the last ends a private key that none began, without the key's body."""
    last = lines[-1]
    end = KEY_END.search(last)
    if end is None or KEY_BEGIN.search(last[: end.start()]) is not None:
        return lines
    runs = _RUNS.search(last[: end.start()])
    if runs is not None:
        return [*lines[:-1], last[: runs.start()] + MARK + last[end.start() :]]
    kept = list(lines)
    for place in range(len(lines) - 2, -1, -1):
        row = _row(lines[place])
        if row is None:
            break
        kept[place] = row.group(1) + MARK + row.group(3)
    return kept


class Bodies:
    """The body that a line began. ``feed`` returns its lines hidden, for as long as they are nothing else."""

    def __init__(self) -> None:
        self._left = 0

    @property
    def active(self) -> bool:
        """Whether the next line may be of the body."""
        return self._left > 0

    def feed(self, text: str) -> str:
        """Take the next line."""
        if BODY.search(text) is not None:
            self._left = _MOST
            return _hidden(text)
        row = _row(text) if self._left else None
        self._left = 0 if row is None else self._left - 1
        return text if row is None else row.group(1) + MARK + row.group(3)


def _hidden(text: str) -> str:
    return BODY.sub(MARK, text)
