"""Public crash reports, one YAML file each: composed into a cluster, collected, diagnosed and scored.

``README.md`` beside this file says how to add one. Nothing in here knows the engine: it is asked like anybody's.
"""
