"""Whom the bot may act as: the plain right, or constrained impersonation; every part of it, or not at all."""

from __future__ import annotations

import pytest

from bot.cluster.access import Reviewer, Right
from bot.model.policy import Identity

ALICE, GROUP = "alice@crashloop.example", "crashloop-on-call"
DOING = Right(verb="patch", group="apps", resource="deployments", namespace="default", name="api")


def rule(group, resource, verb, *names):
    return {"apiGroups": [group], "resources": [resource], "verbs": [verb], "resourceNames": list(names)}


PLAIN = [rule("", "users", "impersonate", ALICE), rule("", "groups", "impersonate", GROUP)]
IDENTITY = "authentication.k8s.io"
CONSTRAINED = [
    rule(IDENTITY, "users", "impersonate:user-info", ALICE),
    rule(IDENTITY, "groups", "impersonate:user-info", GROUP),
    rule("apps", "deployments", "impersonate-on:user-info:patch", "api"),
]


@pytest.mark.parametrize(
    ("rules", "may"),
    [
        (PLAIN, True), (PLAIN[:1], False), (PLAIN[1:], False),
        (CONSTRAINED, True), (CONSTRAINED[:2], False), (CONSTRAINED[1:], False),
    ],
    ids=["plain", "no group", "no user", "constrained", "not for this", "not as her"],
)  # fmt: skip
async def test_acting_as_somebody_takes_every_right(where, rules, may):
    account = {"kind": "ServiceAccount", "name": "crashloop", "namespace": where.namespace("bot")}
    await where.cluster_role("impersonator", rules)
    await where.bind("impersonator", [account])
    await where.spread()
    missing = await Reviewer(where.bot).impersonation(Identity(user=ALICE, groups=(GROUP,)), (DOING,))
    assert (missing == "") is may
    assert may or "may not impersonate" in missing
