"""Every inbound limit, with its reason. Whoever sends more is told so (413 or 400), and nothing of it is read."""

from __future__ import annotations

CONNECTIONS = 200
"""Connections of the webhooks' port at a time; who comes then waits. With the store's and Slack's, far below the 1,024
files that a process may usually have open."""

HEALTH_CONNECTIONS = 30
"""The same for health and metrics, so that the kubelet is answered however many hold the other port."""

SLACK_BODY_BYTES = 512 * 1024
"""Slack's largest deliveries are interactions that carry a whole message: 50 blocks of 3,000 characters, escaped."""

QUESTION_BYTES = 4 * 1024
"""What a program asks: a namespace, a kind, a name and a container at their longest are 600 characters."""

HEADERS_S = 10.0
"""How long the next request's headers may take, from the connection or from the answer before: an idle one ends too."""

LINGER_S = 2.0
"""How long what is still sent after a refusal is read and thrown away, so that the sender reads why."""

BODY_S = 10.0
"""How long a body may take to arrive: whoever is slower holds a connection, and no more than that."""

ALERT_BODY_BYTES = 4 * 1024 * 1024
"""2,000 alerts with annotations twice as long as kube-prometheus writes them (1 KiB an alert, all told)."""

MAX_ALERTS = 1000
"""What is advised as Alertmanager's ``max_alerts``: alerts of 4 KiB each then fit in a body."""

CLOCK_WINDOW_S = 300
"""How far a request's timestamp may be from our clock, both ways: Slack's own figure (docs.slack.dev, verifying)."""

REPLAY_S = 2 * CLOCK_WINDOW_S
"""How long a signature is remembered: as long as its timestamp could be accepted, from either end of the window."""

EVENT_S = 3600.0
"""How long an event id is remembered: Slack's last retry comes after five minutes."""

FORM_FIELDS = 50
"""A slash command has some fifteen form fields."""

JSON_DEPTH = 64
"""Block Kit nests some ten deep; a delivery around a message adds five."""

COMMAND_CHARS = 600
"""A namespace, a kind, a name and a container at their longest."""

STORE_S = 2.0
"""How long keeping a request may take: Slack shows a failure after three seconds."""
