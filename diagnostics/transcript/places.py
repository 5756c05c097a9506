"""The place of a crash in the program's own code: the first stack frame that is not the language's or a library's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics.patterns import compiled
from diagnostics.transcript.crashes import grammar

if TYPE_CHECKING:
    from collections.abc import Sequence

BELOW: Final = 80
"""Lines below the words in which a frame may stand: Go, Java and Rust print the stack after them."""

ABOVE: Final = 60
"""Lines above them: Python prints the stack first, the innermost frame last."""

_SOURCE: Final = compiled(r"^/?[\w@.+-]+(?:/[\w@.+-]+)*\.(?:rs|go|c|cc|cpp|cxx|h|hpp|swift|zig|java|kt|scala|hs):\d+")
"""A place in source code that is compiled, so that the image need not hold the file."""
_FRAME: Final = compiled(
    r"^\s+at \S|^\s+File \"|^(?:\t| {4,8})\S+\.\w{1,5}:\d+|^\t\S+:\d+|^\s+from \S+:\d+|^\s+\d+: \S+::"
    r"|^\s+\(\S+ [\d.]+\) |^\s+at \S+:\d+(?::\d+)?$"
    r"|^#\d+ \S+\(\d+\)|^#\d+ .+:\d+"
    r"|^/?\S.{0,120}\(\w+\+0x[0-9a-f]+\) ?\[0x[0-9a-f]+\]"
)
_SIGHTED: Final = compiled(r"[\w$>)-]+\.\w{1,5}(?::|\", line |\()\d+|\.\w{1,5}:line \d+")
"""A file and a line."""

_FOREIGN: Final = compiled(
    r"/usr/(?:local/)?(?:go|lib)/|/go/pkg/mod/|/vendor/|\bruntime/|site-packages|dist-packages|/lib/python|<frozen "
    r"|node_modules|node:internal|\(node:|\bat node:|internal/(?:modules"
    r"|process)|/rustc/|/\.cargo/|library/(?:std|core|alloc)/"
    r"|/gems/|/ruby/\d|^\s+at (?:java|javax|jdk|sun|com\.sun|com\.oracle\.(?:svm|graal|truffle)|org\.graalvm"
    r"|io\.quarkus|io\.smallrye|scala|kotlin|org\.springframework|org\.apache|io\.netty"
    r"|org\.eclipse|org\.hibernate|com\.zaxxer|System|Microsoft)\."
    r"|^\s+at (?:com\.oracle|org\.graalvm|jakarta|io\.quarkus|io\.micronaut|io\.helidon|io\.smallrye|io\.vertx"
    r"|io\.undertow"
    r"|io\.ktor|kotlinx|reactor)\.|File \"/(?:[\w.-]+/)*s?bin/[\w-]+\"|\((?:mix|iex|logger|phoenix|ecto|plug|cowboy) "
    r"|_dl_|libc\.so|\(elixir|\(stdlib|\(kernel|core::|std::"
)


def is_source(text: str) -> bool:
    """Whether the text begins with a place in source code (``/build/store/mod.rs:88:5``), which is no file at hand."""
    return _SOURCE.search(text[:500]) is not None


def is_frame(line: str) -> bool:
    """Whether the line is a stack frame: a place, not words."""
    return _FRAME.search(line[:500]) is not None


def frame(lines: Sequence[str], line: int) -> list[int]:
    """Return the frame that belongs to the words at ``line`` (with the line of code below it), or nothing.

    The program's own frame comes before a library's; of those that name a file and a line the one nearest to the words.
    """
    below = list(_stack(lines, range(line + 1, min(len(lines), line + BELOW)), 4))
    above = list(_stack(lines, range(line - 1, max(-1, line - ABOVE), -1), 4))
    found = below or above
    own = [index for index in found if _FOREIGN.search(lines[index][:500]) is None]
    chosen = next((index for index in own if _SIGHTED.search(lines[index][:500]) is not None), None)
    if chosen is None:
        chosen = next(iter(own or found), None)
    if chosen is None:
        return []
    code = chosen + 1 < line and lines[chosen].lstrip().startswith('File "') and chosen + 1 not in found
    return [chosen, chosen + 1] if code else [chosen]


def _stack(lines: Sequence[str], indices: range, patience: int) -> list[int]:
    """Return the frames in the order of the indices, until other text than a stack's stands there for too long."""
    found: list[int] = []
    other = 0
    for index in indices:
        text = lines[index]
        if _FRAME.search(text[:500]) is not None:
            found.append(index)
            other = 0
        elif not text.strip() and not found:
            continue
        elif found and (not text.strip() or text.startswith("goroutine ")):
            break  # the next goroutine is somebody else's stack
        elif text[:1] not in (" ", "\t"):
            other += 1
            if other > patience or (found and grammar.typed(text) is not None):
                break
    return found
