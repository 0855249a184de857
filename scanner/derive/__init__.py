"""Facts computed from facts, at check time."""
