"""Secrets go, everything else stays."""

from __future__ import annotations

import json
import string
import time
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnostics.privacy.chosen import chosen_words
from diagnostics.redact import REDACTED, redact_arguments, redact_lines, redact_text, redacted
from diagnostics.snapshot import Log, LogLine, Snapshot, Unread
from tests.diagnostics.redaction import Case, forms, harmless, secrets
from tests.support.heavy import HOSTILE
from tests.support.odd import TEXT
from tests.support.recordings import SCENARIOS, snapshot_of


def _after(case: Case) -> tuple[str, ...]:
    return tuple(line.text for line in redact_lines(LogLine("", text) for text in case.lines))


def _leaks(cases: list[Case]) -> list[str]:
    kept = [(case, "⏎".join(_after(case))) for case in cases]
    return [text for case, text in kept if any(secret in text for secret in case.secrets)]


@pytest.mark.threat("Redaction", "a secret in a log line, in a shape that the redactor knows")
def test_no_secret_of_the_corpus_stays(record_property):
    cases = [case for case in secrets() if not case.held]
    record_property("tried", f"{len(cases)} lines in {len({case.shape for case in cases})} shapes")
    leaks = _leaks(cases)
    record_property("held", f"{len(cases) - len(leaks)} hold no secret any more")
    assert leaks == []


@pytest.mark.threat("Redaction", "a secret in a log line, in a shape that the redactor was never tuned on")
def test_secrets_in_shapes_never_tuned_on_are_gone(record_property):
    """The honest figure: 346 of 355 at first sight, in November 2026. What is missed is not tuned away."""
    cases = [case for case in secrets() if case.held]
    missed = _leaks(cases)
    record_property("tried", f"{len(cases)} lines in {len({case.shape for case in cases})} shapes")
    record_property("held", f"{len(cases) - len(missed)} hold no secret any more")
    assert len(missed) <= 0.03 * len(cases)


@pytest.mark.threat("Redaction", "a harmless line is changed, and with it the diagnosis")
def test_no_harmless_line_of_the_corpus_is_changed(record_property):
    changed = [(case.lines, after) for case in harmless() if (after := _after(case)) != case.lines]
    record_property("tried", f"{len(harmless())} lines that could mislead")
    record_property("held", f"{len(changed)} changed")
    assert changed == []


def test_the_corpus_is_as_large_as_it_claims():
    assert len(secrets()) >= 300
    assert len({case.shape for case in secrets()}) >= 100
    assert len(harmless()) >= 500
    assert all(case.secrets and all(case.secrets) for case in secrets())
    assert len({case.shape for case in secrets() if case.held}) >= 30


def test_redacting_the_corpus_twice_is_redacting_it_once(each):
    def check(case):
        once = _after(case)
        assert _after(case._replace(lines=once)) == once

    each(secrets(), check, lambda case: f"{case.shape}: {case.lines}")


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_no_recorded_log_line_or_message_is_changed(scenario):
    snapshot = snapshot_of(scenario)
    assert redacted(snapshot).logs == snapshot.logs
    assert redacted(snapshot).objects.get("Event") == snapshot.objects.get("Event")


@given(TEXT)
@settings(max_examples=100, deadline=None)
def test_any_text_can_be_redacted_and_twice_is_once(text):
    once = redact_text(text)
    assert redact_text(once) == once


PIECES = st.sampled_from(
    [
        *(
            "password",
            "token=",
            "secret: ",
            '"',
            "'",
            "\\",
            "[redacted]",
            "[",
            "]",
            "=",
            ":",
            " ",
            "hunter2",
            "api_key",
        ),
        *(
            "://",
            "@",
            "Bearer ",
            "Cookie: ",
            "Authorization: ",
            "eyJhbGciOi.",
            "-----BEGIN PRIVATE KEY-----",
            "\n",
            "{",
        ),
        *("-----END PRIVATE KEY-----", "--password ", "name", "value", ",", ";", "input_value=", "postgres://u:", "=>"),
    ]
)


