"""What the exit code says of a shell's sentence: a command's refusal and a file's are worded alike."""

import pytest

from diagnostics.claims import shell_codes
from diagnostics.claims.catalogue import builtin
from diagnostics.claims.model import ClaimType
from diagnostics.claims.reading import claims_of
from diagnostics.transcript.api import transcribe_text

REFUSED = "/srv/boot.sh: line 7: /srv/hooks/run: Permission denied"
ABSENT = "/srv/boot.sh: line 7: migrate: command not found"


def of(line):
    return claims_of(transcribe_text("app", line, "previous"), builtin())


@pytest.mark.parametrize(
    ("code", "kind"),
    [(1, ClaimType.ACCESS_DENIED), (2, ClaimType.ACCESS_DENIED), (126, ClaimType.COMMAND_MISSING)],
)
def test_the_code_tells_a_refused_file_from_a_refused_command(code, kind):
    assert kind in {claim.type for claim in shell_codes.told(of(REFUSED), code)}


@pytest.mark.parametrize(("code", "went_on"), [(1, True), (3, True), (126, False), (127, False), (None, False)])
def test_a_script_that_ended_with_another_code_may_have_gone_on(code, went_on):
    claim = next(claim for claim in of(ABSENT) if claim.type is ClaimType.COMMAND_MISSING)
    assert shell_codes.went_on(claim, code) is went_on
