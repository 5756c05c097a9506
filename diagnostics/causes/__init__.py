"""One root cause a file: its docstring is its reference page."""
