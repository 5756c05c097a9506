"""What a person alone is told who asks: how to, that there is a thread already, what fails now, what they may mean."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.render import words
from bot.render.blocks import ACTIONS, BUTTON, BUTTON_VALUE, MESSAGE_BLOCKS, MESSAGE_JSON, section, weight
from bot.render.message import Message
from bot.render.mrkdwn import SEPARATOR, code, plain, prose

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.render.message import Block

LOOK = "look"
"""The ``action_id`` of a button that begins a diagnosis; its value is the target as it would be typed."""

LOOKS = 100
"""So many of them may stand in one row of buttons or more, numbered: ``look_0``, ``look_1``."""

_USAGE = """*Ask why something crashes:*
• `/crashloop api-7d4b9c6f5-xkp2z`: a pod
• `/crashloop production/api-7d4b9c6f5-xkp2z`: a pod of another namespace
• `/crashloop deployment/api -n production -c web`: one container of a workload
• `/crashloop`, or `/crashloop production`: what fails now
• `/crashloop report`, or `/crashloop report production/api`: writes the post-incident report into the thread
In a thread, mention me instead (`@crashloop production/api`), or use the message shortcut on an alert."""

LISTED = 15
"""Workloads that are listed, each with a button; the rest can be chosen."""

CHOICES = 60
"""Workloads that can be chosen below the list: Slack's limit is 100, and a message's own is met before."""

OPTION, OPTION_VALUE = 75, 150
"""Characters of a choice and of its value (docs.slack.dev/reference/block-kit/composition-objects/option-object)."""

CLUSTERS = 20
"""Clusters that the help names."""

COUNTED = 5
"""Causes that are counted apart."""

_TIMES = "\N{MULTIPLICATION SIGN}"

_ERROR = "Error"
"""What the runtime calls an end with another exit code than 0: no more is said by it."""

_IN_WORDS = {
    "ContainerCannotRun": "cannot be started",
    "CrashLoopBackOff": "crashes again and again",
    "CreateContainerConfigError": "container not created",
    "CreateContainerError": "container not created",
    "ErrImageNeverPull": "image not pulled",
    "ErrImagePull": "image not pulled",
    "ImageInspectError": "image not pulled",
    "ImagePullBackOff": "image not pulled",
    "InvalidImageName": "image not pulled",
    "OOMKilled": "out of memory",
    "PostStartHookError": "its start hook fails",
    "RunContainerError": "cannot be started",
    "StartError": "cannot be started",
    "Unschedulable": "no node takes it",
    _ERROR: "ends with an error",
}
"""What the words of kubelet, runtime and scheduler mean (kubernetes/kubernetes ``pkg/kubelet``, ``pkg/kubelet/images``,
``pkg/kubelet/container``)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FailingNow:
    """A workload that fails. ``target`` as it would be typed: ``production/deployment/api``."""

    target: str
    reason: str
    """What Kubernetes says of its pods."""
    pods: int = 0
    restarts: int = 0
    cause: str = ""
    """What an open incident says of it, in a few words."""


def help_text(problem: str = "", clusters: Sequence[str] = ()) -> Message:
    """Return how to ask, after what was wrong with the question. ``clusters`` are the names of several."""
    wrong = f"⚠️ {prose(problem, 600)}" if problem else ""
    text = "\n".join(part for part in (wrong, _USAGE, _in_clusters(clusters)) if part)
    return Message(text, (section(text),))


def _in_clusters(clusters: Sequence[str]) -> str:
    if not clusters:
        return ""
    first, named = code(clusters[0], 100), ", ".join(code(name, 100) for name in clusters[:CLUSTERS])
    return (
        f"Name the cluster before all that: `/crashloop {plain(clusters[0], 100)}/production/api`, or "
        f"`/crashloop {plain(clusters[0], 100)}` for what fails in {first}. There are {named}."
    )


