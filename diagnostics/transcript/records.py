"""Structured records: what a JSON or logfmt line says, its error fields and stack opened into lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from diagnostics.patterns import compiled
from diagnostics.transcript.levels import level_of_record, loaded
from diagnostics.transcript.model import Level

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_PARTS_LIMIT = 400
"""Lines that one record may become: a stack trace is rarely longer."""

_FIELDS_LIMIT = 64
"""Fields of one record that are kept."""

_VALUE = 1000
"""Characters of a field's value that are kept."""

_MESSAGE = ("message", "msg", "@m", "@mt", "event", "log", "text", "textpayload", "renderedmessage", "short_message")
_ERROR = ("error", "err", "exception", "exc_info", "exc", "cause", "reason", "fault", "throwable", "thrown", "detail")
_OUTPUT = ("stderr", "output", "combined_output", "cmd_output")
"""What a command printed that the program ran: its error is often no more than an exit status."""
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
_LOGFMT = compiled(r"(?i)(?:^|[\s,])(?:msg|message|@m|@mt|event|error|err|exception|cause|reason)=")
_NULLS = frozenset({"null", "nil", "<nil>", "none", "undefined"})
_PAIR = compiled(r"""(?:^|[\s,{])([A-Za-z_@][\w.@-]*)=("|')?""")
_AFTER = compiled(r"^[ ,}\t]*(?:[A-Za-z_@][\w.@-]*=|$)")
_KEY = 80
"""Characters behind a closing quote that show whether a field follows."""
_DEEP = frozenset(
    {"error_str", "errmsg", "errormessage", "error_message", "error_msg", "error_string", "strerror", "root_cause"}
    | {"rootcause", "err_msg", "error_description", "errordetail", "error_detail", "errordescription", "description"}
    | {*_MESSAGE, *_ERROR}
)
"""Keys under which a nested object says what was wrong."""

_DEPTH = 8
"""Levels of nesting that are looked into."""


@dataclass(frozen=True, slots=True)
class Record:
    """One structured record: its lines, its level and its fields. ``inner`` is set where it only carries a line."""

    parts: tuple[str, ...]
    level: Level
    fields: Mapping[str, str]
    inner: str = ""


def opened_json(text: str) -> Record | None:
    """Return what a JSON object says, or None where the text is none or says nothing."""
    record = loaded(text)
    if not record:
        return None
    lowered = {str(key).lower(): value for key, value in record.items()}
    message = next((_text(lowered[key]) for key in _MESSAGE if _text(lowered.get(key))), "")
    if message and len(lowered) <= 4 and "stream" in lowered:  # docker's own json-file form
        return Record((), Level.NONE, {}, inner=message.rstrip("\n"))
    level = level_of_record(record)
    errors, stack = _errors(lowered)
    if level is not Level.QUIET:
        known = "\n".join((message, *errors))
        errors += [said for said in dict.fromkeys(_nested(record, 0)) if said not in known]
    if not (message or errors or stack):
        return None
    message = message.strip() or message
    head, *more = (message or (errors.pop(0) if errors else "")).splitlines() or [""]
    first = [error for error in errors if error not in message]
    joined = ": ".join(part for part in (head, *(error.splitlines()[0] for error in first if error)) if part)
    facts = [f"{key}={value}" for key, value in _facts(lowered)]
    said = [" ".join((joined, *facts))] if joined else []
    said += more
    for error in first:
        said.extend(error.splitlines())
    for block in stack:
        said.extend(block.splitlines())
    return Record(tuple(said[:_PARTS_LIMIT]), level, _scalars(record))


def opened_zap(head: str, text: str, level: Level) -> Record | None:
    """Return what a line with a JSON object behind its message says, or None where that is no object."""
    fields = loaded(text)
    if not fields:
        return None
    lowered = {str(key).lower(): value for key, value in fields.items()}
    errors, stack = _errors(lowered)
    if level is not Level.QUIET:
        known = "\n".join((head, *errors))
        told = (_text(lowered.get("message")), *_nested(fields, 0))
        errors += [said for said in dict.fromkeys(told) if said and said not in known]
    facts = " ".join(f"{key}={value}" for key, value in _facts(lowered))
    first = ": ".join((head, *(error.splitlines()[0] for error in errors if error.strip())))
    said = [" ".join(part for part in (first, facts) if part)]
    for block in (*errors, *stack):
        said.extend(block.splitlines())
    return Record(tuple(said[:_PARTS_LIMIT]), level, _scalars(fields))


