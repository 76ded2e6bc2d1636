"""The `clysm` command: the edge where arguments, environment, clocks, streams and exit statuses are."""
