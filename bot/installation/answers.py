"""Pure: the forms that answers take. Each function returns the answer in its one form, or raises ``AnswerError``.

An answer is text; an empty one means "none". Lists are separated by commas.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bot.model.policy import unfit_name
from bot.settings.values import CHANNEL, NAMESPACE, names
from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from collections.abc import Mapping

    Answers = Mapping[str, str]

ALL = "all"
"""All namespaces."""

BOT_NAMESPACE = "crashloop"
"""Where the bot is installed, and the name of its release and of its Secrets."""

LONGEST = 500
"""Characters of an answer: far beyond any name or address."""

EMAIL_LONGEST = 254
"""Characters of an e-mail address (RFC 5321, 4.5.3.1.3, without the angle brackets)."""

_SECRET = compiled(r"\A[a-z0-9]([a-z0-9.\-]{0,251}[a-z0-9])?\z")
_KEY = compiled(r"\A[A-Za-z0-9._\-]{1,253}\z")
_CLASS = _SECRET
_REPOSITORY = compiled(r"\A[a-z0-9]([a-z0-9._\-]*[a-z0-9])?(:[0-9]{1,5})?(/[a-z0-9]([a-z0-9._\-]*[a-z0-9])?)*\z")
_TAG = compiled(r"\A[A-Za-z0-9_][A-Za-z0-9_.\-]{0,127}\z")
_DIGEST = compiled(r"\Asha256:[0-9a-f]{64}\z")
_EMAIL = compiled(r"\A[!-?A-~]+@[!-?A-~]+\z")


class AnswerError(ValueError):
    """An answer that cannot be used: one sentence that names it."""


def printable(given: str) -> str:
    """Return an answer without spaces around it; ``-`` is none."""
    answer = given.strip()
    if len(answer) > LONGEST:
        raise AnswerError(f"{_shown(answer)} is longer than {LONGEST} characters")
    if not answer.isprintable():
        raise AnswerError(f"{_shown(answer)} has characters that cannot be printed")
    return "" if answer == "-" else answer


def one_of(given: str, choices: tuple[str, ...]) -> str:
    """Return one of some words, whatever its case."""
    if given.lower() not in choices:
        raise AnswerError(f"{_shown(given)} is none of {', '.join(choices)}")
    return given.lower()


def channel(given: str) -> str:
    """Return a channel's id or ``#name``, as ALERT_CHANNEL takes it."""
    if given.startswith(("xox", "xapp-")):
        raise AnswerError("that is a token, and no channel: tokens are asked for by the printed commands, unseen")
    if not CHANNEL.fullmatch(given):
        raise AnswerError(f"{_shown(given)} is no channel: its id (C0123ABCD, at the end of its About) or #name")
    return given


def cluster_names(given: str) -> str:
    """Return what the cluster is called, as CLUSTER_NAME takes it."""
    return ",".join(names(given))


def namespaces(given: str) -> str:
    """Return names of namespaces."""
    found = names(given)
    for each in found:
        namespace(each)
    return ",".join(found)


def namespace(given: str) -> str:
    """Return the name of a namespace (RFC 1123 label)."""
    if not NAMESPACE.fullmatch(given):
        raise AnswerError(f"{_shown(given)} is no name of a namespace (lower case letters, digits, hyphens)")
    return given


def scope(given: str) -> str:
    """Return ``all``, or the names of namespaces."""
    if not given:
        raise AnswerError("say all, or the names of namespaces separated by commas")
    return ALL if given.lower() == ALL else namespaces(given)


def within(given: str, spaces: str) -> str:
    """Return names of namespaces that are among ``spaces``, or any where that is ``all``."""
    found = namespaces(given)
    beyond = [] if spaces == ALL else [each for each in names(found) if each not in names(spaces)]
    if beyond:
        raise AnswerError(f"{', '.join(beyond)} is not among the namespaces that it may read ({spaces})")
    return found


def monitoring_namespace(given: str) -> str:
    """Return the namespace of Alertmanager; in the bot's own one two Secrets would have one name."""
    if given == BOT_NAMESPACE:
        raise AnswerError(f"{BOT_NAMESPACE} is the bot's own namespace; Alertmanager must be in another one")
    return namespace(given)


