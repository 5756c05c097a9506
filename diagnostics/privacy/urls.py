"""Secrets in URLs and data source names: users' passwords, parameters, webhooks."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from diagnostics.patterns import compiled
from diagnostics.privacy.replacing import MOST, Rules, if_chosen, replaced, unless_harmless
from diagnostics.privacy.secretnames import listed, words
from diagnostics.privacy.values import MARK, all_kinds, harmless_value, issued, opaque, random, scrambled

if TYPE_CHECKING:
    from diagnostics.patterns import Match, Pattern

_STORES = (
    r"postgres(?:ql)?|mysql|mariadb|mongodb|redis|rediss|valkey|amqps?|mssql|sqlserver|oracle|clickhouse"
    r"|cockroachdb|nats|kafka|ldaps?|smtps?|"
    r"sftp|ftps?|imaps?|mqtts?"
)
_USERINFO = (
    # scheme://user:password@host; the password may hold anything but white space, quotes and a slash.
    compiled(r"""\b([A-Za-z][A-Za-z0-9+.\-]*:?/{2}[^\s:/@'"<>]*):([^\s/'"<>]+)@"""),
    # The same with a blank in the password, which is why such a URL is printed.
    compiled(
        r"""\b([A-Za-z][A-Za-z0-9+.\-]*:/{2}[^\s:/@'"<>]*):([^\s:/@'"<>,;]*[^\s:/@'"<>,;\d][^\s:/@'"<>,;]*"""
        r"""(?: [^\s:/@'"<>,;]+){1,3})@[A-Za-z0-9]"""
    ),
    # The same with a raw slash in the password, for the schemes of stores and brokers, whose URLs hold no other @.
    compiled(rf"""(?i)\b((?:{_STORES})(?:\+[a-z0-9]+)?://[^\s:/@'"<>]*):([^\s'"<>]+)@"""),
)
# A token alone before the host of a store or a broker.
_ALONE = compiled(rf"""(?i)\b((?:{_STORES})(?:\+[a-z0-9]+)?://)([\w.~\-]{{10,}})(@)""")
# The same in any other scheme: what stands before the slash must look made up, or it is a port and a path.
_SLASHED = compiled(r"""\b([A-Za-z][A-Za-z0-9+.\-]*://[^\s:/@'"<>]+):(([^\s:/@'"<>?]{8,})/[^\s:@'"<>?]*)@""")
# A part of a password that was taken for a host: ENOTFOUND ord@db, lookup ord@db: no such host
_UNKNOWN_HOST = compiled(
    r"""(?i)(\b(?:ENOTFOUND|EAI_AGAIN|host(?: ?name)?:?|UnknownHostException:|resolve|not known:) ["']?|\blookup )"""
    r"""([^\s"'@]+(?:@[^\s"'@]+)*)"""
    r"""(@[\w.\-]+(?:["']| on \d|: (?:no such host|i/o|server mis|Name or|Temporary)|:\d|$))"""
)
_PORT = compiled(r"^\d{1,5}[;?,/#].*=")
"""``//host:1433;password=a@b`` and ``//host:6379?email=a@b`` hold no user."""
_URLS: tuple[tuple[Pattern, str], ...] = (
    # scheme://key@host: a long opaque user part is a key (Sentry, GitHub).
    (compiled(r"""\b([A-Za-z][A-Za-z0-9+.\-]*://)[A-Za-z0-9_\-]{20,}@"""), rf"\1{MARK}@"),
    # Go's MySQL form: user:password@tcp(host:3306)/db.
    (compiled(r"""([\w.\-]+):[^\s'"]+@((?:tcp|tcp6|unix)\()"""), rf"\1:{MARK}@\2"),
    # Oracle: user/password@//host:1521/service, jdbc:oracle:thin:user/password@host.
    (
        compiled(
            r"""(?i)(\b(?:sqlplus|sqlcl|expd?p?|impd?p?|rman(?: target)?|sqlldr(?: userid=)?)\s+(?:-\w+\s+)*[\w$#]+"""
            r"""|\boracle:(?:thin|oci):[\w$#]+)/[^\s@'"]+@"""
        ),
        rf"\1/{MARK}@",
    ),
    # The same with the password in quotes: connect hr/"X"@db
    (compiled(r"""((?:^|[=\s(])[A-Za-z][\w$#]*/")[^"\n]+("@[\w/]|"$)"""), rf"\1{MARK}\2"),
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
# Links that log somebody in name their token by a letter: /auth/magic?t=X.
_LINKED = compiled(
    r"""(?i)([?&](?:t|k|l|c|s|m|x|tok|tk|ott|otp|link|login|access|magic|key|code|token)=)([\w\-]{12,})"""
    r"""(["'\s&#)>,;]|$)"""
)
# What services are told by: gotify://host/TOKEN, pushover://user@TOKEN/; the schemes of stores and the web are none.
_SERVICE = compiled(r"""\b([a-z][a-z0-9+.\-]*)://([^\s"'<>,?#]+)""")
_ADDRESSING = listed(
    """
    http https ws wss file s3 s3a s3n gs gcs abfs abfss wasb wasbs hdfs docker docker-pullable containerd cri-o crio
    oci git ssh svn jdbc tcp udp unix dns npipe kafka zk k8s azure aws vault blob data npm jar about chrome-extension
    moz-extension spiffe urn magnet ipfs ipns cid did image sha256 docker-daemon docker-archive pkg registry quay
    bolt neo4j grpc grpcs redis rediss amqp amqps nats mongodb postgres postgresql mysql otpauth projects dbfs vscode
    """
)
"""Schemes whose paths hold names and hashes."""
_SERVED = compiled(r"[A-Za-z0-9_\-]{12,}")
_PIECES = compiled(r"[A-Za-z0-9]+")
_TOKEN = 24
_PIECE = 4
"""Letters from which on a piece of a token changes its kind of sign as no word does."""
_ASSET = compiled(r"\.(?:m?js|css|png|jpe?g|gif|svg|ico|webp|woff2?|ttf|map)$")
"""Before a query: a file of a page, whose hash says which version it is."""
_ECHOED = compiled(r"""(?i)(\bport\b[^"']{0,40}["']:?)([^"'\s]{2,})(["'])""")
"""What was taken for a port, in the words of the error."""
_BESIDE_USER = compiled(r"([?&](?:u|user|username|login)=[^&\s]+&(?:p|pw)=)([^&\s\"']+)()")
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
    (compiled(r"(?i)(\bhc-ping\.com/|//[\w.\-]+/ping/)[\w\-]{20,}"), rf"\1{MARK}"),
    (compiled(r"(?i)(//[\w.\-]+/(?:[\w\-]+/)*heartbeats?/)[\w\-]{20,}"), rf"\1{MARK}"),
    (compiled(r"(?i)(/(?:private|secret|token|key)[\-/=])[0-9a-zA-Z_]{24,}"), rf"\1{MARK}"),
    (
        compiled(
            r"(?i)(/\w*(?:signup|invit|reset|activat|confirm|verif)\w*/?\?[\w]{1,12}=)[A-Za-z_]*\d[A-Za-z0-9_]{19,}"
        ),
        rf"\1{MARK}",
    ),
    (compiled(r"(//(?:localhost|[\d.]+|[\w.\-]+):\d{2,5}/\?code=)\d{6}\b"), rf"\1{MARK}"),
    (compiled(r"(?i)(/trigger/[\w\-]+/(?:json/)?with/key/)[\w\-]+"), rf"\1{MARK}"),
)

