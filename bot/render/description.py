"""An answer as a value: what is said and in which order, before any medium draws it.

Slack, the terminal and what a dialog repeats are made of this one description. It holds texts as they were found:
escaping, cutting and colours are each medium's own. The order is the reader's at night: what it is, where, the proof,
since when, what to do. Everything after that stands folded, where the medium can fold.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from bot.render import changed, proof, timeline, words
from bot.render.headline import Headline, headline
from bot.render.phrases import Code, Moment, joined
from diagnostics.diagnosis import Verdict
from diagnostics.objects import ObjectRef
from diagnostics.patterns import compiled, encodable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from bot.render.message import Offer
    from bot.render.phrases import Phrase
    from diagnostics.diagnosis import Advice, Diagnosis, Evidence, Scope

STEPS = 6
"""Links of a chain that are named."""

KNOWN = 4
"""Facts that stand open where no cause is known: they are all there is."""

ONE_BREATH = 120
"""Characters of what to do that stand open: of more than that only the first sentence does, or its first clause."""

SHORT_COMMAND = 120
"""Characters of a command that stands open: three lines of a phone."""

_READS = frozenset({"get", "describe", "logs", "top", "auth", "explain"})
"""Verbs of kubectl that change nothing."""

_ASKS = frozenset({"openssl", "crashloop"})
"""Other programs of remedies, which only ask."""

_RUNS_ONCE = ("Job", "CronJob")
WORKS_S = 900.0
"""Seconds between two ends from which on a pod worked in between: thrice the longest back-off (REFERENCE.md 3.4)."""
_SENTENCE = compiled(r"[a-z)\d%'\"]\. [A-Z]")
_WITNESSES = {"log": "the log", "event": "an event"}


@dataclass(frozen=True, slots=True)
class Quote:
    """Verbatim lines and where they stand. ``fact`` takes their place where a field says it better in words."""

    lines: tuple[str, ...]
    place: Phrase = ()
    fact: Phrase | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """A list with its heading; an entry is a phrase. ``about_actions``: it is over when somebody has acted."""

    heading: str
    entries: tuple[Phrase, ...]
    about_actions: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """What an answer says, in its order."""

    status: words.Status
    calm: bool
    """Nothing is wrong, or there is nothing that could be."""
    headline: Headline
    whereabouts: tuple[Phrase, ...]
    """Workload, cluster, pods down, since when: one line."""
    chain: Phrase = ()
    """``api ✕→ postgres-0 (disk full)``, where the root lies elsewhere."""
    quote: Quote | None = None
    """The single quote that proves it."""
    known: tuple[Quote, ...] = ()
    """Where no cause is known: the facts, which stand open then."""
    more: str = ""
    """What the summary says beyond the headline."""
    change: Phrase = ()
    do: str = ""
    """What to do, one sentence."""
    command: str = ""
    """The first command, open where no button does it."""
    offers: tuple[Offer, ...] = ()
    notes: tuple[Phrase, ...] = ()
    """Why a button is missing that would help."""
    unread: tuple[tuple[str, str], ...] = ()
    """What could not be read, and why."""
    evidence_title: str = ""
    evidence: tuple[Quote, ...] = ()
    timeline: Phrase = ()
    """When it ended, one mark for each end that is dated."""
    circumstances: Phrase = ()
    lists: tuple[Listed, ...] = ()
    caution: str = ""
    """The rest of the remedy, open where the open command changes something: it may say what to mind."""
    by_hand: str = ""
    """What the remedy says beyond ``do``."""
    commands: tuple[str, ...] = ()
    certainty: str = ""
    cause: str = ""
    title: str = ""
    run: str = ""
    cost: str = ""


def describe(
    diagnosis: Diagnosis, offers: Sequence[Offer] = (), *, run: str = "", notes: Sequence[str] = ()
) -> Description:
    """Return what is said of a diagnosis. ``notes`` say why a button is missing beyond what the diagnosis advises."""
    calm = is_calm(diagnosis)
    if tried := {offer.action for offer in offers if offer.tried}:
        diagnosis = _after_tries(diagnosis, tried)
    told = headline(diagnosis)
    change = changed.told(diagnosis)
    proving = None if calm or _is_open(diagnosis) else proof.proving(diagnosis.evidence, told.text)
    if proving is not None and proof.is_said(proving, told.text):
        proving = None  # the headline is that line: it is quoted where its place is told
    rest = [item for item in diagnosis.evidence if item is not proving]
    known, folded = (rest[:KNOWN], rest[KNOWN:]) if _is_open(diagnosis) and not calm else ([], rest)
    do, more_to_do = _do(diagnosis, calm=calm)
    for offer in offers:  # what to do is called as its button is
        do = do.replace(f"Roll back to revision {offer.revision} first", f"{offer.label} first")
    commands = diagnosis.remedy.commands
    opened = commands[0] if commands and do and not offers and _is_short(commands[0], beside=do) else ""
    changes = bool(opened) and not _only_reads(opened)
    described = Description(
        status=words.status(diagnosis),
        calm=calm,
        headline=told,
        whereabouts=tuple(_whereabouts(diagnosis, calm=calm)),
        chain=_chain(diagnosis),
        quote=None if proving is None else _quote(proving, diagnosis, told),
        known=tuple(_quotes(known, diagnosis, told)),
        more=told.more,
        change=change.sentence,
        do=do,
        command=opened,
        offers=tuple(offers),
        notes=(*_unoffered(diagnosis, offers), *((note,) for note in notes)),
        unread=tuple((item.what, item.why) for item in diagnosis.unread),
        evidence=tuple(_quotes(folded, diagnosis, told)),
        timeline=() if calm else timeline.line(diagnosis),
        circumstances=_circumstances(diagnosis, told.ending, calm=calm),
        lists=tuple(_lists(diagnosis, change.details, calm=calm)),
        caution=more_to_do if changes else "",
        by_hand="" if changes else more_to_do,
        commands=commands[1:] if opened else commands,
        certainty="" if calm else _certainty(diagnosis),
        cause=diagnosis.cause or "",
        title="" if calm or diagnosis.cause is None else words.title(diagnosis.cause),
        run=run,
        cost=words.cost(diagnosis),
    )
    return replace(described, evidence_title=_evidence_title(diagnosis, len(folded), calm=calm))


def _after_tries(diagnosis: Diagnosis, tried: Collection[str]) -> Diagnosis:
    """Return a diagnosis that does not advise again what was tried and did not hold."""
    actions = tuple(
        replace(one, helps=None, because=f"it was tried and did not hold; {one.because}")
        if one.action in tried
        else one
        for one in diagnosis.actions
    )
    return replace(diagnosis, actions=actions, remedy=diagnosis.remedy.lasting())


def is_calm(diagnosis: Diagnosis) -> bool:
    """Whether nothing is wrong, or nothing is there that could be."""
    return diagnosis.verdict is Verdict.NOT_FAILING or diagnosis.cause == "not-found"


def line(diagnosis: Diagnosis, ready: Iterable[str] = ()) -> tuple[Phrase, ...]:
    """Return what follows the verdict in the channel's line: since which version, how many pods, cluster, buttons."""
    if is_calm(diagnosis):
        return ((_cluster(diagnosis),),) if diagnosis.cluster else ()
    version, scope = changed.told(diagnosis).version, diagnosis.scope
    pods = _count(diagnosis) if scope.of and scope.failing else ""
    buttons = [f"{words.act(action).capitalize()} ready" for action in ready]
    return tuple(
        (part,)
        for part in (f"since {version}" if version else "", pods, _cluster(diagnosis), *dict.fromkeys(buttons))
        if part
    )


