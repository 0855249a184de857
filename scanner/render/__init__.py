"""One output format a file, found by presence; each is a function from a report to text."""
