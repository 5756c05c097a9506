"""What to do about a password that a server refuses: which Secret's key it is, and who else is given the same one.

A database keeps the password of its first start among its data. A Secret that was made anew since (an upgrade of the
chart, a new installation on the old claim) no longer fits, though client and server name the same key.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from diagnostics import fields
from diagnostics.diagnosis import Remedy
from diagnostics.findings.commands import durable, kubectl
from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from diagnostics.claims.case import Case
    from diagnostics.snapshot import Object

_PASSWORD: Final = compiled(r"(?i)pass|pwd|secret|token|credential|api_?key|dsn|(?:database|db|mongo\w*)_ur[il]")
"""Names of variables that hold what a program proves itself with."""
_POSTGRES: Final = compiled(r"(?i)postgres|timescale|pgvector|postgis|spilo")
_ROLE: Final = compiled(r"^[A-Za-z_][\w-]{0,62}$")


@dataclass(frozen=True, slots=True)
class Held:
    """A variable that takes its value from a Secret's key."""

    variable: str
    secret: str
    key: str

    def __str__(self) -> str:
        """Say it as an answer does."""
        return f"{self.variable} (Secret {self.secret} key {self.key})"


def remedy(case: Case, who: str) -> Remedy | None:
    """Return what to do about the password of ``who`` (may be empty); None where no variable is known to hold it."""
    own = [] if case.suspect is None else list(_held(case.suspect.spec))
    if not own:
        return None
    for mine in own:
        for pod, container, theirs in _servers(case, mine):
            return _kept(case, who, (mine, theirs), pod, container)
    listed = " or ".join(str(item) for item in own[:2])
    whose = f"the password of {who}" if who else "what it proves itself with"
    text = (
        f"It takes {whose} from {listed}: compare that with what the server knows, and change one of the two; the next"
        " container start reads the Secret. A server that keeps its users among its data still has the password of its"
        " first start, whatever the Secret says since."
    )
    secrets = dict.fromkeys(item.secret for item in own[:2])
    look = tuple(kubectl(case.namespace, "describe", "secret", secret) for secret in secrets)
    return Remedy(text=text + durable(case), commands=look)


def _kept(case: Case, who: str, both: tuple[Held, Held], pod: Object, container: Object) -> Remedy:
    """Return that client and server name the same key, and that the server's data have an older password."""
    mine, theirs = both
    name = fields.name(pod)
    text = (
        f"{mine.variable} and {theirs.variable} of {name}, the server, are the same key {mine.key} of Secret"
        f" {mine.secret}: the server keeps the password of its first start on its claim, and most likely the Secret was"
        f" made anew since. Give {who or 'the user'} the Secret's password in the server, or put the old one back into"
        " the Secret."
    )
    if _POSTGRES.search(fields.text(container, "image")) is None or _ROLE.search(who) is None:
        return Remedy(text=text, commands=(kubectl(case.namespace, "describe", "secret", mine.secret),))
    into = ("exec", "-it", name, "-c", fields.text(container, "name"), "--", "psql", "-U", who)
    return Remedy(
        text=f"{text} The command asks for the new one (psql may ask for the old one first).",
        commands=(kubectl(case.namespace, *into, "-c", f"\\password {who}"),),
    )


def _servers(case: Case, mine: Held) -> Iterator[tuple[Object, Object, Held]]:
    """Yield the containers of other pods that are given the same key and keep data on a claim."""
    for pod in case.snapshot.all("Pod", case.namespace):
        volumes = fields.items(pod, "spec", "volumes")
        own = case.pod is not None and fields.name(pod) == fields.name(case.pod)
        if own or not any("persistentVolumeClaim" in volume for volume in volumes):
            continue
        for container in fields.items(pod, "spec", "containers"):
            for theirs in _held(container):
                if (theirs.secret, theirs.key) == (mine.secret, mine.key):
                    yield pod, container, theirs


def _held(spec: Object) -> Iterator[Held]:
    """Yield the variables of a container that hold a password out of a Secret."""
    for entry in fields.items(spec, "env"):
        reference = fields.table(entry, "valueFrom", "secretKeyRef")
        variable, key = fields.text(entry, "name"), fields.text(reference, "key")
        if reference and _PASSWORD.search(f"{variable} {key}") is not None:
            yield Held(variable, fields.text(reference, "name"), key)