def _is_open(diagnosis: Diagnosis) -> bool:
    """Whether no cause is known."""
    return diagnosis.verdict is Verdict.UNDETERMINED


def _whereabouts(diagnosis: Diagnosis, *, calm: bool) -> Iterable[Phrase]:
    kind = words.kind(diagnosis)
    named = (Code(words.workload(diagnosis)),)
    yield named if kind in ("", "Deployment", "Pod") else (f"{kind} ", *named)
    if diagnosis.cluster:
        yield (_cluster(diagnosis),)
    if not calm:
        pods = _pods(diagnosis)
        if pods:
            yield (pods,)
        if diagnosis.since:
            yield ("since ", Moment(diagnosis.since))
        if diagnosis.verdict is Verdict.CONFIRMED:
            yield ("certain",)  # what is less stands before the verdict itself
    if diagnosis.target.note:
        yield (diagnosis.target.note,)


def _cluster(diagnosis: Diagnosis) -> str:
    return f"cluster {diagnosis.cluster}" if diagnosis.cluster else ""


def _count(diagnosis: Diagnosis) -> str:
    """Return how many pods fail and how, in as few words as the channel's line has room for."""
    scope = diagnosis.scope
    if scope.unmade:
        return _unmade(scope)
    if restarts := restarting(diagnosis):
        return f"{restarts}{_now(diagnosis)}"
    how = _how(diagnosis)
    return f"{scope.failing} of {scope.of} pods {how}" if scope.of > 1 else _only(how)


