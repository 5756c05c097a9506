"""Text alone: what a message says in one piece, within the limit, with nothing cut in half and no button."""

from hypothesis import given
from hypothesis import strategies as st

from bot.render import slack
from bot.render.blocks import section
from bot.render.message import Message, Offer
from bot.render.mrkdwn import fence, phrase, prose
from bot.render.phrases import Moment
from bot.render.simpler import TEXT, text_alone
from tests.support.diagnoses import HOSTILE, OOM


def test_an_answer_says_its_evidence_and_offers_nothing():
    offer = Offer(id="secret-id-of-an-offer", action="restart", label="Restart it")
    said = text_alone(slack.answer(OOM, [offer], run="1"))
    assert not said.blocks
    assert OOM.summary.split()[0] in said.text
    assert "Restart it" not in said.text
    assert "secret-id-of-an-offer" not in said.text


@given(parts=st.lists(st.text(min_size=1, max_size=2000), max_size=8))
def test_it_is_within_the_limit_and_nothing_is_cut_in_half(parts):
    message = Message("line", tuple(section(part) for text in parts for part in (prose(text) or "-", fence(text))))
    said = text_alone(message)
    assert len(said.text) <= TEXT + 100
    assert said.text.count("```") % 2 == 0
    rest = said.text.replace("&amp;", "").replace("&lt;", "").replace("&gt;", "")
    assert not {"&", "<", ">"} & set(rest)


def test_hostile_text_mentions_nobody():
    said = text_alone(slack.answer(HOSTILE, [], run="1")).text
    assert "<!" not in said
    assert "<@" not in said


def test_no_time_is_cut_in_half():
    times = phrase([piece for _ in range(60) for piece in (Moment("2026-11-22T11:50:00Z"), " and ")])
    for padding in range(60):
        said = text_alone(Message(f"{'x' * padding} {times} {times}")).text
        assert said.count("<") == said.count(">") > 30
