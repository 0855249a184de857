"""Facts about IAM users, groups and the root user: credentials and memberships."""
