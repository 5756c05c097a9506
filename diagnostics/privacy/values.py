"""What a value tells of itself: that it is no secret, or that it was issued or chosen by somebody."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

from diagnostics.patterns import compiled, encodable
from diagnostics.privacy.secretnames import FOREIGN, OBJECTS, Promise, listed, promise, words

MARK = "[redacted]"

_NOTHING = listed(
    """
    ~ again null none nil true false yes no on off empty undefined unset missing required set unknown n/a na redacted
    masked hidden changed optional string str bytes int bool object any basic digest negotiate enabled
    disabled default invalid expired denied failed refused ok error bearer text varchar keyword hmac jwt static
    number integer array list struct self file env vault kubernetes plaintext anonymous filtered
    spnego kerberos ntlm saml oidc ldap oauth oauth2 await new yield lambda async function func fn not
    """
)
# States in which a secret can be: what programs say after "password:" or "token".
STATES = listed(
    """
    incorrect wrong bad invalid expired missing required unknown empty absent present correct valid unavailable
    unauthorized forbidden mismatch mismatched malformed rejected revoked refused denied failed failing stale old new
    short long weak strong blank not no none must cannot can could should is was are were will be been has have had
    does do did the a an for from to in of on at by with and or but this that your you please enter retype repeat
    prompt ask auto manual interactive random
    again auth authentication authorization required. error errors unset ok okay success successful found lookup
    field value this may only too than least contain contains when while during because if unable set connection
    request unexpected timeout login user access permission argument option flag requires needs via using use used
    instead deprecated unsupported exhausted exceeded limit ready pending skipped skipping optional defaults default
    obligatoire requis incorrecte invalide expiré oublié ungültig falsch erforderlich abgelaufen requerida requerido
    obligatoria obligatorio inválida inválido incorrecta incorreta obrigatória nieprawidłowe wymagane obbligatoria
    неверный неправильный обязателен 必填 必須 必須です 必需 错误 不正确 필수
    eacces eaddrinuse eagain ebusy econnrefused econnreset eexist ehostunreach einval eio eisdir emfile enetunreach
    enoent enospc enotdir eperm erofs etimedout nxdomain
    per rate exists already never validation verification signature format length type name available
    """
)
_RULES = listed(
    """
    is was are be must may not no the required invalid field cannot can should have has missing expired least
    characters contain match blank empty enter please incorrect error failed getting unable
    """
)
"""Words of remarks, which no passphrase is made of."""
_TELLING_RULES = _RULES - listed("is was are be may the has have please enter no")
_SUBJECTS = listed(
    "password passwords passphrase token secret credential credentials key field value user username short long minimum"
)
"""What a remark about a secret speaks of, and few secrets made of words do."""
_PROSE = _RULES | listed("a an for from to in of on at by with and or this that")
_ARTICLES = listed("the is was are be has have may no match blank")
_FEW_WORDS = 5
"""Nobody chooses more of them."""
_CHOSEN_WORD = compiled(r"[A-Za-z]\d+[A-Za-z]|^\d[A-Za-z]{2}|[A-Za-z\d][!&$%#][A-Za-z\d]|^#\d|[a-z]!$")
_FEW = 2
"""Words of prose, of which one alone a passphrase may hold: ``llama in pyjamas``."""
_MASKED = compiled(
    r"^(?:\[redacted\]?|\$\d+|\d{1,6}/\d{1,6}|\[[A-Z ]+\]?|\$__\w+\{.*"
    r"|[|>][+\-]?|\S*[*•]{3,}\S*"
    r"|(?i:(?:[*<\[({]|%5B|%3C)*(?:redacted|filtered|masked|hidden|censored|scrubbed|omitted)(?:[*>\])}]|%5D|%3E)*)|hmac-sha\d+:[0-9a-f]+"
    r"|<[^<>]*>?|[*•xX.\-#?_…^\\`]+|\$\{?[A-Za-z_][\w.:\-]*\}?"
    r"|\$\{\{?.*|\$\([^)]*\)?|\{\{.*|<%.*"
    r"|#\{.*|@[A-Z_]+@|%[A-Z_]{3,}%|%[sdvqr+]+|%\([a-z_]+\)s|\{[a-z_]*\}|SIG[A-Z0-9]+"
    r"|(?i:\(?(?:sensitive|hidden|masked|redacted|filtered|none|unset|set|empty|not set|null)(?: value)?\)?)"
    r"|(?i:your[-_ ].*|\.\.\.|my-?(?:password|token|secret)-?here))$"
)
_CODE = compiled(
    r"^(?:os|self|this|settings|config|conf|cfg|env|environ|process|args|opts|options|app|ctx|request|req|kwargs"
    r"|params|"
    r"system|viper|cls|getenv|std|rails|dotenv|secrets|data|local|var|module|each|input|Values"
    r"|builder)(?:\.[A-Za-z_]|\[|\(|::|->)"
    r"|^(?:await\s+|new\s+|&|\*)?[A-Za-z_][\w.]*\("
    r"|^[a-z_]\w*(?:\.[a-z_]\w*)*\.(?:[a-z]+_?)?(?:password|token|secret|key|pass|auth)s?$"
    r"|^(?:[a-z]\w*\.)+[A-Z]\w*@[0-9a-f]{4,}$|^[A-Z][a-z]+[A-Z]\w+@[0-9a-f]{4,}$|^0x[0-9a-f]{6,16}$|^0xc[0-9a-f]+$"
    r"|^0x[0-9a-fA-F]{40}$"  # an address on a ledger: a key has 64 digits
)
_CALLED = compiled(r"^[A-Za-z]\w*[(\[][^()\[\]]*[)\]][A-Za-z0-9]\w*$")
"""No call: a word goes on behind its brackets."""
_REPEATED = listed("password token passwd pwd key api pass auth")
_SAMPLE = 8
"""Words that a placeholder is shorter than."""
# A secret's place, not the secret: files, vaults, cloud names of it.
_PLACE = compiled(
    r"^(?:file:|\.{1,2}/|~/|[A-Za-z]:\\|/(?:run|var|etc|tmp|usr|opt|home|mnt|srv|root|secrets?|vault|dev|proc|data"
    r"|certs?|"
    r"config|app|workspace|keys|ssl|tls|auth|api|v\d|oauth2?|login|bin|lib|sys)(?:/|$)|/[a-z][\w.\-]*(?:/[\w.\-]+)+$)"
    r"|^(?:vault|ref\+\w+|op|awssm|aws-?sm|ssm|gcpsm|env|secret|azurekv|keychain|k8s|doppler)(?::|://|\+)"
    r"|^arn:aws|^projects/|^ENC\[|^!(?:vault|secret|env_var|Ref|Sub|GetAtt|ImportValue|Join|FindInMap|Select|env|include|reference)\b|^\w+\.(?:pem|key|crt|p12|jks|txt|json|ya?ml|env|conf"
    r"|ini|toml|go|py|js|ts|java|rb)(?::\d+)*$"
)
_MEASURE = compiled(
    r"^(?:sha\d+:[0-9a-f]+|v?\d+(?:\.\d+)+(?:[-+.]\w+)?|\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h|d|w|y|k|M|G|Ki|Mi|Gi|B|KB"
    r"|MB|GB|x|th|st|nd|rd|%)"
    r"|(?:\d+[hms]){1,3}(?:\d+(?:\.\d+)?s)?|\d{4}-\d\d-\d\d(?:T[\d:.+\-Z]*)?|\d{1,2}:\d\d(?::\d\d)?(?:\.\d+)?"
    r"|(?:\d{1,3}\.){3}\d{1,3}(?::\d+)?(?:/\d+)?"
    r"|[\w.\-]*[.\-][\w.\-]*:\d{2,5}(?:,.*)?|\d+(?:/\d+)+|[\w.\-]+\.(?:svc|local|com|net|org|io|internal|example"
    r"|dev|cluster\.local)(?::\d+)?(?:/.*)?|[a-z]+(?:[-.][a-z]+)*:\d{1,5}"
    r"|[A-Z]{2,10}-\d{1,6}|S-1-\d+(?:-\d+)*|\S+@\S+\.\w+|[a-z]+://.*)$"
)
_TECHNICAL = compiled(
    r"(?i)^(?:0x-\w+|sha-?\d+|md\d|oauth-?2?(?:\.\d)?|http/?\d(?:\.\d)?|ipv\d|base-?\d+|x\.?509\w*|utf-?\d+(?:mb\d)?|[hrep]s\d{3}"
    r"|aes-?\d+\w*|rsa-?\d*|(?:rsa|ecdsa|hmac|dsa)-(?:with-)?sha-?\d+|ed25519|tls(?:v?\d)?"
    r"|v\d+\w*|p\d+|s3|ec2|k8s|pkcs\S*|bcrypt|argon2\w*|pbkdf2\w*|hmac-?sha-?\d+|python\d?|node\d*|log4j2?|redis\d*"
    r"|postgres\d*|line\d+|"
    r"(?:user|pod|worker|server|host|db|node|shard|test|attempt|step|item|row|col|slot|job|task|thread|client|node"
    r"|replica|svc|app|account|tenant|org|"
    r"team|bucket|queue|topic|partition|broker|zone|eu|us|ap)[-_]?(?:west|east|north|south|central|northeast"
    r"|southeast)?[-_]?\d+[a-z]?)$"
)
_NUMBERED = compiled(r"^[A-Za-z]+\d{1,2}$")
_GROUPS, _LEAST = 2, 8
_WORD = 3
"""Mean length of the words of a name in mixed case; made-up text changes its case more often."""
_PLAIN = compiled(r"^[A-Za-z][a-z]*(?:[-_./ ][A-Za-z]?[a-z]+)*$|^[A-Z]+(?:[-_][A-Z]+)*$")
# Names of objects as Kubernetes makes them: words, and hashes of its alphabet (apimachinery, rand.SafeEncodeString).
_PIECE = compiled(r"^(?:[a-z]+\d{0,2}|v?\d{1,4}|[bcdfghjklmnpqrstvwxz2456789]{5}|[bcdfghjklmnpqrstvwxz2456789]{8,10})$")
_OBJECT = compiled(r"^[a-z0-9][a-z0-9./:\-]*[a-z0-9]$")
# name=value is a setting of its own; sha256=... is a signature.
_SETTING = compiled(r"^(?:[A-RT-Za-rt-z]|[Ss][^Hh])[\w\-.]*=[^=]")
_HEXADECIMAL = compiled(r"^(?:[0-9a-f]{32}|[0-9a-f]{40}|(?:0x)?[0-9a-f]{64})$")
_ALPHABET = compiled(r"^[A-Za-z0-9+/=_]+$")
_FOREIGN = "|".join(sorted(FOREIGN - {"passe", "khẩu", "المرور", "πρόσβασης"}, key=len, reverse=True))
_LABEL = compiled(
    rf"(?i)^(?:[^\W\d_]+ ){{0,3}}(?:{_FOREIGN}|mot de passe|mật khẩu|كلمة المرور|κωδικός πρόσβασης)"
    r"(?: [^\W\d_]+){0,2} ?[?:*]?$"
)
_EDGES = "\"'`.,;:!?()[]<>{}"


@lru_cache(maxsize=4096)
def harmless_value(value: str, name: str = "") -> bool:
    """Tell whether a value says nothing: empty, ``null``, ``YES``, a mask, a reference, a file, program code.

    A number of ``tokens`` is a count, and ``password=password`` or ``--token TOKEN`` repeat the name.
    """
    value = encodable(value)
    if value.startswith("(") and value.endswith(")"):
        value = value[1:-1]
    lower = value.lower().rstrip(".,:;!")
    parts = words(name)
    return (
        not lower
        or lower in _NOTHING
        or (promise(lower) is Promise.SECRET and _repeats(lower, parts))
        or (value.isupper() and value.isascii() and not value.isalnum() and promise(value) is not Promise.NOTHING)
        or (value.isalpha() and value.isupper() and promise(value) is not Promise.NOTHING)
        or _counts(value, parts)
        or _placeholder(value, parts)
        or ((parts in OBJECTS or ("secret" in parts[:-1] and "/" in value)) and names_object(value))
        or _MASKED.search(value) is not None
        or (_CODE.search(value) is not None and _CALLED.search(value) is None)
        or (_PLACE.search(value) is not None and '"' not in value.strip('"'))
    )


def masked(value: str) -> bool:
    """Tell whether a program has hidden the value itself: ``********``, ``<hidden>``."""
    return _MASKED.search(value) is not None


_SAMPLES = listed(
    """
    my your the a an some insert enter put add replace change me here with real actual value example sample dummy
    placeholder todo fixme goes is this set new fill in
    """
)
_TELLING = listed("your replace insert enter put placeholder example here todo fixme fill")


def _placeholder(value: str, parts: tuple[str, ...]) -> bool:
    """Tell whether words ask for a value: ``My API Key``, ``REPLACE_ME``, ``put-your-token-here``."""
    said = words(value.strip("<>[]{}"))
    if not 1 < len(said) < _SAMPLE or not {*said} <= _SAMPLES | _REPEATED | {*parts}:
        return False
    return bool({*said} & _TELLING) or (" " in value and "my" in said)


def _repeats(value: str, parts: tuple[str, ...]) -> bool:
    bare = value[:-1] if value[-1:].isdigit() else value
    return {*words(bare)} <= _REPEATED | {*parts}


def _counts(value: str, parts: tuple[str, ...]) -> bool:
    number = value.replace(".", "").replace(",", "")
    if not number.isdigit():
        return False
    if parts and parts[-1].endswith("s") and parts[-1] not in ("pass", "codes"):
        return True
    if parts and parts[-1] in ("code", "codes", "word"):
        return len(number) < 4
    return len(number) <= (3 if any(part.startswith(("p", "otp")) for part in parts) else 5)


def names_object(value: str) -> bool:
    """Tell whether a value is the name of a Kubernetes object: words, dashes, a namespace, a made-up ending."""
    if _OBJECT.search(value) is None or not ("-" in value or "/" in value):
        return False
    return all(_PIECE.search(piece) is not None for piece in value.replace("/", "-").replace(".", "-").split("-"))


@lru_cache(maxsize=4096)
def issued(value: str) -> bool:
    """Tell whether a word was made up: digits among letters, odd signs, no word's case.

    Dates, versions, addresses, durations, names of objects and technical words (``sha256``) are not.
    """
    value = value.strip(_EDGES)
    if len(value) < 6 or _MEASURE.search(value) or _TECHNICAL.search(value) or names_object(value):
        return value.isdigit() and len(value) >= 6
    if any(pattern.search(value) for pattern in (_PLACE, _CODE, _MASKED, _SETTING)):
        return False
    if any(char.isdigit() for char in value):
        return any(char.isalpha() for char in value) or len(value) >= 6
    if _grouped(value):
        return True
    if any(char in "!#$%^&*~+" for char in value[:-1]):
        return any(char.isalpha() for char in value)
    bare = value.rstrip("=")
    return len(bare) >= 8 and bare.isalpha() and bare.isascii() and len(bare) < _WORD * _humps(bare)


def _grouped(value: str) -> bool:
    """Tell whether a word is of groups of capitals of one length, as licence keys are."""
    groups = value.split("-")
    lengths = {*map(len, groups)}
    return len(groups) > _GROUPS and len(lengths) == 1 and lengths <= {4, 5, 6, 8} and value.isupper()


def mixed(value: str) -> bool:
    """Tell whether a word holds letters and digits and measures nothing: enough where it is said to be a password."""
    return (
        len(value) >= 6
        and any(char.isdigit() for char in value)
        and any(char.isalpha() for char in value)
        and not any(pattern.search(value) for pattern in (_MEASURE, _TECHNICAL, _PLACE, _CODE, _MASKED, _SETTING))
    )


def odd(value: str) -> bool:
    """Tell whether a word is mixed as names are not: no object's name, no word with a number such as ``volume1``."""
    return mixed(value) and not names_object(value) and _NUMBERED.search(value) is None