def which_cluster(
    asked: str, clusters: Sequence[str], *, found: bool, away: Sequence[str], near: Sequence[str] = ()
) -> Message:
    """Return the question which cluster is meant, with a button each. ``found``: each of them has such a thing.

    ``away`` are those that did not answer, ``near`` are called nearly as what was asked for.
    """
    what = code(asked, 260)
    if found:
        title = f"*{what} is in {len(clusters)} clusters.* Which one do you mean?"
    else:
        meant = f" There is no cluster of that name; did you mean {' or '.join(map(prose, near))}?" if near else ""
        title = f"⚪ I find no {what} in any cluster where you may look.{meant} Choose one for names that are near:"
    unsure = f"\n{_away(away)}" if away else ""
    blocks: list[Block] = [section(f"{title}{unsure}")]
    for start in range(0, len(clusters), ACTIONS):
        elements = [
            {
                "type": "button", "action_id": f"{LOOK}_{start + number}", "value": f"/{name}/{asked}"[:BUTTON_VALUE],
                "text": {"type": "plain_text", "text": plain(name, BUTTON) or "-", "emoji": False},
            }
            for number, name in enumerate(clusters[start : start + ACTIONS])
        ]  # fmt: skip
        blocks.append({"type": "actions", "elements": elements})
    return Message(f"{title}{unsure}", tuple(blocks))


def taken_from(asked: str, cluster: str, away: Sequence[str]) -> Message:
    """Return that a question went to the one cluster that is known to have it, while others did not answer."""
    text = f"🔎 {code(asked, 260)}: asked in cluster {prose(cluster, 100)}. {_away(away)}"
    return Message(text, (section(text),))


def _away(clusters: Sequence[str]) -> str:
    named = ", ".join(prose(name, 100) for name in clusters)
    return f"{named} did not answer just now, so I do not know whether it is there, too."


def writing_report() -> Message:
    """Return the first sign of life of a report."""
    text = "📄 Writing the report …"
    return Message(text, (section(text),))


def failing_now(failing: Sequence[FailingNow], namespace: str, unread: str = "") -> Message:
    """Return what fails now, the worst first, each with a button that opens its diagnosis.

    ``unread`` says why not all was looked at.
    """
    where = f"in {code(namespace, 260)}" if namespace else "in the namespaces that you may read"
    seen = f"\nNot all was looked at: {prose(unread, 300)}." if unread else ""
    if not failing:
        text = f"🟢 Nothing fails now {where}.{seen}"
        return Message(text, (section(text),))
    several = len(failing) > 1
    count = f"{len(failing)} workloads fail" if several else "1 workload fails"
    groups = f"\n{_groups(failing)}" if several else ""
    order = "\nSorted: what crashes first, then by pods and restarts." if several else ""
    title = f"*{count} now* {where}{':' if not several else '.'}{groups}{order}{seen}"
    rows = [_with_button(_failing(one), one.target) for one in failing[:LISTED]]
    while rows and weight([section(title), *rows, *_rest(failing[len(rows) :])]) > MESSAGE_JSON:
        rows.pop()
    blocks = (section(title), *rows, *_rest(failing[len(rows) :]))
    return Message(f"{title} {prose(words.place(failing[0].target), 260)}", blocks)


def _groups(failing: Sequence[FailingNow]) -> str:
    """Return how many fail for the same: by the cause where an incident knows it, else by what Kubernetes says."""
    counted = Counter(one.cause or _IN_WORDS.get(one.reason, one.reason) for one in failing).most_common()
    said = [f"{count} {_TIMES} {prose(why, 100)}" for why, count in counted[:COUNTED]]
    rest = sum(count for _why, count in counted[COUNTED:])
    return ", ".join([*said, *([f"{rest} {_TIMES} something else"] if rest else [])]) + "."


