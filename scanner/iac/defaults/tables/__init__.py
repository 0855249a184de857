"""One file a service; each has `TABLE`, members by type, and is found by presence."""
