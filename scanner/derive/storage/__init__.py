"""What buckets have to do with other resources: copies, logs, distributions, and who is told of changes."""
