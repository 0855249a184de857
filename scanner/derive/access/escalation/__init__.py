"""Which principals can come by more than they have: the ways as data, and the paths to administrators."""
