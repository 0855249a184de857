"""Network reachability of a whole snapshot: which packets get from one end to another, and what prevents the rest."""
