"""The only importer of kubernetes: reads objects and logs into a snapshot, and is the only writer."""
