"""Did you mean: slips of settings that everybody knows, and no guess where the name may be the program's own."""

from __future__ import annotations

import pytest

from diagnostics.engine import diagnose
from diagnostics.findings.setting_names import PROGRAMS, meant
from tests.support.prepared import prepared
from tests.support.recordings import snapshot_of


@pytest.mark.parametrize(
    ("name", "image", "right"),
    [
        ("proxy_passs", "nginx:1.27", "proxy_pass"),
        ("'proxy_set_heder'", "registry.example.com/edge-nginx:3", "proxy_set_header"),
        ("worker_conections", "openresty/openresty:1", "worker_connections"),
        ("maxmemory-polcy", "redis:7", "maxmemory-policy"),
        ("--apendonly", "valkey/valkey:8", "appendonly"),
        ("shared_bufers", "postgres:17", "shared_buffers"),
        ("max_conections", "timescale/timescaledb:2", "max_connections"),
        # What is right, belongs to another program, is too short to tell, or is near to nothing.
        ("proxy_pass", "nginx:1.27", ""),
        ("proxy_passs", "redis:7", ""),
        ("proxy_passs", "example.com/api:1", ""),
        ("roott", "nginx:1.27", ""),
        ("brotli_static", "nginx:1.27", ""),
        ("more_set_headers", "openresty/openresty:1", ""),
        ("", "nginx:1.27", ""),
    ],
)
def test_a_slip_is_named_for_its_program(name, image, right):
    assert meant(name, image) == right


def test_no_known_name_is_taken_for_a_slip_of_another():
    for stems, names in PROGRAMS.items():
        assert len(set(names)) == len(names)
        assert [name for name in names if meant(name, stems[0])] == []


@pytest.mark.parametrize(
    ("scenario", "said"),
    [("config-nginx-syntax", "Did you mean proxy_pass? "), ("config-redis-flag", "Did you mean maxmemory-policy? ")],
)
def test_the_answer_says_it_first(scenario, said):
    assert diagnose(prepared(snapshot_of(scenario))).remedy.text.startswith(said)
