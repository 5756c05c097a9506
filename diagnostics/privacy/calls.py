"""Secrets among values without names: arguments of calls, fields of records and structs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from diagnostics.patterns import compiled
from diagnostics.privacy.replacing import if_chosen, replaced, unless_harmless
from diagnostics.privacy.values import MARK, all_kinds, harmless_value, mixed, odd, opaque, random

if TYPE_CHECKING:
    from diagnostics.patterns import Match

_ARG = r"""["'][^"'\s]*["']\s*,\s*"""
_HANDLE = r"""(?:(?:Array|Object\([\w\\]+\)|Resource id #\d+|NULL)\s*,\s*)?"""
# basic_auth("user", "X"), auth=('user', 'X'), mysqli_connect('host', 'user', 'X'), PDO->__construct('dsn', 'user', 'X')
_LOGIN_CALL = compiled(
    rf"""(?i)((?:\b(?:\w*auth|\w*credentials?|\w*creds|login)["']?\s*(?:=>?|:)\s*[(\[]|(?:basic_?auth|\blogin|authenticate|passwordcredentials?"""
    rf"""|passwordauthentication|set_?auth)\w*\()\s*{_ARG}["']"""
    rf"""|(?:mysqli?_(?:real_)?p?connect|pg_connect|oci_connect|pdo(?:->__construct)?|drivermanager\.getconnection"""
    rf"""|dbi->connect|mysqli->(?:__construct|real_connect))\(\s*{_HANDLE}{_ARG}{_ARG}["']"""
    rf"""|ldap_bind\w*\(\s*{_HANDLE}{_ARG}["'])([^"'\s]+)(["'])"""
)
# Any other function that connects or logs in: an argument that looks chosen. pwg_db_connect('host', 'user', 'X', 'db')
_CONNECT_CALL = compiled(
    rf"""(?i)(\b[\w>:.\-]*(?:connect|logon|login|sign_?in|bind|auth|credentials?|client|\bbasic)\w*(?:\W{{0,6}}|\]::new)\("""
    rf"""\s*{_HANDLE}[bBuU]?["'][^"'\s]*["'])((?:\s*,\s*[bBuU]?["'][^"'\s]*["']){{1,4}})"""
)
_ARGUMENT = compiled(r"""(["'])([^"'\s]+)(["'])""")
# A case class or a record without names: DbCredentials(app,X), {amqp_params_network,<<"app">>,<<"X">>
_UNNAMED = compiled(
    r"""(\b(?:[A-Z]\w*)?(?:Credentials?|Creds|Login|Password|Passwd|Passphrase|BasicAuth|UserInfo|Account)\((?:[^\s()"'=,]*,\s?)?)"""
    r"""([^\s()"'=,]+)(\))"""
)
_RECORD = compiled(
    r"""(\{\w*(?:params|auth|cred|login|conn|user|account|plain|basic|scram|digest)\w*,(?:<<)?"[^"\s]*"(?:>>)?,(?:<<)?")([^"\s]+)(")"""
)
# A struct without names: {100 mysql 10.0.3.7 3306 repl X false}
_POSITIONAL = compiled(r"""(\{[^{}]*?\b[\w.\-]+ \d{2,5} [A-Za-z][\w\-]* )([^\s{}"']+)( [^{}]*\})""")
# An account's public half, and what follows it in a call: s3('...', 'AKIA...', 'X'), Twilio(AC..., X)
_HALF = compiled(
    r"""(\b(?:(?:AKIA|ASIA)[A-Z0-9]{16}|AC[0-9a-f]{32}|SK[0-9a-f]{32})\b|(?:AKIA|ASIA)\S*|\[redacted\])"""
    r"""(["']?\s*[,:|/]\s*["']?)([A-Za-z0-9+/]{40}|[0-9a-f]{32})\b"""
)
# Who and what, in a call that sets a password: changePassword("eve", "X")
_SETTER = compiled(r"""(?i)(\w*passw\w*\(\s*["'][^"']*["']\s*,\s*["'])([^"'\s]+)(["'])""")
# What is hashed, or compared with a hash: bcrypt.compare("X", hash), Hash::make("X")
_HASHED = compiled(
    r"""(?i)(\b(?:bcrypt|argon2\w*|scrypt|hash|pwd_context|passlib|crypt|password_?(?:hash|verify)\w*)(?:(?:\.|::|->)\w+)?\(\s*b?["'])([^"'\s]{6,})(["'])"""
)
# The only argument of what starts a client: cohere.Client("X"), bot.run('X')
_CLIENT = compiled(r"""(?i)(\b(?:\w*client|\w*api|init\w*|configure|run|setup)\(["'])([A-Za-z0-9_\-]{24,})(["'])""")
_HINT = compiled(
    r"(?i)(?:connect|cred|bind|logon|login|sign_?in|account|userinfo|auth|basic|client|api|init|configure|run|setup|passw|construct|crypt|hash|make|check|verify|compare|scrypt)\w*\(|auth[\"']?\s*[=:]|cred|login\s*[=:]"
    r"|AKIA|ASIA|\b(?:AC|SK)[0-9a-f]{32}|\{\w+,|\{(?:[^\s{}\":,=]+ )+\d{2,5} [A-Za-z]"
)


def calls(text: str) -> str:
    """Return the text without the secrets of calls and records."""
    if _HINT.search(text) is None:
        return text
    text = replaced(_HALF, rf"\1\2{MARK}", text)
    text = replaced(_CONNECT_CALL, _arguments, replaced(_LOGIN_CALL, unless_harmless, text))
    for pattern in (_UNNAMED, _RECORD):
        text = replaced(pattern, if_chosen, text)
    text = replaced(_HASHED, _if_mixed, text)
    text = replaced(_CLIENT, _if_random, replaced(_SETTER, _if_mixed, text))
    return replaced(_POSITIONAL, _of_all_kinds, text)


def _if_mixed(match: Match) -> str:
    return unless_harmless(match) if mixed(match.group(2)) else match.group(0)


def _if_random(match: Match) -> str:
    return unless_harmless(match) if random(match.group(2)) else match.group(0)


def _of_all_kinds(match: Match) -> str:
    """Hide a field of capitals, small letters and digits: others are names, versions and states."""
    word = match.group(2)
    return if_chosen(match) if all_kinds(word) else match.group(0)


def _arguments(match: Match) -> str:
    """Hide the arguments behind the first that look chosen; of a login any that is no plain word."""
    login = any(word in match.group(1).lower() for word in ("auth", "login", "credentials"))

    client = not login and "client" in match.group(1).lower()

    def judged(each: Match) -> str:
        word = each.group(2)
        made = opaque(word) if client else odd(word) or (login and mixed(word) and not word.islower())
        return each.group(1) + MARK + each.group(3) if made and not harmless_value(word) else each.group(0)

    return match.group(1) + replaced(_ARGUMENT, judged, match.group(2))
