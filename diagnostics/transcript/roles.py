"""What each line is for, before it is known which one decides: usage, details, background, aftermath, echoes."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from diagnostics.patterns import compiled
from diagnostics.transcript import exit_words, noise, script_steps, signs, survived, words
from diagnostics.transcript.decoding import readable
from diagnostics.transcript.model import Crash, Level, Role, Segment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from diagnostics.transcript.decoding import Lines

SIGTERM: Final = 143
SIGKILL: Final = 137
INTERRUPTED: Final = 130
_KILLED: Final = frozenset({SIGTERM, SIGKILL, INTERRUPTED})

_LED: Final = 30
"""Lines before a goodbye in which a crash is what led to it."""

_LOUD: Final = frozenset({Level.ERROR, Level.FATAL})

_COMPLAINING: Final = frozenset({Level.WARN, Level.ERROR, Level.FATAL})

_UNCAUGHT: Final = compiled(r"(?i)^exception in thread|\buncaught\b|\bunhandled\b")
"""A runtime's own word that nobody caught it."""

_REACH: Final = 400
"""Lines before the end in which a request to stop counts: what came before it was survived anyhow."""


@dataclass(frozen=True, slots=True)
class Told:
    """What the lines are for so far, where the program lived on, and which lines say how it came to its end."""

    roles: tuple[Role, ...]
    lives: tuple[int, ...]
    shutdown: int | None
    shell: int | None
    """The line in which a shell says what the exit code means: nothing else ended the script."""


def failed(exit_code: int | None) -> bool:
    """Whether the exit code tells of a failure of the program's own."""
    return exit_code not in (None, 0) and exit_code not in _KILLED


def told(read: Lines, crashes: Sequence[Crash], exit_code: int | None) -> Told:
    """Tell each line's role as far as it does not hang on which line decides."""
    roles = [Role.PLAIN] * len(read.lines)
    _fold_usage(read, roles)
    _mark_crashes(crashes, roles)
    shutdown = _shutdown(read, crashes)
    thrown = {said.line for crash in crashes if _loud(read, crash) for said in crash.chain}
    for index, text in enumerate(read.bare):
        if roles[index] is Role.PLAIN and not read.dull[index]:
            level = Level.ERROR if index in thrown and read.levels[index] is Level.NONE else read.levels[index]
            roles[index] = _of_line(text, level, thrown=index in thrown)
    _mark_frames(read, roles)
    _mark_kernel(read, roles)
    _mark_got_over(read, crashes, roles)
    for index in script_steps.got_over(read, roles):
        roles[index] = Role.BACKGROUND
    _mark_echoes(read, crashes, roles, shutdown, exit_code)
    lives = tuple(
        i for i, text in enumerate(read.bare) if not read.dull[i] and roles[i] is not Role.DETAIL and signs.lives(text)
    )
    _mark_recovered(read, roles, lives)
    shell = exit_words.said(read, exit_code)
    if shell is not None:
        roles[shell] = Role.PLAIN
    return Told(tuple(roles), lives, shutdown, shell)


def final(read: Lines, told_: Told, segments: Sequence[Segment], *, failed: bool) -> tuple[Role, ...]:
    """Return the roles once it is known which segment leads.

    ``failed``: the program ended with a failure of its own. Then even what programs use to get over decides where it
    is all that was said: an exporter dies of its collector.
    """
    roles = list(told_.roles)
    if not segments:
        return tuple(roles)
    lead = segments[0]
    if roles[lead.line] is Role.BACKGROUND and not failed:
        return tuple(roles)
    for index in range(lead.first, lead.end):
        if roles[index] is Role.PLAIN:
            roles[index] = Role.DECIDING
    if lead.crash is not None:
        for said in lead.crash.chain:
            roles[said.line] = Role.DECIDING
    roles[lead.line] = Role.DECIDING
    for index, role in enumerate(roles):
        if role is Role.PLAIN:
            roles[index] = _beside(read, index, lead)
    return tuple(roles)


def _beside(read: Lines, index: int, lead: Segment) -> Role:
    """Return the role of a line outside of the leading segment; a dull one is judged by its level alone."""
    dull, text = read.dull[index], read.bare[index]
    loud = read.levels[index] in _COMPLAINING or (not dull and words.complains(text))
    if index >= lead.end and not dull and (loud or words.leaves(text)):
        return Role.AFTERMATH
    return Role.BACKGROUND if index < lead.first and loud else Role.PLAIN


def _loud(read: Lines, crash: Crash) -> bool:
    """Whether a crash is no less than an error: nobody caught it, or a record of one holds it."""
    return crash.uncaught or (crash.first > 0 and read.levels[crash.first - 1] in _LOUD)


def _of_line(text: str, level: Level, *, thrown: bool) -> Role:
    """``thrown``: the words are an exception's, which may guess at a cause, but tell of no going on."""
    if not readable(text) or noise.detail(text):
        return Role.DETAIL
    mild = level is not Level.ERROR
    gone_on = not thrown and survived.gone_on(text, mild=mild)
    if level is not Level.FATAL and (noise.harmless(text, mild=mild) or gone_on):
        return Role.BACKGROUND
    if noise.dumps(text):
        return Role.AFTERMATH
    if (noise.aftermath(text) and not (level in _LOUD and words.complains(text))) or words.carries(text):
        return Role.PLAIN if words.closed(text) else Role.AFTERMATH
    return Role.PLAIN


