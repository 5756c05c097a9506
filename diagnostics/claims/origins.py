"""Where a wrong value came from: the environment variable that the quoted line of code reads.

Interpreters print the line of code of a crash. When it reads a variable of the environment, and the error is one of
nothing (None, undefined, nil, an empty text) or of a text that is no number, the variable is what is wrong. Whether it
really is unset is for ``selection`` to hold against the spec: a line of code alone proves nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from diagnostics.transcript.model import Crash

SOURCE: Final = "origin.env"
"""Source of the claims that this module makes."""

REACH: Final = 60
"""Lines before an error in which the line of code may stand; its frames lie between."""

BELOW: Final = 4
"""Lines below an error in which it may stand: Ruby prints the code under the message."""

_NAME = r"([A-Za-z_][A-Za-z0-9_]{0,100})"
_READS = compiled(
    r"(?:\benviron(?:\.get|\.pop)?|\bgetenv|\bSystem\.(?:getenv|get_env|fetch_env!?)|\bos\.(?:Getenv|LookupEnv)|\bENV(?:\.fetch)?"
    r"|\$_(?:ENV|SERVER)|\bEnvironment\.GetEnvironmentVariable|\benv(?:::var|\.get|\.str|\.int|\.bool)?|\benvvar|\bget_env"
    r"|\bDeno\.env\.get|\bconfig)\s*[(\[]\s*[\"'`:]" + _NAME + r"[\"'`]?\s*[,)\]]"
    r"|\b(?:process|Bun|meta)\.env(?:\.|\?\.|\[\s*[\"'`])" + _NAME
)
"""Reads of the environment in Python, JavaScript, Ruby, Java, Kotlin, Go, PHP, .NET, Rust and Elixir."""

_NONE = compiled(
    r"\bNoneType\b|\bof (?:undefined|null)\b|\bundefined is not an object|\bnull is not an object"
    r"|\b[Rr]eceived (?:undefined|null|nil)\b"
    r"|\bfor nil(?::NilClass)?\b|\bnil:NilClass\b|\bnil (?:into|to)\b|\bfrom nil\b|\bnil can't be coerced|\bof nil into"
    r"|\bis null\b|\bnull string\b|\bFormatException: (?:null|Cannot parse null)|NullPointerException"
    r"|ArgumentNullException"
    r"|\b(?:null|false) given\b|\bgot:? nil\b|\bValue cannot be null|\bis undefined\b|, got None\b|\bnot None\b"
)
_EMPTY = compiled(
    r"(?:''|\"\"|``|: \"\\\"\\\"\")[.,)]?\s*(?:\(\w+\))?\s*$|\bparsing \"\":|For input string: \"\"|\bempty string\b"
    r"|\bstring '' was not\b|Float\(\): \"\"|with base 10: ''|Invalid URL: ?(?:''|\"\")?\s*$|input: ''"
)
_FORM = compiled(
    r"invalid literal for int\(\)|could not convert string to float|InvalidOperation|FormatException"
    r"|For input string: \""
    r"|invalid value for (?:Integer|Float)\(\)|\bparsing \"[^\"]+\": (?:invalid syntax|value out of range)"
    r"|Input string was not in|ERR_INVALID_URL|TypeError: Invalid URL|JSONDecodeError|in JSON at position"
    r"|is not valid JSON"
    r"|Invalid isoformat string|bad URI|not a (?:valid )?(?:number|integer|boolean)"
    r"|is not a valid (?:URL|integer|value)"
)
_ERROR = compiled(r"(?:^|[\s(\[.:])(?:[\w.:]*(?:Error|Exception)|panic)\b|\*\* \(")


@dataclass(frozen=True, slots=True)
class Origin:
    """A variable that a crash reads: its name, the lines of the code and of the error, and what the error misses."""

    var: str
    code: int
    error: int
    lack: str
    """``none``: nothing was there; ``empty``: the text is empty; ``form``: a text that is not in the wanted form."""


_PLACE = compiled(
    r"^\s+at (?:async )?[\w.$<>\[\]@/:-]+(?: |\(|$)|^\s+File \"|^\s+\.\.\. \d+|^\s+from \S+:\d+|^\t\S+\.go:\d+"
    r"|^\s+(?:raise|throw|return|import|from|const|let|var|await|yield|if|for|while|def|class) "
)


def _is_frame(line: str) -> bool:
    return line[:1] in (" ", "\t") and _PLACE.search(line[:500]) is not None


def origins(lines: Sequence[str], crashes: Sequence[Crash], within: range) -> Iterator[Origin]:
    """Yield the variables that the crashes of the given lines lead back to, nearest to the error first."""
    for block in reversed(crashes):
        if block.end <= within.start or block.first >= within.stop:
            continue
        for error in range(min(block.end, len(lines)) - 1, block.first - 1, -1):
            lack = _lack(lines[error])
            if lack:
                yield from _code(lines, error, lack)
                break


def _lack(line: str) -> str:
    text = line[:1000]
    if _ERROR.search(text) is None or _is_frame(line):
        return ""
    if _EMPTY.search(text) is not None:
        return "empty"
    if _NONE.search(text) is not None:
        return "none"
    return "form" if _FORM.search(text) is not None else ""


def _code(lines: Sequence[str], error: int, lack: str) -> Iterator[Origin]:
    above = range(error, max(-1, error - REACH), -1)
    below = range(error + 1, min(len(lines), error + 1 + BELOW))
    for index in (*above, *below):
        found = [next(name for name in match.groups() if name) for match in _READS.finditer(lines[index][:1000])]
        if "env" not in lines[index][:1000].lower():  # config("NAME") reads the environment, config("name") anything
            found = [name for name in found if name.isupper()]
        for name in dict.fromkeys(found):
            yield Origin(name, index, error, lack)
        if found:
            return
