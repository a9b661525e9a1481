"""The runs as Prefect flows: thin, and the only place that knows Prefect."""
