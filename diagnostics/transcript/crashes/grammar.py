"""What all crash grammars share: types and messages of exceptions, the root of a chain, who printed it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics.patterns import compiled
from diagnostics.transcript import words
from diagnostics.transcript.model import Crash, Frame, Level, Said

if TYPE_CHECKING:
    from collections.abc import Sequence

    from diagnostics.transcript.decoding import Lines

LONGEST: Final = 600
"""Lines of one crash at most."""

FRAMES: Final = 60
"""Frames that are kept of one crash."""

_MESSAGE: Final = 1000
"""Characters of a message that are kept."""

_BELOW: Final = 20
"""Lines of a message below its head that are read."""

_TYPED: Final = compiled(
    r"(?:^|[\s\"'(\[>:])((?:[A-Za-z_$][\w$]*(?:\.|::|\\|/))*(?:[A-Z][\w$]*)?(?:Error|Exception|Throwable|Failure"
    r"|Fault|Exit|Interrupt|Rejection|Iteration|Invalid|NotFound|Refused|Timeout|Required|Missing)"
    r"|(?:[a-z_$][\w$]*\.){1,9}[A-Z][\w$]*)(?: \[(\w+)\])?(?: \(\w[\w: -]*\))?(?::\s*(.*))?$"
)
_CARRYING: Final = compiled(
    r"(?i)error creating bean|unsatisfied dependency|failed to instantiate|nested exception"
    r"|failed to load applicationcontext|could not initialize class"
    r"|InvocationTargetException|ExceptionInInitializer|UndeclaredThrowable|CompletionException|ExecutionException"
    r"|Unable to start web server|failed to start bean"
    r"|BeanInstantiation|context initialization failed|LifecycleException|ServletException|BootstrapException"
    r"|StartupException|TargetInvocation|AggregateException|One or more errors occurred|TypeInitialization"
    r"|RetryError|sub-?exceptions?\b"
    r"|Could not resolve substitution|cannot be instantiated|is not eligible|Failed to execute (?:Command"
    r"|Application)Runner|Config data resource|reactive chain|Exception in invoking|Factory method '.{1,80}' threw"
)
_WRAPS: Final = compiled(r"(?i)^(?:error|failed|failure|exception|problem|unable|could not|cannot)\b")
"""A message that only says what was being done when another failure came."""
_RUNTIME: Final = compiled(
    r"site-packages|dist-packages|/usr/(?:local/)?lib/|/lib/python|<frozen|<string>|node_modules|node:|^internal/"
    r"|^/(?:[\w.-]+/)*s?bin/[\w-]+$"  # a launcher that a package brought
    r"|^\((?:elixir|stdlib|kernel|mix|iex|logger|erts|phoenix|ecto|ecto_sql|plug|cowboy|ranch|db_connection)\)$"
    r"|/gems/|/vendor/|/rustc/|/go/pkg/mod/|/usr/local/go/|/root/\.cargo|/registry/src/"
    r"|^(?:java|javax|jdk|sun|com\.sun|com\.oracle\.(?:svm|graal|truffle)|org\.graalvm|io\.quarkus|io\.smallrye|kotlin|kotlinx|scala|akka|clojure|groovy|org\.springframework|org\.apache"
    r"|org\.hibernate|org\.eclipse|org\.jboss|io\.netty|io\.micrometer|io\.grpc|io\.vertx|com\.zaxxer"
    r"|com\.fasterxml"
    r"|com\.oracle|org\.graalvm|jakarta|io\.quarkus|io\.micronaut|io\.helidon|io\.smallrye|io\.undertow|io\.ktor"
    r"|org\.wildfly|org\.glassfish|org\.junit|org\.gradle|io\.r2dbc|io\.lettuce|redis\.clients|org\.mongodb|com\.mongodb"
    r"|com\.google|reactor|org\.postgresql|com\.mysql|liquibase|org\.flywaydb|org\.slf4j|ch\.qos|System|Microsoft"
    r"|Npgsql|Grpc|runtime|syscall|reflect|net/http|core|std|alloc|tokio)(?:\.|::|/|$)"
)


def typed(text: str) -> tuple[str, str] | None:
    """Return type and message of an exception that the text ends with, or None."""
    found = _TYPED.search(text[: words.LOOKED])
    if found is None:
        return None
    code = found.group(2)
    message = (found.group(3) or "").strip()
    return found.group(1), (f"{message} [{code}]" if code and code not in message else message)[:_MESSAGE]


def own(place: str) -> bool | None:
    """Return whether a file or a function is the program's own: runtime and packages are not, no place is unknown."""
    return None if not place else _RUNTIME.search(place[:500]) is None