def restarting(diagnosis: Diagnosis) -> str:
    """Return how many pods restart, where they work in between; empty where they are down."""
    scope = diagnosis.scope
    if scope.failing < 1 or (scope.up < scope.failing and (scope.earlier or not _works_between(diagnosis))):
        return ""
    return f"{scope.failing} of {scope.of} pods restart" if scope.of > 1 else "its only pod restarts"


def _now(diagnosis: Diagnosis) -> str:
    return ", up now" if diagnosis.scope.up >= diagnosis.scope.failing else ""


def _how(diagnosis: Diagnosis) -> str:
    over = words.kind(diagnosis) in _RUNS_ONCE and not diagnosis.next_restart
    return "failed" if over else "down"


def _unmade(scope: Scope) -> str:
    """Return how many of the wanted pods there are, where they could not be made: what does not exist is not down."""
    return f"{scope.of - scope.unmade} of {scope.of} pods created"


def _only(how: str) -> str:
    return "its only pod is down" if how == "down" else "its only pod failed"


def _pods(diagnosis: Diagnosis) -> str:
    scope = diagnosis.scope
    if scope.of < 1 or scope.failing < 1:
        return ""
    if scope.unmade:
        return _unmade(scope)
    on = f" on {scope.nodes[0]}" if len(scope.nodes) == 1 and scope.failing > 1 else ""
    if restarts := restarting(diagnosis):
        return f"{restarts}{on}{_pace(diagnosis)}{_now(diagnosis)}"
    newest = scope.of - scope.earlier
    if scope.earlier and scope.failing <= newest:
        more = f"{scope.failing} of {newest} new pods" if newest > 1 else "its only new pod is"
        return f"{more} down{on}, {scope.earlier} of an earlier revision {'is' if scope.earlier == 1 else 'are'} up"
    return f"{scope.failing} of {scope.of} pods {_how(diagnosis)}{on}" if scope.of > 1 else _only(_how(diagnosis))


def _works_between(diagnosis: Diagnosis) -> bool:
    """Whether its ends lie so far apart that it worked in between: then it is not down since the first of them."""
    told = diagnosis.timeline
    if told is None or not told.ends[1:]:
        return False
    first, last = (datetime.fromisoformat(end) for end in (told.ends[0], told.ends[-1]))
    # Without numbers: no more than all of its ends lie from the first dated one to the last.
    at_least_s = (last - first).total_seconds() / (len(told.ends) + told.untimed - 1)
    return (told.apart_s or at_least_s) >= WORKS_S


def _pace(diagnosis: Diagnosis) -> str:
    """Return how far its ends lie apart on average, in words; nothing where that is not known."""
    told = diagnosis.timeline
    return f" about every {words.span(told.apart_s)}" if told is not None and told.apart_s > 0 else ""


