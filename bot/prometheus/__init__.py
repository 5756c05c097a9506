"""The client of a Prometheus, or of what speaks its HTTP API (Thanos, Mimir, VictoriaMetrics): it only asks."""
