"""What the policies of buckets and of their access points come to besides being public."""
