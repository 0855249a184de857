"""Snapshots: the SQLite file, the in-memory form, export."""