@given(st.lists(PIECES, max_size=14).map("".join))
@settings(max_examples=500, deadline=None)
def test_text_made_of_the_patterns_own_pieces_settles_at_once(text):
    once = redact_text(text)
    assert redact_text(once) == once


@given(st.text(string.ascii_letters + string.digits + "!#%*+-.^_~", min_size=8, max_size=40))
@settings(max_examples=100, deadline=None)
def test_a_password_goes_whatever_it_is(password):
    kept = redact_text(f"DB_PASSWORD='{password}Q7' PORT=80")
    assert password + "Q7" not in kept
    assert kept.endswith(" PORT=80")


def test_a_hostile_line_takes_no_time_worth_noting():
    line = "password=" * 8000 + "a:b@" * 4000
    assert redact_text(redact_text(line)) == redact_text(line)


def test_private_keys_go_over_many_lines():
    body = ["MIIEvQIBADANBgkqhkiG9w0BAQEFAASC", "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0"]
    lines = ["loading key", "-----BEGIN RSA PRIVATE KEY-----", *body, "-----END RSA PRIVATE KEY-----", "done"]
    kept = [line.text for line in redact_lines(LogLine("", text) for text in lines)]
    assert kept[0] == "loading key"
    assert kept[-1] == "done"
    assert not any(part in "\n".join(kept) for part in body)
    assert body[0] not in redact_text("\n".join(lines))


def test_a_key_cut_off_at_the_end_of_the_log_goes_too():
    lines = [LogLine("", "-----BEGIN PRIVATE KEY-----"), LogLine("", "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC")]
    assert "MIIE" not in json.dumps([line.text for line in redact_lines(lines)])


def test_a_key_whose_beginning_was_cut_off_goes_too():
    body = ["c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0", "MTIzNDU2Nzg5MGFiY2RlZmdoaWprbG1u"]
    lines = ["app started", *body, "-----END PRIVATE KEY-----", "listening on 80"]
    kept = redact_text("\n".join(lines)).split("\n")
    assert kept == ["app started", REDACTED, REDACTED, "-----END PRIVATE KEY-----", "listening on 80"]


def test_a_key_without_a_first_line_ends_where_its_body_does():
    lines = [
        "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC",
        "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0",
        "listening on port 80",
        "ready 8c5cb75b",
    ]
    kept = redact_text("\n".join(lines)).split("\n")
    assert kept == [REDACTED, REDACTED, "listening on port 80", "ready 8c5cb75b"]


@pytest.mark.parametrize("opener", ["chpasswd:", "db_password = {", '1) "AUTH"', '  "kty": "EC",', 'expect "assword:"'])
def test_what_a_line_opens_is_bounded(opener):
    later = [f"step {number} done" for number in range(60)]
    lines = [opener, *later, "eve:Qw3rty-77", 'value = "Qw3rty-77"', '2) "Qw3rty-77"', 'send "Qw3rty-77"']
    assert redact_text("\n".join(lines)).split("\n")[1:] == lines[1:]


def test_arguments_go_where_flag_and_value_are_apart():
    assert redact_arguments(["--password", "hunter2", "--port", "80", "--api-key=hunter2", "-v"]) == [
        *("--password", REDACTED, "--port", "80", f"--api-key={REDACTED}", "-v")
    ]


def test_a_snapshot_is_redacted_wherever_programs_speak():
    snapshot = snapshot_of("healthy")
    pod = {
        "metadata": {"name": "x", "annotations": {"vault.example/token": "hunter2", "note": "password=hunter2"}},
        "spec": {"containers": [{"name": "a", "command": ["sh", "-c", "run --token hunter2"], "args": ["pw=hunter2"]}]},
        "status": {"containerStatuses": [{"state": {"terminated": {"message": "bad password=hunter2"}}}]},
    }
    event = {"message": 'login with "password":"hunter2" failed'}
    kept = redacted(replace(snapshot, objects={"Pod": (pod,), "Event": (event,)}))
    assert "hunter2" not in kept.to_json()
    assert redacted(kept) == kept


