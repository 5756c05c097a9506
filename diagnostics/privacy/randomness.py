"""Values that look random under whatever name, unless the name identifies, digests or publishes.

Vendors and teams call their credentials what they like (``X-Acme-Team: X``, ``WEB_PUSH_VAPID=X``, ``-t X``): what tells
them is that nobody could have thought of such a value. Identifiers may look the same, but their names say so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from diagnostics.patterns import compiled
from diagnostics.privacy.encoded import decoded
from diagnostics.privacy.naming import certified
from diagnostics.privacy.secretnames import Promise, listed, promise, words
from diagnostics.privacy.values import MARK, all_kinds, scrambled

if TYPE_CHECKING:
    from diagnostics.patterns import Match

_RUN = r"([A-Za-z0-9+/_\-]{20,}={0,2})"
_LONG = compiled(r"[A-Za-z0-9+/_\-]{20}")
"""A cheap look before the dear ones."""
_ASSIGNED = compiled(
    r"""((?:[A-Za-z][\w.\-]* )?[A-Za-z_][\w.\-]*)(\\?["'`]?[\])]?"""
    r"""\s{0,8}(?::=|=>|=|:|->)\s{0,8}(?:[A-Z]\w*[ (])?\\?["'`]?)""" + _RUN
)
_ENTRY = compiled(
    r"""(?i)(\bname\\?["']?\s?[:=]\s?\\?["']?[\w.\-]+)(\\?["']?,?\s*\\?["']?value\\?["']?\s?[:=]\s?\\?["']?)""" + _RUN
)
_FLAG = compiled(rf"""((?:^|[\s"'])--?[A-Za-z][\w\-]*)(["']?(?:\s|=|,\s?)["']?){_RUN}""")
_ALONE = compiled(
    r"""((?:^|[\s"'`(\[<>,;])[^A-Za-z0-9+/_\-.=@:#%$\\&?{]?)([A-Za-z0-9_\-]{20,64})([.:]?(?:$|[\s"'`,;)\]>!]))"""
)
"""A word that nothing names."""
_KNOWN = ("0x", "Qm", "12D3", "bafy", "AAAA", "_Z", "_R", "msg_", "chatcmpl-", "call_", "resp_", "req_")
"""How addresses, public keys, symbols and identifiers begin that anybody may see."""
_PUBLIC = listed(
    """
    id ids uid uuid guid kid jti cid oid fingerprint thumbprint hash sha sha1 sha256 sha512 md5 digest checksum etag
    commit revision rev build buildid cursor scroll page nonce boundary public pub rsa ed25519 ecdsa ssh dss peer node
    cluster trace span request correlation session-id signature address account contract block tx transaction pinned
    layer image symbol class method function test inode object blob upload part version challenge anchor document
    """
)
"""Words before a random one that tell what of it may be known."""
_BEFORE, _WORDS = 60, 3
"""Characters, and words among them, before a word that nothing names."""
_NEAR_WORDS = compiled(r"[A-Za-z][A-Za-z0-9]*")
_GOES_ON = frozenset(".@:([{%~")
"""Signs behind a run that make it a part of something longer: a host, a path, a call."""
_IDENTIFYING = listed(
    """
    id ids identifier uid uuid guid ulid cid oid rid tid kid jti ref reference name names file filename path dir class
    type method function func hash hashes sha sha1 sha224 sha256 sha384 sha512 md5 digest digests checksum sum h1 etag
    fingerprint thumbprint integrity crc trace span request req response correlation commit rev revision ver version
    build release image layer tag branch cursor page next previous continue continuation offset checkpoint savepoint
    scroll position pub public pubkey pinnedpubkey pin peer peers cert certs certificate certificates crt ca pem chain
    bundle csr x5c x5t
    modulus host hostname node nodes pod container cluster instance member leader broker replica shard segment index
    partition topic group consumer producer block tx txid transaction address blob object entity bucket query plan
    statement job task run workflow execution event message msg text body payload content data bytes hex raw binary
    chunk line error err reason cause url uri href link location referer endpoint server agent module package test
    thread process worker nonce iv challenge encrypted cipher ciphertext spec schema template cookie_hash root boundary
    parser accept action component service resource operation category label account model dataset project experiment
    """
)
_HINTING = listed("api pat private salt crypt seed claim license licence vapid master unlock")
"""Words beside which hexadecimal digits, capitals and identifiers are a credential as well."""
_KEYS = listed("key keys")
_LEAST, _PIECE = 20, 10
_UNIFORM = compiled(
    r"^(?:[0-9a-f]{32,128}|[A-Z0-9]{20,}|[a-z0-9]{20,}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$"
)
_PIECES = compiled(r"[A-Za-z0-9]+")


def random_values(text: str) -> str:
    """Return the text without values that look random, where their names do not tell that they are none."""
    if _LONG.search(text) is None:
        return text
    text = _FLAG.sub(_judged, _ASSIGNED.sub(_judged, _ENTRY.sub(_entry, text)))
    return _ALONE.sub(_alone, text)


def _judged(match: Match) -> str:
    name, between, value = match.group(1), match.group(2), match.group(3)
    follows = match.string[match.end() : match.end() + 1]
    if follows and follows in _GOES_ON:
        return match.group(0)
    if certified(name, match.string, match.start()):
        return match.group(0)
    return name + between + MARK if _credential(name.strip(" \"'"), value) else match.group(0)


def _alone(match: Match) -> str:
    """Hide a word that nobody can have thought of, where nothing before it says that anybody may know it."""
    word, text = match.group(2), match.string
    assigned = text[: match.start(2)].rstrip("\"'` ").endswith(("=", ":"))
    if assigned or not made(word) or word.startswith(_KNOWN) or len(match.group(0)) == len(text):
        return match.group(0)
    before = [found.group(0) for found in _NEAR_WORDS.finditer(text[max(0, match.start() - _BEFORE) : match.start()])]
    said = {part for near in before[-_WORDS:] for part in (*words(near), near.lower())}
    return match.group(0) if said & _PUBLIC or decoded(word) else match.group(1) + MARK + match.group(3)


def _entry(match: Match) -> str:
    name = match.group(1).rpartition(":")[2].rpartition("=")[2].strip(" \\\"'")
    return match.group(1) + match.group(2) + MARK if _credential(name, match.group(3)) else match.group(0)


def _credential(name: str, value: str) -> bool:
    said = {*words(name)}
    said |= {word.rstrip("0123456789") for word in said}
    if said & _IDENTIFYING or (len(name) == 1):  # a part of a public key, as JWK names them
        return False
    if made(value):
        return True
    hinted = said & _HINTING or (said & _KEYS and promise(name.replace(" ", "_")) is not Promise.NOTHING)
    return bool(hinted) and _UNIFORM.search(value) is not None and not value.isalpha() and not value.isdigit()


def made(value: str) -> bool:
    """Tell whether nobody can have thought of a value: long, of all kinds of letters, changing between them at once."""
    if len(value) < _LEAST or value[0] == "/":
        return False
    pieces = [found.group(0) for found in _PIECES.finditer(value)]
    mixed = any(len(piece) >= _PIECE and all_kinds(piece) and scrambled(piece) for piece in pieces)
    return mixed and scrambled("".join(pieces))