def scrambled(value: str) -> bool:
    """Tell whether a word changes between capitals, small letters and digits as no name does: ``XBWlznUleZ4t``."""
    letters = sum(map(str.isalpha, value))
    humps = _humps(value) + sum(map(str.isdigit, value))
    return len(value) >= _LEAST and value.isalnum() and value.isascii() and letters <= _WORD * humps and _cased(value)


def _humps(value: str) -> int:
    """Return of how many words a name in mixed case is: each begins with a capital or behind a sign."""
    return sum(
        here.isalpha() and (not before.isalpha() or (here.isupper() and before.islower()))
        for before, here in pairwise("." + value)
    )


def _cased(value: str) -> bool:
    return any(map(str.islower, value)) and any(map(str.isupper, value[1:]))


def all_kinds(value: str) -> bool:
    """Tell whether a word holds capitals, small letters and digits: few names, versions and states do."""
    return all(any(map(kind, value)) for kind in (str.isupper, str.islower, str.isdigit))


def random(value: str) -> bool:
    """Tell whether a word is long and of small letters, capitals and digits: no name is, not even a cache's key."""
    return len(value) >= 16 and not value.startswith("0x") and _ALPHABET.search(value) is not None and all_kinds(value)


def opaque(value: str) -> bool:
    """Tell whether a word is random, or of as many hexadecimal digits as keys have: what names are not."""
    return random(value) or _HEXADECIMAL.search(value) is not None or _grouped(value)


