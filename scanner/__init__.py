"""aws-posture: a security and compliance posture scanner for AWS."""
