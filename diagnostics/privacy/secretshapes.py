"""The forms by which a secret shows itself, whatever its name: issued tokens, hashes, lists of logins, private keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from diagnostics.patterns import compiled
from diagnostics.privacy.issued import FORMS, LOOSE
from diagnostics.privacy.replacing import Rules, replaced
from diagnostics.privacy.values import MARK, chosen_phrase, harmless_value, odd, state

if TYPE_CHECKING:
    from collections.abc import Callable

    from diagnostics.patterns import Match

_LINES = (
    # host:port:database:user:password (.pgpass)
    (
        compiled(r"^(\s*[\w.*\-]+:(?:\d{4,5}|\*):[A-Za-z_*][\w\-]*:[A-Za-z_*][\w\-]*:)(?:\\.|[^\s:\\])+\s*$"),
        rf"\1{MARK}",
    ),
    # What dovecot and nginx take as it is: user:{PLAIN}X
    (compiled(r"(\{(?:PLAIN|CLEAR(?:TEXT)?)\})[^\"':\n]{4,}"), rf"\1{MARK}"),
    # user:$6$salt$hash, user:{SHA}hash (shadow, htpasswd, LDAP)
    (
        compiled(r"(\{(?:S?SHA(?:256|384|512)?|S?MD5|CRYPT|PBKDF2[\w\-]*|ARGON2|BLF-CRYPT)\})[^\s\"',:}]{6,}"),
        rf"\1{MARK}",
    ),
    (
        compiled(
            r"\$(?:1|2[abxy]?|5|6|7|y|gy|apr1|sha1|argon2(?:id|i|d)|scrypt|pbkdf2[\w\-]*|bcrypt[\w\-]*|P|H"
            r"|s0)\$[^\s\"':;)\]]{8,}|"
            r"\b(?:pbkdf2_sha\d+|bcrypt_sha256|argon2|scrypt|md5"
            r"|sha1)\$[^\s\"':;)\]]{8,}|\bSCRAM-SHA-\d+\$\d+:[^\s\"']{8,}|\bmd5[0-9a-f]{32}\b"
            r"|\B\*[0-9A-F]{40}\b"  # MySQL: SHA1(SHA1(password))
            r"|-(?:pbkdf2|hashed)-[0-9a-f]{20,}[0-9a-f,:\w]*"
        ),
        MARK,
    ),
    # postfix's sasl_passwd and lists of logins: user@host.example:password
    (compiled(r"((?:^|\s)[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+:)([^\s:/]\S{5,}(?: \S+){0,3})\s*$"), "login"),
    # pgbouncer's userlist.txt: "user" "password"
    (compiled(r"""^(\s*"[\w.@\-]+"\s+")((?:[^"\s]|""){6,}|(?:[^"]|""){10,})("(?: "")?\s*)$"""), "login"),
    # What decrypts recorded connections (NSS key log): what is said of whom, and the secret
    (compiled(r"(\b(?:RSA|[A-Z]+(?:_[A-Z0-9]+)+) [0-9a-f]{16,64} )[0-9a-f]{64,}\b"), rf"\1{MARK}"),
    # Twilio's account and its token
    (compiled(r"(\bAC[0-9a-f]{32}:)[0-9a-f]{32}\b"), rf"\1{MARK}"),
    # pwdump: user:id:LM hash:NT hash:::
    (compiled(r"(^|\s)([\w.\\$\-]+:\d+:)[0-9a-f]{32}:[0-9a-f]{32}:::"), rf"\1\2{MARK}"),
    # postfix's sasl_passwd, by host: [host]:587 user:password
    (compiled(r"^(\s*\[?[\w.\-]+\]?:\d{2,5}\s+[\w.@\-]+:)([^\s:/]\S{5,}(?: \S+){0,3})\s*$"), "login"),
    # WireGuard's dump: interface, private key, public key, port
    (compiled(r"(^|\s)([\w\-]+\t)[A-Za-z0-9+/]{43}=(\t[A-Za-z0-9+/]{43}=\t)"), rf"\1\2{MARK}\3"),
    # A list of accounts and their keys: (0) 0x...
    (compiled(r"^(\s*\(\d+\) )0x[0-9a-f]{64}\b"), rf"\1{MARK}"),
    # machine x login y password z (.netrc)
    (compiled(r"(\blogin\s+\S+\s+(?:account\s+\S+\s+)?password\s+)\S+"), rf"\1{MARK}"),
    (compiled(r"^(\s*password\s+)[^\s\"']+\s*$"), "netrc"),
)
_LINE_HINT = compiled(
    r"""@[\w.\-]+:|^\s*"\S+\s+"\S+"\s*$|\bAC[0-9a-f]|\$|\}|:.*:.*:.*:|:\d+\s+[\w.@\-]+:"""
    r"""|=\t|\) 0x|password|\*[0-9A-F]{8}|[A-Z] [0-9a-f]{16}|^\s*\"[a-z][^\"]*\"\s+\"|\d [0-9a-f]{16}"""
    r"""|\bmd5|SCRAM|-pbkdf2|-hashed"""
)


