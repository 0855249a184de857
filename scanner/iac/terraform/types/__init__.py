"""One file a service: each has `KINDS`, the tables that `build.py` finds by presence."""