@pytest.mark.threat("Redaction", "a secret in a log, a message or a command reaches a saved snapshot or the database")
def test_no_secret_of_the_corpus_is_in_a_saved_snapshot(record_property):
    """What ``--save`` writes, and what diagnoses in Slack and the database are made of."""
    cases = [case for case in secrets() if not case.held]
    logs = [
        Log(namespace="a", pod="p", container=str(number), instance="current", lines=tuple(map(_line, case.lines)))
        for number, case in enumerate(cases)
    ]
    said = ["\n".join(case.lines) for case in cases]
    objects = {
        "Event": tuple({"message": text, "note": text} for text in said),
        "Pod": tuple({"spec": {"containers": [{"args": [text]}]}, "status": {"reason": text}} for text in said),
    }
    unread = tuple(Unread(what="Service a/b", why=text) for text in said)
    whole = replace(snapshot_of("healthy"), logs=tuple(logs), objects=objects, unread=unread)
    kept = Snapshot.from_json(redacted(whole).to_json())
    places = zip(cases, kept.logs, kept.objects["Event"], kept.objects["Pod"], kept.unread, strict=True)
    leaks = [(case, place) for case, *found in places for place in found if _holds(place, case)]
    record_property("tried", f"{len(cases)} cases, each in a log, an event, arguments and a state, an error of a read")
    record_property("held", f"{len(leaks)} secrets left")
    assert leaks == []


def _line(text: str) -> LogLine:
    return LogLine("", text)


def _holds(place: object, case: Case) -> bool:
    text = "\n".join(line.text for line in place.lines) if isinstance(place, Log) else str(place)
    return any(secret in text for secret in case.secrets)


@given(TEXT, TEXT)
@settings(max_examples=60, deadline=None)
def test_any_object_can_be_redacted(name, text):
    pod = {"metadata": {"annotations": {name: text, "x/token": text}}, "args": [text, "-u", text], "message": text}
    kept = redacted(replace(snapshot_of("healthy"), objects={"Pod": (pod,)}))
    assert redacted(kept) == kept


@pytest.mark.parametrize(
    "unit", ["password=s3cretX,", "token: s3cretX ", "k=v password=s3cretX,", "https://u:s3cretX@h/ "]
)
def test_more_secrets_than_any_program_prints_hide_the_rest_of_the_line(unit):
    once = redact_text(unit * 5000 + "the end")
    assert "s3cretX" not in once
    assert once.endswith("[redacted]")
    assert redact_text(once) == once


@pytest.mark.parametrize("length", [255, 256, 257, 5000])
@pytest.mark.parametrize(
    "form", ["password={}", "password={} and more", "password='{}' x", 'msg="password={}"', "input_value={}"]
)
def test_a_secret_of_any_length_goes_whole(form, length):
    assert "aaaa" not in redact_text(form.format("a1" * 4 + "a" * length))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("input_value={}", "input_value={}"),
        ("input_value={'a': 'b'}, input_type=dict", "input_value={'a': 'b'}, input_type=dict"),
        ("input_value={'a': 'Xk7-pq11'}, input_type=dict", "input_value=[redacted], input_type=dict"),
        ("input_value=[1, 2], x", "input_value=[redacted], x"),
        ("input_value='open, input_type=str", "input_value=[redacted], input_type=str"),
        ("input_value=[input_value={input_value=7]", "input_value=[redacted]"),
        ("my_input_value=7 input_value=", "my_input_value=7 input_value="),
    ],
)
def test_what_pydantic_refused(text, wanted):
    assert redact_text(text) == wanted


