"""Which names and shapes promise a secret."""
