"""What never leaves: secrets in text, found by what promises them.

A name (``privacy.secretnames``) in one of many syntaxes (``carriers``), a command or a statement, a URL or a header, an
issued form, base64 of any of these, what earlier lines of the same log said (``context``), or the look of a word that
somebody chose (``chosen``). Names stay, values become ``[redacted]``, so that ``DB_PASSWORD=[redacted]`` still tells
what is set. Harmless lines stay as they are: stack traces, digests, references such as ``$(DB_PASSWORD)``, names of
Secrets, and sentences such as ``password authentication failed for user "ledger"``. Lines are cleaned of terminal
commands and hidden characters before they are looked at. Every pattern runs on RE2, and what is looked at in one line
is bounded.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

from diagnostics.patterns import compiled, encodable
from diagnostics.privacy.assignments import backward, carried
from diagnostics.privacy.calls import calls
from diagnostics.privacy.chosen import chosen_words
from diagnostics.privacy.commands import commands
from diagnostics.privacy.context import Context, reversed_entries, secret_objects
from diagnostics.privacy.encoded import encoded
from diagnostics.privacy.endings import endings
from diagnostics.privacy.headers import headers
from diagnostics.privacy.hexdumps import hexdumps
from diagnostics.privacy.jwk import private_parts
from diagnostics.privacy.naming import promising
from diagnostics.privacy.nested import nested
from diagnostics.privacy.phrases import phrases
from diagnostics.privacy.positional import positional
from diagnostics.privacy.programs import commanding, programs
from diagnostics.privacy.prose import beside, spoken
from diagnostics.privacy.randomness import random_values
from diagnostics.privacy.recurring import recurring, without
from diagnostics.privacy.secretnames import Promise, looks_secret, promise
from diagnostics.privacy.secretshapes import credential_lines, private_keys, tokens
from diagnostics.privacy.snmp import snmp
from diagnostics.privacy.statements import statements
from diagnostics.privacy.typed import typed
from diagnostics.privacy.urls import urls
from diagnostics.privacy.values import MARK, harmless_value, odd
from diagnostics.privacy.verbs import verbs
from diagnostics.privacy.wrapped import joined
from diagnostics.sanitize import spaced, uncovered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from diagnostics.patterns import Pattern
    from diagnostics.snapshot import Log, LogLine, Snapshot

    _Redact = Callable[[str], str]

__all__ = ["REDACTED", "looks_secret", "redact_arguments", "redact_lines", "redact_text", "redacted"]

REDACTED = MARK

# Cheap looks before the dear ones: a line without any of these holds nothing that the patterns could find.
_HINT = compiled(
    r"(?i)pass|pwd|psw|\bpw|pw\b|psk|secret|token|key|auth|cred|cookie|sess|sid\b|sig|salt|pepper|otp|\bpin\b"
    r"|bearer|basic|csrf|xsrf|hmac|seed|mnemonic|licen|ticket|jwt|saml|hook|verifier|community|kennwort|contrase"
    r"|senha|users?\b|accounts?:? |\bconn |has[lł]o|senord|wachtwoord|kodeord|adgangskode|parola|salasana|heslo"
    r"|jelsz|ifre|\bpuk\b|phrase|words|encrypt|口令|令牌|暗証|токен|пароль|密|パスワ|비밀|://|@|eyj"
    r"|(?-i:MII\w|MI[GH]\w|MHcCAQEE|MC4CAQAw|b3BlbnNz)|-----|private-lines|private-mac|input_value|\bcode|-code"
    r"|\bkode|codice|código|\bjoin |mask::|setsecret|nickserv|identify|r[ow]community|securestring|unlock"
    r"|\bnet user|\buser |סיסמה|khẩu|المرور|πρόσβασης|lozinka|geslo|parool"
    r"|(?:use|enter|type) (?:the )?(?:code )?\d|setuser|\bpin |\bkod |code: ?\d{4}|kty|assword|assphrase|newusers"
    r"|createuser|radtest|radping|: (?:eap|xauth|ntlm)|\s/r?p[: ]|com2sec|trap2?sink|informsink|a\d=.-|/reset"
    r"|/magic|/invit|/activat|<<<|client\(|\brun\(|/confirm|/verif|/ping/|heartbeat|hc-ping|/accept|/signup|pbkdf2"
    r"|hashed|codes\b|(?:ation|pairing|invite|device)[_\-]?code|\bin (?:with|as|using) |[2mf]fa |_url|rabbitmqctl"
    r"|unseal|connection.?string|conn.?str|sas\b|dsn|jdbc|sqlplus|login|pdo|dockerc|\bnet use|mysql|mariadb|curl"
    r"|\s-{1,2}[a-z]|['\"]-{1,2}[a-z]|identified|insert\s|\bdata[\"']?:|334 UGFz|\becho |\bprintf "
    r"|[0-9a-f]{2} [0-9a-f]{2} [0-9a-f]{2} |[0-9a-f]{4} [0-9a-f]{4} [0-9a-f]{4} |AKIA|\b(?:AC|SK)[0-9a-f]{32}"
    r"|\bp[ws]?[=:]|wallet|=\t|\) 0x[0-9a-f]{64}|\{s?sha|\{s?md5|\bmd5[0-9a-f]|scram-|\bac[0-9a-f]{8}"
)
_SHAPE = compiled(
    r"(?i)[?&][\w.\-]+=|(?-i:\*[0-9A-F]{40}|[A-Z0-9] [0-9a-f]{16})|^\s*\"[a-z][^\"]*\"\s+\"[^\"]+\"|^\$\d+$"
    r"|[\"\w] \* |(?:[\w\-]\.[\w\-]+|localhost)(?::\d+)?[\"'],\s*(?:\d+,\s*)?[bu]?[\"'][^\s\"']+[\"'],"
    r"|\b[A-Z]\w*\([\w.\-]+,[\w.\- ]+,|\{[^{}]*[\w\-] (?:true|false|<nil>|disable)[ }]"
    r"|\{(?:[^\s{}\":,=]+ )+\d{2,5} [A-Za-z]|\bas \S+ using|(?:connect|bind|logon|account|userinfo)\w*\("
    r"|\{\w+,(?:<<|[\"'])|:\d+:[0-9a-f]{32}:|:\d+\s+[\w.@\-]+:|\$\w+\$|[0-9]{4}:[a-z_*]+[\w\-]*:|\*:"
    r"|^\s*\"\S+\s+\"\S+\"\s*$|\s{2,}values?\s*$|\buser_\w+="
)
"""Apart from the words: together they are more states than RE2 keeps, and it would begin anew on every line."""
_RUN = compiled(r"[A-Za-z0-9+_\-]{15}|q~")
"""What base64 and issued tokens are made of."""
_ROUNDS = 4
"""How often a line is looked at until nothing changes: what one pattern hides may bare what another finds."""

_REFUSED = "input_value="
"""What pydantic prints before the value that it refused."""
_CLOSING = {"'": "'", '"': '"', "{": "}", "[": "]"}
_WORDY = compiled(r"\w")
_OPEN_VALUE = compiled(r"\A[\[{]*[^\s,\]{\[}]+")
_SHORT = 256
_LOGIN = compiled(r"([^\s:]+):.*[^\d].*")  # curl -u user:password, but not docker's -u 1000:1000
_END_OF_LINE = "\\n"
_MOST = 250
"""Refused values in one line; what stands behind them is hidden."""


def redact_text(text: str) -> str:
    """Return the text cleaned, and with every secret replaced by ``[redacted]``; doing it twice changes nothing.

    Lines of one text are read together, as those of a log are: a value may stand on the line after its name.
    """
    return "\n".join(_together(text.split("\n")))


def _together(texts: Iterable[str]) -> list[str]:
    """Return the lines of one log cleaned and redacted, each as it comes."""
    context = Context()

    def redact(line: str) -> str:
        plain = spaced(line)
        hinted = _hinted(plain)
        if context.active or hinted:
            followed = context.feed(plain)
            if followed != plain:
                return _line(followed)
        return _searched(line, plain) if hinted else _looked_over(line, plain)

    given: list[str] = []

    def cleaned() -> Iterator[str]:
        for text in texts:
            given.append(uncovered(text))
            yield given[-1]

    kept = reversed_entries(cleaned(), redact)
    kept = joined([spaced(line) for line in given], kept, _line)
    known = recurring(map(spaced, given), kept)
    return [_line(swept) if (swept := without(line, known)) != line else line for line in kept] if known else kept


def _line(line: str) -> str:
    """Return a clean line redacted. Where nothing is hidden its spaces stay of the kind that they are."""
    plain = spaced(line)
    return _searched(line, plain) if _hinted(plain) else _looked_over(line, plain)


def _hinted(plain: str) -> bool:
    return _HINT.search(plain) is not None or _SHAPE.search(plain) is not None or commanding(plain)


def _looked_over(line: str, plain: str) -> str:
    """Return a line in which nothing tells of a secret without what shows itself."""
    kept = plain if _RUN.search(plain) is None else tokens(encoded(plain, _decoded))
    kept = chosen_words(random_values(kept))
    return line if kept == plain else kept


def _searched(line: str, plain: str) -> str:
    """Return a line that may hold secrets of any kind without them."""
    kept = plain
    for _ in range(_ROUNDS):
        before, kept = kept, _once(kept)
        if kept == before:
            break
    kept = _written_out(endings(chosen_words(random_values(kept))))
    return line if kept == plain else kept


def _written_out(text: str) -> str:
    """Return a line that holds several, their ends written out, with each redacted as a line of one log is."""
    if _END_OF_LINE not in text:
        return text
    first, *rest = text.split(_END_OF_LINE, _MOST)
    return _END_OF_LINE.join(_together([first, *rest])) if len(rest) < _MOST else text


def _once(text: str) -> str:
    text = urls(nested(headers(private_parts(private_keys(phrases(hexdumps(text, _decoded)))))))
    text = _refused_values(statements(positional(calls(snmp(verbs(commands(programs(secret_objects(text)))))))))
    return tokens(encoded(credential_lines(beside(_named(typed(text)))), _decoded))


def _named(text: str) -> str:
    """Return the text without the values that names promise."""
    names = promising(text)
    if not names:
        return text
    kept = carried(text, names)
    kept = backward(kept)
    return spoken(kept, names if kept == text else promising(kept))


def _decoded(text: str) -> str:
    """Redact what was encoded, without decoding again."""
    return "\n".join(
        chosen_words(random_values(tokens(_named(urls(headers(commands(programs(line))))))))
        for line in private_keys(text).split("\n")
    )


def redact_arguments(arguments: Iterable[Any]) -> list[Any]:
    """Return a command line with its secrets replaced, also where flag and value are two arguments."""
    result: list[Any] = []
    expecting = ""
    for argument in arguments:
        if not isinstance(argument, str):
            result.append(argument)
            expecting = ""
            continue
        value = expecting and not argument.startswith("-") and not harmless_value(argument, expecting)
        login = result[-1:] in (["-u"], ["--user"]) and _LOGIN.fullmatch(encodable(argument))
        result.append(REDACTED if value else f"{login.group(1)}:{REDACTED}" if login else redact_text(argument))
        expecting = _expects(argument)
    return _by_program(result)


def _expects(argument: str) -> str:
    """Return the name of a flag whose value is the next argument."""
    name = argument.lstrip("-")
    return name if argument.startswith("-") and "=" not in argument and promise(name) is Promise.SECRET else ""


def _by_program(arguments: list[Any]) -> list[Any]:
    """Return the arguments without those that a program's short flag promises: ``redis-cli -a X``."""
    simple = [part for part in arguments if isinstance(part, str) and part and not set(part) & set(" \t\n'\"\\|;")]
    if len(simple) != len(arguments):
        return arguments
    parts = verbs(commands(programs(" ".join(simple)))).split(" ")
    return parts if len(parts) == len(arguments) else arguments


