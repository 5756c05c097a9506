"""Signatures as the Standard Webhooks specification wants them."""

from __future__ import annotations

import base64

import pytest

from bot.network.standard_webhooks import headers, secret_bytes


def test_the_specifications_own_example():
    secret = secret_bytes("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    assert headers([secret], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}') == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_while_a_secret_is_rotated_each_signs():
    one, other = bytes(24), bytes(range(64))
    both = headers([one, other], "evt_1", 1, b"{}")["webhook-signature"]
    assert both.split(" ") == [headers([key], "evt_1", 1, b"{}")["webhook-signature"] for key in (one, other)]


@pytest.mark.parametrize(
    "secret",
    ["", "whsec_", "hunter2-hunter2-hunter2", "whsec_no base64", base64.b64encode(bytes(32)).decode()]
    + [f"whsec_{base64.b64encode(bytes(count)).decode()}" for count in (23, 65)],
)
def test_what_is_no_secret_of_that_form_is_refused_and_not_shown(secret):
    with pytest.raises(ValueError, match="must be whsec_ and 24 to 64 bytes in base64") as refused:
        secret_bytes(secret)
    assert "hunter2" not in str(refused.value)
