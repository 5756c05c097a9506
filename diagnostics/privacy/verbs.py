"""Secrets behind a verb: of a protocol (``AUTH X``), of a tool, of a device's configuration, of a prompt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from diagnostics.patterns import compiled
from diagnostics.privacy.extent import GLUED
from diagnostics.privacy.replacing import Rules, if_chosen, unless_harmless
from diagnostics.privacy.values import MARK, all_kinds, harmless_value, issued, mixed, odd, state

if TYPE_CHECKING:
    from diagnostics.patterns import Match

_VERBS = (
    # Redis: AUTH X, AUTH user X, "AUTH" "X", CONFIG SET requirepass X, ACL SETUSER a >X
    compiled(
        r"""((?:^|[\s>"'\]])AUTH\\*["']?\s+(?:\\*["']?(?:default"""
        r"""|[a-z][\w\-]*)\\*["']?\s+)?\\*["']?)([^\s"'\\]+)\\*["']?\s*$"""
    ),
    compiled(r"""(?i)(\b(?:requirepass|masterauth|sentinel\s+auth-pass\s+\S+)\\*["']?\s+\\*["']?)([^\s"'\\]+)"""),
    # SMTP AUTH PLAIN X; IMAP LOGIN user X; FTP, POP3 and IRC PASS X
    compiled(r"""(\bAUTH (?:PLAIN|LOGIN|XOAUTH2|CRAM-MD5)\s+)([A-Za-z0-9+/=]{8,})"""),
    compiled(r"""((?:^|[\s>:])(?:[A-Za-z]{0,8}[.\d]\w{0,7}|\*) LOGIN "?[^\s"]+"? "?)([^\s"]+)"?\s*$"""),
    compiled(r"""(\bLOGIN "[^"\s]+" ")([^"\s]+)"""),
    compiled(r"""((?:^|[\s>:])[A-Za-z]{0,8}[.\d]\w{0,7} LOGIN (?:"[^"]+"|\S+) (?:\{\d+\+?\} )?")((?:[^"\\]|\\.)+)"""),
    compiled(r"""((?:^|[>:'"\]] ?|C: |<- )PASS )([^\s:'"]+)["']?\s*$"""),
    # The same with blanks, where a client's sign says that it is sent
    compiled(r"""((?:^|\s)(?:C:|ftp>|-*>|<-) PASS )(\S+ [^\n]*\S)"""),
    compiled(r"""(\bAUTH )([^\s"'<]*[a-z][^\s"'>]*)"""),
    compiled(r"""(?i)("AUTH2?"\s+(?:"[^"\s]+"\s+)?")([^"]+)"""),
    compiled(r"""("AUTH"\s*,\s*"[^"\s]+"\s*,\s*")([^"\s]+)"""),
    compiled(r"""(?i)(["']setuser["'](?:[\s,]+["'][^"']*["']){1,12}?[\s,]+["']>)([^"']+)"""),
    # MIGRATE ... AUTH2 user X KEYS k
    compiled(r"(\bAUTH2 [^\s\"]+ )(\S+)"),
    compiled(r"""(?i)(\bauth\s+[\w.\-]+:)([^\s:/"']{4,})"""),
    # SASL PLAIN: who acts, who logs in and the password between NULs, as they are printed
    compiled(
        r"""(?i)((?:plain|sasl|auth)[^\n]{0,40}?[\w.@\-]*\\(?:x00|u0000|0{1,3})[\w.@\-]+\\(?:x00|u0000|0{1,3}))([^\s"'\\]{4,})"""
    ),
    compiled(r"""(?i)(\bkey (?:content|material)\s*[:=]\s*["']?)([^\s"']{8,})"""),
    # A user and a password by their first letters: u=eve p=X
    compiled(
        r"""(\b(?:u|us|usr|user|uid|username|login)[=:]["']?[\w.\-@]+["']?[\s,;&]+(?:p|pw|ps)[=:]["']?)([^\s"',;&]{6,})"""
    ),
    compiled(r"(\+login\s+\S+\s+)([^\s+]\S*)"),
    # Redis on the wire: AUTH\r\n$16\r\nX\r\n, with a user before it or not
    compiled(
        r"""(?i)((?:\\n|\b)(?:auth|requirepass|masterauth)(?:\\+r\\+n\$\d+\\+r\\+n[^\\\s"]+)?\\+r\\+n\$\d+\\+r\\+n)"""
        r"""([^\\\s"]+)(?:\\+r\\+n)?["'\s]*"""
    ),
    compiled(r"(\baddauth\s+\w+\s+[^\s:]+:)(\S+)"),
    compiled(r"(?i)(\bconnect\s+to\s+\S+\s+user\s+\S+\s+using\s+)([^\s;]+)"),
    compiled(r"(\bjoin\s+[\w.\-]+:\d+/)([A-Za-z0-9]{16,}[\w/]*)"),
    compiled(r"(?i)(\bNickServ\s+:?(?:identify|ghost|register|recover)\s+)(\S+)"),
    compiled(r"""(?i)(\bconvertto-securestring\s+(?:-asplaintext\s+)?(?:-string\s+)?["'])([^"']+)"""),
    compiled(r"""(?i)(\bconvertto-securestring\s+)([^\s"'$(\-][^\s"']*)\s+-AsPlainText"""),
    compiled(r"""(?i)(\bconvertto-securestring\)[^"\n]{0,20}"String"; value=")([^"]+)"""),
    compiled(r"""(?i)(\bexpect\s.{0,20}pass(?:word|phrase|code)\W{0,12}\bsend\s+(?:--\s+)?["'])([^"'\\]+)"""),
    # A device's configuration: username a password 7 X, tacacs-server key X, isakmp key X, snmp-server community X RO
    compiled(r"(?i)(\b(?:password|secret|key|key-string|psk)(?: ascii| hex)? \d )([^\s\"']{6,})"),
    compiled(r"(?i)(\b(?:tacacs|radius|isakmp)(?:-server)?(?: \S+){0,3}? key (?:\d )?)(\S+)"),
    compiled(r"""(?i)(\boption (?:key\d?|psk|\w*passw\w*|secret) ["'])([^"']+)"""),
    compiled(r"""(?i)((?:key|pass\w*|secret|token)[^\s<]*\s*<\((?:echo|printf)\s+["']?)([^\s"')]+)"""),
    compiled(r"(\buser\s+add\s+[\w.\-]+:)(\S+)"),
    # ppp's chap-secrets, strongSwan's ipsec.secrets
    compiled(r"""((?:^|\s)"?[\w.@\-*]+"?\s+"?[\w.@\-*]+"?\s+")([^"]*[^a-z"][^"]*)"\s+(?:\*|\d)"""),
    compiled(r"""((?:^|\s)"?[\w.@\-]+"?\s+\*\s+"?)([^\s"*]{6,})"?\s+(?:\*|\d)"""),
    compiled(r"""((?:^|\s): (?:EAP|XAUTH|NTLM|PSK|PIN \S+) )(["'][^"']{4,}|[^\s"']{4,})"""),
    compiled(r"(?i)(\bconn(?:ect)?\s+[\w$#]+/)([^\s@/]+)@"),
    # What a CI job masks: ::add-mask::X, ##vso[task.setvariable variable=a;issecret=true]X
    compiled(r"(::add-mask::|(?i:task\.setsecret\]|;issecret=true[^\]]*\]))(\S+)"),
    # Redis' ACL: user app on >X, and what takes it away
    compiled(r"""((?i:\buser|\bsetuser)\s+\S+\s+(?:[\w~*+@&%#.\-]+\s+){0,6}?[<>])([^\s>"']+)"""),
    compiled(r"(\bnet\s+use\s+(?:\S:\s+|\*\s+)?\\\\\S+\s+)([^\s/]\S*)"),
)
# JAAS: user_admin="X", the password of that user
_LOGIN_MODULE = compiled(r"""(?i)((?:loginmodule|\bserver \{)[^\n]*?\buser_\w+=\\?")([^"\\]+)()""")
# Erlang's cookie, unless somebody chose one
_NODE_COOKIE = compiled(r"""(?i)((?:\bset-?cookie|erlang[_ ](?:\w+[_ ])?cookie)["'\s:=,]{1,4})(?-i:[A-Z]{20})\b""")
_LOGIN_TOKEN = compiled(r"(\blogin\s+(?:--?[\w\-]+\s+)*)([A-Za-z0-9_\-]{20,})()")
_LOGGED_IN = compiled(
    r"""(?i)(\b(?:log|sign)(?:ged|ging|ing|ed)?[ -]?in (?:with|as|using)(?: \w+)? \S+ ?[/:] ?)([^\s/:]+)()"""
)
# sign in as "admin" using X, log in as root with password X
_LOGGING_IN = compiled(
    r"""(?i)(\b(?:(?:log|sign)(?:ged|ging|ing|ed)?[ -]?in|log-?in|authenticate|connect)\b[^\n]{0,40}?"""
    r"""\b(?:as|with|user|using)(?: user)? ["'`]?[\w.@\-]+["'`]?,? (?:using|with|and|use)"""
    r"""(?: the)?(?: password)? ["'`]?)"""
    rf"""({GLUED}{{8,}})()"""
)
_ATTEMPT = compiled(
    r"(?i)(\blogin (?:attempt|try|failed|failure)?:? ?\[?[\w.\-]+[:/])([^\s:/\]]{6,})"
    r"(\]? (?:failed|succeeded|from|via|on)\b|\]?$)"
)
# user:password, where a name says that somebody logs in: login=eve:X, basicAuth eve:X, user add eve X, auth UUID
_PAIRED = compiled(
    r"""(?i)(\b(?:user|login|basic_?auth|userpass|account|creds?|credentials)\\?["']?\s*(?:=>?|:)\s*["']?[\w.\-\\@]+:"""
    r"""|\b(?:login|basic_?auth|credentials|digest|sasl) [\w.\-]+:"""
    r"""|\busers? (?:add|create)\s+[\w.\-]+\s+|\bftp> ?user \S+ """
    r"""|--cert[=\s]\S+\.(?:p12|pfx|pem):)((?:[^\s:/@"',;|]|[,;|][A-Za-z0-9]){6,})()"""
)
# admin:X is the default login
_INTRODUCED = compiled(
    r"""(?i)((?:^|\s)[a-z][\w.\-]*:)((?:[^\s:/"',;]|[,;][A-Za-z0-9]){6,})"""
    r"""( (?:is|are) (?:the|your) (?:\w+ )?(?:login|credentials?|password|account)\b)"""
)
_DIGESTS = ("sha1:", "sha256:", "sha512:", "md5:")
_OPENED = compiled(
    r"(?i)(\b(?:auth|login|geniekey)[\s=]|\s-t\s)([0-9a-f]{32,64}"
    r"|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})(\s|$)"
)
_PROMPT = compiled(
    r"""(?i)(\b(?:password|passwd|passphrase|passcode|secret|token|pin|api key)\s+"""
    r"""[\[(](?:default:?\s+)?)([^\s\])]+)([\])]\s*[:?]\s*$)"""
)
_HINT = compiled(
    r"(?i)auth|plain|sasl|digest|\bkey (?:cont|mat)|\bp[ws]?[=:]|requirepass"
    r"|login|\bpass |rabbitmqctl|\bmc |\bnet\s+use|openssl|vault"
    r"|connect\s+to|passphrase|[\"\w]\s+\* |: (?:eap|xauth|ntlm|psk|pin)|cookie|geniekey"
    r"|unlock|\bjoin\s|nickserv"
    r"|securestring|expect|community|mask::|setsecret|issecret|user|http-basic"
    r"|(?:password|secret|key|string|psk|ascii|hex) \d|option |(?:tacacs|radius|isakmp)"
    r"|\b(?:as|user) [^\n]{1,40} (?:using|with|and|use)"
    r"|<\(|user_|passwd|conn|account|cred|--cert|\s-t\s|\bin (?:with|as|using)|[\])][:?]\s*$"
)
_SOURCE = compiled(r"^[\w.\-/@]+/[\w.\-]+\.\w{1,5}$|^[\w\-]+\.(?:test|spec)\.\w{1,5}$")
"""A test's file, behind the ``PASS`` of what ran it."""
_REMARKS = ("failed", "succeeded", "ok", "error", "required", "enabled", "disabled")


