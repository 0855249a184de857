"""Sending reports elsewhere."""
