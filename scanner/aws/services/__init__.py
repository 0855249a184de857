"""One table a service, found by presence."""
