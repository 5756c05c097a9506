"""Running the service: start and stop, workers, metrics, logging."""