_PLACE: Final = compiled(r"^\s+/?\S+\.(?:go|s):\d+(?: |$)")
"""The place of a Go function, below its name."""


def _mark_frames(read: Lines, roles: list[Role]) -> None:
    """Mark the functions of a Go stack that a record carries: each stands above its own place."""
    for index in range(len(read.lines) - 1):
        if read.dull[index] or " " in read.bare[index].strip() or _PLACE.match(read.lines[index + 1][:200]) is None:
            continue
        roles[index] = roles[index + 1] = Role.DETAIL


def _mark_kernel(read: Lines, roles: list[Role]) -> None:
    """Mark what the node's kernel says between a program's lines; a program may stamp all of its own like that."""
    said = [index for index, line in enumerate(read.lines) if noise.kernel(line)]
    if len(said) < sum(readable(line) and not line[:1].isspace() for line in read.lines):
        for index in said:
            roles[index] = Role.BACKGROUND


def _mark_got_over(read: Lines, crashes: Sequence[Crash], roles: list[Role]) -> None:
    """Mark the stacks of records that were got over: what their heads say holds for the stacks, too.

    One that ends the log is the end itself: the record above it only happens to stand there.
    """
    ends = {crash.end for crash in crashes}
    for crash in crashes:
        head = read.bare[crash.first]
        served = noise.recovered(head)
        alone = crash.first == 0 or crash.first in ends or _UNCAUGHT.search(head[:200]) is not None
        headed = not alone and roles[crash.first - 1] is Role.BACKGROUND
        if served or (headed and _went_on(read, crash, roles)):
            roles[crash.first : crash.end] = [Role.BACKGROUND] * (crash.end - crash.first)


def _mark_recovered(read: Lines, roles: list[Role], lives: Sequence[int]) -> None:
    """Mark what was tried again and worked: a later line says of the same thing that it lives."""
    for index, text in enumerate(read.bare):
        after = lives[bisect_right(lives, index) :]
        if not after or read.dull[index] or roles[index] is not Role.PLAIN or not words.waits(text):
            continue
        mine = words.subjects(text)
        if any(mine & words.subjects(read.bare[later]) for later in after):
            roles[index] = Role.BACKGROUND


def _went_on(read: Lines, crash: Crash, roles: Sequence[Role]) -> bool:
    """Whether anything was said after a crash that does not follow from it."""
    return any(
        roles[index] is Role.PLAIN and readable(read.bare[index]) and not words.carries(read.bare[index])
        for index in range(crash.end, len(roles))
    )


def _fold_usage(read: Lines, roles: list[Role]) -> None:
    index = 0
    while index < len(read.lines):
        if read.dull[index] or not noise.usage(read.bare[index]):
            index += 1
            continue
        while index < len(read.lines) and (noise.usage(read.bare[index]) or noise.option(read.lines[index])):
            roles[index] = Role.USAGE
            index += 1


def _mark_crashes(crashes: Sequence[Crash], roles: list[Role]) -> None:
    for crash in crashes:
        for index in range(crash.first, crash.end):
            roles[index] = Role.DETAIL
        for said in crash.chain:
            roles[said.line] = Role.PLAIN


def _shutdown(read: Lines, crashes: Sequence[Crash]) -> int | None:
    """Return the line that says the program was asked to stop, unless a crash or a fatal record led to it."""
    for index in range(len(read.bare) - 1, max(-1, len(read.bare) - _REACH), -1):
        text = read.bare[index]
        if not signs.asked(text) or read.levels[index] in _LOUD:
            continue
        if any(crash.first <= index < crash.end for crash in crashes):
            continue
        crashed = any(index - _LED <= crash.end <= index + 1 and crash.uncaught for crash in crashes)
        fatal = any(read.levels[i] is Level.FATAL for i in range(max(0, index - _LED), index))
        if signs.signalled(text) or not (crashed or fatal):
            return index
    return None


def _mark_echoes(
    read: Lines, crashes: Sequence[Crash], roles: list[Role], shutdown: int | None, exit_code: int | None
) -> None:
    killed = exit_code in _KILLED
    for crash in crashes:
        if _is_echo(crash, killed=killed, asked=shutdown is not None and crash.first > shutdown):
            for index in range(crash.first, crash.end):
                roles[index] = Role.ECHO
    if not killed and shutdown is None:
        return
    for index in range(shutdown if shutdown is not None else max(0, len(roles) - 40), len(roles)):
        if roles[index] in (Role.PLAIN, Role.AFTERMATH) and noise.echo(read.bare[index]):
            roles[index] = Role.ECHO


def _is_echo(crash: Crash, *, killed: bool, asked: bool) -> bool:
    outer = crash.chain[-1] if crash.language == "python" else crash.chain[0]
    said = f"{outer.type} {outer.message}"
    if "KeyboardInterrupt" in said:
        return True
    return (killed or asked) and any(noise.echo(f"{part.type} {part.message}") for part in crash.chain)
