"""The texts of failing probes and of programs that listen: what each says about who is wrong.

Texts: REFERENCE.md 2.3, 2.4.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Final

from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from collections.abc import Sequence

STATUS: Final = compiled(r"HTTP probe failed with statuscode: (\d{3})")
REFUSED: Final = compiled(r"connection refused|failed to connect service")
NO_CONNECTION: Final = compiled(r"failed to connect service [^\n]*?(within [\d.]+ ?[a-z]+)")
"""grpc_health_probe's one text for a refusal and for a silence (its main.go: the dial's context ran out)."""
SLOW: Final = compiled(
    r"Client\.Timeout exceeded|context deadline exceeded|i/o timeout|\btimed out\b|health rpc did not complete"
)
SCHEME: Final = compiled(
    r"server gave HTTP response to HTTPS client|malformed HTTP response|first record does not look like a TLS handshake"
)
CUT_OFF: Final = compiled(r"connection reset by peer|: EOF\s*$")
NO_GRPC_HEALTH: Final = compiled(r"does not implement the grpc health protocol")
NOT_SERVING: Final = compiled(r"service unhealthy \(responded with")
NO_COMMAND: Final = compiled(r"\bsh: (?:line )?(?:\d+: )?\S+: (?:command )?not found|executable file not found")
STRANGE_FLAG: Final = compiled(
    r"(?i)\bflag provided but not defined\b|\bunknown (?:shorthand )?(?:flag|option)s?\b"
    r"|\b(?:unrecogni[sz]ed|invalid|no such|illegal) (?:option|argument|flag)s?\b(?:: | --|:? ['\"\x{2018}`]?-)"
)
"""How Go, pflag, getopt, click and argparse refuse a flag."""
HEALTH_PATH: Final = compiled(
    r"(?i)(?:^|[\s\"'`=(\[])(/[\w/.-]{0,60}(?:health|healthz|live|livez|ready|readyz|ping)[\w/-]{0,30})"
)
LONG: Final = 2000
"""Characters of a log line that are looked at."""


class Fault(enum.StrEnum):
    """What is wrong when a probe fails."""

    WRONG_PATH = "wrong-path"  # the process answers; the probe asks for something it does not serve
    WRONG_PORT = "wrong-port"  # nothing listens there; it listens elsewhere
    LOOPBACK = "loopback"  # it listens on 127.0.0.1 only, where the kubelet cannot reach it
    WRONG_SCHEME = "wrong-scheme"  # http asked as https, or the reverse
    WRONG_COMMAND = "wrong-command"  # the exec probe's program is not in the image
    STRANGE_FLAG = "strange-flag"  # the exec probe gives its program a flag that the image's version does not know
    THROTTLED = "throttled"  # the program limits how often one client may ask, and the kubelet is one
    TOO_EARLY = "too-early"  # it would have listened, later
    TOO_SLOW = "too-slow"  # it answers too late
    HANGS = "hangs"  # it stops at its start, every time: more time would change nothing
    GAVE_UP = "gave-up"  # it had failed for good before the probe gave up
    UNHEALTHY = "app-unhealthy"  # the program itself says that it is not well: the probe does its duty
    REFUSED = "refused"  # nothing listens there; why is for the caller to tell
    UNKNOWN = "unknown"


MISCONFIGURED: Final = frozenset(
    {
        Fault.WRONG_PATH,
        Fault.WRONG_PORT,
        Fault.LOOPBACK,
        Fault.WRONG_SCHEME,
        Fault.WRONG_COMMAND,
        Fault.STRANGE_FLAG,
        Fault.THROTTLED,
    }
)
"""The program is well and the probe (or the listen address) is wrong: nothing stands behind it."""

_TELLS: Final = (
    (SCHEME, Fault.WRONG_SCHEME, "meets the wrong scheme"),
    (NO_GRPC_HEALTH, Fault.WRONG_PATH, "finds no gRPC health service"),
    (NOT_SERVING, Fault.UNHEALTHY, "is told NOT_SERVING"),
    (CUT_OFF, Fault.UNHEALTHY, "is cut off"),
    (NO_COMMAND, Fault.WRONG_COMMAND, "finds no such command"),
    (STRANGE_FLAG, Fault.STRANGE_FLAG, "fails"),
    (REFUSED, Fault.REFUSED, "gets connection refused"),
    (SLOW, Fault.TOO_SLOW, "gets no answer in time"),
)


def status_of(message: str) -> int | None:
    """Return the HTTP status that the probe got, or None."""
    found = STATUS.search(message)
    return int(found.group(1)) if found else None


def told(message: str) -> tuple[Fault, str]:
    """Return what a probe's text says is wrong, and what the probe got, in words."""
    code = status_of(message)
    if code is not None:
        busy = code >= 500 or code == 429
        return (Fault.UNHEALTHY if busy else Fault.WRONG_PATH), f"answers {code}"
    late = NO_CONNECTION.search(message)
    if late is not None and "connection refused" not in message:
        return Fault.REFUSED, f"gets no connection {late.group(1)}"
    for pattern, fault, words in _TELLS:
        if pattern.search(message):
            return fault, words
    return Fault.UNKNOWN, "fails"


def most_telling(messages: Sequence[str]) -> str:
    """Return the text that tells most: an answer says more than a refusal, which every start meets for a moment."""
    for pattern in (STATUS, SCHEME, NO_GRPC_HEALTH, NOT_SERVING):
        for message in messages:
            if pattern.search(message):
                return message
    return messages[0] if messages else ""


def health_path(line: str) -> str:
    """Return a path that looks like a health endpoint in a log line, or nothing."""
    found = None if " 404" in line else HEALTH_PATH.search(line[:LONG])
    return str(found.group(1)) if found else ""
