"""What a log's words mean in this pod: names and addresses that its own spec, volumes and Services know.

``PodWords.of`` reads the pod's vocabulary once; ``grounds`` finds it in a text, longest first. Values of variables are
not in a snapshot: a variable is known by its name, and a service link by the address that Kubernetes gives it.
"""

from __future__ import annotations

import errno
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from diagnostics.claims import podwords
from diagnostics.claims.model import Ground, GroundKind
from diagnostics.claims.vocabulary.shapes import is_place
from diagnostics.patterns import compiled, encodable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from diagnostics.claims.podwords import Word
    from diagnostics.snapshot import Object, Snapshot

LONGEST: Final = 8192
"""Characters of a text that are read."""

_TOKEN: Final = compiled(
    r"(?:tcp|udp|sctp)://(?:\d{1,3}\.){3}\d{1,3}(?::\d{1,5})?|[A-Za-z][\w+.-]*://(?:[^\s/@'\"]*@)?"
    r"|/[^\s:'\"\x{2018}\x{2019}\x{201C}\x{201D}`,;()\[\]{}<>|=]+|--?[A-Za-z][\w.-]*"
    r"|\[[0-9A-Fa-f:]+\](?::\d{1,5})?|[A-Za-z0-9_](?:[\w.-]*[A-Za-z0-9_])?(?::\d{1,5}\b)?"
)
"""Words as this pod may know them: a service link, a path, a flag, an address, a name (a port may follow)."""

_CODE: Final = compiled(
    r"ERR_\w+|EAI_[A-Z]+|HTTP_?\d{3}|SQLSTATE\w*|\d[0-9A-Z]{4}|(?:P0|HV|XX|F0)[0-9A-Z]{3}|ORA-?\d{5}"
    r"|(?:SQLITE|CERT|CUDA_ERROR|WT)_[A-Z_0-9]+|[A-Z_]+_(?:FAILED|FAILURE|EXCEPTION|REFUSED|DENIED|EXHAUSTED)"
)
"""Error codes in capitals: never a variable, even where one is called so."""

_NUMBERS: Final = frozenset(errno.errorcode.values())

_HUMPS: Final = compiled(r"[A-Z]+(?:[a-z0-9]+|[A-Z0-9]*)|[a-z0-9]+")
_LETTERS: Final = compiled(r"[a-z0-9]+|[A-Z]+[a-z0-9]*")


@dataclass(frozen=True)
class PodWords:
    """The vocabulary of one container of a pod."""

    words: tuple[Word, ...]

    @classmethod
    def of(cls, snapshot: Snapshot, pod: Object, container: Object) -> PodWords:
        """Read it from the pod, the container's spec and what the snapshot holds of their surroundings."""
        return cls(tuple(podwords.gathered(snapshot, pod, container)))

    def grounds(self, text: str) -> tuple[Ground, ...]:
        """Return the words of a text that the pod knows, longest first, then by place."""
        shown = encodable(text[:LONGEST])
        found: list[Ground] = []
        for match in _TOKEN.finditer(shown):
            found.extend(self._grounded(match.group(0), match.start()))
        return tuple(sorted(found, key=lambda ground: (ground.start - ground.end, ground.start)))

    def variable_for(self, name: str) -> Ground | None:
        """Return the variable, flag, argument or key that means a setting named otherwise, or None.

        ``server.port``, ``--server-port``, ``serverPort`` and ``SERVER_PORT`` are the same words. A name with a prefix
        of the program's (``APP_SERVER_PORT``) is taken when it is the only one. Of several kinds of place the
        variable comes first: it overrides in nearly every program.
        """
        wanted = split(name)
        if not wanted or _is_code(name):
            return None
        settings = [word for word in self.words if word.kind in _SETTINGS]
        same = [word for word in settings if split(word.text) == wanted]
        if not same and (len(wanted) > 1 or len(wanted[0]) > 5):
            same = [word for word in settings if split(word.text)[-len(wanted) :] == wanted]
            same = same if len({word.text for word in same}) == 1 else []
        best = min(same, key=lambda word: _SETTINGS.index(word.kind), default=None)
        return best.ground(0, len(name)) if best is not None else None

    @cached_property
    def _exact(self) -> dict[str, tuple[Word, ...]]:
        found: dict[str, tuple[Word, ...]] = {}
        for word in self.words:
            found[word.text] = (*found.get(word.text, ()), word)
        return found

    @cached_property
    def _mounts(self) -> tuple[Word, ...]:
        mounts = [word for word in self.words if word.kind in (GroundKind.MOUNT, GroundKind.KEY_FILE)]
        return tuple(sorted(mounts, key=lambda word: -len(word.text)))

    def _grounded(self, token: str, start: int) -> Iterable[Ground]:
        if token.startswith("/"):
            return self._path(token.rstrip(".:"), start)
        if _is_code(token) or is_place(token):
            return ()
        name, _, port = token.partition(":") if "://" not in token and not token.startswith("[") else (token, "", "")
        known = self._exact.get(token) or self._exact.get(name) or self._exact.get(name.rstrip(".").lower(), ())
        end = start + len(token)
        found = [word.ground(start, end, {"port": port} if port else {}) for word in known if word.stands_alone(token)]
        return _first_of_each_kind(found)

    def _path(self, path: str, start: int) -> Iterable[Ground]:
        """Return the key that is the file, else the volume that covers it (the innermost mount)."""
        for word in self._mounts:
            if path == word.text or (word.kind is GroundKind.MOUNT and path.startswith(word.text.rstrip("/") + "/")):
                inner = path[len(word.text) :].strip("/")
                return (word.ground(start, start + len(path), {"inner": inner} if inner else {}, name=path),)
        return [word.ground(start, start + len(path)) for word in self._exact.get(path, ())][:1]


_SETTINGS: Final = (GroundKind.VARIABLE, GroundKind.SERVICE_LINK, GroundKind.FLAG, GroundKind.KEY)


def split(name: str) -> tuple[str, ...]:
    """Return the words of a setting's name in lower case: at separators, and at humps where it has small letters."""
    shown = encodable(name[:200])
    humps = _HUMPS if any(letter.islower() for letter in shown) else _LETTERS
    return tuple(match.group(0).lower() for match in humps.finditer(shown))


def _is_code(token: str) -> bool:
    return token in _NUMBERS or _CODE.fullmatch(encodable(token)) is not None


def _first_of_each_kind(found: list[Ground]) -> list[Ground]:
    kept: dict[GroundKind, Ground] = {}
    for ground in found:
        kept.setdefault(ground.kind, ground)
    if GroundKind.SELF in kept:
        kept.pop(GroundKind.SERVICE, None)
    return list(kept.values())