def _circumstances(diagnosis: Diagnosis, ending: str, *, calm: bool) -> Phrase:
    """Return what was looked at: pod, container, restarts, how it ended, the next start."""
    pod, restarts = diagnosis.target.pod, diagnosis.facts.get("restarts")
    # The timeline counts ends, one more than restarts where it is down: two numbers of one thing are not both told.
    counted = calm or not timeline.line(diagnosis)
    has_restarts = counted and isinstance(restarts, int) and restarts >= 0 and "restart" not in ending
    parts: list[Phrase] = [
        ("pod ", Code(pod)) if pod and not words.workload(diagnosis).endswith(f"/{pod}") else (),
        ("container ", Code(diagnosis.container)) if diagnosis.container and not calm else (),
        (f"{restarts} restart{'' if restarts == 1 else 's'}",) if has_restarts else (),
        (ending,) if ending and not any(proof.tells_end(item) for item in diagnosis.evidence) else (),
        ("next start ", Moment(diagnosis.next_restart))
        if diagnosis.next_restart and diagnosis.timeline is None
        else (),
    ]
    return joined(parts)


def _quotes(evidence: Sequence[Evidence], diagnosis: Diagnosis, told: Headline) -> Iterable[Quote]:
    """Give each log as one quote under its name, and everything else by itself."""
    for group in proof.groups(evidence):
        if group.heading:
            yield Quote(tuple(item.quote for item in group.items), group.heading)
        else:
            yield from (_quote(item, diagnosis, told) for item in group.items)


def _quote(item: Evidence, diagnosis: Diagnosis, told: Headline) -> Quote:
    where = proof.log_name(item.path, item.at) if item.source == "log" else proof.place(item, diagnosis)
    return Quote((item.quote,), where, proof.fact(item, told.ending, told.text))


def _chain(diagnosis: Diagnosis) -> Phrase:
    """Return ``api ✕→ postgres-service ✕→ postgres-0 (no space left)``; nothing when the root is here."""
    links, service = diagnosis.chain, diagnosis.facts.get("service")
    if len(links) < 2:
        return ()
    names = [_short(link.target) for link in links[:STEPS]]
    if len(links) == 2 and isinstance(service, str) and service:
        names.insert(1, service.rpartition("/")[2])
    steps = joined([(Code(name),) for name in names], " ✕→ ")
    root = links[-1]
    what = words.title(root.cause) if root.cause else root.summary.rstrip(".")
    return (*steps, f" ({what[:1].lower()}{what[1:]})") if what else steps


def _short(target: str) -> str:
    found = ObjectRef.parse(target)
    return target if found is None else found.name


def _do(diagnosis: Diagnosis, *, calm: bool) -> tuple[str, str]:
    """Return what to do as one sentence, and the rest of the remedy."""
    text = encodable(diagnosis.remedy.text)
    if calm and diagnosis.cause != "not-found":
        return "", text if diagnosis.remedy.commands else ""
    if len(text) <= ONE_BREATH:
        return text, ""
    match = _SENTENCE.search(text)
    first, rest = (text, "") if match is None else (text[: match.start() + 2], text[match.end() - 1 :])
    at = first.find("; ")
    is_whole = first.count("(", 0, at) <= first.count(")", 0, at)
    if len(first) > ONE_BREATH and at > 0 and is_whole:
        then = first[at + 2 :]
        first, rest = f"{first[:at]}.", f"{then[:1].upper()}{then[1:]} {rest}".rstrip()
    return first, rest


def _is_short(command: str, beside: str) -> bool:
    """Whether a command stands open: a patch, or one below a long sentence, would push a phone's buttons off screen."""
    short = len(command) <= SHORT_COMMAND and "\n" not in command
    return short and len(command) + len(beside) <= ONE_BREATH + SHORT_COMMAND


def _only_reads(command: str) -> bool:
    """Whether the command is known to change nothing."""
    words = command.split()[:4]
    if words[:1] != ["kubectl"]:
        return bool(words) and words[0] in _ASKS
    rest = words[3:] if words[1:2] == ["-n"] else words[1:]
    return rest[:1] != [] and rest[0] in _READS


