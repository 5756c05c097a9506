"""A history in order for its report: each time that it failed, what people did, and nothing that no row says."""

from dataclasses import replace

from bot.model.history import Acted, Fired, History, Milestone, Silenced, Turn
from bot.model.incident import Incident, Origin, State, Subject
from bot.model.report import report_of
from bot.render.report import markdown
from diagnostics.objects import ObjectRef

NOON = 1_795_003_200.0

INCIDENT = Incident(
    id="af70f8020b9e4477", origin=Origin.ALERT, state=State.RECOVERED, channel="C0ALERTS",
    subject=Subject(kind="Pod", namespace="production", name="api-1"),
    workload=ObjectRef.parse("Deployment production/api"),
    created_at=NOON, began_at=NOON - 60, well_since=NOON + 600, recovered_at=NOON + 660, verdict="confirmed",
    cause="oom-killed", summary="api was killed.", ended_by="rollback to revision 3\tU0ANNA",
)  # fmt: skip


def verdict(at, since=0.0, cause="oom-killed", summary="api was killed."):
    return Milestone(turn=Turn.VERDICT, at=at, since=since, verdict="confirmed", cause=cause, summary=summary)


def recovered(at, since, ended_by="itself"):
    return Milestone(turn=Turn.RECOVERED, at=at, since=since, ended_by=ended_by)


def told(history):
    return [line for line in markdown(report_of(history)).split("\n") if line.startswith("- 2026")]


def test_each_time_that_it_failed_is_counted_and_told():
    turns = (
        verdict(NOON + 5, NOON - 60), verdict(NOON + 65, NOON - 60, "bad-config", "api has a bad port."),
        recovered(NOON + 660, NOON + 600, "rollback to revision 3\tU0ANNA"), verdict(NOON + 900, NOON + 900),
        recovered(NOON + 1200, NOON + 1140),
    )  # fmt: skip
    report = report_of(History(incident=INCIDENT, milestones=turns))
    assert report.lasted_s == (660.0, 240.0)
    assert (report.began_at, report.ended_at) == (NOON - 60, NOON + 1140)
    lines = told(History(incident=INCIDENT, milestones=turns))
    assert [line.partition(" UTC: ")[2] for line in lines] == [
        "First failure that is known",
        "The first alert reached crashloop, about `production/api-1`",
        "Verdict: api was killed (Killed by the kernel for memory, confirmed)",
        "Verdict changed: api has a bad port (Required configuration is missing or invalid, confirmed)",
        "Its pods are well",
        "Over: well for 60 s; ended by rollback to revision 3, by Slack user U0ANNA",
        "Back: api was killed (Killed by the kernel for memory, confirmed)",
        "Its pods are well",
        "Over: well for 60 s; ended by itself",
    ]


def test_an_incident_older_than_the_milestones_has_what_its_row_says():
    report = report_of(History(incident=INCIDENT))
    assert report.lasted_s == (660.0,)
    lines = told(History(incident=INCIDENT))
    assert not any("Verdict" in line for line in lines), "when it was told is not known"
    assert any("Over: ended by rollback to revision 3" in line for line in lines)


def test_alerts_stand_by_alertmanagers_time_and_the_first_failure_only_where_it_was_earlier():
    fired = (Fired(name="PodDown", started_at=NOON - 60.0, over_at=NOON + 640), Fired(name="Later"))
    lines = told(History(incident=INCIDENT, milestones=(verdict(NOON + 5, NOON - 60),), alerts=fired))
    assert not any("First failure" in line for line in lines)
    assert "Alert `PodDown` fires, as Alertmanager says" in lines[0]
    assert any("Alert `PodDown` is resolved" in line for line in lines)
    assert not any("Later" in line for line in lines), "of what has no time none is told"


def entry(event, at, **more):
    known = {"offer": "o1", "action": "undo", "target": "production/deployment/api", "slack_user": "U0ANNA",
             "kubernetes_user": "anna@example.com"}  # fmt: skip
    return Acted(at=at, entry={"event": event, **known, **more})


def test_who_pressed_as_whom_why_and_who_agreed_is_told_and_refusals_are_not():
    acts = (
        entry("denied", NOON + 10, slack_user="U0BEN", outcome="may not"),
        entry("claimed", NOON + 20, acted_as="anna@example.com", reason="it crashes", second="U0CARLA"),
        entry("changed", NOON + 21, outcome="went back"),
        entry("done", NOON + 40, outcome="Recovered in 19 s"),
        entry("claimed", NOON + 50, offer="o2", action="restart"),
    )
    report = report_of(History(incident=INCIDENT, acts=acts))
    written = markdown(report)
    assert (
        "- anna@example.com (Slack user U0ANNA): Rollback of production/api, done as `anna@example.com`, approved by "
        "Slack user U0CARLA; why: it crashes; Recovered in 19 s" in written
    )
    assert "Restart of production/api, done with the bot's own account; no reason given" in written
    assert "what came of it is not written down" in written
    assert "U0BEN" not in written


def test_silences_and_questions_are_told():
    asked = replace(INCIDENT, origin=Origin.COMMAND, user="U0BEN")
    silence = Silenced(user="U0ANNA", at=NOON + 30, until=NOON + 3600, ended_at=NOON + 120)
    lines = "\n".join(told(History(incident=asked, silences=(silence,))))
    assert "Slack user U0BEN asked about `production/api-1`" in lines
    assert "Slack user U0ANNA silenced its alerts until 2026-11-18 13:00:00 UTC" in lines
    assert "That silence was undone" in lines
