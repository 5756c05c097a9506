"""Troubles that the same sentence says are got over: what is done instead, or that the program goes on without it.

The words are those of going on, whoever prints them. "Cannot continue without X" and "use X instead" hold them too:
a refusal and an advice are no going on.
"""

from __future__ import annotations

import functools
from typing import Final

from diagnostics.patterns import Patterns, compiled
from diagnostics.transcript.words import CACHED, folded

_GOES_ON: Final = compiled(
    r"(?i)\b(?:going|go(?:es)?|carry(?:ing)?|carries|moving) on\b|\b(?:continu|proceed)(?:e|es|ing|s)?\b"
    r"|\b(?:running|starting|operating|work(?:s|ing)|started|booting) (?:up )?(?:\w+ ){0,2}?(?:without|anyway"
    r"|regardless"
    r"|with(?: \w+){0,2} reduced|in (?:\w+ )?(?:degraded|reduced|limited|read-only|standalone|offline|community"
    r"|fallback|demo))\b"
)
_NO_GOING_ON: Final = compiled(
    r"(?i)\b(?:can ?not|can't|could ?n[o']t|unable|not|never|refus\w+|won't|impossible|unsafe|before|until|if you|to"
    r"|must|please|fail(?:s|ed)?) (?:\w+ ){0,3}?(?:go(?:ing)? on|carry(?:ing)? on|continu\w*|proceed\w*|run(?:ning)?"
    r"|start(?:ing|ed)?|operat\w+|work(?:ing)?)\b"
)
"""The program does not go on, or says how somebody may make it."""

_INSTEAD: Final = compiled(
    r"(?i)\b(?:using|uses|used|taking|takes|taken|trying|keeping|keeps|kept|serving|writing|logging|storing|loading"
    r"|reading|assuming|listening|falling|fell|falls|switching|switched|switches"
    r"|reverting|reverted|resorting|resorted|defaulting|defaulted|assumed|retained|retaining|substituting)\b.{0,40}"
    r"\b(?:instead|as (?:a |the )?(?:fallback|default)|by default|back to|over to)\b"
    r"|\bfall(?:s|ing|en)? back\b|\bfalling[- ]?back\b|\bfall-?back(?: to\b| on\b|[,;.]|\W*$)|\bfell back\b"
    r"|\bdefault(?:s|ing|ed) to\b|\bwill (?:use|be using|assume|take|keep"
    r"|default|fall ?back)\b"
    r"|\b(?:using|assuming|applying|keeping|loading|with|reverting to|sticking (?:to|with)|assumed|taking|on)"
    r" (?:the |its |our |all |only |built-?in |internal |compiled-?in |hard-?coded |safe |sane |system )*"
    r"(?:defaults?|built-?ins?|fallbacks?)\b"
    r"|\bdefaults?(?: (?:values?|settings?|configuration|options?|ones?|locale|paths?|limits?))? (?:is|are|was|were"
    r"|will"
    r" be|being) (?:being )?(?:used|applied|assumed|kept|taken|loaded|in (?:use|effect))\b"
    r"|\b(?:cached|stale|last[- ]known(?:[- ]good)?|last good|previous|old|bundled|embedded|built-?in|in-memory|local"
    r"|compiled-in|generated|random|temporary|anonymous) (?:\w+ ){0,2}?(?:is|are|will be|was|were|being|stays?"
    r"|remains?)"
    r" (?:being )?(?:used|kept|served|taken|valid|in (?:use|effect))\b"
    r"|\b(?:using|keeping|serving|reusing|re-using) (?:the |its |a |an )?(?:cached|stale|last[- ]known|last good"
    r"|previous|old|bundled|embedded|built-?in|in-memory|compiled-in|generated|random|temporary)\b"
    r"|\b(?:using|use of) \S+ (?:instead|for now)\b"
    r"|\b(?:could not|cannot|can't|couldn't|unable to|failed to) (?:\w+ )?(?:determine|detect|find out"
    r"|guess|obtain)\b[^,;]{1,80}[,;] (?:using|assuming|taking) \S"
)
"""What it does instead."""

