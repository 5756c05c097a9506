"""A client that connects to its own pod: what in the objects leads it there, as far as they tell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from diagnostics import fields
from diagnostics.claims import named as claims
from diagnostics.claims import target_address

if TYPE_CHECKING:
    from diagnostics.claims.case import Case
    from diagnostics.diagnosis import Evidence

NAMED: Final = 3
"""Variables that are named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Led:
    """What leads the client to its own pod: settings that say so, those that a rollout took away, or nothing known."""

    because: str
    names: tuple[str, ...] = ()
    proof: tuple[Evidence, ...] = ()
    near: list[str]
    given: bool = False
    """Whether the names are of variables that are set, to this very pod."""

    @property
    def variable(self) -> str:
        """Return the first variable, or an empty text where none is known."""
        return self.names[0] if self.names else ""

    def remedy(self, host: str, target: str) -> str:
        """Return what to set, as a sentence."""
        if self.given:
            which = " or ".join(self.names)
            own = f"in a pod {host} is the pod itself, and nothing serves {target}"
            return f"Set {which} to the host that is meant: {own}."
        if self.names:
            return f"Set {self.variable} again, which names the host."
        return (
            f"Set the host that is meant where the program reads it (a variable or its configuration): in a pod {host}"
            " is the pod itself."
        )

    def command(self, case: Case) -> tuple[str, ...]:
        """Return the arguments of ``kubectl set env`` that give the variable, or list what is set."""
        if not self.variable or case.suspect is None:
            return ("--list",)
        return ("-c", case.suspect.name, f"{self.variable}=<value>")


def led(case: Case) -> Led:
    """Return what in the objects leads the suspect to its own pod."""
    lost, proof = target_address.taken(case, case.suspect)
    if lost:
        near = [name for gone in lost for name in claims.variable(case, gone).near]
        instead = f" (the spec has {', '.join(near[:NAMED])})" if near else ""
        taken = " and ".join(lost[:NAMED])
        return Led(because=f"the rollout took {taken} away{instead}", names=lost[:NAMED], proof=proof, near=near)
    given = _pointing_here(case)
    if given:
        verb = "leads" if len(given) == 1 else "lead"
        quotes = tuple(quote for name in given for quote in claims.variable(case, name).evidence)
        because = f"{' and '.join(given)}, set in its spec, {verb} there"
        return Led(because=because, names=given, proof=quotes, near=[], given=True)
    return Led(because="no container of the pod is known to serve that", near=[])


def _pointing_here(case: Case) -> tuple[str, ...]:
    """Return the variables whose value names the pod itself; of many, those that hold a whole address."""
    spec = {} if case.suspect is None else case.suspect.spec
    traits = {
        fields.text(entry, "name"): fields.strings(fields.table(entry, "facts"), "traits")
        for entry in fields.items(spec, "env")
    }
    local = tuple(name for name, held in traits.items() if "localhost" in held)
    if len(local) > NAMED:
        local = tuple(name for name in local if "url" in traits[name])
    return local if len(local) <= NAMED else ()
