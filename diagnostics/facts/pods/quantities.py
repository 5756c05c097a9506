"""Kubernetes memory quantities: reading them, writing them, and a limit with headroom.

The grammar: suffixes Ki to Ei, m, k to E, or an exponent (REFERENCE.md 7.6).
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Final

from diagnostics.patterns import compiled

KI: Final = 1024
MI: Final = KI**2
GI: Final = KI**3

_FORM = compiled(r"^([0-9]{1,19}(?:\.[0-9]{0,9})?|\.[0-9]{1,9})(?:([KMGTPE]i|[mkMGTPE])|[eE]([+-]?[0-9]{1,2}))?$")
_FACTORS: Final = {
    "m": Decimal("0.001"),
    "k": Decimal(10**3),
    **{letter: Decimal(10 ** (3 * power)) for power, letter in enumerate("MGTPE", start=2)},
    **{f"{letter}i": Decimal(KI**power) for power, letter in enumerate("KMGTPE", start=1)},
}


def parsed(text: object) -> int | None:
    """Return the bytes (or units) that a quantity stands for, or None when it is none (or an absurd one)."""
    if isinstance(text, int) and not isinstance(text, bool):
        return text
    found = _FORM.match(text.strip()) if isinstance(text, str) and len(text) <= 64 else None
    if found is None:
        return None
    number, suffix, exponent = found.group(1), found.group(2), found.group(3)
    try:
        factor = _FACTORS[suffix] if suffix else Decimal(10) ** int(exponent or 0)
        return int(Decimal(number) * factor)
    except (InvalidOperation, OverflowError, ValueError):
        return None


def parsed_cpu(text: object) -> int | None:
    """Return millicores, or None."""
    if isinstance(text, int) and not isinstance(text, bool):
        return text * 1000
    if not isinstance(text, str):
        return None
    text = text.strip()
    if text.endswith("m"):
        return parsed(text[:-1])
    whole = parsed(text + "k") if text and text[-1].isdigit() else None
    return whole if whole is not None else None


def written(size: int) -> str:
    """Return bytes as a person writes them in a manifest: a unit that loses nothing worth keeping."""
    for suffix, unit in (("Gi", GI), ("Mi", MI)):
        if size >= unit and size % unit == 0:
            return f"{size // unit}{suffix}"
    for suffix, unit in (("Gi", GI), ("Mi", MI)):
        if size >= 10 * unit:
            return f"{size // unit}{suffix}"
    return f"{size // KI}Ki" if size >= KI else str(size)


def with_headroom(limit: int, in_use: int | None = None) -> int:
    """Return the next limit to try, in bytes.

    Twice a limit below 512 Mi, one and a half times a larger one; never less than 130 % of what was seen in use.
    Rounded up to 32 Mi below 1 Gi and to 128 Mi above, so that it reads like a number somebody chose.
    """
    wanted = limit * 2 if limit < 512 * MI else limit + limit // 2
    if in_use is not None:
        wanted = max(wanted, in_use + in_use * 3 // 10)
    return rounded(wanted)


def rounded(size: int) -> int:
    """Return the bytes rounded up to 32 Mi below 1 Gi and to 128 Mi above."""
    step = 32 * MI if size < GI else 128 * MI
    return -(-size // step) * step
