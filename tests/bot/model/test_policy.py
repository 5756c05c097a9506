from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.actions.people_map import parse_people
from bot.model.policy import Allow, Deny, Entry, Identity, People, Policy, folded, same_person


@dataclass(frozen=True)
class Member:
    user: str = "U1"
    team: str = "T1"
    email: str = "Alice@Example.com"
    email_confirmed: bool = True
    bot: bool = False
    deleted: bool = False
    guest: bool = False
    stranger: bool = False


MAP = """\
- slack: U1
  user: alice
  groups: [oncall, payments]
- email: Bob@example.com
  user: bob@corp
"""
PEOPLE = People(entries=parse_people(MAP))


def test_the_map_names_people_by_slack_id_and_email():
    assert PEOPLE.identify(Member(), "T1") == Allow(Identity(user="alice", groups=("oncall", "payments")))
    bob = Member(user="U2", email="bob@EXAMPLE.com")
    assert PEOPLE.identify(bob, "T1") == Allow(Identity(user="bob@corp"))


def test_who_is_not_in_the_map_is_denied_unless_email_is_trusted():
    carol = Member(user="U3", email="Carol@Example.com")
    assert PEOPLE.identify(carol, "T1") == Deny(
        "you are not in the people map (PEOPLE_FILE), so the cluster does not know you"
    )
    trusting = replace(PEOPLE, trust_email=True)
    assert trusting.identify(carol, "T1") == Allow(Identity(user="carol@example.com"))
    assert isinstance(trusting.identify(replace(carol, email=""), "T1"), Deny)
    assert isinstance(trusting.identify(replace(carol, email_confirmed=False), "T1"), Deny)
    assert isinstance(trusting.identify(replace(carol, email="system:masters"), "T1"), Deny)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"bot": True}, "apps may not use me"),
        ({"deleted": True}, "this account is deactivated"),
        ({"guest": True}, "guests of the workspace may not use me"),
        ({"stranger": True}, "only members of this workspace may use me"),
        ({"team": "T2"}, "only members of this workspace may use me"),
        ({"team": ""}, "only members of this workspace may use me"),
    ],
)
def test_some_accounts_may_never_act_even_when_mapped(change, reason):
    assert replace(PEOPLE, trust_email=True).identify(replace(Member(), **change), "T1") == Deny(reason)


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        (Policy(), None),
        (Policy(enabled=False), Deny("actions are switched off (ACTIONS_ENABLED)")),
        (Policy(channels=frozenset({"C1"}), namespaces=frozenset({"production"})), None),
        (Policy(channels=frozenset({"C2"})), Deny("actions are not allowed in this channel (ACTION_CHANNELS)")),
        (
            Policy(namespaces=frozenset({"staging"})),
            Deny("actions are not allowed in namespace production (ACTION_NAMESPACES)"),
        ),
    ],
)
def test_the_policy_says_where(policy, expected):
    assert policy.check(channel="C1", namespace="production") == expected


def test_what_may_be_done_in_a_namespace_and_how_often():
    policy = Policy(actions={"payments": frozenset({"restart"}), "infra": frozenset()}, per_person=3, per_workload=2)
    assert policy.check(channel="C1", namespace="payments", action="restart") is None
    assert policy.check(channel="C1", namespace="web", action="undo") is None
    for namespace, action in (("payments", "undo"), ("infra", "restart")):
        assert policy.check(channel="C1", namespace=namespace, action=action) == Deny(
            f"{action} is not allowed in namespace {namespace} (NAMESPACE_ACTIONS)"
        )
    assert policy.too_often(2, 1) is None
    assert "ACTIONS_PER_PERSON" in policy.too_often(3, 0).reason
    assert "ACTIONS_PER_WORKLOAD" in policy.too_often(0, 2).reason
    assert Policy().too_often(99, 99) is None


GROUPED = People(
    entries=parse_people(
        "- {slack: U1, user: alice, groups: [dev]}\n- {usergroup: S1, groups: [sre, dev]}\n"
        "- {usergroup: S2, user: on-call, groups: [night]}\n"
    )
)


def test_a_user_group_adds_groups_and_names_those_whom_nothing_else_names():
    both = frozenset({"S1", "S2"})
    assert GROUPED.usergroups == ("S1", "S2")
    assert GROUPED.identify(Member(), "T1", both) == Allow(Identity(user="alice", groups=("dev", "sre", "night")))
    other = Member(user="U9", email="")
    assert GROUPED.identify(other, "T1", both) == Allow(
        Identity(user="on-call", groups=("sre", "dev", "night"), shared=True)
    )
    assert isinstance(GROUPED.identify(other, "T1", frozenset({"S1"})), Deny)
    trusting = replace(GROUPED, trust_email=True).identify(Member(user="U9"), "T1", frozenset({"S1"}))
    assert trusting == Allow(Identity(user="alice@example.com", groups=("sre", "dev")))
    assert GROUPED.identify(Member(), "T1") == Allow(Identity(user="alice", groups=("dev",)))


