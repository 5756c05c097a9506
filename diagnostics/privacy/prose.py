"""Secrets in sentences: ``the admin password is X``, ``invalid token X``, ``password for root: X``.

A sentence promises little, so that only a value that looks made up, or a quoted one that is said to be it, is hidden.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from diagnostics.patterns import compiled
from diagnostics.privacy.extent import GLUED, grouped, octets, word_end
from diagnostics.privacy.replacing import replaced
from diagnostics.privacy.secretnames import Promise, addresses, listed, numeric, password, promise
from diagnostics.privacy.values import (
    MARK,
    chosen_phrase,
    harmless_value,
    issued,
    mixed,
    odd,
    opaque,
    plain,
    random,
    scrambled,
    sentence,
    state,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from diagnostics.patterns import Match
    from diagnostics.privacy.naming import Name

_FILL = listed(
    """
    is was are be been being to set reset changed rotated updated now equals the a new old value from as has that you
    sent provided received got supplied used entered given presented called and it your into becomes will with following
    proceed login log in below here use please automatically randomly generated created first code
    temporal temporária temporário provisória provisional inicial iniziale initial temporaire temporär temporanea
    provisoire provvisoria temporaneo voorlopig vorläufiges tymczasowe tijdelijk tijdelijke
    midlertidig midlertidigt tillfälligt dočasné ideiglenes geçici
    generado generada généré générée nuevo nueva neu neues nouveau lautet ist est es é è är er jest администратора
    администратор администратору
    """
)
_SAID = listed("is was to equals becomes lautet ist est es é è är er jest")
_OWNER = listed("for of by для für pour para per di de del do du da dla voor för til till")
_WHERE = listed("on in at")
"""Before where it holds; what stands behind must then be said to be the value."""
_KIND = listed(
    """
    den dem die das der la le el los il lo o os użytkownika пользователя
    user account role the login database admin service client bootstrap root initial usuario usuário utilisateur utente
    benutzer gebruiker app application tenant project device host server site domain repository database resource
    bucket group team organization workspace cluster namespace registry
    """
)
"""Behind ``for``, before whose it is."""
_NAMED = listed("administrateur administrador administrator admin root usuario usuário utilisateur utente benutzer")
"""Whose it is, behind the name itself: ``mot de passe administrateur``."""
_REACH = 160
"""Characters after a name in which its value is looked for."""
_MOST, _FEW = 16, 4
"""Words looked at, and how often a value is said to follow."""
_BEHIND_NAME = " \t\"'`)]"
_QUOTES = "\"'`"
_NUMBERED = compiled(r"\A(\p{Lu}[\p{L}\-]{3,} \d{1,6})[\s.!]*$")
"""A name and a number that are the last words of a line."""
_BARE = compiled(r"""["'`{}].*""")
_AFTER = compiled(
    r"(?i)(\S+) (?:is|as) (?:the |your |its |a )?(?:new |root |admin |temporary |initial |default )?"
    r"(?:password|passwd|passphrase|token|secret|api key|access key)\b"
)
_LAST = compiled(r"""^,? [a-z ,.\-]{0,80}?\b([A-Za-z@.\d]+):\s+["'`]?([^\s"'`]{8,})["'`]?$""")
_ANNOUNCES = compiled(r"^,? [a-z ,.\-]{0,80}?:\s+[\"'`]?")
_KEPT = compiled(r"(?i)\b(?:netrc|keyring|keychain|credentials)\b")
"""Where tools keep keys: what they say to have put there is one."""
_OTHER = listed("user account id host from at file path code status line email error address reason by url error: for")
_REMARKED = compiled(r"""\A ((?:[A-Za-z0-9][\w.\-]*:? ){0,6})(?:"([^"]+)"|'([^']+)')""")
_NOT_OF = listed(
    "for user account of by from in on pattern regex regexp match matches file path host realm and or like"
)
"""Words behind a name and before what is not its value."""
_BRACKETED = compiled(r"""\A[^()]*?(\b(?:random|generated|temporary|new|default)\b[^()]{0,20})?\(([^\s()]{8,})\)""")
_DIGESTS = listed("sha1 sha256 sha384 sha512 md5 hash digest checksum fingerprint id")
_OWNERS = compiled(r"([A-Za-z][\w\-]+) $")
_SCALAR = compiled(r"^0x[0-9a-f]{64}$")
"""A number of an elliptic curve, which is the key of an account."""
_IDENTIFIER = compiled(r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")
_NEAR = 40
_WITH = ("with", "using", "by")
_CRYPT = compiled(r"(?i)(?:crypt|sign|unseal)\w* [a-z ]{0,30}$")
"""Before ``key``: what it did, or should have done."""
_CODE = compiled(r"\A[\"']?(\d{4,10}|\d{3,4}[ \-]\d{3,4})\b(?:[.,;\"']|\s|$)")
# A user, a slash and a password: bob@example.com / X
_BESIDE = (
    compiled(rf"([\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+ / )({GLUED}+)"),
    compiled(rf"(?i)(\b[\w\-]*(?:pass|auth|login)[\w\-]*: *(?:[\w.\-]+|\[redacted\]) / )({GLUED}+)"),
    compiled(
        r"(?i)(\b(?:credentials?|creds|logins?|accounts?|users?)\b(?:[\w ]{0,20}:| is| are) *[\w.\-]+ ?/ ?)"
        rf"({GLUED}+)"
    ),
)
_TOLD = compiled(
    r"""(?i)\((?:\w+ )?value:? ([^()]+)\)|"""
    r"""\b(?:value(?: is| was| of| to)?|got|want|expected|received|was|now|old=|new=|replaced with)"""
    rf"""\s?[:=]?\s?(?:["'`(]?({GLUED}+)|"([^"]+)")"""
    rf"""|\b(?:generated|using|created):? ["'`(]?({GLUED}{{12,}})"""
)
_LOGINS = ("credentials", "credential", "creds", "login")
_LOGIN = compiled(r"""^["'`]?[A-Za-z][\w.\-@]*[/:]([^\s/:"'`,;]{6,}?)[.,;"'`)]*$""")


def spoken(text: str, names: Sequence[Name]) -> str:
    """Return the text with the secrets of its sentences replaced."""
    kept: list[str] = []
    done = 0
    for name in names:
        if name.start < done:
            continue
        for first, last in _values(_owned(name, text), text, name.end):
            kept += (text[done:first], MARK)
            done = last
    text = "".join((*kept, text[done:])) if kept else text
    return _AFTER.sub(lambda match: match.group(0).replace(match.group(1), _judged(match.group(1)), 1), text)


def beside(text: str) -> str:
    """Return the text without passwords behind their user and a slash: ``bob@example.com / X``."""
    if " / " not in text and "/" not in text:
        return text
    for pattern in _BESIDE:
        text = replaced(pattern, _beside, text)
    return text


def _beside(match: Match) -> str:
    word = match.group(2)
    bare = word.rstrip(".)\"'")
    if not (issued(bare) or odd(bare) or scrambled(bare)) or harmless_value(bare):
        return match.group(0)
    return match.group(1) + MARK + word[len(bare) :]


def _owned(name: Name, text: str) -> str:
    """Return a name with the word before it when that says whose it is: ``Mailgun key``, but not ``gpg: key``."""
    if name.text.lower() != "key":
        return name.text
    owner = _OWNERS.search(text[max(0, name.start - _NEAR) : name.start])
    if owner is not None and owner.group(1).lower() in _WITH and _CRYPT.search(text[: name.start]) is not None:
        return "crypto_key"
    return name.text if owner is None or owner.group(1).lower() in _FILL else f"{owner.group(1)}_key"


def _judged(word: str) -> str:
    bare = word.strip(_QUOTES + ".,;:()")
    return word.replace(bare, MARK) if issued(bare) and not harmless_value(bare) else word


def _values(name: str, text: str, end: int) -> list[tuple[int, int]]:
    """Return where the values of a name stand: more than one in ``changed from X to Y``."""
    found: list[tuple[int, int]] = []
    said = owner = owned = placed = False
    if text[end : end + 1] not in _BEHIND_NAME:  # the name goes on, or another syntax does
        rest = {",": _announced, ":": _told, "(": _told}.get(text[end : end + 1])
        return found if rest is None else rest(name, text, end)
    for count, (word, at) in enumerate(_words(text, end)):
        if found and at < found[-1][1]:
            continue  # within a quoted value that holds blanks
        if count == _MOST or (at == end and word.strip("\"'`)]")):
            break
        lower = word.lower().rstrip(":=,")
        stated = word[-1] in ":=" or lower in _SAID
        if lower in _OWNER or (lower in _WHERE and not said):
            owner, said, placed = True, said or stated, placed or lower in _WHERE
        elif owner or (owned and lower.strip("#").isdigit() and len(lower) < _FEW and not said):
            owner, owned, said = lower in _KIND and not stated, True, said or stated
        elif lower in _FILL or lower in _NAMED or not lower.strip("\"'`)]"):
            said = said or stated
        else:
            place = None if placed and not said else _candidate(name, text, at, word, said=said, owned=owned)
            if place is None:
                break
            found.append(place)
    return next(filter(None, (found, *(look(name, text, end) for look in _LOOKS))), [])


def _words(text: str, start: int) -> Iterator[tuple[str, int]]:
    """Yield the words behind a place, and where they stand. By hand: this is looked at behind each name of a line."""
    piece, at = text[start : start + _REACH], 0
    for word in piece.split():
        at = piece.index(word, at)
        yield word, start + at
        at += len(word)


def _told(name: str, text: str, end: int) -> list[tuple[int, int]]:
    """Return what is said to be the value, further on: ``"DB_PASS" was NOT overwritten (value X)``."""
    if promise(name) is not Promise.SECRET:
        return []
    found = []
    for told in islice(_TOLD.finditer(text[end : end + _REACH]), _FEW):
        place = next(group for group in (1, 2, 3, 4) if told.group(group))
        value = told.group(place)
        whole = place == 1 and not sentence(value) and not state(value)
        made = whole or (scrambled(value) or opaque(value) if told.group(4) else issued(value) or chosen_phrase(value))
        if made and not harmless_value(value, name):
            found.append((end + told.start(place), end + told.end(place)))
    return found


def _names_value(name: str) -> bool:
    """Tell whether a name is of a secret, and not of the object that Kubernetes calls so."""
    return promise(name) is Promise.SECRET and name.lower() != "secret"


def _remarked(name: str, text: str, end: int) -> list[tuple[int, int]]:
    """Return words in quotes that are said to be the value: ``PASSPHRASE variable 'two, words' not accepted``."""
    quoted = _REMARKED.search(text[end : end + _REACH]) if _names_value(name) else None
    if quoted is None or {*quoted.group(1).lower().split()} & _NOT_OF:
        return []
    place = 2 if quoted.group(2) else 3
    words = quoted.group(place)
    made = " " in words and chosen_phrase(words, sure=True) and not harmless_value(words, name)
    return [(end + quoted.start(place), end + quoted.end(place))] if made and "=" not in words else []


def _announced(name: str, text: str, end: int) -> list[tuple[int, int]]:
    """Return the last word of a line that a password and a colon announce: ``use this password to log in: X``."""
    behind = text[end : end + _REACH]
    kept = promise(name) is not Promise.NOTHING and _KEPT.search(behind) is not None
    if promise(name) is Promise.SECRET and (place := _in_groups(behind)) is not None:
        return [(end + place[0], end + place[1])]
    last = _LAST.search(behind) if kept or promise(name) is Promise.SECRET else None
    if last is None or end + _REACH < len(text) or last.group(1).lower() in _DIGESTS:
        return []
    word = last.group(2)
    sure = password(name) and last.group(1).lower() not in _OTHER and issued(word)
    return [(end + last.start(2), end + last.end(2))] if sure or opaque(word) or scrambled(word) else []


def _in_groups(behind: str) -> tuple[int, int] | None:
    """Return the place of a code in groups that a sentence announces: ``setup key in your app: x5ow aqye``."""
    begun = _ANNOUNCES.search(behind)
    length = 0 if begun is None else grouped(behind[begun.end() :])
    return (begun.end(), begun.end() + length) if begun is not None and length else None


def _bracketed(name: str, text: str, end: int) -> list[tuple[int, int]]:
    """Return what stands in brackets: ``using a random one (X)``, ``the key in the file (X) does not match``."""
    found = _BRACKETED.search(text[end : end + _REACH]) if promise(name) is not Promise.NOTHING else None
    if found is None:
        return []
    word, made = found.group(2), found.group(1) and (issued(found.group(2)) or scrambled(found.group(2)))
    return [(end + found.start(2), end + found.end(2))] if made or random(word) else []


_LOOKS = (_told, _remarked, _announced, _bracketed)


def _candidate(name: str, text: str, at: int, word: str, *, said: bool, owned: bool = False) -> tuple[int, int] | None:
    login = _LOGIN.search(word) if name.lower().endswith(_LOGINS) else None
    if login is not None and mixed(login.group(1)) and not harmless_value(login.group(1)):
        return at + login.start(1), at + login.end(1)
    if numeric(name) and (said or "-" in word) and (code := _CODE.search(text[at : at + _NEAR])) is not None:
        return at + code.start(1), at + code.end(1)
    bytes_of = octets(text, at) if promise(name) is Promise.SECRET else None
    if bytes_of is not None or word[0] in _QUOTES:
        return bytes_of or _in_quotes(name, text, at, said=said, owned=owned)
    if said and password(name) and (numbered := _NUMBERED.search(text[at : at + _REACH])) is not None:
        return at, at + numbered.end(1)
    start = at + len(word) - len(word.lstrip("([<"))
    bare = _BARE.sub("", text[start : word_end(text, start)]).rstrip(".:!?)]>,;")
    made = _made(name, bare) or (said and mixed(bare) and (password(name) or _opens(name, bare)))
    if not bare or "=" in bare.rstrip("=") or not made or harmless_value(bare, name) or state(bare):
        return None
    return start, start + len(bare)


def _in_quotes(name: str, text: str, at: int, *, said: bool, owned: bool) -> tuple[int, int] | None:
    end = text.find(text[at], at + 1)
    inner = text[at + 1 : end] if end > 0 else ""
    secret = inner and _quoted(name, inner, said=said) and (said or not owned or issued(inner))
    return (at + 1, end) if secret else None


def _made(name: str, word: str) -> bool:
    """Tell whether a word is the value of that name: of a key or a session much is said that is none."""
    if promise(name) is Promise.SECRET:
        return issued(word)
    if name.lower().endswith("_key"):
        return promise(name) is Promise.PERHAPS and (opaque(word) or _IDENTIFIER.search(word) is not None)
    return random(word) or (name.lower() == "key" and _SCALAR.search(word) is not None)


def _opens(name: str, word: str) -> bool:
    """Tell whether a key is said to be a word that somebody chose: ``the wifi key is X``."""
    return name.lower().endswith("_key") and promise(name) is Promise.PERHAPS and not addresses(name) and odd(word)


def _quoted(name: str, inner: str, *, said: bool) -> bool:
    if harmless_value(inner, name) or sentence(inner, sure=name.lower().endswith("passphrase")):
        return False
    if name.lower().endswith("cookie"):
        return random(inner)  # the name of a cookie stands in quotes as well
    if _made(name, inner):
        return True
    sure = promise(name) is Promise.SECRET and password(name)
    phrase = name.lower().endswith("passphrase") and not sentence(inner, sure=True)
    return sure and (said or phrase or not plain(inner) or " " not in inner) and not inner.startswith(("%", "$"))