def _rest(failing: Sequence[FailingNow]) -> list[Block]:
    """Return the way to those that have no row: a choice of as many as one holds, the others counted."""
    if not failing:
        return []
    shown = failing[:CHOICES]
    options = [
        {
            "text": {"type": "plain_text", "text": plain(words.place(one.target), OPTION) or "-", "emoji": False},
            "value": one.target[:OPTION_VALUE] or "-",
        }
        for one in shown
    ]
    left = len(failing) - len(shown)
    more = f" and {left} further: `/crashloop NAMESPACE` lists one namespace" if left else ""
    choice = {
        "type": "static_select", "action_id": f"{LOOK}_more", "options": options,
        "placeholder": {"type": "plain_text", "text": f"Show {len(shown)} more", "emoji": False},
    }  # fmt: skip
    return [{**section(f"… and {len(shown)} more{more}. Choose one to have it diagnosed:"), "accessory": choice}]


def _failing(one: FailingNow) -> str:
    why, reason = one.cause or _IN_WORDS.get(one.reason, ""), prose(one.reason, 100)
    said = f"{prose(why, 100)}{f' ({reason})' if one.reason != _ERROR else ''}" if why else reason
    parts = [f"{code(words.place(one.target), 260)}: {said}"]
    if one.cause:
        parts.append("open incident")
    if one.pods > 1:
        parts.append(f"{one.pods} pods")
    if one.restarts:
        parts.append(f"{one.restarts} restart{'s' if one.restarts > 1 else ''}")
    return SEPARATOR.join(parts)


def not_there(name: str, namespace: str, near: Sequence[str]) -> Message:
    """Return that something is not there, with what may be meant, a button each."""
    head = f"⚪ There is no pod or workload {code(name, 260)} in {code(namespace, 260)}"
    if not near:
        text = f"{head}, nor a name like it in any namespace that you may read."
        return Message(text, (section(text),))
    title = f"{head}. Did you mean {code(words.place(near[0]), 260)}?"
    places = Counter(map(words.place, near))
    # A workload is called the same everywhere, unless two kinds have that name.
    shown = [(words.place(target) if places[words.place(target)] == 1 else target, target) for target in near]
    blocks = [section(title), *(_with_button(f"• {code(called, 560)}", target) for called, target in shown)]
    while weight(blocks) > MESSAGE_JSON:
        blocks.pop()
    return Message(title, tuple(blocks))


def no_namespace(namespace: str, near: Sequence[str]) -> Message:
    """Return that there is no such namespace, with what may be meant."""
    meant = f" Did you mean {', '.join(code(name, 100) for name in near)}?" if near else ""
    text = f"⚪ There is no namespace {code(namespace, 260)}.{meant}"
    return Message(text, (section(text),))


def _with_button(text: str, target: str) -> Block:
    label = {"type": "plain_text", "text": "Diagnose", "emoji": False}
    button = {"type": "button", "action_id": LOOK, "text": label, "value": target[:BUTTON_VALUE] or "-"}
    return {**section(text), "accessory": button}


def alert_about(line: Message, link: str) -> Message:
    """Return the news that an alert fires about what was asked. ``link`` leads to the question's line."""
    thread = f"<{link}|what was asked here>" if link else "what was asked here"
    text = f"🔔 *An alert fires about {thread}*\n{line.text}"
    return Message(text, (section(text),))


def open_incident(line: Message, link: str, whole: Message | None = None) -> Message:
    """Return where the open incident is that tells of it. ``line`` is the incident in one line.

    ``whole`` is the answer, where the thread may be out of the reader's sight; it has no buttons.
    """
    thread = f"<{link}|its thread>" if link else "its thread"
    intro = f"↪️ There is an open incident for this: {thread}. I look again there.\n{line.text}"
    if whole is None:
        return Message(intro, (section(intro),))
    blocks = (section(intro), *whole.blocks[: MESSAGE_BLOCKS - 1])
    while weight(blocks) > MESSAGE_JSON and len(blocks) > 1:
        blocks = blocks[:-1]
    return Message(intro, blocks)
