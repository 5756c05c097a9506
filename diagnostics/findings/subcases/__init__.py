"""Sub-cases of a trouble, told apart by the words of the cited line, each with a remedy of its own (``subcases/``)."""
