"""Secrets on command lines, where a flag or a pipe promises them: ``redis-cli -a X``, ``echo X | docker login``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from diagnostics.patterns import compiled
from diagnostics.privacy.replacing import Rules, replaced, unless_harmless
from diagnostics.privacy.secretnames import Promise, promise
from diagnostics.privacy.values import MARK, all_kinds, harmless_value, issued, odd, state

if TYPE_CHECKING:
    from diagnostics.patterns import Match

_GAP = r"""(?:\s+|=|["']|\\*["']\s*,\s*\\*["']|,\s+)\\*["']?"""
_WORD = r"""([^\s"',|;\\\[](?:[^\s"',|;\\]|,[A-Za-z0-9])*)"""


# auditd: a1="-a" a2="X"
_AUDITED = compiled(r"""(\ba\d{1,2}="-(?:[apP]|-\w*(?:pass|secret|token|key)\w*)" a\d{1,2}=")([^"]+)""")
# Of a program that is not known a short flag may promise a password; a letter of each kind must stand in it.
_SHORT_FLAGS = compiled(rf"""((?:^|[\s"'])(?:-(?:p|P|k|t|w|s|a|pw)|/p){_GAP}){_WORD}""")
_TAGGERS = compiled(r"\b(?:docker|podman|buildah|nerdctl|kubectl|pytest|ssh|scp|git|mvn|gradle|tmux)\b")
"""Programs whose short flags take names: of images, tests, projects, hosts."""
_TICKET = compiled(r"^(?:[0-9A-F]{32}|[0-9a-f]{32})$")
_LEAST = 8
_AFTER_USER = compiled(rf"""((?:^|[\s"'])-[uU]{_GAP}[^\s"',|;\\\-][^\s"',|;\\]*["']?,?\s+["']?-[pPw]{_GAP}){_WORD}""")
# user:password after a flag; docker's -u 1000:1000 is none.
# Windows: /u:eve /p:X, /ru eve /rp X
_SLASHED = compiled(
    r"""(?i)(\s/(?:u|ru|user|username|user-?name|d)[: ]\S+(?: /[^\s:]+)?? /(?:p|rp|pw|pass)[: ]["']?)([^\s"'/]\S*)"""
)
_ANY_PAIR = compiled(r"""((?:^|\s)(?:--user|--userpass|--login)[\s=]+["']?[\w.\-@]+:)([^\s"']+)""")
_QUOTED_WORD = r"""('[^']+'|"[^"]+"|[^\s"'|>$]+)"""
_PIPED = (
    # echo X > /run/secrets/password, sudo -S <<< X, sed s/PASSWORD/X/
    compiled(
        rf"""(?i)(\b(?:echo|printf)\s+(?:-\w+\s+|'?%s'?(?:\\n)?'?\s+)*){_QUOTED_WORD}(\s*>>?\s*[^\s|;]*(?:pass|secret|token|cred)[\w.\-]*)"""
    ),
    compiled(
        rf"""(\b(?:ssh-add|sudo|passwd|login|kinit|chpasswd|cryptsetup|su|gpg)\b[^\n|;<]*<<<\s*){_QUOTED_WORD}()"""
    ),
    compiled(
        r"""(?i)(\bs[/|#,]\W{0,3}\w*(?:pass(?:word|wd)?|secret|token|api_?key)\w*\W{0,3}[/|#,])([^\s/|#,'"$]+)([/|#,])"""
    ),
    compiled(r"""(\becho\s+(?:-\w+\s+)?["']?[\w.\-]+:)([^\s"'|]+)(["']?\s*\|\s*(?:sudo\s+)?chpasswd)"""),
    compiled(
        rf"""(\b(?:echo|printf)\s+(?:-\w+\s+|'?%s'?(?:\\n)?'?\s+)*){_QUOTED_WORD}(\s*\|[^|\n]*(?:--[\w\-]*stdin"""
        r"""|passwd\s+--stdin|\bsudo\s+-S|\bkinit\b|\bsu\s|cryptsetup|passphrase-fd|smbpasswd|vncpasswd"""
        r"""|\bstdin\b|htpasswd\s+-\w*i))"""
    ),
)
# A program that keeps settings: pulumi config set --secret dbPassword X, gh secret set API_KEY X
_KEEPING = compiled(
    r"""(?i)(\b(?:config|env|var|variable|secret|setting)s?[ :](?:set|add|put|create)\s+(?:--?[\w\-]+\s+)*["']?)"""
    r"""([\w.:\-]+)(["']?[\s=]+["']?)([^\s"'\-][^\s"']*)"""
)
_SECRETS = compiled(r"(?i)\bsecrets?[ :]")
"""What is kept as a secret is one, whatever its name."""
_SET_BY_FLAG = compiled(
    r"""(?i)((?:\bsecrets?[ :](?:set|add|put|create|versions add)\b|\bSecureString\b)"""
    r"""[^\n|;]*?\s(?:-b|--(?:body|value|secret-string|data)))"""
    r"""([\s=]+["']?)([^\s"'\-@$][^\s"']*)"""
)
_CREATES_SECRET = compiled(r"\bcreate\s+secret\b")
_LITERAL = compiled(r"""(--from-literal[=\s]["']?[\w.\-]+=)([^\s"']+)()""")
_HINT = compiled(
    r"(?i)\s-{1,2}[a-z]|\s/r?p|['\"]-{1,2}[a-z]|\becho|printf|<<<|\bsed\b"
    r"|(?:config|env|var|variable|secret|setting)s?[ :](?:set|add|put|create)"
)


def commands(text: str) -> str:
    """Return the text without the secrets of command lines."""
    if _HINT.search(text) is None:
        return text
    text = _GIVEN.replaced(text)
    if _TAGGERS.search(text) is None:
        text = replaced(_SHORT_FLAGS, _many_kinds, text)
    if _CREATES_SECRET.search(text) is not None:
        text = replaced(_LITERAL, unless_harmless, text)
    text = replaced(_SET_BY_FLAG, _flagged, text)
    return replaced(_KEEPING, _kept, text)


def _issued(match: Match) -> str:
    """Of a program that is not known, ``--user app:app`` may be a group."""
    return match.group(1) + MARK if issued(match.group(2)) else match.group(0)


def _kept(match: Match) -> str:
    name, word = match.group(2), match.group(4)
    kept = _SECRETS.search(match.group(1)) is not None and "=" in match.group(3)
    if (
        (not kept and promise(name.rpartition(":")[2]) is not Promise.SECRET)
        or harmless_value(word, name)
        or state(word)
    ):
        return match.group(0)
    return match.group(1) + name + match.group(3) + MARK


def _flagged(match: Match) -> str:
    return match.group(0) if harmless_value(match.group(3)) else match.group(1) + match.group(2) + MARK


def _many_kinds(match: Match) -> str:
    """Hide a word of capitals, small letters and digits that names no path, image or setting."""
    word = match.group(2)
    if match.group(1).strip(" '\",=").lower() == "-p" and _TICKET.search(word) is not None:
        return _value(match)
    named = any(sign in word for sign in "/:=@") or len(word) < _LEAST
    return match.group(0) if named or not all_kinds(word) or not odd(word) else _value(match)


def _beside_user(match: Match) -> str:
    word = match.group(2)
    return match.group(0) if word.replace(":", "").isdigit() or word[0] in "/$-" else _value(match)


def _value(match: Match) -> str:
    word = match.group(2)
    if harmless_value(word) or word.startswith(("-", "[redacted", "$")):
        return match.group(0)
    return match.group(1) + MARK


_GIVEN = Rules(
    (_AUDITED, _value),
    (_ANY_PAIR, _issued),
    *((pattern, unless_harmless) for pattern in _PIPED),
    (_AFTER_USER, _beside_user),
    (_SLASHED, _value),
)
