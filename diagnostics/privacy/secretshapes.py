"""The forms by which a secret shows itself, whatever its name: URLs, headers, issued tokens, hashes, private keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from diagnostics.patterns import compiled
from diagnostics.privacy.issued import FORMS, LOOSE
from diagnostics.privacy.secretnames import Promise, listed, promise, words
from diagnostics.privacy.values import MARK, harmless_value, issued, odd, opaque, random, state

if TYPE_CHECKING:
    from collections.abc import Callable

    from diagnostics.patterns import Match, Pattern

MOST = 100
"""Matches of one pattern in one line; what stands behind them is hidden as a whole."""

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
    return replaced(_BASIC, lambda match: match.group(1) + MARK, text)


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


def _second_word(match: Match) -> str:
    word = match.group(2)
    kept = match.group(0)[: len(match.group(0)) - len(word)]
    return kept + MARK if issued(word) and not harmless_value(word) else match.group(0)


_STORES = (
    r"postgres(?:ql)?|mysql|mariadb|mongodb|redis|rediss|valkey|amqps?|mssql|sqlserver|oracle|clickhouse"
    r"|cockroachdb|nats|kafka|ldaps?|smtps?|"
    r"sftp|ftps?|imaps?|mqtts?"
)
_USERINFO = (
    # scheme://user:password@host; the password may hold anything but white space, quotes and a slash.
    compiled(r"""\b([A-Za-z][A-Za-z0-9+.\-]*:/{2}[^\s:/@'"<>]*):([^\s/'"<>]+)@"""),
    # The same with a blank in the password, which is why such a URL is printed.
    compiled(
        r"""\b([A-Za-z][A-Za-z0-9+.\-]*:/{2}[^\s:/@'"<>]*):([^\s:/@'"<>,;]*[^\s:/@'"<>,;\d][^\s:/@'"<>,;]*"""
        r"""(?: [^\s:/@'"<>,;]+){1,3})@[A-Za-z0-9]"""
    ),
    # The same with a raw slash in the password, for the schemes of stores and brokers, whose URLs hold no other @.
    compiled(rf"""(?i)\b((?:{_STORES})(?:\+[a-z0-9]+)?://[^\s:/@'"<>]*):([^\s'"<>]+)@"""),
)
_PORT = compiled(r"^\d{1,5}[;?,/#].*=")
"""``//host:1433;password=a@b`` and ``//host:6379?email=a@b`` hold no user."""
_URLS: tuple[tuple[Pattern, str], ...] = (
    # scheme://key@host: a long opaque user part is a key (Sentry, GitHub).
    (compiled(r"""\b([A-Za-z][A-Za-z0-9+.\-]*://)[A-Za-z0-9_\-]{20,}@"""), rf"\1{MARK}@"),
    # Go's MySQL form: user:password@tcp(host:3306)/db.
    (compiled(r"""([\w.\-]+):[^\s'"]+@((?:tcp|tcp6|unix)\()"""), rf"\1:{MARK}@\2"),
    # Oracle: user/password@//host:1521/service, jdbc:oracle:thin:user/password@host.
    (compiled(r"""(?i)(\bsqlplus\s+(?:-\w+\s+)*[\w$#]+|\boracle:(?:thin|oci):[\w$#]+)/[^\s@'"]+@"""), rf"\1/{MARK}@"),
    (compiled(r"""((?:^|[=\s"'(])[A-Za-z][\w$#]*)/[^\s/@'"]+@(//[\w.\-]+[:/]|[\w.\-]+:\d{2,5}/)"""), rf"\1/{MARK}@\2"),
)
# user:password@host:port or user:password@host/, without a scheme; an image's repo:tag@sha256:... is none.
_LOGIN = compiled(r"""(?:^|[\s"'=(\[])([A-Za-z_][\w.\-]*):([^\s:@/'"<>]{3,})@([A-Za-z0-9][\w.\-]*)(?::\d{2,5}\b|/)""")
_NO_LOGIN = frozenset(
    {"mailto", "sip", "sips", "acct", "xmpp", "npm", "pkg", "workspace", "git", "ssh", "from", "to", "image"}
)
# Parameters that are secrets in a query, whatever they would be elsewhere.
_QUERY = compiled(
    r"""(?i)((?:^|[?&;\s])(?:sig|signature|x-(?:amz|goog|oss|cos|ms|obs|tos)-(?:signature|security-token"""
    r"""|credential)|code|key|auth|hmac|hash_key|st|sid|jwt|ticket|"""
    r"""assertion|saml(?:request|response)|code_verifier|client_assertion|id_token_hint|otp|invite|reset"""
    r"""|confirmation|magic|h|policy)=)([^&\s"'<>#;]+)"""
)
# Any other parameter whose value is random or a key's hexadecimal digits: vendors call it appid, k, or what they like.
_OPAQUE = compiled(r"""([?&]([\w.\-]{1,40})=)([A-Za-z0-9+/_\-]{20,}={0,2})""")
_TRACES = listed(
    """
    hash sha sha1 sha256 md5 digest checksum etag trace span request correlation commit rev revision ref version ver v
    cursor page continue continuation next after before offset since etag uid uuid guid tenant block tx address blob
    image build cache parent query object user account org project event message job task run model dataset
    """
)
"""Words of parameters that name or count things."""
_LOOSE = compiled(r"(?i)^.(?:sig|signature|x-.*|client_assertion|assertion|saml.*|hmac|code_verifier)=$")
_WEBHOOKS = (
    (compiled(r"\b(hooks\.slack(?:-gov)?\.com/(?:services|workflows|triggers)/)[\w/\-]+"), rf"\1{MARK}"),
    (compiled(r"(?i)(/api/(?:v\d+/)?webhooks/\d+/)[\w\-]+"), rf"\1{MARK}"),
    (compiled(r"(?i)(\.office(?:365)?\.com/webhook(?:b2)?/)[\w@\-/]+"), rf"\1{MARK}"),
    (compiled(r"(?i)(//[\w.\-]+/(?:[\w\-]+/)*hooks?/(?:catch/\d+/)?)[\w\-]{6,}(?:/[\w\-]+)*"), rf"\1{MARK}"),
    (compiled(r"(?i)(//[\w.\-]*hooks?\.[\w.\-]+/(?:[\w\-]+/)*)[\w\-]{20,}"), rf"\1{MARK}"),
    (compiled(r"(?i)(//[\w.\-/]+/integrations?/)[0-9a-f]{32}\b"), rf"\1{MARK}"),
    (compiled(r"(?i)(/trigger/[\w\-]+/(?:json/)?with/key/)[\w\-]+"), rf"\1{MARK}"),
)


