"""The workspace's web page: its files, and the endpoints under ``/ui/`` behind them."""
