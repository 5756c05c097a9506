"""Evidence as people read it: the fact first, the place it stands in after it; a program's last words together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.render import cuts
from bot.render.phrases import Code, Moment
from diagnostics.facts.pods.measured import size
from diagnostics.patterns import compiled, encodable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.render.phrases import Phrase
    from diagnostics.diagnosis import Diagnosis, Evidence

CANDIDATES = 8
"""Quotes among which the proving one is looked for: what stands later proves less."""

_NO_ENV = " (no env)"
_ENDED = compiled(r"^reason=([A-Za-z]+) exitCode=(-?\d+)$")
_IMAGE = compiled(r"^image=(\S{1,300})$")
_SAYS_NOTHING = ("Error", "Completed")
_VALUE = compiled(r"^value=([0-9]{1,18})$")
_SAMPLES = {
    "container_memory_working_set_bytes{": "of memory in use",
    "container_cpu_cfs_throttled_periods_total{": "CPU periods cut short since its start",
}
_QUOTES = str.maketrans("", "", "'\"`")
_ARROW = "→ "
_OUTCOME = compiled(r"→ ([^,;:()]*)")
_WORD = compiled(r"[A-Za-z0-9_.-]+")


@dataclass(frozen=True, slots=True)
class Group:
    """Quotes that are shown together. ``heading`` names a log; it is empty for fields and events."""

    heading: Phrase
    items: tuple[Evidence, ...]


def groups(evidence: Sequence[Evidence]) -> list[Group]:
    """Return the quotes in groups, what proves most first: each log in its own order, everything else in a list."""
    gathered: dict[str, list[Evidence]] = {}
    for item in evidence:
        gathered.setdefault(item.path if item.source == "log" else "", []).append(item)
    return [
        Group(log_name(items[0].path, max(item.at for item in items)) if path else (),
              tuple(_in_order(items) if path else items))
        for path, items in gathered.items()
    ]  # fmt: skip


def proving(evidence: Sequence[Evidence], headline: str) -> Evidence | None:
    """Return the one quote that proves most: that holds most of the headline's values and names; the first of equals.

    What a program or Kubernetes said in words proves more than a field; of fields the first proves most. Where the
    headline says what came of something (``GET :8080/readyz → 404``), a quote of another outcome proves less. Where
    the proof begins with how the container ended, that is it: nothing else says why.
    """
    if evidence and tells_end(evidence[0]):
        return evidence[0]
    values = {word for word in _words(headline) if cuts.is_value(word)}
    words = set(_words(headline)) - values
    outcome = set(_words(_OUTCOME.findall(encodable(headline))[0])) if _ARROW in headline else set()

    def weight(item: Evidence) -> tuple[bool, int, int, int]:
        if item.source not in ("log", "event") and not item.path.endswith("message"):
            return False, 0, 0, 0
        said = set(_words(item.quote[: cuts.READ]))
        return True, len(outcome & said), len(values & said), len(words & said)

    found = [item for item in evidence[:CANDIDATES] if not implied(item)]
    return max(found, key=weight, default=None)


def is_said(item: Evidence, headline: str) -> bool:
    """Whether the headline holds the whole quote, whatever quotes it puts around names."""
    said = _unquoted(item.quote)
    return bool(said) and said in _unquoted(headline)


def _unquoted(text: str) -> str:
    kept = encodable(text[: cuts.READ]).translate(_QUOTES)
    return " ".join(kept.split()).casefold()


def _words(text: str) -> list[str]:
    return [match.group(0).strip(".-") for match in _WORD.finditer(encodable(text))]


def fact(item: Evidence, ending: str = "", headline: str = "") -> Phrase | None:
    """Return what a field says, as people say it; None for what is to be quoted as it stands.

    ``ending`` is what is known of how the container ended: it takes the place of a bare exit code. A value that the
    ``headline`` states is not the field's, which is never read: that is said.
    """
    hidden = implied(item, headline)
    if hidden:
        return hidden
    if item.source == "prometheus":
        return _measured(item)
    image = _IMAGE.match(encodable(item.quote)) if item.source == "pod" else None
    if image is not None:
        return ("it runs image ", Code(image.group(1)))
    match = _ENDED.match(encodable(item.quote)) if item.source == "pod" else None
    if match is None:
        return None
    reason, code = match.group(1), f"exit code {match.group(2)}"
    told = ending if tells_end(item) and (ending == code or ending.startswith(f"{code},")) else code
    return (told if reason in _SAYS_NOTHING else f"{reason}, {told}",)


def _measured(item: Evidence) -> Phrase | None:
    """Return a sample in words; None for one of which nothing more is known than its number."""
    match = _VALUE.match(encodable(item.quote))
    told = next((words for metric, words in _SAMPLES.items() if item.path.startswith(metric)), None)
    if match is None or told is None:
        return None
    value = float(match.group(1))
    return (f"{size(value) if 'memory' in item.path else f'{value:.0f}'} {told}",)


def tells_end(item: Evidence) -> bool:
    """Whether it is the exit code of the container at hand."""
    return item.source == "pod" and item.path.startswith("status.") and _ENDED.match(encodable(item.quote)) is not None


def place(item: Evidence, diagnosis: Diagnosis) -> Phrase:
    """Return where a quote stands: the field's path with its object, or the event; the pod at hand is not repeated."""
    if item.source == "event":
        return _timed(_event(item.path, diagnosis.target.pod), item.at)
    if item.source == "prometheus":
        return _timed(("measured by Prometheus",), item.at)
    path = item.path.removesuffix(_NO_ENV)
    last = path.rpartition(" ")[2]
    if " " in path and item.quote.startswith(f"{last}:"):  # the quote names its field itself
        path = path[: -len(last) - 1]
    where = path if item.source == "pod" and path else f"{item.source} {path}".strip()
    is_timed = path.endswith(("terminated", ".message")) or "conditions[" in path
    return _timed((Code(where),) if where else (), item.at if is_timed else "")


