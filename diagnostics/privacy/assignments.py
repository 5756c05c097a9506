"""Values that a name promises and carries: ``DB_PASSWORD=X``, in any of the syntaxes of ``carriers``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from diagnostics.patterns import compiled
from diagnostics.privacy.carriers import CARRIERS, COLON, SURE
from diagnostics.privacy.extent import Value, located
from diagnostics.privacy.naming import PROMISES, Name
from diagnostics.privacy.replacing import replaced
from diagnostics.privacy.secretnames import Promise, promise
from diagnostics.privacy.values import MARK, harmless_value, issued, odd, sentence, state
from diagnostics.privacy.verdicts import hidden

if TYPE_CHECKING:
    from diagnostics.patterns import Match


_VALUE = compiled(r"(?i)\bvalue\\*[\"']?\s*[:=]")
_BACKWARD = compiled(
    r"""(?i)(\bvalue\\*["']?\s*[:=]\s*\\*["']?)([^\s"',;{}\[\]\\]+)(\\*["']?[,;]?\s*\\*["']?(?:name|key|variable|property)\\*["']?\s*[:=]"""
    r"""\s*\\*["']?)([\w.\-]+)"""
)

_LEADS = "-:/<{(\"'"
"""Signs before a name after which a blank alone may part it from its value."""
_SPACED = compiled(
    r"""\A\s+(?:[:\x{ff1a}=|.\-<→│(\\"']|%|(?i:(?:string|str|\w*value|val|content|plaintext|reg_\w+)\b)|\[\]byte|[\w.\-]+\s+=\s)"""
)
_BEHIND = 160
"""Characters after a name in which its carrier is looked for."""
_GETTERS = compiled(
    r"(?i)(?:^|[._])(?:get|read|load|fetch|find|lookup|is|has|check|validate|parse|decode|verify|generate|create|make|"
    r"require|need|missing|invalid|expected|unexpected|no)_?[A-Za-z]*$"
)
_TEMPLATE = compiled(r"\{\{-? [^{}]*$")
_DIGESTED = compiled(r"(?i)(?:checksum|sha\d+|md5|digest|fingerprint)[/.:_\-]$")
"""Before a name: what follows is a hash of it."""
_PROMPTS = ('"', "'")
"""Signs around ``Password:`` where it is a text to wait for."""
_PARSER = ("unexpected ", "near ", "illegal ", "next ")
"""Before ``token``: a parser speaks."""
_VISIBILITY = compiled(r"""\A":(?:"\w+":)?(?:protected|private)\]=>\s*$""")
"""Behind a property that PHP dumps: its value is on the next line."""
_SETTING = compiled(r"""\A\s+([^\s"'=:|,][^"'=:|]*?)(?:\\n)?(["'])""")
"""Behind a name that a quote opens: a line of settings in quotes."""
_ABSENT = ("non-existent ", "nonexistent ", "unknown ", "unknown config ")
"""Before a name: what follows is the name of something that is not there."""
_MANY = ("codes", "keys", "tokens", "passwords", "secrets")
_FURTHER = compiled(r"""\A["']?(?:\s*,\s*|\s+)["']?([^\s"',\])}]+)""")
_DIGITS = compiled(r"^\d{4,}(?:-\d{4,})+$")
_CHANGED = compiled(r"""\A(?:["']\s*(?:->|→|=>)\s*["']([^"']+)["']|\s*→\s*([^\s"',;]{6,}))""")
"""What a value becomes, as Terraform prints it."""
_ALTERNATIVE = compiled(r"\A:?[?+]")
"""Behind a variable's name: an error or what stands for it when it is set, but no default."""
_PATHS = compiled(r"[\w:]:$")
"""Before a name within a path of names: ``app::auth::token``, an ARN."""
_PHRASES = ("mnemonic", "phrase", "seed", "words")
_PHRASE = compiled(r"\A[a-z]+(?: [a-z]+){3,23}\s*$")


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
            done = _listed(name, text, done, kept)
            if (changed := _CHANGED.search(text[done : done + _BEHIND])) is not None:
                place = 1 if changed.group(1) else 2
                became = changed.group(place)
                kept += (
                    text[done : done + changed.start(place)],
                    became if harmless_value(became, name.text) else MARK,
                )
                done += changed.end(place)
    if len(names) > PROMISES and names[PROMISES].start >= done:
        return "".join((*kept, text[done : names[PROMISES].start], MARK))
    return "".join((*kept, text[done:])) if kept else text


def _listed(name: Name, text: str, done: int, kept: list[str]) -> int:
    """Hide the values behind the first one, where a name is of many: ``Recovery codes: X, Y, Z``."""
    if not name.text.lower().endswith(_MANY):
        return done
    for _ in range(PROMISES):
        further = _FURTHER.search(text[done : done + _BEHIND])
        if further is None or not _one_of_many(further.group(1)):
            break
        kept += (text[done : done + further.start(1)], MARK)
        done += further.end(1)
    return done


def _one_of_many(word: str) -> bool:
    return issued(word) or odd(word) or _DIGITS.search(word) is not None


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


def _secret(name: Name, text: str) -> Value | None:
    before = text[max(0, name.start - 24) : name.start]
    if _carries_none(name, before, text):
        return None
    value = _quoted_setting(name.text, before, text, name.end) or _value(name.text, before, text, name.end)
    if value is None or not hidden(name.text, promise(name.text), value, text):
        return None
    return value


def _carries_none(name: Name, before: str, text: str) -> bool:
    """Tell whether what stands before a name says that no value of it follows."""
    behind = text[name.end : name.end + 2]
    return (
        name.text.lower().startswith("hmac-sha")
        or (name.text.lower() == "token" and before.lower().endswith(_PARSER))
        or _DIGESTED.search(before) is not None
        or _TEMPLATE.search(text[max(0, name.start - _BEHIND) : name.start]) is not None
        or before.endswith(_ABSENT)
        or (before.endswith("-existent secret ") and name.text == "key")
        or (before.endswith("${") and _ALTERNATIVE.search(behind) is not None)
        or _VISIBILITY.search(text[name.end : name.end + _BEHIND]) is not None
        or (before[-1:] in _PROMPTS and behind == f":{before[-1:]}")
    )


def _quoted_setting(name: str, before: str, text: str, end: int) -> Value | None:
    """Return the value of a line of settings in quotes: ``'db_password two words'``."""
    setting = _SETTING.search(text[end : end + _BEHIND]) if "_" in name and before[-1:] in _PROMPTS else None
    if setting is None or setting.group(2) != before[-1:]:
        return None
    inner = setting.group(1)
    if sentence(inner, sure=True) or state(inner.split(" ", 1)[0]):
        return None
    return Value(end + setting.start(1), end + setting.end(1), quoted=True, surety=SURE)


def _value(name: str, before: str, text: str, end: int) -> Value | None:
    """Return the value that the first fitting carrier points at."""
    behind = text[end : end + _BEHIND]
    last = before[-1:]
    if not behind or (behind[0].isspace() and last not in _LEADS and _SPACED.search(behind) is None):
        return None
    for carrier in CARRIERS:
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
            return Value(end + found.end(), len(text), quoted=True, surety=SURE)
        value = located(carrier, name, before, text, end + found.end())
        if value is not None:
            return value
    return None