def credential_lines(text: str) -> str:
    """Return the text without the secrets of .pgpass, .netrc, shadow and htpasswd, and without hashes of passwords."""
    if _LINE_HINT.search(text) is None:
        return text
    return _CREDENTIALS.replaced(text)


def _netrc(match: Match) -> str:
    word = match.group(0).split()[-1]
    return match.group(0) if state(word) or harmless_value(word) else match.group(1) + MARK


def _account(match: Match) -> str:
    word = match.group(2)
    chosen = chosen_phrase(word, sure=True) if " " in word else odd(word)
    at = match.start(2) - match.start()
    if not chosen or harmless_value(word) or match.group(0)[:at].lower().endswith(_DIGESTS):
        return match.group(0)
    return match.group(0)[:at] + MARK + match.group(0)[at + len(word) :]


_DIGESTS = ("sha1:", "sha224:", "sha256:", "sha384:", "sha512:", "md5:", "blake2b:", "blake3:", "crc32:")
"""What stands before a digest as a user stands before a password."""

_JUDGED: dict[str, str | Callable[[Match], str]] = {"netrc": _netrc, "login": _account}
"""How lines are replaced that may hold no secret."""

_CREDENTIALS = Rules(*((pattern, _JUDGED.get(template, template)) for pattern, template in _LINES))

_TOKENS = compiled("|".join(FORMS))


def tokens(text: str) -> str:
    """Return the text without tokens of an issued form: the whole token is replaced."""
    return replaced(_TOKENS, _token, text)


def _token(match: Match) -> str:
    found = match.group(0)
    if _numbers(found.split("-")):
        return found
    if found.startswith(LOOSE) and not any(char.isdigit() for char in found[3:]):
        return found
    return MARK


def _numbers(groups: list[str]) -> bool:
    """Tell the groups of a serial number or of words from those of a product key."""
    lengths = {*map(len, groups)}
    if len(groups) < 4 or len(lengths) > 1 or not "".join(groups).isupper():
        return False
    made = sum(any(map(str.isalpha, group)) for group in groups)
    return 2 * made <= len(groups) or "".join(groups).isalpha()


_KIND = r"(?:[A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?|OpenVPN Static key V\d|OpenVPN tls-crypt-v2 \w+ key)"
_BEGIN = rf"(?:-----BEGIN {_KIND}-----|\bPrivate-Lines: \d+)"
_END = rf"(?:-----END {_KIND}-----|\bPrivate-MAC:)"
KEY_SIGNS = ("PRIVATE KEY", "Private-Lines", "OpenVPN")
"""Without one of these no private key begins."""
KEY_BEGIN, KEY_END = compiled(_BEGIN), compiled(_END)
"""The first and the last line of a private key; the second form is PuTTY's."""
_KEY = compiled(rf"(?s)({_BEGIN})(?:.*?)({_END}|\z)")


def private_keys(text: str) -> str:
    """Return the text without the bodies of private keys."""
    if not any(sign in text for sign in KEY_SIGNS):
        return text
    return _KEY.sub(lambda match: f"{match.group(1)}{MARK}{match.group(2)}" if _body(match) else match.group(0), text)


def _body(match: Match) -> bool:
    return len(match.group(0)) > len(match.group(1)) + len(match.group(2))
