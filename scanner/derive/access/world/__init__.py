"""The access of a whole snapshot: its identities, its resources and the organization above them."""
