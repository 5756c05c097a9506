"""Who presses is who they say, once: addresses, second accounts, refusals without end, through the whole service."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.demo.slack.model import Person
from bot.store.tables import presses
from tests.bot.actions.test_service import PEOPLE, answered

ADDRESSES = {
    "unconfirmed": {"email": "anna@example.com", "email_confirmed": False},
    "look-alike letters": {"email": "\uff41nna@example.com"},
    "another case in Unicode": {"email": "\u212arista@example.com"},
}


def with_account(case, user, **more):
    """Let somebody in Slack be another account."""
    person = Person(id=user, name=user.lower(), real_name=user, **more)
    case.running.slack.workspace.people[user] = person
    return person


@pytest.mark.threat("Identity", "a Slack account bears the e-mail address of somebody who may")
async def test_an_address_that_is_not_proven_opens_nothing(tmp_path, record_property):
    mapped = (
        "- {email: anna@example.com, user: anna@example.com}\n- {email: krista@example.com, user: anna@example.com}\n"
    )
    async with answered(tmp_path, trust_slack_email=True) as case:
        (tmp_path / "people.yaml").write_text(mapped)
        for number, account in enumerate(ADDRESSES.values()):
            with_account(case, f"U0MAL{number}", **account)
            view = await case.press(f"U0MAL{number}")
            assert view["submit"] is None
            assert "You can't roll back to" in str(view["blocks"])
        record_property("tried", f"{len(ADDRESSES)} accounts with such an address, map and trusted addresses")
        record_property("held", f"{len(case.patches())} writes")
        assert case.patches() == []
        # The same address, confirmed, is hers.
        with_account(case, "U0ANNA", email="Anna@Example.com")
        assert (await case.open())["submit"] is not None


SECONDS = {
    "the user in another case": ("ANNA@example.com", {"email": ""}),
    "another user with the same address": ("carl@example.com", {"email": "Anna@example.com"}),
    "another user with a tagged address": ("carl@example.com", {"email": "anna+on-call@example.com"}),
}


@pytest.mark.threat("Identity", "who asked for a protected action approves it from a second account")
async def test_one_person_with_two_accounts_does_not_agree_with_themselves(tmp_path, record_property):
    async with answered(tmp_path, protected_namespaces=("storefront",)) as case:
        for user in ("ANNA@example.com", "carl@example.com"):
            case.grant(user)
        await case.press(reason="it crashes")
        await case.running.until(lambda: any("must approve" in text for text in case.thread()))
        for user, account in SECONDS.values():
            (tmp_path / "people.yaml").write_text(PEOPLE.replace("ben@example.com", user))
            with_account(case, "U0BEN", **account)
            assert "you are the same person as who asked" in str((await case.press("U0BEN"))["blocks"])
        record_property("tried", f"{len(SECONDS)} second accounts with every right")
        record_property("held", f"{len(case.patches())} writes")
        assert case.patches() == []
        with_account(case, "U0BEN", email="ben@example.com")
        assert (await case.open("U0BEN"))["submit"]["text"] == "Approve"


LIMIT, PRESSES = 4, 60


@pytest.mark.threat("Identity", "somebody without the right presses without end")
async def test_refused_presses_are_limited(tmp_path, record_property):
    async with answered(tmp_path, denials_per_person=LIMIT) as case:
        asked = reviews(case)
        for _ in range(LIMIT):
            view = await case.press("U0BEN")
        assert f"refused {LIMIT} times" in str(view["blocks"])
        after = reviews(case)
        case.running.slack.views.close("U0BEN", everything=True)
        button = case.find_button()
        action = {"type": "button", **{key: button[key] for key in ("block_id", "action_id", "value")}}
        for _ in range(PRESSES):
            await case.running.slack.acts.act("U0BEN", "C0GENERAL", case.answer.ts, action)
        # What somebody else presses afterwards is looked at, and comes after all of those.
        assert (await case.open("U0ANNA"))["submit"] is not None
        mine = [entry for entry in await case.audit() if entry["slack_user"] == "U0BEN"]
        more = len([one for one in case.running.cluster.requests[after:] if b"ben@example.com" in one.body])
        record_property("tried", f"{PRESSES} presses after {LIMIT} refusals")
        record_property("held", f"{more} reviews, {len(mine) - LIMIT} rows in the audit trail, 0 dialogs for them")
        assert after > asked
        assert (more, len(mine)) == (0, LIMIT)
        assert case.running.slack.views.stack("U0BEN") == []
        await case.running.until_awaited(lambda: nobody_waits(case))


async def nobody_waits(case):
    """No press is kept for an answer; a dialog may be open a moment before its press is taken out."""
    async with case.running.service.store._database.transaction() as connection:
        return (await connection.execute(select(presses.c.id))).first() is None


def reviews(case):
    return len(case.running.cluster.requests)
