"""From a raw log line to what the program said: colours, CRI prefixes, JSON records and logfmt are taken off.

Nothing here raises on any text, and a line that is in no known form stays as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import re2

from diagnostics.logs.levels import level, loaded

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["RECORD_LIMIT", "bare", "level", "plain", "unwrapped"]

RECORD_LIMIT = 65536
"""Characters of one line that are read as a JSON record; a longer line stays text."""

_PARTS_LIMIT = 400
"""Lines that one record may become: a stack trace is rarely longer."""

_MESSAGE = ("message", "msg", "@m", "@mt", "event", "log", "text", "textpayload", "renderedmessage", "short_message")
_ERROR = ("error", "err", "exception", "exc_info", "exc", "cause", "reason", "fault", "throwable", "thrown", "detail")
_STACK = ("stack", "stacktrace", "stack_trace", "traceback", "@x", "full_message", "extendedstacktrace", "backtrace")
_SAID = ("name", "type", "class", "kind", "code", "errno")
_FACTS = (
    *("var", "variable", "env", "env_var", "key", "field", "option", "flag", "setting", "parameter", "missing"),
    *("host", "hostname", "port", "addr", "address", "target", "endpoint", "url", "server", "upstream", "broker"),
    *(
        "path",
        "file",
        "filename",
        "config",
        "user",
        "username",
        "role",
        "resource",
        "verb",
        "database",
        "db",
        "syscall",
    ),
)
_ESCAPES = re2.compile(r"\x1b\[[0-9;?:]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b[@-Z\\-_]|[\x00\x08\r]")
_CRI = re2.compile(r"^\d{4}-\d\d-\d\dT\S+ (?:stdout|stderr) [FP] ")
_LOGFMT = re2.compile(r"(?i)(?:^|[\s,])(?:msg|message|@m|@mt|event|error|err|exception|cause|reason)=")
_NULLS = frozenset({"null", "nil", "<nil>", "none", "undefined"})
_PAIR = re2.compile(r"""(?:^|[\s,{])([A-Za-z_@][\w.@-]*)=("|')?""")
_SAME = re2.compile(
    r"^(?:\(\w[^)]{0,40} pid=\d+\) )?(?:ERROR|CRITICAL|WARNING|INFO|DEBUG) \d\d-\d\d \d\d:\d\d:\d\d \[[\w./-]+:\d+\] ?"
    r"|^\((?:\w[^)]{0,60} )?pid=\d+(?:, ip=[\d.]+)?\) "
)
"""Prefixes that vLLM and Ray put before every line of a traceback: its indentation begins behind them."""

_DEEP = frozenset(
    {"error_str", "errmsg", "errormessage", "error_message", "error_msg", "error_string", "strerror", "root_cause"}
    | {"rootcause", "err_msg", "error_description", "errordetail", "error_detail", "errordescription", "description"}
    | {*_MESSAGE, *_ERROR}
)
"""Keys under which a nested object says what was wrong."""

_DEPTH = 8
"""Levels of nesting that are looked into."""

_STAMP = re2.compile(
    r"^(?:[\w.@-]{1,40}\s+\|\s)?"
    r"(?:\[?\(?\d{4}[-/.]\d\d[-/.]\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?: ?(?:Z|UTC|GMT|[+-]\d\d:?\d\d))?\)?\]?"
    r"|\[?[A-Z][a-z]{2} [ \d]?\d(?: \d{4})? \d\d:\d\d:\d\d(?:[.,]\d+)?(?: \d{4})?\]?"
    r"|\[?\d\d:\d\d:\d\d(?:[.,]\d+)?\]?"
    r"|\[?\d{10}(?:\.?\d{3,9})?\]?"
    r"|[IWEF]\d{4} \d\d:\d\d:\d\d\.\d+\s+\d+ [^\s\]]+\])?"
    r"[\s:|,-]*"
    r"(?:[\[(<]?(?i:trace|debug|info|notice|warn|warning|error|err|fatal|critical|crit|severe|panic|emerg|alert|log)\b[\])>]?"
    r"[\s:|-]+)?"
    r"(?:\d+ --- )?(?:\[[^\]]{0,60}\]\s+)*(?:[\w.$]{3,60}\s+: )?(?:[-:|]\s+)?"
)


def unwrapped(raw: str) -> list[str]:
    """Return what one raw line says, as one or more lines (a JSON record's stack trace becomes its own lines)."""
    line = _CRI.sub("", plain(raw)) if raw[:2] == "20" else plain(raw)
    bare = line.strip()
    if bare[:1] == "{" and bare[-1:] == "}" and len(bare) <= RECORD_LIMIT:
        said = _record(bare)
        if said:
            return said
    if line[:1] in "(EICWD":
        same = _SAME.match(line[:200])
        if same is not None:
            return [line[same.end() :]]
    if "=" in line and len(line) <= RECORD_LIMIT and _LOGFMT.search(line) is not None:
        said = _logfmt(line)
        if said:
            return said
    return [line]


def plain(raw: str) -> str:
    """Return the line without terminal escapes, NULs and carriage returns; lone surrogates become ``?``."""
    line = raw.encode("utf-8", "replace").decode()
    return str(_ESCAPES.sub("", line)) if not line.isprintable() else line


def bare(line: str) -> str:
    """Return the line without its leading time, level, thread and logger, for patterns that begin at the message."""
    found = None if line[:1].isspace() else _STAMP.match(line[:400])
    return line[found.end() :] if found is not None else line


def _record(text: str) -> list[str]:
    record = loaded(text)
    lowered = {str(key).lower(): value for key, value in record.items()}
    message = next((_text(lowered[key]) for key in _MESSAGE if _text(lowered.get(key))), "")
    if message and len(lowered) <= 4 and "stream" in lowered:  # docker's own json-file form
        return unwrapped(message.rstrip("\n"))
    errors, stack = [], []
    for key, value in lowered.items():
        last = key.rsplit(".", 1)[-1]
        if last in _STACK or (key.startswith(("error.", "exception.")) and last in _STACK):
            stack.append(_text(value))
        elif last in _ERROR or key.startswith(("error.", "exception.")):
            errors.extend(_said(value, stack))
    if level(text) != "quiet":
        known = "\n".join((message, *errors))
        errors += [said for said in dict.fromkeys(_nested(record, 0)) if said not in known]
    if not (message or errors or stack):
        return []
    message = message.strip() or message
    facts = [f"{key}={value}" for key, value in _facts(lowered)]
    head, *more = (message or (errors.pop(0) if errors else "")).splitlines() or [""]
    first = [error for error in errors if error not in message]
    joined = ": ".join(part for part in (head, *(error.splitlines()[0] for error in first if error)) if part)
    said = [" ".join((joined, *facts))] if joined else []
    said += more
    for error in first:
        said.extend(error.splitlines() if "\n" in error or len(first) > 1 else [error])
    for block in stack:
        said.extend(block.splitlines())
    return [plain(line) for line in said[:_PARTS_LIMIT]]


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return "\n".join(value)
    return ""


def _nested(value: object, depth: int) -> Iterator[str]:
    """Yield what objects inside a record say under the keys of errors, texts that are JSON themselves included."""
    if depth > _DEPTH:
        return
    if isinstance(value, list):
        for item in value[:8]:
            yield from _nested(item, depth + 1)
    elif isinstance(value, dict):
        for key, item in list(value.items())[:64]:
            if isinstance(item, str):
                inner = loaded(item) if item[:1] == "{" else {}
                if inner:
                    yield from _nested(inner, depth + 1)
                elif depth and item.strip() and str(key).lower() in _DEEP:
                    yield item.strip()[:2000]
            else:
                yield from _nested(item, depth + 1)


def _said(value: object, stack: list[str]) -> list[str]:
    """Return what an error field says; the stack inside it goes to ``stack``."""
    if isinstance(value, list):
        return [part for item in value[:8] for part in _said(item, stack)]
    if not isinstance(value, dict):
        return [_text(value)] if _text(value) else []
    lowered = {str(key).lower(): item for key, item in value.items()}
    stack.extend(_text(lowered[key]) for key in _STACK if _text(lowered.get(key)))
    message = next((_text(lowered[key]) for key in _MESSAGE if _text(lowered.get(key))), "")
    kind = " ".join(str(lowered[key]) for key in _SAID if isinstance(lowered.get(key), (str, int)))
    facts = " ".join(f"{key}={item}" for key, item in _facts(lowered))
    inner = [part for key in _ERROR if isinstance(lowered.get(key), (dict, str)) for part in _said(lowered[key], stack)]
    own = ": ".join(part for part in (kind, message) if part)
    return [part for part in (f"{own} {facts}".strip(), *inner) if part]


def _facts(record: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for key in _FACTS:
        value = record.get(key)
        if isinstance(value, (str, int)) and not isinstance(value, bool) and 0 < len(str(value)) <= 200:
            yield key, str(value)


def _logfmt(line: str) -> list[str]:
    pairs = list(_pairs(line))
    lowered = {key.lower(): value for key, value, _ in pairs if value.lower() not in _NULLS}
    message = next((lowered[key] for key in (*_MESSAGE[:2], "event") if lowered.get(key)), "")
    error = next((lowered[key] for key in (*_ERROR[:3], "cause", "reason") if lowered.get(key)), "")
    if not (message or error):
        return []
    before = line[: pairs[0][2]].strip() if pairs else ""
    facts = " ".join(f"{key}={value}" for key, value in _facts(dict(lowered)))
    stack = next((lowered[key] for key in _STACK if lowered.get(key)), "")
    first, *more = ": ".join(part for part in (message, error) if part).splitlines() or [""]
    whole = " ".join(part for part in (before, first, facts) if part)
    said = [whole, *more, *stack.splitlines()]
    if error and message:
        said[1:1] = [error.splitlines()[0]]
    return [plain(part) for part in said[:_PARTS_LIMIT]]


def _pairs(line: str) -> Iterator[tuple[str, str, int]]:
    """Yield key, value and start of each ``key=value``; a quote ends a value only when a gap or the end follows."""
    position = 0
    while position < len(line):
        found = _PAIR.search(line, position)
        if found is None:
            return
        begin, quote = found.end(), found.group(2)
        end = _closing(line, begin, quote) if quote else _gap(line, begin)
        value = line[begin:end]
        if quote:
            value = _unescaped(value)
        yield found.group(1), value, found.start()
        position = max(end, found.end())


def _closing(line: str, begin: int, quote: str) -> int:
    position = line.find(quote, begin)
    while position != -1:
        if line[position - 1] != "\\" and (position + 1 == len(line) or line[position + 1] in " ,}\t"):
            return position
        position = line.find(quote, position + 1)
    return len(line)


def _gap(line: str, begin: int) -> int:
    end = line.find(" ", begin)
    return len(line) if end == -1 else end


def _unescaped(value: str) -> str:
    if "\\" not in value:
        return value
    return value.replace('\\\\"', '"').replace('\\"', '"').replace("\\n", "\n").replace("\\t", "\t")
