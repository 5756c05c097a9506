"""Whose a workload is: the nearest mark counts, and none does more than the settings let."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.owners import Deployer, Owners
from bot.model.policy import Entry
from bot.render.owners import call, line
from diagnostics.diagnosis import Change, Diagnosis, Verdict
from diagnostics.snapshot import Target

OWNERS = Owners(
    channels={"C0PAY": frozenset({"payments", "checkout"}), "#sre": frozenset({"*"})},
    channel_keys=("crashloop/channel", "a8r.io/chat"),
    owner_keys=("crashloop/owner", "team"),
    mentions={"payments": "S0PAY", "Infra": "U0INFRA"},
    deployer_keys=("deployed-by", "kubernetes.io/change-cause"),
)


def workload(labels=None, **annotations):
    return {"kind": "Deployment", "metadata": {"name": "api", "labels": labels or {}, "annotations": annotations}}


def space(labels=None, **annotations):
    return {"kind": "Namespace", "metadata": {"name": "payments", "labels": labels or {}, "annotations": annotations}}


def test_the_workloads_mark_goes_before_its_namespaces():
    found = OWNERS.channel("payments", workload(**{"a8r.io/chat": "#sre"}), space(**{"crashloop/channel": "C0PAY"}))
    assert (found.value, found.where) == ("#sre", "annotation a8r.io/chat of deployment api")
    found = OWNERS.channel("payments", workload(), space(**{"crashloop/channel": "C0PAY"}))
    assert (found.value, found.where) == ("C0PAY", "annotation crashloop/channel of namespace payments")
    assert OWNERS.channel("payments", workload(), space()) is None
    assert OWNERS.channel("payments", None, None) is None


@pytest.mark.threat("Reading", "an annotation leads an answer to a channel that its namespace has no part in")
@pytest.mark.parametrize(
    ("namespace", "named", "led"),
    [
        ("payments", "C0PAY", "C0PAY"),
        ("other", "C0PAY", None),
        ("other", "sre", "#sre"),
        ("payments", "C0EVIL", None),
        ("payments", "https://chat.example/x", None),
        ("payments", "", None),
        ("payments", "C0PAY,#sre", None),
    ],
)
def test_only_a_channel_that_is_allowed_for_the_namespace_counts(namespace, named, led):
    marks = {"crashloop/channel": named}
    found = OWNERS.channel(namespace, workload(**marks), None)
    assert (found and found.value) == led
    # What is not allowed hides nothing that is.
    behind = OWNERS.channel(namespace, workload(**marks), space(**{"crashloop/channel": "#sre"}))
    assert behind.value == (led or "#sre")


@given(namespace=st.text(max_size=20), named=st.text(max_size=40))
def test_no_text_leads_anywhere_else(namespace, named):
    found = OWNERS.channel(namespace, workload(**{"crashloop/channel": named}), None)
    allowed = OWNERS.channels.get(found.value, frozenset()) if found else frozenset()
    assert found is None or namespace in allowed or "*" in allowed


def test_an_owner_is_a_name_and_nothing_else():
    assert OWNERS.owner(workload({"team": "payments"}), None).where == "label team of deployment api"
    assert OWNERS.owner(workload({"team": "x"}, **{"crashloop/owner": "y"}), None).value == "y"
    assert OWNERS.owner(workload(), space({"team": "payments"})).value == "payments"
    for text in ("<!channel>", "a" * 90, "x\u202ey", "*", "password=hunter2hunter2"):
        assert OWNERS.owner(workload(**{"crashloop/owner": text}), None) is None


@pytest.mark.threat("Slack", "an annotation pings a group or a person whom the settings do not name")
@pytest.mark.parametrize(
    ("owner", "slack"),
    [
        ("payments", "S0PAY"),
        ("@Payments", "S0PAY"),
        ("infra", "U0INFRA"),
        ("S0PAY", ""),
        ("<!here>", ""),
        ("U0BOSS", ""),
    ],
)
def test_only_whom_the_settings_name_is_mentioned(owner, slack):
    assert OWNERS.mention(owner) == slack


def test_a_name_in_the_line_stays_text():
    assert line("<!channel>", "<@U1>") == "👥 Owner: &lt;!channel&gt;\N{NO-BREAK SPACE}· last deployed by &lt;@U1&gt;"
    assert line("", "anna") == "👥 Last deployed by anna"
    assert line("", "") == ""
    said = call("shop/api", "S0PAY", "label team of <!here>", "U0ANNA").text
    assert said.count("<!subteam^S0PAY>") == 1
    assert said.count("<@U0ANNA>") == 1
    assert "<!here>" not in said


BROKE = Diagnosis(
    target=Target(kind="Deployment", namespace="payments", name="api"),
    verdict=Verdict.CONFIRMED, cause="app-crash", summary="x", workload="Deployment payments/api",
    changed=(Change(what="revision", old="1", new="2"),), facts={"began": "at once"},
)  # fmt: skip
REVISION = "deployment.kubernetes.io/revision"
PEOPLE = (
    Entry(user="anna@example.com", slack="U0ANNA"),
    Entry(user="ben", email="ben@example.com"),
    Entry(user="oncall", usergroup="S0PAY"),
)


@pytest.mark.parametrize(
    ("annotations", "who"),
    [
        ({"deployed-by": "anna@example.com"}, Deployer("anna@example.com", "U0ANNA")),
        ({"deployed-by": "Ben@Example.com"}, Deployer("Ben@Example.com")),
        ({"deployed-by": "ci-robot"}, Deployer("ci-robot")),
        ({"deployed-by": "oncall"}, Deployer("oncall")),
        ({"deployed-by": "<!channel>"}, None),
        ({"kubernetes.io/change-cause": "anna@example.com: api 2.14"}, Deployer("anna@example.com", "U0ANNA")),
        ({"kubernetes.io/change-cause": "kubectl set image"}, None),
        ({"deployed-by": "anna@example.com", REVISION: "3"}, None),
        ({"deployed-by": "anna@example.com", REVISION: "2"}, Deployer("anna@example.com", "U0ANNA")),
        ({}, None),
    ],
)
def test_who_deployed_it_is_named_when_it_broke_with_that(annotations, who):
    assert OWNERS.deployer(workload(**annotations), BROKE, PEOPLE) == who
    assert OWNERS.deployer(workload(**annotations), replace(BROKE, changed=()), PEOPLE) is None
    assert OWNERS.deployer(workload(**annotations), replace(BROKE, facts={}), PEOPLE) is None