_LEFT_OUT: Final = compiled(
    r"(?i)(?:,|;|:|\.|-|\(|—|–|=>|->|→) ?(?:so )?(?:it |this |that |they )?(?:is |are |was |were |has been |will be )?"  # noqa: RUF001 — dashes of prose
    r"(?:ignor(?:ed|ing)|skipp(?:ed|ing)|disabl(?:ed|ing)|dropp(?:ed|ing)|discard(?:ed|ing)|omitt(?:ed|ing)"
    r"|turn(?:ed|ing) (?:it )?off|switch(?:ed|ing) (?:it )?off|deactivat(?:ed|ing)|not (?:needed|required|critical"
    r"|fatal|important|a problem))\b"
    r"|\b(?:is|are|was|were|been|being|gets|stays|stay|remains?) (?:now )?(?:skipped|ignored|dropped|discarded|omitted"
    r"|switched off|turned off|deactivated|unaffected)\b"
    r"|\b(?:ignoring|skipping|dropping|discarding|disabling|omitting) (?:it|this|that|them|the|all|these|\S+)\b"
    r"|\bno \w+ (?:were |was |are |is |will be )?(?:loaded|registered|applied|used|needed|required)\W*$"
    r"|\bnon-?(?:fatal|critical)\b|\bharmless\b|\bsafe(?:ly)? (?:to )?(?:be )?ignored?\b|\bcan be ignored\b"
    r"|\bnot (?:fatal|critical|required)\b|\bbest[- ]effort\b"
)
"""It is left out, and that is all."""

_SET_ASIDE: Final = compiled(
    r"(?i)[(\[](?:(?:this|it|error|which|safely|will|can|is|be|was) )*(?:ignor(?:ed|ing)|skipp(?:ed|ing)|non-?fatal"
    r"|not fatal|harmless)[)\]]\W*$"
)
"""The last word on an error is that it is ignored, whatever level it bears."""

_SIDE: Final = compiled(
    r"(?i)\b(?:pprof|profil(?:er|ing)|debug(?:ger|ging)?|remote debug\w*|jmx|jdwp|delve|metrics?|telemetry|tracing"
    r"|statistics|admin(?:istration)?|diagnostics?|inspector|expvar|zpages|self-?monitoring)(?: (?:http|web|grpc))?"
    r" (?:port|server|listener|endpoint|interface|console|agent|socket|handler|page|ui|api)?\b ?(?:is |was |are "
    r"|will be "
    r"|has been |could )?(?:not (?:be )?(?:started|available|enabled|opened|bound|served|reachable)|disabled|skipped"
    r"|unavailable|switched off|turned off|off)\b"
)
"""A facility beside the work that is not there: nothing else depends on it."""


_ASKED: Final = compiled(r"(?i)\b(?:you|operators?|administrators?) (?:need|have|must|will need|will have) (?:to )?\w")
"""What an error tells somebody to do is not done yet: "you need to rebuild it to go back to X" is no going on."""


_KINDS: Final = Patterns(_INSTEAD, _GOES_ON, _NO_GOING_ON, _LEFT_OUT, _SET_ASIDE, _SIDE, _ASKED)


def gone_on(text: str, *, mild: bool) -> bool:
    """Whether the words say that the program goes on. ``mild``: the record calls itself less than an error.

    What an error leaves out may be what it was for, so only of milder records being left out says that they were
    got over.
    """
    return _gone_on(folded(text), mild)


@functools.lru_cache(maxsize=CACHED)
def _gone_on(text: str, mild: bool) -> bool:  # noqa: FBT001 — a key of the cache
    found = _KINDS.found(text)
    if not mild and _ASKED in found:
        return False
    if _INSTEAD in found or _SET_ASIDE in found or (_GOES_ON in found and _NO_GOING_ON not in found):
        return True
    return mild and (_LEFT_OUT in found or _SIDE in found)
