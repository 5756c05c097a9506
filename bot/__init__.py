"""The service: collects from the cluster, asks the pure core, answers in Slack."""
