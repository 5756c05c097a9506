"""What an incident has in Slack: its line, its answer, its thread. Each is written once, and edited when it changes.

Where each stands is written down at once, under the lease: whoever goes on after this process died edits it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import structlog

from bot.model.errors import Misconfigured, Refused
from bot.model.incident import LONG_S, target_of
from bot.render import incidents as render
from bot.render.own_buttons import assigned_answer, assigned_line

if TYPE_CHECKING:
    from bot.model.incident import Incident
    from bot.render.message import Message
    from bot.slack.notifier import Notifier
    from bot.store import Store
    from bot.store.incidents import InSlack
    from diagnostics.diagnosis import Diagnosis

_log = structlog.get_logger(__name__)

GONE = frozenset({"channel_not_found", "not_in_channel", "is_archived", "cant_post_message", "restricted_action"})
"""What Slack says of a channel in which the bot may not write."""
_THREAD_GONE = frozenset({
    "thread_not_found", "message_not_found", "cant_update_message", "edit_window_closed", "cannot_reply_to_message",
    "thread_locked",
})  # fmt: skip


class IncidentThread:
    """Writes what is said of incidents."""

    def __init__(self, store: Store, notifier: Notifier, owner: str) -> None:
        self._store = store
        self._notifier = notifier
        self._owner = owner

    async def write_summary(self, incident: Incident, message: Message) -> Incident:
        """Write the incident's first message: in the channel, or in the thread that is there. Edit it when it stands.

        It says who works on it. What it says already is not said again.
        """
        message = assigned_line(message, incident.assignee)
        if incident.summary_ts:
            if incident.summary_text != message.text:
                await self.update(incident, incident.summary_ts, message)
                await self._store.incidents.update(incident.id, self._owner, summary_text=message.text)
            return replace(incident, summary_text=message.text)
        return await self._first(incident, message)

    async def _first(self, incident: Incident, message: Message) -> Incident:
        marker, again = f"{incident.id}:line", incident.attempt > 1
        try:
            posted = await self._notifier.post(
                incident.channel, message, marker=marker, thread_ts=incident.thread_ts, posted_before=again
            )
        except (Misconfigured, Refused) as error:
            # Where the bot may not write, the person who asked is told in person; where a thread is gone, its channel.
            other = incident.user if error.code in GONE else ""
            if error.code in _THREAD_GONE and incident.thread_ts:
                other = incident.channel
            if not other:
                raise
            incident = replace(incident, thread_ts="")
            posted = await self._notifier.post(other, message, marker=marker, posted_before=again)
        place: InSlack = {
            "channel": posted.channel,
            "summary_ts": posted.ts,
            "thread_ts": incident.thread_ts,
            "summary_text": message.text,
            "permalink": await self._notifier.link(posted.channel, posted.ts, incident.thread_ts),
        }
        await self._store.incidents.update(incident.id, self._owner, posted=True, **place)
        incident = replace(incident, **place)
        if posted.found:  # an earlier attempt posted it, and it may say something older
            await self.update(incident, posted.ts, message)
        return incident

    async def write_report(self, incident: Incident, message: Message, diagnosis: Diagnosis) -> Incident:
        """Put the answer in the thread: over what stood there, or as a new reply when the verdict is another.

        It says who works on it; it is kept without that, which changes without a lease.
        """
        kept, message = message, assigned_answer(message, incident.assignee)
        same = (incident.verdict, incident.cause) == (str(diagnosis.verdict), diagnosis.cause or "")
        place = incident.report_ts
        if not place and not incident.own_line:
            place, same = incident.summary_ts, True  # the reply that said "looking" becomes the answer
        if not place and not incident.own_line:
            incident = await self._first(incident, message)
            place = incident.summary_ts
        elif place and same:
            await self.update(incident, place, message)
        else:
            former = place
            if former:
                kept, message = (render.changed(one, incident.report) for one in (kept, message))
            posted = await self._notifier.post(
                incident.channel,
                message,
                marker=f"{incident.id}:answer:{former}",
                thread_ts=incident.thread_ts or incident.summary_ts,
                posted_before=incident.attempt > 1,
            )
            place = posted.ts
            if posted.found:  # an earlier attempt posted it, with buttons that are superseded by now
                await self.update(incident, place, message)
            superseded = render.superseded_answer(incident.report) if former else None
            if superseded is not None:
                await self.update(incident, former, superseded)
        # With what it says: whoever goes on after this process died must edit it, not say the same again.
        verdict, cause, report = str(diagnosis.verdict), diagnosis.cause or "", render.serialized(kept)
        await self._store.incidents.save_report(
            incident.id,
            self._owner,
            channel=incident.channel,
            report_ts=place,
            verdict=verdict,
            cause=cause,
            report=report,
        )
        return replace(incident, report_ts=place, verdict=verdict, cause=cause, report=report)

    async def write_news(self, incident: Incident, message: Message, which: str, *, broadcast: bool = False) -> str:
        """Say in the thread, as a new reply that notifies, what an edit would hide. Return where it stands.

        ``which`` tells it from the incident's other news; ``broadcast`` shows it in the channel too.
        """
        posted = await self._notifier.post(
            incident.channel,
            message,
            marker=f"{incident.id}:{which}",
            thread_ts=incident.thread_ts or incident.summary_ts,
            posted_before=incident.attempt > 1,
            broadcast=broadcast,
        )
        return posted.ts

    async def whisper(self, incident: Incident, message: Message) -> None:
        """Say something to the person who asks, and to nobody else, where they asked."""
        await self._notifier.whisper(
            incident.channel,
            incident.user,
            message,
            marker=f"{incident.id}:whisper",
            thread_ts=incident.thread_ts,
            posted_before=incident.attempt > 1,
        )

    async def write_relapse(self, incident: Incident, note: str, line: Message, which: str) -> Incident:
        """Say in the thread and in the channel that it is back."""
        link = await self._notifier.link(
            incident.channel, incident.report_ts, incident.thread_ts or incident.summary_ts
        )
        relapse_ts = await self.write_news(incident, render.relapse(note, line.text, link), which, broadcast=True)
        await self._store.incidents.update(incident.id, self._owner, relapse_ts=relapse_ts)
        return replace(incident, relapse_ts=relapse_ts)

    async def write_recovery(self, incident: Incident, message: Message, lasted_s: float) -> Incident:
        """Say that it is over: in the line, above the answer, which loses its buttons, and in a relapse's news.

        After long nobody looks at the thread any more: then it is said in a new reply, too, unless the incident is one
        of a storm's, whose line tells of it.
        """
        incident = replace(incident, assignee="")  # nobody has to work on it any more
        if incident.own_line and incident.summary_ts:
            incident = await self.write_summary(incident, message)
        report = render.recovered_answer(incident.report, message, incident.id)
        if report is not None and incident.report_ts:
            await self.update(incident, incident.report_ts, report)
        if incident.relapse_ts:
            told = render.news_over(target_of(incident), after_s=lasted_s, again=incident.returns > 0)
            await self.update(incident, incident.relapse_ts, told)
        if lasted_s >= LONG_S and not incident.parent_id:
            await self.write_news(incident, message, f"over:{incident.returns}")
        return incident

    async def write_related(self, incident: Incident, message: Message) -> Incident:
        """Keep the list of what else is hit, in the thread: posted once, then edited."""
        text = render.serialized(message)
        if text == incident.related_text:
            return incident
        place = incident.related_ts
        if place:
            await self.update(incident, place, message)
        else:
            posted = await self._notifier.post(
                incident.channel,
                message,
                marker=f"{incident.id}:members",
                thread_ts=incident.thread_ts or incident.summary_ts,
                posted_before=True,
            )
            place = posted.ts
        await self._store.incidents.update(incident.id, self._owner, related_ts=place, related_text=text)
        return replace(incident, related_ts=place, related_text=text)

    async def write_elsewhere(self, channel: str, thread_ts: str, message: Message, marker: str) -> None:
        """Say something in another thread, once. A thread that is gone needs nothing said."""
        try:
            await self._notifier.post(channel, message, marker=marker, thread_ts=thread_ts, posted_before=True)
        except (Misconfigured, Refused) as error:
            _log.warning("thread.elsewhere_refused", channel=channel, code=error.code)

    async def update(self, incident: Incident, ts: str, message: Message) -> None:
        """Replace a message of ours."""
        try:
            await self._notifier.update(incident.channel, ts, message)
        except Refused as error:
            # Somebody deleted it: the answer in the thread is what counts, and it says all.
            if error.code not in _THREAD_GONE:
                raise
            _log.warning("thread.message_gone", incident=incident.id, code=error.code)

    async def write_failure(self, incident: Incident, message: Message) -> Incident:
        """End in a plain sentence, in the line and in its thread."""
        is_repeated = bool(incident.summary_ts) and incident.summary_text == message.text
        incident = await self.write_summary(incident, message)
        if incident.own_line and (not is_repeated or incident.attempt > 1):
            posted = await self._notifier.post(
                incident.channel,
                message,
                marker=f"{incident.id}:failure:{incident.report_ts}",
                thread_ts=incident.summary_ts,
                posted_before=True,
            )
            if posted.found:  # it failed before, perhaps for another reason
                await self.update(incident, posted.ts, message)
        return incident