NAMES = (
    "password",
    "DB_PASSWORD",
    "dbPassword",
    "api_key",
    "X-Api-Key",
    "client.secret",
    "authToken",
    "smtp-pass",
    "MYSQL_PWD",
)
CARRIERS = (
    *(
        "{n}={v}",
        "{n} = {v}",
        "{n}: {v}",
        '{n}="{v}"',
        "{n}='{v}'",
        '{n}: "{v}"',
        "{n} => {v}",
        "{n}:={v}",
        "{n} -> {v}",
    ),
    *(
        '{{"{n}":"{v}","a":1}}',
        '{{\\"{n}\\":\\"{v}\\"}}',
        "{{'{n}': '{v}'}}",
        "{{'{n}': b'{v}'}}",
        'Some {{ {n}: Some("{v}") }}',
    ),
    *(
        "--{n} {v}",
        "--{n}={v}",
        '"--{n}","{v}"',
        "['--{n}', '{v}']",
        '{{{n},"{v}"}}',
        '{{{n},<<"{v}">>}}',
        "{{:{n}=>'{v}'}}",
    ),
    *("<{n}>{v}</{n}>", '<a {n}="{v}"/>', '<p name="{n}" value="{v}"/>', '<p name="{n}">{v}</p>', "a:1;{n}={v};b=2"),
    *(
        '{{"name":"{n}","value":"{v}"}}',
        "- name: {n}\n  value: {v}",
        '"{n}":\n  "{v}"',
        "- --{n}\n- {v}",
        "<{n}>\n{v}\n</{n}>",
    ),
    *(
        "map[{n}:{v} b:c]",
        "f(user=a, {n}={v})",
        "https://h/p?a=b&{n}={v}&c=d",
        "[{n}] => {v}",
        "['{n}'] = '{v}';",
        "x{n}%22%3A%22{v}%22",
    ),
    *("env: [A=b {n}={v} C=d]", "| {n} | {v} |", "{n}.........{v}", "the {n} is '{v}'", 'set("{n}", "{v}")'),
)
VALUES = st.from_regex(r"[A-Z][a-z]{3}[0-9]{2}[A-Za-z0-9!*+^~_-]{2,20}[a-z0-9]", fullmatch=True)


@pytest.mark.threat("Redaction", "a secret under any name, in any syntax, with any value")
@given(
    name=st.sampled_from(NAMES),
    carrier=st.sampled_from(CARRIERS),
    value=VALUES,
    before=st.sampled_from(["", "INFO  ", "app-1  | ", "2026-11-22T10:00:00Z "]),
)
@settings(max_examples=1500, deadline=None)
def test_a_secret_goes_in_every_syntax_and_under_every_name(name, carrier, value, before):
    text = "\n".join(before + line for line in carrier.format(n=name, v=value).split("\n"))
    kept = redact_text(text)
    assert value not in kept
    assert redact_text(kept) == kept


MANY_NAMES = (
    *("password", "DB_PASSWORD", "dbPassword", "passwd", "PGPASSWORD", "MYSQL_PWD", "pwd", "user_pass", "smtp-pass"),
    *("passphrase", "secret", "clientSecret", "client_secret", "SECRET_KEY", "token", "API_TOKEN", "accessToken"),
    *("x-auth-token", "api_key", "apiKey", "X-Api-Key", "access_key", "secretAccessKey", "private_key", "signing.key"),
    *("bind_pw", "psk", "AWS_SECRET_ACCESS_KEY", "jwtSecret", "session_secret", "refresh-token", "encryptionKey"),
    *("spring.datasource.password", "redis.auth.password", "Password", "admin_password", "webhookSecret"),
)
ALPHABETS = st.one_of(
    VALUES,
    st.from_regex(r"[a-f]{2}[0-9a-f]{26}[0-9]{2}[a-f]{2}", fullmatch=True),
    st.from_regex(r"[0-9a-f]{7}[a-f]-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{11}[0-9]", fullmatch=True),
    st.from_regex(r"[A-Z][a-z]{2}[0-9][A-Za-z0-9+/]{30}[a-z][A-Z][0-9]={1,2}", fullmatch=True),
    st.from_regex(r"[a-z]{3}[0-9][a-z]{3}[-_.][A-Z][a-z]{3}[0-9]{1,2}", fullmatch=True),
)
STAMPS = st.sampled_from(["", "INFO  ", "app-1  | ", "2026-11-22T10:00:00Z ", "[main] ", "\x1b[32mINFO\x1b[0m "])


