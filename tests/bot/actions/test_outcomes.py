"""What is said of a change is what is true: with answers lost, the API server away, and pods that fall over again."""

from __future__ import annotations

from unittest.mock import patch

import pytest

from bot.demo.cluster.faults import Fault
from bot.demo.cluster.wire import Reply
from bot.demo.cluster.workspace import Workspace
from bot.model.incident import State
from bot.model.offer import OfferState
from tests.bot.actions.test_service import answered
from tests.bot.actions.test_service_races import revision_of
from tests.bot.ops.test_service import notify
from tests.support.service import hurried, living_world

LOOKS = 12
"""Reads that fail before the API server is back: more than any look tries at once."""


class Away:
    """An API server that goes away at a write of the workload's, and comes back when enough reads have failed."""

    def __init__(self, cluster, *, done, answer=None):
        self._handle = cluster.handle
        self._done, self._answer = done, answer or Reply(502, b"", reset=True)
        self.away, self.refused = False, 0
        self.back_after = LOOKS
        cluster.handle = self.handle

    def handle(self, request):
        change = request.method == "PATCH" and "dryRun" not in request.query
        if change and not self.away and not self.refused:
            self.away = True
            if self._done:
                assert self._handle(request).status == 200
            return self._answer
        if self.away:
            self.refused += 1
            self.away = self.refused < self.back_after
            return Reply(502, b"", reset=True)
        return self._handle(request)


class Texts:
    """Everything that ever stood in the thread, also what was edited away since."""

    def __init__(self, running):
        self.said = []
        running.slack.subscribe(lambda change: self.said.append(str(change)))

    def __contains__(self, text):
        return any(text in said for said in self.said)


def unpaused():
    return patch("bot.cluster.connection.BACKOFF_S", (0.01,))


@pytest.mark.threat("Outcomes", "the API server goes away right after an undo was sent, and the undo took effect")
@pytest.mark.parametrize("answer", [None, Reply(503, b"<html>no healthy upstream</html>", content_type="text/html")])
async def test_an_undo_whose_answer_was_lost_is_looked_for_until_it_is_known(tmp_path, record_property, answer):
    with unpaused():
        async with answered(tmp_path) as case:
            said, api = Texts(case.running), Away(case.running.cluster, done=True, answer=answer)
            await case.press()
            await case.running.until(lambda: any(" ready after " in text for text in case.thread()))
            assert api.refused == LOOKS
            assert "not known yet" in said
            assert "did not go through" not in said
            assert "not changed" not in said
            assert len([request for request in case.patches() if request.method == "PATCH"]) == 1
            assert (await case.offer()).state is OfferState.DONE
            assert [entry["event"] for entry in await case.audit()] == ["claimed", "unknown", "changed", "done"]
            record_property("tried", f"an undo whose answer was lost, {LOOKS} reads refused after it")
            record_property(
                "held", '"not known yet", then what is true; 1 write; audit claimed, unknown, changed, done'
            )


@pytest.mark.threat("Outcomes", "the API server goes away right before an undo arrives, and it never took effect")
async def test_an_undo_that_never_arrived_is_said_to_have_changed_nothing_once_that_is_certain(tmp_path):
    with unpaused(), patch("bot.actions.rollout.verify.IN_FLIGHT_S", 1.0):
        async with answered(tmp_path) as case:
            said = Texts(case.running)
            Away(case.running.cluster, done=False)
            before = case.workload()["spec"]
            await case.press()
            await case.running.until(lambda: any("did not go through" in text for text in case.thread()))
            assert "not known yet" in said
            assert case.workload()["spec"] == before
            assert [entry["event"] for entry in await case.audit()] == ["claimed", "unknown", "failed"]
            assert "it was not changed" in (await case.audit())[-1]["outcome"]
            await case.running.settled()
            assert await case.running.until(case.find_button)


@pytest.mark.threat("Outcomes", "the API server is away while a rollout is followed")
async def test_a_rollout_that_cannot_be_seen_for_a_while_is_followed_on(tmp_path):
    with unpaused():
        async with answered(tmp_path) as case:
            said = Texts(case.running)
            api = Away(case.running.cluster, done=True)
            api.back_after = 40
            handle = api.handle

            def answers_the_write(request):
                change = request.method == "PATCH" and "dryRun" not in request.query
                if change:
                    api.away = True
                    return api._handle(request)
                return handle(request)

            case.running.cluster.handle = answers_the_write
            await case.press()
            await case.running.until(lambda: any(" ready after " in text for text in case.thread()))
            assert api.refused == 40
            assert "cannot be seen just now" in said
            assert "did not go through" not in said
            assert [entry["event"] for entry in await case.audit()] == ["claimed", "changed", "done"]


