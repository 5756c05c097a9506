"""Pure: a Diagnosis becomes Slack blocks, terminal text or JSON. The only place that escapes mrkdwn."""
