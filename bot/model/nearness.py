"""Pure: which name somebody meant who made a slip of the hand."""

from __future__ import annotations

SHORT = 5
"""Names shorter than this may differ by one slip, longer ones by two: two slips in four letters are another word."""


def slips(wanted: str) -> int:
    """Return how many slips a name of that length may hold."""
    return 1 if len(wanted) < SHORT else 2


def distance(one: str, other: str, most: int) -> int:
    """Return how many letters were left out, added, taken for another or swapped with their neighbour.

    That is the optimal string alignment distance; beyond ``most`` it is ``most + 1``.
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        before, last, row = row, before, [at]
        for to, against in enumerate(other, 1):
            cost = min(before[to] + 1, row[to - 1] + 1, before[to - 1] + (letter != against))
            if at > 1 and to > 1 and letter == other[to - 2] and one[at - 2] == against:
                cost = min(cost, last[to - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)


def nearness(wanted: str, name: str) -> int | None:
    """Return how near a name is to what was wanted, 0 the nearest; None when nobody would take one for the other.

    A name that goes on after what was wanted (``api-deployment`` for ``api``) comes after every slip.
    """
    most = slips(wanted)
    found = distance(wanted, name, most)
    if found <= most:
        return found
    return most + 1 if name.startswith(f"{wanted}-") else None
