"""Secrets among values without names: arguments of calls, fields of records and structs.

What stands before a list tells which of its values may be the secret (``_LISTS``); the list is read as one
(``arguments``), whatever is in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from diagnostics.patterns import compiled
from diagnostics.privacy.arguments import arguments
from diagnostics.privacy.replacing import MOST, if_chosen, replaced
from diagnostics.privacy.values import (
    MARK,
    all_kinds,
    chosen_phrase,
    harmless_value,
    mixed,
    odd,
    opaque,
    random,
    sentence,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from diagnostics.patterns import Match, Pattern
    from diagnostics.privacy.arguments import Argument


def _any(word: str) -> bool:
    return not sentence(word)


def _likely(word: str) -> bool:
    """Tell whether a value looks chosen: a word by its signs, words by what no remark holds."""
    return chosen_phrase(word) if " " in word else odd(word)


def _behind_host(word: str) -> bool:
    """Tell whether a value behind a host and a user looks chosen."""
    return chosen_phrase(word, sure=True) if " " in word else odd(word)


def _mixed(word: str) -> bool:
    return chosen_phrase(word, sure=True) if " " in word else mixed(word) and (odd(word) or not word.islower())


def _every_kind(word: str) -> bool:
    """Tell a word of capitals, small letters and digits from a version, a date and a name of a protocol."""
    if " " in word:
        return chosen_phrase(word) or (chosen_phrase(word, sure=True) and word.count(" ") > 1)
    unread = any(sign in word for sign in _MEANT)
    return len(word) >= _LEAST and not unread and all_kinds(word) and odd(word) and _VERSION.search(word) is None


_MEANT = "(){}:/="
"""Signs of paths, settings and calls."""
_LEAST = 8
_VERSION = compiled(r"^v\d|^[A-Za-z]+[\d.]+[A-Za-z]*\d*$|^\d{4}-\d\d")
"""``v1.2.3-Rc1``, ``V1Beta1``, ``HTTP2`` and dates hold every kind of sign as well."""


@dataclass(frozen=True, slots=True)
class _List:
    """What opens a list, which of its quoted values may be secrets, and how they must look."""

    opens: Pattern
    first: int
    """The place, among the quoted values, of the first that may be one."""
    judge: Callable[[str], bool]
    last: int = 12
    count: int = 1
    """How many quoted values there must be at least."""


_PAIR_OPENS = r"(?i)\b(?:\w*auth|\w*credentials?|\w*creds|login)[\"']?\s*(?:=>?|:)\s*[(\[]"
_LOGS_IN = (
    r"(?i)\b(?:basic_?auth|login|\w+_login|authenticate|passwordcredentials?|passwordauthentication"
    r"|set_?auth|\w*(?:basic|digest|ntlm|plain)_?auth)\w*\("
)
_STORES = (
    r"(?i)\b(?:mysqli?_(?:real_)?p?connect|pg_connect|oci_connect|pdo(?:->__construct)?|drivermanager\.getconnection"
    r"|dbi->connect|mysqli->(?:__construct|real_connect)|createpdoconnection)\("
)
_CONNECTS = r"(?i)\b[\w>:.\-]*(?:connect|logon|sign_?in|bind|\bbasic)\w*(?:\W{0,6}|\]::new)\("
_PROVES = r"(?i)\b[\w>:.\-]*(?:login|auth|credentials?)\w*(?:\W{0,6}|\]::new)\("
_HOST = r"(?:[\w\-]+(?:\.[\w\-]+)+|localhost|\w+:(?:host=|//)[^\"'\s]*|\w+:\w+:[^\"'\s]*)"
_LISTS = (
    _List(compiled(_PAIR_OPENS), 1, _any, last=2, count=2),
    _List(compiled(_LOGS_IN), 1, _any, last=2, count=2),
    _List(compiled(_STORES), 2, _any, last=3, count=3),
    _List(compiled(r"(?i)\bldap_bind\w*\("), 1, _any, last=2, count=2),
    # {amqp_params_network,<<"app">>,<<"X">>, {badauth,<<"X">>: who, and what opens it
    _List(
        compiled(r"\{\w*(?:params|auth|cred|login|conn|user|account|plain|basic|scram|digest)\w*,"),
        1,
        _behind_host,
        last=2,
    ),
    # Any other function that connects or logs in: pwg_db_connect('host', 'user', 'X', 'db')
    _List(compiled(_CONNECTS), 1, _likely, count=2),
    _List(compiled(_PROVES), 1, _mixed, count=2),
    _List(compiled(r"(?i)\b[\w>:.\-]*client\w*\("), 1, opaque, count=2),
    # Who and what, in a call that sets a password: changePassword("eve", "X")
    _List(compiled(r"(?i)\w*passw\w*\("), 1, mixed, last=2, count=2),
    # What is hashed or compared with a hash, and what en- or decrypts: bcrypt.compare("X", hash)
    _List(
        compiled(
            r"(?i)\b(?:bcrypt|argon2\w*|scrypt|hash|pwd_context|passlib|crypt|password_?(?:hash|verify)\w*)"
            r"(?:(?:\.|::|->)\w+)?\("
        ),
        0,
        _mixed,
        last=1,
    ),
    _List(compiled(r"(?i)\b(?:pgp_sym_|aes_)(?:en|de)crypt\("), 0, _any),
    # The only argument of what starts a client: cohere.Client("X"), bot.run('X')
    _List(compiled(r"(?i)\b(?:\w*client|\w*api|init\w*|configure|run|setup)\("), 0, random, last=1),
    # A host, a port, a user, and a secret: {pgsql,"host.example",5432,"base","user","X"}
    _List(compiled(rf"[,(\[{{=]\s*[\"']{_HOST}(?::\d+)?[\"']\s*,"), 2, _every_kind, count=3),
)
# A case class or a record without names: DbCredentials(app,X)
_UNNAMED = compiled(
    r"""(\b(?:[A-Z]\w*)?(?:Credentials?|Creds|Login|Password|Passwd|Passphrase|BasicAuth|UserInfo|Account)\((?:[^\s()"'=,]*,\s?)?)"""
    r"""([^\s()"'=,]+)(\))"""
)
# A struct without names: {100 mysql 10.0.3.7 3306 repl X false}
_POSITIONAL = compiled(r"""(\{[^{}]*?\b[\w.\-]+ \d{2,5} [A-Za-z][\w\-]* )([^\s{}"']+)( [^{}]*\})""")
# An account's public half, and what follows it in a call: s3('...', 'AKIA...', 'X'), Twilio(AC..., X)
_HALF = compiled(
    r"""(\b(?:(?:AKIA|ASIA)[A-Z0-9]{16}|AC[0-9a-f]{32}|SK[0-9a-f]{32})\b|(?:AKIA|ASIA)\S*|\[redacted\])"""
    r"""(["']?\s*[,:|/]\s*["']?)([A-Za-z0-9+/]{40}|[0-9a-f]{32})\b"""
)
_HINT = compiled(
    r"(?i)(?:connect|cred|bind|logon|login|sign_?in|account|userinfo|auth|basic|client|api|init|configure|run|setup|passw|construct|crypt|hash|make|check|verify|compare|scrypt|\]::new)\w*\W{0,6}\(|auth[\"']?\s*[=:]|cred|login\s*[=:]"
    r"|AKIA|ASIA|\b(?:AC|SK)[0-9a-f]{32}|\{\w+,|\{(?:[^\s{}\":,=]+ )+\d{2,5} [A-Za-z]"
    r"|[\"'](?:[\w\-]+(?:\.[\w\-]+)+|localhost|\w+:[^\"'\s]+)(?::\d+)?[\"']\s*,"
)


def calls(text: str) -> str:
    """Return the text without the secrets of calls and records."""
    if _HINT.search(text) is None:
        return text
    text = replaced(_HALF, rf"\1\2{MARK}", text)
    for each in _LISTS:
        text = _without(each, text)
    return replaced(_POSITIONAL, _of_all_kinds, replaced(_UNNAMED, if_chosen, text))


def _without(wanted: _List, text: str) -> str:
    """Return the text without the values of the lists that are opened so."""
    kept: list[str] = []
    done = read = 0
    for count, opened in enumerate(wanted.opens.finditer(text)):
        if count == MOST:
            return "".join((*kept, text[done : max(done, opened.start())], MARK))
        if opened.start() < read:
            continue
        within = opened.group(0)[-1] == "," and opened.group(0)[0] != "{"
        values = arguments(text, opened.start() + 1 if within else opened.end())
        read = values[-1].end if values and within else read
        for value in _secrets(wanted, values):
            if value.start >= done:
                kept += (text[done : value.start], MARK)
                done = value.end
    return "".join((*kept, text[done:])) if kept else text


def _secrets(wanted: _List, found: Sequence[Argument]) -> list[Argument]:
    quoted = [value for value in found if value.quoted]
    if len(quoted) < wanted.count:
        return []
    return [
        value
        for value in quoted[wanted.first : wanted.last]
        if value.text and wanted.judge(value.text) and not harmless_value(value.text)
    ]


def _of_all_kinds(match: Match) -> str:
    """Hide a field of capitals, small letters and digits: others are names, versions and states."""
    word = match.group(2)
    return if_chosen(match) if all_kinds(word) else match.group(0)
