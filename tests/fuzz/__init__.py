"""Coverage-guided fuzzing of what meets foreign bytes first: ``make fuzz``.

``targets`` says what must hold of any bytes, ``seeds`` where it starts from. What was found stands in ``found/`` and is
tried by the suite at every run, as the seeds are: that needs no atheris.
"""
