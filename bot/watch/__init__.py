"""The bot's own watch over pods, for clusters without Alertmanager (WATCH_PODS): what must be known becomes an alert.

``pods`` and ``rules`` and ``ledger`` are pure, time is their argument; ``watcher`` runs them over the cluster's feed.
"""
