"""A container's log in bounded memory: the newest bytes, whatever was printed.

``limitBytes`` is not used: the kubelet counts from the oldest of the tail and then stops, so it drops exactly the last
lines, the ones that explain a crash (``pkg/kubelet/kuberuntime/logs/logs.go``, ``errMaximumWrite``). Instead the tail
is streamed and only its end is kept.

What is kept is bounded, cleaned and redacted line by line before anything else reads it (``readable``).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from diagnostics.patterns import compiled
from diagnostics.redact import redact_lines
from diagnostics.sanitize import bounded, decoded, whole_words
from diagnostics.snapshot import LogLine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TAIL_LINES = 2000
"""Lines asked for. The kubelet counts raw lines of at most 16 KiB, so this bounds what it sends at 32 MiB."""
REDACT_S = 2.0
"""Seconds that the lines of one log may take; what is not done by then is withheld."""
TOTAL_BYTES = 96 * 1024 * 1024
"""Bytes read of one log before giving up on its end: three times what the kubelet sends for ``TAIL_LINES``."""

# RFC 3339 as the kubelet prints it in front of each line (k8s.io/cri-client/pkg/logs: RFC3339NanoFixed).
_STAMP = compiled(r"^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d))(?: |$)")


class Tail:
    """Keeps the last bytes of what it is fed: a ``Sink`` for ``Connection.request``.

    Memory stays below twice ``keep`` plus one chunk. ``cut`` tells whether anything older was let go.
    """

    def __init__(self, keep: int) -> None:
        self._keep = keep
        self._bytes = bytearray()
        self.total = 0
        self.gave_up = False

    def reset(self) -> None:
        """Forget everything."""
        self._bytes.clear()
        self.total = 0
        self.gave_up = False

    def feed(self, chunk: bytes) -> bool:
        """Take a piece; False once ``TOTAL_BYTES`` went by."""
        self.total += len(chunk)
        self._bytes += chunk
        if len(self._bytes) > 2 * self._keep:
            del self._bytes[: -self._keep]
        self.gave_up = self.total > TOTAL_BYTES
        return not self.gave_up

    @property
    def cut(self) -> bool:
        """Whether older bytes were let go to stay within the bound."""
        return self.total > self._keep

    def lines(self) -> tuple[LogLine, ...]:
        """Return what was kept as lines; a line whose beginning was cut off is left out unless it is the only one.

        Of that one whole words are kept: the rest of a word may be the rest of a secret.
        """
        tail = bytes(self._bytes[-self._keep :])
        if self.cut:
            head, newline, rest = tail.partition(b"\n")
            if not (newline and rest):
                return (LogLine("", whole_words(decoded(head))),)
            tail = rest
        return tuple(_line(raw) for raw in tail.removesuffix(b"\n").split(b"\n")) if tail else ()


def readable(tail: Tail, spent: Callable[[], bool]) -> tuple[tuple[LogLine, ...], int]:
    """Return the lines as they may be read on, and how many newer ones are withheld because the time was over.

    Each line is bounded, cleaned and redacted, one after the other.
    """
    lines = tail.lines()

    def prepared() -> Iterator[LogLine]:
        for line in lines:
            if spent():
                return
            yield replace(line, text=bounded(line.text))

    kept = redact_lines(prepared())
    # A name on the next line may tell that the last value is a secret.
    kept = kept if len(kept) == len(lines) else kept[:-1]
    return kept, len(lines) - len(kept)


def _line(raw: bytes) -> LogLine:
    text = decoded(raw)
    stamp = _STAMP.search(text[:STAMP_LENGTH])
    return LogLine(stamp.group(1), text[stamp.end() :]) if stamp else LogLine("", text)


STAMP_LENGTH = 48
"""Longest beginning in which a stamp is looked for (a stamp has at most 35 characters)."""
