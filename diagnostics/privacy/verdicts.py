"""Whether what a name carries is a secret."""

from __future__ import annotations

from typing import TYPE_CHECKING

from diagnostics.patterns import compiled
from diagnostics.privacy.carriers import CELL, COLON, PAIR, SURE, TURN
from diagnostics.privacy.encoded import decoded
from diagnostics.privacy.secretnames import Promise, addresses, password
from diagnostics.privacy.values import (
    STATES,
    all_kinds,
    chosen,
    harmless_value,
    issued,
    label,
    names_object,
    odd,
    opaque,
    plain,
    random,
    remark,
    sentence,
    state,
)

if TYPE_CHECKING:
    from diagnostics.privacy.extent import Value

_HEAD = 80
"""Characters behind a value that tell of it."""
_SHELL = compiled(r"^[a-z][\w.\-]* +\S*[/\-$]")
"""A command whose output is the value."""
_DESCRIBED = compiled(r"^\s+[A-Z][A-Z0-9_]*:\s{2,}$")
"""Before a variable's value as ``kubectl describe`` prints it."""
_FIELDS = compiled(r"[{\[ ][A-Z]\w*:$")
_SIBLING = compiled(r"\A(?: [^\s{}:=\"']+){0,3}(?: [A-Z]\w*:|\})")
"""Before and behind a value among the fields of a record: ``{User:app Password:X Mode:y}`` (Go)."""
_ROW = compiled(r"^\s*[|│┃][^|│┃]+[|│┃][^|│┃]+[|│┃]?\s*$")
"""A row of two columns."""
_KEYED = compiled(r"^\s*(?:- )?[\w.\-]+:\s+$")
_REMARK = compiled(r"""^\s+\\?["']?[A-Za-z']+""")
_LAST = compiled(r"""^[\s"'}\])]*$|^,?\s+[\w\-]+(?: [\w\-]+)?[:=]""")
"""What follows a value that is the last of its line, or before the next name of a list."""
_LOGINS = ("auth", "cred", "creds", "credential", "credentials", "login")
_LOGIN = compiled(r"^[\w.\-@]+:([^\s:/]{4,})$")
"""``user:password``."""
_MEASURED = compiled(
    r"^(?:v?\d+(?:\.\d+)+(?:[-+]\w+)?|\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h|d|%)|\d{4}-\d\d-\d\d\S*"
    r"|v\d+|sha-?\d+|md5|bcrypt|argon2\w*|scrypt|[a-z]+:\d+)$"
)
_OF_ANOTHER = ('": ', "': ", '" : ', ") : ", "]: ")
"""Before a remark about something that was named in quotes: volume "db-secret" : secret "db" not found."""
_FOR_LETTERS = compiled(r"^[^:/.=]*[a-z]\d{1,2}[a-z][^:/.=]*$")
_BYTES = compiled(r"^(?:(?:0x[0-9a-f]{1,2}|\d{1,3})[, ]+){15,}(?:0x[0-9a-f]{1,2}|\d{1,3})$")
"""The bytes of a key, of 128 bits at least."""
_PART = 8
_LONGEST = 32
"""Nobody types longer words."""
_NUMBER_LAST = compiled(r"^ \d{1,6}[\s.!]*$")
_MADE = ("key", "keys", "token", "tokens", "cookie", "cookies", "ticket", "session", "auth")
_NUMBER = 16
"""Shorter numbers are counts, seeds and the like where a name only may promise a secret."""


def hidden(name: str, promised: Promise, value: Value, text: str) -> bool:
    """Tell whether the value is a secret."""
    said = text[value.start : value.end]
    if _harmless(name, promised, value, said, text):
        return False
    if value.quoted or value.surety in (SURE, CELL):
        return value.quoted or (not said.startswith("=") and said.lower() not in STATES)
    if value.surety == COLON:
        before, behind = text[: value.start][-_HEAD:], text[value.end :][:_HEAD]
        if _DESCRIBED.search(before) is not None or (_FIELDS.search(before) and _SIBLING.search(behind)):
            return True
        return not _remark(name, said, text[value.end : value.end + _HEAD], text[: value.start])
    return not said.startswith(("-", "<", "[")) and not state(said)


