"""``crashloop init``: from a few answers to a folder with all that an installation needs, and the commands in order."""
