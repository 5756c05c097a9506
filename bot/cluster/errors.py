"""What can go wrong with a cluster, as one sentence each.

ClusterError                  anything below; its text is one sentence fit for a person
├── ConfigurationError        no kubeconfig, an unreadable one, an unknown context, no credentials
├── Unreachable               no answer: reset, or lost on its way
│   ├── NotSent               no connection, so that nothing was sent: refused, unknown host, untrusted certificate
│   └── TimedOut              connected or not, no whole answer within the time
├── Unauthorized              401: the credentials are not accepted
├── Forbidden                 403: the right is missing (verb, resource and namespace are named)
├── BadReply                  an answer that is no answer: 5xx after retries, broken JSON, too large
└── AmbiguousTarget           the name stands for several things; ``candidates`` lists them

"Not found" is no error: it is a snapshot without the object, and the engine says what replaced it.
Only classes that somebody catches exist.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from diagnostics.objects import ObjectRef


class ClusterError(Exception):
    """Something about the cluster, said in one sentence."""


class ConfigurationError(ClusterError):
    """The cluster's address or credentials could not be worked out."""


class Unreachable(ClusterError):  # noqa: N818 — named for what is the case, as the sentence says it
    """No answer came from the API server."""


class NotSent(Unreachable):
    """There was no connection to the API server: whatever was to be sent was not."""


class TimedOut(Unreachable):
    """No whole answer came from the API server within the time given."""


class Unauthorized(ClusterError):  # noqa: N818 — named for what is the case, as the sentence says it
    """The API server does not accept the credentials."""


class Forbidden(ClusterError):  # noqa: N818 — named for what is the case, as the sentence says it
    """A right is missing."""


class BadReply(ClusterError):  # noqa: N818 — named for what is the case, as the sentence says it
    """The API server answered something that cannot be used."""


class AmbiguousTarget(ClusterError):  # noqa: N818 — named for what is the case, as the sentence says it
    """A name that stands for several things. ``candidates`` are what, sorted."""

    def __init__(self, name: str, candidates: tuple[ObjectRef, ...]) -> None:
        self.candidates = candidates
        listed = ", ".join(map(str, candidates[:LISTED])) + (
            f" and {len(candidates) - LISTED} more" * (len(candidates) > LISTED)
        )
        super().__init__(f"{name} is not unique: it may be {listed}; say which one with NAMESPACE/KIND/NAME")


LISTED = 8
"""How many candidates the sentence names."""
