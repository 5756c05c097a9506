"""The rig's own counting, over what the service really writes in a storm: it sees each loss and each double."""

import copy
import json

import pytest

from bot.model.incident import STORM_LINES, alert_identity
from tests.acceptance.answers import answers, run_of, thread_of
from tests.acceptance.fleet import CAUSE, Fleet
from tests.acceptance.rig import alert
from tests.acceptance.tally import Kept, in_slack, in_store
from tests.acceptance.test_faults import notify
from tests.support.service import fleet_world

WORKLOADS = STORM_LINES + 2


async def messages_of_a_storm(folder, fleet):
    """What stands in Slack: a line and an answer for one workload, and a digest with an answer for each other."""
    async with fleet_world(folder, fleet.cluster) as running:
        first, *others = [alert(*pod) for pod in fleet.pods]
        assert await notify(running, [first]) == 202
        await running.until(lambda: running.posts("C0ALERTS"))
        assert await notify(running, others) == 202

        def told():
            own = [stored.message for stored in running.posts("C0ALERTS")]
            return not any(in_slack(own, fleet.workloads, CAUSE).values()) and own

        return copy.deepcopy(await running.until(told))


def without(messages, gone):
    return [message for message in messages if message is not gone]


def changed(messages, message, **how):
    return [message | how if one is message else one for one in messages]


async def test_every_answer_of_a_storm_is_counted_once_and_what_is_lost_or_doubled_is_seen(tmp_path):
    fleet = Fleet(WORKLOADS, WORKLOADS)
    messages = await messages_of_a_storm(tmp_path, fleet)

    def wrong(over):
        return {name for name, count in in_slack(over, fleet.workloads, CAUSE).items() if count}

    assert len(answers(messages)) == 2  # the first line's, and one for those that are alike
    (digest,) = [message for message in messages if "workloads fail at once" in message["text"]]
    gathered = [message for message in messages if run_of(message) and thread_of(message) == digest["ts"]]
    assert len(gathered) == 1
    own = next(message for message in messages if run_of(message) and message not in gathered)
    line = next(message for message in messages if message["ts"] == own["thread_ts"])

    for lost in (gathered[0], own):
        assert wrong(without(messages, lost)) == {"workloads without an answer"}
    lists = [one for one in messages if thread_of(one) == digest["ts"] and not run_of(one)]
    assert "workloads without an answer" in wrong([one for one in messages if one not in lists])
    again = gathered[0] | {"ts": "1.1"}
    assert wrong([*messages, again]) == {"workloads answered more than once", "messages that stand twice"}
    # Said twice under another marker and run: by its words alone.
    posed = again | {"metadata": {"event_payload": {"marker": "other:line"}}}
    assert wrong([*messages, posed]) == {"workloads answered more than once", "messages that stand twice"}
    assert wrong([*messages, line | {"ts": "1.1", "thread_ts": "1.1"}]) == {"messages that stand twice"}
    assert wrong(without(messages, line)) == {"answers under a line that names another"}
    assert wrong(changed(messages, own, thread_ts=digest["ts"])) == {"answers under a line that names another"}
    waits = changed(messages, digest, text="1 workloads fail at once: 1 times being looked at.")
    assert wrong(waits) == {"messages that promise an answer still"}
    unsure = json.loads(json.dumps(own["blocks"]).replace("Killed by the kernel", "Ended by nobody"))
    assert wrong(changed(messages, own, blocks=unsure)) == {"answers with another cause"}
    footer = own["blocks"][-1:]  # all blocks before it may name the workload
    stranger = [own | {"ts": "1.2", "text": "🔴 `elsewhere/api` it crashed", "blocks": footer}]
    assert wrong([*messages, *stranger]) >= {"answers about nothing that fails"}


FIRED = [alert("team-00", "api-1"), alert("team-01", "api-2")]
KNOWN = {alert_identity("", one["labels"]): one["labels"]["namespace"] for one in FIRED}


@pytest.mark.parametrize(
    ("found", "wrong"),
    [
        (Kept(2, 0, KNOWN), set()),
        (Kept(3, 0, KNOWN), {"incidents beside one for each workload"}),
        (Kept(1, 0, KNOWN), {"incidents beside one for each workload"}),
        (Kept(2, 1, KNOWN), {"incidents without a verdict"}),
        (Kept(2, 0, dict(list(KNOWN.items())[:1])), {"alerts that their incident does not know"}),
        (Kept(2, 0, dict.fromkeys(KNOWN, "team-00")), {"alerts that their incident does not know"}),
    ],
)
def test_what_the_store_lost_or_mixed_up_is_seen(found, wrong):
    counted = in_store(found, FIRED, ["team-00/api", "team-01/api"])
    assert {name for name, count in counted.items() if count} == wrong
