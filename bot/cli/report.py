"""``crashloop report``: the report of an incident that is over, as Markdown, from the store alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.model.incident import State
from bot.model.report import report_of
from bot.render.report import markdown
from bot.store import Store

if TYPE_CHECKING:
    from bot.cluster.target import TargetRef
    from bot.model.incident import Incident


class NoReport(Exception):  # noqa: N818 — it says what is the case
    """There is no incident to report of: one sentence."""


async def read(url: str, about: TargetRef | None, called: str = "", cluster: str | None = None) -> str:
    """Return the report of the newest incident that is over. Raises ``NoReport`` or ``BotError``.

    ``called`` is what the only cluster is called; ``cluster`` is one of several, None for any.
    """
    opened = await Store.open(url)
    store = opened.of_any() if cluster is None else opened.of_cluster(cluster)
    try:
        found = await (store.histories.newest() if about is None else store.histories.named(about.name))
        over = [one for one in found if one.state is State.RECOVERED and not one.folded and _is_of(one, about)]
        if not over:
            named = (f" of {about}" if about is not None else "") + (f" in cluster {cluster}" if cluster else "")
            raise NoReport(f"the store knows of no incident{named} that is over")
        return markdown(report_of(await store.histories.of(over[0]), over[0].cluster or called))
    finally:
        await store.close()


def _is_of(incident: Incident, about: TargetRef | None) -> bool:
    if about is None or incident.workload is None:
        return about is None
    return about.kind in ("", incident.workload.kind, incident.subject.kind) and about.namespace in (
        None,
        incident.workload.namespace,
    )
