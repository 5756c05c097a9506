"""Stand-ins that tests start on loopback."""
