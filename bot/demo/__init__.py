"""The local workspace: a Slack stand-in with a web page, a cluster stand-in that serves recordings."""
