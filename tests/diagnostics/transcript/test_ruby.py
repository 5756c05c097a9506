"""Ruby's ways to end: with its trace behind, before or around the exception, with more lines than one, and without."""

import pytest

from tests.diagnostics.transcript.said import said

RAILS = """rails aborted!
ActiveRecord::ConnectionNotEstablished: connection to server at "10.0.0.5", port 5432 failed: Connection refused
\tIs the server running on that host and accepting TCP/IP connections?
/app/config/environment.rb:5:in `<main>'

Caused by:
PG::ConnectionBad: connection to server at "10.0.0.5", port 5432 failed: Connection refused
/usr/local/bundle/gems/pg-1.5.4/lib/pg/connection.rb:828:in `connect_to_hosts'
Tasks: TOP => db:migrate => db:load_config
(See full trace by running task with --trace)"""
BUNDLER = """bundler: failed to load command: puma (/usr/local/bundle/bin/puma)
/gems/bundler-2.4.1/lib/bundler/definition.rb:508:in `materialize': Could not find pg-1.5.4 in locally installed gems \
(Bundler::GemNotFound)
\tfrom /gems/bundler-2.4.1/lib/bundler/definition.rb:190:in `specs'"""
ABOVE = """LoadError: cannot load such file -- pg
/app/db.rb:1:in `require'
/app/main.rb:2:in `<main>'"""
ABOVE_A_GAP = """KeyError: key not found: "REGION"

/app/db.rb:1:in `fetch'
/app/main.rb:2:in `<main>'"""
UNTYPED_ABOVE = """! Unable to start: the region is not set
/app/db.rb:1:in `fetch'
/app/main.rb:2:in `<main>'"""
TWO_LINES = """/usr/lib/ruby/bundler/resolver.rb:332:in `raise_not_found!': Could not find gem 'rails (= 7.0.1)' in the
https://rubygems.org/ or installed locally. (Bundler::GemNotFound)
\tfrom /app/bin/rails:4:in `<main>'"""
HIGHLIGHTED = """/app/main.rb:7:in `<main>': undefined method `strat' for an instance of Server (NoMethodError)

Server.new.strat
          ^^^^^^
Did you mean?  start"""
UNTYPED = """/app/main.rb:7:in `abort': cannot go on without REGION
\tfrom /app/main.rb:9:in `<main>'"""
QUOTED = """/app/boot.rb:4:in 'Hash#fetch': key not found: "REGION" (KeyError)
\tfrom /app/boot.rb:4:in '<main>'"""


@pytest.mark.parametrize("before", ["", "=> Booting Puma\n"])
@pytest.mark.parametrize(
    ("text", "chain", "message", "frames"),
    [
        (RAILS, ["ActiveRecord::ConnectionNotEstablished", "PG::ConnectionBad"], "10.0.0.5", 2),
        (BUNDLER, ["Bundler::GemNotFound"], "Could not find pg-1.5.4 in locally installed gems", 2),
        (ABOVE, ["LoadError"], "cannot load such file -- pg", 2),
        (ABOVE_A_GAP, ["KeyError"], 'key not found: "REGION"', 2),
        (UNTYPED_ABOVE, [""], "the region is not set", 2),
        (TWO_LINES, ["Bundler::GemNotFound"], "Could not find gem 'rails (= 7.0.1)'", 2),
        (HIGHLIGHTED, ["NoMethodError"], "undefined method `strat'", 1),
        (UNTYPED, [""], "cannot go on without REGION", 2),
        (UNTYPED.partition("\n")[0], [""], "cannot go on without REGION", 1),
        (QUOTED, ["KeyError"], 'key not found: "REGION"', 2),
    ],
)
def test_the_exceptions_of_a_trace(before, text, chain, message, frames):
    transcript = said(before + text)
    (crash,) = transcript.crashes
    assert crash.language == "ruby"
    assert [one.type for one in crash.chain] == chain
    assert message in crash.root.message
    assert len(crash.frames) == frames
    assert crash.uncaught
    assert transcript.deciding == crash.root.line


@pytest.mark.parametrize("after", ["2026-11-28 10:00:00 INFO shutting down", "\n\n\n\nPuma was stopped", "bye"])
def test_what_is_printed_after_a_trace_is_no_part_of_it(after):
    (crash,) = said(f"{QUOTED}\n{after}").crashes
    assert [one.type for one in crash.chain] == ["KeyError"]
    assert crash.end == 2


def test_frames_without_anything_above_are_no_crash():
    assert said("/app/db.rb:1:in `fetch'\n/app/main.rb:2:in `<main>'").crashes == ()


def test_a_gap_that_is_too_long_parts_a_trace_from_what_stands_above():
    assert said('KeyError: key not found: "REGION"\n\n\n\n\n/app/db.rb:1:in `fetch\'').crashes == ()
