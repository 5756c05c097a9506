"""Every cause has a few words of its own, short enough to be counted with."""

from bot.render.classes import SHORT, short
from diagnostics.causes import registry


def test_every_cause_has_short_words_and_no_two_the_same():
    assert set(SHORT) == {module.CAUSE.id for module in registry()}
    assert len(set(SHORT.values())) == len(SHORT)
    assert max(map(len, SHORT.values())) <= 26


def test_what_has_none_is_read_as_words():
    assert short("some-new-cause") == "some new cause"
    assert short("") == short(None) == "no known cause"
