"""A storm as Slack messages: its line in the channel, and one answer for what its workloads have in common."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.render import words
from bot.render.blocks import (
    ACTIONS,
    BUTTON,
    BUTTON_VALUE,
    CONTAINER_CHILDREN,
    MESSAGE_JSON,
    container,
    section,
    weight,
)
from bot.render.classes import short
from bot.render.headline import shortly
from bot.render.message import Message
from bot.render.mrkdwn import at, code, packed, plain, prose, sentence
from bot.render.own_buttons import mark
from bot.render.questions import LOOK, LOOKS
from bot.render.traits import Traits, shared
from diagnostics.diagnosis import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.render.incidents import Companion
    from bot.render.message import Block

SHOWN = 5
"""Lines below a storm's title: the channel gets no more."""

COUNTED = 4
"""Groups that a storm's title counts apart, and that are answered apart in its thread."""

NAMED = 3
"""Workloads named of those that a storm's line only counts."""

_FEWER = (LOOKS, 80, 60, 40, 20, 8, 1)
"""So many workloads are listed, the most that fit; the rest is counted."""

IN_LIST = 80
"""Characters of a verdict in the list: the answer that the name leads to says all."""

TOGETHER_S = 120.0
"""What began within so many seconds began at once."""

CLUSTERS = 5
"""Clusters that a storm's title counts apart."""

_TIMES = "\N{MULTIPLICATION SIGN}"
_SURE = {Verdict.CONFIRMED.value: 0, Verdict.LIKELY.value: 1, Verdict.UNDETERMINED.value: 2}


@dataclass(frozen=True, slots=True)
class Group:
    """Workloads that fail for the same: what it is called, and they themselves, the most pressing first."""

    label: str
    members: tuple[Companion, ...]

    @property
    def told(self) -> str:
        """The verdict with its value, of the most pressing one."""
        return _said(self.members[0])


def line(companions: Sequence[Companion], waiting: int = 0, cluster: str = "", *, few: int = 0) -> Message:
    """Return a storm's line: how many, of what, what they share and since when; the thread answers and lists all.

    ``waiting`` more alert and are not looked at yet. So ``few`` or fewer are no storm: the channel had had its lines.
    """
    where = f" in cluster {prose(cluster, 100)}" if cluster else _clusters(companions)
    failing = [companion for companion in companions if _fails(companion)]
    if not failing and not waiting:
        return _all_well(companions, where)
    title = f"🌩️ *{_title(companions, failing, waiting, few)}*{where}: {', '.join(_counts(failing, waiting))}."
    over = len(companions) - len(failing)
    title += f" {over} {'are' if over > 1 else 'is'} well again." if over else ""
    common = _common(failing, waiting)
    lines = [title, *_shown(_groups(failing, by_value=True), SHOWN - len(common)), *common]
    return Message("\n".join(lines), tuple(section(text) for text in packed(lines)))


def answer(companions: Sequence[Companion], waiting: int = 0) -> Message:
    """Return the one answer for what a storm's workloads have in common, above the folded list of all of them.

    ``waiting`` as in ``line``: what is counted in one is counted in the other.
    """
    failing = [companion for companion in companions if _fails(companion)]
    title = _state_of_all(companions, failing, waiting)
    alike = [group for group in _groups(failing, by_value=True)[:COUNTED] if len(group.members) > 1]
    known = sum(bool(one.verdict) for one in failing)
    texts = ["\n".join(_answered(group, is_all=len(group.members) == known)) for group in alike]
    texts += [] if alike or known < 2 else [_where_to_begin(_groups(failing, by_value=True))]
    first = "\n".join([f"*{title}*", *texts[:1]])
    head = [section(text) for text in packed([first, *texts[1:]], separator="\n\n")]
    listed = sorted(companions, key=lambda one: (not _fails(one), one.target))
    for most in _FEWER:
        children = _list(listed[:most], len(listed))
        blocks = (*head, container("Each workload", children, "storm-list"))
        if len(children) <= CONTAINER_CHILDREN and weight(blocks) <= MESSAGE_JSON:
            break
    return Message(f"*{title}*", blocks)


def _shown(groups: Sequence[Group], room: int) -> list[str]:
    """Return the groups in so many lines; where there are more, the last line counts and names who is left."""
    if len(groups) <= room:
        return [_told(group) for group in groups]
    left = [one for group in groups[room - 1 :] for one in group.members]
    named = ", ".join(code(one.place, 200) for one in left[:NAMED])
    rest = len(left) - NAMED
    more = f" and {rest} other{'s' if rest > 1 else ''}" if rest > 0 else ""
    return [*(_told(group) for group in groups[: room - 1]), f"… and {len(left)} more: {named}{more}"]


def _clusters(companions: Sequence[Companion]) -> str:
    """Return how many are in which cluster, where that is told of each."""
    counted = Counter(one.cluster for one in companions if one.cluster)
    if len(counted) == 1:
        return f" in cluster {prose(next(iter(counted)), 100)}"
    told = [f"{prose(name, 100)} {count}" for name, count in counted.most_common(CLUSTERS)]
    more = f" and {len(counted) - CLUSTERS} more" if len(counted) > CLUSTERS else ""
    return f" in {len(counted)} clusters ({', '.join(told)}{more})" if told else ""


