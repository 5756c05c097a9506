"""Commands that show where a word of the log stands in what the program reads: its ConfigMaps and its pod template.

Values are never kept in a snapshot, so an answer cannot say where a host or a key is written; its reader can ask.
"""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Final

from diagnostics import fields
from diagnostics.claims import mounted
from diagnostics.findings.commands import kubectl, subject

if TYPE_CHECKING:
    from diagnostics.claims.case import Case

_UNTOLD: Final = "what its image or its volumes give it to read"
MOST: Final = 3
"""ConfigMaps that are searched."""


def configmaps(case: Case) -> tuple[str, ...]:
    """Return the ConfigMaps that the suspect reads: mounted, as its environment, or for one variable."""
    spec = {} if case.suspect is None else case.suspect.spec
    files = [name for kind, name in mounted.owners(case) if kind == "ConfigMap"]
    whole = [fields.text(entry, "configMapRef", "name") for entry in fields.items(spec, "envFrom")]
    single = [fields.text(entry, "valueFrom", "configMapKeyRef", "name") for entry in fields.items(spec, "env")]
    return tuple(dict.fromkeys(name for name in (*files, *whole, *single) if name))


def places(case: Case) -> str:
    """Return what the suspect reads, as a sentence names it: ``ConfigMap shop-config or its pod template``.

    A template without variables, command and arguments holds no word that a program reads.
    """
    held = [f"ConfigMap {name}" for name in configmaps(case)[:MOST]]
    return " or ".join((*held, *(["its pod template"] if _speaks(case) else []))) or _UNTOLD


def _speaks(case: Case) -> bool:
    spec = {} if case.suspect is None else case.suspect.spec
    return any(spec.get(part) for part in ("env", "command", "args"))


def word(case: Case, said: str) -> tuple[str, ...]:
    """Return the commands that print the lines in which the word stands."""
    found = f" | grep -n -- {shlex.quote(said)}"
    held = (kubectl(case.namespace, "get", "configmap", name, "-o", "yaml") for name in configmaps(case)[:MOST])
    template = (kubectl(case.namespace, "get", subject(case), "-o", "yaml"),) if _speaks(case) else ()
    return tuple(f"{command}{found}" for command in (*held, *template))
