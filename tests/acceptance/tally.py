"""What a storm came to: what was lost or doubled, as Slack shows it and as the store knows it. Each count must be 0."""

from __future__ import annotations

from dataclasses import dataclass, field

import asyncpg

from bot.model.incident import alert_identity
from bot.render.words import title
from tests.acceptance.answers import answers, doubled, listed, names, run_of, thread_of, unfinished


@dataclass(frozen=True)
class Kept:
    """What the store holds. ``alerts``: the namespace of the incident that each firing alert belongs to, by its key."""

    incidents: int = 0
    waiting: int = 0
    alerts: dict[str, str] = field(default_factory=dict)


async def kept(database: str) -> Kept:
    """Ask the store. Empty while no replica has made its tables."""
    connection = await asyncpg.connect(database)
    try:
        row = await connection.fetchrow(
            "SELECT count(*) AS every, count(*) FILTER (WHERE state <> 'answered') AS waiting FROM incidents "
            "WHERE origin = 'alert'"
        )
        known = await connection.fetch(
            "SELECT alerts.key, incidents.namespace FROM alerts JOIN incidents ON incidents.id = alerts.incident_id "
            "WHERE alerts.firing = 1"
        )
        return Kept(row["every"], row["waiting"], {one["key"]: one["namespace"] for one in known})
    except asyncpg.UndefinedTableError:
        return Kept()
    finally:
        await connection.close()


def in_slack(messages, workloads, cause: str) -> dict[str, int]:
    """Count over the bot's messages what is wrong with the answers about the workloads, which all have one cause."""
    said = [message for found in answers(messages).values() for message in found]
    by_workload = {name: [message for message in said if names(message, name)] for name in workloads}
    parents = {message["ts"]: message for message in messages}
    lists: dict[str, list[dict]] = {}
    for message in messages:
        if thread_of(message) and not run_of(message):
            lists.setdefault(thread_of(message), []).append(message)

    # Of answers that are alike one is posted; the storm's list lets the others be asked for.
    answering = {thread_of(message) for message in said}
    spoken = {
        name for thread, several in lists.items() if thread in answering for one in several for name in listed(one)[1]
    }

    def told(name, message) -> bool:
        """Whether the line above an answer, or the list in its thread, names the workload."""
        thread = thread_of(message)
        above = (parents.get(thread, {}), *lists.get(thread, ()))
        return any(names(one, name) or name in listed(one)[0] for one in above)

    adrift = [name for name, found in by_workload.items() for message in found if not told(name, message)]
    return {
        "workloads without an answer": sum(not found and name not in spoken for name, found in by_workload.items()),
        "workloads answered more than once": sum(len(found) > 1 for found in by_workload.values()),
        "answers about nothing that fails": sum(not any(names(one, name) for name in workloads) for one in said),
        "answers with another cause": sum(title(cause) not in str(message["blocks"]) for message in said),
        "answers under a line that names another": len(adrift),
        "messages that stand twice": len(doubled(messages)),
        "messages that promise an answer still": sum(unfinished(message) for message in messages),
    }


def in_store(found: Kept, fired, workloads) -> dict[str, int]:
    """Count over the store what is wrong with its incidents, and which of the alerts that fired it does not know."""
    astray = [
        alert
        for alert in fired
        if found.alerts.get(alert_identity("", alert["labels"])) != alert["labels"]["namespace"]
    ]
    return {
        "incidents beside one for each workload": abs(found.incidents - len(workloads)),
        "incidents without a verdict": found.waiting,
        "alerts that their incident does not know": len(astray),
    }
