"""What becomes of an incident: folded into another's thread, checked until its pods are well, over, and back again.

Quiet as long as nothing changes: what stands in Slack is edited. A new reply, which notifies, comes with another
verdict, with a relapse, with a failure that goes on for hours, and when one is over after long. The pods decide, not
the alert: it may resolve while they still fail, and fire on when they are well.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import structlog

from bot.actions.labels import ended_by, label
from bot.actions.offers import workload_of
from bot.actions.rollout.writers import last_template_write
from bot.cluster.actuator import FIELD_MANAGER
from bot.incidents.correlation import WORKLOAD, failing_for_s, is_well, revision_of, root_of
from bot.incidents.grouping import GATHER_S
from bot.incidents.likeness import likeness, traits_of
from bot.model.incident import (
    WATCH_END_S,
    Incident,
    Origin,
    State,
    furthest_s,
    reminder_s,
    reminders_due,
    target_of,
    watch_s,
)
from bot.model.offer import OfferState
from bot.render import alerts, links, log_files, owners, silences
from bot.render import incidents as render
from bot.render.description import restarting
from bot.render.mrkdwn import prose
from bot.render.own_buttons import own_buttons
from bot.render.slack import answer, channel_line
from diagnostics.diagnosis import Verdict
from diagnostics.objects import ObjectRef

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from bot.actions.offers import ActionOffers
    from bot.incidents.grouping import Grouping
    from bot.incidents.ownership import Ownership
    from bot.incidents.pictures import Pictures
    from bot.incidents.thread import IncidentThread
    from bot.model.links import Links
    from bot.ops.metrics import Metrics
    from bot.settings import Settings
    from bot.store import Store
    from bot.store.incidents import Findings
    from diagnostics.diagnosis import Diagnosis
    from diagnostics.snapshot import Snapshot

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How an incident is gone on with. Seconds: when it is checked again, and how long its pods must be well."""

    every_s: float = 30.0
    hold_s: float = 60.0
    silences: bool = False
    """Whether answers to alerts carry the button that silences them, where the policy lets them be silenced."""
    watches: bool = False
    """Whether the bot watches pods itself: a silence stops no such incident, and that is said."""
    log_files: bool = False
    """Whether answers carry the button that puts the whole log into the thread."""

    @property
    def furthest_s(self) -> float:
        """The longest time until the next check."""
        return furthest_s(self.every_s, self.hold_s)

    @classmethod
    def of(cls, settings: Settings) -> Pace:
        """Return the pace of the settings."""
        silences = settings.alertmanager_url is not None and settings.actions_enabled
        return cls(
            every_s=settings.watch_every_s,
            hold_s=settings.recovery_hold_s,
            silences=silences,
            watches=settings.watch_pods,
            log_files=settings.log_files,
        )


