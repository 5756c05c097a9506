"""The programs that may ask, as they are written: a YAML list, read anew at each request.

No token stands in it, only its SHA-256 (``printf %s "$TOKEN" | sha256sum``), so it need not be kept secret::

    - name: pager                 # stands in the log
      token_sha256: 9f86d081…
      user: pager@example.com     # as RBAC knows it
      groups: [on-call-readers]
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import yaml
from pydantic import BaseModel, ConfigDict, StringConstraints, TypeAdapter, ValidationError

from bot.actions.last_good import LastGood
from bot.model.errors import BotError
from bot.model.policy import Identity, unfit_name
from bot.model.programs import Program

if TYPE_CHECKING:
    from pathlib import Path

_Name = Annotated[str, StringConstraints(pattern=r"^[a-zA-Z0-9][a-zA-Z0-9._-]{0,62}$")]
_Digest = Annotated[str, StringConstraints(to_lower=True, pattern=r"^[0-9a-fA-F]{64}$")]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    name: _Name
    token_sha256: _Digest
    user: str
    groups: tuple[str, ...] = ()


_ENTRIES = TypeAdapter(list[_Entry])


def programs_file(path: Path) -> LastGood[Program]:
    """Return the programs of a file. Raises ``BotError`` with one sentence where it cannot be used."""
    return LastGood("programs", path, _read)


def _read(path: Path) -> tuple[Program, ...]:
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8")) or []
        entries = _ENTRIES.validate_python(found, strict=False)
    except (OSError, UnicodeDecodeError) as error:
        raise BotError(f"API_PROGRAMS_FILE: {path} cannot be read ({type(error).__name__})") from error
    except (yaml.YAMLError, RecursionError):
        raise BotError(f"API_PROGRAMS_FILE: {path} is not valid YAML") from None
    except ValidationError as error:
        raise BotError(f"API_PROGRAMS_FILE: {path}: {_sentence(error)}") from None
    programs = tuple(_program(entry, path) for entry in entries)
    for what, all_of in (("name", [one.name for one in programs]), ("token", [one.token_sha256 for one in programs])):
        if twice := [one for place, one in enumerate(all_of) if one in all_of[:place]]:
            raise BotError(f"API_PROGRAMS_FILE: {path}: two programs have the {what} {twice[0][:12]}")
    return programs


def _program(entry: _Entry, path: Path) -> Program:
    for name in (entry.user, *entry.groups):
        if reason := unfit_name(name):
            raise BotError(
                f"API_PROGRAMS_FILE: {path}: {entry.name}: {name[:60]!r} cannot be a Kubernetes user or group: {reason}"
            )
    identity = Identity(user=entry.user, groups=entry.groups)
    return Program(name=entry.name, token_sha256=entry.token_sha256, identity=identity)


_FORMS = {
    "missing": "is missing",
    "extra_forbidden": "is no key here; there are name, token_sha256, user, groups",
    "string_pattern_mismatch": "is not of its form",
    "list_type": "must be a list",
}


def _sentence(error: ValidationError) -> str:
    """Say the first thing that is wrong and where, and nothing of what stands there: it may be a token."""
    first = error.errors(include_input=False, include_url=False)[0]
    place = first["loc"]
    which = f"program {int(place[0]) + 1}: " if place else ""
    key = ".".join(map(str, place[1:])) or "it"
    hint = " (the SHA-256 of the token, 64 hexadecimal digits)" if key == "token_sha256" else ""
    return f"{which}{key} {_FORMS.get(first['type'], 'is not of its form')}{hint}"
