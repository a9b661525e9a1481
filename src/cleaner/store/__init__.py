"""Keep what was cleaned: workers stage Parquet parts, one writer loads them into DuckDB and publishes.

Import from the modules: `staging` runs in every worker and must not pull in duckdb.
"""
