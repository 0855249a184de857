"""Collecting: the only part that talks to AWS, through tables of read-only calls."""
