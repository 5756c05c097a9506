"""A press: ask in a dialog where that is due, authorize, claim, have it carried out. Beside the investigation.

Everything the press acts on comes from the store; of the click itself only who, where and which offer are taken. The
person's rights are asked of the cluster at the click, and any doubt is a no. Nobody who presses is left without answer.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TypeVar

import structlog

from bot.actions.authorization import Authorization, Authorized, Click, Denied
from bot.actions.confirmation import NO_TIME
from bot.actions.execution import LEASE_S
from bot.actions.labels import act, label
from bot.cluster.errors import ClusterError
from bot.model.errors import BotError, Temporary
from bot.model.offer import OfferRecord, OfferState
from bot.ops.lease import renewed
from bot.render.blocks import approval
from bot.render.outcomes import Step, outcome

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.actions.audit_writer import AuditWriter
    from bot.actions.confirmation import Confirmation
    from bot.actions.denials import Denials
    from bot.actions.execution import Execution
    from bot.ops.metrics import Metrics
    from bot.slack.notifier import Notifier
    from bot.store import Store

_log = structlog.get_logger(__name__)

T = TypeVar("T")

LOST_S = 60.0
"""After this a press that was neither answered nor claimed is taken for lost: its process died."""


class ActionService:
    """Takes presses. ``owner`` names this process's leases; ``start`` runs something in the background."""

    def __init__(  # noqa: PLR0913 — the flow's ports, all by name
        self,
        *,
        store: Store,
        notifier: Notifier,
        authorization: Authorization,
        confirmation: Confirmation,
        execution: Execution,
        audit: AuditWriter,
        metrics: Metrics,
        owner: str,
        denials: Denials,
        start: Callable[[Callable[[], Awaitable[None]], str], None],
    ) -> None:
        self._store = store
        self._notifier = notifier
        self._authorization = authorization
        self._confirmation = confirmation
        self._execution = execution
        self._audit = audit
        self._metrics = metrics
        self._owner = owner
        self._denials = denials
        self._start = start
        self._under_way: set[str] = set()
        """The presses that this process has kept and not answered yet."""

    async def record(self, click: Click) -> str:
        """Keep the press before it is acknowledged: from now on somebody answers it. Raises ``Temporary``.

        Returns an empty id for who was refused too often: they have been told that nobody does.
        """
        if self._denials.exceeded(click.user):
            return ""
        press_id = await self._store.presses.record(
            offer_id=click.offer_id, user=click.user, channel=click.channel, thread_ts=click.thread_ts
        )
        self._under_way.add(press_id)
        return press_id

    async def review(self, click: Click) -> None:
        """Answer one press with a dialog that shows what would happen, and asks."""
        if self._unheard(click):
            return
        view_id = await self._confirmation.open(click)
        await self._answered(click, self._ask(click, view_id), view_id)

    async def press(self, click: Click) -> None:
        """Answer one press that means it, whatever comes of it."""
        if self._unheard(click):
            return
        claim = await self._answered(click, self._take(click))
        if claim is not None:
            offer, authorized = claim
            await self._leased(offer, self._execution.run(offer, authorized))

    def _unheard(self, click: Click) -> bool:
        """Whether the person was refused too often to be looked at now."""
        unheard = self._denials.exceeded(click.user)
        if unheard:
            self._metrics.actions.labels(click.action, "unheard").inc()
        return unheard

    async def _ask(self, click: Click, view_id: str) -> None:
        """Fill the dialog, or raise why there is nothing to ask."""
        if not view_id:
            raise Temporary(NO_TIME)
        offer = await self._authorization.find_offer(click)
        await self._remember(click, offer)
        await self._confirmation.fill(click, offer, view_id)

    async def _take(self, click: Click) -> tuple[OfferRecord, Authorized] | None:
        """Claim the offer for who may; None where a second person must agree first. Raises why it goes no further."""
        offer = await self._authorization.find_offer(click)
        await self._remember(click, offer)
        authorized = await self._authorization.authorize(click, offer)
        if self._authorization.policy.reason_required and not (click.reason or offer.reason):
            message = outcome(Step.DENIED, label=act(offer), detail="say why: a reason is required")
            raise Denied(message, event="denied", because="no reason was given")
        if offer.namespace in self._authorization.policy.protected:
            if offer.state is OfferState.OFFERED:
                await self._propose(click, offer, authorized)
                return None
            authorized = await self._authorization.authorize_second(click, offer, authorized)
        return await self._claim(click, offer, authorized), authorized

    async def _answered(self, click: Click, work: Awaitable[T], view_id: str = "") -> T | None:
        """Do the part of a press that ends in an answer or a claim; whatever goes wrong is said, and gives None."""
        try:
            return await work
        except Denied as denied:
            self._metrics.actions.labels(click.action, "denied").inc()
            last = self._denials.count(click.user) if denied.refused else ""
            await self._audit.denied(click, denied)
            sentence = " ".join(part for part in (denied.message.text, last) if part)
            if not await self._confirmation.refuse(click, view_id, sentence):
                await self._notifier.ephemeral(click.channel, click.user, sentence, click.thread_ts)
            if denied.anew:
                await self._execution.diagnose_again(denied.anew)
        except (BotError, ClusterError) as error:
            await self._tell(click, f"nothing was changed: {error}", view_id)
        except Exception:  # noqa: BLE001 — whatever it is, somebody waits for a sentence
            _log.exception("press.broken", offer=click.offer_id)
            await self._tell(click, "nothing was changed: something in me broke; the trace is in my log", view_id)
        finally:
            if click.press_id:
                await self._forget(click.press_id)
        return None

    async def _claim(self, click: Click, offer: OfferRecord, authorized: Authorized) -> OfferRecord:
        """Take the offer, or raise ``Denied``: of many who press at once, one is let through."""
        reason = click.reason if offer.state is OfferState.OFFERED else None
        claimed = await self._store.offers.claim(
            offer.id, click.user, self._owner, LEASE_S,
            as_user=authorized.identity.user, reason=reason, state=offer.state,
        )  # fmt: skip
        if claimed is None:
            await self._authorization.find_offer(click)  # says who was first, or that it has expired meanwhile
            raise Temporary("its offer could not be claimed; press again")
        await self._audit.authorized("claimed", click, claimed, authorized)
        return claimed

    async def _propose(self, click: Click, offer: OfferRecord, authorized: Authorized) -> None:
        """Keep what the first of two people wants, and ask for the second."""
        proposed = await self._store.offers.propose(offer.id, click.user, authorized.identity.user, click.reason)
        if proposed is None:
            await self._authorization.find_offer(click)
            raise Temporary("somebody else asked for it at the same moment")
        await self._audit.authorized("proposed", click, offer, authorized)
        why = f"{click.reason}. " if click.reason else ""
        detail = f"{why}Namespace {offer.namespace} is protected: somebody else who may do it must approve."
        message = outcome(Step.PROPOSED, label=label(offer), who=click.user, detail=detail)
        button = approval(offer.action, f"Approve: {label(offer)}", offer.id)
        await self._execution.replace_buttons(proposed, (*message.blocks, button))
        incident = await self._store.incidents.get(offer.incident_id)
        thread = (incident.thread_ts or incident.summary_ts) if incident is not None else click.message_ts
        await self._notifier.post(offer.channel, message, marker=f"{offer.id}:proposed", thread_ts=thread)

    async def _remember(self, click: Click, offer: OfferRecord) -> None:
        """Keep the answer in which the button stands: a dialog that is sent off later does not bring it along."""
        if click.blocks:
            shown = {"ts": click.message_ts, "text": click.text, "blocks": list(click.blocks)}
            await self._store.offers.show(offer.id, json.dumps(shown))

    async def sweep(self) -> bool:
        """Answer for presses whose process died."""
        for offer in await self._store.offers.abandoned(self._owner, LEASE_S):
            self._start(lambda offer=offer: self._resumed(offer), f"press-{offer.id[:8]}")  # type: ignore[misc]
        for lost in await self._store.presses.lost(LOST_S, self._under_way):
            pressed = await self._store.offers.get(lost.offer_id)
            if pressed is not None and pressed.claimed_by == lost.user:
                continue  # it was kept too late to be known by its id; its offer tells what came of it
            sentence = "I was restarted before I could look at your press; nothing was changed. Press again."
            message = outcome(Step.FAILED, label="The button", who=lost.user, detail=sentence)
            await self._notifier.ephemeral(lost.channel, lost.user, message.text, lost.thread_ts)
        return False

    async def _resumed(self, offer: OfferRecord) -> None:
        await self._leased(offer, self._execution.resume(offer))

    async def _forget(self, press_id: str) -> None:
        self._under_way.discard(press_id)
        try:
            await self._store.presses.answered(press_id)
        except BotError as error:
            _log.warning("press.not_forgotten", error=str(error))

    async def _tell(self, click: Click, sentence: str, view_id: str = "") -> None:
        _log.warning("press.failed", offer=click.offer_id, user=click.user, why=sentence)
        message = outcome(Step.FAILED, label="The button", who=click.user, detail=sentence)
        if not await self._confirmation.refuse(click, view_id, message.text):
            await self._notifier.ephemeral(click.channel, click.user, message.text, click.thread_ts)

    async def _leased(self, offer: OfferRecord, work: Awaitable[None]) -> None:
        """Do the work and renew the lease meanwhile. When it breaks, the lease ends, and the sweep goes on with it."""
        try:
            async with renewed(
                lambda: self._store.offers.renew(offer.id, self._owner, LEASE_S), LEASE_S, f"offer {offer.id}"
            ):
                await work
        except Exception:  # noqa: BLE001 — as above
            _log.exception("press.broken", offer=offer.id)