def _harmless(name: str, promised: Promise, value: Value, said: str, text: str) -> bool:
    """Tell whether the value is none, whatever follows it: a sentence, a command, the next name of a list."""
    ticked = said[:1] == "`" or text[value.start - 1 : value.start] == "`"
    return (
        # the crumbs of a Cookie header: ``headers`` looked at them
        (value.surety == COLON and "=" in said and name.lower().endswith("cookie"))
        or harmless_value(said.strip("\\\"'`").rstrip(":;,."), name)
        or (value.quoted and _sentence(name, promised, value, said))
        or (password(name) and _labelled(value, said, text))
        or (ticked and _SHELL.search(said.lstrip("`")) is not None)
        or (value.surety in (TURN, CELL) and not _stands(name, value, said, text))
        or (value.surety == PAIR and names_object(said))
        or (promised is Promise.PERHAPS and not _perhaps(name, said))
    )


def _sentence(name: str, promised: Promise, value: Value, said: str) -> bool:
    """Tell a sentence from words that were chosen: behind a name that is sure only a remark about it is one."""
    sure = promised is Promise.SECRET and (password(name) or name.lower().endswith("secret"))
    told = sentence(said, sure=value.surety == SURE)
    return remark(said) and (told or value.surety == COLON) if sure and value.surety in (SURE, COLON) else told


def _labelled(value: Value, said: str, text: str) -> bool:
    """Tell whether a value is the name of its field in another language: up to the quote, or to the line's end."""
    return label(said if value.quoted else text[value.start : value.start + _HEAD])


def _stands(name: str, value: Value, said: str, text: str) -> bool:
    """Tell the value of a name from the next name of a list, the next column of a table, the next program of a pipe."""
    if value.surety == TURN:
        return random(said) or (value.quoted and issued(said) and odd(said))
    if odd(said) or random(said):
        return text[value.end : value.end + 2] != " -"
    return password(name) and not state(said) and _ROW.search(text) is not None


def _perhaps(name: str, said: str) -> bool:
    """Tell whether the value of a name that may promise a secret is one."""
    if name.lower().endswith(_LOGINS) and (pair := _LOGIN.search(said)) is not None:
        return not harmless_value(pair.group(1)) and not pair.group(1).isdigit()
    if name.lower().endswith("auth") and ":" in decoded(said):
        return True  # as Docker's config.json holds it: base64 of user:password
    if said.isdigit() and len(said) < _NUMBER:
        return False
    if name.lower() == "key":
        return random(said) or _thought_up(said) or _identified(said) or _BYTES.search(said) is not None
    return opaque(said) if addresses(name) else issued(said)


def _identified(said: str) -> bool:
    """Tell an identifier and its secret, both made up, from an address: ``kQ1wF48B:pR7cT2mVQ0iL``."""
    first, sign, second = said.partition(":")
    return bool(sign) and all(len(part) >= _PART and part.isalnum() and all_kinds(part) for part in (first, second))


def _thought_up(said: str) -> bool:
    """Tell a word that somebody chose to open with from one that addresses: digits for letters, and capitals."""
    return len(said) <= _LONGEST and _FOR_LETTERS.search(said) is not None and all_kinds(said) and odd(said)


def _remark(name: str, said: str, after: str, before: str) -> bool:
    """Tell ``cannot read token: connection refused`` from ``password: hunter2``."""
    if issued(said) or (password(name) and _numbered(said, after)):
        return False
    if _MEASURED.search(said) is not None or state(said) or said.startswith("/"):
        return True
    made = name == "PASS" or (not _chosen_by_people(name) and plain(said.rstrip(",.;:!)]}")))
    if made or (before.endswith(_OF_ANOTHER) and not said.isdigit()):
        return True
    word = said.rstrip(",;:.!)").replace("'", "")
    if not word.replace("-", "").isalpha() or (_KEYED.search(before) is not None and chosen(said + after)):
        return False
    if _LAST.search(said[len(said.rstrip(",")) :] + after) is not None and _compound(name, word):
        return False
    return said != word.replace("-", "") or _REMARK.search(after) is not None


def _numbered(said: str, after: str) -> bool:
    """Tell whether a name and a number are the last words of a line: ``Hirondelle 12``."""
    return said[:1].isupper() and _NUMBER_LAST.search(after) is not None and not state(said)


def _chosen_by_people(name: str) -> bool:
    """Tell whether a plain word may be the value of that name: keys, tokens and cookies are made by programs."""
    return any(sign in name for sign in "-_.") or not name.lower().rstrip("0123456789").endswith(_MADE)


def _compound(name: str, word: str) -> bool:
    """Tell whether words after a password's name are joined as no state is: ``swordfish-lamp``, not ``not-found``."""
    return "-" in word and password(name) and not any(state(part) or not part for part in word.split("-"))
