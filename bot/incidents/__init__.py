"""From a request to an answer in its thread, and on until its pods are well.

``intake`` keeps the request, ``investigation`` is THE FLOW, ``grouping`` finds the thread (``correlation`` says what an
incident hangs on), ``thread`` writes there, ``lifecycle`` checks again until it is over.
"""
