"""What people say, and who works on it, in a real database: one word for each person, kept as long as its incident."""

import asyncio

from bot.model.accuracy import Ended
from bot.model.feedback import Feedback
from bot.model.incident import Origin, Request, State, Subject, key
from tests.support.stores import Clock, opened

DAY = 86400.0


async def answered(store, name="api", origin=Origin.ALERT, state=State.ANSWERED, **found):
    """Keep an incident that was answered; return its id."""
    subject = Subject(kind="Pod", namespace="production", name=name)
    request = Request(origin=origin, dedup_key=key("x", name), subject=subject, channel="C1", user="U1")
    ((incident, _new),) = await store.incidents.ingest([request])
    assert (await store.incidents.claim("me", 60)).id == incident
    found = {"verdict": "confirmed", "cause": "oom-killed", "summary": "It was killed."} | found
    saved = {name: found[name] for name in ("verdict", "cause")}
    await store.incidents.save_report(incident, "me", channel="C1", report_ts="1.0", report="", **saved)
    if state is State.RECOVERED:
        ended = found.pop("ended_by")
        await store.incidents.finish(incident, "me", State.ANSWERED, **found)
        await store.incidents.schedule_check(incident)
        claimed = await store.incidents.claim("me", 60)
        await store.incidents.recover(claimed, "me", ended_by=ended, wait_s=0)
    else:
        await store.incidents.finish(incident, "me", state, **found)
    return incident


def word(incident, user="U0ANNA", truth="bad-config", **more):
    given = {"verdict": "confirmed", "cause": "oom-killed", "workload": "production/api"} | more
    return Feedback(incident_id=incident, user=user, truth=truth, **given)


async def test_a_persons_later_word_takes_the_place_of_their_own_and_of_nobody_elses(tmp_path):
    clock = Clock()
    async with opened(tmp_path, clock) as store:
        incident = await answered(store)
        assert await store.feedback.keep(word(incident, text="first")) is None
        await store.feedback.told(word(incident), "7.0")
        await store.feedback.keep(word(incident, user="U0BEN", truth="nothing"))
        clock.now += 60
        before = await store.feedback.keep(word(incident, truth="other", text="second"))
        assert (before.text, before.message_ts) == ("first", "7.0")
        words = await store.feedback.words(DAY)
        assert [(each.user, each.truth, each.text) for each in words] == [
            ("U0BEN", "nothing", ""), ("U0ANNA", "other", "second")
        ]  # fmt: skip
        now = await store.feedback.earlier(incident, "U0ANNA")
        assert (now.given_at, now.message_ts, now.summary) == (clock.now, "7.0", "")


async def test_many_words_of_one_person_at_once_are_one(tmp_path):
    async with opened(tmp_path) as store:
        incident = await answered(store)
        await asyncio.gather(*(store.feedback.keep(word(incident, text=str(number))) for number in range(12)))
        assert len(await store.feedback.words(DAY)) == 1


async def test_a_snapshot_goes_with_a_word_as_long_as_it_is_about_the_same_answer(tmp_path):
    async with opened(tmp_path) as store:
        incident = await answered(store)
        first = word(incident)
        await store.feedback.keep(first)
        assert await store.feedback.attach(first, b"\x00\xff snapshot")
        assert (await store.feedback.earlier(incident, "U0ANNA")).snapshot_bytes == 11
        await store.feedback.keep(word(incident, truth="other"))
        assert await store.feedback.snapshot(first) == b"\x00\xff snapshot"
        # Of another answer it would be no proof.
        await store.feedback.keep(word(incident, cause="app-crash"))
        assert await store.feedback.snapshot(first) == b""
        assert not await store.feedback.attach(first, b"late")
        assert (await store.feedback.earlier(incident, "U0ANNA")).snapshot_bytes == 0