def frame(function: str, file: str, line: str, module: str = "") -> Frame:
    """Return a frame; ``module`` says whose it is where the file does not."""
    return Frame(
        function[:200], file[:300], int(line) if line.isdecimal() and len(line) < 9 else 0, own(module or file)
    )


def said(kind: str, message: str, line: int) -> Said:
    """Return one failure of a chain."""
    return Said(kind, message.strip()[:_MESSAGE], line)


def wordy(read: Lines, kind: str, message: str, head: int, end: int) -> Said:
    """Return a failure whose message runs on below its head: all of it, and the line of it that says most."""
    below = [index for index in range(head + 1, min(end, head + _BELOW)) if read.bare[index].strip()]
    best, score = head, words.telling(f"{kind}: {message}" if message else "")
    for index in below:
        worth = 0.0 if words.advises(read.bare[index]) else words.telling(read.bare[index])
        if worth > score + _less(message):
            best, score = index, worth
    return said(kind, " ".join((message, *(read.bare[index].strip() for index in below))), best)


def _less(message: str) -> float:
    """Return what a line below a message must say more than its head: more where the head gives a reason itself."""
    if not message.strip():
        return 0.0
    return 1.0 if words.closed(message) else 0.5


def crash(
    language: str,
    chain: Sequence[Said],
    frames: Sequence[Frame],
    span: tuple[int, int],
    *,
    uncaught: bool,
) -> Crash | None:
    """Return the crash, or None where it says nothing. ``chain`` runs from the outermost to the innermost."""
    if not chain:
        return None
    return Crash(language, tuple(chain), tuple(frames[:FRAMES]), span[0], span[1], uncaught, _root(chain))


def _root(chain: Sequence[Said]) -> int:
    """Return the index of the innermost failure, or of the one around it that names what that only complains of."""
    last = len(chain) - 1
    text = _words(chain[last])
    inner = words.telling(text)
    if words.names(chain[last].message) and inner > 0:
        return last
    for index in range(last - 1, -1, -1):
        outer = _words(chain[index])
        if _CARRYING.search(outer) is None and words.names(chain[index].message) and words.telling(outer) >= inner:
            given = words.closed(chain[last].message) and _WRAPS.match(chain[index].message[:80]) is not None
            return last if given and not words.closed(chain[index].message) else index
        if not chain[last].message and _CARRYING.search(outer) is None and words.telling(outer) > inner:
            return index
    return last


def _words(part: Said) -> str:
    return f"{part.type}: {part.message}"


def logged(read: Lines, first: int) -> bool:
    """Whether a logger printed the crash that begins on this line: somebody caught it."""
    if read.levels[first] in (Level.WARN, Level.ERROR, Level.QUIET) and read.bare[first] != read.lines[first]:
        return True
    before = first - 1
    while before >= 0 and before > first - 3 and not read.lines[before].strip():
        before -= 1
    return before >= 0 and read.levels[before] in (Level.WARN, Level.ERROR) and read.bare[before] != read.lines[before]


def stamped(read: Lines, index: int) -> bool:
    """Whether a new record begins on the line: it has a time or a level of its own."""
    return (
        read.bare[index] is not read.lines[index]
        and read.bare[index] != read.lines[index]
        and not read.bare[index][:1].isspace()
    )
