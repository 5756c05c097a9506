"""The program crashed: an unhandled exception, a panic, an abort, a segmentation fault, a failed assertion.

What it means
    A bug, or an input that the program does not expect. Nothing more specific is known: this is the fallback among the
    causes that the log decides.

How it is decided
    By the last traceback, stack trace or panic of the dying output (the deepest ``Caused by``, the line after
    ``panicked at``, the last line of a Python traceback), or by an exit code that names a signal of the program's own
    making (139 SIGSEGV, 134 SIGABRT, 132 SIGILL). PID 1 that calls abort() may show 139.

What it is confused with
    Any more specific cause in the same block wins: a KeyError of ``os.environ`` is configuration, a refused connection
    a dependency, a missing module the image. Exit code 137 and 143 come from outside. A Go nil dereference prints
    SIGSEGV and exits with 2.

How to fix it
    Roll back the rollout that brought it, if one did; then fix the code at the place that the stack trace names. Of an
    image that others publish, look for another version and among its issues. A restart runs the same code again.

How to prevent it
    Roll out with a readiness probe and ``minReadySeconds`` so that a crashing revision stops the rollout; a canary.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics import fields
from diagnostics.causes.model import FAULTS, Category, Cause
from diagnostics.claims.model import ClaimType
from diagnostics.diagnosis import Clause, Evidence, Fault, Finding, Premise, Remedy, Verdict
from diagnostics.examples import Example, terminated
from diagnostics.facts import images
from diagnostics.facts.quotes import first, of_image
from diagnostics.findings import (
    crash_signals,
    crash_sites,
    line_fixes,
    log_lines,
    new_versions,
    premises,
    schema_fixes,
    wording,
)
from diagnostics.findings.commands import durable, kubectl, logs
from diagnostics.transcript import places
from diagnostics.transcript.model import Role

if TYPE_CHECKING:
    from diagnostics.claims.case import Case
    from diagnostics.facts.model import Container

CAUSE: Final = Cause(
    id="app-crash",
    title="The program crashed",
    category=Category.PROGRAM,
    claims=frozenset({ClaimType.EXCEPTION, ClaimType.ASSERTION, ClaimType.SIGNAL}),
    explained_by=FAULTS - {Category.PROBE} | {"lifecycle-hook-failed"},
    fallback=True,
)

_HEADED: Final = frozenset({"rust", "native"})
"""Languages whose runtime prints place or type on a line of its own, above the words."""


def check(case: Case) -> Finding | None:
    """Return the finding when the program crashed of its own and nothing more specific is said."""
    told = log_lines.crashed(case)
    if told is None or case.suspect is None or case.ended is None:
        return None
    words, line = told.words, told.line
    signal = told.signal
    how = f"{f'with {signal} ' if signal else ''}({log_lines.how(case)})"
    silent = "; no line of its log was recognised as the reason" if case.transcript.lines else ""
    said = f": {wording.head(words)}" if line is not None else silent
    site = crash_sites.native(case, line)
    said = f", in {site}{said}" if site else said
    image = fields.text(case.suspect.spec, "image")
    below = () if line is None else _next(case, line, words)
    if words.rstrip().endswith(":") and below:  # Rust and C++ say what it was on the line below
        said = f": {wording.head(below[0].quote)}"
    version = None if told.outlived else new_versions.brought(case, case.suspect)
    since = f"; {version.told}" if version is not None else ""
    quotes = () if line is None else (case.quote(line), *_head(case, line), *below, *_frame(case, line))
    return Finding(
        cause=CAUSE.id,
        verdict=Verdict.CONFIRMED if told.sure else Verdict.LIKELY,
        summary=f"{wording.begin(log_lines.who(case))} {_fell(how, outlived=told.outlived)}{said}{since}",
        evidence=first((*quotes, *log_lines.ended(case), *of_image(case.suspect))),
        container=case.suspect.name,
        facts={"signal": signal, "image": image},
        remedy=_remedy(case, case.suspect, told),
        fault=Fault.KEPT_STATE if _of_the_schema(case, line) else Fault.TEMPLATE,
        fault_names=(image,) if image else (),
        conclusive=told.outlived,  # the probe did not make it fail: it only ended the wait
    )


def _fell(how: str, *, outlived: bool) -> str:
    """Return how it went down, in words."""
    return "failed, then waited until its probe had it killed" if outlived else f"crashed {how}"


def _remedy(case: Case, suspect: Container, told: log_lines.Crashed) -> Remedy:
    """Return what to do: what the words themselves ask for, else the code's, which is for those who wrote it."""
    line = told.line
    schema = _of_the_schema(case, line)
    if schema:
        return Remedy(text=schema, commands=(logs(case, suspect),))
    built = line_fixes.built(case, suspect, _spoken(case, line))
    if built is not None:
        return built
    if told.signal == "SIGBUS":
        text, shown = crash_signals.unbacked(case)
        return Remedy(text=text + durable(case), commands=(*shown, logs(case, suspect)))
    again = "More time for the probe changes nothing" if told.outlived else "A restart runs the same code again"
    held = crash_sites.held(case, line)
    meanwhile = (
        f" The last thing that its log was at before it is {held}: if each crash follows on that, take it away from the"
        " program (stop, pause or correct it) until then."
        if held is not None
        else ""
    )
    shown = () if held is None else (kubectl(held.namespace, "get", held.kind, held.name, "-o", "yaml"),)
    text = f"{_what(case, suspect, line, faulty=log_lines.of_code(told))}. {again}.{meanwhile}{_pinned(case, suspect)}"
    place = _place(case, line)
    own = Clause(text=_fix(place), premise=Premise.OWN_CODE, of=place, instead=f"See what leads to {place}")
    clauses = (own,) if place and own.text in text else ()
    return Remedy(text=text + durable(case), commands=(*shown, logs(case, suspect)), clauses=clauses)


