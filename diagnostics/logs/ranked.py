"""The hits of one reading put in order, best first, and completed by what their neighbours name."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from diagnostics.claims.groups import SETTINGS, VAGUE, weight
from diagnostics.facts.addresses import address

if TYPE_CHECKING:
    from collections.abc import Iterable

    from diagnostics.claims.case import Hit

MOST: Final = 200
"""Hits that are kept."""

DETAIL_AFTER: Final = 14
"""Lines after a header (``2 error(s) decoding:``) in which its details stand."""

DETAIL_BEFORE: Final = 3
"""Lines before it in which the key may stand instead (pydantic)."""

NAMING: Final = (
    *("var", "var2", "key", "key2", "key3", "setting", "param", "flag", "opt", "opt2", "opt3", "opt4", "field"),
    *("file", "dir", "cmd", "model"),
)
"""Groups that say which setting it is."""


def ranked(hits: Iterable[Hit]) -> tuple[Hit, ...]:
    """Return the hits best first; a header that names no setting takes the one that its details name."""
    found = sorted(hits, key=lambda hit: hit.line)
    return tuple(sorted(_detailed(found), key=_order, reverse=True)[:MOST])


def addressed(names: dict[str, str]) -> dict[str, str]:
    """Return the names with ``host`` and ``port`` spelled out where an address, a URL or an IP was extracted."""
    found = address(names)
    if found is None:
        return names
    host, port = found
    return {**names, "host": host} | ({} if port is None else {"port": str(port)})


def names_setting(hit: Hit) -> bool:
    """Whether the hit says which setting is meant."""
    return any(hit.names.get(name) for name in NAMING)


def _detailed(found: list[Hit]) -> list[Hit]:
    named = [hit for hit in found if hit.claim in SETTINGS and names_setting(hit)]
    lines = [hit.line for hit in named]
    result = []
    for hit in found:
        if hit.claim in SETTINGS and not names_setting(hit):
            after = bisect_left(lines, hit.line)
            near = [*named[after : after + 1], *named[max(0, after - 1) : after]]
            detail = next((item for item in near if -DETAIL_BEFORE <= item.line - hit.line <= DETAIL_AFTER), None)
            hit = hit if detail is None else replace(hit, names={**detail.names, **hit.names})  # noqa: PLW2901 — itself
        result.append(hit)
    return result


def _order(hit: Hit) -> tuple[bool, bool, bool, float, int, bool, float]:
    return (
        hit.dying,
        not hit.wrapper,
        hit.claim not in VAGUE,
        round(hit.weight, 1),
        weight(hit.claim),
        bool(hit.names.keys() - {"why", "errno", "value"}),
        hit.weight,
    )