async def test_it_is_forgotten_with_its_incident(tmp_path):
    clock = Clock()
    async with opened(tmp_path, clock) as store:
        incident = await answered(store, state=State.RECOVERED, ended_by="itself")
        other = await answered(store, "web")
        for each in (incident, other):
            await store.feedback.keep(word(each))
            await store.feedback.attach(word(each), b"s")
        clock.now += 89 * DAY
        await store.pruning.prune()
        assert len(await store.feedback.words(90 * DAY)) == 2
        clock.now += 2 * DAY
        assert await store.pruning.prune() == 2
        assert await store.feedback.words(1000 * DAY) == []
        assert await store.feedback.snapshot(word(incident)) == b""


async def test_what_was_answered_is_counted_with_what_ended_it(tmp_path):
    clock = Clock()
    async with opened(tmp_path, clock) as store:
        old = await answered(store, "old")
        clock.now += 10 * DAY
        ends = {
            "undo to revision 3\tU0ANNA": Ended.BUTTON,
            "restart of production/db\tU0BEN": Ended.BUTTON,
            "itself": Ended.ITSELF,
            "new revision 5": Ended.SOMEBODY,
            "its deletion": Ended.SOMEBODY,
        }
        expected = []
        for number, (ended_by, end) in enumerate(ends.items()):
            incident = await answered(store, f"a{number}", state=State.RECOVERED, ended_by=ended_by)
            expected.append((incident, "oom-killed", end))
        expected.append((await answered(store, "open"), "oom-killed", Ended.OPEN))
        expected.append((await answered(store, "none", cause="", verdict="undetermined"), "", Ended.OPEN))
        well = await answered(store, "well", cause="healthy", verdict="not-failing")
        expected.append((well, "healthy", Ended.NOT_FAILING))
        await answered(store, "gone", cause="not-found", verdict="undetermined")
        found = await store.feedback.answered(DAY)
        assert {(one.incident_id, one.cause, one.ended) for one in found} == set(expected)
        assert {one.incident_id for one in await store.feedback.answered(11 * DAY)} >= {old}
        # Words are counted by when the incident began.
        await store.feedback.keep(word(old))
        assert await store.feedback.words(DAY) == []


async def test_a_question_that_was_led_elsewhere_is_not_counted_again(tmp_path):
    async with opened(tmp_path) as store:
        subject = Subject(namespace="production", name="api")
        request = Request(origin=Origin.COMMAND, dedup_key=key("q"), subject=subject, channel="C1", user="U1")
        ((incident, _new),) = await store.incidents.ingest([request])
        await store.incidents.claim("me", 60)
        await store.incidents.finish(incident, "me", State.ANSWERED, verdict="confirmed", cause="oom-killed")
        assert await store.feedback.answered(DAY) == []


# --- who works on it


async def test_who_works_on_it_is_taken_taken_over_and_taken_back(tmp_path):
    clock = Clock()
    async with opened(tmp_path, clock) as store:
        incident = await answered(store)
        assert [await store.incidents.assign(incident, user) for user in ("U1", "U2", "U2", "U2")] == [
            "U1", "U2", "", "U2"
        ]  # fmt: skip
        kept = await store.incidents.get(incident)
        assert (kept.assignee, kept.assigned_at) == ("U2", clock.now)
        assert await store.incidents.assign("0" * 32, "U1") is None


async def test_of_two_who_take_it_at_once_one_has_it(tmp_path):
    async with opened(tmp_path) as store:
        incident = await answered(store)
        await asyncio.gather(*(store.incidents.assign(incident, user) for user in ("U1", "U2")))
        assert (await store.incidents.get(incident)).assignee in ("U1", "U2")


async def test_nobody_works_on_what_is_over(tmp_path):
    async with opened(tmp_path) as store:
        incident = await answered(store)
        await store.incidents.assign(incident, "U1")
        await store.incidents.schedule_check(incident)
        claimed = await store.incidents.claim("me", 60)
        assert claimed.assignee == "U1"
        await store.incidents.recover(claimed, "me", ended_by="itself", wait_s=0)
        assert (await store.incidents.get(incident)).assignee == ""
        assert await store.incidents.assign(incident, "U1") is None