def public_url(given: str) -> str:
    """Return the address at which Slack reaches the bot, without the path that is the bot's own."""
    _address(given, ("https",))
    return given.rstrip("/").removesuffix("/slack/events")


def http_url(given: str) -> str:
    """Return an http(s) address, or none."""
    if given:
        _address(given, ("http", "https"))
    return given.rstrip("/")


def tls_secret(given: str, url: str) -> str:
    """Return the name of the Ingress' TLS Secret, or none; an Ingress serves a host, not a port or a path of it."""
    if given and not _SECRET.fullmatch(given):
        raise AnswerError(f"{_shown(given)} is no name of a Secret")
    parts = urlsplit(url)
    if given and url and (parts.netloc != parts.hostname or parts.path):
        raise AnswerError(f"an Ingress serves https://HOST/slack/events, and {url} has a port or a path; say none")
    return given


def ingress_class(given: str) -> str:
    """Return the name of an IngressClass, or none."""
    if given and not _CLASS.fullmatch(given):
        raise AnswerError(f"{_shown(given)} is no name of an IngressClass")
    return given


def email(given: str) -> str:
    """Return an e-mail address, or none."""
    if given and (len(given) > EMAIL_LONGEST or not _EMAIL.fullmatch(given)):
        raise AnswerError(f"{_shown(given)} is no e-mail address in ASCII (alice@example.com)")
    return given


def kubernetes_user(given: str) -> str:
    """Return the name of a Kubernetes user."""
    _name(given)
    return given


def kubernetes_groups(given: str) -> str:
    """Return the names of Kubernetes groups."""
    found = names(given)
    for each in found:
        _name(each)
    return ",".join(found)


def database_secret(given: str) -> str:
    """Return ``NAMESPACE/NAME:KEY``: where the URL of the database stands. The namespace may be left out: the bot's."""
    path, colon, key = given.rpartition(":")
    space, _, name = path.rpartition("/")
    space = space or BOT_NAMESPACE
    if not (colon and NAMESPACE.fullmatch(space) and _SECRET.fullmatch(name) and _KEY.fullmatch(key)):
        raise AnswerError(f"{_shown(given)} is not of the form [NAMESPACE/]SECRET:KEY, such as data/bot-db-app:uri")
    return f"{space}/{name}:{key}"


def image(given: str) -> str:
    """Return the name of an image, as ``Image.of`` reads it."""
    Image.of(given)
    return given


@dataclass(frozen=True, slots=True)
class Image:
    """An image: its repository, and a tag or a digest."""

    repository: str
    tag: str = ""
    digest: str = ""

    @classmethod
    def of(cls, given: str) -> Image:
        """Read ``REPOSITORY[:TAG][@sha256:DIGEST]``. Raises ``AnswerError``."""
        path, _, digest = given.partition("@")
        head, slash, last = path.rpartition("/")
        name, colon, tag = last.partition(":")
        repository = f"{head}{slash}{name}"
        fits = _REPOSITORY.fullmatch(repository) and (_TAG.fullmatch(tag) if colon else digest)
        if not fits or ("@" in given and not _DIGEST.fullmatch(digest)):
            raise AnswerError(f"{_shown(given)} is no image: REPOSITORY:TAG or REPOSITORY@sha256:DIGEST")
        return cls(repository, tag, digest)

    @property
    def local(self) -> bool:
        """Whether it names no registry or owner: then it was built here, and no cluster can pull it."""
        return "/" not in self.repository


def _address(given: str, schemes: tuple[str, ...]) -> None:
    try:
        parts = urlsplit(given)
        host, _port = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or parts.scheme not in schemes or parts.query or parts.fragment or " " in given:
        raise AnswerError(f"{_shown(given)} is no address that begins with {' or '.join(schemes)}://")
    if parts.username is not None or parts.password is not None:
        raise AnswerError("an address must hold no user name and no password")


def _name(given: str) -> None:
    if why := unfit_name(given):
        raise AnswerError(f"{_shown(given)} cannot be a Kubernetes user or group: {why}")


def _shown(given: str) -> str:
    return repr(given if len(given) <= 60 else f"{given[:60]}…")