def _fails(companion: Companion) -> bool:
    return not (companion.over or companion.holds)


def _all_well(companions: Sequence[Companion], where: str) -> Message:
    well = f"all {len(companions)} workloads are" if len(companions) != 1 else "its workload is"
    if all(companion.over for companion in companions):
        return _one(f"🟢 *The storm is over*{where}: {well} well again.")
    return _one(f"🟢 *{well[0].upper()}{well[1:]} well again*{where}. The storm is over when that holds.")


def _title(companions: Sequence[Companion], failing: Sequence[Companion], waiting: int, few: int) -> str:
    """Return how many it hits: a storm only of more than a channel's lines, what failed only where that is known."""
    total = len(failing) + waiting
    of = f"{total} of {len(companions) + waiting} workloads" if len(failing) < len(companions) else ""
    verb = "alert" if _pending(failing, waiting) else "fail"
    verb += "s" if total == 1 else ""
    if of:
        return f"{of} still {verb}"
    if total <= few:
        return f"{total} more {_workloads(total)} {verb}"
    return f"{total} {_workloads(total)} {verb} at once"


def _state_of_all(companions: Sequence[Companion], failing: Sequence[Companion], waiting: int) -> str:
    total = len(companions) + waiting
    counted = f"{total} {_workloads(total)}"
    if not failing and not waiting:
        return f"All {counted} are well again" if total != 1 else "The workload is well again"
    if pending := _pending(failing, waiting):
        return f"{counted}, {pending} being looked at"
    if len(failing) == total:
        return f"All {counted} still fail" if total != 1 else "The workload still fails"
    return f"{counted}, {len(failing)} still {'fail' if len(failing) != 1 else 'fails'}"


def _pending(failing: Sequence[Companion], waiting: int) -> int:
    """Return how many nobody has looked at yet."""
    return waiting + sum(not companion.verdict for companion in failing)


def _workloads(count: int) -> str:
    return "workload" if count == 1 else "workloads"


def _counts(failing: Sequence[Companion], waiting: int) -> list[str]:
    groups, pending = _groups(failing), _pending(failing, waiting)
    if len(groups) == 1 and len(groups[0].members) == len(failing) + waiting > 1:
        return [f"all {groups[0].label}"]
    counts = [f"{len(group.members)} {_TIMES} {group.label}" for group in groups[:COUNTED]]
    rest = sum(len(group.members) for group in groups[COUNTED:])
    counts += [f"{rest} {_TIMES} something else"] if rest else []
    return counts + ([f"{pending} being looked at"] if pending else [])


def _told(group: Group) -> str:
    """Return a group in one line: whom it hits, and the verdict; where values differ, that of the first alone."""
    first, more = group.members[0], len(group.members) - 1
    same = len({_said(one) for one in group.members}) == 1
    who, rest = code(first.place, 200), f" and {more} more" if more else ""
    on_it = next((one.assignee for one in group.members if one.assignee), "")
    said = f"{who}{rest if same else ''}: {sentence(group.told, 200, 600)}{'' if same else f' ·{rest}'}"
    return f"{words.glyph(first.verdict)} {said}{mark(on_it)}"


def _common(failing: Sequence[Companion], waiting: int = 0) -> list[str]:
    """Return what all have in common that were looked at: where, and what changed; since when, where they are alike.

    That unrelated failures began at the same time is nothing that they have in common.
    """
    known = [one for one in failing if one.verdict]
    if len(known) < 2:
        return []
    same = shared(one.traits for one in known)
    parts = list(_places(same))
    if not (parts or same.change or len(_groups(known)) == 1):
        return []
    alike = bool(parts or same.change) or len(_groups(known, by_value=True)) == 1
    parts += [since] if alike and (since := _since(known)) else []
    whose = f" of the {len(known)} looked at" if _pending(failing, waiting) else ""
    lines = [f"*In common{whose}:* {' · '.join(parts)}"] if parts else []
    return [*lines, _change(same)]


def _places(same: Traits) -> Iterable[str]:
    if same.image:
        yield f"image {code(same.image, 200)}"
    if same.node:
        yield f"node {code(same.node, 100)}"


def _since(members: Sequence[Companion]) -> str:
    began = [one.began_at for one in members if one.began_at > 0]
    if not began:
        return ""
    first, last = min(began), max(began)
    return f"failing since {at(first)}" if last - first <= TOGETHER_S else f"began from {at(first)} to {at(last)}"


def _change(same: Traits) -> str:
    if not same.change:
        return "I found no common change."
    return f"All changed alike before: {sentence(same.change, 200, 600)}."