def opened_logfmt(line: str, level: Level) -> Record | None:
    """Return what a logfmt line says, or None where it has no message and no error."""
    if _LOGFMT.search(line) is None:
        return None
    pairs = list(_pairs(line))
    lowered = {key.lower(): value for key, value, _ in pairs if value.lower() not in _NULLS}
    message = next((lowered[key] for key in (*_MESSAGE[:2], "event") if lowered.get(key)), "")
    error = next((lowered[key] for key in (*_ERROR[:3], "cause", "reason") if lowered.get(key)), "")
    error = error or next((value for key, value in lowered.items() if value and key.endswith(_ERROR[:2])), "")
    if not (message or error) or (len(pairs) == 1 and error.isdigit()):
        return None  # a number behind a sentence (``parse error=5``) makes no record of it
    output = next((lowered[key].strip() for key in _OUTPUT if lowered.get(key)), "")
    error = ": ".join(part for part in (error, output) if part) if output not in error else error
    before = line[: pairs[0][2]].strip() if pairs else ""
    facts = " ".join(f"{key}={value}" for key, value in _facts(dict(lowered)))
    stack = next((lowered[key] for key in _STACK if lowered.get(key)), "")
    first, *more = ": ".join(part for part in (message, error) if part).splitlines() or [""]
    said = [" ".join(part for part in (before, first, facts) if part), *more, *stack.splitlines()]
    if error and message:
        said[1:1] = [error.splitlines()[0]]
    return Record(tuple(said[:_PARTS_LIMIT]), level, {key: value[:_VALUE] for key, value, _ in pairs[:_FIELDS_LIMIT]})


def _errors(lowered: dict[str, Any]) -> tuple[list[str], list[str]]:
    errors: list[str] = []
    stack: list[str] = []
    for key, value in lowered.items():
        last = key.rsplit(".", 1)[-1]
        if last in _STACK:
            stack.append(_text(value))
        elif (
            last in _ERROR
            or last in _OUTPUT[:1]
            or key.startswith(("error.", "exception."))
            or last.endswith(_ERROR[:2])
        ):
            errors.extend(_said(value, stack))
    return errors, stack


def _scalars(record: dict[str, Any]) -> dict[str, str]:
    return {
        str(key): str(value)[:_VALUE]
        for key, value in list(record.items())[:_FIELDS_LIMIT]
        if isinstance(value, (str, int, float)) and not isinstance(value, bool)
    }


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


def _pairs(line: str) -> Iterator[tuple[str, str, int]]:
    """Yield key, value and start of each ``key=value``; a quote ends a value only when a gap or the end follows."""
    position = 0
    while position < len(line):
        found = _PAIR.search(line, position)
        if found is None:
            return
        begin, quote = found.end(), found.group(2)
        end = _closing(line, begin, quote) if quote else _gap(line, begin)
        following = None if quote else _PAIR.search(line, end)
        if not quote and following is None:  # the last value may hold blanks, whoever forgot its quotes
            end = len(line)
        elif following is not None and found.group(1).lower() in _ERROR:  # an error is a sentence: to the next field
            end = following.start()
        value = line[begin:end]
        if quote:
            value = _unescaped(value)
        yield found.group(1), value, found.start()
        position = max(end, found.end())


def _closing(line: str, begin: int, quote: str) -> int:
    """Return where a value's quote closes: before the next field or the end; quotes inside it may lack their escape."""
    position, first = line.find(quote, begin), len(line)
    while position != -1:
        if line[position - 1] != "\\" and (position + 1 == len(line) or line[position + 1] in " ,}\t"):
            if _AFTER.match(line[position + 1 : position + 1 + _KEY]) is not None:
                return position
            first = min(first, position)
        position = line.find(quote, position + 1)
    return first


def _gap(line: str, begin: int) -> int:
    end = line.find(" ", begin)
    return len(line) if end == -1 else end


def _unescaped(value: str) -> str:
    if "\\" not in value:
        return value
    return value.replace('\\\\"', '"').replace('\\"', '"').replace("\\n", "\n").replace("\\t", "\t")