def redact_lines(lines: Iterable[LogLine]) -> tuple[LogLine, ...]:
    """Return the lines of one log cleaned and redacted, what spans lines included; each is taken when it is its turn.

    Of lines that end too soon the last one is not done: the next could have named its value.
    """
    given: list[LogLine] = []

    def taken() -> Iterator[str]:
        for line in lines:
            given.append(line)
            yield line.text

    texts = _together(taken())
    return tuple(
        line if line.text == text else replace(line, text=text) for line, text in zip(given, texts, strict=True)
    )


def redacted(snapshot: Snapshot) -> Snapshot:
    """Return the snapshot as it may leave: logs, messages, commands and annotations redacted."""
    said = cache(redact_text)  # pods of one workload, and events, say the same
    return replace(
        snapshot,
        objects={kind: tuple(_object(item, DEPTH, said) for item in found) for kind, found in snapshot.objects.items()},
        logs=tuple(_log(log) for log in snapshot.logs),
        unread=tuple(replace(entry, why=said(entry.why)) for entry in snapshot.unread),
    )


DEPTH = 60
"""Deeper nesting is dropped, as in ``diagnostics.strip``."""

_SPOKEN = frozenset({"message", "note", "reason"})
"""Fields in which programs and the kubelet speak: events, terminations, conditions."""