def _answered(group: Group, *, is_all: bool) -> Iterable[str]:
    """Give one answer for a group: the verdict, what they share, what to do, and where the proof stands.

    Where the group is all that fails, the line above says already what is shared.
    """
    first = group.members[0]
    yield f"{words.glyph(first.verdict)} *{sentence(group.told, 200, 600)}* · {len(group.members)} workloads"
    if not is_all:
        yield from _common(group.members)
    remedies = {one.traits.do for one in group.members}
    if len(remedies) > 1:
        yield "*Do this:* it is not the same for all; each of them says it."
    elif first.traits.do:
        yield f"*Do this:* {sentence(first.traits.do, 300, 900)}"
    proof = next((one for one in group.members if one.link), None)
    if proof is not None:
        yield f"Evidence and commands, for one of them: {_name(proof)}."


def _where_to_begin(groups: Sequence[Group]) -> str:
    """Return where to begin when no two fail for the same: with what an alert calls critical, else what is surest."""
    first = groups[0].members[0]
    why = ", whose alert is critical" if first.severity == "critical" else ""
    do = f" {sentence(first.traits.do, 300, 900)}" if first.traits.do else ""
    return "\n".join(
        (
            f"*Do this:* they fail for {len(groups)} different reasons. Begin with {_name(first)}{why}:",
            f"{words.glyph(first.verdict)} {sentence(_said(first), 200, 600)}.{do}",
        )
    )


def _list(companions: Sequence[Companion], total: int) -> list[Block]:
    """Return each workload: its name leads to its answer, or is a button that asks for one."""
    answered = [one for one in companions if one.link and _fails(one)]
    asking = [one for one in companions if not one.link and _fails(one)]
    well = [one for one in companions if not _fails(one)]
    blocks = [section(text) for text in packed(f"• {_name(one)}: {_state(one)}" for one in answered)]
    if asking:
        blocks.append(section(f"*{_unanswered(asking, answered)}* Press a name to diagnose it:"))
        buttons = [_button(one, number) for number, one in enumerate(asking)]
        blocks += [
            {"type": "actions", "elements": buttons[start : start + ACTIONS]}
            for start in range(0, len(buttons), ACTIONS)
        ]
    if well:
        blocks += [section(text) for text in packed(["*Well again*", *(f"• 🟢 {_name(one)}" for one in well)])]
    left = total - len(companions)
    return [*blocks, *([section(f"… and {left} more: `/crashloop NAMESPACE` lists one namespace")] if left else [])]


def _unanswered(asking: Sequence[Companion], answered: Sequence[Companion]) -> str:
    """Return why those have no answer of their own: one that is alike has it, or the thread has as many as it takes."""
    told = {(one.cause, _said(one)) for one in answered}
    same = all((one.cause, _said(one)) in told for one in asking)
    return "Same cause, so not answered one by one." if same else "Not answered one by one."


def _name(one: Companion) -> str:
    return f"<{one.link}|{prose(one.place, 200)}>" if one.link else code(one.place, 200)


def _state(one: Companion) -> str:
    said = sentence(_said(one), IN_LIST, 400) or "being looked at"
    return f"{words.glyph(one.verdict)} {said}{mark(one.assignee)}"


def _button(one: Companion, number: int) -> Block:
    on_it = " 🙋" if one.assignee else ""
    text = {"type": "plain_text", "text": plain(f"{one.place}{on_it}", BUTTON) or "-", "emoji": False}
    value = (one.look or one.target)[:BUTTON_VALUE] or "-"
    return {"type": "button", "action_id": f"{LOOK}_{number}", "text": text, "value": value}


def _said(one: Companion) -> str:
    return one.traits.told or shortly(one.summary, 150)


def _groups(failing: Sequence[Companion], *, by_value: bool = False) -> list[Group]:
    """Return what was found, the greatest group first: by the root that several share, else by cause.

    ``by_value``: of what shares no root, only what has the same value in its verdict stands together.
    """
    several = Counter(companion.root for companion in failing if companion.root)
    groups: dict[tuple[str, str, str], list[Companion]] = {}
    for companion in failing:
        if companion.verdict:
            root = companion.root if several[companion.root] > 1 else ""
            value = _said(companion) if by_value and not root else ""
            groups.setdefault((root, companion.cause, value), []).append(companion)
    made = [Group(_label(root, cause), tuple(sorted(of, key=_rank))) for (root, cause, _), of in groups.items()]
    return sorted(made, key=_by_pressing if by_value else _by_size)


def _by_size(group: Group) -> tuple[int, str]:
    return (-len(group.members), group.label)


def _by_pressing(group: Group) -> tuple[int, bool, tuple[bool, int, str]]:
    """Of groups of one size those first that somebody works on: that must not fall off a line's end."""
    return (-len(group.members), not any(one.assignee for one in group.members), _rank(group.members[0]))


def _label(root: str, cause: str) -> str:
    named = f" ({code(root, 160)})" if root else ""
    return f"{prose(short(cause), 80)}{named}"


def _rank(companion: Companion) -> tuple[bool, int, str]:
    return (companion.severity != "critical", _SURE.get(companion.verdict, len(_SURE)), companion.target)


def _one(text: str) -> Message:
    return Message(text, (section(text),))
