"""Reading a container's output: what it said, what each line is for, which line decides. No text makes it raise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from diagnostics.transcript import decoding, listening, progress, roles, segments
from diagnostics.transcript.crashes.table import crashes_in
from diagnostics.transcript.model import Role, Transcript

if TYPE_CHECKING:
    from datetime import datetime

    from diagnostics.snapshot import Log


def transcribe(
    container: str,
    log: Log | None,
    *,
    message: str = "",
    started_at: datetime | None = None,
    finished_at: datetime | None = None,
    exit_code: int | None = None,
) -> Transcript:
    """Read one instance's log, or, where that holds nothing readable, its termination message.

    ``started_at`` and ``finished_at`` bound the instance; ``exit_code`` is how it ended (None: it runs, or unknown).
    """
    raw = [(line.at, line.text) for line in log.lines] if log is not None else []
    read = decoding.decoded(raw)
    if log is not None and any(decoding.readable(line) for line in read.lines):
        return _transcript(container, log.instance, read, (started_at, finished_at), exit_code, cut=log.cut)
    if message.strip():
        return transcribe_text(container, message, "terminated.message")
    return Transcript(container=container, instance=log.instance if log is not None else "", cut=bool(log and log.cut))


def transcribe_text(container: str, text: str, source: str) -> Transcript:
    """Read a termination message, a probe's output or a hook's error by the same rules. ``source`` names which."""
    read = decoding.decoded(("", line) for line in text.splitlines())
    return _transcript(container, source, read, (None, None), None, cut=False)


def _transcript(
    container: str,
    instance: str,
    read: decoding.Lines,
    lifetime: tuple[datetime | None, datetime | None],
    exit_code: int | None,
    *,
    cut: bool,
) -> Transcript:
    started, finished = lifetime
    crashes = crashes_in(read)
    told = roles.told(read, crashes, exit_code)
    found = segments.ranked(read, crashes, told)
    last = _last(read, told.roles)
    moment = read.instants[last] if last is not None else None
    return Transcript(
        container=container,
        instance=instance,
        lines=read.lines,
        bare=read.bare,
        verbatim=read.verbatim,
        times=read.times,
        levels=read.levels,
        roles=roles.final(read, told, found, failed=roles.failed(exit_code) or started is None),
        fields=read.fields,
        crashes=crashes,
        segments=found,
        shutdown=told.shutdown,
        listening=listening.told(read, started),
        progress=progress.told(read),
        last_words_s=(moment - started).total_seconds() if moment and started else None,
        silent_s=max(0.0, (finished - moment).total_seconds()) if moment and finished else None,
        cut=cut,
    )


def _last(read: decoding.Lines, roles_: tuple[Role, ...]) -> int | None:
    for index in range(len(read.lines) - 1, -1, -1):
        if roles_[index] is not Role.ECHO and decoding.readable(read.lines[index]):
            return index
    return None