class Lifecycle:
    """Says what was found, first and again. The caller holds the incident's lease.

    ``relapsed`` takes back that a button helped, for the reason given.
    """

    def __init__(  # noqa: PLR0913 — its ports, all by name
        self,
        *,
        store: Store,
        grouping: Grouping,
        thread: IncidentThread,
        offers: ActionOffers,
        metrics: Metrics,
        owner: str,
        pace: Pace,
        relapsed: Callable[[Incident, str], Awaitable[bool]],
        links: Links,
        ownership: Ownership,
        pictures: Pictures | None = None,
    ) -> None:
        self._ownership = ownership
        self._links = links
        self._pictures = pictures
        self._store = store
        self._grouping = grouping
        self._thread = thread
        self._offers = offers
        self._metrics = metrics
        self._owner = owner
        self._relapsed = relapsed
        self.pace = pace

    async def answer(
        self, incident: Incident, snapshot: Snapshot, diagnosis: Diagnosis, facts: Sequence[str] = ()
    ) -> None:
        """Answer an open incident: in its own thread, or as part of another one's. ``facts`` are said under it."""
        was_over = incident.recovered_at > 0
        if was_over and not diagnosis.failing:
            await self._finish(incident, diagnosis, State.RECOVERED)
            return
        well = is_well(diagnosis)
        if incident.failing and incident.watched and not diagnosis.failing and _stands(incident):
            # What it recovers from stays what it was, and a start is not told as another verdict.
            await self._point_other_threads(incident)
            if well:
                await self._well(replace(incident, state=State.ANSWERED), snapshot, diagnosis)
            else:
                await self._starts_anew(incident, diagnosis)
            return
        if diagnosis.failing and not was_over and not _stands(incident):
            began_at = incident.now - failing_for_s(snapshot, diagnosis)
            incident = replace(incident, began_at=min(incident.began_at, began_at))
        remembered = [prose(fact, 300) for fact in facts]
        relapse = ""
        if was_over:
            same = incident.cause == (diagnosis.cause or "")
            relapse = render.back(incident.now - incident.recovered_at, incident.returns + 2, same_cause=same)
            incident = replace(
                incident, returns=incident.returns + 1, began_at=incident.now, recovered_at=0.0, reminders=0
            )
        else:
            relapse = await self._unheld(incident, diagnosis)
        if incident.alerted and not well:
            incident = await self._grouping.place(incident, snapshot, diagnosis, came_back=was_over)
        if incident.alerted and diagnosis.verdict is Verdict.NOT_FAILING and well and not _stands(incident):
            incident = await self._say_healthy(incident, diagnosis)
        elif not incident.folded:
            incident = await self._write(incident, snapshot, diagnosis, relapse, remembered)
            incident = await self._tell_relapse(incident, diagnosis, relapse)
        else:
            incident = await self._call_owner(incident, snapshot, diagnosis)
        if relapse and not was_over:
            await self._relapsed(incident, diagnosis.summary)
        found = _compared(snapshot, diagnosis)
        found["revision"] = revision_of(workload_of(snapshot, diagnosis))
        await self._finish(incident, diagnosis, State.ANSWERED, found=found, told_by=incident.parent_id)
        await self._point_other_threads(replace(incident, summary=diagnosis.summary))

    async def _call_owner(self, incident: Incident, snapshot: Snapshot, diagnosis: Diagnosis) -> Incident:
        """Mention whose it is in the thread that tells of it, unless that was done."""
        if incident.mentioned:
            return incident
        return await self._ownership.call(incident, await self._ownership.named(incident, snapshot, diagnosis))

    async def _starts_anew(self, incident: Incident, diagnosis: Diagnosis) -> None:
        """Say in the line that it starts, and look again soon: an open question's answer is written then."""
        if incident.own_line and incident.summary_ts:
            incident = await self._write_summary(incident, diagnosis, "")
        await self._store.incidents.finish(
            incident.id, self._owner, State.ANSWERED, watch_s=self.pace.every_s, well_since=0.0,
            checks=incident.checks + 1, told_by=incident.parent_id if incident.well_since else "", told_in_s=GATHER_S,
        )  # fmt: skip
        if incident.state is State.OPEN:
            await self._store.incidents.reopen(incident.id, self.pace.every_s)

    async def _tell_relapse(self, incident: Incident, diagnosis: Diagnosis, note: str) -> Incident:
        """Tell that an incident is back, where ``note`` says so."""
        if not note:
            return incident
        which = f"back:{incident.returns}:{incident.acted_at:.0f}"
        return await self._thread.write_relapse(incident, note.rstrip("."), channel_line(diagnosis), which)

    async def _unheld(self, incident: Incident, diagnosis: Diagnosis) -> str:
        """Return the note of a button that was said to have helped, while its pods fail after all; a start is none."""
        if incident.acted_at <= 0 or not diagnosis.failing:
            return ""
        helped = await self._store.offers.helped(incident.id, incident.began_at)
        return render.unheld(label(helped[0]), incident.now - helped[0].claimed_at) if helped else ""

    async def _say_healthy(self, incident: Incident, diagnosis: Diagnosis) -> Incident:
        """Say one line in the alert's own thread, and nothing in the channel: nobody asked."""
        if incident.own_line:
            return incident
        message = alerts.healthy(target_of(incident), diagnosis.summary)
        return await self._thread.write_report(incident, message, diagnosis)

    async def check(self, incident: Incident, snapshot: Snapshot, diagnosis: Diagnosis) -> None:
        """Say what has changed since the last check, if anything has."""
        if incident.state is State.RECOVERED:
            await self.answer(incident, snapshot, diagnosis)
            return
        await self._point_other_threads(incident)
        if is_well(diagnosis):
            await self._well(incident, snapshot, diagnosis)
        else:
            await self._failing(incident, snapshot, diagnosis)

    async def _failing(self, incident: Incident, snapshot: Snapshot, diagnosis: Diagnosis) -> None:
        if incident.failing and not diagnosis.failing:
            await self._starts_anew(incident, diagnosis)
            return
        was_folded = incident.folded
        placed = await self._grouping.place(incident, snapshot, diagnosis) if incident.alerted else incident
        if await self._store.related.busy(incident.id):
            # Somebody pressed a button, and the answer tells of that now.
            await self.postpone(placed)
            return
        unheld = await self._unheld(incident, diagnosis)
        before = (incident.verdict, incident.cause, incident.summary)
        changed = before != (str(diagnosis.verdict), diagnosis.cause or "", diagnosis.summary)
        if not placed.folded:
            note = " ".join(filter(None, [await self._back_note(placed), await self._resolved_note(placed)]))
            if changed or was_folded or incident.well_since or unheld:
                placed = await self._write(placed, snapshot, diagnosis, note, [])
            else:
                placed = await self._write_summary(placed, diagnosis, note)
            placed = await self._tell_relapse(placed, diagnosis, unheld)
            placed = await self._remind(placed, diagnosis)
        else:
            placed = await self._call_owner(placed, snapshot, diagnosis)
        if unheld:
            await self._relapsed(placed, diagnosis.summary)
        told_by = placed.parent_id if changed or incident.well_since else ""
        await self._finish(
            placed,
            diagnosis,
            State.ANSWERED,
            found=_compared(snapshot, diagnosis),
            checks=placed.checks + 1,
            told_by=told_by,
        )

    async def _remind(self, incident: Incident, diagnosis: Diagnosis) -> Incident:
        """Say anew that a failure goes on, after an hour and then ever more rarely. A storm's are told by its line."""
        due = reminders_due(incident.unended_s)
        if due <= incident.reminders or incident.parent_id or not diagnosis.failing:
            return incident
        since = "it came back" if incident.returns else "its alert" if incident.alerted else "the question"
        message = render.goes_on(
            channel_line(diagnosis).text,
            after_s=incident.unended_s,
            since=since,
            restarts=bool(restarting(diagnosis)),
        )
        await self._thread.write_news(incident, message, f"goes-on:{incident.returns}:{due}")
        return replace(incident, reminders=due)

    async def _well(self, incident: Incident, snapshot: Snapshot, diagnosis: Diagnosis) -> None:
        if await self._store.related.busy(incident.id):
            # Who pressed the button ends it, once the rollout is through.
            await self.postpone(incident)
            return
        stood_well = incident.well_since > 0
        since = min(incident.well_since or incident.now, incident.now)  # a clock may have been put back
        incident = replace(incident, well_since=since)
        if incident.verdict == Verdict.NOT_FAILING and not _stands(incident) and not incident.folded:
            # It never failed, and nothing was said of it: there is nothing to be over.
            await self._store.incidents.finish(
                incident.id, self._owner, State.ANSWERED, watch_s=self._wait(incident), checks=incident.checks + 1
            )
            return
        companions = await self._grouping.companions(incident)
        waits_for = [companion for companion in companions if not companion.over]
        held = incident.now - since
        told_by = "" if stood_well else incident.parent_id
        if held >= self.pace.hold_s and not waits_for:
            await self._over(incident, snapshot, diagnosis)
            return
        # After a press that helped, the line tells of that already.
        helped = await self._store.offers.helped(incident.id, incident.began_at)
        if incident.own_line and incident.summary_ts and not helped:
            note = render.holding(held, self.pace.hold_s) if held < self.pace.hold_s else ""
            incident = await self._write_summary(incident, diagnosis, note, companions)
        wait_s = max(self.pace.hold_s - held, 1.0) if held < self.pace.hold_s else self._wait(incident)
        # What is remembered of it stays what it was: it is what the pods recover from.
        await self._store.incidents.finish(
            incident.id, self._owner, State.ANSWERED, watch_s=wait_s, well_since=since, checks=incident.checks + 1,
            told_by=told_by, told_in_s=GATHER_S,
        )  # fmt: skip

    async def _over(self, incident: Incident, snapshot: Snapshot, diagnosis: Diagnosis) -> None:
        ended = await self._ended_by(incident, snapshot, diagnosis)
        target = target_of(incident)
        lasted = incident.well_since - incident.began_at
        if not incident.folded:
            was = incident.cause if incident.failing else None
            message = render.over(target, after_s=lasted, was=was, ended=ended, cluster=diagnosis.cluster)
            incident = await self._thread.write_recovery(incident, message, lasted)
        await self._store.incidents.recover(incident, self._owner, ended_by=ended, wait_s=GATHER_S)
        _log.info("investigation.over", incident=incident.id, target=target, after_s=round(lasted))

    async def _ended_by(self, incident: Incident, snapshot: Snapshot, diagnosis: Diagnosis) -> str:
        """Return what ended it, and after a tab who did it, in whatever thread the button stood."""
        if diagnosis.cause == "not-found":
            return "its deletion"
        if diagnosis.cause == "scaled-to-zero":
            return "scaling to zero"
        workload = workload_of(snapshot, diagnosis)
        own = ObjectRef.parse(diagnosis.workload) or incident.workload
        acts = [] if own is None else await self._store.related.acts(own.namespace, own.name, incident.began_at)
        # The press did it as long as nobody has written the template since; where that cannot be seen, if it held.
        writer = last_template_write(workload)[0] if workload is not None else ""
        if acts and (writer == FIELD_MANAGER or (not writer and acts[0].state is OfferState.DONE)):
            return ended_by(acts[0])
        revision = revision_of(workload)
        if revision and incident.revision and revision != incident.revision:
            return f"new revision {revision}" if revision.isdigit() else "a new revision"
        root = ObjectRef.parse(incident.root)
        if root is not None and root.kind == WORKLOAD and (own is None or root.name != own.name):
            held = [
                act
                for act in await self._store.related.acts(root.namespace, root.name, incident.began_at)
                if act.state is OfferState.DONE
            ]
            if held:
                return ended_by(held[0], of=root)
        return "itself"

    async def _write(
        self, incident: Incident, snapshot: Snapshot, diagnosis: Diagnosis, note: str, remembered: Sequence[str]
    ) -> Incident:
        """Write line and answer, with what the store remembers."""
        companions = await self._grouping.companions(incident)
        earlier = [] if incident.returns else await self._earlier(incident, diagnosis)
        named = await self._ownership.named(incident, snapshot, diagnosis)
        offered = await self._offers.offers(incident, snapshot, diagnosis)
        context = [
            *offered.tried,
            *remembered,
            owners.line(named.owner.value if named.owner else "", named.deployer.name if named.deployer else ""),
            render.history(earlier),
            *await self._root_note(incident, diagnosis),
        ]
        message = render.with_context(
            answer(
                diagnosis,
                offered.buttons,
                run=incident.id[:8],
                notes=offered.notes,
                own=own_buttons(incident.id, failing=diagnosis.failing),
            ),
            [line for line in context if line],
        )
        message = render.with_context(message, links.line(self._links.lead_on(snapshot, diagnosis, incident.links)))
        if self.pace.log_files and diagnosis.failing and snapshot.logs:
            message = log_files.offered(message, incident.id)
        alerted = incident.alerted and diagnosis.failing
        if self.pace.silences and alerted and self._offers.may_silence(incident):
            message = silences.offered(message, incident.id, watches=self.pace.watches)
        # A new line is what the answer's thread hangs on; one that stands is edited after its answer.
        stood, has_line = incident.report_ts, bool(incident.summary_ts) or not incident.own_line
        if not has_line:
            incident = await self._write_summary(incident, diagnosis, note, companions)
        incident = await self._thread.write_report(incident, message, diagnosis)
        if self._pictures is not None and incident.report_ts != stood:
            self._pictures.show(incident, snapshot, diagnosis)
        if has_line:
            incident = await self._write_summary(incident, diagnosis, note, companions)
        return await self._ownership.call(incident, named)

    async def _write_summary(
        self,
        incident: Incident,
        diagnosis: Diagnosis,
        note: str,
        companions: Sequence[render.Companion] | None = None,
    ) -> Incident:
        """Write or edit the channel's line, and the list of companions in its thread."""
        if companions is None:
            companions = await self._grouping.companions(incident)
        if incident.own_line:
            notes = " ".join(part for part in (note, render.also_hits(companions)) if part)
            ready = await self._offers.ready(incident)
            incident = await self._thread.write_summary(incident, channel_line(diagnosis, notes, ready))
        if companions:
            incident = await self._thread.write_related(incident, render.companions_list(companions))
        return incident

    async def _point_other_threads(self, incident: Incident) -> None:
        """Tell other threads of the same alert where the answer is; what it says, in the answer's own channel alone.

        Another channel may be told of other namespaces than the one for which the answer was made.
        """
        for pointer in await self._store.related.pointers(incident.id):
            same = pointer.channel in (incident.channel, incident.addressed)
            message = render.pointer(incident.permalink, incident.summary if same else None)
            marker = f"{incident.id}:pointer:{pointer.key}"
            await self._thread.write_elsewhere(pointer.channel, pointer.thread_ts, message, marker)
            await self._store.related.pointed(pointer)

    async def postpone(self, incident: Incident) -> None:
        """Check again later, and say nothing of it now."""
        await self._point_other_threads(incident)
        await self._store.incidents.finish(incident.id, self._owner, incident.state, watch_s=self._wait(incident))

    async def _finish(
        self,
        incident: Incident,
        diagnosis: Diagnosis,
        state: State,
        *,
        found: Findings | None = None,
        checks: int = 0,
        told_by: str = "",
    ) -> None:
        self._metrics.answers.labels(str(diagnosis.verdict), diagnosis.cause or "none").inc()
        findings: Findings = {}
        if state is State.ANSWERED:
            findings = {
                "verdict": str(diagnosis.verdict),
                "cause": diagnosis.cause or "",
                "summary": diagnosis.summary,
                "workload": diagnosis.workload,
                "diagnosis": diagnosis.to_json(),
                "began_at": incident.began_at,
                "recovered_at": 0.0,
                "well_since": incident.now if is_well(diagnosis) else 0.0,
                "returns": incident.returns,
                "reminders": incident.reminders,
                "checks": checks,
            }
            if not incident.alerted:
                findings["root"] = str(root_of(diagnosis))
            findings |= found or {}
        if state is State.RECOVERED:
            # What only starts anew after it was over is looked at soon.
            wait_s = 0.0 if is_well(diagnosis) else self.pace.every_s
        else:
            wait_s = self._wait(_found(replace(incident, checks=checks), diagnosis))
        finished = await self._store.incidents.finish(
            incident.id, self._owner, state, watch_s=wait_s, told_by=told_by, told_in_s=GATHER_S, **findings
        )
        _log.info(
            "investigation.answered" if finished else "investigation.lease_lost",
            incident=incident.id,
            target=str(incident.subject),
            verdict=str(diagnosis.verdict),
            cause=diagnosis.cause,
            folded=incident.folded,
            took_ms=diagnosis.took_ms,
            requests=diagnosis.requests,
        )

    def _wait(self, incident: Incident) -> float:
        """Return how long until the next check; 0: none."""
        if not incident.watched or incident.now - incident.seen_at > WATCH_END_S:
            return 0.0
        return min(watch_s(incident.checks, self.pace.every_s), reminder_s(incident.unended_s))

    async def _earlier(self, incident: Incident, diagnosis: Diagnosis) -> list[render.Earlier]:
        if not diagnosis.workload or not diagnosis.failing:
            return []
        return [
            render.Earlier(ago_s=incident.now - before.created_at, link=before.permalink, ended=before.ended_by)
            for before in await self._store.related.before(incident, diagnosis.workload, diagnosis.cause or "")
        ]

    async def _root_note(self, incident: Incident, diagnosis: Diagnosis) -> list[str]:
        """Where the thread is that speaks for all workloads with the same root, when this is another one."""
        if not incident.parent_id:
            return []
        leader = await self._store.incidents.anywhere(incident.parent_id)
        if leader is None or leader.origin is Origin.DIGEST:
            return []
        return [render.same_root(str(root_of(diagnosis)), leader.permalink)]

    async def _back_note(self, incident: Incident) -> str:
        """Return the note of an incident that came back, for as long as its line says that it fails."""
        relapse = await self._store.histories.relapse(incident.id) if incident.returns else None
        if relapse is None:
            return ""
        after_s, same_cause = relapse
        return render.back(after_s, incident.returns + 1, same_cause=same_cause)

    async def _resolved_note(self, incident: Incident) -> str:
        firing, of = await self._store.related.firing(incident.id)
        return render.resolved_but_failing() if of and not firing else ""


def _compared(snapshot: Snapshot, diagnosis: Diagnosis) -> Findings:
    """Return what tells whether another answer is equal, and what both are compared by."""
    return {"likeness": likeness(diagnosis), "traits": traits_of(snapshot, diagnosis).to_json()}


def _found(incident: Incident, diagnosis: Diagnosis) -> Incident:
    """Return an incident with what was found."""
    return replace(
        incident,
        verdict=str(diagnosis.verdict),
        cause=diagnosis.cause or "",
        summary=diagnosis.summary,
        workload=ObjectRef.parse(diagnosis.workload),
    )


def _stands(incident: Incident) -> bool:
    """Whether something of the incident stands in Slack already."""
    return bool(incident.summary_ts or incident.report_ts)
