"""What a person or an alert asks about: text to a checked ``TargetRef``. Pure.

Forms: ``POD``, ``NS/POD``, ``KIND/NAME``, ``NS/KIND/NAME``, and a bare workload name (which kind it is, the collector
finds out). KIND is what kubectl takes: ``deployment``, ``deploy``, ``deployments.apps``, ``sts``, ``po`` ...

``a/b`` is read as KIND/NAME when ``a`` names a kind, as kubectl does: a namespace called ``deploy`` needs ``-n``.
Plurals of kinds that cannot be asked about (``services``, ``events``) are taken as namespaces.
"""

from __future__ import annotations

import string
from typing import TYPE_CHECKING

from bot.cluster.resources import RESOURCES, WORKLOADS, kind_of
from bot.cluster.target import TargetRef
from bot.model.names import has_random_suffix

if TYPE_CHECKING:
    from collections.abc import Sequence

KINDS = ("Pod", *WORKLOADS)
"""What can be asked about."""

SUBDOMAIN_LENGTH = 253
LABEL_LENGTH = 63
"""Longest names: Kubernetes apimachinery ``pkg/util/validation`` (RFC 1123 subdomain and label)."""

_EDGE = frozenset(string.ascii_lowercase + string.digits)
_LABEL = _EDGE | {"-"}


class TargetError(ValueError):
    """Text that names nothing that could be asked about: one sentence."""


class NoTarget(TargetError):  # noqa: N818 — it is no mistake: people also just talk
    """A sentence that names nothing: it was no command."""


def parse_target(text: str, namespace: str | None = None, container: str | None = None) -> TargetRef:
    """Return what the text asks about.

    ``namespace`` and ``container`` are those given apart (``-n``, ``-c``). Raises ``TargetError`` with one sentence.
    """
    parts = text.strip().split("/")
    if not text.strip():
        raise TargetError("no target was given; say POD, NAMESPACE/POD or deployment/NAME")
    if len(parts) > 3 or not all(parts):
        raise TargetError(f"{_quoted(text)} is no target; say POD, NAMESPACE/POD or deployment/NAME")
    kind, inside, name = "", None, parts[-1]
    if len(parts) == 3:
        inside, kind = parts[0], _kind(parts[1], text)
    elif len(parts) == 2 and _names_kind(parts[0]):
        kind = _kind(parts[0], text)
    elif len(parts) == 2:
        inside = parts[0]
    if inside and namespace and inside != namespace:
        raise TargetError(f"two namespaces were given: {_quoted(inside)} in the target and {_quoted(namespace)} apart")
    where = inside or namespace
    _checked(name, "name", subdomain=True)
    if where:
        _checked(where, "namespace", subdomain=False)
    if container:
        _checked(container, "container", subdomain=False)
    return TargetRef(kind=kind, namespace=where or None, name=name, container=container or None)


def parse_command_text(text: str) -> TargetRef:
    """Return what the text of a slash command or mention asks about: ``TARGET [-n NAMESPACE] [-c CONTAINER]``.

    ``KIND NAME`` with a space is taken too, as people type it from kubectl. Raises ``TargetError``.
    """
    given: dict[str, str] = {}
    words: list[str] = []
    rest = iter(text.replace("\N{NO-BREAK SPACE}", " ").split())
    for word in rest:
        flag, equals, value = word.partition("=")
        option = _OPTIONS.get(flag)
        if option is None:
            if word.startswith("-"):
                raise TargetError(f"{_quoted(word)} is no option here; there are -n NAMESPACE and -c CONTAINER")
            words.append(word)
            continue
        value = value if equals else next(rest, "")
        if not value:
            raise TargetError(f"{flag} needs a value: the {option}")
        given[option] = value
    return parse_target(joined(words) or "", given.get("namespace"), given.get("container"))


def joined(words: Sequence[str]) -> str | None:
    """Return the one target that the words are: ``api``, or ``deployment api`` as for kubectl; None of no words.

    Raises ``TargetError``.
    """
    if len(words) == 2 and kind_of(words[0]) and "/" not in words[1]:
        return "/".join(words)
    if len(words) > 1:
        raise TargetError(f"one target at a time, please: {_quoted(' '.join(words))} names {len(words)}")
    return words[0] if words else None


def parse_listing(text: str) -> TargetRef | None:
    """Return the namespace whose failures are asked for (one without a name: all of them), or None when it is no list.

    Forms: nothing at all, ``-n NAMESPACE``, ``namespace/NAME`` and ``ns NAME``. Raises ``TargetError``.
    """
    words = text.replace("=", " ").replace("/", " ").split()
    if not words:
        return TargetRef(kind="Namespace", name="")
    if len(words) != 2 or not (words[0] in ("-n", "--namespace") or kind_of(words[0]) == "Namespace"):
        return None
    _checked(words[1], "namespace", subdomain=False)
    return TargetRef(kind="Namespace", name=words[1])


def named_in(sentence: str) -> TargetRef | None:
    """Return the first thing that a sentence names: ``namespace/name`` and its like, or a pod by its generated name."""
    for word in sentence.split():
        token = word.strip(_AROUND)
        if "/" not in token and not has_random_suffix(token):
            continue
        try:
            return parse_target(token)
        except TargetError:
            continue
    return None


_AROUND = "`'\"\u201c\u201d\u2018\u2019\u00ab\u00bb?!.,:;()[]{}<>*_~\u2026"
"""What stands around a name in a sentence: punctuation, quotes, Slack's own marks."""

_OPTIONS = {"-n": "namespace", "--namespace": "namespace", "-c": "container", "--container": "container"}


def _names_kind(word: str) -> bool:
    kind = kind_of(word)
    return kind in KINDS or (bool(kind) and word.lower() != RESOURCES[kind].plural)


def _kind(word: str, text: str) -> str:
    kind = kind_of(word)
    if kind not in KINDS:
        what = f"a {kind}" if kind else f"{_quoted(word)} in {_quoted(text)}"
        raise TargetError(f"{what} cannot be diagnosed; ask about {', '.join(each.lower() for each in KINDS)}")
    return kind


def _checked(name: str, what: str, *, subdomain: bool) -> None:
    """Check a name as the API server would (RFC 1123), so that nothing else ever gets into a path."""
    longest = SUBDOMAIN_LENGTH if subdomain else LABEL_LENGTH
    if len(name) > longest:
        raise TargetError(f"the {what} {_quoted(name)} is longer than {longest} characters")
    for label in name.split(".") if subdomain else [name]:
        if not label or not set(label) <= _LABEL or label[0] not in _EDGE or label[-1] not in _EDGE:
            dots = ", '-' and '.'" if subdomain else " and '-'"
            raise TargetError(f"{_quoted(name)} is no {what}: small letters, digits{dots} only, no '-' at the ends")


def _quoted(text: str) -> str:
    """Return foreign text fit for a sentence: quoted, printable, short."""
    shown = "".join(char if char.isprintable() else "?" for char in text.strip())
    return f'"{shown[:60]}…"' if len(shown) > 60 else f'"{shown}"'
