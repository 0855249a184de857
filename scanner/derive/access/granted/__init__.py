"""What the policies of identities allow: facts by sets of actions."""
