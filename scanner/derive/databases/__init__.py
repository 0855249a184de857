"""Facts of database instances, clusters and the parameter groups that configure them."""