def _log(log: Log) -> Log:
    return replace(log, lines=redact_lines(log.lines))


def _object(item: Any, depth: int, said: _Redact) -> Any:
    if depth <= 0:
        return None
    if isinstance(item, list):
        return [_object(entry, depth - 1, said) for entry in item]
    if isinstance(item, dict):
        return {key: _value(key, value, depth - 1, said) for key, value in item.items()}
    return item


def _value(key: Any, value: Any, depth: int, said: _Redact) -> Any:
    if isinstance(value, str):
        return said(value) if key in _SPOKEN else value
    if key == "annotations" and isinstance(value, dict):
        return {name: _annotation(name, text, said) for name, text in value.items()}
    if key in ("command", "args") and isinstance(value, list):
        return redact_arguments(value)
    return _object(value, depth, said)


def _annotation(name: str, text: Any, said: _Redact) -> Any:
    if not isinstance(text, str):
        return text
    return REDACTED if looks_secret(name.rpartition("/")[2]) and not harmless_value(text) else said(text)


def _refused_values(text: str) -> str:
    """Return the text without the values that pydantic refused: quoted, in brackets, or up to the next sign."""
    kept: list[str] = []
    done, at = 0, text.find(_REFUSED)
    unclosed: set[str] = set()
    for _ in range(_MOST):
        if at < 0:
            break
        start = at + len(_REFUSED)
        end = start if _WORDY.search(text[max(0, at - 1) : at]) is not None else _refused_end(text, start, unclosed)
        end = start if text[start : start + 1] == "{" and _settings(text[start:end]) else end
        if end > start:
            kept += (text[done:start], REDACTED)
            done = end
        at = text.find(_REFUSED, end)
    rest = text[done:] if at < 0 else text[done:at] + REDACTED
    return "".join((*kept, rest)) if kept or at >= 0 else text


def _settings(value: str) -> bool:
    """Tell whether a mapping that pydantic prints, because of what is missing in it, holds no secret."""
    parts = value.replace("'", " ").split()
    return len(parts) < _SHORT and not promising(value) and not any(":" not in part and odd(part) for part in parts)


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


def _begun(pattern: Pattern, text: str) -> str:
    found = pattern.search(text)
    return "" if found is None else found.group(0)
