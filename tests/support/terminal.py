"""A person at a terminal, before whom a command runs."""

from __future__ import annotations

import contextlib
import os
import pty
import select
import signal
import subprocess
import time

WITHIN_S = 60


class Terminal:
    """Reads what a command shows, and types. The command has this environment and no other."""

    def __init__(self, folder, environment, *command):
        self.fd, theirs = pty.openpty()
        self.process = subprocess.Popen(
            command, cwd=folder, env=environment, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
        )
        os.close(theirs)
        self.seen = ""

    def until(self, words):
        """Return what was shown since the last time, up to these words."""
        end = time.monotonic() + WITHIN_S
        while words not in self.seen:
            ready, _, _ = select.select([self.fd], [], [], max(end - time.monotonic(), 0))
            assert ready, f"never saw {words!r} in {self.seen!r}"
            more = self._read()
            assert more, f"it ended before {words!r}: {self.seen!r}"
            self.seen += more
        shown, _, self.seen = self.seen.partition(words)
        return shown

    def answer(self, words, text):
        shown = self.until(words)
        os.write(self.fd, f"{text}\n".encode())
        return shown

    def interrupt(self):
        """Press Ctrl-C, and again where nothing came of it: just before a read begins, Python notes it and reads on."""
        while self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(5)

    def end(self):
        """Return the exit code and the rest of what was shown."""
        while more := self._read():
            self.seen += more
        os.close(self.fd)
        return self.process.wait(WITHIN_S), self.seen.replace("\r\n", "\n")

    def _read(self):
        try:
            return os.read(self.fd, 65536).decode()
        except OSError:  # Linux says EIO when the other side has closed
            return ""
