"""Secrets in HTTP headers: Authorization, Cookie, and what speaks of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from diagnostics.patterns import compiled
from diagnostics.privacy.encoded import decoded
from diagnostics.privacy.replacing import replaced
from diagnostics.privacy.secretnames import Promise, promise
from diagnostics.privacy.values import MARK, harmless_value, issued, random, state

if TYPE_CHECKING:
    from diagnostics.patterns import Match

_HEADER_HINT = compiled(r"(?i)authorization|cookie|bearer|basic")
_SCHEMES = (
    r"bearer|basic|token|digest|apikey|api-key|negotiate|ntlm|hawk|oauth|hmac|jwt|dpop|key|sso-key|signature"
    r"|splunk|ssws|genie-?key|aws4-hmac-sha256"
)
_AUTHORIZATION = compiled(
    rf"""(?i)\b((?:proxy-)?authorization\\*["']?\]?\s*(?:[:=,]|=>)\s*(?:\\*["'\[(]"""
    rf"""|\[\]string\{{)*)((?:{_SCHEMES})\s+)?((?:{_SCHEMES})\s+)?"""
)
_CHOICE = 12
"""Values of cookies that are shorter and no made-up word are choices."""
_DIGEST = compiled(r"(?i)\A(?:digest|hawk|oauth|signature|token|aws4-hmac-sha256|hmac)\s+\z")
_TO_QUOTE = compiled(r"""\A(?:\[redacted\]|[^"'\]\\\r\n])+""")
_TO_END = compiled(r"""\A[^\]\\\r\n]+""")
_HEADER, _HEADERS, _HEADER_WORD = 4096, 80, 400
"""Characters of one header, headers, and characters of a header's word, looked at in one line."""
_COOKIE = compiled(r"""(?i)\b((?:set-)?cookie\\?["']?\s*:\s*\\?["'\[]*)([^"'\\\r\n\]=]+=[^"'\\\r\n\]]+)""")
_CRUMB = compiled(r"""([^\s;=]+)=([^;]*)""")
_SETTINGS = frozenset({"path", "domain", "expires", "max-age", "samesite", "priority"})
"""What a cookie says of itself (RFC 6265, section 4.1.2)."""
_CRUMBS = 100
_BASE64 = 20
"""Letters from which on a word is no word."""
_BEARER = compiled(r"""(?i:\b(bearer(?:,?\s+|\.authorization\.k8s\.io\.|%20|\+))["']?)([A-Za-z0-9._~+/\-]{6,}=*)""")
_BASIC = compiled(r"""(?i)\b(basic\s+)([A-Za-z0-9+/]{12,}={1,2}|[A-Za-z0-9+/]*[a-z][A-Z0-9][A-Za-z0-9+/]{6,})""")


def headers(text: str) -> str:
    """Return the text without the values of Authorization and Cookie headers; schemes stay.

    What comes before assignments are looked for: in a header the secret is the second word.
    """
    if _HEADER_HINT.search(text) is None:
        return text
    text = replaced(_COOKIE, _cookie, _authorizations(text))
    text = replaced(_BEARER, _second_word, text)
    return replaced(_BASIC, _basic, text)


def _cookie(match: Match) -> str:
    """Hide a cookie, but not one that holds a choice: ``lang=nb``."""
    for count, crumb in enumerate(_CRUMB.finditer(match.group(2))):
        name, value = crumb.group(1), crumb.group(2).strip()
        if count == _CRUMBS or (name.lower() not in _SETTINGS and _personal(name, value)):
            return match.group(1) + MARK
    return match.group(0)


def _personal(name: str, value: str) -> bool:
    if not value or harmless_value(value):
        return False
    return promise(name) is not Promise.NOTHING or len(value) >= _CHOICE or issued(value)


def _authorizations(text: str) -> str:
    kept: list[str] = []
    done = 0
    for count, match in enumerate(_AUTHORIZATION.finditer(text)):
        if count == _HEADERS:
            return "".join((*kept, text[done : max(done, match.start())], MARK))
        if match.start() < done:
            continue
        scheme = match.group(2) or ""
        quote = match.group(1)[-1:]
        rest = text[match.end() : match.end() + _HEADER]
        whole = _TO_END if _DIGEST.search(scheme) is not None and quote not in "\"'" else _TO_QUOTE
        value = whole.search(rest)
        if value is None or _no_credential(value.group(0), scheme):
            continue
        kept += (text[done : match.end()], MARK)
        done = match.end() + len(value.group(0).rstrip())
    return "".join((*kept, text[done:])) if kept else text


def _no_credential(value: str, scheme: str) -> bool:
    """Tell ``authorization: denied by policy`` from a credential."""
    word = (value[:_HEADER_WORD].split() or [""])[0].strip(",;")
    if not word or harmless_value(word):
        return True
    return not issued(word) if not scheme else word.isalpha() and state(word)


def _basic(match: Match) -> str:
    """Hide a user and a password in base64, but no word: ``basic authentication``."""
    word = match.group(2)
    login = ":" in decoded(word) or word.endswith("=") or random(word) or (len(word) >= _BASE64 and issued(word))
    return match.group(1) + MARK if login else match.group(0)


def _second_word(match: Match) -> str:
    word = match.group(2)
    kept = match.group(0)[: len(match.group(0)) - len(word)]
    return kept + MARK if issued(word) and not harmless_value(word) else match.group(0)
