"""Where a program crashed and what it was at: the function of its own code, and the cluster's object in hand.

Who looks for a known bug searches for the function; who needs the program to run tonight takes the object away from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from diagnostics.claims.case import Case
    from diagnostics.transcript.model import Crash, Frame

BEFORE: Final = 30
"""Lines above a crash in which the object that was worked on is looked for."""
SHORT: Final = 6
"""A function's name below this length says little: its type's is put before it."""
_REPOSITORY: Final = compiled(r"\bgithub\.com/([\w-]+/[\w.-]*[\w-])")
"""A module's path that is also where its issues are kept (Go, and what was built below such a path)."""
SITE: Final = 80
"""Characters of a function's name in a headline."""
_RECEIVER: Final = compiled(r"[()*&{}\[\]<>]")
_DONE: Final = compiled(
    r"(?i)\b(?:up to date|resolved to|reconciled|reconciliation finished|succeeded|success(?:ful(?:ly)?)?|completed"
    r"|finished|done|deleted|created|synced|ready)\b"
)
"""Such a record tells of work that was over."""
_BEGINS: Final = compiled(r"(?i)(?:^|[.:#/$ ])(?:_*main_*|<module>|__main__|bootstrap|start(?:up)?)(?:\(\))?$")
"""Functions in which a program begins."""
_RUNS: Final = compiled(
    r"(?i)(?:^|[.:#/$])(?:run|start|serve|listen_?and_?serve|launch|boot|bootstrap|execute|execute_from_command_line|main"
    r"|run_app|run_server|create_application_context)(?:\(\))?$"
)
"""Functions of a framework to which a program hands itself over."""
_CHECKS: Final = compiled(r"(?i)(?:^|[._])_?(?:is_?)?(?:valid|pars|check|decod|normali[sz])\w*$")
"""Functions that check or read a value."""
_ANONYMOUS: Final = compiled(r"^(?:func\d+|\d+|<.*>|init|main|run|module)$")


_BASE: Final = compiled(
    r"^(?:[\w.@-]+/)*(?:java|javax|jdk|sun|kotlin|scala|System|core|std|alloc|runtime|Array|Object|new|process)\b"
)
"""Functions of a language's own base: who called them says more."""


_PACKAGE: Final = compiled(
    r"(?:site-packages|dist-packages|node_modules|/gems|/registry/src/[^/]+)/(@[\w.-]+/[\w.-]+|[\w.-]+)"
    r"|/vendor/((?:[\w-]+\.[\w.-]+/)?[\w.-]+/[\w.-]+)|/go/pkg/mod/([^@\s]+)@"
)
"""The package in whose folder a file lies (pip, npm, RubyGems, cargo; Composer's and Go's vendor; Go's cache)."""
_QUALIFIED: Final = compiled(r"\w(?:\.|::|/|\\)\w")
"""A function with the module or class that it is of."""
PIPED: Final = frozenset({"<stdin>", "[stdin]", "-", "Standard input code"})
"""What interpreters call a script that comes by their standard input (Python, Node, Ruby and Perl, PHP)."""
_GIVEN: Final = frozenset({"<string>", "[eval]", "-e", "-c", "Command line code"})
"""What they call one that their command line holds (python -c, node -e, ruby -e and perl -e, php -r)."""


@dataclass(frozen=True, slots=True)
class Held:
    """An object that a record names: its kind in small letters, as kubectl takes it."""

    kind: str
    namespace: str
    name: str

    def __str__(self) -> str:
        """Say it as an answer does."""
        return f"{self.kind} {self.namespace}/{self.name}" if self.namespace else f"{self.kind} {self.name}"


def frame(case: Case, line: int | None) -> Frame | None:
    """Return the innermost frame of the program's own code in the crash that these words belong to.

    Not the one in which a program hands itself over to a framework: what fails below that fails elsewhere.
    """
    crash = next((segment.crash for segment in case.transcript.segments if segment.line == line), None)
    own = (
        item
        for at, item in enumerate(crash.frames if crash is not None else ())
        if item.own and item.file and crash is not None and not _hands_over(crash.frames, at)
    )
    return next(own, None)