@pytest.mark.threat("Outcomes", "a command's first look at the cluster fails")
async def test_a_command_whose_look_failed_is_looked_at_again_like_an_alert(tmp_path, record_property):
    workspace = Workspace(hurried(), ["app-after-rollout"])
    workspace.cluster.faults.add(Fault("reset"))
    with unpaused():
        async with living_world(tmp_path, workspace, watch_every_s=0.5) as running:
            card = workspace.card("app-after-rollout")
            target = f"{card.namespace}/{card.target}"
            await running.slack.acts.command("U0ANNA", "C0GENERAL", target)
            await running.until(lambda: any("cannot reach" in text for text in texts(running)))
            assert any("I try again" in text for text in texts(running))
            workspace.cluster.faults.clear()
            await running.until(lambda: "NullPointerException" in str(running.posts("C0GENERAL")[-1].message))
            record_property("tried", "a command while no read is answered, then the API server is back")
            record_property("held", "the answer follows in the same thread")


def texts(running):
    return [stored.message["text"] for stored in running.posts("C0GENERAL")]


@pytest.mark.threat("Outcomes", "the look after an action fails once")
async def test_the_look_after_an_action_is_taken_again_when_it_fails_once(tmp_path):
    with unpaused():
        async with answered(tmp_path, watch_every_s=0.5) as case:
            stories = case.running.cluster.stories
            which = next(key for key in stories if key[1] == case.card.namespace)
            stories[which] = type(stories[which])(sample=stories[which].sample)
            said = Texts(case.running)
            view = await case.open()

            def away_from_now_on(change):
                if "crashes too" in str(change):
                    case.running.cluster.faults.add(Fault("reset", times=10))

            case.running.slack.subscribe(away_from_now_on)
            await case.submit("U0ANNA", view)
            await case.running.until(lambda: any("crashes too" in text for text in case.thread()))
            await case.running.until(lambda: "cannot reach" in said)

            async def answered_anew():
                (incident,) = await case.running.service.store.incidents.recent(1)
                return incident.state is State.ANSWERED

            await case.running.until_awaited(answered_anew)
            assert "cannot reach" not in case.line.message["text"]


@pytest.mark.threat("Outcomes", "pods that seemed to have recovered after a button fail again")
async def test_recovered_is_watched_and_taken_back_when_it_was_not(tmp_path, record_property):
    with unpaused():
        async with answered(tmp_path, watch_every_s=0.5, recovery_hold_s=3) as case:
            line = case.line
            await case.press()
            await case.running.until(lambda: any(" ready after " in text for text in case.thread()))
            await case.running.until(lambda: "Recovered" in line.message["text"])
            crash_again(case)
            await case.running.until(lambda: any("did not hold" in text for text in case.thread()))
            await case.running.until(lambda: "Recovered" not in line.message["text"])
            await case.running.until(lambda: not any(" ready after " in text for text in case.thread()))

            async def written_down():
                # Said first, and written down after that: what is not said yet is not written down either.
                return [entry["event"] for entry in await case.audit()][3:]

            assert await case.running.until_awaited(written_down) == ["unhelpful"]
            assert (await case.offer()).state is OfferState.UNHELPFUL
            events = [entry["event"] for entry in await case.audit()]
            assert events == ["claimed", "changed", "done", "unhelpful"]
            record_property("tried", "an undo that held for its 10 s, and pods that crash after them")
            record_property("held", "line, thread, offer and audit say that it did not hold")


@pytest.mark.threat("Outcomes", "a rollback that did not hold is recommended again")
async def test_what_did_not_hold_is_not_recommended_again_and_its_dialog_says_so(tmp_path, record_property):
    workspace = Workspace(hurried(), ["app-after-rollout"])
    with unpaused():
        async with answered(tmp_path, workspace, watch_every_s=0.5, recovery_hold_s=30) as case:
            assert "*Do this:* Roll back to 1.2.0 (revision 1) first" in str(case.answer.message)
            await case.press()
            await case.running.until(lambda: any(" ready after " in text for text in case.thread()))
            workspace.reset("app-after-rollout")  # the broken version is deployed again
            await case.running.until(lambda: "Tried already" in str(case.answer.message))
            await case.running.until(lambda: any("did not hold" in text for text in case.thread()))
            said = str(case.answer.message)
            assert "Roll back to 1.2.0 (revision 1) first" not in said
            assert "rolled back to 1.2.0 (revision 1), but it did not hold" in said.lower()
            assert "by <@U0ANNA>" in said
            assert "*Do this:*" in said
            assert "Rollback may help, it is not known: it was tried and did not hold" in said
            assert "Rollback ready" not in case.line.message["text"]
            assert "primary" not in str(
                [block["elements"] for block in case.answer.message["blocks"] if block["type"] == "actions"]
            )

            async def taken_back():
                return (await case.running.service.store.offers.get(case.button["value"])).state is OfferState.UNHELPFUL

            await case.running.until_awaited(taken_back)
            dialog = str((await case.open())["blocks"])
            assert "Tried already" in dialog
            assert "it did not hold" in dialog
            assert "no record of whether" not in dialog
            record_property("tried", "an undo that went through, and the broken version deployed again")
            record_property("held", "another step first; button, answer and dialog say when, by whom, what came of it")


