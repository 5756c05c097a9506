"""One file a revision: ``pre_`` only adds, ``post_`` only removes (see the package above)."""