def verbs(text: str) -> str:
    """Return the text without the secrets behind verbs."""
    if _HINT.search(text) is None:
        return text
    return _RULES.replaced(text)


def _of_all_kinds(match: Match) -> str:
    """Hide a word of capitals, small letters and digits: others are protocols, methods and roles."""
    word = match.group(2).rstrip(".")
    chosen = all_kinds(word) and odd(word) and not harmless_value(word)
    return match.group(1) + MARK + match.group(2)[len(word) :] if chosen else match.group(0)


def _of_a_login(match: Match) -> str:
    """Hide what a user was given, unless it is a name with a number."""
    word = match.group(2)
    digest = match.group(1).lower().endswith(_DIGESTS)
    return (
        unless_harmless(match) if not digest and mixed(word) and (odd(word) or not word.islower()) else match.group(0)
    )


def _verb(match: Match) -> str:
    word = match.group(2)
    prose = word.isalpha() and word.islower() and match.end() < len(match.string) and match.group(1) == "AUTH "
    if (
        prose
        or _SOURCE.search(word) is not None
        or harmless_value(word)
        or state(word)
        or word.lower() in _REMARKS
        or (word.isupper() and not issued(word))
    ):
        return match.group(0)
    at = match.start(2) - match.start()
    return match.group(0)[:at] + MARK + match.group(0)[at + len(word) :]


_RULES = Rules(
    *((pattern, _verb) for pattern in _VERBS),
    (_NODE_COOKIE, rf"\1{MARK}"),
    (_PROMPT, unless_harmless),
    (_OPENED, rf"\1{MARK}\3"),
    (_PAIRED, _of_a_login),
    (_LOGIN_MODULE, unless_harmless),
    (_INTRODUCED, if_chosen),
    (_LOGGING_IN, _of_all_kinds),
    (_LOGIN_TOKEN, if_chosen),
    (_ATTEMPT, if_chosen),
    (_LOGGED_IN, if_chosen),
)
