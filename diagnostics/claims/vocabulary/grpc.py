"""gRPC's status codes where a call failed with one (grpc/grpc ``doc/statuscodes.md``)."""

from __future__ import annotations

from typing import Final

from diagnostics.claims.model import ClaimType, Term
from diagnostics.claims.vocabulary.table import Entry, Table


def _status(name: str, camel: str, number: int) -> str:
    """Return a pattern for one status as Go, Java, Python, C++, Node and Rust print it."""
    return (
        rf"(?:\bcode = {camel}\b|\bStatusCode\.{name}\b|\bStatusRuntimeException: {name}\b|\bstatus: {camel}\b"
        rf"|\bCode::{camel}\b"
        rf"|\bgrpc[-_ ]?status[\"']?[:= ]+[\"']?{number}\b|Error: {number} {name}\b|\bStatusCode=\"{camel}\""
        rf"|\bstatus = Status\{{code={name}\b)"
    )


_DESCRIBED: Final = r"(?:,? ?(?:desc|description|message|details)(?: = |=|: )\"?(?P<reason>[^\"\n]{1,200}))?"
ENTRIES: Final = (
    Entry(ClaimType.UNREACHABLE, _status("UNAVAILABLE", "Unavailable", 14) + _DESCRIBED),
    Entry(ClaimType.UNREACHABLE, _status("DEADLINE_EXCEEDED", "DeadlineExceeded", 4) + _DESCRIBED),
    Entry(ClaimType.CREDENTIALS_REFUSED, _status("UNAUTHENTICATED", "Unauthenticated", 16) + _DESCRIBED),
    Entry(ClaimType.RIGHT_DENIED, _status("PERMISSION_DENIED", "PermissionDenied", 7) + _DESCRIBED),
    Entry(ClaimType.EXHAUSTED, _status("RESOURCE_EXHAUSTED", "ResourceExhausted", 8) + _DESCRIBED),
    Entry(ClaimType.NOT_READY, _status("FAILED_PRECONDITION", "FailedPrecondition", 9) + _DESCRIBED),
)

TABLE: Final = Table("grpc", ENTRIES)


def terms(text: str) -> tuple[Term, ...]:
    """Return what failed gRPC calls in the text claim."""
    return TABLE.terms(text)
