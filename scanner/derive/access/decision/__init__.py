"""Exact decisions: one request against all policies that apply to it, and the statements that decide."""