def urls(text: str) -> str:
    """Return the text without credentials in URLs and data source names."""
    if "@" in text:
        for pattern in _USERINFO:
            text = replaced(pattern, _userinfo, text)
        for pattern, template in _URLS:
            text = replaced(pattern, template, text)
        text = replaced(_LOGIN, _login, text)
    if "=" in text:
        text = replaced(_OPAQUE, _random_parameter, replaced(_QUERY, _parameter, text))
    if "hook" in text or "/with/key/" in text or "/integration" in text:
        for pattern, template in _WEBHOOKS:
            text = replaced(pattern, template, text)
    return text


def _userinfo(match: Match) -> str:
    if harmless_value(match.group(2)) or _PORT.search(match.group(2)) is not None:
        return match.group(0)
    return f"{match.group(1)}:{MARK}@"


def _login(match: Match) -> str:
    user, password, host = match.group(1), match.group(2), match.group(3)
    if user.lower() in _NO_LOGIN or host.startswith(("sha256", "sha512")) or harmless_value(password):
        return match.group(0)
    if password.isalpha() and "." not in host and not issued(password):
        return match.group(0)
    at = match.group(0).find(f":{password}@")
    return match.group(0)[: at + 1] + MARK + match.group(0)[at + 1 + len(password) :]


def _random_parameter(match: Match) -> str:
    traced = any(word in _TRACES for word in words(match.group(2)))
    return match.group(0) if traced or not opaque(match.group(3)) else match.group(1) + MARK


def _parameter(match: Match) -> str:
    value = match.group(2)
    loose = _LOOSE.search(match.group(1)) is not None
    if match.group(1)[0] not in "?&;":
        return match.group(1) + MARK if random(value) else match.group(0)
    if harmless_value(value) or not (loose or (len(value) >= 10 and issued(value))):
        return match.group(0)
    return match.group(1) + MARK


