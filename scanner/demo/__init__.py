"""A fictional estate on embedded moto, for `posture demo`."""