def implied(item: Evidence, headline: str = "") -> Phrase:
    """Return what a field's presence says, where the snapshot holds only its name; empty for a quote that says it."""
    name = item.quote.removeprefix("name=")
    if item.source == "pod" and item.path.endswith(f".env[{name}]"):
        stated = f'{name} is "' in headline
        unread = "value not read; the one above is what the log says" if stated else "value not read"
        return (Code(name), f" is set in the pod spec ({unread})")
    return ("no environment variables are set",) if item.path.endswith(_NO_ENV) else ()


def log_name(path: str, at: str) -> Phrase:
    """Return what a log is called: ``log of api of postgres-0, before its last restart, 12:38``."""
    where, _, instance = path.rpartition("/")
    pod, _, container = where.rpartition(" ")
    of_pod = f" of {pod.rpartition('/')[2]}" if pod else ""
    before = " before its last restart" if instance == "previous" else ""
    return _timed((f"log of {container or where or path}{of_pod}{before}",), at)


def _event(path: str, pod: str | None) -> Phrase:
    reason, _, about = path.partition(" on ")
    kind, _, rest = about.partition(" ")
    name = rest.partition(" ")[0]
    at_hand = kind == "Pod" and pod is not None and name.rpartition("/")[2] == pod
    return (f"event {reason}",) if at_hand or not about else (f"event {reason} on {kind} ", Code(name))


def _in_order(items: Sequence[Evidence]) -> list[Evidence]:
    """Return lines of one log as the log has them; lines without a time stay where the proof put them."""
    return sorted(items, key=lambda item: item.at) if all(item.at for item in items) else list(items)


def _timed(text: Phrase, at: str) -> Phrase:
    return (*text, " · ", Moment(at, to_the_second=True)) if at and text else text
