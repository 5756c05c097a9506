"""The headline: the specific verdict with the value that proves it, in as few words as hold it.

It is made of the diagnosis' summary, whose proving words come early, and of its facts. What only tells how the
container ended (its exit code, its restarts) goes to the evidence, unless nothing else in the sentence proves anything.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.render import cuts
from bot.render.phrases import marked
from diagnostics.objects import ObjectRef
from diagnostics.patterns import compiled, encodable
from diagnostics.sanitize import clean_line

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.render.phrases import Phrase
    from diagnostics.diagnosis import Diagnosis

LONGEST = 200
"""Characters of a headline that are aimed at: three lines of a phone."""

_NAMING = (
    *("setting", "resource", "secret", "configmap", "key", "path", "file", "provided_by", "command", "missing"),
    *("claim", "image"),
)
"""Facts that name something; the public contract of ``-o json`` fixes their meaning."""

_SHORTEST_NAME = 3
_ENDED = compiled(r" \((?:[A-Z]\w+, )?(exit code -?\d+[^()]{0,60})\)")
_RESTARTED = compiled(r" \(\d+ restarts?\)")
_KIND = compiled(r"^[A-Z][A-Za-z]+ ")
_NEXT = compiled(r"\. [A-Z][a-z]+ ")
_HTTP = compiled(r"^(GET|HEAD|POST|PUT) (\S*) on port (\S+)$")
_TCP = "a connection to "
_STATUS = compiled(r"( → \d{3}), so (.+)$")
_EXPECTED = compiled(r"\bexpected (?:an? )?([a-z][a-z -]{1,30})\)?\.?$")
_QUOTED = compiled(r'"([^"]{0,40})"')
_VOWELS = "aeiou"


@dataclass(frozen=True, slots=True)
class Headline:
    """A headline with the names in it.

    ``more`` is what the summary says beyond it, ``ending`` how the container ended.
    """

    text: str
    names: tuple[str, ...] = ()
    more: str = ""
    ending: str = ""

    def without(self, beginning: str) -> Headline:
        """Return it without a beginning that was said already."""
        return replace(self, text=self.text.removeprefix(beginning))

    def within(self, room: int) -> Phrase:
        """Return it in about ``room`` characters: a cut never takes a value (``cuts``)."""
        return marked(cuts.brief(self.text, room), self.names)


def headline(diagnosis: Diagnosis) -> Headline:
    """Return the headline of a diagnosis; it has words whatever the diagnosis holds."""
    first, more = _sentences(_one_line(diagnosis.summary))
    names, ending = _names(diagnosis), _ending(first)
    made = _BY_CAUSE.get(diagnosis.cause or "")
    text = made(diagnosis, first) if made is not None else ""
    said = _STATUS.search(text) if text else None
    if said is not None:
        # What the status means is told below: the status alone proves it.
        text, more = text[: said.end(1)], " ".join(part for part in (f"{said.group(2).capitalize()}.", more) if part)
    text = text or _without_ending(first, names)
    text = _where_it_is(diagnosis, text)
    return Headline(text or "Nothing was found out", names, more, ending)


def shortly(summary: str, room: int) -> str:
    """Return what a diagnosis that is over said, as a line that tells of its end holds it."""
    return cuts.brief(_without_ending(_sentences(_one_line(summary))[0], ()), room)


def _where_it_is(diagnosis: Diagnosis, text: str) -> str:
    """Return the text without kind and namespace: the line below the headline has them."""
    workload = ObjectRef.parse(diagnosis.workload)
    if workload is not None:
        text = text.replace(f"{diagnosis.workload} ", f"{workload.name} ", 1)
    here = f" in namespace {diagnosis.target.namespace}"
    if diagnosis.target.namespace:
        text = text.replace(f"{here},", ",").replace(f"{here}:", ":").removesuffix(here)
    return text


def _one_line(text: str) -> str:
    return " ".join(" ".join(clean_line(line) for line in text[: cuts.READ].split("\n")).split())


def _sentences(summary: str) -> tuple[str, str]:
    """Return the first sentence without its full stop, and the rest."""
    match = _NEXT.search(summary)
    if match is None:
        return summary.rstrip("."), ""
    return summary[: match.start()], summary[match.start() + 2 :]


def _names(diagnosis: Diagnosis) -> tuple[str, ...]:
    found = (diagnosis.facts.get(name) for name in _NAMING)
    # Of "ConfigMap edge-conf" the name alone is one.
    names = [_KIND.sub("", encodable(name)) for name in found if isinstance(name, str)]
    return tuple(dict.fromkeys(name for name in names if len(name) >= _SHORTEST_NAME and not {" ", "`"} & set(name)))


def _ending(sentence: str) -> str:
    """Return how the container ended, as people say it: ``exit code 1, right after its start``."""
    told = [match.group(1) for match in _ENDED.finditer(sentence)]
    if not told:
        return ""
    code, _, after = told[-1].partition(" after ")
    code = code.replace(", at once", ", right after its start")
    lived, comma, more = after.partition(", ")
    return f"{code}, {lived} after start{comma}{more}" if after else code


def _without_ending(sentence: str, names: tuple[str, ...]) -> str:
    bare = _RESTARTED.sub("", _ENDED.sub("", sentence)).replace("  ", " ")
    proves = ":" in bare or any(name in bare for name in names) or any(map(cuts.is_value, bare.split()))
    return bare if proves else sentence.replace(", at once)", ", right after its start)")


def _out_of_memory(diagnosis: Diagnosis, _first: str) -> str:
    """``Out of memory: api was killed at its 96Mi limit``, where the limit that was met is the container's own."""
    limit, whose, how = (diagnosis.facts.get(name) for name in ("limit", "limit_of", "killed"))
    who = {"kernel-container": "", "kernel-child": "a child process of "}.get(str(how))
    if not (isinstance(limit, str) and limit and whose == "container" and diagnosis.container) or who is None:
        return ""
    return f"Out of memory: {who}{diagnosis.container} was killed at its {limit} limit"


