"""A call of an admission webhook that failed on its certificate: the API server made it, the program read of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from diagnostics.diagnosis import Remedy
from diagnostics.findings.commands import kubectl
from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from collections.abc import Sequence

_CALL: Final = compiled(
    r"failed calling webhook \\?\"([\w.-]{1,253})\\?\"[^\n]{0,120}?\\?\"https://([\w.-]{1,253})(?::(\d{2,5}))?[/?\\\"]"
)
"""The API server's words (K: apiserver/pkg/admission/plugin/webhook/errors)."""


@dataclass(frozen=True, slots=True)
class Call:
    """The webhook by its name, and the Service's host and port that the API server asked."""

    name: str
    host: str
    port: int

    @property
    def plight(self) -> str:
        """What went wrong, as a clause: who asked whom."""
        return f"an answer of the API server, which gets no TLS connection to {self.host} for webhook {self.name}"


def called(words: str) -> Call | None:
    """Return the call that the words tell of, or None."""
    found = _CALL.search(words[:4000])
    return None if found is None else Call(found.group(1), found.group(2), int(found.group(3) or 443))


def remedy(call: Call, todo: str, look: Sequence[str]) -> Remedy:
    """Return what to do about the webhook's certificate; ``todo`` is empty where only its authority is not known."""
    first = f"{todo}: it is the serving certificate of {call.host}. Then put" if todo else "Put"
    text = (
        f"{first} the CA that signs the serving certificate into caBundle of the webhook configuration that lists"
        f" {call.name}: the API server trusts nothing else for this call, and what this pod trusts plays no part. What"
        " made the webhook (its chart, cert-manager's CA injector, its own operator) mostly does both."
    )
    listed = kubectl("", "get", "validatingwebhookconfigurations,mutatingwebhookconfigurations", "-o", "wide")
    return Remedy(text=text, commands=(listed, *look))
