"""Attack paths: ways from outside, or from somebody with few rights, through several resources to what counts."""
