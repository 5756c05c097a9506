"""Names as their line has them: no path without its beginning, and no value that was cut short as a name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnostics.claims.whole_names import whole


@pytest.mark.parametrize(
    ("caught", "line", "path"),
    [
        ("/rails", "start: line 3: bin/rails: No such file or directory", "bin/rails"),
        ("/app.yaml", "open conf/app.yaml: no such file or directory", "conf/app.yaml"),
        ("/etc/app.yaml", "open /etc/app.yaml: no such file or directory", "/etc/app.yaml"),
        ("/api", "Get http://orders/api: connection refused", "/api"),
        ("/run.sh", "exec ${HOME}/run.sh: permission denied", "/run.sh"),
        ("/data", "cannot open disk/data; /data is missing", "/data"),
    ],
)
def test_a_path_begins_where_its_word_does(caught, line, path):
    assert whole({"path": caught}, line) == {"path": path}


@pytest.mark.parametrize("value", ["/etc/pr...", "postgres://db.pro…", "`/etc/pr...`"])
@pytest.mark.parametrize("name", ["key2", "setting", "path"])
def test_what_was_cut_short_names_nothing(name, value):
    assert whole({name: value, "host": "db"}, f"cannot unmarshal {value} into Config of db") == {"host": "db"}


def test_the_end_of_a_number_is_no_setting():
    assert whole({"key": "iB"}, "so 256.00MiB are required") == {}
    assert whole({"key": "iB"}, "256.00MiB for iB") == {"key": "iB"}


@given(st.dictionaries(st.sampled_from(["path", "key", "file2", "host"]), st.text(), max_size=4), st.text())
def test_no_text_breaks_it_and_nothing_is_made_up(names, text):
    for name, value in whole(names, text).items():
        assert value.endswith(names[name])
        assert value == names[name] or value in text
