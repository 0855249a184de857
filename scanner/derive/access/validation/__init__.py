"""Policies checked the way IAM Access Analyzer validates them: errors, security warnings, warnings, suggestions."""
