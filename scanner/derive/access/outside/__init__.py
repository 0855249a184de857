"""Who outside of an account can reach what is in it: everybody, or accounts that are not trusted."""
