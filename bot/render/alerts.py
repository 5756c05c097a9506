"""What is said about alerts themselves: one that cannot be used, another cluster's, a node's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.render.blocks import section
from bot.render.message import Message
from bot.render.mrkdwn import code, prose, sentence

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LABELS = 20
NAMED = 12


def unusable(rule: str, why: str, labels: Mapping[str, str], *, message: bool) -> str:
    """Return the sentence for those who own a rule: what its alert lacks, and the line that mends it."""
    names = [name for name in sorted(labels) if name != "alertname"][:LABELS]
    has = f"It has {', '.join(names)}" if names else "It has no labels that I can see"
    if message:
        line = "{{ range .Alerts }}namespace: {{ .Labels.namespace }} pod: {{ .Labels.pod }} {{ end }}"
        mend = f"Add to the receiver's text: {line}"
    else:
        mend = 'Keep both in the rule\'s expression: "sum by (namespace, pod) (...)" instead of "sum(...)"'
    return (
        f"I cannot tell what the alert {rule or 'without a name'} is about: {why}. {has}; it needs namespace and pod "
        f"(or deployment, statefulset, daemonset, job_name, node). {mend}. If it is about no workload, name it in "
        f"ALERT_QUIET. I say this once for each rule."
    )


def elsewhere(cluster: str, own: Sequence[str]) -> str:
    """Return the sentence about an alert of another cluster."""
    mine = f"I see {', '.join(own)}" if own else "CLUSTER_NAME does not say which one I see"
    mend = "Send it to the bot of that cluster" if own else f"If it is this one, set CLUSTER_NAME={cluster}"
    return f"This is about cluster {cluster}, which I do not see ({mine}). {mend}."


def unplaced(rule: str, clusters: Sequence[str]) -> str:
    """Return the sentence about an alert that does not say which of several clusters it is about."""
    return (
        f"The alert {rule} does not say which cluster it is about, and I look after several: nobody looks into it. "
        f"Give it the label cluster (external_labels of that cluster's Prometheus) with one of {', '.join(clusters)}, "
        f"or name one of them the default in CLUSTERS_FILE. I say this once for each rule."
    )


def unusable_too(rules: Sequence[str]) -> str:
    """Return the sentence for those who own rules, when one notification brought too many to tell of each."""
    named = ", ".join(rules[:NAMED])
    more = f" and {len(rules) - NAMED} more" if len(rules) > NAMED else ""
    return f"Nor can I tell what these are about: {named}{more}. crashloop explain-alert FILE says why."


def left_out(count: int, *, message: bool) -> str:
    """Return the sentence about what a message or a notification names and nobody looks at."""
    if message:
        return f"{count} more are named or counted here than I look at; ask me about one with /crashloop NAMESPACE/POD."
    return (
        f"{count} alerts of one notification reached nobody: max_alerts left them out, or it held more than I look at. "
        f"Smaller groups (group_by: [namespace, alertname]) lose none. I say this once."
    )


def notice(sentence: str) -> Message:
    """Return a sentence as a message."""
    text = f"ℹ️ {prose(sentence, 2000)}"  # noqa: RUF001 — the sign is meant
    return Message(text, (section(text),))


def healthy(target: str, summary: str) -> Message:
    """Return the one line that an alert about something healthy gets in its own thread."""
    text = f"🟢 {code(target, 260)}: {sentence(summary, 400, 2400)}"
    return Message(text, (section(text),))


def trial_line(target: str, cluster: str) -> Message:
    """Return the channel's line of the doctor's test alert."""
    what = f"about a pod that there is not: {code(target, 260)}"
    text = f"🧪 Test alert of crashloop doctor, {what} · cluster {prose(cluster, 100)}"
    return Message(text, (section(text),))


def trial_answer(cluster: str) -> Message:
    """Return the answer to it, which came the way of every alert: taken in, looked up, told in its thread."""
    text = (
        f"✅ *It works.* The alert came in, cluster {prose(cluster, 100)} was asked, and this is the thread in which "
        "an alert of this channel is answered: with the cause, its evidence, and what to do. Here nothing is to be "
        "done, for the pod was made up."
    )
    return Message(text, (section(text),))


def affected(what: str, hits: Sequence[str], unread: str = "") -> Message:
    """Return the line of an alert about a node, a quota, a claim: which workloads fail because of it.

    ``unread`` says why not all namespaces were looked into.
    """
    seen = f" Not all was looked at: {prose(unread, 200)}." if unread else ""
    if not hits:
        return Message(f"🟢 Nothing fails because of {code(what)} any more.{seen}")
    listed = ", ".join(code(hit, 200) for hit in hits[:NAMED])
    more = f" and {len(hits) - NAMED} more" if len(hits) > NAMED else ""
    count = f"{len(hits)} workloads fail" if len(hits) > 1 else "One workload fails"
    text = f"🟠 *{count} because of* {code(what)}: {listed}{more}. The answers are in this thread.{seen}"
    return Message(text, (section(text),))
