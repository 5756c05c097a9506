"""``python -m bot.settings`` prints ``.env.example``, with ``--table`` a Markdown table."""

from __future__ import annotations

import sys

from bot.settings.pages import example, table

sys.stdout.write(table() if "--table" in sys.argv[1:] else example())