def _unoffered(diagnosis: Diagnosis, offers: Sequence[Offer]) -> Iterable[Phrase]:
    """Say what would help and has no button here."""
    offered = {offer.action for offer in offers}
    for advice in diagnosis.actions:
        if advice.helps and advice.action not in offered:
            named = words.act(advice.action).capitalize()
            yield (f"{named} would help ({advice.because}), but there is no button for it here.",)


def _lists(diagnosis: Diagnosis, changes: Sequence[Phrase], *, calm: bool) -> Iterable[Listed]:
    if calm:
        return
    if diagnosis.actions and diagnosis.failing:
        why = tuple(_advice(advice) for advice in diagnosis.actions)
        yield Listed("Restart and rollback", why, about_actions=True)
    if changes:
        yield Listed("What changed", tuple(changes))
    if diagnosis.also:
        yield Listed("Also true", tuple((f"{words.title(it.cause)}: {it.summary}",) for it in diagnosis.also))
    if diagnosis.ruled_out:
        heading = "Checked, and not the cause" if _is_open(diagnosis) else "Ruled out"
        yield Listed(heading, tuple((f"{words.title(it.cause)}: {it.because}",) for it in diagnosis.ruled_out))


def _advice(advice: Advice) -> Phrase:
    action = words.act(advice.action)
    verdict = {
        True: f"{action.capitalize()} helps",
        False: f"No {action}",
        None: f"{action.capitalize()} may help, it is not known",
    }
    return (f"{verdict[advice.helps]}: {advice.because.rstrip('.')}.",)


def _evidence_title(diagnosis: Diagnosis, count: int, *, calm: bool) -> str:
    if calm:
        return f"Evidence ({count})"
    out = f" · ruled out ({len(diagnosis.ruled_out)})" if diagnosis.ruled_out else ""
    if _is_open(diagnosis):
        return f"What was checked ({len(diagnosis.ruled_out)})" if diagnosis.ruled_out else "What else is known"
    is_sure = diagnosis.verdict is Verdict.CONFIRMED
    if not count:
        return f"{'Why it is certain' if is_sure else 'What else is known'}{out}"
    return f"Evidence ({count}){' and why it is certain' if is_sure else ''}{out}"


def _certainty(diagnosis: Diagnosis) -> str:
    """Return how sure the answer is and why: by which kinds of witness."""
    if _is_open(diagnosis):
        return "Not known: no cause that I know fits"
    proofs = [
        item
        for item in diagnosis.evidence[: proof.CANDIDATES]
        if not item.quote.startswith("image=") and item.source != "prometheus"
    ]
    witnesses = list(dict.fromkeys(map(_witness, proofs)))
    said = _enumerated(witnesses)
    agree = f"{said} {'agree' if len(witnesses) > 1 else 'says so'}" if said else ""
    if diagnosis.verdict is Verdict.CONFIRMED:
        return f"Certain: {agree}" if agree else "Certain"
    return f"Likely, not certain: {_grounds(witnesses)}"


def _grounds(witnesses: Sequence[str]) -> str:
    """Return what a likely answer stands on: what its evidence is, and no more than that."""
    beside = [item for item in witnesses if item != "the pod's status"]
    if beside == ["the log"]:
        return "it rests on the log alone"
    if not beside:
        return "it follows from the pod's status alone" if witnesses else "nothing that was read proves it"
    return f"{_enumerated(beside)} {'speak' if len(beside) > 1 else 'speaks'} for it"


def _enumerated(names: Sequence[str]) -> str:
    """Return ``a``, ``a and b``, ``a, b and c``."""
    return ", ".join(names[:-1]) + (" and " if len(names) > 1 else "") + "".join(names[-1:])


def _witness(item: Evidence) -> str:
    if item.source == "pod":
        path = item.path.rpartition(" ")[2] if not item.path.startswith(("spec", "status")) else item.path
        return "the pod's status" if path.startswith("status") else "the pod's spec"
    return _WITNESSES.get(item.source, f"the {item.source}")
