"""The forms of settings: names, namespaces, lists and pairs as people write them in an environment variable."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field
from pydantic_settings import NoDecode

from diagnostics.patterns import compiled

CHANNEL = compiled(r"\A(?:[CGD][A-Z0-9]{2,}|#?[\p{Ll}\p{Lo}\d_.\-]{1,80})\z")
NAMESPACE = compiled(r"\A[a-z0-9](?:[a-z0-9\-]{0,61}[a-z0-9])?\z")

Names = Annotated[tuple[str, ...], NoDecode]
Pairs = Annotated[dict[str, str], NoDecode]


def setting(section: str, default: Any, description: str, **limits: Any) -> Any:
    """Return a field; its description is its documentation, its section where it stands in ``.env.example``."""
    return Field(default=default, description=description, json_schema_extra={"section": section}, **limits)


def names(value: Any) -> Any:
    """Return the parts of a list separated by commas, each once."""
    if isinstance(value, str):
        return tuple(dict.fromkeys(part.strip() for part in value.split(",") if part.strip()))
    return value


def by_namespace(value: Any, what: str) -> Any:
    """Return ``namespace=what`` pairs separated by commas as a table."""
    if not isinstance(value, str):
        return value
    pairs = {}
    for part in filter(None, (part.strip() for part in value.split(","))):
        namespace, equals, given = (piece.strip() for piece in part.partition("="))
        if not equals or not given or not NAMESPACE.fullmatch(namespace):
            raise ValueError(f"must be namespace={what} pairs separated by commas")
        pairs[namespace] = given
    return pairs


def namespaces(value: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names of namespaces, or refuse them."""
    if not all(NAMESPACE.fullmatch(namespace) for namespace in value):
        raise ValueError("must hold names of namespaces (lower case letters, digits, hyphens)")
    return value
