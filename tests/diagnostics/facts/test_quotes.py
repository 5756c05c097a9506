"""Commands as they are quoted: two words that were given as one are seen."""

from __future__ import annotations

import pytest

from diagnostics.facts import quotes


@pytest.mark.parametrize(
    ("words", "one"),
    [
        (["cp", "/app/shop.war /work"], "/app/shop.war /work"),
        (["pg_isready", "-h localhost"], ""),
        (["serve", "-v --port=80"], "-v --port=80"),
        (["serve", "-v -x"], "-v -x"),
        (["sh", "-c", "/bin/a /bin/b"], ""),
        (["bash", "-ec", "/bin/a -x"], ""),
        (["curl", "-H", "Accept: text/plain"], ""),
        (["cp", "/app/shop.war", "/work"], ""),
        ([], ""),
    ],
)
def test_two_words_that_were_given_as_one(words, one):
    assert quotes.glued(words) == one


def test_only_such_a_word_stands_in_quotes():
    assert quotes.spoken(["cp", "/app/shop.war /work"]) == 'cp "/app/shop.war /work"'
    assert quotes.spoken(["sh", "-c", "/bin/a /bin/b"]) == "sh -c /bin/a /bin/b"
