"""What CloudTrail records, which metric filters find it, and whom alarms call."""
