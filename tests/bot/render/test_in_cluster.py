"""What names one of several clusters: the words, and the values of whatever has something diagnosed."""

from hypothesis import given
from hypothesis import strategies as st

from bot.demo.slack.blockkit import blocks_errors
from bot.render import questions
from bot.render.cluster import InCluster
from bot.render.incidents import Companion, companions_list
from bot.render.questions import FailingNow

EU = InCluster("prod-eu", asked_by="prod-eu/")


def values(message):
    """The values of all buttons and choices that have something diagnosed."""
    for block in message.blocks:
        for element in (*block.get("elements", ()), block.get("accessory", {})):
            if str(element.get("action_id", "")).startswith("look"):
                yield from (option["value"] for option in element.get("options", [element]))


@given(st.integers(1, 70))
def test_a_list_asks_about_its_own_cluster_button_by_button_and_choice_by_choice(count):
    failing = [FailingNow(target=f"team-{number}/deployment/api", reason="Error") for number in range(count)]
    plain = questions.failing_now(failing, "")
    named = EU.message(plain)
    assert blocks_errors(list(named.blocks)) == []
    assert list(values(named)) == [f"prod-eu/{value}" for value in values(plain)]
    assert list(values(InCluster("prod-eu").message(plain))) == list(values(plain))


def test_what_names_another_cluster_already_stays_as_it_is():
    companion = Companion(
        target="web/deployment/api", cluster="prod-us", look="/prod-us/web/deployment/api", verdict="likely"
    )
    listed = EU.message(companions_list([companion]))
    assert list(values(listed)) == ["/prod-us/web/deployment/api"]
    assert "prod-us/web/deployment/api" in str(listed.blocks)
    assert "(1 in cluster prod-us)" in listed.text
    answered = companions_list([Companion(target="a", cluster="prod-us", link="https://x")])
    assert list(values(answered)) == []


def test_which_of_many_clusters_is_asked_within_slacks_limits():
    names = [f"cluster-{number:02}" for number in range(50)]
    for found in (True, False):
        message = questions.which_cluster("web/api", names, found=found, away=names, near=names[:3])
        assert blocks_errors(list(message.blocks)) == []
        assert list(values(message)) == [f"/{name}/web/api" for name in names]
    help_text = questions.help_text("x", names)
    assert blocks_errors(list(help_text.blocks)) == []
