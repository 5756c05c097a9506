"""What a pod on its way up is busy with: its newest words, not its worst."""

from diagnostics.causes import starting
from diagnostics.claims.case_builder import case_of
from diagnostics.claims.catalogue import builtin
from diagnostics.examples import Example, ago, running


def test_the_newest_words_are_quoted():
    young = Example(
        title="",
        hit=True,
        container={"startupProbe": {"tcpSocket": {"port": 80}, "periodSeconds": 10, "failureThreshold": 30}},
        pod={"metadata": {"creationTimestamp": ago(130)}},
        status={"ready": False, "started": False, "restartCount": 0, "state": running(120)},
        log="ERROR optional kernel not found, it will be slower\nINFO copying weights\nINFO waiting for worker 3\n",
    )
    found = starting.check(case_of(young.snapshot(), builtin()))
    assert [item.quote for item in found.evidence if item.source == "log"] == ["INFO waiting for worker 3"]