def _of_the_schema(case: Case, line: int | None) -> str:
    """Return what to do where the failure is of a migration, its lock or its record, which no image takes back."""
    crash = None if line is None else next((it for it in case.transcript.crashes if it.first <= line < it.end), None)
    said = [] if crash is None else [f"{part.type}: {part.message}" for part in crash.chain]
    words = "\n".join(said if said or line is None else [case.transcript.bare[line]])
    return schema_fixes.remedy(words) if schema_fixes.kept(words) else ""


def _spoken(case: Case, line: int | None) -> tuple[str, ...]:
    """Return the words that decide, then the others of the same failure."""
    if line is None:
        return ()
    told = case.transcript
    segment = next((item for item in told.segments if item.first <= line < item.end), None)
    around = () if segment is None else told.lines[segment.first : segment.end]
    return (told.lines[line], *around)


def _what(case: Case, suspect: Container, line: int | None, *, faulty: bool) -> str:
    """Return what the words leave to do, for an image of others and for the team's own.

    ``faulty``: only code makes such an error; a readable refusal is none, and another release refuses, too.
    """
    image = fields.text(suspect.spec, "image")
    given = _silent(case, image) if line is None else _given(case, line) or _scripted(case, line)
    if given or line is None:
        return given
    place, foreign = _place(case, line), crash_sites.foreign(case, line)
    if images.public(image) and not images.bare(image):  # of a bare base image only what was put into it can crash
        sought, repository = _sought(case, line), images.repository(image)
        where = crash_sites.tracker(case, line) or "its project"
        if not faulty:
            named = f" ({place})" if place else ""
            return f"Look for these words{named} among the issues of {where}, for the version that {image} has"
        sought = sought or "these words"
        return f"Take a release of {repository} without this fault: look for {sought} among the issues of {where}"
    if place:
        return _fix(place)
    if foreign:
        return (
            f"What failed is its runtime's or a library's ({foreign}), and no frame of its own code: build it"
            " with another"
            " version of that, and look for the words among its issues"
        )
    whose = "the program" if not image or images.bare(image) else image
    return f"No remedy is known for these words: who wrote {whose} must find what leads to them"