# Links that whoever holds them may use: to reset a password, to accept an invitation.
_MAILED = compiled(
    r"""(?i)(/(?:[\w\-]*(?:reset|magic|invit|activat|confirm|verif|unsubscribe|onboard|accept|set-?password|signup"""
    r"""|one-?time)[\w\-]*)/(?:[A-Za-z0-9_\-]{1,12}/)?)([\w\-=.]{20,})"""
)
_SIGNED = compiled(r"^[\w]{3,10}-[0-9a-f]{20,}$|^[A-Za-z0-9_\-]*[A-Z][A-Za-z0-9_\-]*\d[A-Za-z0-9_\-]*$")
"""A time and its signature, as Django makes them; capitals and digits."""
_PATH_HINT = compiled(
    r"(?i)hook|/(?:private|secret|token|key)[\-/=]|\?code=|/with/key/|/integration|reset|magic|invit|activat|confirm|verif|unsubscribe|onboard|accept|password|signup"
    r"|one-?time|hc-ping|heartbeat|/ping/"
)


def urls(text: str) -> str:
    """Return the text without credentials in URLs and data source names."""
    if "://" in text:
        text = replaced(_SERVICE, _served, text)
    if "@" in text:
        hidden = _passwords(text)
        text = _LOGINS.replaced(text)
        if hidden:
            text = replaced(_ECHOED, lambda match: _echoed(match, hidden), text)
    if "=" in text:
        text = replaced(_LINKED, _made_parameter, text)
        text = replaced(_OPAQUE, _random_parameter, replaced(_QUERY, _parameter, text))
        text = replaced(_BESIDE_USER, unless_harmless, text)
    if _PATH_HINT.search(text) is not None:
        text = _PATHS.replaced(text)
    return text