def state(value: str) -> bool:
    """Tell whether an unquoted word after ``password:`` tells of a state: ``incorrect``, ``expired``, ``rotating``."""
    lower = value.lower().rstrip(".,;:!)")
    if lower in STATES:
        return True
    return lower.isalpha() and len(lower) > 5 and lower.endswith(("ed", "ing", "able", "ible", "exception", "error"))


def chosen(value: str) -> bool:
    """Tell whether words after ``passphrase:`` are the secret itself: several, and none that a remark would hold."""
    said = value.split()
    return 1 < len(said) < 9 and not any(state(word) or word.lower().strip(".,") in _PROSE for word in said)


def chosen_phrase(value: str, *, sure: bool = False) -> bool:
    """Tell whether words that nothing names may be a secret: a few, with a digit or a sign within a word, no remark.

    Where it is ``sure`` that a secret stands there, any word with a digit and any sign will do.
    """
    said = value.split()
    if not 1 < len(said) <= _FEW_WORDS or sentence(value) or remark(value):
        return False
    if not sure and any(word.lower() in STATES for word in said):
        return False
    if sure:
        return any(not char.isalpha() and char not in " .:/_-=()" for char in value)
    return any(_CHOSEN_WORD.search(word) is not None and _MEASURE.search(word) is None for word in said)


