"""What is known of a value without the value: how it is written, and which names a text sets."""

from __future__ import annotations

import json

import pytest
from hypothesis import given

from diagnostics import traits
from diagnostics.patterns import encodable
from diagnostics.strip import stripped
from tests.support.odd import TEXT

LEFT = [
    "changeme", "CHANGE_ME", "replace-me", "REPLACE-WITH-YOUR-ENDPOINT:2379", "your-database-host",
    "postgres://your_user:x@h",
    "<redis-host>", "<YOUR_DSN>", "https://<your-domain>/hook", "TODO", "xxxxxxxx", "insert your key",
    "to-be-set", "placeholder",
]  # fmt: skip
REAL = [
    "", "8080", "exchange", "yourself", "a < b", "x", "example.com", "https://shop.example.com", "todo-service",
    "fix-me-up",
    "list<string>", "replacement", "interchange.internal",
]  # fmt: skip


@pytest.mark.parametrize("value", LEFT)
def test_a_placeholder_is_seen(value):
    assert traits.placeholder(value)
    assert "placeholder" in traits.of(value)


@pytest.mark.parametrize("value", REAL)
def test_a_value_of_ones_own_is_none(value):
    assert not traits.placeholder(value)


@pytest.mark.parametrize(
    ("value", "quoted"),
    [
        ('"x"', True),
        ("'{\"a\": 1}'", True),
        ('""', True),
        ('{"a": "b"}', False),
        ("it's", False),
        ('"a" and "b"', False),
    ],
)
def test_quotes_of_the_values_own(value, quoted):
    assert ("quoted" in traits.of(value)) is quoted


FILES = {
    "yaml": ("a:\n  bee: 1\n  - cee: x\n# dee: no\n", ["bee", "cee"]),
    "json": ('{"first": {"second": "v:1"}, "third": [1]}', ["first", "second", "third"]),
    "toml": ("[section]\nlisten_on = ':80'\n", ["section", "listen_on"]),
    "properties": ("bootstrap.servers=kafka:9092\n; not.this=1\n", ["bootstrap.servers"]),
    "addresses": ("http://a:80\nhost:9092\nC:\\x\n", ["host"]),
    "words": ("proxy_pass http://x;\nlisten 80;\n", []),
}


@pytest.mark.parametrize("name", FILES)
def test_the_names_that_a_text_sets(name):
    text, found = FILES[name]
    assert traits.names(text) == found


@pytest.mark.threat("Redaction", "a secret in a ConfigMap's file is taken for the name of a setting")
def test_no_value_of_a_file_is_kept_as_a_name(record_property):
    secrets = [
        "hunter2hunter2",
        "c2VjcmV0cGFzc3dvcmQx",
        "AKIAIOSFODNN7EXAMPLE",
        "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
    ]
    shapes = [
        "password: {}",
        "password={}",
        '{{"password": "{}"}}',
        "{}",
        "- {}",
        "{}=",
        "token: '{}'",
        "{}: x",
        "user:{}",
    ]
    texts = [shape.format(secret) for secret in secrets for shape in shapes]
    kept = [stripped({"kind": "ConfigMap", "data": {"f": text}}, b"salt") for text in texts]
    leaked = [
        text for text, item in zip(texts, kept, strict=True) if any(secret in json.dumps(item) for secret in secrets)
    ]
    assert leaked == []
    record_property("tried", f"{len(texts)} lines of settings with {len(secrets)} secrets")
    record_property("held", "0 kept")


@given(TEXT)
def test_any_text_is_read(raw):
    text = encodable(raw)
    found = traits.names(text)
    assert len(found) == len(set(found)) <= traits.NAMES
    assert all(name in text for name in found)
    assert traits.of(text) == traits.of(text)


def test_doing_it_twice_keeps_what_is_known_of_a_file():
    once = stripped({"kind": "ConfigMap", "data": {"a.yaml": "limits:\n  retention: 3d\n", "b": "changeme"}}, b"salt")
    assert once["facts"] == {"a.yaml": {"names": ["limits", "retention"]}, "b": {"traits": ["placeholder"]}}
    assert stripped(once, b"other") == once
