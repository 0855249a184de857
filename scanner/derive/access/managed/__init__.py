"""AWS's own managed policies, as of a day: packed, for input that names them without their documents."""
