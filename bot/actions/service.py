"""A press: ask in a dialog where that is due, authorize, claim, have it carried out. Beside the investigation.

Everything the press acts on comes from the store; of the click itself only who, where and which offer are taken. The
person's rights are asked of the cluster at the click, and any doubt is a no. Nobody who presses is left without answer.
"""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import structlog

from bot.actions.authorization import Authorization, Authorized, Click, Denied
from bot.actions.confirmation import NO_TIME
from bot.actions.execution import LEASE_S
from bot.actions.offers import label
from bot.cluster.errors import ClusterError
from bot.model.errors import BotError, Temporary
from bot.model.offer import OfferRecord, OfferState
from bot.render.blocks import approval
from bot.render.outcomes import Step, outcome

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from bot.actions.audit_writer import AuditWriter
    from bot.actions.confirmation import Confirmation
    from bot.actions.execution import Execution
    from bot.ops.metrics import Metrics
    from bot.slack.notifier import Notifier
    from bot.store import Store

_log = structlog.get_logger(__name__)

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
        self._start = start

    async def record(self, click: Click) -> str:
        """Keep the press before it is acknowledged: from now on somebody answers it. Raises ``Temporary``."""
        return await self._store.presses.record(
            offer_id=click.offer_id, user=click.user, channel=click.channel, thread_ts=click.thread_ts
        )

    async def review(self, click: Click) -> None:
        """Answer one press with a dialog that shows what would happen, and asks."""
        view_id = await self._confirmation.open(click)

        async def filled() -> None:
            if not view_id:
                raise Temporary(NO_TIME)
            await self._remember(click, await self._authorization.find_offer(click))
            await self._confirmation.fill(click, view_id)

        await self._answered(click, filled, view_id)

    async def press(self, click: Click) -> None:
        """Answer one press that means it, whatever comes of it."""
        claimed: list[tuple[OfferRecord, Authorized]] = []

        async def taken() -> None:
            offer = await self._authorization.find_offer(click)
            await self._remember(click, offer)
            authorized = await self._authorization.authorize(click, offer)
            if self._authorization.policy.reason_required and not (click.reason or offer.reason):
                said = outcome(Step.DENIED, label=label(offer), who=click.user, detail="say why: a reason is required")
                raise Denied(said, event="denied", because="no reason was given")
            if offer.namespace in self._authorization.policy.protected:
                if offer.state is OfferState.OFFERED:
                    await self._propose(click, offer, authorized)
                    return
                authorized = await self._authorization.authorize_second(click, offer, authorized)
            claimed.append((await self._claim(click, offer, authorized), authorized))

        await self._answered(click, taken)
        for offer, authorized in claimed:
            async with self._held(offer):
                await self._execution.run(offer, authorized.as_user)

    async def _answered(self, click: Click, work: Callable[[], Awaitable[None]], view_id: str = "") -> None:
        """Do the part of a press that ends in an answer or a claim; whatever goes wrong is said."""
        try:
            await work()
        except Denied as denied:
            self._metrics.actions.labels(click.action, "denied").inc()
            await self._audit.denied(click, denied)
            if not await self._confirmation.refuse(click, view_id, denied.message.text):
                await self._notifier.ephemeral(click.channel, click.user, denied.message.text, click.thread_ts)
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

    async def _claim(self, click: Click, offer: OfferRecord, authorized: Authorized) -> OfferRecord:
        """Take the offer, or raise ``Denied``: of many who press at once, one is let through."""
        reason = click.reason if offer.state is OfferState.OFFERED else None
        won = await self._store.offers.claim(
            offer.id, click.user, self._owner, LEASE_S,
            as_user=authorized.identity.user, reason=reason, state=offer.state,
        )  # fmt: skip
        if not won:
            await self._authorization.find_offer(click)  # says who was first, or that it has expired meanwhile
            raise Temporary("its offer could not be claimed; press again")
        claimed = await self._store.offers.get(offer.id)
        if claimed is None:
            raise Temporary("its offer is gone")
        await self._audit.authorized("claimed", click, claimed, authorized)
        return claimed

    async def _propose(self, click: Click, offer: OfferRecord, authorized: Authorized) -> None:
        """Keep what the first of two people wants, and ask for the second."""
        if not await self._store.offers.propose(offer.id, click.user, authorized.identity.user, click.reason):
            await self._authorization.find_offer(click)
            raise Temporary("somebody else asked for it at the same moment")
        await self._audit.authorized("proposed", click, offer, authorized)
        why = f"{click.reason}. " if click.reason else ""
        detail = f"{why}Namespace {offer.namespace} is protected: somebody else who may do it must approve."
        said = outcome(Step.PROPOSED, label=label(offer), who=click.user, detail=detail)
        kept = await self._store.offers.get(offer.id)
        if kept is not None:
            button = approval(offer.action, f"Approve: {label(offer)}", offer.id)
            await self._execution.replace_buttons(kept, (*said.blocks, button))
        incident = await self._store.incidents.get(offer.incident_id)
        thread = (incident.thread_ts or incident.summary_ts) if incident is not None else click.message_ts
        await self._notifier.post(offer.channel, said, marker=f"{offer.id}:proposed", thread_ts=thread)

    async def _remember(self, click: Click, offer: OfferRecord) -> None:
        """Keep the answer in which the button stands: a dialog that is sent off later does not bring it along."""
        if click.blocks:
            shown = {"ts": click.message_ts, "text": click.text, "blocks": list(click.blocks)}
            await self._store.offers.show(offer.id, json.dumps(shown))

    async def sweep(self) -> bool:
        """Answer for presses whose process died."""
        for offer in await self._store.offers.abandoned(self._owner, LEASE_S):
            self._start(lambda offer=offer: self._resumed(offer), f"press-{offer.id[:8]}")  # type: ignore[misc]
        for lost in await self._store.presses.lost(LOST_S):
            said = "I was restarted before I could look at your press; nothing was changed. Press again."
            message = outcome(Step.FAILED, label="The button", who=lost.user, detail=said)
            await self._notifier.ephemeral(lost.channel, lost.user, message.text, lost.thread_ts)
        return False

    async def _resumed(self, offer: OfferRecord) -> None:
        async with self._held(offer):
            await self._execution.resume(offer)

    async def _forget(self, press_id: str) -> None:
        try:
            await self._store.presses.answered(press_id)
        except BotError as error:
            _log.warning("press.not_forgotten", error=str(error))

    async def _tell(self, click: Click, sentence: str, view_id: str = "") -> None:
        _log.warning("press.failed", offer=click.offer_id, user=click.user, why=sentence)
        message = outcome(Step.FAILED, label="The button", who=click.user, detail=sentence)
        if not await self._confirmation.refuse(click, view_id, message.text):
            await self._notifier.ephemeral(click.channel, click.user, message.text, click.thread_ts)

    @asynccontextmanager
    async def _held(self, offer: OfferRecord) -> AsyncIterator[None]:
        """Renew the lease while the press runs. When the press breaks, its lease ends, and the sweep goes on."""

        async def renew() -> None:
            while True:
                await asyncio.sleep(LEASE_S / 3)
                try:
                    await self._store.offers.renew(offer.id, self._owner, LEASE_S)
                except BotError as error:
                    _log.warning("press.lease", offer=offer.id, error=str(error))

        renewing = asyncio.create_task(renew())
        try:
            yield
        except Exception:  # noqa: BLE001 — as above
            _log.exception("press.broken", offer=offer.id)
        finally:
            renewing.cancel()
            await asyncio.gather(renewing, return_exceptions=True)