def test_two_accounts_of_one_person_are_one_person_but_a_group_is_many():
    assert same_person(Identity(user="a"), Identity(user="a", groups=("x",)))
    assert not same_person(Identity(user="a"), Identity(user="b"))
    assert not same_person(Identity(user="a", shared=True), Identity(user="a", shared=True))


ALIKE = [
    (Identity(user="Alice@Example.com"), Identity(user="alice@example.com")),
    (Identity(user="ALICE"), Identity(user="alice")),
    (Identity(user="\u212aim"), Identity(user="kim")),
    (Identity(user="\uff41lice"), Identity(user="alice")),
    (Identity(user="alice", email="a@x.example"), Identity(user="alice-admin", email="A@X.example")),
    (Identity(user="alice", email="a@x.example"), Identity(user="alice-admin", email="a+work@x.example")),
    (Identity(user="a@x.example"), Identity(user="admin", email="a@X.example")),
    (Identity(user="on-call", shared=True, email="a@x.example"), Identity(user="alice", email="a@x.example")),
    (
        Identity(user="on-call", shared=True, email="a@x.example"),
        Identity(user="on-call", shared=True, email="A@x.example"),
    ),
]


@pytest.mark.threat("Identity", "one person with two Slack accounts approves what they asked for themselves")
def test_one_person_with_two_accounts_is_one(record_property):
    record_property("tried", f"{len(ALIKE)} pairs of accounts: case, look-alike letters, same address, tagged address")
    record_property("held", f"{sum(same_person(one, other) for one, other in ALIKE)} taken for one person")
    for one, other in ALIKE:
        assert same_person(one, other)
        assert same_person(other, one)


def test_who_has_nothing_in_common_is_somebody_else():
    assert not same_person(Identity(user="alice", email=""), Identity(user="bob", email=""))
    assert not same_person(Identity(user="alice", email="a@x.example"), Identity(user="bob", email="b@x.example"))
    shared = {"user": "on-call", "shared": True}
    assert not same_person(Identity(**shared, email="a@x.example"), Identity(**shared, email="b@x.example"))


TRICKS = [
    "\u212aim@example.com", "k\u0131m@example.com", "\uff4bim@example.com", "kim@\uff45xample.com",
    "K\u0130M@example.com", "kim@example.com\u00a0", " kim@example.com", "kim@example.com\x00", "k\u200bim@example.com",
]  # fmt: skip


@pytest.mark.threat("Identity", "an e-mail address that Unicode folds or trims to somebody else's")
def test_only_ascii_letters_have_two_cases(record_property):
    people = People(entries=parse_people("- {email: Kim@Example.com, user: kim}\n"), trust_email=True)
    assert people.identify(Member(email="KIM@eXample.COM"), "T1") == Allow(Identity(user="kim"))
    taken = [email for email in TRICKS if people.identify(Member(email=email), "T1") == Allow(Identity(user="kim"))]
    trusted = [email for email in TRICKS if isinstance(people.identify(Member(email=email), "T1"), Allow)]
    record_property("tried", f"{len(TRICKS)} addresses")
    record_property("held", f"{len(taken)} taken for the person in the map, {len(trusted)} trusted as a user")
    assert (taken, trusted) == ([], [])


@given(st.text(max_size=12), st.text(alphabet="abkKsS.+@-", max_size=12))
def test_an_address_is_somebodys_only_when_it_differs_by_ascii_case_alone(email, entry):
    people = People(entries=(Entry(user="x", email=folded(entry)),))
    same = bool(entry) and len(email) == len(entry) and all(
        one == other or (one.isascii() and other.isascii() and one.lower() == other.lower())
        for one, other in zip(email, entry, strict=True)
    )  # fmt: skip
    assert isinstance(people.identify(Member(email=email), "T1"), Allow) is same


@pytest.mark.threat("Identity", "an account sets its address to somebody else's without confirming it")
def test_an_address_counts_only_when_slack_has_confirmed_it(record_property):
    people = People(entries=parse_people(MAP + "- {usergroup: S1, user: on-call}\n"))
    unconfirmed = Member(user="U2", email="bob@example.com", email_confirmed=False)
    reached = [
        replace(people, trust_email=trusting).identify(unconfirmed, "T1") for trusting in (False, True)
    ]  # fmt: skip
    record_property("tried", "an unconfirmed address that the map names, and one that would be trusted")
    record_property("held", f"{sum(isinstance(one, Allow) for one in reached)} let in")
    assert reached == [Deny("Slack does not say that your e-mail address is confirmed")] * 2
    # What does not hang on the address counts all the same.
    assert people.identify(replace(unconfirmed, user="U1"), "T1") == Allow(
        Identity(user="alice", groups=("oncall", "payments"))
    )
    assert people.identify(unconfirmed, "T1", frozenset({"S1"})) == Allow(Identity(user="on-call", shared=True))
