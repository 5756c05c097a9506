"""The parts of an answer: the line that fits, changes cut to what differs, evidence in groups, buttons."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from bot.demo.slack.blockkit import view_errors
from bot.render import changed, description, modal, proof, silences, words
from bot.render.blocks import section, without_buttons
from bot.render.cluster import LONG, InCluster
from bot.render.incidents import over
from bot.render.message import Message
from bot.render.outcomes import Step, outcome, over_line
from bot.render.phrases import Code, plain
from bot.render.slack import answer, channel_line
from diagnostics.diagnosis import Change, Evidence
from tests.bot.render.test_render_slack import UNDO
from tests.support.asked import recording
from tests.support.diagnoses import OOM
from tests.support.recordings import SCENARIOS

AT = "2026-11-22T11:50:00Z"


def rollout(*more, began=""):
    change = Change(
        what="revision", old="41", new="42", at=AT, before_first_crash_s=240, by="kubectl-client-side-apply"
    )
    along = [replace(item, at=AT, before_first_crash_s=240, by=change.by) for item in more]
    return replace(OOM, changed=(change, *along), facts={"began": began} if began else {})


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_the_channels_line_is_short(scenario):
    text = channel_line(recording(scenario).diagnosis).text
    assert "\n" not in text
    assert len(text) <= 200, text


def test_the_line_of_a_chain_names_the_root_first():
    text = channel_line(recording("dependency-crashing").diagnosis).text
    assert "postgres-0 has no space left on its disk, so api cannot reach postgres-service:5432" in text
    assert "disk-full" not in text


@pytest.mark.parametrize("target", ["Deployment production/api", "production/deployment/api", "production/api"])
def test_a_workload_is_called_the_same_everywhere(target):
    assert words.place(target) == "production/api"


def test_what_began_with_a_rollout_is_one_sentence():
    image = Change(what="image of api", old="registry.example/api:1.8.2", new="registry.example/api:1.9.0")
    env = Change(what="env PORT of api", old="one value", new="another value")
    told = changed.told(rollout(image, env, began="Began 4 min after revision 41 → 42 (by x)"))
    assert plain(told.sentence) == (
        "Broke 4 min after revision 42 (1.8.2 → 1.9.0, kubectl apply, 22 Nov, 11:50 UTC): PORT changed."
    )
    assert Code("PORT") in told.sentence
    assert told.version == "1.9.0"
    assert told.details == (("image of api: 1.8.2 → 1.9.0",), ("env PORT of api: value changed",))


def test_what_two_releases_share_is_said_once():
    said = Change(what="change-cause", old="release 1.2.0", new="release 1.2.1: faster carts")
    told = changed.told(rollout(said, began="Began with revision 41 → 42"))
    assert "(release 1.2.0 → 1.2.1: faster carts, " in plain(told.sentence)
    same = Change(what="change-cause", old="release", new="release two")
    assert "(release → release two, " in plain(
        changed.told(rollout(same, began="Began with revision 41 → 42")).sentence
    )


def test_the_workload_and_what_is_said_of_it_are_set_apart():
    assert channel_line(recording("config-invalid-value").diagnosis).text.startswith(
        "🔴 `production/api-deployment`: `DATABASE"
    )
    assert "api-deployment`: Out of memory" in channel_line(recording("oom-python").diagnosis).text


def test_many_changes_are_counted_after_the_first():
    envs = [Change(what=f"env E{number} of api", old="one value", new="another value") for number in range(6)]
    told = changed.told(rollout(*envs, began="Began with revision 41 → 42"))
    assert plain(told.sentence).endswith(": E0, E1, E2 and 3 more changed.")
    assert plain(told.sentence).startswith("Broke with revision 42 (kubectl apply, ")


def test_a_rollout_with_which_nothing_began_is_only_dated():
    told = changed.told(rollout())
    assert plain(told.sentence) == (
        "Revision 41 → 42 came 4 min before the first crash (kubectl apply, 22 Nov, 11:50 UTC)."
    )
    assert told.version == ""


def test_a_long_command_is_cut_to_what_differs():
    same = "sh -c echo one; echo two; echo three; echo four; echo five; echo six; "
    told = changed.effect(Change(what="command of api", old=f"{same}serve --a", new=f"{same}serve --b --verbose"))
    assert told == ("command of api: ", Code("…six; serve --a"), " → ", Code("…six; serve --b --verbose"))


def test_a_modified_object_is_said_as_such():
    modified = Change(what="ConfigMap conf", new="modified", at=AT, before_first_crash_s=0)
    told = changed.told(replace(OOM, changed=(modified,)))
    assert plain(told.sentence) == "ConfigMap conf was modified at the first crash (22 Nov, 11:50 UTC)."
    assert told.details == ()


def test_lines_of_a_log_stand_together_in_its_own_order():
    lines = [
        Evidence(source="log", path="x/db-0 pg/previous", quote=text, at=f"2026-11-22T10:00:0{second}Z")
        for second, text in ((2, "second"), (1, "first"))
    ]
    (log, rest) = proof.groups([lines[0], Evidence(source="pod", path="spec", quote="a=b"), lines[1]])
    assert plain(log.heading) == "log of pg of db-0 before its last restart · 22 Nov, 10:00:02 UTC"
    assert [item.quote for item in log.items] == ["first", "second"]
    assert rest.heading == ()


def test_a_hidden_value_is_said_to_be_set():
    item = Evidence(source="pod", path="spec.containers[api].env[PORT]", quote="name=PORT")
    assert plain(proof.implied(item)) == "PORT is set in the pod spec (value not read)"
    assert proof.implied(replace(item, path="spec.containers[api]")) == ()


STATE = "status.containerStatuses[api].state.terminated"


@pytest.mark.parametrize(
    ("path", "quote", "ending", "told"),
    [
        (STATE, "reason=Error exitCode=1", "exit code 1, right after its start", "exit code 1, right after its start"),
        (STATE, "reason=OOMKilled exitCode=137", "", "OOMKilled, exit code 137"),
        (STATE, "reason=Error exitCode=1", "exit code 12, at once", "exit code 1"),
        (f"other/pod {STATE}", "reason=Error exitCode=1", "exit code 1, 3 s after start", "exit code 1"),
    ],
)
def test_how_it_ended_is_told_as_people_say_it(path, quote, ending, told):
    assert proof.fact(Evidence(source="pod", path=path, quote=quote), ending) == (told,)


def test_what_is_no_plain_fact_is_quoted():
    assert proof.fact(Evidence(source="log", path="api/current", quote="reason=Error exitCode=1")) is None
    assert proof.fact(Evidence(source="pod", path="spec", quote="memory=96Mi")) is None


def test_the_proving_quote_holds_the_headlines_values():
    killing = Evidence(source="event", path="Killing on Pod a/b", quote="Container api failed liveness probe")
    asked = Evidence(source="event", path="Unhealthy on Pod a/b", quote="HTTP probe failed with statuscode: 404")
    assert proof.proving([killing, asked], "Liveness probe fails: GET :8080/healthz → 404") == asked
    ended = Evidence(source="pod", path=STATE, quote="reason=OOMKilled exitCode=137")
    said = Evidence(source="log", path="api/current", quote="Killed at 96Mi")
    assert proof.proving([ended, said], "Out of memory: api was killed at its 96Mi limit") == ended
    assert proof.proving([], "anything") is None


def test_the_pod_at_hand_is_not_named_again_in_its_events():
    own = Evidence(source="event", path=f"BackOff on Pod production/{OOM.target.pod} (api)", quote="x")
    assert plain(proof.place(own, OOM)) == "event BackOff"
    other = replace(own, path="FailedCreate on ReplicaSet x/y")
    assert proof.place(other, OOM) == ("event FailedCreate on ReplicaSet ", Code("x/y"))


def test_what_is_said_about_buttons_goes_with_them():
    message = answer(OOM, (UNDO,))
    left = str(without_buttons(message.blocks, ({"type": "section", "text": {"type": "mrkdwn", "text": "done"}},)))
    assert "No restart: the limit would still be 96Mi" in str(message.blocks)
    assert "done" in left
    assert "No restart" not in left
    assert "Do this" not in left
    assert "Do it by hand" not in left
    assert "offer-1" not in left
    assert "OOMKilled" in left


def test_a_dialog_names_the_cluster_that_would_be_changed():
    view = modal.question(
        "Restart indexer",
        title="Restart indexer",
        submit="Restart indexer",
        sentence=("StatefulSet ", Code("search/indexer"), ": every pod is replaced."),
        downtime="Its only pod is replaced: expect brief downtime.",
        cluster="prod-eu",
        changes=["image of api: 2 → 1"],
        reasons=["nobody knows"],
        risks=["1 pod will be replaced"],
        about={},
        reason_required=False,
    )
    assert view_errors(view) == []
    shown = [block["text"]["text"] for block in view["blocks"] if block["type"] == "section"]
    assert shown == [
        "*Restart indexer?* Its only pod is replaced: expect brief downtime.",
        "*Cluster prod-eu*: StatefulSet `search/indexer`: every pod is replaced.",
        "*What changes*\n• Image of api: 2 → 1",
        "*Why it should help*\n• Nobody knows",
        "*Risk*\n• 1 pod will be replaced",
    ]


def test_what_is_over_is_told_by_its_class_in_short_words_and_with_the_cluster():
    text = over_line("production/api", after_s=12, was="bad-config", ended="", cluster="prod-eu").text
    parts = ["🟢 *Recovered after 12 s*: `production/api`", "was: bad configuration", "cluster prod-eu"]
    assert text == "\N{NO-BREAK SPACE}· ".join(parts)
    text = over("production/api", after_s=12, was="", ended="itself").text
    assert text.endswith("· was: no known cause\N{NO-BREAK SPACE}· ended by itself")
    assert "was:" not in over("production/api", after_s=12, was=None, ended="itself").text


@pytest.mark.parametrize(
    ("hour", "chosen"),
    [(9, "1 hour (until 10:04)"), (23, "1 hour (until Mon 00:04)")],
)
def test_a_silence_says_until_when_by_the_readers_clock_and_what_is_told_of_it_afterwards(hour, chosen):
    here = datetime(2026, 11, 22, hour, 4, tzinfo=timezone(timedelta(hours=1)))
    view = silences.question("production/api", 1, hours=24, about={}, now=here)
    assert view_errors(view) == []
    kinds = [block["type"] for block in view["blocks"]]
    assert kinds == ["section", "input", "input", "context"]
    assert (
        view["blocks"][0]["text"]["text"] == "Silence all alerts of `production/api` and its pods: 1 alert fires now."
    )
    assert "The thread then shows what Alertmanager was told" in str(view["blocks"][-1])
    assert view["blocks"][1]["element"]["initial_option"]["text"]["text"] == chosen


def test_a_long_list_names_its_cluster_below_its_title_and_a_short_one_below_all():
    for count, at in ((LONG, 1), (LONG - 1, LONG - 1)):
        message = Message("Listed", tuple(section(f"line {number}") for number in range(count)))
        named = InCluster("prod-eu").message(message).blocks
        assert [number for number, block in enumerate(named) if "Cluster prod-eu" in str(block)] == [at]


def test_what_stands_in_the_headline_word_for_word_is_quoted_where_its_place_is_told():
    told = description.describe(recording("argocd-rollout").diagnosis)
    line = "TypeError: Cannot read properties of undefined (reading items)"
    assert line in told.headline.text
    assert told.quote is None
    assert told.evidence[0].lines[0] == line
    assert plain(told.evidence[0].place).startswith("log of wishlist")
    whole = description.describe(recording("config-nginx-syntax").diagnosis)
    assert whole.quote is not None, "the line says more than the headline"


def test_the_line_says_since_which_version_where_the_change_cause_names_it():
    assert "since 4.1.0" in channel_line(recording("undo-after-restart").diagnosis).text


def test_who_is_refused_sees_what_the_command_is_for():
    refused = outcome(
        Step.DENIED, label="roll back to 1", detail="it takes a right.", commands=["kubectl auth can-i x"]
    )
    assert refused.text.endswith("it takes a right.\nTo check:\n```\nkubectl auth can-i x\n```")
    assert "To check" not in outcome(Step.DENIED, label="roll back to 1", detail="no.").text


def test_a_name_at_the_end_of_a_line_takes_the_place_of_its_full_stop():
    place, dot = InCluster("prod-eu"), "\N{NO-BREAK SPACE}· "
    for text, named in (("It is up.", f"It is up{dot}cluster prod-eu"), ("Wait ...", f"Wait ...{dot}cluster prod-eu")):
        assert place.text(text) == named
        assert place.message(Message(text, (section(text),))).blocks[0]["text"]["text"] == named


def test_an_image_is_told_as_what_runs():
    item = Evidence(source="pod", path="spec.containers[api]", quote="image=busybox:1.36")
    assert proof.fact(item) == ("it runs image ", Code("busybox:1.36"))
    assert proof.fact(replace(item, quote="image=a b")) is None
