"""The folder is written whole or not at all, and nothing that differs is lost."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from bot.installation import folder as on_disk
from bot.installation.folder import FolderError, Outcome, content, differing, write

FILES = {"a.yaml": "one\n", "b.yaml": "two\n"}


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_what_is_replaced_is_kept_beside(tmp_path):
    here = tmp_path / "here"
    assert set(write(here, FILES).values()) == {Outcome.WRITTEN}
    assert set(write(here, FILES).values()) == {Outcome.UNCHANGED}
    more = FILES | {"b.yaml": "three\n", "c.yaml": "four\n"}
    assert differing(here, more) == ["b.yaml"]
    assert write(here, more) == {"a.yaml": "unchanged", "b.yaml": "replaced", "c.yaml": "written"}
    assert names(here) == ["a.yaml", "b.yaml", "b.yaml.before", "c.yaml"]
    assert (content(here, "b.yaml"), content(here, "b.yaml.before")) == ("three\n", "two\n")
    assert names(tmp_path) == ["here"]


@pytest.mark.parametrize("fault", [KeyboardInterrupt(), OSError(28, "No space left on device")])
@pytest.mark.parametrize("there", [False, True])
def test_what_breaks_off_leaves_everything_as_it_was(tmp_path, monkeypatch, fault, there):
    here = tmp_path / "here"
    if there:
        write(here, {"a.yaml": "before\n"})
    whole = Path.write_text

    def breaks_off(path, text, **more):
        if path.name == "b.yaml":
            raise fault
        return whole(path, text, **more)

    monkeypatch.setattr(Path, "write_text", breaks_off)
    with pytest.raises((KeyboardInterrupt, FolderError)) as raised:
        write(here, FILES)
    if isinstance(fault, OSError):
        assert str(raised.value) == f"{here} cannot be written: No space left on device"
    assert names(tmp_path) == (["here"] if there else [])
    if there:
        assert (names(here), content(here, "a.yaml")) == (["a.yaml"], "before\n")


@pytest.mark.usefixtures("interruptible")
def test_an_interrupt_between_two_files_waits_until_both_are_there(tmp_path, monkeypatch):
    move = on_disk._move

    def interrupted(*given):
        os.kill(os.getpid(), signal.SIGINT)
        move(*given)

    monkeypatch.setattr(on_disk, "_move", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write(tmp_path / "here", FILES)
    assert names(tmp_path / "here") == sorted(FILES)
    assert names(tmp_path) == ["here"]


def test_where_nothing_can_be_written_it_is_said(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(FolderError, match=r"file is there and is no folder"):
        write(tmp_path / "file", FILES)
    with pytest.raises(FolderError, match=r"nowhere is no folder"):
        write(tmp_path / "nowhere" / "here", FILES)
    (tmp_path / "here" / "a.yaml").mkdir(parents=True)
    with pytest.raises(FolderError, match=r"a\.yaml cannot be read \(IsADirectoryError\)"):
        differing(tmp_path / "here", FILES)
