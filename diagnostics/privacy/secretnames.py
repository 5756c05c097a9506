"""Which names promise a secret, and how surely."""

from __future__ import annotations

import enum
from functools import lru_cache
from itertools import pairwise

_LONGEST = 200
"""Longer names are none: text without blanks."""


class Promise(enum.IntEnum):
    """What a name says of its value."""

    NOTHING = 0
    PERHAPS = 1
    """A secret when the value looks issued or chosen: ``ROUTING_KEY=orders`` is none, ``MAPBOX_KEY=pk.eyJ1...`` is."""
    SECRET = 2
    """A secret unless the value says that it is none: ``DB_PASSWORD``."""


def listed(text: str) -> frozenset[str]:
    """Return the words of a text."""
    return frozenset(text.split())


_WORDS = listed(
    """
    dockerconfigjson dockercfg password passwd passphrase passcode pass pwd pswd psw pw passwort kennwort
    contrasena contraseña senha motdepasse secret token apikey apitoken accesskey secretkey privatekey authtoken
    authkey accesstoken refreshtoken idtoken bearer cookie otp totp pin authorization sessionid sessid jsessionid
    phpsessid csrf xsrf csrftoken xsrftoken licensekey clientsecret dbpass dbpassword userpass mypass rootpass
    requirepass masterauth mnemonic storepass keypass psk rootpw bindpw userpw passout passin identitytoken
    registrytoken accountkey sharedaccesskey xoauth webhooksecret authpassword userpassword пароль 密码 密碼 パスワード
    비밀번호 סיסמה lozinka geslo parool authtok haslo hasło losenord lösenord wachtwoord passord adgangskode
    kodeord parola salasana heslo jelszo
    jelszó sifre şifre 口令 密钥 令牌 暗証番号 токен puk decryptionkey encryptionkey
    """
)
_PAIRS = listed(
    """
    api-key access-key secret-key private-key encryption-key signing-key signature-key account-key license-key
    master-key auth-key session-id session-key shared-key service-key storage-key app-key application-key
    deploy-key ssh-key hmac-key jwt-key publish-key ingest-key write-key encrypt-key encryption-secret cipher-key
    key-base root-pw pass-word access-code verification-code security-code time-code login-code recovery-code
    backup-code code-verifier community-string key-data key-password de-passe saml-response saml-request
    integration-key admin-key webhook-key unseal-key certificate-key recovery-codes backup-codes otp-code 2fa-code
    decryption-key decrypt-key fernet-key crypto-key aes-key network-key join-key preshared-key subscription-key
    functions-key scratch-codes rescue-codes emergency-codes scratch-code rescue-code emergency-code
    enrollment-key registration-key activation-key product-key
    symmetric-key wrapping-key key-string tunnel-key setup-key setup-code
    seed-phrase recovery-phrase backup-phrase secret-phrase mnemonic-phrase recovery-words seed-words
    device-code authorization-code activation-code pairing-code invite-code invitation-code
    mfa-code totp-code sms-code factor-code user-code bind-credentials
    mật-khẩu كلمة-المرور κωδικός-πρόσβασης
    """
)
_PERHAPS = listed(
    """
    credential credentials creds cred signature sig salt pepper auth sas secrets tokens passwords passphrases keys
    sid session seed hmac oauth encrypt kubeconfig ticket jwt passkey webhook samlresponse samlrequest license licence
    """
)
# Keys that address or arrange: never a secret.
_PUBLIC_KEYS = listed(
    """
    partition cache primary foreign sort idempotency public lock object group hash row index unique lookup
    registry redis s3 message dedup deduplication hot shortcut sentinel label annotation config configmap
    field translation i18n missing unknown duplicate invalid range shard aggregation storage-object
    correlation topic compaction kms host known authorized the no
    """
)
# Keys that address as often as they open: a secret when nothing else looks so.
_EITHER_KEYS = listed("routing search event map data record metric")
# Tokens of a place in a list, of a text or of a program: never a secret.
_PLACES = listed(
    """
    continuation next page nextpage pagination paging cursor sync resume scroll watch bookmark cancellation cancel
    bos eos pad unk cls sep mask stop fencing
    """
)
# What follows the secret's word and makes it a thing about the secret: token_type, password-file, secretName.
_ABOUT = listed(
    """
    name names file files filename path paths dir type types kind count counts ref refs length len size sizes
    expires expiry expiration expired ttl policy version versions enabled disabled required optional algorithm alg
    provider providers store stores manager status error errors hint field fields mount mounts timeout age limit
    limits budget index used usage prefix suffix url uri endpoint host port issuer audience format class mode
    method methods rotation rotated source sources exists missing valid invalid present set reader loader service
    services client user users username scope scopes attempts retries window rate per perplexity id ids address
    reference volume projection controller cache factory handler filter middleware module strategy backend
    backends checker validator validation validators generator encoder decoder hasher plugin interceptor requests
    response failure failures success reset resets request exception warning denied remaining reviews review
    operator syncer driver csi engine engines location region namespace state selector template changed updated
    watcher informer reconciler worker agent injector rotator refresher issuer checksum fingerprint
    created at domain domains lifetime duration interval min max limitreached strength complexity entropy chars
    stdin columns column table param params parameter parameters header headers arn key-id rejected verification
    authenticator resolver repository bucket buckets exchange introspection revocation binding bindings lookup not
    encryption encoding scheme hashing storage
    found count_total total samesite site httponly secure partitioned
    """
)
_DIGESTS = listed("sha md checksum digest fingerprint hash thumbprint")
_PUBLISHED = listed("cert certificate ca pin pinned chain spki")
"""What is published, and so is a hash of it: ``ca-cert-hash``, ``pin-sha256``."""
_NEVER = listed(
    """
    authority author authors authored passed passing bypass passthrough passes tokenizer keyspace authenticated
    compass trespass surpass encompass overpass underpass monkey turkey hotkey
    """
)
# A name that begins so tells of a state or a setting: ExpiredToken, has_password, max_token.
_STATES = listed(
    """
    invalid expired bad missing unknown wrong no empty malformed unauthorized unsupported incorrect revoked
    duplicate unrecognized unrecognised has is use using require requires required allow max min num total count
    avg enable disable skip verify validate check show hide forgot without with need needs get load fetch find
    read parse decode list delete export import rotate
    """
)
_COMPOUNDS = ("kennwort", "wachtwoord", "passord", "lösenord", "losenord", "adgangskode", "kodeord")
"""The last parts of German, Dutch and Scandinavian words: ``Initialkennwort``, ``engangsadgangskode``."""
_ENDINGS = (
    *_COMPOUNDS,
    "password",
    "passwd",
    "passphrase",
    "passcode",
    "secret",
    "apikey",
    "secretkey",
    "token",
    "passwort",
    "cookie",
    "psk",
)
_EXTENSIONS = listed(
    "go py js ts java rb php rs c cc cpp h cs kt scala ex exs jsx tsx mjs cjs yaml yml json toml conf xml sh svc html"
)
_OBJECTS = listed("external existing sealed pull push tls")
"""Whose ``Secret`` is an object of the cluster: ``ExternalSecret``, ``existingSecret``."""
_PASSWORDS = listed(
    """
    password passwd passphrase passcode pass pwd pw word passwort kennwort contrasena contraseña senha passe пароль 密码
    密碼 パスワード 비밀번호 haslo hasło losenord lösenord wachtwoord passord adgangskode kodeord parola salasana heslo
    jelszo jelszó sifre şifre 口令 סיסמה khẩu المرور πρόσβασης lozinka geslo parool
    """
)
FOREIGN = _PASSWORDS - listed("password passwd passphrase passcode pass pwd pw word")
"""The word for a password in other languages than English."""
_CODES = listed("code codes otp totp pin passcode puk 暗証番号")
_ARTICLES = listed("the no unknown missing invalid known")
OBJECTS = frozenset({("secret",), ("pull", "secret"), ("tls", "secret")})
"""Names whose value may be the name of a Secret object, which a diagnosis needs."""