def _probe(kind: str) -> Callable[[Diagnosis, str], str]:
    def made(diagnosis: Diagnosis, first: str) -> str:
        """``Liveness probe fails: GET :8080/healthz → 404``: what was asked, and what came back."""
        asked = str(diagnosis.facts.get("probe") or "\n")
        before, found, answer = first.partition(asked)
        if not found or "probably" in before:
            return ""
        match = _HTTP.match(asked)
        what = f"{match.group(1)} :{match.group(3)}{match.group(2)}" if match else asked.removeprefix(_TCP)
        for verb in (" answers ", " gets "):
            if answer.startswith(verb):
                answer = f" → {answer[len(verb) :]}"
        return f"{kind} probe fails: {what}{answer.removeprefix(' fails')}"

    return made


def _wrong_value(diagnosis: Diagnosis, first: str) -> str:
    """``DATABASE_PORT is "abc"; api wants an integer``, where the program says both the value and what it expects."""
    setting = diagnosis.facts.get("setting")
    tail = first.partition(": ")[2]
    expected, quoted = _EXPECTED.search(tail), [match.group(1) for match in _QUOTED.finditer(tail)]
    if not (isinstance(setting, str) and setting and setting in tail) or expected is None or len(quoted) != 1:
        return ""
    kind = expected.group(1).strip()
    article = "" if kind.endswith("s") or " " in kind else "an " if kind[0] in _VOWELS else "a "
    return f'{setting} is "{quoted[0]}"; {diagnosis.container or "the program"} wants {article}{kind}'


_BY_CAUSE: dict[str, Callable[[Diagnosis, str], str]] = {
    "oom-killed": _out_of_memory,
    "bad-config": _wrong_value,
    "liveness-probe-failed": _probe("Liveness"),
    "readiness-probe-failed": _probe("Readiness"),
    "startup-probe-failed": _probe("Startup"),
}
"""Causes whose summary tells first who did it; a headline tells first what it is."""
