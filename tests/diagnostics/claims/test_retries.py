"""The reason of the last try is the reason of the end."""

import pytest

from diagnostics.claims.catalogue import builtin
from diagnostics.claims.model import ClaimType
from diagnostics.claims.reading import claims_of
from diagnostics.transcript.api import transcribe_text

CERTIFICATE = 'Get "https://login.example/keys": tls: failed to verify certificate: x509: certificate has expired'


def deciding(*lines):
    claims = claims_of(transcribe_text("app", "\n".join(lines), "previous"), builtin())
    return [claim.type for claim in claims if claim.deciding]


@pytest.mark.parametrize("tries", [3, 8])
def test_a_program_that_gives_up_gives_up_for_the_reason_of_its_tries(tries):
    tried = [f"WARN could not fetch the signing keys, trying again: {CERTIFICATE}"] * tries
    assert deciding("INFO starting", *tried, "ERROR giving up on the signing keys") == [ClaimType.CERTIFICATE]


def test_two_tries_are_too_few_to_be_what_it_gave_up_for():
    tried = [f"WARN could not fetch the signing keys, trying again: {CERTIFICATE}"] * 2
    assert deciding("INFO starting", *tried, "ERROR giving up on the signing keys") == []


def test_last_words_about_another_thing_are_not_explained_by_the_tries():
    tried = [f"WARN could not fetch the signing keys, trying again: {CERTIFICATE}"] * 5
    assert deciding(*tried, "ERROR worker pool crashed unexpectedly") == []


def test_work_that_went_on_after_the_tries_parts_them_from_the_end():
    tried = [f"WARN could not fetch the signing keys, trying again: {CERTIFICATE}"] * 5
    work = [f"INFO order {number} is booked" for number in range(9)]
    assert deciding(*tried, *work, "ERROR giving up on the signing keys") == []


def test_last_words_with_a_reason_of_their_own_keep_it():
    tried = [f"WARN could not fetch the signing keys, trying again: {CERTIFICATE}"] * 5
    assert ClaimType.CERTIFICATE not in deciding(*tried, "FATAL cannot bind: listen tcp :8080: address already in use")


def test_what_a_peer_complains_of_is_no_try():
    heard = ["http: TLS handshake error from 10.0.0.7:4411: remote error: tls: unknown certificate authority"] * 5
    assert deciding(*heard, "ERROR TLS handshake worker failed") == []


WAITED = "migration already started, will check again in 5 seconds"


def test_a_bare_time_out_is_of_what_was_waited_for_again_and_again():
    assert deciding("setting up", *[WAITED] * 6, "FATAL setup failed: context deadline exceeded") == [
        ClaimType.HALF_DONE
    ]


def test_a_time_out_that_names_its_host_keeps_it():
    end = "FATAL dial tcp 10.0.0.9:5432: i/o timeout"
    assert deciding("setting up", *[WAITED] * 6, end) == [ClaimType.UNREACHABLE]


def test_a_line_said_twice_is_not_what_was_waited_for():
    assert deciding(*[WAITED] * 2, "FATAL setup failed: context deadline exceeded") == [ClaimType.UNREACHABLE]


REFUSED_TLS = (
    'W1 conn.go:12] failed to connect to {https://store.data.svc:2379}: "authentication handshake failed: x509:'
    ' certificate has expired or is not yet valid". Reconnecting...'
)


@pytest.mark.parametrize("end", ["Error: context deadline exceeded", "FATAL setup: timed out"])
def test_a_bare_time_out_whose_host_only_the_tries_name_has_their_reason(end):
    assert deciding("I1 starting", *[REFUSED_TLS] * 4, end)[0] is ClaimType.CERTIFICATE


def test_tries_of_another_host_are_not_the_reason_of_a_bare_time_out():
    between = ("INFO pool opened", "INFO cache opened", "connecting to ledger.shop.svc:5432")
    told = deciding(*[REFUSED_TLS] * 4, *between, "Error: context deadline exceeded")
    assert ClaimType.UNREACHABLE in told
    assert ClaimType.CERTIFICATE not in told
