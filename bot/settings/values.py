"""The forms of settings: names, namespaces, lists and pairs as people write them in an environment variable."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field
from pydantic_settings import NoDecode

from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from pathlib import Path

    from pydantic import SecretStr

CHANNEL = compiled(r"\A(?:[CGD][A-Z0-9]{2,}|#?[\p{Ll}\p{Lo}\d_.\-]{1,80})\z")
USER = compiled(r"\A[UW][A-Z0-9]{2,}\z")
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


def channels(value: Any) -> Any:
    """Return a channel, channels, or a table of routes to channels, or refuse them."""
    named = value.values() if isinstance(value, dict) else [value] if isinstance(value, str) else value or ()
    if not all(CHANNEL.fullmatch(channel) for channel in named):
        raise ValueError("must name channels by id (C0123ABCD) or as #name")
    return value


def shared_secret(value: SecretStr | None) -> SecretStr | None:
    """Return a secret that the other side knows too, or refuse it: too short, or a token of another kind."""
    if value is None:
        return None
    if value.get_secret_value().startswith(("xoxb-", "xapp-", "xoxp-")):
        raise ValueError("holds a Slack token, which belongs into another variable")
    if len(value.get_secret_value()) < 16:
        raise ValueError("must have at least 16 characters")
    return value


def there(value: Path | None, *, folder: bool) -> Path | None:
    """Return a path, or refuse one at which nothing is."""
    if value is not None and not (value.is_dir() if folder else value.is_file()):
        raise ValueError(f"names a {'folder' if folder else 'file'} that does not exist: {value}")
    return value