def _formed(form: str, name: str, value: str, before: str = "") -> str:
    written = form.replace("$NAME", name).replace("$VALUE", value)
    return "\n".join(before + line for line in written.split("⏎"))


@pytest.mark.threat("Redaction", "a secret under any name, however a program, a format or a sentence gives the value")
@given(form=st.sampled_from(forms()), name=st.sampled_from(MANY_NAMES), value=ALPHABETS, before=STAMPS)
@settings(max_examples=1000, deadline=None)
def test_a_secret_goes_in_every_form(form, name, value, before):
    kept = redact_text(_formed(form, name, value, before))
    assert value not in kept
    assert redact_text(kept) == kept


@given(
    form=st.sampled_from(forms()),
    name=st.sampled_from(MANY_NAMES),
    value=st.sampled_from(["$(DB_PASSWORD)", "${DB_PASSWORD}", "********", REDACTED, "/run/secrets/db-password"]),
    before=STAMPS,
)
@settings(max_examples=500, deadline=None)
def test_a_reference_a_mask_and_a_file_stay_in_every_form(form, name, value, before):
    text = _formed(form, name, value, before)
    assert redact_text(text) == redact_text(text.replace("\x1b[32m", "").replace("\x1b[0m", ""))
    assert value in redact_text(text)


@given(
    carrier=st.sampled_from(CARRIERS),
    colour=st.sampled_from(["\x1b[1m", "\x1b[0m", "\x1b[38;5;9m", "\x00", "\u200b"]),
    data=st.data(),
)
@settings(max_examples=500, deadline=None)
def test_colours_and_hidden_signs_split_no_secret(carrier, colour, data):
    plain = carrier.format(n="db_password", v="Qwer77zzz")
    at = data.draw(st.integers(0, len(plain)))
    kept = redact_text(plain[:at] + colour + plain[at:])
    assert "Qwer77zzz" not in kept
    assert kept == redact_text(plain)


WORDS = """
    the user pod of to connection refused auth-service token-cache /etc/tls/tls.key 10.0.0.1:5432 v1.2.3 error: retry
    timeout=30s count=3 level=info path=/v1/tokens sha256:9f86d081884c7d65 config.go:42 namespace=default
    reason=OOMKilled secret=default/web-tls author=jane passed=3 tokens=512 max_tokens=64
    trace_id=4bf92f3577b34da6a3ce929d0e0e4736
    $(DB_PASSWORD) ${TOKEN} password='' PASS: key=user:42 ExpiredToken: not found
"""


@given(st.lists(st.sampled_from(WORDS.split()), max_size=16).map(" ".join))
@settings(max_examples=500, deadline=None)
def test_lines_of_harmless_words_stay(line):
    assert redact_text(line) == line


