"""Signs in a log that are no cause: the program lives, listens, or was asked to stop. Wordings of many servers."""

from __future__ import annotations

import functools
from typing import Final

from diagnostics.patterns import Pattern, Patterns, compiled
from diagnostics.transcript.words import CACHED

LIFE = compiled(
    r"(?i)\blistening (?:on|at|for|to)\b|\b(?:re-?)?connected (?:to|successfully)\b|\bready to accept\b|\bnow ready\b"
    r"|\bserver (?:is )?(?:running|started|ready|listening)\b|\bstartup complete\b|\bconnection (?:re-?established"
    r"|established|restored)\b"
    r"|\bsuccessfully (?:connected|reconnected|started)\b|\bnow (?:serving|listening)\b|\bapplication started\b"
    r"|\brecovered\b|\bstarted \S+ in [\d.]+ ?(?:ms|s|seconds)\b|\bready on port\b|\bis back (?:up|online)\b"
    r"|\bretry succeeded\b"
    r"|\bconnection to \S+ (?:ok|succeeded|restored)\b|^serving\b|\bhealthy again\b|\bready for (?:connections"
    r"|start)\b"
    r"|\b(?:handled|served|completed) request\b|\" 200 \d+|\bHTTP/1\.[01]\" 200\b|\bstatus=200\b"
    r"|\bsucceeded after \d+\b"
)
"""It lives: what it complained of before was got over."""

_DENIED = compiled(
    r"(?i)\bis (?:the|your|there a) \w+ (?:server )?(?:running|listening|started|ready)\b|\bis the server\b|\?\s*$"
    r"|(?:\b(?:not|never|nothing|nobody|until|unless|whether|if|before|fail(?:ed|s|ure)?|un?able to"
    r"|cannot|refused)|n't)"
    r"(?: \w+){0,3} (?:listening|connected|ready|running|started|serving|established|recovered|accepting)\b"
)
"""A question, a denial or a condition holds the same words and says the opposite."""


_BESIDE: Final = compiled(
    r"(?i)\b(?:metrics?|prometheus|exporter|health\w*|probes?|pprof|profil\w+|debug\w*|admin|telemetry|statsd?|jmx"
    r"|management|diagnostics?)\b"
)
"""Listeners beside the work: they are up while the work itself is not."""

ASKED = compiled(
    r"(?i)\b(?:received|caught|got|handling|handle|on|due to|process|interrupted by|trapped|receive)[\s:]+(?:an? "
    r"|the )?"
    r"(?:kill |terminat\w+ |shutdown |stop |unix |os |system )?(?:signal\b|SIGTERM|SIGINT|SIGQUIT|TERM\b"
    r"|shutdown request|fast shutdown|smart shutdown|terminat)"
    r"|\bSIGTERM\b.{0,40}(?:received|caught|shutting|stopp|exiting|graceful)|\bsignal 15\b"
    r"|\bsignal \(?(?:terminated|15)\)?"
    r"|\bsignal[:=] ?\"?(?:terminated|SIGTERM|15)|\bcommencing graceful shutdown|\bapplication is shutting down"
    r"|\bWarm shutdown \(MainProcess\)|\bGraceful shutdown complete|\bgraceful(?:ly)? (?:shut ?down|shutting|stopp)"
    r"|\breceived shutdown request|\bUser requested shutdown|\bserver shutdown initiated by signal"
    r"|\bhttp: Server closed$"
    r"|\bshutting down (?:gracefully|on signal|because of signal|due to)|^shutting down\W*$"
    r"|\bterminating on signal|\bdrain(?:ing)? connections"
    r"|\b(?:stopping|shutting down) (?:the )?(?:http |web |grpc )?(?:server|service|worker|application|app)\b"
    r"|\bHandling signal: (?:term|int)"
    r"|\bstop(?:ped)? (?:listening|accepting|serving)\b|\bGot SIG(?:TERM|INT)|\bReceived SIG(?:TERM|INT)"
    r"|\binit: received shutdown"
)
"""It was asked to stop, and does."""

LISTENS = compiled(
    r"(?i)\blistening (?:on|at|for|to)\b|\blistening\s*(?:\(|:|\[|port)|\bserver (?:is )?(?:running|started"
    r"|listening|ready)\b|\bstarted \S+ in [\d.]+"
    r"|\bready to accept\b|\bready (?:on|at) |\bready on port\b|\bUvicorn running on\b"
    r"|\bapplication startup complete\b|\bnow listening\b"
    r"|\bTomcat started on\b|\bNetty started on\b|\bserving (?:on|at|http|requests|traffic)\b|^serving$"
    r"|\baccepting (?:connections|requests)\b"
    r"|\bbound to (?:port|address|\S+:\d+)|\blistener started\b|\bstarted (?:server|http|grpc)\b"
    r"|\brunning on (?:https?://|port)|\bserver up\b"
    r"|\bStarting development server at\b|\bAccepting requests\b|\bready for connections\b|\bready in \d+"
    r"|\bListening at: "
)
"""It accepts connections from now on."""


STILLBORN: Final = compiled(
    r"WebAppContext@\S*\{[^}]*,UNAVAILABLE\}|\bFailed startup of context\b|\bContext \[[^\]]*\] startup failed\b"
    r"|(?i:\bone or more (?:listeners|filters) failed to start\b)|\bstarted \(with errors\)|\bWFLYCTL0186: "
    r"|\bCWWKZ00(?:02E|12I|13E): |(?i:\bno python application found\b|\bunable to load app \d+ "
    r"|\bno app loaded\. going in)"
    r"|\bCould not spawn process for application\b|(?i:\berror occurred during deployment\b)"
)
"""A server whose application failed to start: it listens all the same, and serves nothing.

Jetty, Tomcat, WildFly and Liberty (by the ids of their messages), uWSGI, Passenger, GlassFish.
"""

_KINDS: Final = Patterns(LIFE, _DENIED, LISTENS, ASKED, _BESIDE, STILLBORN)
_LOOKED: Final = 500
"""Characters of a line that are looked at."""


@functools.lru_cache(maxsize=CACHED)
def _kinds(text: str) -> frozenset[Pattern]:
    return _KINDS.found(text)


def lives(line: str) -> bool:
    """Whether the line is a sign of life."""
    kinds = _kinds(line[:_LOOKED])
    beside = LISTENS in kinds and _BESIDE in kinds
    return LIFE in kinds and _DENIED not in kinds and not beside


def listens(line: str) -> bool:
    """Whether the line says that the program accepts connections from now on."""
    kinds = _kinds(line[:_LOOKED])
    return LISTENS in kinds and _DENIED not in kinds


def stillborn(line: str) -> bool:
    """Whether the line says that the server is up without its application."""
    return STILLBORN in _kinds(line[:_LOOKED])


def asked(line: str) -> bool:
    """Whether the line says that the program was asked to stop."""
    return ASKED in _kinds(line[:_LOOKED])


def signalled(line: str) -> bool:
    """Whether the line names the signal itself."""
    return "SIG" in line[:500] or "signal" in line[:500].lower()
