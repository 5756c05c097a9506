"""Reading what a container printed before it died: which lines say why, and how much each can be trusted.

The rules are those of the reference (kubernetes-signals.md, section 7.1): the last line is rarely the cause, specific
signatures come before wrappers, a retried warning followed by a sign of life is no cause, and a program that was asked
to stop did not die of what it logged before. Pure: which instance's log is read is decided by ``casework``.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from diagnostics.claims.case import Hit, Reading
from diagnostics.claims.groups import BARRED, CRASHES, LEFT_BEHIND, SETTINGS, trouble, weight
from diagnostics.claims.model import ClaimType
from diagnostics.claims.signature import Signature, compiled, usable
from diagnostics.logs import blocks, origins, ranked, signs, unwrap
from diagnostics.logs.prefilter import DIGITS, WINDOW
from diagnostics.logs.printed import Text, message_of, said_only, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from diagnostics.claims.catalogue import Catalogue
    from diagnostics.facts.model import Termination
    from diagnostics.snapshot import Log

NEAR = 12
"""Lines before and after a hit in which its context is looked for and its names are gathered."""

FATAL_TAIL_S = 20.0
"""Seconds that a program may still live after the line that says it is over: flushes, grace periods, exit hooks."""

_ORIGIN = Signature(id=origins.SIGNATURE, pattern="", claim=ClaimType.SETTING_MISSING)

_INNER = frozenset({ClaimType.ADDRESS_IN_USE, ClaimType.PORT_PRIVILEGED, ClaimType.NO_SPACE, ClaimType.READ_ONLY})
"""What may have failed while a configuration was read."""

_Matches: TypeAlias = "list[tuple[Signature, dict[str, str]]]"


def read(
    container: str,
    log: Log | None,
    termination: Termination | None,
    catalogue: Catalogue,
    *,
    started_at: datetime | None = None,
) -> Reading:
    """Read one instance's log. ``started_at`` is the instance's start where ``termination`` does not give it.

    Never raises on any text. Without a log the termination message (``terminationMessagePolicy``) is read instead.
    """
    text = text_of(log, termination)
    instance = log.instance if log is not None and text.lines and not said_only(log) else "terminated.message"
    if not text.lines:
        return Reading(container=container, instance=log.instance if log else "", cut=bool(log and log.cut))
    lives = tuple(i for i, line in enumerate(text.lines) if signs.lives(text.bare[i] or line))
    crashes = blocks.blocks(text.lines, text.bare)
    dying = _dying(text, crashes, lives)
    shutdown = _shutdown(text, crashes)
    matcher = _Matcher(text, crashes, dying, lives, shutdown, termination)
    start = started_at or (termination.started_at if termination is not None else None)
    hits = matcher.hits(catalogue)
    if log is not None and not hits and shutdown is None and _unsaid(text, message_of(termination)):
        # The log holds harmless words only: what the program wrote as its termination message is its last word.
        said = read(container, None, termination, catalogue, started_at=started_at)
        return replace(said, listening_after_s=_listening(text, start))
    return Reading(
        container=container,
        instance=instance,
        lines=text.lines,
        verbatim=text.verbatim,
        times=text.times,
        dying=dying,
        hits=hits,
        orderly_shutdown=text.verbatim[shutdown] if shutdown is not None else "",
        listening_after_s=_listening(text, start),
        cut=bool(log and log.cut),
    )


def _unsaid(text: Text, message: str) -> bool:
    """Whether the termination message says something that the log does not."""
    printed = set(text.verbatim)
    return any(line.strip() and line not in printed for line in message.splitlines())


def _dying(text: Text, crashes: list[blocks.Block], lives: tuple[int, ...]) -> range:
    count = len(text.lines)
    burst = blocks.last_burst(text.instants, count)
    for block in reversed(crashes):
        if _lived_on(text, block.end - 1, lives, swap=True):
            break
        tail = count - block.end
        if tail <= blocks.BURST_LINES:
            return range(block.start, count)
        return range(block.start, block.end)
    return burst


def _lived_on(text: Text, line: int, lives: tuple[int, ...], *, swap: bool) -> bool:
    """Whether a sign of life follows the line; after a crash one within ``SWAP_S`` is only out of order."""
    for later in lives[bisect_right(lives, line) :]:
        if not swap or blocks.gap(text.instants[line], text.instants[later]) > blocks.SWAP_S:
            return True
    return blocks.gap(text.instants[line], text.instants[-1]) > FATAL_TAIL_S * 3


def _shutdown(text: Text, crashes: list[blocks.Block]) -> int | None:
    """Return the line that says the program was asked to stop, unless a crash or a fatal line led to it."""
    for index in range(len(text.bare) - 1, max(-1, len(text.bare) - 400), -1):
        if signs.ASKED.search(text.bare[index][:500]) is None or text.levels[index] in ("error", "fatal"):
            continue
        before = range(max(0, index - 30), index)
        crashed = any(block.end > index - 30 for block in crashes)
        fatal = any(text.levels[i] == "fatal" for i in before)
        named = "SIG" in text.bare[index] or "signal" in text.bare[index].lower()
        return index if named or not (crashed or fatal) else None
    return None


def _listening(text: Text, start: datetime | None) -> float | None:
    if start is None:
        return None
    for index, line in enumerate(text.lines):
        moment = text.instants[index]
        if moment is not None and signs.listens(text.bare[index] or line):
            return max(0.0, (moment - start).total_seconds())
    return None


def _span(entry: Signature, texts: Iterable[str]) -> tuple[int, int]:
    """Return where a signature matches, counted from the end of the line: its forms differ in their beginnings."""
    for text in texts:
        found = compiled(entry.pattern).search(usable(text))
        if found is not None:
            return found.start() - len(text), found.end() - len(text)
    return 0, 0


@dataclass(frozen=True, slots=True)
class _Matcher:
    text: Text
    crashes: list[blocks.Block]
    dying: range
    lives: tuple[int, ...]
    shutdown: int | None
    termination: Termination | None

    def hits(self, catalogue: Catalogue) -> tuple[Hit, ...]:
        """Return all hits, best first."""
        known: dict[str, _Matches] = {}  # a crash loop's log repeats itself
        found: list[Hit] = []
        nothing: set[str] = set()  # shapes of older lines in which no signature was found
        old = len(self.text.lines) - WINDOW
        for index in self._close():
            line = self.text.lines[index]
            shape = line.translate(DIGITS) if index < old else ""
            if shape and shape in nothing:
                continue
            found += self._on(index, catalogue, known)
            if shape and not any(known.get(text) for text in (line, self.text.bare[index])):
                nothing.add(shape)
        found += self._origins()
        return ranked.ranked(found)

    def _close(self) -> list[int]:
        return [index for index, dull in enumerate(self.text.dull) if not dull]

    def _origins(self) -> list[Hit]:
        """Return the variables that the crash of the dying output reads: a hit on the code, one on the error."""
        return [
            self._hit(_ORIGIN, {"var": origin.var, "lack": origin.lack}, line)
            for origin in origins.origins(self.text.lines, self.crashes, self.dying)
            for line in dict.fromkeys((origin.code, origin.error))
        ]

    def _on(self, index: int, catalogue: Catalogue, known: dict[str, _Matches]) -> list[Hit]:
        line, bare = self.text.lines[index], self.text.bare[index]
        if blocks.is_frame(line):
            return []
        raw = self.text.verbatim[index]
        # logfmt that is somebody's own text ("config error file=... error=...") is matched as it stands, too
        texts = (bare, line) if raw == line or raw[:1] == "{" else (bare, unwrap.plain(raw), line)
        for text in texts:
            if text not in known:
                known[text] = catalogue.match(text) if text else []
        by_id = {entry.id: (entry, names) for text in texts for entry, names in known[text]}
        matched = [(entry, names) for entry, names in by_id.values() if self._in_context(entry, index)]
        if any(entry.claim in BARRED for entry, _ in matched):
            # "could not create lock file: Permission denied": no lock was there.
            matched = [(entry, names) for entry, names in matched if entry.claim not in LEFT_BEHIND]
        telling = [entry for entry, _ in matched if not entry.wrapper and entry.claim not in CRASHES]
        exact = [entry for entry in telling if not entry.generic]
        loose = [entry for entry in telling if entry.generic]
        if exact and all(entry.claim in SETTINGS for entry in exact):
            # "cannot load its configuration: address in use": the innermost clause says what it was.
            behind = min(_span(entry, texts)[1] for entry in exact)
            exact += [entry for entry in loose if entry.claim in _INNER and _span(entry, texts)[0] >= behind]
        best = max((weight(entry.claim) for entry in exact or loose), default=0)
        troubles = {trouble(entry.claim) for entry in exact}
        return [
            self._hit(entry, names, index)
            for entry, names in matched
            if entry not in telling
            or (weight(entry.claim) == best and (not entry.generic or not exact or trouble(entry.claim) in troubles))
        ]

    def _in_context(self, entry: Signature, index: int) -> bool:
        if not entry.context:
            return True
        near = range(max(0, index - NEAR), min(len(self.text.lines), index + NEAR + 1))
        return any(compiled(entry.context).search(self.text.lines[i][:2000]) is not None for i in near)

    def _gathered(self, entry: Signature, index: int, names: dict[str, str]) -> dict[str, str]:
        after = range(index + 1, min(len(self.text.lines), index + NEAR + 1))
        before = range(index - 1, max(-1, index - NEAR - 1), -1)
        for pattern in entry.gather:
            for i in (index, *after, *before):
                if blocks.is_place(self.text.lines[i]):
                    continue
                found = compiled(pattern).search(self.text.lines[i][:2000])
                if found is not None:
                    names = {**{k: v for k, v in found.groupdict().items() if v}, **names}
                    break
        return names

    def _hit(self, entry: Signature, names: dict[str, str], index: int) -> Hit:
        dying, weight = self._trust(entry, index)
        return Hit(
            signature=entry.id,
            claim=entry.claim,
            wrapper=entry.wrapper,
            line=index,
            quote=self.text.verbatim[index],
            names=ranked.addressed(self._gathered(entry, index, names)),
            dying=dying,
            weight=round(weight, 3),
        )

    def _trust(self, entry: Signature, index: int) -> tuple[bool, float]:
        text, count = self.text, len(self.text.lines)
        in_block = any(block.start <= index < block.end for block in self.crashes)
        fatal = text.levels[index] == "fatal" or in_block
        dying = index in self.dying
        lived = _lived_on(text, index, self.lives, swap=fatal)
        if not dying and not lived and text.levels[index] in ("", "error", "fatal"):
            # Noise after the cause: usage texts, metrics dumps, shutdown hooks.
            dying = (
                blocks.gap(text.instants[index], text.instants[-1]) <= FATAL_TAIL_S and count - index <= 2000 and fatal
            )
        if not dying and not lived and text.levels[index] == "error":
            # An error whose dump is longer than a burst: it led to what the program itself calls fatal.
            near = count - index <= WINDOW and blocks.gap(text.instants[index], text.instants[-1]) <= blocks.BURST_GAP_S
            dying = near and "fatal" in text.levels[index:]
        weight = (1.0 - 0.3 * min(1.0, (count - 1 - index) / 200)) if dying else 0.5 / (1 + (count - 1 - index) / 100)
        weight *= {"quiet": 0.4, "warn": 0.6}.get(text.levels[index], 1.0) * (0.9 if entry.generic else 1.0)
        code = self.termination.exit_code if self.termination is not None else None
        if code is not None and entry.exit and code not in entry.exit:
            weight *= 0.85
        if lived:
            dying, weight = False, weight * 0.2
        if self.shutdown is not None and not (in_block and index > self.shutdown):
            dying, weight = dying and index > self.shutdown, weight * 0.4
        return dying, weight