@lru_cache(maxsize=8192)
def words(name: str) -> tuple[str, ...]:
    """Return the words of a name, lower case: ``dbPassword``, ``DB_PASSWORD`` and ``db-password`` are the same two."""
    parts = []
    for piece in name.replace("-", "_").replace(".", "_").replace(" ", "_").replace("@", "_").split("_"):
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


@lru_cache(maxsize=8192)
def promise(name: str) -> Promise:
    """Tell what a name promises: ``DB_PASSWORD`` a secret, ``DB_PASSWORD_FILE`` nothing, ``MAPBOX_KEY`` perhaps one."""
    if len(name) > _LONGEST:
        return Promise.NOTHING
    parts = tuple(part.rstrip("0123456789") or part for part in words(name.rstrip(".- 0123456789") or name))
    if not parts:
        return Promise.NOTHING
    tail = f"{parts[-2]}-{parts[-1]}" if len(parts) > 1 else ""
    if tail in ("session-id", "secret-id"):
        return Promise.PERHAPS
    if parts[-1] in _NEVER or _public(parts) or (tail not in _PAIRS and _about(name, parts)):
        return Promise.NOTHING
    if not _secret(parts):
        return Promise.PERHAPS if _perhaps(parts) else Promise.NOTHING
    unsure = len(parts) > 1 and (parts[0] in _STATES or (parts[-1] == "secret" and parts[-2] in _OBJECTS))
    return Promise.PERHAPS if unsure else Promise.SECRET


