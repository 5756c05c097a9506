"""What a claim's neighbours name: its context must stand nearby, and its names may stand on other lines."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import replace
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final

from diagnostics.claims import whole_names
from diagnostics.claims.groups import SETTINGS, WAITING, trouble
from diagnostics.claims.model import ClaimType
from diagnostics.facts.addresses import address, ip
from diagnostics.patterns import Patterns, compiled
from diagnostics.transcript import signs, words
from diagnostics.transcript.model import Role

if TYPE_CHECKING:
    from collections.abc import Iterable

    from diagnostics.claims.claim import Claim
    from diagnostics.claims.signature import Signature
    from diagnostics.transcript.model import Transcript

NEAR: Final = 12
"""Lines before and after a claim in which its context is looked for and its names are gathered."""

LOOKED: Final = 2000
"""Characters of a neighbour that are looked at."""

DETAIL_AFTER: Final = 14
"""Lines after a header (``2 error(s) decoding:``) in which its details stand."""

DETAIL_BEFORE: Final = 3
"""Lines before it in which the key may stand instead (pydantic)."""

NAMING: Final = (
    *("var", "var2", "key", "key2", "key3", "setting", "param", "flag", "opt", "opt2", "opt3", "opt4", "field"),
    *("file", "dir", "cmd"),
)
"""Names that say which setting it is."""


_TOLD: Final = compiled(r"(?i)\b[\w.-]+(?: is(?: set to)?:? |\s?[:=]\s?)\S")


def in_context(transcript: Transcript, entry: Signature, index: int) -> bool:
    """Whether what a phrase wants nearby stands there."""
    if not entry.context:
        return True
    near = range(max(0, index - NEAR), min(len(transcript.lines), index + NEAR + 1))
    wanted = _together((entry.context,))
    return any(_held(wanted, transcript.lines[i][:LOOKED]) for i in near)


def gathered(transcript: Transcript, entry: Signature, index: int, names: dict[str, str]) -> dict[str, str]:
    """Return the names of a phrase with those that its patterns find on the lines nearby."""
    after = range(index + 1, min(len(transcript.lines), index + NEAR + 1))
    before = range(index - 1, max(-1, index - NEAR - 1), -1)
    wanted = _together(entry.gather) if entry.gather else None
    for place, pattern in enumerate(entry.gather):
        for i in (index, *after, *before):
            if i != index and transcript.roles[i] is Role.DETAIL and _of_stack(transcript.lines[i]):
                continue
            text = transcript.lines[i][:LOOKED]
            if i != index and entry.claim in WAITING and signs.listens(text):
                continue  # where the program listens itself is not what it cannot reach
            if i != index and entry.generic and entry.claim in SETTINGS and _says_what_is(text):
                continue  # what the program tells of its own settings is no complaint about one
            if wanted is not None and place in _held(wanted, text):
                search = compiled(pattern)
                found = search.search(text)
                told = {} if found is None else whole_names.whole(search.named(found), text)
                if i != index and entry.claim is ClaimType.NAME_UNRESOLVED and _numeric(told):
                    continue  # no name server is asked for an address: whoever it is, it is somebody else
                names = {**told, **names}
                break
    return names


def _says_what_is(text: str) -> bool:
    """Whether a line of its own tells a setting's value, and complains of nothing: ``NODE_HOST is: 127.0.0.1``."""
    return not text[:1].isspace() and _TOLD.search(text) is not None and not words.complains(text)


def _numeric(names: dict[str, str]) -> bool:
    """Whether the address among the names is a number and no name."""
    found = address(names)
    return found is not None and ip(found[0]) is not None


@cache
def _together(patterns: tuple[str, ...]) -> Patterns:
    return Patterns(*map(compiled, patterns))


@lru_cache(maxsize=8192)
def _held(wanted: Patterns, text: str) -> frozenset[int]:
    """Return the places of the patterns that match a line; neighbours ask for the same lines again and again."""
    return frozenset(wanted.places(text))


def _of_stack(line: str) -> bool:
    """Whether a detail belongs to a stack: what it names is a place in the code."""
    return line[:1] in " \t" or line.startswith("node:")


def addressed(names: dict[str, str]) -> dict[str, str]:
    """Return the names with ``host`` and ``port`` spelled out where an address, a URL or an IP was extracted."""
    found = address(names)
    if found is None:
        return names
    host, port = found
    return {**names, "host": host} | ({} if port is None else {"port": str(port)})


def completed(claims: Iterable[Claim]) -> list[Claim]:
    """Return the claims in the order of their lines; one without a subject takes it from a neighbour of its trouble.

    A header ("2 error(s) decoding:") has its details below, pydantic has the key above, libpq the host a line further.
    """
    found = sorted(claims, key=lambda claim: (claim.line, claim.start))
    lines = [claim.line for claim in found]
    result = []
    for claim in found:
        if has_subject(claim):
            result.append(claim)
            continue
        first = bisect_left(lines, claim.line - DETAIL_BEFORE)
        last = bisect_right(lines, claim.line + DETAIL_AFTER)
        near = [other for other in found[first:last] if other.type in trouble(claim.type) and has_subject(other)]
        near.sort(key=lambda other: (other.line < claim.line, abs(other.line - claim.line)))
        result.append(claim if not near else replace(claim, names={**near[0].names, **claim.names}))
    return result


def has_subject(claim: Claim) -> bool:
    """Whether the claim says what it is about: which setting, or which other side; any other claim needs none."""
    if claim.type in SETTINGS:
        return any(claim.names.get(name) for name in NAMING if name != "file")
    return claim.type not in WAITING or address(claim.names) is not None