@pytest.mark.threat("Size", "a line of 64 KiB made to be slow to redact")
def test_no_line_of_64_kib_takes_long(record_property):
    """CPU time, thrice the aim of 50 ms at most: a machine under load measures more."""
    taken = {unit: _cpu_ms((unit * (65536 // len(unit) + 1))[:65536]) for unit in (*HOSTILE, *PIECES_OF_PATTERNS)}
    worst = max(taken, key=lambda unit: taken[unit])
    record_property("tried", f"{len(taken)} lines of 64 KiB")
    record_property(
        "held", f"{taken[worst]:.0f} ms at most ({worst!r}), {sorted(taken.values())[len(taken) // 2]:.0f} ms median"
    )
    assert taken[worst] < 150


PIECES_OF_PATTERNS = (
    *(
        "<password>",
        "--password ",
        "password is ",
        "name: DB_PASSWORD value: ",
        '"a","password",',
        "Authorization: ",
        "Bearer ",
    ),
    *(
        "AUTH ",
        "password='",
        "eyJ",
        "AKIA",
        "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo ",
        "insert into t (password) values ('a'),",
        "mysql -p",
    ),
    *(
        "curl -u a:b ",
        "a@b:",
        "$6$",
        "x:y@h:1 ",
        "secret:",
        "the token is was to ",
        "passpass",
        'password=\\"',
        "[password",
        "{password,",
    ),
    *(
        "&sig=",
        "/hooks/",
        "-----BEGIN PRIVATE KEY-----",
        "identified by ",
        "password=é ",
        "login ",
        " -a ",
        "redis-cli ",
        "cookie: a=",
        "é",
        "password (value ",
        "token got ",
        "value=x1 name=DB_PASSWORD ",
        "connect('a','b',",
        "password=os.a(",
        "toString(password)=",
        "'h.i','u','v',",
        "A(b,c,",
        "{a b true ",
        "community x1y2z3 ",
        "sign in as a using ",
        "chpasswd root:x1y2z3 ",
        "MIIabcIBAAaaaaaaaaaaaaaaaaaaaaaa\\n",
        *("Ab3dEfGh1jKlMnOpQrStUv=", "-t Ab3dEfGh1jKlMnOpQrStUv ", "phrase: lens custom ", "password: \\nx1y2z3\\n"),
        *("00 61 62 63 ", "plain a\\x00b\\x00c1d2e3f4 ", "└ ", "u=a p=b1c2d3e4 ", "secret set a --body b1c2d3e4 "),
        *("password on in at 1 ", "setup key: x5ow aqye 42x6 ", "key = 'a1b' "),
        "-----END PRIVATE KEY-----",
        '"kty" "d":"aaaaaaaaaaaaaaaaaaaaaaaa",',
    ),
)


def _cpu_ms(text: str) -> float:
    redact_text(text)
    begin = time.process_time()
    redact_text(text)
    return (time.process_time() - begin) * 1000


@pytest.mark.threat("Redaction", "a secret that one line names stands unnamed in other lines of the log")
@given(value=VALUES, before=st.integers(0, 3), after=st.integers(0, 3))
@settings(max_examples=200, deadline=None)
def test_what_one_line_gave_away_is_hidden_in_the_whole_log(value, before, after):
    lines = [f"sent {value}, no answer"] * before + [f"DB_PASSWORD={value}"] + [f"<{value}> again"] * after
    once = redact_text("\n".join(lines))
    assert value not in once
    assert redact_text(once) == once


def test_a_name_that_one_line_hid_stays_elsewhere():
    kept = redact_text("auth=web-7d9f8c6b5-x2x4z password=shop\npod web-7d9f8c6b5-x2x4z of shop")
    assert kept.endswith("\npod web-7d9f8c6b5-x2x4z of shop")


SIGNS = st.sampled_from("!^~")


@given(st.from_regex(r"[A-Z][a-z]{3,9}[0-9]", fullmatch=True), SIGNS, st.from_regex(r"[A-Z][a-z]{4,9}", fullmatch=True))
@settings(max_examples=200, deadline=None)
def test_a_chosen_word_goes_wherever_it_stands(before, sign, after):
    word = f"{before}{sign}{after}"
    for line in (f"trying {word} next", f'"{word}"', f"row 3: {word}", f"f({word}, 2)"):
        assert redact_text(line) == line.replace(word, REDACTED)


@given(st.from_regex(r"[a-z][a-z0-9.\-]{7,20}", fullmatch=True), st.from_regex(r"[a-z]{1,8}[0-9]", fullmatch=True))
@settings(max_examples=200, deadline=None)
def test_signs_of_addresses_and_queries_tell_nothing(path, name):
    for line in (f"GET /{path}?{name}=1&{name}b=2", f"open ./{path}/{name}~1", f"see {path}.html/{name}#{name}"):
        assert chosen_words(line) == line
