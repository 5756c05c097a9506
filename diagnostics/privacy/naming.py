"""Where the names stand that promise a secret."""

from __future__ import annotations

from dataclasses import dataclass

from diagnostics.patterns import compiled
from diagnostics.privacy.secretnames import Promise, promise

NAMES = compiled(
    r"(?i)(?:(?:\b(?:api|access|secret|private|client|signing|encryption|license|master|admin|session|connection"
    r"|write|shared|"
    r"verification|security|one-time|login|recovery|backup|auth|pass|account|root|storage|service|deploy|refresh"
    r"|bearer|unseal|certificate|recovery|otp|2fa|mfa|totp|sms|two-factor|webhook|community)[ _])"
    r"(?:keys?|codes?|id|word|pw|string)(?: \d{1,2})?\b|(?:[A-Za-z_][\w.\-]*?)?"
    r"(?:pass|pwd|pswd|psw|\bpw|[_.\-]pw|bindpw|rootpw|secret|token|key|auth|cred|cookie|sess|sid|sig|salt|pepper"
    r"|otp|pin\b|bearer|[cx]srf|"
    r"hmac|seed|mnemonic|licen[cs]e|ticket|jwt|webhook|code_verifier|(?:device|authorization|activation|pairing|invite|invitation)[_\-]?code|communitystring|kennwort|contrase[nñ]a"
    r"|senha|mot_?de_?passe|dockerconfigjson|dockercfg|saml(?:request|response)|sas\b|xoauth|\bpsk|[_.\-]psk|"
    r"пароль|密码|密碼|パスワード|비밀번호)[\w\-]*(?:\.[\w\-]+)*)"
)
"""Names that may promise a secret: ``promise`` decides."""

HEADS, PROMISES = 2000, 80
"""Names looked at in one line, and how many of them may promise a secret; what stands behind these is hidden, because
no program prints so many."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name that promises a secret, and where it stands."""

    text: str
    start: int
    end: int


def promising(text: str) -> list[Name]:
    """Return the names of a line that promise a secret; at most ``PROMISES`` and one."""
    found: list[Name] = []
    for count, head in enumerate(NAMES.finditer(text)):
        name = head.group(0).rstrip(".-")
        if count == HEADS or promise(name) is not Promise.NOTHING:
            found.append(Name(name, head.start(), head.start() + len(name)))
            if count == HEADS or len(found) > PROMISES:
                break
    return found