def _scripted(case: Case, line: int) -> str:
    """Return what to do about a script without a file, whose code no image and no library has; empty for another."""
    frame = crash_sites.frame(case, line)
    if frame is None or not crash_sites.inline(frame):
        return ""
    place = [crash_sites.function(frame), f"line {frame.line}" if frame.line else ""]
    given = "standard input" if frame.file in crash_sites.PIPED else "command line"
    told = ", ".join(part for part in place if part) or "the code"
    return f"Fix {told} of the script that it is given on its {given}"


def _fix(place: str) -> str:
    return f"Fix the code at {place}"


def _given(case: Case, line: int) -> str:
    """Return what to do where a library's check stumbled over the value that it was given; empty for another crash."""
    checked = crash_sites.checked(case, line)
    if not checked:
        return ""
    return (
        f"{checked} of a library stumbles over a value that it was given: see which setting, variable or"
        " annotation gives"
        " an empty or malformed one (what was at hand stands in the lines above the trace)"
    )


def _silent(case: Case, image: str) -> str:
    """Return what to do where a signal ended it and no words tell of it."""
    told = f"Try another tag or build of {image or 'the image'}, and have it leave a native trace or a core dump"
    if premises.other_image(case):
        return f"{told}; compare its native libraries and its base image with those of the revision that ran"
    return f"{told}: nothing that was read tells what it met"


def _pinned(case: Case, suspect: Container) -> str:
    """Return that a tag that moves is to be pinned, as a sentence that follows; not where its content is known."""
    if any(change.what.endswith("(same tag)") for change in case.changed):
        return ""
    image = fields.text(suspect.spec, "image")
    tag = line_fixes.floating(image)
    return f" Its image has {tag}, which may be another release at each pull: pin the one that ran well." if tag else ""


def _sought(case: Case, line: int) -> str:
    """Return what to search for: the function that crashed with its place; nothing where none is known."""
    frame = crash_sites.frame(case, line)
    name = "" if frame is None else crash_sites.function(frame)
    place = "/".join(_place(case, line).split("/")[-3:])
    return f'"{name}" ({place})' if name else f"these words ({place})" if place else ""


def _place(case: Case, line: int | None) -> str:
    """Return the place in the program's own code that the crash of these words names: ``shop.py:81``, or nothing."""
    frame = crash_sites.frame(case, line)
    if frame is None:
        return ""
    return f"{frame.file}:{frame.line}" if frame.line else frame.file


def ruled_out(case: Case) -> str:
    """Return why a crash in the log does not decide."""
    return log_lines.set_aside(case, CAUSE.claims)


def _head(case: Case, line: int) -> tuple[Evidence, ...]:
    """Return the line above, where Rust names the place and C++ the type of what the words say."""
    crash = next((item for item in case.transcript.crashes if item.first <= line < item.end), None)
    if crash is None or crash.language not in _HEADED or crash.first == line:
        return ()
    return (case.quote(crash.first),)


def _next(case: Case, line: int, words: str) -> tuple[Evidence, ...]:
    """Return the line below, where Rust and C++ say what it was."""
    told = case.transcript
    below = line + 1
    if below >= len(told.lines) or not told.lines[below].strip():
        return ()
    said = told.roles[below] is Role.DECIDING or words in told.lines[below]
    return (case.quote(below),) if said else ()


def _frame(case: Case, line: int) -> tuple[Evidence, ...]:
    """Return the frame of the program's own code that belongs to the words."""
    return tuple(case.quote(index) for index in places.frame(case.transcript.lines, line))


EXAMPLES: Final = (
    Example(
        title="an unhandled exception",
        hit=True,
        status={"state": terminated(1)},
        log='Traceback (most recent call last):\n  File "/app/main.py", line 9, in share\n    return total / people\n'
        "ZeroDivisionError: division by zero",
    ),
    Example(title="a segmentation fault leaves no words", hit=True, status={"state": terminated(139)}, log="frame 0"),
    Example(
        title="the traceback names a missing module",
        hit=False,
        status={"state": terminated(1)},
        log='Traceback (most recent call last):\n  File "/app/main.py", line 1, in <module>\n'
        "ModuleNotFoundError: No module named 'requests'",
        also=("missing-library",),
    ),
)