_LINES = (
    # host:port:database:user:password (.pgpass)
    (compiled(r"^(\s*[\w.*\-]+:(?:\d{4,5}|\*):[A-Za-z_*][\w\-]*:[A-Za-z_*][\w\-]*:)[^\s:]+\s*$"), rf"\1{MARK}"),
    # user:$6$salt$hash, user:{SHA}hash (shadow, htpasswd, LDAP)
    (compiled(r"(\{(?:S?SHA(?:256|384|512)?|S?MD5|CRYPT|PBKDF2[\w\-]*|ARGON2)\})[^\s\"',:}]{6,}"), rf"\1{MARK}"),
    (
        compiled(
            r"\$(?:1|2[abxy]?|5|6|7|y|gy|apr1|sha1|argon2(?:id|i|d)|scrypt|pbkdf2[\w\-]*|bcrypt[\w\-]*|P|H"
            r"|s0)\$[^\s\"':;)\]]{8,}|"
            r"\b(?:pbkdf2_sha\d+|bcrypt_sha256|argon2|scrypt|md5"
            r"|sha1)\$[^\s\"':;)\]]{8,}|\bSCRAM-SHA-\d+\$\d+:[^\s\"']{8,}|\bmd5[0-9a-f]{32}\b"
        ),
        MARK,
    ),
    # postfix's sasl_passwd and lists of logins: user@host.example:password
    (compiled(r"((?:^|\s)[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+:)([^\s:/,]{6,})\s*$"), "login"),
    # pgbouncer's userlist.txt: "user" "password"
    (compiled(r"""^(\s*"[\w.@\-]+"\s+")([^"\s]{6,})"\s*$"""), "login"),
    # Twilio's account and its token
    (compiled(r"(\bAC[0-9a-f]{32}:)[0-9a-f]{32}\b"), rf"\1{MARK}"),
    # machine x login y password z (.netrc)
    (compiled(r"(\blogin\s+\S+\s+(?:account\s+\S+\s+)?password\s+)\S+"), rf"\1{MARK}"),
    (compiled(r"^(\s*password\s+)[^\s\"']+\s*$"), "netrc"),
)
_LINE_HINT = compiled(r"""@[\w.\-]+:|^\s*"\S+\s+"\S+"\s*$|\bAC[0-9a-f]|\$|\}|:.*:.*:.*:|password|\bmd5|SCRAM""")


def credential_lines(text: str) -> str:
    """Return the text without the secrets of .pgpass, .netrc, shadow and htpasswd, and without hashes of passwords."""
    if _LINE_HINT.search(text) is None:
        return text
    for pattern, template in _LINES:
        text = replaced(pattern, _JUDGED.get(template, template), text)
    return text


def _netrc(match: Match) -> str:
    word = match.group(0).split()[-1]
    return match.group(0) if state(word) or harmless_value(word) else match.group(1) + MARK


def _account(match: Match) -> str:
    word = match.group(2)
    if not odd(word) or harmless_value(word):
        return match.group(0)
    at = match.start(2) - match.start()
    return match.group(0)[:at] + MARK + match.group(0)[at + len(word) :]


_JUDGED: dict[str, str | Callable[[Match], str]] = {"netrc": _netrc, "login": _account}
"""How lines are replaced that may hold no secret."""

_TOKENS = compiled("|".join(FORMS))


def tokens(text: str) -> str:
    """Return the text without tokens of an issued form: the whole token is replaced."""
    return replaced(_TOKENS, _token, text)


def _token(match: Match) -> str:
    found = match.group(0)
    if found.startswith(LOOSE) and not any(char.isdigit() for char in found[3:]):
        return found
    return MARK


_BEGIN = r"(?:-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----|\bPrivate-Lines: \d+)"
_END = r"(?:-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----|\bPrivate-MAC:)"
KEY_BEGIN, KEY_END = compiled(_BEGIN), compiled(_END)
"""The first and the last line of a private key; the second form is PuTTY's."""
_KEY = compiled(rf"(?s)({_BEGIN})(?:.*?)({_END}|\z)")


def private_keys(text: str) -> str:
    """Return the text without the bodies of private keys."""
    if "PRIVATE KEY" not in text and "Private-Lines" not in text:
        return text
    return _KEY.sub(lambda match: f"{match.group(1)}{MARK}{match.group(2)}" if _body(match) else match.group(0), text)


def _body(match: Match) -> bool:
    return len(match.group(0)) > len(match.group(1)) + len(match.group(2))


def replaced(pattern: Pattern, replacement: str | Callable[[Match], str], text: str) -> str:
    """Return the text with what the pattern finds replaced."""
    kept: list[str] = []
    done = 0
    for count, match in enumerate(pattern.finditer(text)):
        kept.append(text[done : match.start()])
        if count == MOST:
            return "".join((*kept, MARK))
        kept.append(match.expand(replacement) if isinstance(replacement, str) else replacement(match))
        done = match.end()
    return "".join((*kept, text[done:])) if kept else text
