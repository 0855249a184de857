"""What a principal may do by all of its policies together, its permissions boundary weighed."""
