"""The only writer. Three verbs: patch a workload, delete a pod, record an event. Nothing is ever tried again here.

A patch is a JSON Patch that begins with ``test`` operations on uid and resourceVersion: it changes exactly the object
that was looked at, or nothing. Answers are typed; ``Unclear`` means that no answer came and the change may have
happened: the caller must look.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from multidict import CIMultiDict

from bot.cluster.errors import ClusterError, NotSent
from bot.cluster.resources import RESOURCES
from diagnostics import fields

if TYPE_CHECKING:
    from bot.cluster.access import Identified
    from bot.cluster.connection import Connection, Reply
    from diagnostics.snapshot import Object

FIELD_MANAGER = "crashloop-bot"
"""Our name in managedFields. Flux removes what managers called ``kubectl…`` wrote, so it must not begin so."""

WITHIN_S = 10.0
"""Seconds that a write may take: admission webhooks may use ten by default each, but then somebody waits in Slack."""

TEST_FAILED = "the server rejected our request due to an error in our request"
"""What the API server says (422) when a ``test`` operation does not hold (apimachinery, NewGenericServerResponse)."""

NO_DRY_RUN = "does not support dry run"
"""What it says (400) when an admission webhook has side effects (apiserver, webhook/errors)."""


@dataclass(frozen=True, slots=True)
class Done:
    """It happened. ``object`` is what the server answered."""

    object: Object


@dataclass(frozen=True, slots=True)
class Conflict:
    """Nothing happened: the object is not what was looked at any more."""

    sentence: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing happened: the cluster said no (a right, a webhook, a quota, an invalid object)."""

    sentence: str
    dry_run_unsupported: bool = False


@dataclass(frozen=True, slots=True)
class Unclear:
    """No answer came: it may have happened."""

    sentence: str


Result = Done | Conflict | Refused | Unclear


class Actuator:
    """Writes over one connection. ``as_user`` impersonates, so that the cluster's audit log names the person."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def patch(
        self, before: Object, operations: tuple[Object, ...], *, dry_run: bool, as_user: Identified | None = None
    ) -> Result:
        """Apply JSON Patch operations to the object as it was read; it must not have changed since."""
        resource = RESOURCES[fields.text(before, "kind")]
        guards = [
            {"op": "test", "path": "/metadata/uid", "value": fields.uid(before)},
            {"op": "test", "path": "/metadata/resourceVersion", "value": _version(before)},
        ]
        return await self._sent(
            "PATCH",
            resource.path(fields.namespace(before), fields.name(before)),
            [*guards, *operations],
            query=(("fieldManager", FIELD_MANAGER), *((("dryRun", "All"),) if dry_run else ())),
            content_type="application/json-patch+json",
            as_user=as_user,
        )

    async def delete_pod(
        self, namespace: str, name: str, uid: str, *, dry_run: bool = False, as_user: Identified | None = None
    ) -> Result:
        """Delete a pod, this very one: the uid is a precondition, so a repeated request cannot hit its successor."""
        options = {"apiVersion": "v1", "kind": "DeleteOptions", "preconditions": {"uid": uid}}
        query = (("dryRun", "All"),) if dry_run else ()
        path = RESOURCES["Pod"].path(namespace, name)
        return await self._sent("DELETE", path, options, query=query, as_user=as_user)

    async def record(self, namespace: str, event: Object) -> Result:
        """Create an Event, so that ``kubectl describe`` tells what the bot did."""
        query = (("fieldManager", FIELD_MANAGER),)
        return await self._sent("POST", RESOURCES["Event"].path(namespace), event, query=query)

    async def _sent(
        self,
        method: str,
        path: str,
        body: Any,
        *,
        query: tuple[tuple[str, str], ...],
        content_type: str = "application/json",
        as_user: Identified | None = None,
    ) -> Result:
        headers = CIMultiDict({"Content-Type": content_type})
        if as_user is not None:
            headers.add("Impersonate-User", as_user.user)
            for group in as_user.groups:
                headers.add("Impersonate-Group", group)
        try:
            reply = await self._connection.request(
                method, path, query=query, headers=headers, body=body, within_s=WITHIN_S
            )
            return _result(reply)
        except NotSent as error:
            return Refused(f"nothing was changed: {error}")
        except ClusterError as error:
            return Unclear(str(error))


def _result(reply: Reply) -> Result:
    failure = reply.failure()
    if reply.ok:
        data = reply.json()
        return Done(data if isinstance(data, dict) else {})
    # What no Status says, something on the way said: it may have let the request through, or not. 429 is never let
    # through, and the API server says it in plain text (apiserver, filters/priority-and-fairness.go).
    if reply.status >= 500 or not (reply.status_object or reply.status == 429):
        return Unclear(f"the cluster answered {failure}")
    if reply.status == 404:
        return Conflict("it does not exist any more")
    if reply.status == 409 or (reply.status == 422 and TEST_FAILED in failure):
        return Conflict("it changed in the meantime")
    return Refused(f"the cluster refused it: {failure}", dry_run_unsupported=NO_DRY_RUN in failure)


def _version(item: Object) -> str:
    return fields.text(item, "metadata", "resourceVersion")
