"""What a container printed: which instance's log, unwrapped, its dying block found, signatures matched and weighed."""
