"""What never leaves: secrets in text, found by their shape.

Assignments whose name says that it is secret, credentials in URLs and headers, tokens with a known form, private keys.
Names stay, values become ``[redacted]``, so that ``DB_PASSWORD=[redacted]`` still tells what is set. Harmless lines
stay as they are: stack traces, digests, and sentences such as ``password authentication failed for user "ledger"``.
Patterns are tried in one pass each and on RE2, so that no line takes long.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from diagnostics.patterns import compiled, encodable
from diagnostics.privacy.secretnames import harmless_value, looks_secret
from diagnostics.privacy.secretshapes import CREDENTIALS, HEADERS, TOKENS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from diagnostics.patterns import Match, Pattern
    from diagnostics.snapshot import Log, LogLine, Snapshot

__all__ = ["REDACTED", "looks_secret", "redact_arguments", "redact_lines", "redact_text", "redacted"]

REDACTED = "[redacted]"

# Cheap look before the dear ones: a line without any of these holds nothing that the patterns below could find.
_HINT = compiled(
    r"(?i)pass|pwd|secret|token|key|auth|cred|cookie|sess|sig|dsn|salt|otp|pin\b|bearer|basic|identified|://|@|eyj|-----"
    r"|input_value|akia|asia|abia|acca|ya29|aiza|gh[a-z]_|github|gl[a-z]+-|xox|xapp|slack|[srp]k[-_]|npm_|pypi-|sg\.|do[opr]_"
    r"|hf_|hv[sbr]\.|shp|dckr|nrak|lin_|age-|:aa|_url|conn|sas|pw\b|mysql|mariadb|curl"
)

_HEADER_HINT = compiled(r"(?i)authorization|cookie|bearer|basic")
_CREDENTIAL_HINT = compiled(r"@|input_value=|\bcurl\b|mysql|mariadb|(?i:identified|password)")

# name, separator, value: JSON, YAML, logfmt, shell, properties, Ruby and PHP dumps. Heads are found without their
# values, so that a value that is itself made of assignments (msg="password=...", https://h/?token=...) is looked into.
_HEAD = compiled(r"""(?P<name>[A-Za-z_][\w.\-]*)(?P<close>\\?["'\]]*)(?P<sep>\s*(?:=>|:=|[=:])\s*)""")
_VALUE = compiled(
    r"""\A(?:\\"(?:[^"\\]|\\[^"])*\\?"|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`|\[redacted\]|[^\s"'`,;&|)\]}<>]+)"""
)
_VALUE_CAP = 65536
"""Longest value looked at: longer ones are cut off there, their rest stays hidden too."""
_SHORT = 256
"""Where a value is looked for first: a look at the whole rest of a long text is dear."""

HEADS, SECRETS, MOST = 3000, 500, 1000
"""Assignments, assignments of secrets, and matches of any other pattern in one text; what stands behind them is hidden
as a whole, because no program prints so many."""

_REFUSED = "input_value="
"""What pydantic prints before the value that it refused."""
_CLOSING = {"'": "'", '"': '"', "{": "}", "[": "]"}
_QUOTES = ("\\", '"', "'", "`")
_WORDY = compiled(r"\w")
_OPEN_VALUE = compiled(r"\A[\[{]*[^\s,\]{\[}]+")

# An environment entry as Kubernetes writes it: {"name":"X","value":"..."}, Go's {X ...}, or YAML on one line.
_ENTRY = compiled(
    r"""(?i)(?P<head>\\?["']?name\\?["']?\s*[:=]\s*\\?["']?(?P<name>[A-Za-z_][\w.\-]*)\\?["']?[,\s]+\\?["']?value\\?["']?\s*[:=]\s*\\?["']?)"""
    r"""(?P<value>[^"'\s\\,}]+)"""
)
_FLAG = compiled(r"(?P<head>(?:^|\s)--?(?P<name>[A-Za-z][\w\-]*)\s+)(?P<value>(?:'[^']*'|\"[^\"]*\"|[^\s\-'\"])\S*)")
_LOGIN = compiled(r"([^\s:]+):.*[^\d].*")  # curl -u user:password, but not docker's -u 1000:1000
_BEGIN = compiled(r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----")
_END = compiled(r"-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----")
_BLOCK = compiled(
    r"(?s)(-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----).*?(-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----|\z)"
)


def redact_text(text: str) -> str:
    """Return the text with every secret replaced by ``[redacted]``; doing it twice changes nothing."""
    if not _HINT.search(text := encodable(text)):
        return text
    text = _BLOCK.sub(lambda match: f"{match.group(1)}{REDACTED}{match.group(2)}", text)
    if _HEADER_HINT.search(text):
        for pattern, template in HEADERS:
            text = _replaced(pattern, template, text)
    text = _replaced(_FLAG, _entry, _assignments(_replaced(_ENTRY, _entry, text)))
    if _CREDENTIAL_HINT.search(text):
        for pattern, template in CREDENTIALS:
            text = _replaced(pattern, template, text)
        text = _refused_values(text)
    return _replaced(TOKENS, REDACTED, text)


def redact_arguments(arguments: Iterable[Any]) -> list[Any]:
    """Return a command line with its secrets replaced, also where flag and value are two arguments."""
    result: list[Any] = []
    expecting = False
    for argument in arguments:
        if not isinstance(argument, str):
            result.append(argument)
            expecting = False
            continue
        value = expecting and not argument.startswith("-") and argument != ""
        login = result[-1:] in (["-u"], ["--user"]) and _LOGIN.fullmatch(encodable(argument))
        result.append(REDACTED if value else f"{login.group(1)}:{REDACTED}" if login else redact_text(argument))
        expecting = argument.startswith("-") and "=" not in argument and looks_secret(argument.lstrip("-"))
    return result


def redact_lines(lines: Iterable[LogLine]) -> tuple[LogLine, ...]:
    """Return log lines redacted, private keys that span lines included."""
    result = []
    inside = False
    for line in lines:
        if inside and not _END.search(encodable(line.text)):
            result.append(replace(line, text=REDACTED))
            continue
        begun = list(_BEGIN.finditer(encodable(line.text))) if "-----" in line.text else []
        inside = bool(begun) and not _END.search(encodable(line.text)[begun[-1].end() :])
        result.append(replace(line, text=redact_text(line.text)))
    return tuple(result)


def redacted(snapshot: Snapshot) -> Snapshot:
    """Return the snapshot as it may leave: logs, messages, commands and annotations redacted."""
    return replace(
        snapshot,
        objects={kind: tuple(_object(item, DEPTH) for item in found) for kind, found in snapshot.objects.items()},
        logs=tuple(_log(log) for log in snapshot.logs),
        unread=tuple(replace(entry, why=redact_text(entry.why)) for entry in snapshot.unread),
    )


DEPTH = 60
"""Deeper nesting is dropped, as in ``diagnostics.strip``."""

_SPOKEN = frozenset({"message", "note", "reason"})
"""Fields in which programs and the kubelet speak: events, terminations, conditions."""


_PARSER = ("unexpected ", "near ", "illegal ", "next ")
"""Before ``token``: a parser speaks."""

_KINDS = ("api ", "access ", "license ", "encryption ", "signing ", "auth ")
"""Before ``key`` or ``token``: two words make the name."""

_SPOKEN_WORDS = frozenset(
    ("unexpected", "invalid", "failed", "connection", "request", "error", "cannot", "could", "unable", "not", "no")
)


def _log(log: Log) -> Log:
    return replace(log, lines=redact_lines(log.lines))


def _object(item: Any, depth: int) -> Any:
    if depth <= 0:
        return None
    if isinstance(item, list):
        return [_object(entry, depth - 1) for entry in item]
    if isinstance(item, dict):
        return {key: _value(key, value, depth - 1) for key, value in item.items()}
    return item


def _value(key: Any, value: Any, depth: int) -> Any:
    if isinstance(value, str):
        return redact_text(value) if key in _SPOKEN else value
    if key == "annotations" and isinstance(value, dict):
        return {name: _annotation(name, text) for name, text in value.items()}
    if key in ("command", "args") and isinstance(value, list):
        return redact_arguments(value)
    return _object(value, depth)


def _annotation(name: str, text: Any) -> Any:
    if not isinstance(text, str):
        return text
    return REDACTED if looks_secret(name.rpartition("/")[2]) and not harmless_value(text) else redact_text(text)


def _entry(match: Match) -> str:
    name, value = match.group("name"), match.group("value")
    if not looks_secret(name) or harmless_value(value.strip("\"'"), name):
        return match.group(0)
    return match.group("head") + REDACTED


def _assignments(text: str) -> str:
    kept: list[str] = []
    done = 0
    secrets = 0
    for count, head in enumerate(_HEAD.finditer(text)):
        if count == HEADS or secrets == SECRETS:
            return "".join((*kept, text[done : max(done, head.start())], REDACTED))
        if head.start() < done or not _promises(head, text):
            continue
        value = _value_at(text, head.end())
        if not value:
            continue
        secrets += 1
        end = head.end() + len(value)
        if _secret_value(head, value, text[end : end + 80]):
            quote = value[: len(value) - len(value.lstrip("\\\"'`"))]
            kept += (text[done : head.end()], quote, REDACTED, quote)
            done = end
    return "".join((*kept, text[done:]))


def _value_at(text: str, start: int) -> str:
    """Return the value that begins at a place, or an empty text."""
    if text[start : start + 1] in _QUOTES:
        return _begun(_VALUE, text[start : start + _VALUE_CAP])
    value = _begun(_VALUE, text[start : start + _SHORT])
    return value if len(value) < _SHORT else _begun(_VALUE, text[start : start + _VALUE_CAP])


def _begun(pattern: Pattern, text: str) -> str:
    found = pattern.search(text)
    return "" if found is None else found.group(0)


def _replaced(pattern: Pattern, replacement: str | Callable[[Match], str], text: str) -> str:
    """Return the text with what the pattern finds replaced."""
    kept: list[str] = []
    done = 0
    for count, match in enumerate(pattern.finditer(text)):
        kept.append(text[done : match.start()])
        if count == MOST:
            return "".join((*kept, REDACTED))
        kept.append(match.expand(replacement) if isinstance(replacement, str) else replacement(match))
        done = match.end()
    return "".join((*kept, text[done:])) if kept else text


def _refused_values(text: str) -> str:
    """Return the text without the values that pydantic refused: quoted, in brackets, or up to the next sign."""
    kept: list[str] = []
    done, at = 0, text.find(_REFUSED)
    unclosed: set[str] = set()
    while at >= 0:
        start = at + len(_REFUSED)
        end = start if _WORDY.search(text[max(0, at - 1) : at]) is not None else _refused_end(text, start, unclosed)
        if end > start:
            kept += (text[done:start], REDACTED)
            done = end
        at = text.find(_REFUSED, end)
    return "".join((*kept, text[done:])) if kept else text


def _refused_end(text: str, start: int, unclosed: set[str]) -> int:
    """Return where the value ends; ``unclosed`` are the signs that no later one closes."""
    opening = text[start : start + 1]
    closing = _CLOSING.get(opening, "")
    if closing and opening not in unclosed:
        end = text.find(closing, start + 1)
        if end < 0:
            unclosed.add(opening)
        elif end > start + 1 or opening in "'\"":
            return end + 1
    value = _begun(_OPEN_VALUE, text[start : start + _SHORT])
    return start + len(value if len(value) < _SHORT else _begun(_OPEN_VALUE, text[start:]))


def _promises(head: Match, text: str) -> bool:
    name = head.group("name")
    before = text[max(0, head.start() - 24) : head.start()].lower()
    if name.lower() == "token" and before.endswith(_PARSER):
        return False
    return looks_secret(name) or (name.lower() in ("key", "token") and before.endswith(_KINDS))


def _secret_value(head: Match, value: str, after: str) -> bool:
    separator = head.group("sep")
    if harmless_value(value.strip("\\\"'`"), head.group("name")) or value.startswith(("=", "/")):
        return False
    if value[0] in "\"'`\\":
        return True
    if head.group("close") and "=" not in separator and not value.isdigit():
        return False  # volume "db-secret" : secret "db" not found
    return separator.strip() != ":" or separator == ":" or not _prose(value, after)


def _prose(value: str, after: str) -> bool:
    """Tell ``cannot read token: connection refused`` from ``password: hunter2``."""
    if value in _SPOKEN_WORDS:
        return True
    if not (value.isalpha() and value.islower()):
        return False
    return after[:1] == " " and after.strip().split(" ", 1)[0].isalpha()
