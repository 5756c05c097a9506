"""Secrets on command lines and in protocols, where a flag or a verb promises them: ``redis-cli -a X``, ``AUTH X``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from diagnostics.patterns import compiled
from diagnostics.privacy.replacing import replaced
from diagnostics.privacy.values import MARK, harmless_value, issued, odd, sentence, state

if TYPE_CHECKING:
    from diagnostics.patterns import Match, Pattern

_GAP = r"""(?:\s+|=|["']|\\*["']\s*,\s*\\*["']|,\s+)\\*["']?"""
_WORD = r"""([^\s"',|;\\]+)"""


def _flag(programs: str, flags: str, gap: str = _GAP, value: str = _WORD) -> Pattern:
    return compiled(rf"""((?:^|[^\w\-])(?:{programs})\b[^\n|;]*?[\s"'](?:{flags}){gap}){value}""")


_FLAGS = (
    _flag("redis-cli|valkey-cli|keydb-cli", "-a|--pass"),
    _flag("sshpass|mongo(?:sh|dump|restore|export|import|stat|top)?|cqlsh|rabbitmqadmin|influx|unrar", "-p"),
    _flag(
        "(?:docker|podman|nerdctl|buildah|skopeo|crane|oras|regctl|helm|az|oc|cf|argocd|vault|minikube)\\b[^\\n|;]*\\blogin",
        "-p",
    ),
    _flag("ldap(?:search|modify|add|delete|passwd|whoami|compare|modrdn)|vsql", "-w"),
    _flag("sqlcmd|bcp|osql|isql|zip|unzip|mosquitto_(?:pub|sub|rr)|ipmitool", "-P"),
    _flag("snmp(?:get|walk|set|bulkwalk|trap)", "-c|-A|-X"),
    _flag("mysql(?:dump|admin|import|check|show|slap|sh)?|mariadb(?:-\\w+)?|mycli|7za?|7zr", "-p", gap=r"""["']?"""),
    _flag("ssh-keygen", "-[NP]"),
    # htpasswd -bB file user X, htpasswd -nb user X
    compiled(
        r"""(\bhtpasswd\s+(?:-\w+\s+)*(?:-\w*n\w*b\w*|-\w*b\w*n\w*|-\w*b\w*\s+\S+)(?:\s+-\w+)*\s+[^\s\-]\S*\s+)"""
        r"""([^\s"'|;]+)"""
    ),
)
# Of a program that is not known a short flag may promise a password; a letter of each kind must stand in it.
_SHORT_FLAGS = compiled(rf"""((?:^|[\s"'])-(?:p|P|k|t|w|s|a|pw){_GAP}){_WORD}""")
_TAGGERS = compiled(r"\b(?:docker|podman|buildah|nerdctl|kubectl|pytest|ssh|scp|git|mvn|gradle|tmux)\b")
"""Programs whose short flags take names: of images, tests, projects, hosts."""
_LEAST = 8
_AFTER_USER = compiled(rf"""((?:^|[\s"'])-[uU]{_GAP}[^\s"',|;\\\-][^\s"',|;\\]*["']?,?\s+["']?-[pPw]{_GAP}){_WORD}""")
# user:password after a flag; docker's -u 1000:1000 is none.
_PAIRS = (
    _flag("curl|etcdctl|crictl", "-u|--user|-U|--proxy-user|--creds", value=r"""([^\s:"']+:[^"'\s][^\s"']*)"""),
    _flag("https?|httpie", "-a|--auth", value=r"""([^\s:"']+:[^"'\s][^\s"']*)"""),
    _flag("skopeo|podman|buildah|oras", "--(?:src-|dest-)?creds", value=r"""([^\s:"']+:[^"'\s][^\s"']*)"""),
    _flag("smbclient|rpcclient|net", "-U", value=r"""([^\s%"']+%[^"'\s]+)"""),
    _flag("lftp", "-u", value=r"""([^\s,"']+,[^"'\s]+)"""),
)
_ANY_PAIR = compiled(r"""((?:^|\s)(?:--user|--userpass|--login)[\s=]+["']?[\w.\-@]+:)([^\s"']+)""")
_PIPED = (
    compiled(r"""(\becho\s+(?:-\w+\s+)?["']?[\w.\-]+:)([^\s"'|]+)(["']?\s*\|\s*(?:sudo\s+)?chpasswd)"""),
    compiled(
        r"""(\b(?:echo|printf)\s+(?:-\w+\s+)?["']?)([^\s"'|]+)(["']?\s*\|[^|\n]*(?:--password-stdin"""
        r"""|passwd\s+--stdin|\bsudo\s+-S))"""
    ),
)
_VERBS = (
    # Redis: AUTH X, AUTH user X, "AUTH" "X", CONFIG SET requirepass X, ACL SETUSER a >X
    compiled(
        r"""((?:^|[\s>"'\]])AUTH\\*["']?\s+(?:\\*["']?(?:default"""
        r"""|[a-z][\w\-]*)\\*["']?\s+)?\\*["']?)([^\s"'\\]+)\\*["']?\s*$"""
    ),
    compiled(r"""(?i)(\b(?:requirepass|masterauth|sentinel\s+auth-pass\s+\S+)\\*["']?\s+\\*["']?)([^\s"'\\]+)"""),
    # SMTP AUTH PLAIN X; IMAP LOGIN user X; FTP, POP3 and IRC PASS X
    compiled(r"""(\bAUTH (?:PLAIN|LOGIN|XOAUTH2|CRAM-MD5)\s+)([A-Za-z0-9+/=]{8,})"""),
    compiled(r"""((?:^|[\s>:])[A-Za-z]{0,8}[.\d]\w{0,7} LOGIN "?[^\s"]+"? "?)([^\s"]+)"?\s*$"""),
    compiled(r"""((?:^|[>:'"\]] ?|C: |<- )PASS )([^\s:'"]+)["']?\s*$"""),
    compiled(r"""(\bAUTH )([^\s"'<]*[a-z][^\s"'>]*)"""),
    compiled(r"""(?i)(\bauth\s+[\w.\-]+:)([^\s:/"']{4,})"""),
    compiled(r"(\+login\s+\S+\s+)([^\s+]\S*)"),
    # Redis on the wire: AUTH\r\n$16\r\nX\r\n, with a user before it or not
    compiled(
        r"""(?i)((?:\\n|\b)(?:auth|requirepass|masterauth)(?:\\+r\\+n\$\d+\\+r\\+n[^\\\s"]+)?\\+r\\+n\$\d+\\+r\\+n)"""
        r"""([^\\\s"]+)(?:\\+r\\+n)?["'\s]*"""
    ),
    # RabbitMQ, MinIO, Vault, htpasswd-like tools: verb, user, X
    compiled(r"(\brabbitmqctl\s+(?:-\S+\s+)*(?:change_password|add_user|authenticate_user)\s+\S+\s+)(\S+)"),
    compiled(r"(\bmc\s+(?:alias|config host)\s+(?:set|add)\s+\S+\s+\S+\s+\S+\s+)(\S+)"),
    compiled(r"(\bnet\s+use\s+(?:\S:\s+|\*\s+)?\\\\\S+\s+)([^\s/]\S*)"),
    compiled(r"(\bopenssl\s+enc\b[^\n|;]*\s-[kK]\s+)(\S+)"),
    compiled(r"(\bvault\s+(?:login|unwrap|operator unseal)\s+)([^\s\-=]{8,})"),
)
_ARG = r"""["'][^"'\s]*["']\s*,\s*"""
_HANDLE = r"""(?:(?:Object\([\w\\]+\)|Resource id #\d+|NULL)\s*,\s*)?"""
# basic_auth("user", "X"), auth=('user', 'X'), mysqli_connect('host', 'user', 'X'), PDO->__construct('dsn', 'user', 'X')
_LOGIN_CALL = compiled(
    rf"""(?i)((?:\bauth\s*[=:]\s*[(\[]|(?:basic_?auth|\blogin|authenticate|passwordcredentials?"""
    rf"""|passwordauthentication|set_?auth)\w*\()\s*{_ARG}["']"""
    rf"""|(?:mysqli?_(?:real_)?p?connect|pg_connect|oci_connect|pdo(?:->__construct)?|drivermanager\.getconnection"""
    rf"""|dbi->connect|mysqli->(?:__construct|real_connect))\(\s*{_HANDLE}{_ARG}{_ARG}["']"""
    rf"""|ldap_bind\w*\(\s*{_HANDLE}{_ARG}["'])([^"'\s]+)(["'])"""
)
# Any other function that connects or logs in: an argument that looks chosen. pwg_db_connect('host', 'user', 'X', 'db')
_CONNECT_CALL = compiled(
    rf"""(?i)(\b[\w>:.\-]*(?:connect|logon|login|sign_?in|bind)\w*\(\s*{_HANDLE}{_ARG}(?:{_ARG})?["'])([^"'\s]+)(["'])"""
)
# A case class or a record without names: DbCredentials(app,X), {amqp_params_network,<<"app">>,<<"X">>
_UNNAMED = compiled(
    r"""(\b[A-Z]\w*(?:Credentials?|Creds|Login|Password|Passwd|Passphrase|BasicAuth|UserInfo|Account)\((?:[^\s()"'=,]*,\s?)?)"""
    r"""([^\s()"'=,]+)(\))"""
)
_RECORD = compiled(
    r"""(\{\w*(?:params|auth|cred|login|conn|user|account)\w*,(?:<<)?"[^"\s]*"(?:>>)?,(?:<<)?")([^"\s]+)(")"""
)
_LOGGED_IN = compiled(
    r"""(?i)(\b(?:log|sign)(?:ged|ging|ing|ed)?[ -]?in (?:with|as|using)(?: \w+)? \S+ ?[/:] ?)([^\s/:]+)()"""
)
_PROMPT = compiled(
    r"""(?i)(\b(?:password|passwd|passphrase|passcode|secret|token|pin|api key)\s+"""
    r"""[\[(](?:default:?\s+)?)([^\s\])]+)([\])]\s*[:?]\s*$)"""
)
_HINT = compiled(
    r"(?i)(?:connect|credentials?|creds|bind|logon|sign_?in|account|userinfo)\w*\(|\bin (?:with|as|using)"
    r"|passw\w*\(|\{\w+,|auth|[\])][:?]\s*$|pdo|\|.*stdin|\bnet\s+use|openssl|\becho|\s-{1,2}[a-z]"
    r"|['\"]-{1,2}[a-z]|requirepass|login|\bpass |rabbitmqctl|\bmc |chpasswd|vault"
)
_REMARKS = ("failed", "succeeded", "ok", "error", "required", "enabled", "disabled")


def commands(text: str) -> str:
    """Return the text without the secrets of command lines and of protocols' verbs."""
    if _HINT.search(text) is None:
        return text
    for pattern in _FLAGS:
        text = replaced(pattern, _value, text)
    for pattern in _PAIRS:
        text = replaced(pattern, _pair, text)
    text = replaced(_ANY_PAIR, _issued, text)
    for pattern in _VERBS:
        text = replaced(pattern, _verb, text)
    for pattern in _PIPED:
        text = replaced(pattern, _piped, text)
    text = replaced(_AFTER_USER, _beside_user, text)
    if _TAGGERS.search(text) is None:
        text = replaced(_SHORT_FLAGS, _many_kinds, text)
    for pattern in (_LOGIN_CALL, _PROMPT):
        text = replaced(pattern, _called, text)
    for pattern in (_CONNECT_CALL, _UNNAMED, _RECORD, _LOGGED_IN):
        text = replaced(pattern, _looks_chosen, text)
    return text


def _issued(match: Match) -> str:
    """Of a program that is not known, ``--user app:app`` may be a group."""
    return match.group(1) + MARK if issued(match.group(2)) else match.group(0)


def _piped(match: Match) -> str:
    return match.group(0) if harmless_value(match.group(2)) else match.group(1) + MARK + match.group(3)


def _called(match: Match) -> str:
    """Hide the password of a call: the second argument, or the third where the first is a host or a source."""
    word = match.group(2)
    return match.group(0) if harmless_value(word) or sentence(word) else match.group(1) + MARK + match.group(3)


def _looks_chosen(match: Match) -> str:
    return _called(match) if odd(match.group(2)) else match.group(0)


def _many_kinds(match: Match) -> str:
    """Hide a word of capitals, small letters and digits that names no path, image or setting."""
    word = match.group(2)
    kinds = (any(map(kind, word)) for kind in (str.isupper, str.islower, str.isdigit))
    named = any(sign in word for sign in "/:=@") or len(word) < _LEAST
    return match.group(0) if named or not all(kinds) or not odd(word) else _value(match)


def _beside_user(match: Match) -> str:
    word = match.group(2)
    return match.group(0) if word.replace(":", "").isdigit() or word[0] in "/$-" else _value(match)


def _value(match: Match) -> str:
    word = match.group(2)
    if harmless_value(word) or word.startswith(("-", "[redacted", "$")):
        return match.group(0)
    return match.group(1) + MARK


def _pair(match: Match) -> str:
    separator = next((sign for sign in ":%," if sign in match.group(2)), ":")
    user, _, password = match.group(2).partition(separator)
    if password.isdigit() or harmless_value(password):
        return match.group(0)
    return f"{match.group(1)}{user}{separator}{MARK}"


def _verb(match: Match) -> str:
    word = match.group(2)
    if harmless_value(word) or state(word) or word.lower() in _REMARKS or (word.isupper() and not issued(word)):
        return match.group(0)
    at = match.start(2) - match.start()
    return match.group(0)[:at] + MARK + match.group(0)[at + len(word) :]
