"""Pure: Kubernetes' real rules for the names of pods and Jobs, read backwards: what a name says of its controller.

The rules, and where they are written down in kubernetes/kubernetes:
- A random suffix is five characters of ``bcdfghjklmnpqrstvwxz2456789`` (apimachinery ``pkg/util/rand``); what stands
  before it is cut to 58 characters, so that no such name is longer than 63 (apiserver ``pkg/storage/names``).
- A Deployment's ReplicaSet is called after its pod template's hash: an unsigned 32 bit number in decimal digits, each
  digit written as one of ten characters (``rand.SafeEncodeString``; controller ``ComputeHash``).
- A CronJob's Job ends in the scheduled time, in minutes since the epoch (cronjob controller ``getJobName``).
- A StatefulSet's pod ends in its ordinal.

A name proves nothing: whoever can ask the cluster for the owner does that.
"""

from __future__ import annotations

from dataclasses import dataclass

from diagnostics.patterns import compiled

ALPHABET = "bcdfghjklmnpqrstvwxz2456789"
"""What random suffixes and hashes are made of: no vowels, nothing that could be mistaken for another character."""

DIGITS = "456789bcdf"
"""The ten characters that stand for 0 to 9 in a template's hash: ``ALPHABET[ord(digit) % 27]``."""

RANDOM = 5
LONGEST = 63
HASH_SHORTEST = 6
"""Shorter hashes exist (one in forty thousand); taking them for one would find hashes in ordinary names."""

MINUTES = range(26_297_280, 36_815_040)
"""2020 to 2039 in minutes since the epoch; a date such as 20261128 is none of them."""

_SUFFIXED = compiled(rf"\A(.+)-[{ALPHABET}]{{{RANDOM}}}\z")
_HASHED = compiled(rf"\A(.+)-([{DIGITS}]{{{HASH_SHORTEST},10}})\z")
_TIMED = compiled(r"\A(.+)-([0-9]{8})\z")
_ORDINAL = compiled(r"\A(.+)-[0-9]{1,5}\z")


@dataclass(frozen=True, slots=True)
class Guess:
    """What a name says of its controller. ``kind`` is empty when several kinds make such names."""

    kind: str
    name: str


def owner_of(kind: str, name: str) -> Guess | None:
    """Return the workload that a pod's, ReplicaSet's or Job's name speaks of, or None when it speaks of none."""
    if kind == "ReplicaSet":
        return _deployment(name)
    if kind == "Job":
        return _cronjob(name)
    if kind not in ("", "Pod"):
        return None
    if len(name) >= LONGEST:
        return None  # its base may have been cut, and two bases that are cut alike are alike
    suffixed = _SUFFIXED.match(name)
    if suffixed is None:
        ordinal = _ORDINAL.match(name)
        return None if ordinal is None else Guess("StatefulSet", str(ordinal.group(1)))
    base = str(suffixed.group(1))
    return _deployment(base) or _cronjob(base) or Guess("", base)


def has_random_suffix(name: str) -> bool:
    """Whether a name ends as the API server ends names that it makes."""
    return _SUFFIXED.match(name) is not None


def workload_name(pod: str) -> str:
    """Return the workload's name as a pod's name tells it, or the pod's own name."""
    guess = owner_of("Pod", pod)
    return pod if guess is None else guess.name


def _deployment(replicaset: str) -> Guess | None:
    match = _HASHED.match(replicaset)
    if match is None:
        return None
    digits = "".join(str(DIGITS.index(character)) for character in match.group(2))
    is_hash = digits[0] != "0" and int(digits) < 2**32
    return Guess("Deployment", str(match.group(1))) if is_hash else None


def _cronjob(job: str) -> Guess | None:
    match = _TIMED.match(job)
    return Guess("CronJob", str(match.group(1))) if match is not None and int(match.group(2)) in MINUTES else None