def addresses(name: str) -> bool:
    """Tell whether a name is as often of an address or a place as of a secret: ``key``, ``routing_key``."""
    parts = words(name)
    return (
        parts == ("key",)
        or parts[-1] in ("encrypt", "license", "licence")
        or (len(parts) > 1 and parts[-1] == "key" and parts[-2] in _EITHER_KEYS)
    )


def password(name: str) -> bool:
    """Tell whether a name is of a password, in any of the languages known: somebody may have chosen plain words."""
    parts = words(name.rstrip("0123456789"))
    return bool(parts) and (
        parts[-1] in _PASSWORDS or parts[-1].endswith(("password", "passwd", "pass", "pwd", *_COMPOUNDS))
    )


def numeric(name: str) -> bool:
    """Tell whether a name is of a code that is typed: digits, in groups."""
    parts = words(name.rstrip("0123456789"))
    return bool(parts) and parts[-1] in _CODES


def public(owner: str, name: str) -> bool:
    """Tell whether a word before ``key`` or ``token`` makes it one that everybody may know: ``public key``."""
    owned = f"{owner}_{name}"
    return owner.lower() not in _ARTICLES and promise(owned) is Promise.NOTHING


def looks_secret(name: str) -> bool:
    """Tell whether a value of that name is a secret, or perhaps one."""
    return promise(name) is not Promise.NOTHING


def _public(parts: tuple[str, ...]) -> bool:
    """Tell whether a name is of a key, a token or a hash that everybody may know."""
    owner = parts[-2] if len(parts) > 1 else ""
    if (parts[0] in _DIGESTS and parts[0] != "hash") or (parts[-1] in _DIGESTS and owner in _PUBLISHED):
        return True
    return (owner in _PLACES and parts[-1] in ("token", "tokens")) or ("public", "key") in (parts[-2:], parts[-3:-1])


def _about(name: str, parts: tuple[str, ...]) -> bool:
    return parts[-1] in _ABOUT or ("." in name and name.rpartition(".")[2] in _EXTENSIONS)


def _secret(parts: tuple[str, ...]) -> bool:
    return (
        any(part in _WORDS for part in parts)
        or any(f"{first}-{second}" in _PAIRS for first, second in pairwise(parts))
        or any(part.endswith(_ENDINGS) and part not in _NEVER for part in parts)
        or any(part.endswith("key") and f"{part[:-3]}-key" in _PAIRS for part in parts)
        or (parts[-1].endswith(("pass", "pwd")) and parts[0] not in _NEVER)
    )


def _perhaps(parts: tuple[str, ...]) -> bool:
    if any(part in _PERHAPS for part in parts) or parts == ("key",):
        return True
    return len(parts) > 1 and parts[-1] == "key" and parts[-2] not in _PUBLIC_KEYS