def crash_again(case):
    """Every pod of the workload's ends with an exception, as the sample did."""
    cluster = case.running.cluster
    cluster.lives.clear()
    ended = {
        "exitCode": 1,
        "reason": "Error",
        "startedAt": "2026-01-01T00:00:00Z",
        "finishedAt": "2026-01-01T00:00:01Z",
    }
    for pod in cluster.store.all("Pod", case.card.namespace):
        for status in pod["status"]["containerStatuses"]:
            status |= {"ready": False, "restartCount": 5, "lastState": {"terminated": ended}}
            status["state"] = {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off 5m0s restarting"}}
        for condition in pod["status"]["conditions"]:
            if condition["type"] in ("Ready", "ContainersReady"):
                condition["status"] = "False"


@pytest.mark.threat("Outcomes", "an incident is ended by a button in another incident's thread")
async def test_who_ended_an_incident_is_who_pressed_in_whatever_thread(tmp_path):
    with unpaused():
        async with answered(tmp_path, watch_every_s=0.3, recovery_hold_s=1) as case:
            pod = case.running.cluster.store.all("Pod", case.card.namespace)[0]["metadata"]["name"]
            labels = {"alertname": "KubePodCrashLooping", "namespace": case.card.namespace, "pod": pod}
            alert = {"status": "firing", "labels": labels, "startsAt": "2026-11-22T10:00:00Z", "fingerprint": "f"}
            assert (await notify(case.running, alert))[0] == 202
            (line, *_) = await case.running.until(lambda: case.running.posts("C0ALERTS"))
            await case.running.settled()
            await case.press()
            await case.running.until(lambda: any(" ready after " in text for text in case.thread()))
            await case.running.until(lambda: "Recovered after" in line.message["text"])
            assert "ended by rollback to 1.2.0 (revision 1), by <@U0ANNA>" in line.message["text"]


def stuck_rollout(case):
    """One pod of the old template still serves, one of the new one crashes: as a rollout that never got through."""
    store, namespace = case.running.cluster.store, case.card.namespace
    old, new = sorted(store.all("ReplicaSet", namespace), key=revision_of)[-2:]
    for replica_set in (old, new):
        replica_set["spec"]["replicas"] = 1
    pod = store.all("Pod", namespace)[0]
    case.running.cluster.lives.pop(pod["metadata"]["uid"])
    reference = pod["metadata"]["ownerReferences"][0]
    reference |= {"uid": old["metadata"]["uid"], "name": old["metadata"]["name"]}
    pod["metadata"]["labels"] = dict(old["spec"]["template"]["metadata"]["labels"])
    for container, before in zip(pod["spec"]["containers"], old["spec"]["template"]["spec"]["containers"], strict=True):
        container["image"] = before["image"]
    for status in pod["status"]["containerStatuses"]:
        status |= {"ready": True, "restartCount": 0, "state": {"running": {"startedAt": "2026-01-01T00:00:00Z"}}}
        status.pop("lastState", None)
    for condition in pod["status"]["conditions"]:
        condition["status"] = "True"


@pytest.mark.threat("Outcomes", "the dialog counts pods that the rollout leaves alone")
async def test_the_dialog_counts_the_pods_that_the_rollout_will_replace(tmp_path, record_property):
    async with answered(tmp_path) as case:
        stuck_rollout(case)
        before = {pod["metadata"]["uid"] for pod in case.running.cluster.store.all("Pod", case.card.namespace)}
        view = await case.open()
        assert f"1 of {len(before)} pods will be replaced (0 ready now); 1 stays as it is" in str(view["blocks"])
        await case.submit("U0ANNA", view)
        await case.running.until(lambda: any(" ready after " in text for text in case.thread()))
        after = {pod["metadata"]["uid"] for pod in case.running.cluster.store.all("Pod", case.card.namespace)}
        assert len(before - after) == 1
        record_property("tried", "an undo of a rollout that stands half way")
        record_property("held", "the pods that the dialog counted are those that went")


async def test_after_a_button_the_workload_is_looked_at_and_not_the_pod_that_it_replaced(tmp_path):
    workspace = Workspace(hurried(), ["app-after-rollout"])
    pod = workspace.cluster.store.all("Pod", workspace.card("app-after-rollout").namespace)[0]["metadata"]
    about = f"{pod['namespace']}/pod/{pod['name']}"
    async with answered(tmp_path, workspace, about=about, watch_every_s=0.3, recovery_hold_s=1) as case:
        await case.press()
        await case.running.until(
            lambda: "ended by rollback to 1.2.0 (revision 1), by <@U0ANNA>" in case.line.message["text"]
        )
        assert not workspace.cluster.store.copy("Pod", pod["namespace"], pod["name"])