def _served(match: Match) -> str:
    """Hide what looks made up in the URL of a service that is called by a token."""
    if match.group(1).partition("+")[0] in _ADDRESSING:
        return match.group(0)
    return f"{match.group(1)}://" + replaced(_SERVED, _made_piece, match.group(2))


def _made_piece(match: Match) -> str:
    word = match.group(0)
    made = all_kinds(word) and scrambled(word.replace("-", "").replace("_", ""))
    digits = sum(map(str.isdigit, word))
    long = len(word) >= _TOKEN and word.isalnum() and _PIECE < digits < len(word) - _PIECE
    return MARK if made or long else word


def _passwords(text: str) -> list[str]:
    """Return the passwords of the URLs of an error about a port: a part of one may have been taken for it."""
    if _ECHOED.search(text) is None:
        return []
    found = (match.group(2) for pattern in _USERINFO for match in islice(pattern.finditer(text), MOST))
    return [password for password in found if not harmless_value(password)]


def _echoed(match: Match, hidden: list[str]) -> str:
    piece = match.group(2)
    parts = any(password.startswith(piece) or password.endswith(piece) for password in hidden)
    return match.group(1) + MARK + match.group(3) if parts and not piece.isdigit() else match.group(0)


def _made_parameter(match: Match) -> str:
    """Hide a parameter of pieces of which one is of every kind of sign: words and counts are not."""
    pieces = [found.group(0) for found in _PIECES.finditer(match.group(2))]
    made = any(len(piece) >= _PIECE and all_kinds(piece) for piece in pieces) and scrambled("".join(pieces))
    return match.group(1) + MARK + match.group(3) if made else match.group(0)


def _slashed(match: Match) -> str:
    return f"{match.group(1)}:{MARK}@" if issued(match.group(3)) else match.group(0)


def _mailed(match: Match) -> str:
    """Hide the last part of a link that is sent to one person."""
    word = match.group(2)
    return (
        match.group(1) + MARK if random(word) or opaque(word) or "=" in word or _SIGNED.search(word) else match.group(0)
    )


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
    if match.group(1).lower() == "?h=" and _ASSET.search(
        match.string[max(0, match.start() - _PIECE * 2) : match.start()]
    ):
        return match.group(0)
    loose = _LOOSE.search(match.group(1)) is not None
    if match.group(1)[0] not in "?&;":
        return match.group(1) + MARK if random(value) else match.group(0)
    if harmless_value(value) or not (loose or (len(value) >= 10 and issued(value))):
        return match.group(0)
    return match.group(1) + MARK


_LOGINS = Rules(
    *((pattern, _userinfo) for pattern in _USERINFO),
    (_SLASHED, _slashed),
    (_ALONE, if_chosen),
    (_UNKNOWN_HOST, rf"\1{MARK}\3"),
    *_URLS,
    (_LOGIN, _login),
)
_PATHS = Rules(*_WEBHOOKS, (_MAILED, _mailed))
