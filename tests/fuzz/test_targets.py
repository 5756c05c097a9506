"""What fuzzing starts from and what it found, without atheris: each target holds for all of it."""

import pytest

from handlers.slack_guard import Rejected
from tests.fuzz import targets
from tests.fuzz.seeds import seeds


@pytest.mark.threat("Input", "bytes that nobody thought of trip the Slack guard, the alert readers or the redactor")
@pytest.mark.parametrize("target", targets.TARGETS)
def test_a_target_holds_for_what_is_known(target, record_property):
    known = list(seeds(target))
    assert len(known) > 8
    for data in known:
        targets.TARGETS[target](data)
    record_property("tried", f"{target}: {len(known):,} seeds and findings (make fuzz goes on from them)")
    record_property("held", "no exception, bounded, idempotent; a planted password gone")


def test_a_target_tells_what_does_not_hold(monkeypatch):
    """Else fuzzing would find nothing because it looks at nothing."""
    monkeypatch.setattr(targets, "redact_text", lambda text: text)
    with pytest.raises(AssertionError, match="a password stayed"):
        targets.redactor(b"harmless")
    monkeypatch.setattr(targets, "parsed", lambda _body, _kind: {"text": "\0"})
    with pytest.raises(AssertionError):
        targets.guard(b"f")

    def refuse(_body, _kind):
        raise Rejected(500, "tripped")

    monkeypatch.setattr(targets, "parsed", refuse)
    with pytest.raises(AssertionError):
        targets.guard(b"f")
    monkeypatch.setattr(targets, "ALERTS", 0)
    with pytest.raises(AssertionError):
        targets.alerts(b'{"alerts": [{}, {}]}')
