"""The identifiers of a failing line, looked up in the objects: one file a kind of object, all of one signature."""
