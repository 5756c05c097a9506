"""What an on-call engineer must not be told, in a report's own words, as rules to hold an answer against.

A phrase of ``truth.bad_remedies`` belongs to the first kind whose words it has; a kind says what an answer would hold
that offers just that. Phrases of no kind (``fix rcon``) are left to a reader.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from diagnostics.diagnosis import Diagnosis


@dataclass(frozen=True)
class Kind:
    """A kind of bad remedy: the words of the phrase, then what a sentence or a command that offers it has."""

    name: str
    phrase: str
    sentence: str = ""
    command: str = ""

    def of(self, phrase: str) -> bool:
        """Whether the phrase is of this kind; what is bad only alone (``only the memory limit``) is of none."""
        return "only" not in phrase.split() and compiled(f"(?i){self.phrase}").search(phrase) is not None

    def offered(self, diagnosis: Diagnosis) -> list[str]:
        """Return the sentences and commands of the answer that offer it; one that warns of it does not."""
        said = compiled(f"(?i){self.sentence}") if self.sentence else None
        typed = compiled(self.command) if self.command else None
        told = diagnosis.remedy.text.split(". ")
        sentences = [line for line in told if said and said.search(line) and not _DENIED.search(line)]
        return sentences + [line for line in diagnosis.remedy.commands if typed and typed.search(line)]


_DENIED = compiled(r"(?i)\b(?:no|not|never|nothing|without|more than|no cure|lost|only then|belongs? to no)\b")

KINDS = (
    Kind(
        "more memory",
        r"^(?:raise|add|increase) (?:the |its )?(?:\w+ ){0,2}memory(?: limit)?$",
        r"\braise the memory limit",
        r"limits=memory=",
    ),
    Kind("more heap", r"^raise the heap$", r"\braise the runtime's heap", r"(?:-Xmx|max-old-space-size)"),
    Kind("the code", r"^fix the (?:\w+ )?code$", r"\bfix the code\b"),
    Kind(
        "a claim deleted",
        r"\bdelete (?:the |its )?(?:\w+ )?(?:claims?|volume)\b",
        r"\b(?:delete|remove) (?:the |its )?claim\b",
        r"\bdelete (?:pvc|persistentvolumeclaim)\b",
    ),
    Kind("a Job", r"\b(?:as|into|it) a job\b", r"\b(?:as|into) a Job\b"),
    Kind(
        "root or privileged",
        r"^(?:run|make)\b.*\b(?:privileged|as root)\b",  # to drop it may be what is bad
        r"\b(?:as root|privileged)\b",
        r'"privileged":true|"runAsUser":0\b',
    ),
    Kind("cluster-admin", r"\bcluster-admin\b", r"\bcluster-admin\b", r"cluster-admin"),
    Kind("back", r"^(?:roll(?:ed)? (?:it )?back|undo)$", r"\b(?:roll back|undo) to revision\b", r"\brollout undo\b"),
    Kind(
        "a restart",
        r"^restart (?:it|the pods?|the deployment)(?: again)?$",
        r"\brestart it first\b",
        r"\brollout restart\b",
    ),
    Kind("a backup", r"\brestore a backup\b", r"\brestore (?:a|the) backup\b"),
    Kind("an empty volume", r"\b(?:empty volume|emptydir)\b", r"\bmount an emptydir\b", r'"emptyDir":\{'),
    Kind(
        "a probe removed",
        r"^remove the (?:\w+ )?probe",
        r"\b(?:remove|take out) the \w+ probe\b",
        r'"(?:liveness|readiness|startup)Probe":null',
    ),
    Kind("no check of certificates", r"\b(?:skip|disable) TLS\b", r"\binsecure\b", r"(?i)insecure|skip-?verify"),
    Kind(
        "more replicas",
        r"\b(?:add|more) replicas\b|^scale the deployment",
        r"\bmore replicas\b",
        r"\bscale\b.*--replicas=[1-9]",
    ),
    Kind("a pull secret", r"\bpull ?secret\b", r"\bimagePullSecret", r"docker-registry|imagePullSecrets"),
    Kind("latest", r"\b(?:pull|use) latest\b", r"\buse (?:the tag )?latest\b", r":latest\b"),
    Kind(
        "a database deleted",
        r"\b(?:delete|drop|recreate|wipe|reset) (?:the )?(?:\w+ )?(?:database|db)\b",
        r"\b(?:delete|drop|recreate|wipe) the database\b",
    ),
    Kind("a node rebooted", r"\b(?:reboot|restart|replace) (?:the )?nodes?\b", r"\b(?:reboot|replace) the node\b"),
    Kind(
        "a node emptied",
        r"\b(?:delete|drain) (?:the )?nodes?\b",
        r"\bdrain the node\b",
        r"\b(?:drain|delete node|cordon)\b",
    ),
    Kind("standard input", r"\bstdin\b", r"\bstdin: true", r'"stdin":true'),
)


def kind_of(phrase: str) -> Kind | None:
    """Return the kind of a phrase, or None where a machine cannot tell what would offer it."""
    return next((kind for kind in KINDS if kind.of(phrase)), None)


def offered(phrases: tuple[str, ...], diagnosis: Diagnosis) -> list[str]:
    """Return what of an answer offers one of the phrases, each with the phrase before it."""
    kinds = {phrase: kind for phrase in phrases if (kind := kind_of(phrase)) is not None}
    return [f"{phrase}: {line}" for phrase, kind in kinds.items() for line in kind.offered(diagnosis)]