def _hands_over(frames: Sequence[Frame], at: int) -> bool:
    """Whether the frame only begins the program: its function is where one starts, and calls what runs it."""
    if not at or _BEGINS.search(frames[at].function) is None:
        return False
    return any(item.own is False and _RUNS.search(item.function) is not None for item in frames[:at])


def checking(crash: Crash) -> Frame | None:
    """Return the library's function that stumbled over a value which it was given to check or to read, or None."""
    return next(
        (item for item in crash.frames[:2] if item.own is False and _CHECKS.search(item.function) is not None), None
    )


def checked(case: Case, line: int | None) -> str:
    """Return the bare name of such a function in the crash that these words belong to, or nothing."""
    crash = next((segment.crash for segment in case.transcript.segments if segment.line == line), None)
    found = None if crash is None else checking(crash)
    return "" if found is None else function(found)


def native(case: Case, line: int | None) -> str:
    """Return the innermost function of the program's own in the trace that native code left, or nothing."""
    crash = next((segment.crash for segment in case.transcript.segments if segment.line == line), None)
    found = frame(case, line)
    return found.function[:SITE] if crash is not None and crash.language == "native" and found is not None else ""


def foreign(case: Case, line: int | None) -> str:
    """Return the library in which a crash lies none of whose frames is the program's own, or nothing."""
    crash = next((segment.crash for segment in case.transcript.segments if segment.line == line), None)
    frames = () if crash is None else crash.frames
    if crash is None or not frames:
        return ""
    if any(item.own is not False and not _hands_over(frames, at) for at, item in enumerate(frames)):
        return ""
    named = (_library(item) for item in frames if item.own is False and _BASE.search(item.function) is None)
    return next((name for name in named if name), "")[:100]


def _library(found: Frame) -> str:
    """Return what the frame is part of: the package whose folder it lies in, else its qualified function or its file.

    A bare function is no library's name.
    """
    package = _PACKAGE.search(found.file)
    if package is not None:
        return next(item for item in package.groups() if item).removesuffix(".py")
    if _QUALIFIED.search(found.function) is not None:
        return found.function.rpartition("/")[2]
    return found.file if "/" in found.file else ""


def inline(found: Frame) -> bool:
    """Whether the frame is of a script that the interpreter was given on its command line or its input."""
    return found.file in _GIVEN | PIPED


def tracker(case: Case, line: int | None) -> str:
    """Return the repository that the program's own frames name (``github.com/acme/ledger``), or nothing."""
    crash = next((segment.crash for segment in case.transcript.segments if segment.line == line), None)
    own = (item for item in crash.frames if item.own) if crash is not None else ()
    named = (_REPOSITORY.search(f"{item.function} {item.file}") for item in own)
    return next((f"github.com/{found.group(1)}" for found in named if found is not None), "")


def function(found: Frame) -> str:
    """Return the function's bare name, as issues quote it; empty where it has none."""
    path = found.function.partition("(0x")[0].removesuffix("(...)").removesuffix("()").rpartition("/")[2]
    parts = [_RECEIVER.sub("", part) for part in path.replace("::", ".").replace("#", ".").split(".")]
    named = [part for part in parts if part and _ANONYMOUS.search(part) is None]
    if not named:
        return ""
    return ".".join(named[-2:]) if len(named[-1]) < SHORT else named[-1]


def held(case: Case, line: int | None) -> Held | None:
    """Return the object that the last structured record before the crash was about; None if its work was over."""
    if line is None:
        return None
    told = case.transcript
    for index in range(line - 1, max(-1, line - BEFORE), -1):
        record = told.fields.get(index, {})
        kind, name = _kind(record), record.get("name", "")
        if kind and name:
            return None if _DONE.search(told.lines[index][:500]) else Held(kind, record.get("namespace", ""), name)
    return None


def _kind(record: Mapping[str, str]) -> str:
    """Return the kind that a controller's record names (controller-runtime, kubebuilder, KubeVirt)."""
    kind = record.get("controllerKind") or record.get("reconciler kind") or record.get("kind") or ""
    return kind.lower() if kind.isalnum() and kind[:1].isupper() else ""
