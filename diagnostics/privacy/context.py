"""What one line of a log promises of the next ones: a name whose value follows, a private key, columns, a Secret.

Fed line by line; what it hides whole it hides itself, the rest is for the patterns that look at one line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from diagnostics.patterns import compiled
from diagnostics.privacy.accounts import Accounts
from diagnostics.privacy.bound import NEAR, places, unbound
from diagnostics.privacy.columns import Columns
from diagnostics.privacy.cutkeys import BODY, REACH, Bodies, beheaded
from diagnostics.privacy.elements import Elements
from diagnostics.privacy.encoded import decoded
from diagnostics.privacy.extent import told_end
from diagnostics.privacy.jwk import Jwk
from diagnostics.privacy.listed import Announced
from diagnostics.privacy.objects import Objects
from diagnostics.privacy.pointed import Pointed
from diagnostics.privacy.prompted import Prompted
from diagnostics.privacy.secretnames import Promise, promise
from diagnostics.privacy.secretshapes import KEY_BEGIN, KEY_END, KEY_SIGNS
from diagnostics.privacy.values import MARK, harmless_value, issued, plain, remark, sentence, state

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_PREFIX = compiled(r"\A(?:[\w.\-/]+\s*\|\s?)?(\s*)")
_NAMED = compiled(
    r"""(?i)(?:\b(?:name|key|property|variable|setting|option|parameter|attribute)\\?["']?\s*[:=]\s*\\?["']?|<name>|<key>)([A-Za-z_][\w.\-]*)\\?["']?,?(?:</name>|</key>|/?>)?\s*$"""
)
_VALUED = compiled(r"""(?i)(?:(?:^|[\s"'{\-,|])\w*value\\?["']?\s*[:=]\s*|<value>|<string>)(\S.*)$""")
_RESET = compiled(
    r"(?i)\b(password|passphrase|token|secret|api key)\b.* (?:reset|created|generated|rotated|changed)\W*$"
)
"""After such a line ``New value: X`` may follow."""
_STARTED = compiled(r"""(?i)(?:\bname\\?["']?\s*[:=]|<name>)""")
_OPEN = compiled(
    r"""(?:^|[\s"'\-{,|<@$\[:])([A-Za-z_][\w.\-]*)\\?["']?(?::(?:"\w+":)?(?:protected|private))?\]?\s*(?::|=|=>)\s*(?:[|>][+\-\d]{0,2}|&\w+"""
    r"""|!!\w+|[A-Z]\w*\()?\s*(?:\s#.*)?$"""
)
_WRAPPER = compiled(r"[A-Z]\w*\($")
"""What Rust prints around a value that stands on the next line."""
_WRAPPED = compiled(r"""\A[A-Z]\w*\(["']""")
_LISTED = compiled(r"""(?:^(?:\S+\s*\|)?\s*|(?:^|[\s|])-\s+|^\s*\\?["'])\\?["']?--?([A-Za-z][\w.\-]*)\\?["']?,?\s*$""")
_CONTINUED = compiled(r"""(?:^|\s)--?([A-Za-z][\w.\-]*)[= ]?\s*[\\`^]\s*$""")
"""A flag before the sign of a shell that its value is on the next line."""
_MORE = compiled(r"\s+[\\`^]\s*$")
_ELEMENT = compiled(r"<(?:[\w\-]+:)?([A-Za-z_][\w.\-]*)(?:\s[^<>]*)?>\s*$")
_KEYED = compiled(r"""<\w+ (?:key|name|id)=["']([\w.\-]+)["']>\s*$""")
_PART = compiled(r"""(?i)content-disposition:\s*form-data;\s*name=\\?["']([\w.\-\[\]]+)\\?["']\s*$""")
_SMTP = compiled(r"\b334 UGFzc3dvcmQ6")  # base64 of "Password:"
_MAPPING = compiled(r"""^(?:-\s+)?\\?["']?[\w.\-/]+\\?["']?\s*(?::(?:\s|$)|=(?:\s|$))""")
_SECRET_KIND = compiled(r"""(?:^|[\s"'{,|])kind\\?["']?\s*:\s*\\?["']?Secret\\?["']?(?:\s*$|,|\})""")
_KIND = compiled(r"^(?:\S+\s*\|)?kind:")
_DATA = compiled(r"""^(?:\S+\s*\|)?\s*["']?(?:data|stringData)["']?\s*:\s*\{?\s*$""")
_ENTRY = compiled(r"""^((?:\S+\s*\|)?\s*["']?[\w.\-]+["']?\s*:\s*["']?)([^\s"'|>{\[][^"']*?)(["']?,?\s*)$""")
_DATA_INLINE = compiled(r"""(\\?"(?:data|stringData)\\?"\s*:\s*\{)([^{}]*)(\})""")
_STRING = compiled(r"""(:\s*\\?")([^"\\]+)""")
_HINT = compiled(
    r"(?i)334 UGF|setuser|^\s*\$\d+\s*$|kty|PLAIN|XOAUTH2|OAUTHBEARER|phrase|words|newusers|ass(?:word|phrase)"
    r"|private-lines|pass|pwd|psk|\bpw\b|_pw\b|secret|token|key|auth|cred|cookie|\bsalt|otp|\bpin\b"
    r"|data[\"']?\s*:|value|<name>|<key>|PRIVATE KEY|OpenVPN|dsn|mnemonic|codes\b|^\++ .*(?:stdin|sudo|chpasswd)"
)
_TYPED = compiled(r"\A(?:string\(\d+\)\s+|!!\w+\s+)")
"""The type of a value before it: PHP's var_dump, YAML."""
# A shell that traces prints the parts of a pipe as lines, in any order: + echo X, + docker login --password-stdin.
_TAKES_PIPE = compiled(r"^\++ .*(?:--[\w\-]*stdin\b|\bsudo\s.*-S\b|\bchpasswd\b|\bpasswd\b)")
_ECHO = compiled(
    r"""^(\++ (?:echo|printf)(?: -\w+| '?%s'?(?:\\n)?'?)* (?:['"]?(?:[\w.\-]+:)?))(?:([^\s"']+)|([^'"]+))(["']?)\s*$"""
)
_PARTS = 2
"""Lines before and after a part of a pipe in which the other may stand."""
_REACH = 400
_NEAR = 3
"""Lines between an entry's name and its value."""


class Context:
    """What the lines so far promise. ``feed`` returns a line with what it hides by itself hidden."""

    def __init__(self) -> None:
        self._key = False  # inside a private key
        self._name, self._left = "", 0  # an entry whose value comes
        self._open, self._opener, self._block = "", "", False  # a name alone on its line
        self._flat = False  # its value needs no deeper indentation
        self._secret, self._data = False, -1  # a Secret object, its data's indentation
        self._announced = Announced()
        self._piped = 0  # lines in which what is piped into a password may be printed
        self._columns = Columns()
        self._parts = (Elements(), Jwk(), Accounts(), Objects(), Prompted(), Pointed(), Bodies())
        self._bound: frozenset[int] = frozenset()  # the parameters of a statement that are secrets
        self._unbound = 0  # lines in which they may be printed
        self.active = False

    def feed(self, text: str) -> str:
        """Take the next line."""
        if not self.active and _HINT.search(text) is None and not KEY_END.search(text) and not BODY.search(text):
            return text
        hidden = text if self._key else self._announced.feed(text)
        if hidden == text:
            hidden = self._follow(text)
        if not self._key:
            hidden = self._columns.feed(hidden) if hidden == text else hidden
            for part in self._parts:
                hidden = part.feed(hidden) if hidden == text else hidden
        hidden = self._parameters(hidden)
        self._look(text)
        promised = (self._key, self._name, self._open, self._secret, self._data >= 0, self._piped, self._unbound)
        parts = (self._announced, self._columns, *self._parts)
        self.active = any(promised) or any(part.active for part in parts)
        return hidden

    def _follow(self, text: str) -> str:
        """Hide what earlier lines promised."""
        if self._key:
            return self._in_key(text)
        if self._piped:
            self._piped -= 1
            return piped(text)
        if self._name and (hidden := self._valued(text)) != text:
            return hidden
        if self._open and text.strip():
            return self._opened(text)
        return self._in_data(text) if self._data >= 0 else text

    def _parameters(self, text: str) -> str:
        """Hide what an earlier line's statement binds."""
        hidden = unbound(text, self._bound) if self._unbound else text
        self._unbound = max(0, self._unbound - 1)
        if bound := places(text):
            self._bound, self._unbound = bound, NEAR
        return hidden

    def _in_key(self, text: str) -> str:
        end = KEY_END.search(text)
        if end is None:
            return MARK
        self._key = False
        return MARK + text[end.start() :]

    def _valued(self, text: str) -> str:
        name, found = self._name, _VALUED.search(text)
        self._left -= 1
        if found is None:
            if self._left <= 0 or _STARTED.search(text):
                self._name = ""
            return text
        self._name = ""
        return hidden_value(name, text, found.start(1))

    def _opened(self, text: str) -> str:
        name, body = self._open, text.strip()
        start = _common(self._opener, text)
        deeper = self._flat or (text[start : start + 1].isspace() and not self._opener[start : start + 1].isspace())
        if not deeper or (not self._block and not self._flat and _MAPPING.search(body) is not None):
            self._open = ""
            return text
        if _WRAPPER.search(body) is not None:
            self._opener = text
            return text
        unquoted = body[0] not in "\"'" and _WRAPPED.search(body) is None
        bare = unquoted and _WRAPPER.search(self._opener.rstrip()) is not None
        if not self._block:
            self._open = ""
        if bare or (self._flat and " - " in f" {self._opener}" and "- " not in text[:start]):
            return text
        while text[start : start + 1].isspace():
            start += 1
        if text[start : start + 2] == "- ":
            start += 2
        if text[start : start + 1] in "-{[<" and not self._block:
            return text
        if self._block:
            return text if harmless_value(text[start:].strip(), name) else text[:start] + MARK
        return hidden_value(name, text, start)

    def _in_data(self, text: str) -> str:
        if text.strip() and _indent(text) <= self._data:
            self._data = -1
            return text
        entry = _ENTRY.search(text)
        if entry is None or not (self._secret or _is_encoded(entry.group(2))):
            return text
        value = entry.group(2)
        if harmless_value(value):
            return text
        return entry.group(1) + MARK + entry.group(3)

    def _look(self, text: str) -> None:
        """Note what this line promises."""
        begun = list(KEY_BEGIN.finditer(text)) if any(sign in text for sign in KEY_SIGNS) else []
        if begun:
            self._key = KEY_END.search(text[begun[-1].end() :]) is None
            return
        if (named := _NAMED.search(text)) is not None:
            sure = promise(named.group(1)) is not Promise.NOTHING
            self._name, self._left = (named.group(1), _NEAR) if sure else ("", 0)
        elif (reset := _RESET.search(text)) is not None:
            self._name, self._left = reset.group(1), _NEAR
        self._look_for_open(text)
        if _TAKES_PIPE.search(text) is not None:
            self._piped = _PARTS
        if _SECRET_KIND.search(text) is not None:
            self._secret = True
        elif _KIND.search(text) is not None or text.strip() == "---":
            self._secret = False
        if _DATA.search(text) is not None:
            self._data = _indent(text)

    def _look_for_open(self, text: str) -> None:
        if self._block and self._open:
            return
        if _SMTP.search(text) is not None:
            self._open, self._opener, self._flat, self._block = "password", text, True, False
            return
        for pattern, flat in (
            (_OPEN, False),
            (_LISTED, True),
            (_CONTINUED, True),
            (_ELEMENT, True),
            (_PART, True),
            (_KEYED, True),
        ):
            found = pattern.search(text)
            if found is not None and promise(found.group(1)) is Promise.SECRET:
                self._open, self._opener, self._flat = found.group(1), text, flat
                self._flat = flat or text.rstrip().endswith("=>")
                self._block = not self._flat and text.rstrip()[-1:] in "|>-+" and ("|" in text or ">" in text)
                return


def hidden_value(name: str, text: str, start: int) -> str:
    """Return the text with the value that begins at a place hidden, when it is a secret of that name."""
    typed = _TYPED.search(text[start:])
    start += 0 if typed is None else typed.end()
    start += 0 if (wrapped := _WRAPPED.search(text[start:])) is None else wrapped.end() - 1
    body = _MORE.sub("", text[start:].rstrip())
    quote = body[0] if body[:1] in ("'", '"') else "\\" if body.startswith('\\"') else ""
    opening = '\\"' if quote == "\\" else quote
    inner = body[len(opening) :]
    if opening:
        first = start + len(opening)
        end = told_end(text, first, opening) - first
        end = end if end > 0 else inner.find(opening)
        inner = inner[:end] if end >= 0 else inner.rstrip(",")
    else:
        end = inner.find("</")
        inner = inner[:end] if end >= 0 else inner.rstrip(",}")
    said = remark if opening and promise(name) is Promise.SECRET else sentence
    if not inner.strip() or harmless_value(inner.strip(), name) or said(inner) or inner[0] in "[{<":
        return text
    sure = promise(name) is Promise.SECRET
    if (not sure and not issued(inner)) or (not opening and " " not in inner and state(inner)):
        return text
    at = start + len(opening)
    return text[:at] + MARK + text[at + len(inner) :]


def secret_objects(text: str) -> str:
    """Return the text without the data of a Secret in JSON on one line."""
    if _SECRET_KIND.search(text) is None:
        return text
    return _DATA_INLINE.sub(
        lambda match: match.group(1) + _STRING.sub(lambda each: each.group(1) + MARK, match.group(2)) + match.group(3),
        text,
    )


def _is_encoded(value: str) -> bool:
    if len(value) < 8 or len(value) % 4 or not value.replace("=", "").replace("+", "").replace("/", "").isalnum():
        return False
    return bool(decoded(value)) and not (value.islower() and value.isalpha())


def _common(one: str, other: str) -> int:
    """Return how many characters two lines begin with alike: their prefix and indentation."""
    pairs = zip(one[:_REACH], other[:_REACH], strict=False)
    return next(
        (place for place, (here, there) in enumerate(pairs) if here != there), min(len(one), len(other), _REACH)
    )


def _indent(text: str) -> int:
    found = _PREFIX.search(text)
    return 0 if found is None else len(found.group(1).expandtabs(4))


def piped(text: str) -> str:
    """Return a traced ``+ echo X`` without what it prints."""
    found = _ECHO.search(text)
    place = 2 if found is not None and found.group(2) else 3
    word = "" if found is None else found.group(place)
    if found is None or harmless_value(word) or plain(word) or (" " in word and sentence(word)):
        return text
    return text[: found.start(place)] + MARK + text[found.end(place) :]


def reversed_entries(lines: Iterable[str], redact: Callable[[str], str]) -> list[str]:
    """Return redacted lines, also where the secret stood before what tells of it.

    ``value: X`` before ``name: DB_PASSWORD``, and ``+ echo X`` before ``+ docker login --password-stdin``.
    """
    found: list[str] = []
    for text in lines:
        if found and (named := _NAMED.search(text)) is not None and not text.lstrip().startswith("-"):
            valued = _VALUED.search(found[-1])
            if valued is not None and promise(named.group(1)) is not Promise.NOTHING:
                found[-1] = hidden_value(named.group(1), found[-1], valued.start(1))
        if found and text[:1] == "+" and _TAKES_PIPE.search(text) is not None:
            found[-_PARTS:] = [piped(line) for line in found[-_PARTS:]]
        found.append(text)
        if "-----END" in text:
            found[-REACH:] = beheaded(found[-REACH:])
        found[-1] = redact(found[-1])
    return found
