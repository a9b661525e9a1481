"""Numbered schema changes, applied in order, each in one transaction with its record."""
