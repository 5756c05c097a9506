"""Whether what a name carries is a secret."""

from __future__ import annotations

from typing import TYPE_CHECKING

from diagnostics.patterns import compiled
from diagnostics.privacy.carriers import COLON, PAIR, SURE
from diagnostics.privacy.encoded import decoded
from diagnostics.privacy.secretnames import Promise, addresses
from diagnostics.privacy.values import (
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
    from diagnostics.privacy.extent import Value

_HEAD = 80
"""Characters behind a value that tell of it."""
_KEYED = compiled(r"^\s*(?:- )?[\w.\-]+:\s+$")
_REMARK = compiled(r"""^\s+\\?["']?[A-Za-z']+""")
_LAST = compiled(r"""^[\s"'}\])]*$|^,?\s+[\w\-]+(?: [\w\-]+)?[:=]""")
"""What follows a value that is the last of its line, or before the next name of a list."""
_PASSWORDS = ("password", "passwd", "passphrase", "passcode", "pass", "pwd", "pw")
_LOGINS = ("auth", "cred", "creds", "credential", "credentials", "login")
_LOGIN = compiled(r"^[\w.\-@]+:([^\s:/]{4,})$")
"""``user:password``."""
_NUMBER = 16
"""Shorter numbers are counts, seeds and the like where a name only may promise a secret."""


def hidden(name: str, promised: Promise, value: Value, text: str) -> bool:
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
