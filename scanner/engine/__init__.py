"""Rules: expressions, three-valued logic, evaluation, lint."""
