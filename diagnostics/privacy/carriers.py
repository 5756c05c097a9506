"""How a name carries its value: the syntaxes of formats, languages and shells, as data.

A name that promises a secret is found first; then one of the ``_CARRIERS`` must follow it, which tells where the value
begins and how sure it is that a value stands there at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from diagnostics.patterns import compiled
from diagnostics.privacy.encoded import decoded
from diagnostics.privacy.secretnames import Promise, addresses, promise
from diagnostics.privacy.secretshapes import replaced
from diagnostics.privacy.values import (
    MARK,
    STATES,
    chosen,
    harmless_value,
    issued,
    names_object,
    opaque,
    random,
    sentence,
    state,
)

if TYPE_CHECKING:
    from diagnostics.patterns import Match, Pattern

NAMES = compiled(
    r"(?i)(?:(?:\b(?:api|access|secret|private|client|signing|encryption|license|master|admin|session|connection"
    r"|write|shared|"
    r"verification|security|one-time|login|recovery|backup|auth|pass|account|root|storage|service|deploy|refresh"
    r"|bearer|unseal|certificate|recovery|otp|2fa|mfa|totp|sms|two-factor|webhook|community)[ _])"
    r"(?:keys?|codes?|id|word|pw|string)(?: \d{1,2})?\b|(?:[A-Za-z_][\w.\-]*?)?"
    r"(?:pass|pwd|pswd|psw|\bpw|[_.\-]pw|bindpw|rootpw|secret|token|key|auth|cred|cookie|sess|sid|sig|salt|pepper"
    r"|otp|pin\b|bearer|[cx]srf|"
    r"hmac|seed|mnemonic|licen[cs]e|ticket|jwt|webhook|code_verifier|(?:device|authorization|activation|pairing|invite|invitation)[_\-]?code|communitystring|kennwort|contrase[nñ]a"
    r"|senha|mot_?de_?passe|dockerconfigjson|dockercfg|saml(?:request|response)|sas\b|xoauth|\bpsk|[_.\-]psk|"
    r"пароль|密码|密碼|パスワード|비밀번호)[\w\-]*(?:\.[\w\-]+)*)"
)
"""Names that may promise a secret: ``promise`` decides."""

_Q = r"""(?:\\*["'`]|&quot;|&#3[49];|&apos;|%2[27]|\\u002[27])"""
_CLOSE = rf"(?:{_Q}|[\])}}])*"

SURE, PAIR, COLON, BLANK = "sure", "pair", "colon", "blank"
"""How sure a carrier is: a value stands there; a value, or the next of a list; a value or a remark; perhaps a value."""


@dataclass(frozen=True, slots=True)
class _Carrier:
    pattern: Pattern
    begins: str
    """Signs with which what follows the name may begin: a look that costs nothing."""
    ends: str = ""
    """Signs of which one must stand before the name."""
    surety: str = SURE
    before: Pattern | None = None
    """What must stand before the name."""
    quoted: bool = False
    """Whether the value must be quoted."""
    until: str = ""
    """What ends the value, where it is neither quoted nor a word."""


_OPENING = compiled(r"<(?:[\w\-]+:)?$")
_ESCAPED_OPENING = compiled(r"&lt;(?:[\w\-]+:)?$")
_FLAG = compiled(r"""(?:^|[\s"'\[,=`(])(?:--?|/)$""")
_PAIR_BEFORE = compiled(r"""[{(\[]\s*\\?["'`:]?$""")
_BLANKS, _QUOTES = " \t", "\\\"'`&%"
_CLOSES = _QUOTES + "])}"

_CARRIERS = (
    # <password>X</password>, <ns:Password type="t">X<...
    _Carrier(compiled(r"\A(?:\s[^<>]*)?>\s*<!\[CDATA\["), _BLANKS + ">", "<:", before=_OPENING, until="]]>"),
    _Carrier(compiled(r"\A(?:\s[^<>]*)?>\s*"), _BLANKS + ">", "<:", before=_OPENING, until="</"),
    _Carrier(compiled(r"\A[^&<>]*&gt;\s*"), _BLANKS + "&", ";:", before=_ESCAPED_OPENING, until="&lt;"),
    # name="password" value="X"; "name":"X","value":"Y"; - name: X value: Y; <name>X</name><value>Y
    _Carrier(
        compiled(
            rf"\A{_CLOSE}(?:\s*[,;]\s*|\s+"
            rf"|</\w+>\s*<)(?:[\w:.\-]+={_Q}[^\"'<>]*{_Q}\s+)*{_Q}?(?i:value|val|stringvalue|content|plaintext)"
            rf"{_Q}?(?:\s*[:=]\s*|>)"
        ),
        _CLOSES + _BLANKS + ",;<",
    ),
    # <property name="password">X</property>
    _Carrier(compiled(rf"\A{_Q}(?:\s+[\w:.\-]+={_Q}[^<>\"']*{_Q})*\s*>\s*"), _QUOTES, until="</"),
    # s:8:"password";s:7:"X" (PHP)
    _Carrier(compiled(rf"\A{_Q};s:\d+:"), _QUOTES, quoted=True),
    # password.............X
    _Carrier(compiled(r"\A\s?\.{4,}\s*"), " ."),
    # password: String = "X"; token string = "X"
    _Carrier(compiled(r"\A\??\s*:\s*[&\w.<>\[\]*]+(?:\s\w+)?\s*=\s*"), _BLANKS + "?:", quoted=True),
    _Carrier(compiled(r"\A\s+(?:string|String|\[\]byte|str)\s*:?=\s*"), _BLANKS, quoted=True),
    # Key (token)=(X) already exists (PostgreSQL)
    _Carrier(compiled(r"\A\)=\("), ")", until=")"),
    # ["password":protected]=> string(1) "X" (PHP)
    _Carrier(compiled(rf"\A{_Q}:(?:{_Q}\w+{_Q}:)?(?:protected|private)\]=>\s*"), _QUOTES, quoted=True),
    # password=X, "password" => "X", password -> X, | password | X, password%3DX
    _Carrier(
        compiled(rf"\A{_CLOSE}\s*(?:={{1,2}}>?|:=|::=?\s|->|<-|→|│|%3[Dd]|:?%3[Aa])\s*"), _CLOSES + _BLANKS + "=:-<→│"
    ),
    _Carrier(compiled(rf"\A{_CLOSE}\s+\|\s+"), _CLOSES + _BLANKS),
    # password: X; map[password:X]; {:password "X"}
    _Carrier(compiled(rf"\A{_CLOSE}(?:\s\([\w\s=]{{1,20}}\))?\s*:\s*"), _CLOSES + _BLANKS + ":", surety=COLON),
    # A flag and a pair in a list: "--password","X" and {password,"X"}, define('PASSWORD', 'X')
    _Carrier(compiled(rf"\A{_Q}\s*,\s*"), _QUOTES, "-/", quoted=True, before=_FLAG),
    _Carrier(compiled(rf"\A{_Q}\s*,\s*"), _QUOTES, "{([\"'`: ", quoted=True, before=_PAIR_BEFORE, surety=PAIR),
    _Carrier(compiled(r"\A\s*,\s*"), _BLANKS + ",", "{", quoted=True),
    _Carrier(compiled(r"\A,\s+"), ",", "-/", before=_FLAG),
    # setPassword("X"), password!("X"), Secret("X")
    _Carrier(compiled(r"\A!?\(\s*"), "!(", quoted=True),
    # --password X
    _Carrier(compiled(rf"\A{_Q}?\s+"), _QUOTES + _BLANKS, "-/", surety=BLANK, before=_FLAG),
    # {API_TOKEN X nil} (Go), {:password "X"} (Clojure), (password . "X") (Lisp)
    _Carrier(compiled(r"\A\s+"), _BLANKS, "{", surety=BLANK),
    _Carrier(compiled(r"\A\s+"), _BLANKS, ":", quoted=True),
    _Carrier(compiled(r"\A\s+\.\s+"), _BLANKS, quoted=True),
)

_VALUE = compiled(r"(?i)\bvalue\\*[\"']?\s*[:=]")
_BACKWARD = compiled(
    r"""(?i)(\bvalue\\*["']?\s*[:=]\s*\\*["']?)([^\s"',;{}\[\]\\]+)(\\*["']?[,;]?\s*\\*["']?(?:name|key|variable|property)\\*["']?\s*[:=]"""
    r"""\s*\\*["']?)([\w.\-]+)"""
)

_LEADS = "-:/<{(\"'"
"""Signs before a name after which a blank alone may part it from its value."""
_SPACED = compiled(
    r"""\A\s+(?:[:=|.\-<→│(\\"']|%|(?i:(?:string|str|value|val|stringvalue|content|plaintext)\b)|\[\]byte)"""
)
_BEHIND = 160
"""Characters after a name in which its carrier is looked for."""
_GETTERS = compiled(
    r"(?i)(?:^|[._])(?:get|read|load|fetch|find|lookup|is|has|check|validate|parse|decode|verify|generate|create|make|"
    r"require|need|missing|invalid|expected|unexpected|no)_?[A-Za-z]*$"
)
_WRAP = (
    r"(?:\([\w.*\[\]&: ]{1,60}\) (?:\((?:len|cap)=\d+[^()]{0,20}\) )?)?"
    r"(?:[&*]{0,2}(?:(?:Some|Ok|Just|new\s+\w+|[A-Z]\w*(?:(?:::|\.)\w+)*|bytes|str|string|bytearray|PASSWORD"
    r"|password)(?:<\w+>)?[(\[]"
    r"|[A-Z]\w*\s?\{\s?(?:\w+: )?|string\(\d+\)\s+|<<|\[\]\w+\{|!!\w+\s+|&\w+\s+|\[\s*)){0,3}"
)
_QUOTED = compiled(rf"\A({_WRAP}[bBuUrRfNEL@$:&]{{0,2}})({_Q})")
_WRAPPED = compiled(r"\A(?:Some|Ok|Just|Optional)[(\[]([^\s()\[\]\"',]+)[)\]]")
_BRACKETED = compiled(r"""\A[\[({<]([^\s\[\](){}<>"'=:,]+)[\])}>]""")
_BRACED = compiled(r"""\A\{([^{}"'=:]+)\}""")
_TAGGED = compiled(r"\A(?:!!\w+|&\w+)\s+")
_RUN = compiled(r"\A\S+")
# Where an unquoted value ends before the blank: a separator and a name, a quote that closes, a newline written out.
_CUT = compiled(
    r"""[,;|](?:$|["'(\[{]|[\w.\-$@]*["'\]]?[=:])|&(?:$|[\w.\-%\[\]]+=)|["'`](?:$|[\s,;:.)\]}>])"""
    r"""|\\["'nrt]|</|&quot;|%2[26]|&#3[49];"""
)
_PAIRED = {")": "(", "]": "[", "}": "{", ">": "<"}
_DOUBLED = compiled(r"""\A[A-Za-z0-9]""")
_NEXT_FIELD = compiled(r";\s*(?:$|[A-Za-z][\w ]*=)")
# A variable on a line of its own, as an env file holds it: its value is the rest.
_VARIABLE = compiled(r"^\s*(?:export\s+)?[A-Z][A-Z0-9_]*=$")
_ALONE = compiled(r"""^[^\s"'=\\$<(\[{][^"'=\\]*$""")
_KEYED = compiled(r"^\s*(?:- )?[\w.\-]+:\s+$")
_REMARK = compiled(r"""^\s+\\?["']?[A-Za-z']+""")
_LAST = compiled(r"""^[\s"'}\])]*$|^,?\s+[\w\-]+(?: [\w\-]+)?[:=]""")
"""What follows a value that is the last of its line, or before the next name of a list."""
_TEMPLATE = compiled(r"\{\{-? [^{}]*$")
_DIGESTED = compiled(r"(?i)(?:checksum|sha\d+|md5|digest|fingerprint)[/.:_\-]$")
"""Before a name: what follows is a hash of it."""
_LONG, _SHORT, _HEAD = 65536, 256, 80
_OPENINGS = ("[", "{", "(", "<")
_PARSER = ("unexpected ", "near ", "illegal ", "next ")
"""Before ``token``: a parser speaks."""
_ABSENT = ("non-existent ", "nonexistent ", "unknown ", "unknown config ")
"""Before a name: what follows is the name of something that is not there."""
_PATHS = compiled(r"[\w:]:$")
"""Before a name within a path of names: ``app::auth::token``, an ARN."""
_PASSWORDS = ("password", "passwd", "passphrase", "passcode", "pass", "pwd", "pw")
_PHRASES = ("mnemonic", "phrase", "seed")
_PHRASE = compiled(r"\A[a-z]+(?: [a-z]+){3,23}\s*$")

_LOGINS = ("auth", "cred", "creds", "credential", "credentials", "login")
_LOGIN = compiled(r"^[\w.\-@]+:([^\s:/]{4,})$")
"""``user:password``."""
_NUMBER = 16
"""Shorter numbers are counts, seeds and the like where a name only may promise a secret."""

HEADS, PROMISES = 2000, 80
"""Names looked at in one line, and how many of them may promise a secret; what stands behind these is hidden, because
no program prints so many."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name that promises a secret, and where it stands."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Value:
    start: int
    end: int
    quoted: bool
    surety: str


def promising(text: str) -> list[Name]:
    """Return the names of a line that promise a secret; at most ``PROMISES`` and one."""
    found: list[Name] = []
    for count, head in enumerate(NAMES.finditer(text)):
        name = head.group(0).rstrip(".-")
        if count == HEADS or promise(name) is not Promise.NOTHING:
            found.append(Name(name, head.start(), head.start() + len(name)))
            if count == HEADS or len(found) > PROMISES:
                break
    return found


def carried(text: str, names: list[Name]) -> str:
    """Return the text with the values of names that promise a secret replaced."""
    kept: list[str] = []
    done = 0
    for name in names[:PROMISES]:
        if name.start < done:
            continue
        value = _secret(name, text)
        if value is not None:
            kept += (text[done : value.start], MARK)
            done = value.end
    if len(names) > PROMISES and names[PROMISES].start >= done:
        return "".join((*kept, text[done : names[PROMISES].start], MARK))
    return "".join((*kept, text[done:])) if kept else text


def backward(text: str) -> str:
    """Return the text without a value that stands before its name: ``value=X name=DB_PASSWORD``."""
    return text if _VALUE.search(text) is None else replaced(_BACKWARD, _named_after, text)


def _named_after(match: Match) -> str:
    value, promised = match.group(2), promise(match.group(4))
    if promised is Promise.NOTHING or harmless_value(value, match.group(4)):
        return match.group(0)
    if promised is Promise.PERHAPS and not issued(value):
        return match.group(0)
    return match.group(1) + MARK + match.group(3) + match.group(4)


def quoted_end(text: str, start: int, quote: str) -> int:
    """Return where a quoted value ends; the end of the text when nothing closes it."""
    at = start
    while (at := text.find(quote, at)) >= 0:
        escaped = at > start and text[at - 1] == "\\"
        if escaped and quote[0] in "\\\"'`":
            at += len(quote)
            continue
        doubled = len(quote) == 1 and at > start and text[at + 1 : at + 2] == quote
        if doubled and _DOUBLED.search(text[at + 2 : at + 3]) is not None:
            at += 2
            continue
        return at
    return len(text)


def word_end(text: str, start: int) -> int:
    """Return where an unquoted value ends."""
    if text.startswith(MARK, start):
        return start + len(MARK)
    run = _run(text, start)
    while run and run[-1] in _PAIRED and run.count(run[-1]) > run.count(_PAIRED[run[-1]]):
        run = run[:-1]
    return start + len(run)


def _run(text: str, start: int) -> str:
    """Return the word that begins at a place, up to where it is cut."""
    for reach in (_SHORT, _LONG):
        found = _RUN.search(text[start : start + reach])
        run = "" if found is None else found.group(0)
        cut = _CUT.search(run, 1) if len(run) > 1 else None
        if cut is not None and cut.end() < reach:
            return run[: cut.start()]
        if len(run) < reach:
            return run
    return run


def _secret(name: Name, text: str) -> _Value | None:
    before = text[max(0, name.start - 24) : name.start]
    if name.text.lower() == "token" and before.lower().endswith(_PARSER):
        return None
    if _DIGESTED.search(before) is not None or _TEMPLATE.search(text[max(0, name.start - _BEHIND) : name.start]):
        return None
    if before.endswith(_ABSENT) or (before.endswith("-existent secret ") and name.text == "key"):
        return None
    value = _value(name.text, before, text, name.end)
    if value is None or not _hidden(name.text, promise(name.text), value, text):
        return None
    return value


def _value(name: str, before: str, text: str, end: int) -> _Value | None:
    """Return the value that the first fitting carrier points at."""
    behind = text[end : end + _BEHIND]
    last = before[-1:]
    if not behind or (behind[0].isspace() and last not in _LEADS and _SPACED.search(behind) is None):
        return None
    for carrier in _CARRIERS:
        if behind[0] not in carrier.begins or (carrier.ends and (not last or last not in carrier.ends)):
            continue
        if carrier.before is not None and carrier.before.search(before) is None:
            continue
        found = carrier.pattern.search(behind)
        if found is None:
            continue
        if carrier.quoted and behind.startswith(("(", "!(")) and _GETTERS.search(name) is not None:
            return None
        if carrier.surety == COLON and _PATHS.search(before) is not None:
            return None
        if name.lower().endswith(_PHRASES) and _PHRASE.search(text[end + found.end() :]) is not None:
            return _Value(end + found.end(), len(text), quoted=True, surety=SURE)
        value = _located(carrier, before, text, end + found.end())
        if value is not None:
            return value
    return None


def _located(carrier: _Carrier, before: str, text: str, at: int) -> _Value | None:
    """Return the value that begins at a place: up to a sign, quoted, in brackets, or a word."""
    head = text[at : at + _HEAD]
    if carrier.until:
        end = text.find(carrier.until, at)
        return _Value(at, end, quoted=True, surety=carrier.surety) if end > at else None
    quoted = _QUOTED.search(head)
    if quoted is not None:
        start, end = _within(text, at + quoted.end(), quoted.group(2))
        return _Value(start, end, quoted=True, surety=carrier.surety)
    place = None if carrier.quoted else _unquoted(before, text, at)
    return None if place is None else _Value(*place, quoted=False, surety=carrier.surety)


def _within(text: str, start: int, quote: str) -> tuple[int, int]:
    """Return where a quoted value begins and ends; CSV and ADO.NET double the quote."""
    if quote == '"' == text[start : start + 1] and text[start + 1 : start + 2].isalnum():
        return start + 1, quoted_end(text, start + 1, '""')
    return start, quoted_end(text, start, quote)


def _unquoted(before: str, text: str, at: int) -> tuple[int, int] | None:
    """Return where a value without quotes begins and ends."""
    head = text[at : at + _SHORT]
    for pattern in (_WRAPPED, _BRACKETED, _BRACED):
        if (inner := pattern.search(head)) is not None and inner.group(0) != MARK:
            word = inner.group(1)
            made = head[0] != "<" or issued(word)
            return (
                (at + inner.start(1), at + inner.end(1)) if made and not (head[0] == "[" and word.isupper()) else None
            )
    if (tag := _TAGGED.search(head)) is not None:
        at += tag.end()
    if head[:1] in _OPENINGS and not head.startswith(MARK):
        return None
    field = _NEXT_FIELD.search(text[at : at + _SHORT]) if before.endswith(";") else None
    if _VARIABLE.search(text[:at]) is not None and _ALONE.search(text[at:]) is not None:
        return at, len(text.rstrip())
    end = word_end(text, at) if field is None else at + field.start()
    return (at, end) if end > at else None


def _hidden(name: str, promised: Promise, value: _Value, text: str) -> bool:
    """Tell whether the value is a secret."""
    said = text[value.start : value.end]
    if value.surety == COLON and "=" in said and name.lower().endswith("cookie"):
        return False  # a header: ``headers`` looked at it
    if harmless_value(said.strip("\\\"'`"), name) or (value.quoted and sentence(said)):
        return False
    if (promised is Promise.PERHAPS and not _perhaps(name, said)) or (value.surety == PAIR and names_object(said)):
        return False
    if value.quoted or value.surety == SURE:
        return value.quoted or (not said.startswith("=") and said.lower() not in STATES)
    if value.surety == COLON:
        return not _remark(name, said, text[value.end : value.end + _HEAD], text[: value.start])
    return not said.startswith(("-", "<", "[")) and not state(said)


def _perhaps(name: str, said: str) -> bool:
    """Tell whether the value of a name that may promise a secret is one."""
    if name.lower().endswith(_LOGINS) and (pair := _LOGIN.search(said)) is not None:
        return not harmless_value(pair.group(1)) and not pair.group(1).isdigit()
    if name.lower().endswith("auth") and ":" in decoded(said):
        return True  # as Docker's config.json holds it: base64 of user:password
    if said.isdigit() and len(said) < _NUMBER:
        return False
    if name.lower() == "key":
        return random(said)
    return opaque(said) if addresses(name) else issued(said)


def _remark(name: str, said: str, after: str, before: str) -> bool:
    """Tell ``cannot read token: connection refused`` from ``password: hunter2``."""
    if issued(said):
        return False
    if name == "PASS" or state(said) or said.startswith(("//", "/")):
        return True
    if before.endswith(('": ', "': ", '" : ', ") : ", "]: ")) and not said.isdigit():
        return True  # volume "db-secret" : secret "db" not found
    word = said.rstrip(",;:.!)").replace("'", "")
    if not word.replace("-", "").isalpha() or (_KEYED.search(before) is not None and chosen(said + after)):
        return False
    if _LAST.search(said[len(said.rstrip(",")) :] + after) is not None and _compound(name, word):
        return False
    return said != word.replace("-", "") or _REMARK.search(after) is not None


def _compound(name: str, word: str) -> bool:
    """Tell whether words after a password's name are joined as no state is: ``swordfish-lamp``, not ``not-found``."""
    return (
        "-" in word
        and name.lower().endswith(_PASSWORDS)
        and not any(state(part) or not part for part in word.split("-"))
    )
