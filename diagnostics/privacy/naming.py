"""Where the names stand that promise a secret."""

from __future__ import annotations

from dataclasses import dataclass

from diagnostics.patterns import compiled
from diagnostics.privacy.secretnames import Promise, promise, public

NAMES = compiled(
    r"(?i)(?:(?:\b(?:api|access|secret|private|client|signing|encryption|license|master|admin|session|connection"
    r"|write|shared|"
    r"verification|security|one-time|login|recovery|backup|auth|pass|account|root|storage|service|deploy|refresh"
    r"|bearer|unseal|certificate|recovery|otp|2fa|mfa|totp|sms|two-factor|webhook|community|decryption|crypto|aes|hmac|fernet|jwt|scratch|rescue|emergency|network|join|pre-?shared|subscription|enrollment|registration|activation"
    r"|product|setup|wrapping|symmetric|tunnel|seed|mnemonic)[ _])"
    r"(?:keys?|codes?|id|words?|phrase|pw|string)(?: \d{1,2})?\b|(?:[A-Za-z_][\w.\-]*?)?"
    r"(?:pass|pwd|pswd|psw|\bpw|[_.\-]pw|bindpw|rootpw|secret|token|key|auth|cred|cookie|sess|sid|sig|salt|pepper"
    r"|otp|pin\b|bearer|[cx]srf|"
    r"hmac|seed|mnemonic|licen[cs]e|ticket|jwt|webhook|code_verifier"
    r"|(?:device|user|authorization|activation|pairing|invite|invitation)[ _\-]?code|communitystring"
    r"|kennwort|contrase[nñ]a|has[lł]o|l[oö]senord|wachtwoord|adgangskode|kodeord|parola\b"
    r"|salasana|heslo|jelsz[oó]|[sş]ifre|\bpuk\b|\bencrypt\b"
    r"|סיסמה|mật[_ ]khẩu|كلمة[_ ]المرور|κωδικός[_ ]πρόσβασης|lozinka|geslo|parool"
    r"|senha|mot[_ ]?de[_ ]?passe|dockerconfigjson|dockercfg|saml(?:request|response)|sas\b|xoauth|psk|"
    r"пароль|密码|密碼|パスワード|비밀번호|口令|密钥|令牌|暗証番号|токен)[\w\-]*(?:\.[\w\-]+)*)"
)
"""Names that may promise a secret: ``promise`` decides."""

HEADS, PROMISES = 2000, 80
"""Names looked at in one line, and how many of them may promise a secret; what stands behind these is hidden, because
no program prints so many."""


_SHARED = ("key", "keys", "token", "tokens")
_OWNER = compiled(r"([A-Za-z]+) $")
_NEAR, _SAID = 24, 120
_CERTIFICATE = compiled(r"(?i)\b(?:x\.?509|cert(?:ificate)?s?|signers?|fingerprint)\b[^\n]*$")
_IDENTIFIER = compiled(r"\A: ?[0-9A-Fa-f]{40}(?:[0-9A-Fa-f]{24})?(?:[^0-9A-Za-z]|$)")
"""What identifies the key of a certificate (RFC 5280, section 4.2.1.2), and is published with it."""


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
        if count == HEADS or (promise(name) is not Promise.NOTHING and not _owned_by_all(name, text, head.start())):
            found.append(Name(name, head.start(), head.start() + len(name)))
            if count == HEADS or len(found) > PROMISES:
                break
    return found


def certified(name: str, text: str, start: int) -> bool:
    """Tell whether a name is of a certificate's key, and what identifies it follows."""
    behind = text[start + len(name) : start + len(name) + _SAID]
    if not name.lower().endswith("key") or _IDENTIFIER.search(behind) is None:
        return False
    return _CERTIFICATE.search(text[max(0, start - _SAID) : start]) is not None


def _owned_by_all(name: str, text: str, start: int) -> bool:
    """Tell whether the words before say that everybody may know it: ``public key``, ``EOS token``, a certificate's."""
    if certified(name, text, start):
        return True
    if name.lower() not in _SHARED:
        return False
    owner = _OWNER.search(text[max(0, start - _NEAR) : start])
    return owner is not None and public(owner.group(1), name)
