"""Which packets get from one end to another."""
