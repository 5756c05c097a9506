"""Codes that are sent to a person to be typed: ``482913 is your Acme verification code``."""

from __future__ import annotations

from diagnostics.patterns import compiled
from diagnostics.privacy.replacing import Rules
from diagnostics.privacy.values import MARK

_CODE = r"((?:[A-Z]-)?\d{4,8}|\d{3}[ \-]\d{3,4}|(?-i:[A-Z]*\d[A-Z0-9]*-[A-Z0-9]{3,5}|[A-Z0-9]{3,5}-[A-Z]*\d[A-Z0-9]*))"
_NAME = r"(?:code|otp|pin|passcode|password|kode?|codice|código|\w+code)"
_YOUR = "(?:your|deine?|ihr|votre|tuo?|su|din)"
_IS = "(?:is|lautet|ist|est|es|è|är|er)"
_PROVES = r"(?:verification|log-?in|sign-?in|security|access|one-time|confirmation|auth\w*|2fa|mfa|sms"
_PROVES += "|bestätigungs|sicherheits|zugangs|anmelde|einmal)"
_SENTENCES = (
    compiled(r"(?i)(\b(?:code|otp|passcode)[: ]+)([A-Z]-\d{4,8})(\b)"),
    compiled(rf"(?i)((?:^|[\s\"'=:>(])){_CODE}( {_IS} {_YOUR}(?: [\w\-]+){{0,4}}[ \-]{_NAME}\b)"),
    compiled(rf"(?i)((?:^|[\s\"'=:>(])){_CODE}( is the(?: [\w\-]+){{0,3}} (?:otp|pin|passcode)\b)"),
    compiled(rf"(?i)(\b{_NAME} ){_CODE}( (?:is valid|expires|ist gültig|est valable|es válido)\b)"),
    compiled(
        rf"(?i)(\b(?:use|enter|type)(?: the)?(?: code)? ){_CODE}"
        rf"( (?:as your [\w \-]{{0,30}}{_NAME}"
        r"|to (?:verify|sign|log|confirm|complete|reset|authenticate|finish|activate))\b)"
    ),
    compiled(
        rf"(?i)(\b{_YOUR}(?: [\w\-]+){{0,3}}[ \-]{_NAME}(?: (?:de|di|for|für|per|von) [\w\-]+)? {_IS} ){_CODE}(\b)"
    ),
    compiled(rf"(?i)(\b{_YOUR}(?: [\w\-]+){{0,2}} {_PROVES}[ \-]?(?:s?code|{_NAME}): ){_CODE}(\b)"),
)
_CODES = Rules(*((pattern, rf"\1{MARK}\3") for pattern in _SENTENCES))
_OTHERS = compiled(
    r"(?i)\b(?:exit|status|error|return|zip|post|postal|country|area|build|source|language"
    r"|currency|promo|project|product|event|response|http|reason)[ \-]code\b"
)
"""Codes that nobody types to prove who they are."""
_HINT = compiled(r"\d{3}|\d[A-Z0-9]*-[A-Z0-9]|[A-Z0-9]-[A-Z]*\d")


def typed(text: str) -> str:
    """Return the text without the codes that its sentences tell somebody to type."""
    if _HINT.search(text) is None or _OTHERS.search(text) is not None:
        return text
    return _CODES.replaced(text)