def sentence(value: str, *, sure: bool = False) -> bool:
    """Tell whether a quoted value is a sentence: ``must be at least 8 characters``.

    Where it is ``sure`` that a value stands only words that tell of a rule or a failure make it one.
    """
    said = value.lower().replace("'", " ").split()
    bare = [word.strip(".,:;!?") for word in said[:12]]
    rules = _RULES - _ARTICLES if sure else _RULES
    prose = any(word in rules for word in bare) or (not sure and sum(word in _PROSE for word in bare) >= _FEW)
    return len(said) > 1 and prose and _words_only(said)


def remark(value: str) -> bool:
    """Tell whether a quoted value behind a password's name is a remark about it rather than the words chosen for it."""
    said = value.lower().split()
    bare = {word.strip("'\".,:;!?") for word in said[:12]}
    return len(said) > 1 and bool(bare & (_TELLING_RULES | _SUBJECTS)) and _words_only(said)


def label(value: str) -> bool:
    """Tell whether a value is the word for a password in another language, as a translation has it."""
    text = value.strip()
    return _LABEL.search(text) is not None and any(map(str.isalpha, text))


def _words_only(said: list[str]) -> bool:
    plain = sum(word.strip("\"'.,:;!?()").replace("-", "").isalpha() for word in said[:12])
    return plain >= 0.6 * len(said[:12])


def plain(value: str) -> bool:
    """Tell whether a value is made of words alone."""
    return _PLAIN.search(value) is not None
