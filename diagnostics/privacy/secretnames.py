"""Which names promise a secret, and which values are none."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

from diagnostics.patterns import compiled, encodable


def _listed(text: str) -> frozenset[str]:
    return frozenset(text.split())


_WORDS = _listed(
    """
    password passwd passphrase passcode pass pwd pw secret secrets token tokens apikey apitoken accesskey
    secretkey privatekey authtoken authkey accesstoken refreshtoken idtoken bearer credential credentials creds
    cred dsn cookie cookies signature sig otp totp pin salt pepper authorization auth sessionid sessid
    jsessionid phpsessid csrf xsrf sas kubeconfig licensekey clientsecret dbpass dbpassword userpass mypass
    rootpass
    """
)
_PAIRS = _listed(
    """
    api-key access-key secret-key private-key encryption-key signing-key account-key license-key master-key
    auth-key session-id session-key shared-key service-key storage-key app-key application-key
    connection-string conn-str deploy-key ssh-key hmac-key jwt-key publish-key ingest-key write-key
    encrypt-key cipher-key key-base
    """
)
# What follows the secret's word and makes it a thing about the secret: token_type, password-file, secretName.
_ABOUT = _listed(
    """
    name names file files filename path paths dir type types kind count counts ref refs length len size sizes
    expires expiry expiration expired ttl policy version versions enabled disabled required optional algorithm
    alg provider providers store stores manager status error errors hint field fields mount mounts timeout age
    limit limits budget index used usage prefix suffix url uri endpoint host port issuer audience format class
    mode method methods rotation rotated source sources exists missing valid invalid present set reader loader
    service services client user users username scope scopes attempts retries window rate per perplexity id ids
    address reference volume projection controller cache factory handler filter middleware module strategy
    backend backends checker validator validation validators generator encoder decoder hasher plugin interceptor
    requests response failure failures success reset resets request
    """
)
_NEVER = frozenset(
    {"authority", "author", "passed", "passing", "bypass", "passthrough", "passes", "tokenizer", "keyspace"}
)


_NOTHING = _listed(
    """
    null none nil true false yes no on off empty undefined unset missing required set unknown n/a na redacted
    masked hidden secret changed optional string str bytes int bool object any basic digest negotiate enabled
    disabled default invalid expired denied failed refused ok error
    """
)
_MASKED = compiled(
    r"^(?:\[redacted\]?|\[REDACTED\]?|<[^<>]*>?|[*•xX.\-#?]+|\$\{?[A-Za-z_][\w]*\}?|\$\([^)]*\)?|\{\{.*|%[sdvq]|%\([a-z]+\)s|SIG[A-Z0-9]+)$"
)
_CODE = compiled(
    r"^(?:os|self|this|settings|config|conf|cfg|env|environ|process|args|opts|options|app|ctx|request|req|kwargs|params|"
    r"system|viper|cls|getenv|std|rails|dotenv|secrets)(?:\.|\[|\(|::|->)"
    r"|^[A-Za-z_][\w.]*\("
)


def words(name: str) -> tuple[str, ...]:
    """Return the words of a name, lower case: ``dbPassword``, ``DB_PASSWORD`` and ``db-password`` are the same two."""
    parts = []
    for piece in name.replace("-", "_").replace(".", "_").split("_"):
        parts.extend(_camel(piece))
    return tuple(parts)


def _camel(piece: str) -> list[str]:
    if not piece or piece.isupper() or piece.islower():
        return [piece.lower()] if piece else []
    found: list[str] = []
    start = 0
    for index in range(1, len(piece)):
        before, here = piece[index - 1], piece[index]
        next_lower = index + 1 < len(piece) and piece[index + 1].islower()
        if here.isupper() and (not before.isupper() or next_lower):
            found.append(piece[start:index].lower())
            start = index
    return [*found, piece[start:].lower()]


_EXTENSIONS = _listed(
    "go py js ts java rb php rs c cc cpp h cs kt scala ex exs jsx tsx mjs cjs yaml yml json toml conf xml sh"
)


@lru_cache(maxsize=4096)
def looks_secret(name: str) -> bool:
    """Tell whether a value of that name is a secret: ``DB_PASSWORD`` is, ``DB_PASSWORD_FILE`` is not."""
    parts = tuple(part.rstrip("0123456789") or part for part in words(name))
    if not parts or parts[-1] in _ABOUT or parts[-1] in _NEVER or name.rpartition(".")[2] in _EXTENSIONS:
        return False
    if any(part in _WORDS for part in parts):
        return True
    return any(f"{first}-{second}" in _PAIRS for first, second in pairwise(parts)) or parts[-1].endswith(
        ("password", "passwd", "secret", "apikey")
    )


def harmless_value(value: str, name: str = "") -> bool:
    """Tell whether a value says nothing: empty, ``null``, ``YES``, a mask, a placeholder, program code.

    A number of ``tokens`` is a count, and ``password=password`` or ``--token TOKEN`` repeat the name.
    """
    value = encodable(value)
    lower = value.lower()
    parts = words(name)
    return (
        not value
        or lower in _NOTHING
        or lower in _WORDS
        or (value.isupper() and looks_secret(value))
        or (bool(parts) and parts[-1].endswith("s") and value.replace(".", "").isdigit())
        or _MASKED.search(value) is not None
        or _CODE.search(value) is not None
    )
