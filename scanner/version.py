"""The version, stated once; reading it from the installation's metadata costs 50 ms."""

VERSION = "0.1.0"
